"""A text of blocks, a blank line or a line's end between them, each with its place in the file."""

from __future__ import annotations

from index.formats.composing import Composing, one_line

_MAX_NAME = 200  # of a place: a heading may be a page long


class Blocks(Composing):
    """Counts something (pages, paragraphs, chapters) that blocks stand in."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self._last: tuple[int, str] | None = None

    def add(self, text: str, number: int, name: str = "", near: bool = False) -> None:
        """Adds `text` of the place `number`; only a line's end before it where it stands `near`."""
        if self.size:
            self.write("\n" if near else "\n\n")
        name = one_line(name[: 4 * _MAX_NAME], _MAX_NAME) or ""
        if self._last != (number, name):
            self._last = number, name
            self.at(number, number, name)
        self.write(text)
