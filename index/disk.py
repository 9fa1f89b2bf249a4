"""Files made durable, linked and removed, and what the disk refuses told as a StoreError."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.errors import StoreError

_FULL = "Free some space or name another folder with --store; the earlier index still answers."
_DENIED = "Name a folder that can be written with --store; the earlier index still answers."
_BROKEN = "Check the disk, or name another folder with --store; the earlier index still answers."
_UNREADABLE = "Run `footnote index` to build it again; if that fails, check the disk."
_HINTS = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _DENIED,
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
}


@contextmanager
def telling(folder: Path, doing: str) -> Iterator[None]:
    """Turn what the disk or SQLite refuses into a StoreError: `doing` is "write" or "read"."""
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        hint = _UNREADABLE if doing == "read" else _HINTS.get(error.errno or 0, _BROKEN)
        raise StoreError(f"Cannot {doing} the index in {folder}: {said}.", hint) from error
    except sqlite3.Error as error:
        hint = _FULL if "full" in str(error) else _BROKEN
        if doing == "read":
            hint = _UNREADABLE
        raise StoreError(f"Cannot {doing} the index in {folder}: {error}.", hint) from error


def sync(path: str | Path) -> None:
    """Wait until a file's bytes, or a folder's names, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(path: Path) -> None:
    """`sync` the files and folders below `path`, deepest first, and `path` itself.

    A file with a second name is a link to an earlier generation's, which is durable already.
    """
    with os.scandir(path) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                sync_tree(Path(entry.path))
            elif entry.stat(follow_symlinks=False).st_nlink == 1:
                sync(entry.path)
    sync(path)


def replace_file(path: Path, content: bytes) -> None:
    """Put `content` in the place of `path` by one atomic, durable rename."""
    aside = path.with_name(path.name + ".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o666)
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except OSError:  # what fills a disk does not stay on it
        with suppress(OSError):
            os.unlink(aside)
        raise
    sync(path.parent)


def link(old: Path, new: Path) -> None:
    """Give a file that nobody changes a second name; a copy where the disk knows no links."""
    try:
        os.link(old, new)
    except OSError as error:
        if error.errno not in (errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.ENOSYS):
            raise
        copy(old, new)


def link_tree(old: Path, new: Path) -> None:
    """`link` all files below a folder."""
    new.mkdir()
    for entry in os.scandir(old):
        put = link_tree if entry.is_dir(follow_symlinks=False) else link
        put(Path(entry.path), new / entry.name)


def copy(old: Path, new: Path) -> None:
    """Copy a file's bytes."""
    from shutil import copyfile

    copyfile(old, new)


def remove_tree(path: Path) -> None:
    """Remove a folder as far as that goes: what stays is removed by the next writer."""
    from shutil import rmtree

    rmtree(path, ignore_errors=True)
