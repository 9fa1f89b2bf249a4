"""One request to the scripted server, and all that can be done to its connection in reply."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

_CONTEXT = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ConnectionError, ValueError)


@dataclass(frozen=True)
class Received:
    """A request as it came. `n` counts from 0 over the requests to the same path."""

    n: int
    method: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    body: Any
    at: float

    def __getitem__(self, key: str) -> Any:
        """What the request's JSON says of `key`; None where it does not."""
        return self.body.get(key) if isinstance(self.body, dict) else None

    @property
    def form(self) -> str:
        """The form of answer that was asked for: json_schema, json_object or none."""
        wanted = self["response_format"]
        return str(wanted.get("type")) if isinstance(wanted, dict) else "none"

    @property
    def text(self) -> str:
        """All that the messages say."""
        return "\n".join(str(message.get("content")) for message in self["messages"] or ())


class Exchange:
    """A request, and its connection to reply on."""

    def __init__(
        self, received: Received, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.received = received
        self._reader = reader
        self._writer = writer
        self._chunked = False

    async def head(
        self,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        *,
        kind: str = "text/event-stream",
        length: int | None = None,
    ) -> None:
        """Send the status and headers; the body is chunked where no length is given."""
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Odd"
        self._chunked = length is None
        size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
        more = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        start = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: {kind}\r\n{size}\r\n{more}\r\n"
        await self.raw(start.encode("latin-1"))

    async def send(self, data: bytes) -> None:
        """Send a part of the body."""
        await self.raw(b"%x\r\n%b\r\n" % (len(data), data) if self._chunked else data)

    async def event(self, value: object) -> None:
        """Send `value` as one server-sent event."""
        await self.send(b"data: %b\n\n" % json.dumps(value, ensure_ascii=False).encode())

    async def end(self, *, done: bool = False) -> None:
        """End a chunked body, with the event that says so before it where `done`."""
        last = b"data: [DONE]\n\n"
        await self.raw((b"%x\r\n%b\r\n" % (len(last), last) if done else b"") + b"0\r\n\r\n")

    async def whole(
        self,
        status: int,
        value: object,
        headers: Mapping[str, str] | None = None,
        *,
        kind: str = "application/json",
    ) -> None:
        """Send a whole reply: JSON, or a text as it is."""
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        await self.head(status, headers, kind=kind, length=len(body))
        await self.send(body)

    async def raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def drop(self) -> None:
        """End the connection in the middle of what it was at."""
        self._writer.transport.abort()

    async def hang(self) -> None:
        """Say nothing more, until the other side goes away or the server ends."""
        while not self._reader.at_eof() and self._reader.exception() is None:
            await asyncio.sleep(0.02)


async def receive(reader: asyncio.StreamReader, counts: dict[str, int]) -> Received | None:
    """The next request on a connection; None when there is none that can be read."""
    try:
        start, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _version = start.split(" ")
        pairs = (line.split(":", 1) for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, value in pairs}
        raw = await reader.readexactly(int(headers.get("content-length", "0")))
    except _CONTEXT:
        return None
    try:
        body = json.loads(raw) if raw else None
    except ValueError:
        body = None
    n = counts.get(path, 0)
    counts[path] = n + 1
    return Received(n, method, path, headers, body, time.monotonic())
