"""Temporary folders through which an index is read; what a killed reader left can be told and goes.

Each is held by a lock that dies with its process: a folder that nobody holds belongs to nobody.
"""

from __future__ import annotations

import fcntl
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.closing import Closing
from index.disk import remove_tree
from index.errors import StoreError

_PREFIX = "footnote-view-"
_NAME = re.compile(_PREFIX + "[0-9a-f]{16}")
_MEMORY = "/dev/shm"
_DISKS = ("/tmp", "/var/tmp", "/usr/tmp")
_TRIES = 5


class View(Closing):
    """A new folder that only this user can look into, `in_memory` where there is no wish.

    There links cost a fifth of what they cost on a disk; copies of large files lie on a disk.
    """

    def __init__(self, *, in_memory: bool = False) -> None:
        self._hold = -1
        with temporary_errors():
            for _ in range(_TRIES):
                self.path = _made(in_memory)
                try:
                    self._hold = _held(self.path, fcntl.LOCK_SH)
                    return
                except _Lost:  # who clears up was between us and the lock
                    continue
            raise OSError("it is taken away at once")

    def close(self) -> None:
        """Remove the folder with all in it."""
        hold, self._hold = self._hold, -1
        if hold >= 0:
            try:
                _remove(self.path)
            finally:
                os.close(hold)


@contextmanager
def temporary_errors() -> Iterator[None]:
    """Say what to do where a temporary folder is refused."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"No temporary folder can be made: {error.strerror or error}.",
            "Free some space, or set TMPDIR to a folder that can be written.",
        ) from error


def sweep() -> None:
    """Remove the views that dead processes of this user left, as far as that goes."""
    for path, hold in _abandoned():
        try:
            _remove(path)
        finally:
            os.close(hold)


def abandoned() -> list[str]:
    """The views that dead processes of this user left."""
    found = []
    for path, hold in _abandoned():
        os.close(hold)
        found.append(path)
    return found


def _abandoned() -> Iterator[tuple[str, int]]:
    """The views that nobody held, each with the descriptor by which we hold it now."""
    for place in _places(in_memory=True):
        try:
            names = [name for name in os.listdir(place) if _NAME.fullmatch(name)]
        except OSError:
            continue
        for name in names:
            path = os.path.join(place, name)
            try:
                if os.lstat(path).st_uid == os.geteuid():
                    yield path, _held(path, fcntl.LOCK_EX)
            except (OSError, _Lost):
                continue


class _Lost(Exception):
    """Another holds the folder, or has removed it."""


def _held(path: str, how: int) -> int:
    """A descriptor that holds the folder at `path`; raises _Lost."""
    try:
        hold = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise _Lost from error
    try:
        fcntl.flock(hold, how | fcntl.LOCK_NB)
        if os.fstat(hold).st_nlink == 0:
            raise BlockingIOError
    except BlockingIOError as error:
        os.close(hold)
        raise _Lost from error
    except OSError:
        if how == fcntl.LOCK_EX:  # a disk without locks: whose it is cannot be told
            os.close(hold)
            raise
    return hold


def _made(in_memory: bool) -> str:
    name = _PREFIX + os.urandom(8).hex()
    failed = OSError("there is no place for it")
    for place in _places(in_memory):
        path = os.path.join(place, name)
        try:
            os.mkdir(path, 0o700)
            return path
        except OSError as error:
            failed = error
    raise failed


def _places(in_memory: bool) -> list[str]:
    """Where views may lie, in the order in which the places are tried.

    `tempfile` has such a list, too; it costs 4 ms, and writes a file to try each place.
    """
    wishes = [os.environ.get(name, "") for name in ("TMPDIR", "TEMP", "TMP")]
    wishes.insert(1, _MEMORY if in_memory else "")
    return list(dict.fromkeys(os.path.abspath(each) for each in [*wishes, *_DISKS] if each))


def _remove(path: str) -> None:
    # A thread that Tantivy starts at opening may put its lock file there between the emptying
    # of the folder and its removal.
    for pause in (0.0, 0.0, 0.001, 0.01, 0.1):
        if pause:
            time.sleep(pause)
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        remove_tree(Path(entry.path))
                    else:
                        os.unlink(entry)
            os.rmdir(path)
            return
        except OSError:
            continue
