"""The HTTP client for one model's server: its proxy, its certificates, and what it refuses."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from time import monotonic
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpcore2
import httpx2

from bot.chat.addresses import is_loopback
from bot.chat.clock import of_thread
from bot.chat.connection import Backend, Stream
from index.errors import UsageError

# What the network can do to a request; what has timed out is also one of these.
FAILURES = (
    httpcore2.TimeoutException, httpcore2.NetworkError, httpcore2.ProtocolError,
    httpcore2.ProxyError, httpcore2.UnsupportedProtocol,
)  # fmt: skip
NOT_CONNECTED = (httpcore2.ConnectError, httpcore2.ConnectTimeout, httpcore2.ProxyError)
TIMEOUTS = httpcore2.TimeoutException

_ERROR_SECONDS = 2.0
_MOST_OF_AN_ERROR = 65_536
_KEPT_SECONDS = 30.0


class Refused(Exception):
    """An answer of the server's that is not a success: its status, headers and words."""

    def __init__(self, status: int, headers: httpx2.Headers, text: str) -> None:
        super().__init__(f"status {status}")
        self.status = status
        self.headers = headers
        self.text = text


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
    if is_loopback(host) or proxy_bypass(host):
        return None
    named = getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    if not proxy:
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


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
        "network_backend": Backend(),
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
    clock = of_thread()
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
        if answer.status == 200 and isinstance(connection, Stream) and _in_chunks(answer):
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
