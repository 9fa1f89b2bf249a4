"""The texts among the parts of a message, and what is attached to it."""

from __future__ import annotations

import re
from email.message import Message

from index.encodings import BinaryData, Decoded, UnknownEncoding, decode
from index.formats.charset import decoded_page
from index.formats.composing import Some, one_line
from index.formats.extracted import Refused
from index.formats.mail_headers import header_of
from index.formats.visible import squeezed, visible
from index.reading import printable
from index.record import record

_PARTS = 1000  # of a message
_DEPTH = 10
_UNENCODED = ("", "7bit", "8bit", "binary")
_COMPARED = 200_000  # characters of two forms of a text
_MORE = 3  # times as long as the other form: that one is a note or a beginning
_SHINGLE = 6  # letters that two texts share by no chance, in any script
_ADDRESS = re.compile(r"https?://[^\s<>]+")

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
                inner = _preferred(inner, left_out)
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


def _preferred(parts: list[Part], left_out: list[str]) -> list[Part]:
    """The one of the same text in several forms that is plain, unless it only says that there is
    another or is a beginning of it; else the best that can be read."""
    plain = next((part for part in parts if _is(part, "text/plain")), None)
    page = next((part for part in parts if _is(_first(part), "text/html")), None)
    if plain is None or page is None:
        return [part for part in (plain, page) if part is not None] or parts[-1:]
    words, shown = _words(plain), _shown(_first(page))
    takes_page = len(shown) > len(words) and (
        len(shown) >= _MORE * len(words) or _is_other(words, shown)
    )
    if takes_page and _is_other(words, shown):
        left_out.append("a plain form of a text, which says something else than the one in HTML")
    elif not takes_page and _is_other(shown, words):
        left_out.append("a form of a text in HTML, which says more or else than the plain one")
    return [page if takes_page else plain]


def _is(part: Part, kind: str) -> bool:
    return part.get_content_type() == kind and bool(_octets(part).strip())


def _first(part: Part) -> Part:
    """The part itself, or the first in it: a page that pictures belong to comes before them."""
    for _ in range(_DEPTH):
        inner = part.get_payload() if part.is_multipart() else None
        if not isinstance(inner, list) or not inner or not isinstance(inner[0], Message):
            break
        part = inner[0]
    return part


def _words(part: Part) -> str:
    """The letters of a plain part, without the addresses that stand for a page's links."""
    read = _decoded(part)
    return squeezed(_ADDRESS.sub(" ", read.text[:_COMPARED])).casefold() if read else ""


def _shown(part: Part) -> str:
    """The letters that are seen of a page."""
    try:
        text = decoded_page(_octets(part), _charset(part)).text
    except Refused:
        return ""
    return visible(text[: 10 * _COMPARED]).letters[:_COMPARED].casefold()


def _is_other(one: str, two: str) -> bool:
    """Whether most of `one` does not stand in `two`."""
    known = {two[i : i + _SHINGLE] for i in range(len(two))}
    new = sum(one[i : i + _SHINGLE] not in known for i in range(0, len(one), _SHINGLE // 2))
    return new * _SHINGLE > len(one)


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


def _decoded(part: Part) -> Decoded | None:
    """The text of a plain part, None where its encoding cannot be told."""
    octets = _octets(part)
    charset = _charset(part)
    try:
        read = decode(octets, charset)
        if read.replaced and charset is not None:  # a header may be wrong
            told = decode(octets)
            read = told if told.replaced < read.replaced else read
    except (BinaryData, UnknownEncoding):
        return None
    return read


def _plain(part: Part, left_out: list[str], finder: Finder) -> list[Body]:
    octets = _octets(part)
    if not octets.strip():
        return []
    read = _decoded(part)
    if read is None:
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
        # What finds the article of a page takes most of a shop's or a bank's letter for its frame.
        read = html.extract(octets, _charset(part), has_article=False)
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
