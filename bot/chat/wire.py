"""A connection to a model's server on which a deadline holds, whatever the server does.

The client's own timeouts hold for each read, so that a server that sends a byte now and then
keeps a reader for ever. Here each read gets what is left of a clock, which its thread carries;
the clock also tells the time that was spent waiting from our own.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from time import monotonic, sleep
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

from bot.chat.chunks import Chunks
from index.errors import UsageError
from index.turns import turns

# What the network can do to a request; what has timed out is also one of these.
FAILURES = (
    httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError,
    httpcore2.ProxyError, httpcore2.UnsupportedProtocol,
)  # fmt: skip
NOT_CONNECTED = (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.ProxyError)
TIMEOUTS = httpcore2.TimeoutException

_CONNECT_SECONDS = 5.0
_ERROR_SECONDS = 2.0
_MOST_OF_AN_ERROR = 65_536
_KEPT_SECONDS = 30.0
_LONGEST_HEAD = 200_000  # the HTTP library takes no longer one
# A stream is read at most once in so many seconds for each that is read at the time.
_PAUSE = 0.0005
_SHORTEST_PAUSE, _LONGEST_PAUSE = 0.005, 0.1

_thread = threading.local()


class Refused(Exception):
    """An answer of the server's that is not a success: its status, headers and words."""

    def __init__(self, status: int, headers: httpx2.Headers, text: str) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers
        self.text = text


class Clock:
    """The time a request has, and what of it was spent waiting.

    Inside its `with`, all that this thread does on the network stops at `deadline`.
    """

    __slots__ = ("_stream", "cancelled", "deadline", "last", "waited")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.waited = 0.0
        self.last = 0.0
        self.cancelled = False
        self._stream: _Stream | None = None

    def __enter__(self) -> None:
        _thread.clock = self

    def __exit__(self, *_: object) -> None:
        _thread.clock = None

    def cancel(self) -> None:
        """End what another thread waits for under this clock, now."""
        self.cancelled = True
        stream = self._stream
        if stream is not None:
            stream.wake()

    def left(self) -> float:
        return 0.0 if self.cancelled else self.deadline - monotonic()


def client(base_url: str) -> httpx2.Client:
    """An HTTP client for one server, for hundreds of streams at once.

    Certificates and the environment's proxies are taken as the openai client takes them, but
    what runs on this machine is never reached through a proxy. Redirects are not followed: a
    key is sent to nobody but the server that was named.
    """
    from openai import DefaultHttpxClient

    made: httpx2.Client = DefaultHttpxClient(
        transport=_transport(base_url),
        follow_redirects=False,
        event_hooks={"response": [_refuse]},
        trust_env=False,
    )
    return made


def proxy_for(base_url: str) -> str | None:
    """The address of the proxy that the environment names for a server; None for none."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if _is_loopback(host) or proxy_bypass(host):
        return None
    named = getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")


def _transport(base_url: str) -> httpx2.BaseTransport:
    encrypted = base_url.lower().startswith("https:")
    # Made once, for to read the certificates takes 20 ms; not at all where none are needed.
    context = _certificates() if encrypted else None
    named: dict[str, Any] = {
        "ssl_context": context,
        "max_connections": None,
        # Each idle one is looked at when another is asked for.
        "max_keepalive_connections": 64,
        "keepalive_expiry": _KEPT_SECONDS,
        "network_backend": _Backend(),
    }
    address = proxy_for(base_url)
    if address is None:
        return _Transport(httpcore2.ConnectionPool(**named))
    try:
        proxy = httpx2.Proxy(address)
    except (ValueError, httpx2.InvalidURL):
        proxy = None
    if proxy is None or proxy.url.scheme != "http":
        raise UsageError(
            "The environment names a proxy of a kind that cannot be used.",
            "Name one that starts with http://, or name the server in NO_PROXY.",
        )
    url = httpcore2.URL(
        scheme=proxy.url.raw_scheme, host=proxy.url.raw_host, port=proxy.url.port, target=b"/"
    )
    return _Transport(httpcore2.HTTPProxy(url, proxy_auth=proxy.raw_auth, **named))


def _certificates() -> ssl.SSLContext:
    try:
        return httpx2.create_ssl_context()
    except OSError as error:
        raise UsageError(
            f"The certificates of servers cannot be read: {error.strerror or error}.",
            "SSL_CERT_FILE and SSL_CERT_DIR say where they are; unset them, or put them right.",
        ) from error


def _refuse(response: httpx2.Response) -> None:
    """Raise what is no success, with as much of its words as is of use."""
    if response.is_success:
        return
    clock: Clock | None = getattr(_thread, "clock", None)
    if clock is not None:
        clock.deadline = min(clock.deadline, monotonic() + _ERROR_SECONDS)
    said = b""
    try:
        for part in response.iter_raw():
            said += part
            if len(said) >= _MOST_OF_AN_ERROR:
                break
    except FAILURES:
        pass  # its status says enough
    finally:
        response.close()
    text = said[:_MOST_OF_AN_ERROR].decode("utf-8", "replace")
    raise Refused(response.status_code, response.headers, text)


class _Transport(httpx2.BaseTransport):
    """httpx2's own, over a pool that connects our way."""

    def __init__(self, pool: httpcore2.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        url = request.url
        answer = self._pool.handle_request(
            httpcore2.Request(
                method=request.method,
                url=httpcore2.URL(
                    scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
                ),
                headers=request.headers.raw,
                content=cast("Iterable[bytes]", request.stream),
                extensions=request.extensions,
            )
        )
        connection = answer.extensions.get("network_stream")
        if answer.status == 200 and isinstance(connection, _Stream) and _in_chunks(answer):
            connection.join()
        return httpx2.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(cast("Iterable[bytes]", answer.stream)),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._pool.close()


def _in_chunks(answer: httpcore2.Response) -> bool:
    said = [value for name, value in answer.headers if name.lower() == b"transfer-encoding"]
    return len(said) == 1 and said[0].lower() == b"chunked"


class _Body(httpx2.SyncByteStream):
    def __init__(self, stream: Iterable[bytes]) -> None:
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._stream)

    def close(self) -> None:
        close = getattr(self._stream, "close", None)
        if close is not None:
            close()


class _Backend(httpcore2.NetworkBackend):
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
        clock: Clock = getattr(_thread, "clock", None) or Clock(monotonic() + (timeout or 60))
        begun = monotonic()
        try:
            until = begun + min(_CONNECT_SECONDS, clock.left())
            return _Stream(_connected(_addresses(host, port, until), until))
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


class _Stream(httpcore2.NetworkStream):
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
        clock: Clock | None = getattr(_thread, "clock", None)
        if clock is None:
            self._socket.settimeout(timeout)
            return self._socket.recv(max_bytes)
        begun = monotonic()
        clock._stream = self
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
            clock._stream = None
            clock.last = monotonic()
            clock.waited += clock.last - begun

    @turns.left
    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        clock: Clock = getattr(_thread, "clock", None) or Clock(monotonic() + (timeout or 60))
        begun = monotonic()
        clock._stream = self
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
            clock._stream = None
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
        clock: Clock = getattr(_thread, "clock", None) or Clock(monotonic() + (timeout or 60))
        begun = monotonic()
        try:
            # A handshake as a whole is held to the socket's timeout, not each read of it.
            self._socket.settimeout(max(0.001, min(_CONNECT_SECONDS, clock.left())))
            return _Stream(ssl_context.wrap_socket(self._socket, server_hostname=server_hostname))
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


_Addresses = list[tuple[Any, ...]]


def _addresses(host: str, port: int, until: float) -> _Addresses:
    """The addresses of a host. A resolver knows no timeout: it is waited for in a thread."""
    found: list[_Addresses | BaseException] = []

    def look() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except BaseException as error:
            found.append(error)

    if _is_loopback(host) or _is_numeric(host):
        look()
    else:
        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        thread.join(max(0.0, until - monotonic()))
    if not found:
        raise httpcore2.ConnectTimeout(f"{host} is looked up for too long")
    (result,) = found
    if isinstance(result, OSError):
        raise httpcore2.ConnectError(str(result))
    if isinstance(result, BaseException):
        raise result
    return result


def _is_numeric(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit()


def _connected(addresses: _Addresses, until: float) -> socket.socket:
    """A connection to the first of `addresses` that takes one; each gets its share of the time."""
    failure: Exception = httpcore2.ConnectTimeout()
    for number, (family, kind, protocol, _, address) in enumerate(addresses):
        left = (until - monotonic()) / (len(addresses) - number)
        if left <= 0:
            break
        sock = socket.socket(family, kind, protocol)
        try:
            sock.settimeout(left)
            sock.connect(address)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except TimeoutError:
            sock.close()
            failure = httpcore2.ConnectTimeout()
        except OSError as error:
            sock.close()
            failure = httpcore2.ConnectError(error.strerror or str(error))
        except BaseException:
            sock.close()
            raise
    raise failure
