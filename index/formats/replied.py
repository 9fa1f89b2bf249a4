"""What a format's reader replied, checked: nothing in it is believed."""

from __future__ import annotations

from datetime import date as Date

from index.formats.extracted import MAX_CHARACTERS, MAX_PIECES, Extracted, Refused, whole
from index.schema import Piece, Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from index.reading import SkipReason

_REASONS: dict[str, SkipReason] = {
    "binary": "binary", "damaged": "damaged", "empty": "empty", "encrypted": "encrypted",
    "too_costly": "too_costly", "undecodable": "undecodable", "unreadable": "unreadable",
    "unsupported": "unsupported",
}  # fmt: skip
KINDS = ("lines", "page", "row", "paragraph", "chapter", "member", "message", "time")
_LINE = 1000
_NOTES = 100
_LARGEST = (1 << 32) - 1  # what an index stores


def extracted_of(reply: Any, text: bytes) -> Extracted:
    """The Extracted that was sent as `reply` and its text; Refused where it can be none."""
    try:
        return _extracted(reply, text.decode())
    except (ArithmeticError, LookupError, TypeError, ValueError):
        raise Refused("damaged", "what its reader makes of it cannot be") from None


def refused_of(reply: Any) -> Refused:
    """The Refused that was sent."""
    try:
        reason, what, hint = reply
        return Refused(_REASONS[reason], _line(what) or "", _line(hint) or "")
    except (LookupError, TypeError, ValueError):
        return Refused("damaged", "it cannot be read")


def _extracted(reply: dict[str, Any], text: str) -> Extracted:
    size = len(text)
    _need(0 < size <= MAX_CHARACTERS)
    encoding = _line(reply["encoding"])
    _need(encoding)
    places = reply["places"]
    notes = [_line(each) for each in reply["left_out"][:_NOTES]]
    return Extracted(
        text,
        encoding or "",
        _number(reply["body"], 0, size),
        _line(reply["title"]),
        _day(reply["date"]),
        _line(reply["source"]),
        _number(reply["replaced"], 0, _LARGEST),
        _pieces(reply["pieces"], size),
        None if places is None else _places(places, size),
        tuple(note for note in notes if note),
        _line(reply["extractor"]),
    )


def _pieces(given: list[list[Any]], size: int) -> tuple[Piece, ...]:
    _need(len(given) <= MAX_PIECES)
    found: list[Piece] = []
    before = 0
    for start, end, title, day in given:
        _number(start, before, size)
        before = _number(end, start + 1, size)
        found.append(Piece(start, end, _line(title), _day(day)))
    return tuple(found)


def _places(given: list[Any], size: int) -> Places:
    kind, starts, firsts, lasts, names = given
    count = len(starts)
    _need(kind in KINDS and count and starts[0] == 0)
    _need(len(firsts) == len(lasts) == count and len(names) in (0, count))
    before = -1
    for start, first, last in zip(starts, firsts, lasts, strict=True):
        before = _number(start, before + 1, size)
        _number(last, _number(first, 0 if kind == "time" else 1, _LARGEST), _LARGEST)
    return Places(
        kind, tuple(starts), tuple(firsts), tuple(lasts), tuple(_line(each) or "" for each in names)
    )


def _number(value: Any, least: int, most: int) -> int:
    _need(type(value) is int and least <= value <= most)
    return int(value)


def _line(value: Any) -> str | None:
    _need(value is None or isinstance(value, str))
    return value and (" ".join(whole(value[: 4 * _LINE]).split())[:_LINE].rstrip() or None)


def _day(value: Any) -> Date | None:
    return None if value is None else Date.fromisoformat(value)


def _need(held: object) -> None:
    if not held:
        raise ValueError
