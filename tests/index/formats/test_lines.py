"""Where the words of an extracted text stand in the page's source."""

from __future__ import annotations

import pytest

from index.formats.lines import Span, placed
from index.formats.visible import visible

LONG = "the long paragraph that no other part of the page repeats, of which there is one"


def lines(source: str, *blocks: str) -> list[tuple[str, int, int]]:
    """The places of the blocks: the text that each begins with, and its lines."""
    text, spans = joined(*blocks)
    places, _ = placed(text, spans, visible(source))
    ends = (*places.starts[1:], len(text))
    return [
        (text[start:end].strip(), first, last)
        for start, end, first, last in zip(
            places.starts, ends, places.firsts, places.lasts, strict=True
        )
    ]


def joined(*blocks: str) -> tuple[str, list[Span]]:
    text, spans = "", []
    for block in blocks:
        spans.append((len(text), len(text) + len(block)))
        text += block + "\n\n"
    return text, spans


def test_a_block_on_several_lines_has_a_place_for_each() -> None:
    assert lines("<p>one two\nthree</p>\n\n<p>four</p>", "one two three", "four") == [
        ("one two", 1, 1),
        ("three", 2, 2),
        ("four", 4, 4),
    ]


def test_a_word_that_a_line_breaks_is_on_both() -> None:
    assert lines("ab<b\n>cd</b> e", "abcd e") == [("ab", 1, 1), ("cd e", 2, 2)]


def test_short_words_are_looked_for_between_long_ones() -> None:
    source = f"<p>more</p>\n<p>{LONG}</p>\n<p>more</p>\n<p>{LONG[::-1]}</p>\n<p>more</p>"
    assert lines(source, LONG, "more", LONG[::-1]) == [
        (LONG, 2, 2),
        ("more", 3, 3),
        (LONG[::-1], 4, 4),
    ]


def test_what_was_left_out_within_a_block_is_stepped_over() -> None:
    source = f"<p>{LONG}\n<i>an advertisement</i>\nand its own last words</p>"
    assert lines(source, LONG + " and its own last words") == [
        (LONG, 1, 1),
        ("and its own last words", 3, 3),
    ]


def test_what_is_not_in_the_page_stands_between_what_is() -> None:
    source = f"<p>{LONG}</p>\n<p>b</p>\n<p>{LONG[::-1]}</p>\n"
    text, spans = joined(LONG, "words of nobody at all", LONG[::-1])
    places, matched = placed(text, spans, visible(source))
    assert (places.firsts, places.lasts) == ((1, 1, 3), (1, 3, 3))
    assert matched == 2 * len(LONG.replace(" ", ""))


def test_blocks_in_another_order_are_found() -> None:
    source = f"<p>{LONG}</p>\n<p>{LONG[::-1]}</p>"
    assert lines(source, LONG[::-1], LONG) == [(LONG[::-1], 2, 2), (LONG, 1, 1)]


def test_marks_of_items_and_rows_are_no_words_of_the_page() -> None:
    source = "<li>one\n<tr><td>two\n<td>three</tr>"
    assert lines(source, "- one", "| two | three |") == [
        ("- one", 1, 1),
        ("| two |", 2, 2),
        ("three |", 3, 3),
    ]


def test_a_short_block_found_far_on_takes_no_other_with_it() -> None:
    again = LONG[::-1]
    source = f"<p>{LONG}</p>\n<p>{again}</p>\n<p>more</p>\n<p>{again}</p>"
    assert lines(source, LONG, "more", again) == [(LONG, 1, 1), ("more", 3, 3), (again, 2, 2)]


@pytest.mark.parametrize(("patience", "found"), [(1 << 20, True), (500, False)])
def test_what_is_not_found_is_looked_for_with_bounded_patience(
    patience: int, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visible(f"<p>{LONG}</p>")
    # The whole block is looked for twice; then its parts are, one after the other.
    monkeypatch.setattr("index.formats.lines._MOST", 2 * (len(page.letters) + 1000) + patience)
    text, spans = joined("words of nobody at all " * 2 + LONG)
    assert (placed(text, spans, page)[1] > 0) == found


@pytest.mark.parametrize(("patience", "found"), [(1 << 20, True), (1, False)])
def test_all_of_the_page_is_looked_through_with_bounded_patience(
    patience: int, found: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.formats.lines._MOST", patience)
    monkeypatch.setattr("index.formats.lines._NEAR", 10)
    page = visible(f"<p>{'far from it ' * 9}</p><p>{LONG}</p>")
    text, spans = joined("words of nobody at all " * 3, LONG)
    assert (placed(text, spans, page)[1] > 0) == found
