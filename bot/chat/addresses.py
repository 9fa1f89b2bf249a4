"""Where a server is, and a connection to the first of its addresses that takes one."""

from __future__ import annotations

import socket
import threading
from time import monotonic
from typing import Any

import httpcore2

_Addresses = list[tuple[Any, ...]]


def addresses(host: str, port: int, until: float) -> _Addresses:
    """The addresses of a host. A resolver knows no timeout: it is waited for in a thread."""
    found: list[_Addresses | BaseException] = []

    def look() -> None:
        try:
            found.append(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except BaseException as error:
            found.append(error)

    if is_loopback(host) or _is_numeric(host):
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


def connected(addresses: _Addresses, until: float) -> socket.socket:
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


def is_loopback(host: str) -> bool:
    """Whether a name is that of this machine."""
    return host in ("localhost", "::1") or host.startswith("127.") or host.endswith(".localhost")
