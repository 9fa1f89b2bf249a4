"""Chunks joined are read as they are when they are not, by the library that reads them."""

from __future__ import annotations

import random
from typing import Literal

import h11

from bot.chat.chunks import Chunks

HEAD = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
Read = tuple[bytes, Literal["end", "error"], bytes, int]


def read(parts: list[bytes], *, joined: bool) -> Read:
    """The body that arrives in `parts`, how it ended, what came after it, and in how many."""
    reader = h11.Connection(h11.CLIENT)
    reader.send(h11.Request(method="GET", target="/", headers=[("host", "here")]))
    reader.send(h11.EndOfMessage())
    body, seen, count = b"", b"", 0
    chunks: Chunks | None = None
    for part in [*parts, b""]:
        data = part
        if joined and chunks is None:
            seen += part
        elif chunks is not None and part:
            data = chunks.joined(part)
            if not data:
                continue
        try:
            reader.receive_data(data)
            while not isinstance(event := reader.next_event(), type):
                if isinstance(event, h11.Response):
                    chunks = Chunks(seen) if joined else None
                elif isinstance(event, h11.Data):
                    body += bytes(event.data)
                    count += 1
                elif isinstance(event, h11.EndOfMessage):
                    return body, "end", bytes(reader.trailing_data[0]), count
        except h11.RemoteProtocolError:
            break
    return body, "error", b"", count


def stream(draw: random.Random) -> bytes:
    """Chunks, many of them odd."""
    body = b""
    for _ in range(draw.randrange(12)):
        data = bytes(draw.choice(b"abc\r\n0;") for _ in range(draw.choice((1, 1, 2, 5, 30))))
        size = b"%x" % len(data)
        if draw.random() < 0.1:
            size = size.upper().rjust(draw.randrange(1, 12), b"0")
        size += draw.choice((b";x=1", b" ")) if draw.random() < 0.05 else b""
        body += size + b"\r\n" + data + b"\r\n"
    if draw.random() < 0.9:
        body += b"0\r\n" + (b"a: b\r\n" if draw.random() < 0.1 else b"") + b"\r\n"
    if draw.random() < 0.05:
        body += b"HTTP/1.1 200 OK"
    if body and draw.random() < 0.3:
        place = draw.randrange(len(body))
        odd = bytes([draw.choice(b"\r\n0a;! ")])
        body = body[:place] + odd + body[place + draw.randrange(2) :]
    return body


def test_the_library_reads_the_same_however_a_stream_is_cut_and_whatever_is_wrong_in_it() -> None:
    draw = random.Random(11)
    ends = {"end": 0, "error": 0}
    for _ in range(4_000):
        raw = HEAD + stream(draw)
        cuts = sorted(draw.randrange(len(raw)) for _ in range(draw.choice((0, 1, 3, 10, 40))))
        parts = [raw[a:b] for a, b in zip([0, *cuts], [*cuts, len(raw)], strict=True) if a < b]
        plain, joined = read(parts, joined=False), read(parts, joined=True)
        assert plain[1] == joined[1], parts
        ends[plain[1]] += 1
        if plain[1] == "end":
            assert plain[:3] == joined[:3], parts
        else:  # what of a broken body was read before it was seen to be broken
            shorter, longer = sorted((plain[0], joined[0]), key=len)
            assert longer.startswith(shorter), parts
    assert min(ends.values()) > 500


def test_what_came_together_is_read_at_once() -> None:
    chunks = b"".join(b"4\r\nword\r\n" for _ in range(100))
    body, ended, _, count = read([HEAD, chunks + b"0\r\n\r\n"], joined=True)
    assert (body, ended, count) == (b"word" * 100, "end", 1)
    assert read([HEAD, chunks + b"0\r\n\r\n"], joined=False)[3] == 100
