"""A quote in its surroundings, as its document has them: never another's, and never outside."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.check.excerpts import AROUND, Excerpt, Excerpts
from tests.bot.check.pages import BUSAN, TEXT, citation


def test_a_whole_document(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    found = Excerpts(tmp_path).of(citation(1, BUSAN))
    after = " They left.\r\nSnow fell in Seoul.\n"
    assert found == Excerpt("Rain fell.\n\n", BUSAN, after, 1, True, True, True)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_part_of_one_begins_with_a_word_and_tells_its_line(tmp_path: Path, end: str) -> None:
    text = f"some words here{end}" * 100 + BUSAN + f"{end}and many words more" * 100
    (tmp_path / "a.txt").write_bytes(text.encode())
    found = Excerpts(tmp_path).of(citation(1, BUSAN, text))
    assert found is not None
    assert (found.there, found.found, found.first, found.last) == (BUSAN, True, False, False)
    assert AROUND - 40 <= len(found.before) <= AROUND
    assert found.before.split()[0] in ("some", "words", "here")
    assert found.after.split()[-1] in ("and", "many", "words", "more")
    lines = found.before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    assert found.line is not None
    assert found.line + lines == 101


@pytest.mark.parametrize("encoding", ["utf-8", "cp949", "utf-16-le"])
def test_in_whatever_it_is_written(tmp_path: Path, encoding: str) -> None:
    text = "비가 왔다.\n회의는 부산에서 열렸다.\n"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    found = Excerpts(tmp_path).of(citation(1, "부산에서", text))
    assert found == Excerpt("비가 왔다.\n회의는 ", "부산에서", " 열렸다.\n", 1, True, True, True)


def test_what_stands_in_the_place_of_a_quote_that_does_not(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(TEXT.encode())
    found = Excerpts(tmp_path).of({**citation(1, BUSAN), "quote": "The ministers met in Seoul"})
    assert found is not None
    assert (found.there, found.found) == (BUSAN, False)


@pytest.mark.parametrize(
    "wrong",
    [
        {"file": "none.txt"}, {"file": "../secret"}, {"file": "a\0b"}, {"file": None},
        {"start": -1}, {"start": None}, {"start": 999_999, "end": 1_000_000}, {"end": 0},
    ],
)  # fmt: skip
def test_no_surroundings(tmp_path: Path, wrong: dict[str, object]) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_bytes(TEXT.encode())
    (tmp_path / "secret").write_bytes(TEXT.encode())
    assert Excerpts(tmp_path / "docs").of({**citation(1, BUSAN), **wrong}) is None


def test_each_corpus_has_its_own(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(f"{name} and another")
    excerpts = Excerpts(tmp_path / "one")
    other = excerpts.of(citation(1, "other", "other"), tmp_path / "other")
    assert other is not None
    assert other.found
    one = excerpts.of(citation(1, "one", "one"))
    assert one is not None
    assert one.found


def test_a_document_is_read_once_and_few_are_held(tmp_path: Path) -> None:
    for n in range(70):
        (tmp_path / f"{n}.txt").write_bytes(TEXT.encode())
    excerpts = Excerpts(tmp_path)
    assert excerpts.of(citation(1, BUSAN, file="69.txt"))
    (tmp_path / "69.txt").unlink()
    assert excerpts.of(citation(1, BUSAN, file="69.txt"))
    for n in range(69):
        assert excerpts.of(citation(1, BUSAN, file=f"{n}.txt"))
    assert excerpts.of(citation(1, BUSAN, file="69.txt")) is None
