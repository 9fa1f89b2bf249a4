"""The chunks of a body that came together, as one chunk.

A server sends a chunk for each piece of text, and the HTTP library takes 15 µs for each: of a
burst, and where hundreds of streams are read, that is most of the work. What is odd is passed
on as it is, for the library to judge.
"""

from __future__ import annotations

import re

_HEAD_END = re.compile(rb"\n\r?\n")
_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})\r\n")
_SIZE_BEGUN = re.compile(rb"[0-9A-Fa-f]{0,8}\r?\Z")
_LINE_END = b"\r\n"
_NO_SIZE = b"!\r\n"  # what the library refuses wherever a chunk begins


class Chunks:
    """The rest of a response in chunks whose beginning, `seen`, the library has read as it came."""

    def __init__(self, seen: bytes) -> None:
        self._left = 0  # bytes to come of the chunk that is open, without the line end after it
        self._foot = 0  # bytes to come of that
        self._held = b""  # the beginning of a chunk's size
        self._plain = False  # all that follows is passed on as it comes
        head = _HEAD_END.search(seen)
        if head is not None:
            self.joined(seen[head.end() :])
        # Where the library stands within a size, it must be given the rest of that.
        self._plain |= head is None or bool(self._held)
        self._open = self._left + self._foot  # bytes to come of a chunk that the library knows of
        self._left = self._foot = 0

    _open = 0

    def joined(self, data: bytes) -> bytes:
        """What the library is to read in place of `data`; b"" where more must come first."""
        if self._plain:
            return data
        before = data[: self._open]
        self._open -= len(before)
        data = self._held + data[len(before) :]
        self._held = b""
        parts: list[bytes] = []
        place, end = 0, len(data)
        after = b""
        while place < end:
            if self._left:
                part = data[place : place + self._left]
                parts.append(part)
                place += len(part)
                self._left -= len(part)
            elif self._foot:
                foot = data[place : place + self._foot]
                if foot != _LINE_END[-self._foot :][: len(foot)]:
                    self._plain = True
                    after = _NO_SIZE
                    break
                place += len(foot)
                self._foot -= len(foot)
            elif size := _SIZE.match(data, place):
                self._left = int(size[1], 16)
                if not self._left:  # the last one
                    self._plain = True
                    after = data[place:]
                    break
                self._foot = len(_LINE_END)
                place = size.end()
            elif _SIZE_BEGUN.match(data, place):
                self._held = data[place:]
                break
            else:
                self._plain = True
                after = data[place:]
                break
        body = b"".join(parts)
        whole = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
        return before + whole + after
