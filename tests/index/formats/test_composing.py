"""What is put together keeps within its bounds, and says what is not there."""

from __future__ import annotations

import pytest

from index.formats import composing
from index.formats.composing import Composing
from index.formats.extracted import Refused
from tests.index.formats.placed import check, place


def test_a_place_where_nothing_was_written_is_none() -> None:
    made = Composing("row")
    made.at(1, 1)
    made.write("x")
    made.at(2, 2)
    made.at(2, 3, "named\ud800")
    made.write("words")
    read = made.extracted("utf-8", "none")
    check(read)
    assert place(read, "words") == (2, 3, "named\ufffd")


def test_what_is_too_long_is_refused_and_what_follows_it_left_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(composing, "MAX_CHARACTERS", 10)
    made = Composing("row")
    assert made.holds("x" * 11)
    with pytest.raises(Refused) as refused:
        made.write("x" * 11)
    assert refused.value.reason == "too_costly"
    made.write("xx")
    assert made.holds("x" * 7)
    assert not made.holds("x" * 9)


def test_many_notes_are_counted() -> None:
    made = Composing("row")
    made.write("x")
    made.left_out = [f"{i}" for i in range(200)]
    said = made.extracted("utf-8", "none").left_out
    assert (len(said), said[-1]) == (51, "150 more of the like")


def test_blocks_are_parted_and_a_place_goes_on_until_its_number_or_name_changes() -> None:
    made = Composing("page")
    for text, number, name in (("a", 1, ""), ("b", 1, ""), ("c", 1, " x\ny "), ("d", 2, "x y")):
        made.block(text, number, name, near=text == "b")
    read = made.extracted("utf-8", "none")
    assert read.text == "a\nb\n\nc\n\nd"
    assert read.places is not None
    assert read.places.firsts == (1, 1, 2)
    assert read.places.names == ("", "x y", "x y")
