"""Nothing in a document can steer the terminal, and lines fit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.visible import columns_of, cut, visible, wrap


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\nb\r\n  c\td", "a b c d"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x9b31m", "\\x9b31m"),
        ("\x1b]8;;http://evil\x07", "\\x1b]8;;http://evil\\x07"),
        ("a\x00b\x08c\x7f", "a\\x00b\\x08c\\x7f"),
        ("pay \u202e001", "pay \\u202e001"),
        ("\ufefftext", "\\ufefftext"),
        ("\udcff", "\\udcff"),
        ("\U000e0041", "\\U000e0041"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("名\u3000前", "名 前"),
        ("", ""),
    ],
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_nothing_steers(text: str) -> None:
    for ch in visible(text):
        code = ord(ch)
        assert code >= 0x20
        assert not 0x7F <= code <= 0x9F
        assert not 0x202A <= code <= 0x202E
        assert not 0x2066 <= code <= 0x2069
        assert not 0xD800 <= code <= 0xDFFF
        assert code not in (0x2028, 0x2029)


@pytest.mark.parametrize(
    ("text", "columns"),
    [
        ("abc", 3),
        ("부산", 4),
        ("釜山", 4),
        ("ｱ", 1),
        ("e\u0301", 1),
        ("é", 1),
        ("Ａ", 2),
        ("😀", 2),
    ],
)
def test_columns(text: str, columns: int) -> None:
    assert columns_of(text) == columns


def test_words_are_wrapped_whole() -> None:
    assert wrap("one two three four", 9) == ["one two", "three", "four"]


def test_without_a_width_nothing_is_wrapped() -> None:
    assert wrap("one two " * 50, None) == ["one two " * 50]


def test_chinese_is_wrapped_between_characters_but_not_before_a_full_stop() -> None:
    assert wrap("三国外长会谈。", 8) == ["三国外长", "会谈。"]
    assert wrap("三国外长。会谈", 8) == ["三国外", "长。会谈"]
    assert wrap("三国外「长」", 8) == ["三国外", "「长」"]


def test_korean_is_wrapped_at_spaces() -> None:
    assert wrap("외교장관이 부산에서 만났다", 20) == ["외교장관이 부산에서", "만났다"]


def test_what_is_longer_than_a_line_is_chopped() -> None:
    assert wrap("http://example.com/" + "x" * 10, 10) == ["http://exa", "mple.com/x", "xxxxxxxxx"]


def test_room_is_left_on_the_last_line() -> None:
    assert wrap("one two", 10, 4) == ["one two", ""]
    assert wrap("one two", 11, 4) == ["one two"]


@given(st.text(st.sampled_from("ab 。「」가나金銀,.\u0301😀")), st.integers(4, 20))
def test_lines_fit_and_lose_nothing(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(columns_of(line) <= columns for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_cut() -> None:
    assert cut("short", 5) == "short"
    assert cut("longer", 5) == "long…"
    assert cut("三国外长", 5) == "三国…"
