"""The seeds are asked enough, and no reply to a case goes by unseen."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.check.reading import find, read

QA = Path(__file__).parent
ROOT = QA.parents[1]


def test_the_cases_here_are_tests(pytestconfig: pytest.Config) -> None:
    installed = pytestconfig.pluginmanager.hasplugin("footnote")
    assert installed, "the project is not installed as it is: pip install --no-deps -e ."
    items = {str(path) for path in pytestconfig.rootpath.glob("tests/qa/*.yaml")}
    assert items == {str(path.absolute()) for path in find([QA])}


def test_the_seeds_are_asked_enough() -> None:
    cases = [case for file in find([QA]) for case in read(file)]
    assert len(cases) >= 120
    assert sum(not case.expect.abstains for case in cases) >= 70
    assert sum(bool(case.expect.abstains) for case in cases) >= 50
    seeds = {file.name for file in (ROOT / "seeds").iterdir()}
    cited = {file for case in cases for file in case.expect.cites + case.expect.cites_only}
    assert cited == seeds


@pytest.fixture
def blind(tmp_path: Path) -> Path:
    """A project whose program cites one character off, and finds nothing wrong with that."""
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("index", "prompts", "seeds"):
        (tmp_path / name).symlink_to(ROOT / name)
    (tmp_path / "tests/qa").mkdir(parents=True)
    for name in ("tests/__init__.py", "tests/refind.py", "tests/qa/conftest.py"):
        shutil.copy(ROOT / name, tmp_path / name)
    (tmp_path / "tests/qa/some.yaml").write_text(
        "- {id: known, ask: 'In which port city did they meet?', expect: abstains, fails: so}",
        encoding="utf-8",
    )
    render = tmp_path / "bot/render/json.py"
    right = render.read_text(encoding="utf-8")
    wrong = right.replace(": citation.start,", ": citation.start + 1,")
    assert wrong != right
    render.write_text(wrong, encoding="utf-8")
    with (tmp_path / "bot/check/truth.py").open("a", encoding="utf-8") as truth:
        truth.write('\n\ndef untrue(*_): return Finding("citations", True, "", "", "")\n')
    return tmp_path


def test_a_quote_that_is_not_there_is_found_where_the_program_is_blind(blind: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "bot.pytest_plugin", "-p", "no:cacheprovider"],
        cwd=blind,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        timeout=60,
    )
    told = done.stdout.decode()
    assert done.returncode == 1, told
    assert "NotFoundAgain" in told
    assert ", and not 'The " in told
