"""The process that formats' readers run in: it has little memory, no network and no files.

It answers one request after the other until its input ends, and is fit to be killed at any time.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sys
from io import BufferedReader
from struct import Struct

from index.formats.extracted import MAX_CHARACTERS, Extracted, Refused, whole
from index.formats.readers import Reader, reader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MEMORY = 384 << 20
FRAME = Struct("!IQ")  # the bytes of a head, in JSON, and those of the body behind it

_OPEN_FILES = 16  # what modules that are imported late need
_READ_ONLY = ("/dev/null", "/dev/urandom", "/etc/localtime", "/usr/share/zoneinfo/")
_FORBIDDEN = (
    "socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn", "os.system",
    "os.chmod", "os.chown", "os.kill", "os.link", "os.mkdir", "os.putenv", "os.remove", "os.rename",
    "os.rmdir", "os.symlink", "os.truncate", "os.utime", "shutil.", "sqlite3.", "tempfile.",
    "urllib.",
)  # fmt: skip


def main() -> None:
    """Read requests from the standard input, and answer each on the standard output."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    requests = os.fdopen(0, "rb", closefd=False)
    replies = os.dup(1)
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, 1)  # a library that prints must not be taken for an answer
    os.dup2(silent, 2)
    os.close(silent)
    confined = False
    while request := _request(requests):
        head, data = request
        # An orphan's end, too: its parent may be killed at any time, and this one be in a loop.
        signal.setitimer(signal.ITIMER_REAL, head["seconds"])
        with _following_parent():
            try:
                extract = reader(head["format"], head["package"])
            except ImportError as error:
                reply, body = _refused("unsupported", f"{error}", "Install footnote anew."), b""
            else:
                if not confined:
                    _confine()
                    confined = True
                reply, body = _answer(extract, data, head["encoding"], head["file"])
        signal.setitimer(signal.ITIMER_REAL, 0)
        del request, data
        _send(replies, json.dumps(reply).encode(), body)
        if "spent" in reply:
            break
    os._exit(0)  # nothing is worth tidying


def _request(stream: BufferedReader) -> tuple[dict[str, Any], bytes] | None:
    frame = stream.read(FRAME.size)
    if len(frame) < FRAME.size:
        return None
    head, size = FRAME.unpack(frame)
    found = json.loads(stream.read(head))
    data = stream.read(size)
    return (found, data) if len(data) == size else None


def _send(descriptor: int, head: bytes, body: bytes) -> None:
    for part in (FRAME.pack(len(head), len(body)), head, body):
        rest = memoryview(part)
        while rest:
            rest = rest[os.write(descriptor, rest) :]


class _following_parent:  # noqa: N801 - it reads as what it does
    """The kernel ends this process when nobody is left that could write to its input."""

    def __enter__(self) -> None:
        self._async(True)

    def __exit__(self, *_: object) -> None:
        self._async(False)

    def _async(self, wanted: bool) -> None:
        # A request's reader writes nothing more before its answer: SIGIO, which ends a
        # process, can only tell of its end.
        try:
            fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
            flags = fcntl.fcntl(0, fcntl.F_GETFL)
            flags = flags | os.O_ASYNC if wanted else flags & ~os.O_ASYNC
            fcntl.fcntl(0, fcntl.F_SETFL, flags)
        except OSError:
            pass


def _confine() -> None:
    """No memory without end, no files but the code's own, no network, no other process."""
    import resource

    def limit(kind: str, value: int) -> None:
        try:
            number = getattr(resource, kind)
            _, hard = resource.getrlimit(number)
            if hard != resource.RLIM_INFINITY:
                value = min(value, hard)
            resource.setrlimit(number, (value, value))
        except (AttributeError, OSError, ValueError):
            pass  # not every system has it

    sys.dont_write_bytecode = True
    limit("RLIMIT_DATA" if sys.platform == "linux" else "RLIMIT_AS", MEMORY)
    limit("RLIMIT_FSIZE", 0)
    limit("RLIMIT_CORE", 0)
    limit("RLIMIT_NOFILE", _OPEN_FILES)
    readable = (*(os.path.realpath(path).rstrip("/") + "/" for path in sys.path), *_READ_ONLY)

    def hook(event: str, given: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = given
            if isinstance(path, int):
                return
            name = os.path.realpath(os.fsdecode(path))
            if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) or not name.startswith(readable):
                raise PermissionError(13, "A format's reader opens no files")
        elif event.startswith(_FORBIDDEN):
            raise PermissionError(13, f"A format's reader does not do {event}")

    sys.addaudithook(hook)


def _answer(
    extract: Reader, data: bytes, encoding: str | None, file: str
) -> tuple[dict[str, Any], bytes]:
    try:
        found = extract(data, encoding, file)
        if len(found.text) > MAX_CHARACTERS:
            limit = f"{MAX_CHARACTERS >> 20} million characters"
            return _refused(
                "too_costly", f"it holds more than {limit} of text", "Split it into smaller files."
            ), b""
        return _head(found), whole(found.text).encode()
    except Refused as refused:
        return _refused(refused.reason, refused.what, refused.hint), b""
    except (MemoryError, RecursionError):
        pass
    except Exception as error:
        # Its message may be made of the document's own words.
        return _refused("damaged", f"it cannot be read ({type(error).__name__})"), b""
    reply = _refused(
        "too_costly",
        f"it takes more than {MEMORY >> 20} MB of memory to read",
        "Split it into smaller files.",
    )
    return {**reply, "spent": True}, b""


def _refused(reason: str, what: str, hint: str = "") -> dict[str, Any]:
    return {"refused": [reason, what, hint]}


def _head(found: Extracted) -> dict[str, Any]:
    """All of `found` but its text."""
    places = found.places
    return {
        "encoding": found.encoding,
        "body": found.body,
        "title": found.title,
        "date": found.date and found.date.isoformat(),
        "source": found.source,
        "replaced": found.replaced,
        "pieces": [
            [each.start, each.end, each.title, each.date and each.date.isoformat()]
            for each in found.pieces
        ],
        "places": places
        and [places.kind, places.starts, places.firsts, places.lasts, places.names],
        "left_out": found.left_out,
        "extractor": found.extractor,
    }
