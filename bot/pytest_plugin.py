"""The pytest plugin: each canned pair is a test, and two fixtures are for tests in Python.

Every run of pytest loads this where the project is installed. Nothing else of it is imported
before there is a file of cases, or a test that asks for a fixture.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from pathlib import Path

import pytest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.pytest_cases import AssertCited, CaseFile, FootnoteAsker

SUFFIXES = (".yaml", ".yml", ".jsonl")
DEFAULT = tuple(f"**/qa/*{suffix}" for suffix in SUFFIXES)
_MOST_BYTES = 5_000_000
_KEY = re.compile(rb"\b(?:ask|expect)\b[\"']?\s*:")
# In the order in which they are tried: `**/` is any folders or none, `*` stays in one.
_GLOB = re.compile(r"(\*\*/)|(\*\*)|(\*)|(\?)|(.)", re.DOTALL)
_MEANING = ("(?:.*/)?", ".*", "[^/]*", "[^/]")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Which files hold cases, whether documents are indexed anew, and what a model said."""
    parser.addini(
        "footnote_cases",
        f"files of canned pairs, as globs below the root folder ({' '.join(DEFAULT)})",
        type="args",
        default=None,
    )
    parser.addini(
        "footnote_fresh",
        "index the documents anew in each run, in a folder that is then removed",
        type="bool",
        default=False,
    )
    parser.addini(
        "footnote_recordings",
        "a folder below the root folder, of a model's recorded answers, which is then never asked",
        type="string",
        default="",
    )


def pytest_load_initial_conftests() -> None:
    """Let what is imported later be found anew.

    What was found by now may be installed, where the tests mean the source tree; it came before
    coverage was measured; and a project may have a `bot` of its own.
    """
    if {name for name in sys.modules if re.match(r"bot(\.|$)", name)} == {"bot", __name__}:
        del sys.modules["bot"], sys.modules[__name__]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """A file of cases, by its name; where no names are set, also by what stands in it."""
    if not file_path.name.lower().endswith(SUFFIXES):
        return None
    globs = parent.config.getini("footnote_cases")
    if not _is_named(file_path, parent.config.rootpath, DEFAULT if globs is None else globs):
        return None
    if globs is None and not _asks(file_path):
        return None
    from bot.pytest_cases import CaseFile

    made: CaseFile = CaseFile.from_parent(parent, path=file_path)
    return made


def _is_named(path: Path, root: Path, globs: list[str] | tuple[str, ...]) -> bool:
    named = path.relative_to(root) if path.is_relative_to(root) else path
    return any(_pattern(glob).fullmatch(named.as_posix()) for glob in globs)


@lru_cache(None)
def _pattern(glob: str) -> re.Pattern[str]:
    """`glob` as a regular expression: `Path.match` knows no `**` before Python 3.13."""
    parts = []
    for match in _GLOB.finditer(glob):
        assert match.lastindex is not None
        parts.append((*_MEANING, re.escape(match[0]))[match.lastindex - 1])
    return re.compile("".join(parts), re.DOTALL)


def _asks(path: Path) -> bool:
    """Whether a file may be meant as cases: nobody has said that it is."""
    try:
        with path.open("rb") as file:
            return bool(_KEY.search(file.read(_MOST_BYTES)))
    except OSError:
        return False


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """All processes of pytest-xdist read the index that one of them builds."""
    if node.config.getini("footnote_fresh"):
        from bot.pytest_cases import fresh_store

        node.workerinput["footnote_store"] = str(fresh_store(node.config))


@pytest.fixture(scope="session")
def footnote_asker(pytestconfig: pytest.Config) -> FootnoteAsker:
    """Asks a question of the project's documents: the reply is what `ask --json` prints."""
    from bot.pytest_cases import FootnoteAsker, house_of

    return FootnoteAsker(house_of(pytestconfig))


@pytest.fixture(scope="session")
def assert_cited(pytestconfig: pytest.Config) -> AssertCited:
    """Asserts that a reply answers with citations that are true, and holds what is expected."""
    from bot.pytest_cases import AssertCited, house_of

    return AssertCited(house_of(pytestconfig))
