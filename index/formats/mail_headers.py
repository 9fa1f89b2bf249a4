"""The headers of a message: encoded words decoded, and what they may name believed with care."""

from __future__ import annotations

from datetime import date as Date
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime

from index.encodings import decode
from index.formats.composing import one_line

_CHARACTERS = 1000

TYPE_CHECKING = False
if TYPE_CHECKING:
    Part = Message[str, str]


def header_of(part: Part, name: str) -> str | None:
    """A header's text, its encoded words decoded."""
    raw = next((text for each, text in part.raw_items() if each.lower() == name.lower()), None)
    if raw is None:
        return None
    said = str(raw)[:_CHARACTERS]
    try:
        parts = decode_header(said)
    except (HeaderParseError, ValueError):
        parts = [(said, None)]
    return one_line("".join(_word(text, charset) for text, charset in parts), _CHARACTERS)


def _word(text: bytes | str, charset: str | None) -> str:
    try:
        if isinstance(text, str):
            # What is not ASCII stands as surrogates: bytes of an encoding that nothing names.
            return text if text.isascii() else decode(text.encode("ascii", "surrogateescape")).text
        return text.decode(charset or "raw-unicode-escape", "replace")
    except (LookupError, ValueError):
        return text if isinstance(text, str) else text.decode("latin-1")


def date_of(said: str | None) -> Date | None:
    """The day as the sender's own clock had it."""
    try:
        return parsedate_to_datetime(said).date() if said is not None else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
