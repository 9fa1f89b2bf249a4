"""What holds for every test: no network but loopback, no keys, nothing left from the shell.

And no answer goes by unseen: its quotes are found again in its documents.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from tests.refind import refind

if TYPE_CHECKING:
    from bot.asker import Asker, Trace
    from bot.wiring import Desk

# Settings and keys of the person who runs the tests must not reach them, nor the processes
# that they start.
_CLEARED = (
    "ANTHROPIC_",
    "AZURE_",
    "CHROMA_",
    "COLORTERM",
    "COLUMNS",
    "DISCORD_",
    "FOOTNOTE_",
    "FORCE_COLOR",
    "GOOGLE_",
    "HF_",
    "LINES",
    "LLAMA_",
    "NO_COLOR",
    "OPENAI_",
    "PYTHON",
    "SSL_CERT_",
)
for _name in list(os.environ):
    if _name.startswith(_CLEARED):
        del os.environ[_name]
# The guard below holds in this process; in the processes that tests start, a proxy that does
# not answer stops whatever heeds one.
for _name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
    os.environ[_name] = os.environ[_name.lower()] = "http://127.0.0.1:9"
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "localhost,127.0.0.1,::1"
# Nor is any server's certificate believed: to read them all takes each HTTP client 20 ms.
os.environ["SSL_CERT_DIR"] = os.devnull
# Several processes that each multiply with all processors mostly wait for one another.
os.environ["OPENBLAS_NUM_THREADS"] = "1"


class NetworkBlocked(BaseException):
    """A test reached for the network. Not an Exception, so that no retry can swallow it."""


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    return name in (None, "", "localhost", "::1") or str(name).startswith("127.")


def _guard_connection(method: str) -> None:
    inner: Callable[..., Any] = getattr(socket.socket, method)

    def guarded(self: socket.socket, *args: Any) -> Any:
        address = args[-1]
        if self.family != getattr(socket, "AF_UNIX", None) and not _is_local(address[0]):
            raise NetworkBlocked(f"{method} to {address}")
        return inner(self, *args)

    setattr(socket.socket, method, guarded)


def _guard_lookup(function: str) -> None:
    inner: Callable[..., Any] = getattr(socket, function)

    def guarded(host: object, *args: Any, **named: Any) -> Any:
        if not _is_local(host):
            raise NetworkBlocked(f"{function} of {host!r}")
        return inner(host, *args, **named)

    setattr(socket, function, guarded)


for _name in ("connect", "connect_ex", "sendto"):
    _guard_connection(_name)
for _name in ("getaddrinfo", "gethostbyname", "gethostbyname_ex"):
    _guard_lookup(_name)

# The same examples on every run, so that a red suite is red for everyone; a slow machine is not
# a failure (pytest-timeout ends what hangs). `--hypothesis-profile=explore` looks further.
settings.register_profile("suite", deadline=None, derandomize=True, database=None)
settings.register_profile("explore", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile("suite")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """As many as there are cores, and not too many where a container has a share of them."""
    return min(len(os.sched_getaffinity(0)), 4) if hasattr(os, "sched_getaffinity") else 4


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    from tests.spread import Spread

    return Spread(config, log)


@pytest.fixture(scope="session", autouse=True)
def _refound() -> Iterator[None]:
    """Every answer that a command gives in this process is found again in the files' bytes."""
    from bot.render.json import of_reply
    from bot.wiring import Desk

    inner = Desk.asker

    def asker(desk: Desk) -> Asker:
        made = inner(desk)
        if "trace" not in vars(made):
            trace, corpus = made.trace, desk._settings.corpus

            def seen(*given: Any) -> Trace:
                done = trace(*given)
                refind(of_reply(done.reply), corpus)
                return done

            vars(made)["trace"] = seen
        return made

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Desk, "asker", asker)
        yield
