"""E-mail, a message or a mailbox of them: each message is an article of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Date
from email.parser import BytesFeedParser
from email.policy import compat32

from index.formats.composing import Composing, lines, one_line
from index.formats.extracted import Extracted, Refused
from index.formats.mail_headers import date_of, header_of
from index.formats.mail_parts import Body, Finder, bodies_of
from index.record import record

_HEADERS = ("From", "To", "Date", "Subject")
_FROM = re.compile(rb"^From .*\r?\n", re.MULTILINE)
_FIELD = re.compile(rb"[!-9;-~]+:")
_CHUNK = 1 << 16


@record
class _Read:
    """A message: its headers as lines with their names, its texts, and what is not in them."""

    headers: tuple[tuple[str, str], ...]
    bodies: tuple[Body, ...]
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


def _message(data: bytes, start: int, end: int) -> _Read:
    parser = BytesFeedParser(policy=compat32)
    try:
        for at in range(start, end, _CHUNK):  # whole it would be held four times
            parser.feed(data[at : min(end, at + _CHUNK)])
        message = parser.close()
        bodies, left_out = bodies_of(message, Finder(data, start, end))
    except RecursionError:
        raise Refused("damaged", "its parts are nested too deeply") from None
    headers = tuple(
        (name, text) for name in _HEADERS if (text := header_of(message, name)) is not None
    )
    subject = one_line(dict(headers).get("Subject", ""))
    day = date_of(header_of(message, "Date"))
    return _Read(headers, tuple(bodies), tuple(left_out), subject, day)


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
    start = composing.begin()
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
