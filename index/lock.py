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


def holder(path: Path) -> str:
    """Who wrote in the lock file last, in words."""
    import json

    try:
        with open(path, "rb") as file:
            signed = json.loads(file.read(4096))
        return f"process {signed['pid']} on {signed['host']}, since {signed['time']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "another process"


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
