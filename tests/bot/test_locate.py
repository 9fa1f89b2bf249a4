"""Locator, against a count that reads character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Locator
from bot.locate import lines_of, located, locator_of, object_of, place, same
from index.schema import Places


def slowly(text: str, offset: int) -> int:
    line, at = 1, 0
    while at < len(text):
        step = 2 if text[at : at + 2] == "\r\n" else 1
        if at + step > offset:
            break
        line += text[at] in "\r\n"
        at += step
    return line


@pytest.mark.parametrize(
    ("text", "words", "lines"),
    [
        ("a b", "a", Locator(1, 1)),
        ("a\nb", "b", Locator(2, 2)),
        ("a\r\nb\r\nc", "c", Locator(3, 3)),
        ("a\rb\rc", "c", Locator(3, 3)),
        ("a\r\n\r\nb", "b", Locator(3, 3)),
        ("a\n\rb", "b", Locator(3, 3)),
        ("a\nb c\nd", "b c\nd", Locator(2, 3)),
        ("a\nb\nc", "b\n", Locator(2, 2)),
        ("a\u2028b\x0bc\x0cd\x85e", "e", Locator(1, 1)),
    ],
)
def test_lines(text: str, words: str, lines: Locator) -> None:
    start = text.index(words)
    assert lines_of(text, start, start + len(words)) == lines


@given(st.text("ab\n\r", max_size=30), st.data())
def test_lines_of_any_span(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    expected = Locator(slowly(text, start), slowly(text, max(start, end - 1)))
    assert lines_of(text, start, end) == expected


PLACES = Places("chapter", (0, 10, 20), (1, 2, 4), (1, 3, 4), ("One", "", "Four"))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, 10, Locator(1, 1, "chapter", "One")),
        (9, 11, Locator(1, 3, "chapter", "One")),
        (10, 20, Locator(2, 3, "chapter")),
        (19, 99, Locator(2, 4, "chapter")),
        (20, 20, Locator(4, 4, "chapter", "Four")),
    ],
)
def test_places_are_those_of_the_first_to_the_last_character(
    start: int, end: int, expected: Locator
) -> None:
    assert located("x" * 100, start, end, PLACES) == expected


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 9)), min_size=1), st.data())
def test_places_of_any_span(steps: list[tuple[int, int]], data: st.DataObject) -> None:
    starts, firsts, lasts, at = [], [], [], 0
    for length, size in steps:
        starts.append(at)
        firsts.append(len(starts) * 10)
        lasts.append(len(starts) * 10 + size)
        at += length
    places = Places("row", tuple(starts), tuple(firsts), tuple(lasts))
    start = data.draw(st.integers(0, at - 1))
    end = data.draw(st.integers(start + 1, at))
    owner = [sum(begin <= each for begin in starts) - 1 for each in range(start, end)]
    found = located("x" * at, start, end, places)
    assert (found.first, found.last) == (firsts[owner[0]], max(lasts[i] for i in owner))


@pytest.mark.parametrize(
    ("locator", "words"),
    [
        (Locator(3, 3), "f:3"),
        (Locator(3, 5), "f:3-5"),
        (Locator(3, 5, "lines", "b.txt"), "f, lines 3 to 5 “b.txt”"),
        (Locator(3, 3, "page"), "f, page 3"),
        (Locator(12, 13, "row"), "f, rows 12 to 13"),
        (Locator(2, 2, "chapter", "Name"), "f, chapter 2 “Name”"),
        (Locator(62_000, 65_999, "time"), "f, 1:02 to 1:05"),
        (Locator(3_602_000, 3_602_999, "time"), "f, 1:00:02"),
    ],
)
def test_a_place_in_words_and_in_json(locator: Locator, words: str) -> None:
    assert place("f", locator) == words
    assert locator_of(object_of(locator)) == locator


def test_a_time_stands_in_seconds_in_json() -> None:
    assert object_of(Locator(62_000, 65_999, "time", "n")) == {
        "kind": "time", "first": 62.0, "last": 65.999, "name": "n",
    }  # fmt: skip
    assert object_of(Locator(1, 2)) == {"kind": "lines", "first": 1, "last": 2}


def test_of_many_names_the_first_are_told() -> None:
    assert same(["b"]) == "also b"
    assert same(["b", "c", "d", "e", "f"]) == "also b, c, d and 2 more"
