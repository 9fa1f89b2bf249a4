"""A scripted server with OpenAI's interface, on loopback: in a thread, or as a process.

    with Server(text("Hello")) as server:
        ...server.base_url...server.requests...

    python -m tests.servers.openai_like --port 0 --text "Hello there" --rate 50

One event loop plays every connection, so that hundreds of streams at once cost little. A
script is one play for every request for a completion, or a list of them for the first, second
and so on (the last one stays); `plays.by` looks at each request and names its play.
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import cast

from tests.servers.exchange import Exchange, Received, receive
from tests.servers.looped import Looped
from tests.servers.plays import Play, Script, text
from tests.servers.vectors import Embeddings

_LIMIT = 64 * 1024 * 1024


class Server(Looped):
    """A scripted server in a thread of its own, while the `with` lasts.

    `requests` are all that came, `peak` the most that were being answered at once.
    """

    def __init__(
        self,
        script: Script | None = None,
        *,
        embeddings: Embeddings | None = None,
        models: Sequence[str] = ("scripted",),
        port: int = 0,
    ) -> None:
        super().__init__(port)
        self.requests: list[Received] = []
        self.connections = 0
        self.peak = 0
        self._active = 0
        self._script = text("Hello.") if script is None else script
        self._embeddings = embeddings or Embeddings()
        self._models = models
        self._counts: dict[str, int] = {}
        self._open: set[asyncio.Task[None]] = set()

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1"

    @property
    def chats(self) -> list[Received]:
        """The requests for completions."""
        return [each for each in self.requests if each.path.endswith("/chat/completions")]

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._serve, sock=self._socket, limit=_LIMIT)

    async def _stop(self) -> None:
        self._server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        # asyncio does so only for sockets that name their protocol, which accepted ones do not.
        writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        task = cast("asyncio.Task[None]", asyncio.current_task())
        self._open.add(task)
        try:
            with suppress(ConnectionError, asyncio.CancelledError):
                while received := await receive(reader, self._counts):
                    self.requests.append(received)
                    await self._played(Exchange(received, reader, writer))
        finally:
            self._open.discard(task)
            writer.transport.abort()

    async def _played(self, to: Exchange) -> None:
        self._active += 1
        self.peak = max(self.peak, self._active)
        try:
            await self._play(to.received)(to)
        finally:
            self._active -= 1

    def _play(self, received: Received) -> Play:
        path = received.path.removeprefix("/v1").partition("?")[0]
        if path == "/chat/completions" and received.method == "POST":
            return _chosen(self._script, received)
        if path == "/embeddings" and received.method == "POST":
            return self._embeddings.play
        if path == "/models" and received.method == "GET":
            return self._listed
        return _nowhere

    async def _listed(self, to: Exchange) -> None:
        models = [
            {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "tests"}
            for name in self._models
        ]
        await to.whole(200, {"object": "list", "data": models})


async def _nowhere(to: Exchange) -> None:
    await to.whole(404, "404 page not found", kind="text/plain")


def _chosen(script: Script, received: Received) -> Play:
    if isinstance(script, Sequence):
        return script[min(received.n, len(script) - 1)]
    return script


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until standard input ends or the process is stopped; the address is printed first."""
    parser = argparse.ArgumentParser(prog="tests.servers.openai_like", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--script", metavar="MODULE:NAME", help="a script of one's own")
    parser.add_argument("--text", default="Hello.", help="what to answer")
    parser.add_argument("--file", type=Path, help="what to answer, from a file")
    parser.add_argument("--pieces", type=int, help="in how many pieces (by words)")
    parser.add_argument("--rate", type=float, help="pieces a second (at once)")
    parser.add_argument("--delay", type=float, default=0.0, help="seconds before the first piece")
    parser.add_argument("--embedding-delay", type=float, default=0.0, help="seconds a request")
    parser.add_argument("--dimension", type=int, default=64)
    parser.add_argument("--cheap", action="store_true", help="vectors that mean nothing")
    given = parser.parse_args(arguments)
    words = given.file.read_text(encoding="utf-8") if given.file else given.text
    script: Script = text(words, pieces=given.pieces, rate=given.rate, delay=given.delay)
    if given.script:
        module, _, name = given.script.partition(":")
        script = getattr(importlib.import_module(module), name)
    embeddings = Embeddings(given.dimension, given.embedding_delay, cheap=given.cheap)
    with Server(script, embeddings=embeddings, port=given.port) as server:
        print(server.base_url, flush=True)
        with suppress(KeyboardInterrupt):
            sys.stdin.read()


if __name__ == "__main__":
    main()
