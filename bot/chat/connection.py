"""Connections on which a clock holds, whatever the server does.

The client's own timeouts hold for each read, so that a server that sends a byte now and then
keeps a reader for ever. Here each read gets what is left of a clock, which its thread carries;
the clock also tells the time that was spent waiting from our own.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable
from contextlib import suppress
from time import monotonic, sleep
from typing import Any

import httpcore2

from bot.chat.addresses import addresses, connected
from bot.chat.chunks import Chunks
from bot.chat.clock import Clock, of_thread
from index.turns import turns

_CONNECT_SECONDS = 5.0
_LONGEST_HEAD = 200_000  # the HTTP library takes no longer one
# A stream is read at most once in so many seconds for each that is read at the time.
_PAUSE = 0.0005
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1


class Backend(httpcore2.NetworkBackend):
    """Connects within the clock of the thread that asks."""

    @turns.left
    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - as it is called
        socket_options: Iterable[Any] | None = None,  # noqa: ARG002
    ) -> httpcore2.NetworkStream:
        clock = of_thread() or Clock(monotonic() + (timeout or 60))
        begun = monotonic()
        try:
            until = begun + min(_CONNECT_SECONDS, clock.left())
            return Stream(connected(addresses(host, port, until), until))
        finally:
            clock.waited += monotonic() - begun


def _pause(clock: Clock, now: float) -> bool:
    """Let some text gather where many streams are read; whether that took any time.

    To wake for each piece costs more than to read it: two hundred streams of fifty pieces a
    second keep a processor busy with that alone, and the answers come late.
    """
    seconds = min(_LONGEST_PAUSE, _PAUSE * _streams.count, clock.left())
    seconds -= now - clock.last
    if not clock.last or seconds < _SHORTEST_PAUSE:
        return False
    sleep(seconds)
    return True


class _Streams:
    """How many streams are being read in this process."""

    def __init__(self) -> None:
        self.count = 0
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        with self._lock:
            self.count += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self.count -= 1


reading = _streams = _Streams()


class Stream(httpcore2.NetworkStream):
    """A connection whose every wait ends with the clock of the thread that waits."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._seen: bytes | None = b""  # of the response whose head is being read
        self._chunks: Chunks | None = None

    def join(self) -> None:
        """Give what comes of this response in whole: its body is in chunks."""
        if self._seen is not None:
            self._chunks = Chunks(self._seen)
            self._seen = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        while True:
            data = self._read(max_bytes, timeout)
            if self._chunks is not None and data:
                data = self._chunks.joined(data)
                if not data:
                    continue
            elif self._seen is not None:
                self._seen = self._seen + data if len(self._seen) < _LONGEST_HEAD else None
            return data

    @turns.left
    def _read(self, max_bytes: int, timeout: float | None) -> bytes:
        clock = of_thread()
        if clock is None:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        begun = monotonic()
        clock.wake = self.wake
        try:
            # Data that is there already costs one call of the system, not three.
            if _pause(clock, begun):
                self._socket.settimeout(0)
                with suppress(BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    return self._socket.recv(max_bytes)
            left = clock.left()
            if left <= 0:
                raise httpcore2.ReadTimeout
            self._socket.settimeout(left)
            return self._socket.recv(max_bytes)
        except TimeoutError:
            raise httpcore2.ReadTimeout from None
        except OSError as error:
            raise httpcore2.ReadError(str(error)) from None
        finally:
            clock.wake = None
            clock.last = monotonic()
            clock.waited += clock.last - begun

    @turns.left
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        clock = of_thread() or Clock(monotonic() + (timeout or 60))
        begun = monotonic()
        clock.wake = self.wake
        self._seen, self._chunks = b"", None
        view = memoryview(buffer)
        try:
            while view:
                left = clock.left()
                if left <= 0:
                    raise httpcore2.WriteTimeout
                self._socket.settimeout(left)
                view = view[self._socket.send(view) :]
        except TimeoutError:
            raise httpcore2.WriteTimeout from None
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from None
        finally:
            clock.wake = None
            clock.waited += monotonic() - begun

    def close(self) -> None:
        self._socket.close()

    def wake(self) -> None:
        """End what another thread waits for on this connection."""
        with suppress(OSError):  # it may have ended by itself
            self._socket.shutdown(socket.SHUT_RDWR)

    @turns.left
    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.NetworkStream:
        clock = of_thread() or Clock(monotonic() + (timeout or 60))
        begun = monotonic()
        try:
            # A handshake as a whole is held to the socket's timeout, not each read of it.
            self._socket.settimeout(max(0.001, min(_CONNECT_SECONDS, clock.left())))
            return Stream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
        except TimeoutError:
            self.close()
            raise httpcore2.ConnectTimeout from None
        except OSError as error:
            self.close()
            raise httpcore2.ConnectError(str(error)) from None
        except BaseException:
            self.close()
            raise
        finally:
            clock.waited += monotonic() - begun

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            import select

            poll = select.poll()
            poll.register(self._socket, select.POLLIN)
            return bool(poll.poll(0))
        if info == "socket":
            return self._socket
        if info == "ssl_object" and isinstance(self._socket, ssl.SSLSocket):
            return self._socket
        return None
