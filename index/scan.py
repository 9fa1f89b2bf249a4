"""The files of a corpus by their names and stats alone, and what is passed over."""

from __future__ import annotations

import os
import stat
from collections import namedtuple
from pathlib import Path

from index.errors import CorpusError
from index.formats import SUFFIXES
from index.reading import (
    MAX_BYTES,
    Skipped,
    Unloadable,
    printable,
    readable,
    root_of,
    unprintable,
)
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NamedTuple

    from index.reading import SkipReason

    class FileStat(NamedTuple):
        """What tells whether a file changed. A tuple: a scan makes one for each of 100,000."""

        file: str
        size: int
        mtime_ns: int
        ctime_ns: int
        inode: int

else:
    FileStat = namedtuple("FileStat", "file size mtime_ns ctime_ns inode")


@record
class Scan:
    """The files of a corpus, sorted by path, and what was passed over."""

    files: tuple[FileStat, ...]
    skipped: tuple[Skipped, ...] = ()


def scan(corpus: Path, limit: int = MAX_BYTES) -> Scan:
    """The files below `corpus` that can be read, by their names and stats alone.

    Names that begin with a dot are passed over. Raises CorpusError when nothing remains.
    """
    root = root_of(corpus)
    files: list[FileStat] = []
    skipped: list[Skipped] = []
    suffixes = tuple(SUFFIXES)
    folders = [("", str(root))]
    while folders:
        prefix, folder = folders.pop()
        try:
            entries = os.scandir(folder)
        except OSError as error:
            if not prefix:
                raise CorpusError(
                    f"The folder {printable(str(corpus))} cannot be read: {error.strerror}.",
                    "Check its permissions, or name another folder with --corpus.",
                ) from None
            skipped.append(_skip(prefix[:-1], "unreadable", f"cannot be read: {error.strerror}"))
            continue
        with entries:
            for entry in entries:
                name = entry.name
                if name.startswith("."):
                    continue
                file = prefix + name
                if not name.isprintable() and unprintable(name):
                    what = "its name holds characters that cannot be shown"
                    skipped.append(_skip(file, "bad_name", what))
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((file + "/", entry.path))
                    elif not name.lower().endswith(suffixes):
                        skipped.append(_unsupported(file, entry))
                    else:
                        status = entry.stat(follow_symlinks=False)
                        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                            status = readable(root, file, limit)
                        files.append(
                            FileStat(
                                file,
                                status.st_size,
                                status.st_mtime_ns,
                                status.st_ctime_ns,
                                status.st_ino,
                            )
                        )
                except OSError as error:
                    what = f"cannot be read: {error.strerror}"
                    skipped.append(_skip(file, "unreadable", what))
                except Unloadable as error:
                    skipped.append(error.skipped)
    if not files:
        raise CorpusError(
            f"The folder {printable(str(corpus))} holds no document that can be read.",
            f"Supported are {', '.join(suffixes)}; {len(skipped)} others were passed over. "
            "Add documents, or name another folder with --corpus.",
        )
    files.sort()
    skipped.sort(key=lambda skip: skip.file)
    return Scan(tuple(files), tuple(skipped))


def _unsupported(file: str, entry: os.DirEntry[str]) -> Skipped:
    if entry.is_symlink() and entry.is_dir():
        return _skip(file, "link", "links to folders are not followed")
    return _skip(file, "unsupported", "this format is not supported")


def _skip(file: str, reason: SkipReason, what: str) -> Skipped:
    return Unloadable(file, reason, what).skipped
