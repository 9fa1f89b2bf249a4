"""One writer at a time: an advisory lock that dies with its process and names its holder."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disk import telling
from index.errors import LockedError, StoreError
from index.record import record

_POLL = 0.05


@contextmanager
def locked(path: Path, wait: float = 0.0) -> Iterator[None]:
    """Hold the lock file at `path`, waiting up to `wait` seconds for it.

    The file stays when the lock is released: removing it would let two writers hold a lock
    each, on two files of one name.
    """
    with telling(path.parent, "write"):
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
    try:
        _take(descriptor, path, time.monotonic() + wait)
        _sign(descriptor)
        yield
    finally:
        os.close(descriptor)


def is_held(path: Path, *, even_shared: bool = False) -> bool:
    """Whether someone holds the lock at `path` now, alone or, with `even_shared`, in any way.

    For that moment who comes finds it held.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_EX if even_shared else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:  # a disk without locks
        return False
    finally:
        os.close(descriptor)
    return False


@record
class Holder:
    """Who signed a lock file: a process, its machine, and when."""

    pid: int
    host: str
    time: str

    def __str__(self) -> str:
        return f"process {self.pid} on {self.host}, since {self.time}"

    def ended(self) -> bool:
        """Whether it was a process of this machine, and is none any more."""
        if self.host != os.uname().nodename:
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except (OSError, OverflowError):
            pass
        return False


def signed(path: Path) -> Holder | None:
    """Who wrote in the lock file last; None where that cannot be read."""
    import json

    try:
        with open(path, "rb") as file:
            found = json.loads(file.read(4096))
        holder = Holder(int(found["pid"]), str(found["host"]), str(found["time"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return holder if holder.pid > 0 else None


def holder(path: Path) -> str:
    """Who wrote in the lock file last, in words."""
    return str(signed(path) or "another process")


def _take(descriptor: int, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES, errno.EINTR):
                raise StoreError(
                    f"The folder {path.parent} cannot be locked: {error.strerror}.",
                    "Name a folder on a local disk with --store.",
                ) from error
        if time.monotonic() >= deadline:
            raise LockedError(
                f"The index is being written by {holder(path)}.",
                "Wait until it is done and try again; the earlier index still answers.",
            )
        time.sleep(_POLL)


def _sign(descriptor: int) -> None:
    """Write who holds the lock; on a full disk it is held unsigned."""
    import json  # late: readers take no lock, and it costs them 2 ms

    signed = {
        "pid": os.getpid(),
        "host": os.uname().nodename,
        "time": time.strftime("%Y-%m-%d %H:%M:%S"),
    }
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, json.dumps(signed).encode(), 0)
    except OSError:
        pass
