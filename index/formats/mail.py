"""E-mail, a message or a mailbox of them: each message is an article of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Date
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesFeedParser
from email.policy import compat32
from email.utils import parsedate_to_datetime
from importlib import import_module

from index.encodings import BinaryData, UnknownEncoding, decode
from index.formats.composing import Composing, Some, lines, one_line
from index.formats.extracted import Extracted, Refused
from index.reading import printable
from index.record import record

_HEADERS = ("From", "To", "Date", "Subject")
_HEADER_CHARACTERS = 1000
_PARTS = 1000  # of a message
_DEPTH = 10
_FROM = re.compile(rb"^From .*\r?\n", re.MULTILINE)
_FIELD = re.compile(rb"[!-9;-~]+:")
_CHUNK = 1 << 16
_UNENCODED = ("", "7bit", "8bit", "binary")

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Part = Message[str, str]


@record
class _Body:
    """A part's text; it begins at `start` in the file, None where it stands there encoded."""

    text: str
    start: int | None


@record
class _Read:
    """A message: its headers as lines with their names, its texts, and what is not in them."""

    headers: tuple[tuple[str, str], ...]
    bodies: tuple[_Body, ...]
    left_out: tuple[str, ...]
    title: str | None
    date: Date | None


def extract(data: bytes, encoding: str | None) -> Extracted:  # noqa: ARG001 - each part says its own
    """The messages' headers and texts; the places are lines where all stand there unencoded."""
    spans = list(_spans(data))
    messages = [_message(data, *span) for span in spans]
    plain = all(body.start is not None for read in messages for body in read.bodies)
    composing = Composing("lines" if plain else "message")
    counted = _Lines(data)
    for number, (read, span) in enumerate(zip(messages, spans, strict=True), 1):
        if not composing.holds("".join(body.text for body in read.bodies)):
            composing.left_out.append(f"the messages from {number:,} on: the file is too large")
            break
        _compose(composing, read, number, span, counted if plain else None)
        title = f"“{read.title}”: " if read.title and len(spans) > 1 else ""
        composing.left_out += [title + what for what in read.left_out]
    only = messages[0] if len(messages) == 1 else None
    return composing.extracted(
        "utf-8", "email", only.title if only else None, only.date if only else None
    )


def _spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Where the messages of a mailbox begin and end; a message alone is one."""
    if not data.startswith(b"From "):
        yield 0, len(data)
        return
    begin = None
    for match in _FROM.finditer(data):
        # Within a text such a line follows no blank one, or is followed by no header.
        before = data[max(0, match.start() - 2) : match.start()]
        if match.start() and not (before.endswith(b"\n\n") or before == b"\r\n"):
            continue
        if not _FIELD.match(data, match.end()):
            continue
        if begin is not None:
            yield begin, match.start()
        begin = match.end()
    if begin is None:
        raise Refused("damaged", "it begins as a mailbox does, and holds no message")
    yield begin, len(data)


class _Finder:
    """Where in a message its parts stand, asked in their order."""

    def __init__(self, data: bytes, start: int, end: int) -> None:
        self._data, self._start, self._end = data, start, end

    def find(self, octets: bytes) -> int | None:
        at = self._data.find(octets, self._start, self._end)
        if at < 0:
            return None
        self._start = at + len(octets)
        return at


def _message(data: bytes, start: int, end: int) -> _Read:
    parser = BytesFeedParser(policy=compat32)
    try:
        for at in range(start, end, _CHUNK):  # whole it would be held four times
            parser.feed(data[at : min(end, at + _CHUNK)])
        message = parser.close()
        bodies, left_out = _bodies(message, _Finder(data, start, end))
    except RecursionError:
        raise Refused("damaged", "its parts are nested too deeply") from None
    headers = tuple(
        (name, text) for name in _HEADERS if (text := _header(message, name)) is not None
    )
    subject = one_line(dict(headers).get("Subject", ""))
    return _Read(headers, tuple(bodies), tuple(left_out), subject, _date(_header(message, "Date")))


def _bodies(message: Part, finder: _Finder) -> tuple[list[_Body], list[str]]:
    bodies: list[_Body] = []
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
            bodies += _html(part, left_out)
        elif kind in ("text/plain", "text/markdown", "text/enriched"):
            bodies += _plain(part, left_out, finder)
        elif _octets(part):
            attached.add(_name(part))
    if attached.count:
        many = f"{attached.count:,} attachments" if attached.count > 1 else "an attachment"
        left_out.append(f"{many}: {attached}")
    return bodies, left_out


def _preferred(parts: list[Part]) -> list[Part]:
    """The one of the same text in several forms that is plain, else the best that can be read."""
    for kind in ("text/plain", "text/html"):
        for part in parts:
            if part.get_content_type() == kind and _octets(part).strip():
                return [part]
    return parts[-1:]


def _is_attached(part: Part) -> bool:
    return (_header(part, "Content-Disposition") or "").lower().startswith("attachment")


def _name(part: Part) -> str:
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError):  # of a broken header
        name = None
    return printable((one_line(name, 100) if name else None) or part.get_content_type()[:100])


def _octets(part: Part) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _plain(part: Part, left_out: list[str], finder: _Finder) -> list[_Body]:
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
    transfer = (_header(part, "Content-Transfer-Encoding") or "").lower()
    return [_Body(read.text, finder.find(octets) if transfer in _UNENCODED else None)]


def _html(part: Part, left_out: list[str]) -> list[_Body]:
    html: Any = import_module("index.formats.html")
    octets = _octets(part)
    if not octets.strip():
        return []
    try:
        read = html.extract(octets, _charset(part))
    except Refused as refused:
        left_out.append(f"a part in HTML: {refused.what}")
        return []
    left_out += read.left_out
    return [_Body(read.text, None)]


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


def _header(part: Part, name: str) -> str | None:
    """A header's text, its encoded words decoded."""
    raw = next((text for each, text in part.raw_items() if each.lower() == name.lower()), None)
    if raw is None:
        return None
    said = str(raw)[:_HEADER_CHARACTERS]
    try:
        parts = decode_header(said)
    except (HeaderParseError, ValueError):
        parts = [(said, None)]
    return one_line("".join(_word(text, charset) for text, charset in parts), _HEADER_CHARACTERS)


def _word(text: bytes | str, charset: str | None) -> str:
    try:
        if isinstance(text, str):
            # What is not ASCII stands as surrogates: bytes of an encoding that nothing names.
            return text if text.isascii() else decode(text.encode("ascii", "surrogateescape")).text
        return text.decode(charset or "raw-unicode-escape", "replace")
    except (LookupError, ValueError):
        return text if isinstance(text, str) else text.decode("latin-1")


def _date(said: str | None) -> Date | None:
    """The day as the sender's own clock had it."""
    try:
        return parsedate_to_datetime(said).date() if said is not None else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


class _Lines:
    """Which line of the file an offset lies in, asked message by message."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._begun = self._known = (0, 1)

    def begin(self, offset: int) -> None:
        """Nothing before `offset` is asked for any more."""
        self._begun = (offset, self.at(offset))

    def at(self, offset: int) -> int:
        known, line = self._known if self._known[0] <= offset else self._begun
        for end, sign in ((b"\n", 1), (b"\r", 1), (b"\r\n", -1)):
            line += sign * self.data.count(end, known, offset)
        self._known = (offset, line)
        return line


def _compose(
    composing: Composing, read: _Read, number: int, span: tuple[int, int], counted: _Lines | None
) -> None:
    if composing.size:
        composing.write("\n\n")
    start = composing.size
    if counted is None:
        composing.at(number, number, read.title or "")
    else:
        counted.begin(span[0])
    for header, text in read.headers:
        if counted is not None:
            composing.at(*_header_lines(counted, span, header))
        composing.write(f"{header}: {text}\n")
    for body in read.bodies:
        composing.write("\n" if composing.size > start else "")
        if counted is None or body.start is None:
            composing.write(body.text)
            continue
        first = counted.at(body.start)
        for line, text in enumerate(lines(body.text), first):
            composing.at(line, line)
            composing.write(text)
    composing.piece(start, read.title, read.date)


def _header_lines(counted: _Lines, span: tuple[int, int], header: str) -> tuple[int, int]:
    """The first and last line of a header, which may go on in indented lines."""
    pattern = rb"^%b[ \t]*:[^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*" % re.escape(header.encode())
    found = re.compile(pattern, re.IGNORECASE | re.MULTILINE).search(counted.data, *span)
    if found is None:
        return (counted.at(span[0]),) * 2
    return counted.at(found.start()), counted.at(found.end())
