"""What the README and docs/ show is what the program prints, and all of it is shown."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.options import COMMANDS
from tools import pages

README = (pages.ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    (page, example.command, page.read_text(encoding="utf-8")[example.start : example.end])
    for page in pages.pages()
    for example in pages.examples(page.read_text(encoding="utf-8"))
]


@pytest.fixture(scope="module")
def place() -> Iterator[pages.Place]:
    with tempfile.TemporaryDirectory() as folder:
        yield pages.Place(Path(folder))


@pytest.mark.parametrize(
    ("page", "command", "shown"), EXAMPLES, ids=[f"{p.stem}: {c}" for p, c, _ in EXAMPLES]
)
def test_a_command_prints_what_its_page_shows(
    place: pages.Place, page: Path, command: str, shown: str
) -> None:
    printed = place.printed(command)
    assert pages.same(shown, printed), f"{page.name} shows:\n{shown}\nprinted:\n{printed}"


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ('footnote ask "In which port city did', "Busan"),
        ("几年", "四年"),
        ("minister in 2021", "Chung Eui-yong"),
        ("minister in 2023", "Park Jin"),
        ("population of Busan", "exit status 1"),
        ("ask --json", '"status": "answered"'),
    ],
)
def test_the_readme_shows_what_the_words_around_it_promise(command: str, says: str) -> None:
    # A page written anew shows whatever is printed, a wrong answer too.
    (shown,) = (text for page, c, text in EXAMPLES if page.stem == "README" and command in c)
    assert says in shown


def test_no_page_shows_a_bug() -> None:
    assert not [command for _, command, shown in EXAMPLES if re.search(r"\bbug\b|hint:", shown)]


def test_every_command_has_its_help_page_in_docs() -> None:
    shown = {command for _, command, _ in EXAMPLES}
    assert shown >= {"footnote --help", *(f"footnote {name} --help" for name in COMMANDS)}


def test_no_block_with_output_goes_unread() -> None:
    # A block that the reader of blocks does not match would never be checked.
    for page in pages.pages():
        text = page.read_text(encoding="utf-8")
        blocks = len(re.findall(r"(?m)^```(?:console|text)$", text))
        assert blocks == len(list(pages.BLOCK.finditer(text)))


def test_every_path_that_the_readme_names_is_there() -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)|`((?:[a-z_.]+/)+[\w.-]*)`", README):
        path = target[0] or target[1]
        if not path.startswith((".footnote", "build")):
            assert (pages.ROOT / path).exists(), path


def test_every_figure_names_the_benchmark_that_gives_it() -> None:
    rows = re.findall(r"(?m)^\|.*\d.*\|$", README.partition("## Measured")[2])
    assert rows
    for row in rows:
        module = re.search(r"`python -m (tests\.[\w.]+)", row)
        assert module, row
        place = pages.ROOT / module[1].replace(".", "/")
        assert place.with_suffix(".py").exists() or (place / "__main__.py").exists()


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\nb\n", "a\nc\n", False),
        ("a\n…\nd\n", "a\nb\nc\nd\n", True),
        ("a\n…\nd\n", "a\nb\nc\n", False),
        ('{"elapsed_ms": 3.25}\n', '{"elapsed_ms": 12}\n', True),
        ('{"start": 3}\n', '{"start": 4}\n', False),
        ("a.c\n", "abc\n", False),
    ],
)
def test_how_pages_are_compared(shown: str, printed: str, alike: bool) -> None:
    assert pages.same(shown, printed) is alike


def test_a_page_written_anew_leaves_out_what_it_left_out() -> None:
    assert pages.elided("a\n[\n…\n]\nz\n", "b\n[\n1\n2\n]\nz\n") == "b\n[\n…\n]\nz\n"
    assert pages.elided("a\n[\n…\n]\n", "an error\n") == "an error\n"
