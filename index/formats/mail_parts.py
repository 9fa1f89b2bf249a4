"""The texts among the parts of a message, and what is attached to it."""

from __future__ import annotations

from email.message import Message

from index.encodings import BinaryData, UnknownEncoding, decode
from index.formats.composing import Some, one_line
from index.formats.extracted import Refused
from index.formats.mail_headers import header_of
from index.reading import printable
from index.record import record

_PARTS = 1000  # of a message
_DEPTH = 10
_UNENCODED = ("", "7bit", "8bit", "binary")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.formats.mail_headers import Part


@record
class Body:
    """A part's text; it begins at `start` in the file, None where it stands there encoded."""

    text: str
    start: int | None


class Finder:
    """Where in a message its parts stand, asked in their order."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self._start, self._end = data, start, end

    def find(self, octets: bytes) -> int | None:
        at = self._data.find(octets, self._start, self._end)
        if at < 0:
            return None
        self._start = at + len(octets)
        return at


def bodies_of(message: Part, finder: Finder) -> tuple[list[Body], list[str]]:
    """The texts of a message in their order, and what is not among them."""
    found: list[Body] = []
    attached = Some()
    left_out: list[str] = []
    stack = [(message, 0)]
    count = 0
    while stack:
        part, depth = stack.pop()
        count += 1
        if count > _PARTS or depth > _DEPTH:
            left_out.append(f"what lies beyond {_PARTS:,} parts or {_DEPTH} in each other")
            break
        kind = part.get_content_type()
        if depth and _is_attached(part):
            attached.add(_name(part))
        elif part.is_multipart():
            inner = [each for each in part.get_payload() if isinstance(each, Message)]
            if kind == "multipart/alternative":
                inner = _preferred(inner)
            stack += [(each, depth + 1) for each in reversed(inner)]
        elif kind == "text/html":
            found += _html(part, left_out)
        elif kind in ("text/plain", "text/markdown", "text/enriched"):
            found += _plain(part, left_out, finder)
        elif _octets(part):
            attached.add(_name(part))
    if attached.count:
        many = f"{attached.count:,} attachments" if attached.count > 1 else "an attachment"
        left_out.append(f"{many}: {attached}")
    return found, left_out


def _preferred(parts: list[Part]) -> list[Part]:
    """The one of the same text in several forms that is plain, else the best that can be read."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and _octets(part).strip():
                return [part]
    return parts[-1:]


def _is_attached(part: Part) -> bool:
    return (header_of(part, "Content-Disposition") or "").lower().startswith("attachment")


def _name(part: Part) -> str:
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError):  # of a broken header
        name = None
    return printable((one_line(name, 100) if name else None) or part.get_content_type()[:100])


def _octets(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(part: Part, left_out: list[str], finder: Finder) -> list[Body]:
    octets = _octets(part)
    if not octets.strip():
        return []
    charset = _charset(part)
    try:
        read = decode(octets, charset)
        if read.replaced and charset is not None:  # a header may be wrong
            told = decode(octets)
            read = told if told.replaced < read.replaced else read
    except (BinaryData, UnknownEncoding):
        left_out.append("a text whose encoding cannot be told")
        return []
    if read.replaced:
        left_out.append(
            f"{read.replaced:,} byte sequences that are not {read.encoding}: each stands as U+FFFD"
        )
    transfer = (header_of(part, "Content-Transfer-Encoding") or "").lower()
    return [Body(read.text, finder.find(octets) if transfer in _UNENCODED else None)]


def _html(part: Part, left_out: list[str]) -> list[Body]:
    from index.formats import html

    octets = _octets(part)
    if not octets.strip():
        return []
    try:
        read = html.extract(octets, _charset(part))
    except Refused as refused:
        left_out.append(f"a part in HTML: {refused.what}")
        return []
    left_out += read.left_out
    return [Body(read.text, None)]


def _charset(part: Part) -> str | None:
    """The encoding that the part names, if it is one of text; ASCII says nothing."""
    try:
        charset = part.get_content_charset()
        if not charset or charset in ("us-ascii", "ascii") or "\0" in charset:
            return None
        b"\x80".decode(charset, "replace")  # not all that has a name decodes bytes to text
    except (LookupError, ValueError, TypeError):
        return None
    return charset
