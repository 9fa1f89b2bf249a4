"""Where in a file words stand: lines, counted as an editor counts them."""

from __future__ import annotations

from bot.answers import Locator


def lines_of(text: str, start: int, end: int) -> Locator:
    """The lines of `text[start:end]`; `\\n`, `\\r\\n` and `\\r` each end a line."""
    return Locator(_line(text, start), _line(text, max(start, end - 1)))


def _line(text: str, offset: int) -> int:
    ends = text.count("\n", 0, offset) + text.count("\r", 0, offset)
    ends -= text.count("\r\n", 0, offset)
    if offset > 0 and text[offset - 1 : offset + 1] == "\r\n":
        # Between the two halves of one line end: that line is not over yet.
        ends -= 1
    return ends + 1
