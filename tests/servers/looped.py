"""A server of the tests on an event loop in a thread of its own, from `with` to its end."""

from __future__ import annotations

import asyncio
import socket
import threading
from types import TracebackType
from typing import TypeVar

S = TypeVar("S", bound="Looped")


class Looped:
    """Listens on loopback, at `port` or where there is room, as soon as it is entered."""

    def __init__(self, port: int = 0) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._socket = socket.create_server(("127.0.0.1", port), backlog=1024)

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def __enter__(self: S) -> S:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._listen(), self._loop).result()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _listen(self) -> None:
        """Begin to serve what comes to the socket."""
        raise NotImplementedError

    async def _stop(self) -> None:
        """End what is under way."""
        raise NotImplementedError
