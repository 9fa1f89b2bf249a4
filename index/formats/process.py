"""Formats are read by a process beside this one: no file can take this one down, hang or fill it.

What comes back is checked like anything that a document could have made.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import sys
import time
from subprocess import DEVNULL, PIPE, Popen
from threading import Lock

from index.formats.child import FRAME
from index.formats.extracted import MAX_CHARACTERS, Extracted, Refused
from index.formats.replied import extracted_of, refused_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

SECONDS = 30.0  # for a file
STARTING = 30.0  # more for the first: libraries are imported
_PACKAGE = "index.formats"
_HEAD = 128 << 20  # bytes: the places of a million lines
_PIECE = 1 << 20
_RUN = "import sys; sys.path[:] = sys.argv[1:]; from index.formats.child import main; main()"
# Documents are read without the keys that the environment may hold.
_ENVIRONMENT = ("LANG", "LC_ALL", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "TZ")
_COSTLY = (signal.SIGKILL, signal.SIGALRM, signal.SIGXCPU)


class _Ended(Exception):
    """The process is no more, or what it says makes no sense."""

    def __init__(self, status: int | None = None) -> None:
        super().__init__()
        self.status = status


class _Child:
    """A process that reads documents, one after the other."""

    def __init__(self) -> None:
        paths = [os.path.abspath(path) for path in sys.path]
        self.fresh = True
        self._process = Popen(
            [sys.executable, "-I", "-S", "-c", _RUN, *paths],
            bufsize=0,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
            start_new_session=True,  # Ctrl-C is for this process, which ends that one
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()
        os.set_blocking(self._to, False)
        os.set_blocking(self._from, False)

    def ask(self, request: dict[str, Any], data: bytes) -> tuple[Any, bytes]:
        """What it replies; raises TimeoutError or _Ended, and then it is of no more use."""
        until = time.monotonic() + SECONDS + (STARTING if self.fresh else 0)
        self.fresh = False
        request["seconds"] = until - time.monotonic() + 2
        head = json.dumps(request).encode()
        for part in (FRAME.pack(len(head), len(data)), head, data):
            self._write(part, until)
        size, length = FRAME.unpack(self._read(FRAME.size, until))
        if size > _HEAD or length > 4 * MAX_CHARACTERS:
            raise _Ended
        try:
            return json.loads(self._read(size, until)), self._read(length, until)
        except (ValueError, RecursionError):
            raise _Ended from None

    def _write(self, data: bytes, until: float) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self._to, select.POLLOUT, until)
            try:
                rest = rest[os.write(self._to, rest[:_PIECE]) :]
            except BlockingIOError:
                continue
            except BrokenPipeError:
                raise self._ended() from None

    def _read(self, size: int, until: float) -> bytes:
        found = bytearray()
        while len(found) < size:
            self._wait(self._from, select.POLLIN, until)
            try:
                part = os.read(self._from, min(size - len(found), _PIECE))
            except BlockingIOError:
                continue
            if not part:
                raise self._ended()
            found += part
        return bytes(found)

    def _wait(self, descriptor: int, event: int, until: float) -> None:
        left = until - time.monotonic()
        polled = select.poll()
        polled.register(descriptor, event)
        if left <= 0 or not polled.poll(left * 1000):
            raise TimeoutError

    def _ended(self) -> _Ended:
        self.end()
        return _Ended(self._process.returncode)

    def end(self) -> None:
        """End it, whatever it does."""
        self.leave()
        try:
            self._process.wait(1)  # it ends by itself when its input does
        except Exception:
            self._process.kill()
        self._process.wait()

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()
        self.end()

    def leave(self) -> None:
        """Close this process's ends of the pipes."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


_lock = Lock()
_standing: _Child | None = None


def extracted(format: str, file: str, data: bytes, encoding: str | None) -> Extracted:
    """The text in `data`, the bytes of `file`, by the reader of `format`; raises Refused.

    `encoding` is what an earlier reading of the same file told, where it matters.
    """
    request = {"package": _PACKAGE, "format": format, "file": file, "encoding": encoding}
    with _lock:
        fresh, reply, text = _asked(request, data)
        if (reply is None and not fresh) or (isinstance(reply, dict) and "spent" in reply):
            # What was read before may have left too little memory: each file has a fair chance.
            close()
            if not fresh:
                fresh, reply, text = _asked(request, data)
    if reply is None:
        raise Refused("damaged", "it made its reader break off")
    if isinstance(reply, dict) and "refused" in reply:
        raise refused_of(reply["refused"])
    return extracted_of(reply, text)


def _asked(request: dict[str, Any], data: bytes) -> tuple[bool, Any, bytes]:
    """Whether the process was a new one, and what it replied, None where it ended."""
    global _standing
    fresh = True
    try:
        if _standing is None:
            _standing = _Child()
        fresh = _standing.fresh
        reply, text = _standing.ask(dict(request), data)
    except TimeoutError:
        close(kill=True)
        raise Refused(
            "too_costly",
            f"it takes more than {SECONDS:g} seconds to read",
            "Split it into smaller files.",
        ) from None
    except _Ended as ended:
        close(kill=True)
        if fresh and ended.status is not None and -ended.status in _COSTLY:
            raise Refused("too_costly", "it takes too much memory to read") from None
        if fresh and (ended.status or 0) > 0:  # Python itself gave up, before it saw the file
            raise Refused("unreadable", "its reader cannot be started") from None
        return fresh, None, b""
    except OSError as error:
        close(kill=True)
        what = f"its reader cannot be started: {error.strerror}"
        raise Refused("unreadable", what, "Free some memory.") from None
    except BaseException:
        close(kill=True)  # half an answer may be under way
        raise
    return fresh, reply, text


def close(kill: bool = False) -> None:
    """End the process, if there is one; the next file starts another."""
    global _standing
    child, _standing = _standing, None
    if child is not None:
        child.kill() if kill else child.end()


def _forget() -> None:
    """A fork must not talk into its parent's pipes."""
    global _standing, _lock
    child, _standing, _lock = _standing, None, Lock()
    if child is not None:
        child.leave()


os.register_at_fork(after_in_child=_forget)
atexit.register(close)
