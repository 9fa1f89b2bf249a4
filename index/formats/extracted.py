"""What a format's reader makes of a file's bytes, or why it makes nothing of them."""

from __future__ import annotations

import re
from datetime import date as Date

from index.record import record
from index.schema import Piece, Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.reading import SkipReason

MAX_CHARACTERS = 32 << 20  # of extracted text: a file may hold more than it weighs
MAX_PIECES = 200_000
_SURROGATE = re.compile("[\ud800-\udfff]")


@record
class Extracted:
    """The text in a file, and what is known of it; the fields are a `Document`'s."""

    text: str
    encoding: str
    body: int = 0
    title: str | None = None
    date: Date | None = None
    source: str | None = None
    replaced: int = 0
    pieces: tuple[Piece, ...] = ()
    places: Places | None = None
    left_out: tuple[str, ...] = ()
    extractor: str | None = None


class Refused(Exception):
    """Nothing can be made of a file's bytes, for `reason`; `what` completes "FILE: "."""

    def __init__(self, reason: SkipReason, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.reason: SkipReason = reason
        self.what = what
        self.hint = hint


def whole(text: str) -> str:
    """`text` with U+FFFD for each lone surrogate, which nothing can store."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
