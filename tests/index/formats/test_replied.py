"""Nothing that a format's reader replies is believed: what cannot be is refused."""

from __future__ import annotations

from datetime import date as Date
from typing import Any

import pytest

from index.formats.extracted import MAX_PIECES, Refused
from index.formats.replied import extracted_of, refused_of
from index.schema import Piece, Places

TEXT = "One. Two. Three."


def reply(**changes: Any) -> dict[str, Any]:
    return {
        "encoding": "utf-8",
        "body": 0,
        "title": "Title",
        "date": "2024-02-29",
        "source": None,
        "replaced": 0,
        "pieces": [[0, 4, "One", None], [5, 9, None, "2024-01-01"]],
        "places": ["row", [0, 5], [1, 2], [1, 3], ["a", ""]],
        "left_out": ["pictures"],
        "extractor": "rows",
        **changes,
    }


def test_what_can_be_is_taken_as_it_is() -> None:
    found = extracted_of(reply(), TEXT.encode())
    assert (found.text, found.title, found.date) == (TEXT, "Title", Date(2024, 2, 29))
    assert found.pieces == (Piece(0, 4, "One"), Piece(5, 9, None, Date(2024, 1, 1)))
    assert found.places == Places("row", (0, 5), (1, 2), (1, 3), ("a", ""))
    assert found.left_out == ("pictures",)


def test_lines_are_one_line_and_not_endless() -> None:
    found = extracted_of(
        reply(title=" A\n\ud800 b ", left_out=["x" * 5000, ""] * 900), TEXT.encode()
    )
    assert found.title == "A \ufffd b"
    assert len(found.left_out) == 50
    assert len(found.left_out[0]) == 1000


@pytest.mark.parametrize(
    "changes",
    [
        {"encoding": None}, {"encoding": 8}, {"title": ["a"]}, {"date": "yesterday"}, {"date": 1},
        {"body": -1}, {"body": 17}, {"body": True}, {"body": 1.0}, {"replaced": -1},
        {"pieces": [[0, 0, None, None]]}, {"pieces": [[0, 17, None, None]]},
        {"pieces": [[5, 9, None, None], [0, 4, None, None]]}, {"pieces": [[0, 4]]},
        {"pieces": [[0, 5, None, None], [4, 9, None, None]]}, {"pieces": None},
        {"pieces": [[0, 1, None, None]] * (MAX_PIECES + 1)},
        {"places": ["verse", [0], [1], [1], []]}, {"places": ["row", [], [], [], []]},
        {"places": ["row", [1], [1], [1], []]}, {"places": ["row", [0, 0], [1, 1], [1, 1], []]},
        {"places": ["row", [0, 17], [1, 1], [1, 1], []]}, {"places": ["row", [0], [0], [1], []]},
        {"places": ["row", [0], [2], [1], []]}, {"places": ["row", [0], [1], [1 << 32], []]},
        {"places": ["row", [0, 5], [1, 2], [1, 2], ["a"]]}, {"places": ["row", [0], [1], [1], [1]]},
        {"places": ["row", [0, 5], [1], [1], []]}, {"places": ["row", [0.0], [1], [1], []]},
        {"left_out": [1]}, {"left_out": 1}, {"extractor": 1},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Refused, match="cannot be"):
        extracted_of(reply(**changes), TEXT.encode())


@pytest.mark.parametrize("given", [None, [], "text", {"text": "x"}])
def test_what_is_no_reply_is_refused(given: Any) -> None:
    with pytest.raises(Refused):
        extracted_of(given, b"x")


@pytest.mark.parametrize("text", [b"", b"\xff", b"\xed\xa0\x80"])
def test_what_is_no_text_is_refused(text: bytes) -> None:
    with pytest.raises(Refused):
        extracted_of(reply(pieces=[], places=None), text)


@pytest.mark.parametrize("given", [None, [], ["link", "a", ""], ["damaged", 1, ""], "abc"])
def test_a_refusal_that_cannot_be_is_one(given: Any) -> None:
    assert refused_of(given).reason == "damaged"
    assert refused_of(["empty", "there\nis", ""]).what == "there is"
