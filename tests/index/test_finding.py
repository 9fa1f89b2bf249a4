"""A passage that the lexical index does not hold as its text is, is found out; no other is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from index.finding import Lookup, Sample, longest
from index.lexical import Entry, Found, LexicalReader, LexicalWriter

TEXTS = [
    "harbour pier",
    "harbour pier harbour pier harbour pier harbour pier",  # scores higher for the words above
    "harbour crane mole " + "mole " * 30,
    "harbour",
    "crane crane quay",
    "",
]


def entries(texts: Sequence[str] = TEXTS) -> list[Entry]:
    return [Entry(1, number, 0, 0, text, "") for number, text in enumerate(texts)]


def losing(path: Path, held: Sequence[Entry], true: Sequence[Entry]) -> list[int]:
    """The numbers of those that are lost, where the index has `held` and `true` was due."""
    writer = LexicalWriter(path)
    writer.add(held)
    writer.commit()
    reader = LexicalReader(path)
    found = Lookup(reader, lambda _, number: true[number].body).lost(true)
    reader.close()
    return [each.number for each in found]


def test_what_is_held_is_found_though_another_scores_higher(tmp_path: Path) -> None:
    assert losing(tmp_path, entries(), entries()) == []


@pytest.mark.parametrize("number", range(len(TEXTS) - 1))
def test_a_passage_that_is_missing_is_found_out(tmp_path: Path, number: int) -> None:
    held = [each for each in entries() if each.number != number]
    assert number in losing(tmp_path, held, entries())


@pytest.mark.parametrize(
    ("number", "body"),
    [
        (0, "harbour"),  # a word is missing
        (0, "harbour pier pier"),
        (0, "harbour pier " + "wall " * 9),  # its length is another
    ],
)
def test_a_passage_that_is_held_otherwise_is_found_out(
    tmp_path: Path, number: int, body: str
) -> None:
    held = entries([body if n == number else text for n, text in enumerate(TEXTS)])
    assert number in losing(tmp_path, held, entries())


def test_a_passage_that_outranks_another_wrongly_is_found_out(tmp_path: Path) -> None:
    held = entries(["harbour pier " * 9 if n == 3 else text for n, text in enumerate(TEXTS)])
    assert 0 in losing(tmp_path, held, entries())


def test_the_longest_words_are_asked() -> None:
    assert longest("a ccc bb bb") == ["a", "bb", "ccc"]
    assert longest("a bb cc dd ee ff") == ["bb", "cc", "dd", "ee", "ff"]


def test_what_shares_its_longest_words_with_all_is_found_by_its_rarest(tmp_path: Path) -> None:
    alike = "promenade lighthouse breakwater drydock embankment"
    texts = [f"{alike} {number}" for number in range(200)]
    writer = LexicalWriter(tmp_path)
    writer.add(entries(texts))
    writer.commit()
    reader = LexicalReader(tmp_path)
    lookup = Lookup(reader, lambda _, number: texts[number])
    assert all(map(lookup.leads, entries(texts)))
    reader.close()


def test_of_equal_passages_one_is_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = entries(["harbour pier"] * 400 + ["harbour crane"])
    asked = []
    first = LexicalReader.first

    def noted(self: LexicalReader, body: dict[str, float]) -> Found | None:
        asked.append(body)
        return first(self, body)

    monkeypatch.setattr(LexicalReader, "first", noted)
    assert losing(tmp_path, same, same) == []
    assert len(asked) <= 4


def test_a_sample_has_each_as_often() -> None:
    seen = [0] * 30
    for _ in range(600):
        sample = Sample(10)
        assert len(list(sample.noting(entries([str(n) for n in range(30)])))) == 30
        assert len(sample.entries) == 10
        for each in sample.entries:
            seen[each.number] += 1
    assert min(seen) > 120
    assert max(seen) < 280
    few = Sample(10)
    assert list(few.noting(entries())) == few.entries
