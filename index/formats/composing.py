"""Text put together part by part, with the place in the file that each part comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Date
from io import StringIO

from index.encodings import BinaryData, Decoded, UnknownEncoding, decode
from index.formats.extracted import MAX_CHARACTERS, MAX_PIECES, Extracted, Refused, whole
from index.schema import Piece, Places

_NOTES = 50
_NAME = 200  # of a place: a heading may be a page long
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


class Composing:
    """What is written becomes one `Extracted`; the places are those that were named by `at`.

    Lone surrogates, which no index can store, become U+FFFD.
    """

    def __init__(self, kind: str) -> None:
        self.size = 0
        self.pieces: list[Piece] = []
        self.left_out: list[str] = []
        self.replaced = 0
        self.kind = kind
        self._last: tuple[int, str] | None = None
        self._text = StringIO()
        self._starts: list[int] = []
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        self._names: list[str] = []

    def holds(self, more: str) -> bool:
        """Whether there is room for `more` in another piece; the first is written or refused."""
        room = self.size + len(more) < MAX_CHARACTERS and len(self.pieces) < MAX_PIECES
        return room or not self.size

    def at(self, first: int, last: int, name: str = "") -> None:
        """What is written from here on stands at `first` to `last`."""
        if self._starts and self._starts[-1] == self.size:
            for column in (self._starts, self._firsts, self._lasts, self._names):
                column.pop()
        self._starts.append(self.size if self._starts else 0)
        self._firsts.append(first)
        self._lasts.append(last)
        self._names.append(whole(name))

    def write(self, text: str) -> None:
        """Adds `text`; Refused where it takes more room than an extracted text may."""
        if self.size + len(text) > MAX_CHARACTERS:
            limit = f"{MAX_CHARACTERS >> 20} million characters"
            raise Refused(
                "too_costly", f"it holds more than {limit} of text", "Split it into smaller files."
            )
        text = whole(text)
        self.size += len(text)
        self._text.write(text)

    def begin(self, near: bool = False) -> int:
        """Parts what follows from what stands before it, by a line's end only where it is `near`;
        where it starts."""
        if self.size:
            self.write("\n" if near else "\n\n")
        return self.size

    def block(self, text: str, number: int, name: str = "", near: bool = False) -> None:
        """Adds a paragraph or a row that stands in the page, chapter or the like `number`."""
        self.begin(near)
        name = one_line(name[: 4 * _NAME], _NAME) or ""
        if self._last != (number, name):
            self._last = number, name
            self.at(number, number, name)
        self.write(text)

    def piece(self, start: int, title: str | None, date: Date | None) -> None:
        """What was written from `start` on is an article of its own."""
        if self.size > start:
            self.pieces.append(Piece(start, self.size, title, date))

    def extracted(
        self, encoding: str, extractor: str, title: str | None = None, date: Date | None = None
    ) -> Extracted:
        """All of it; Refused where nothing was written."""
        if not self.size:
            raise Refused("empty", "there is no text in it")
        named = tuple(self._names) if any(self._names) else ()
        more = len(self.left_out) - _NOTES
        if more > 0:
            self.left_out[_NOTES:] = [f"{more:,} more of the like"]
        places = Places(
            self.kind, tuple(self._starts), tuple(self._firsts), tuple(self._lasts), named
        )
        return Extracted(
            self._text.getvalue(),
            encoding,
            title=title,
            date=date,
            replaced=self.replaced,
            pieces=tuple(self.pieces),
            places=places if self._starts else None,
            left_out=tuple(self.left_out),
            extractor=extractor,
        )


def lines(text: str, start: int = 0) -> Iterator[str]:
    """The lines of `text` from `start`, one at a time; unlike `str.splitlines`, only where a file
    has lines, and unlike `StringIO`, without a copy of four bytes a character."""
    return (match[0] for match in _LINE.finditer(text, start))


def one_line(text: object, limit: int = 300) -> str | None:
    """`text` as a title has it, None if it is blank."""
    return " ".join(whole(str(text)).split())[:limit].rstrip() or None


def decoded(data: bytes, encoding: str | None) -> Decoded:
    """The text of `data`; Refused where it is none."""
    try:
        return decode(data, encoding)
    except BinaryData:
        raise Refused("binary", "this is not text, in spite of its name") from None
    except (UnknownEncoding, LookupError):
        raise Refused("undecodable", "its encoding cannot be told", "Save it as UTF-8.") from None


class Some:
    """What a sentence lists: the first few of many, and how many more there are."""

    def __init__(self, limit: int = 3) -> None:
        self.count = 0
        self._limit = limit
        self._first: list[str] = []

    def add(self, name: object) -> None:
        self.count += 1
        if self.count <= self._limit:
            self._first.append(str(name))

    def __str__(self) -> str:
        more = self.count - len(self._first)
        return ", ".join(self._first) + (f" and {more:,} more" if more else "")
