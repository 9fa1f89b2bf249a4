"""Locator, against a count that reads character by character."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Locator
from bot.locate import lines_of


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
