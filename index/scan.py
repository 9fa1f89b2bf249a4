"""The files of a corpus by their names and stats alone, and what is passed over."""

from __future__ import annotations

import os
import stat
from collections import namedtuple
from collections.abc import Mapping
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


TOLD = 1000  # of those passed over for one reason: a folder may hold millions
_UNSEEN = (".", "~$")  # Office keeps a file of the second kind beside each document it has open
_NOTHING: Mapping[SkipReason, int] = {}


@record
class Scan:
    """The files of a corpus, sorted by path, and what was passed over: of each reason the first
    TOLD by path, and in `counts` how many there are."""

    files: tuple[FileStat, ...]
    skipped: tuple[Skipped, ...] = ()
    counts: Mapping[SkipReason, int] = _NOTHING


class _Passed:
    """What is passed over, counted; of each reason the first TOLD by path are told."""

    def __init__(self) -> None:
        self.counts: dict[SkipReason, int] = {}
        self._told: dict[SkipReason, list[Skipped]] = {}
        self._last: dict[SkipReason, str] = {}

    def add(self, file: str, reason: SkipReason, what: str, hint: str = "") -> None:
        """Passes `file` over, for `reason`."""
        self.counts[reason] = self.counts.get(reason, 0) + 1
        last = self._last.get(reason)
        if last is not None and printable(file) > last:
            return
        told = self._told.setdefault(reason, [])
        told.append(Unloadable(file, reason, what, hint).skipped)
        if len(told) >= 2 * TOLD:
            told.sort(key=_by_file)
            del told[TOLD:]
            self._last[reason] = told[-1].file

    def told(self) -> tuple[Skipped, ...]:
        """Those to tell of, by path."""
        told = [each for some in self._told.values() for each in sorted(some, key=_by_file)[:TOLD]]
        return tuple(sorted(told, key=_by_file))


def scan(corpus: Path, limit: int = MAX_BYTES) -> Scan:
    """The files below `corpus` that can be read, by their names and stats alone.

    Names that begin with a dot or `~$` are passed over. Raises CorpusError when nothing remains.
    """
    root = root_of(corpus)
    files: list[FileStat] = []
    skipped = _Passed()
    linked: dict[tuple[int, int], _Linked] = {}
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
            skipped.add(prefix[:-1], "unreadable", f"cannot be read: {error.strerror}")
            continue
        with entries:
            for entry in entries:
                name = entry.name
                if name.startswith(_UNSEEN):
                    continue
                file = prefix + name
                if unprintable(name):
                    what = "its name holds characters that cannot be shown"
                    skipped.add(file, "bad_name", what)
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((file + "/", entry.path))
                    elif not name.lower().endswith(suffixes):
                        skipped.add(file, *_unsupported(entry))
                    else:
                        status = entry.stat(follow_symlinks=False)
                        own = stat.S_ISREG(status.st_mode)
                        if not own or status.st_size > limit:
                            status = readable(root, file, limit)
                        if not status.st_size:
                            skipped.add(file, "empty", "there is nothing in it")
                            continue
                        if status.st_nlink > 1:
                            key = status.st_dev, status.st_ino
                            names = linked.setdefault(key, _Linked(status.st_nlink))
                            names.found += own
                            names.files.append(file)
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
                    skipped.add(file, "unreadable", f"cannot be read: {error.strerror}")
                except Unloadable as error:
                    skipped.add(file, error.reason, error.what, error.hint)
    outside = {file for names in linked.values() if names.leave for file in names.files}
    if outside:
        files = [each for each in files if each.file not in outside]
        for file in outside:
            what = "another name of it stands outside of the documents"
            skipped.add(file, "link", what, "Copy it, if it is to be read.")
    if not files:
        others = sum(skipped.counts.values())
        raise CorpusError(
            f"The folder {printable(str(corpus))} holds no document that can be read.",
            f"Supported are {', '.join(suffixes)}; {others:,} others were passed over. "
            "Add documents, or name another folder with --corpus.",
        )
    files.sort()
    return Scan(tuple(files), skipped.told(), skipped.counts)


class _Linked:
    """The names of a file with several: those `found`, of as many as it has."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.found = 0
        self.files: list[str] = []  # what is a symbolic link to one of them, too

    @property
    def leave(self) -> bool:
        """Whether one of them stands outside of the corpus: it is another's file, as like as
        not one that its owner did not put there to be read."""
        return self.found < self.count


def _unsupported(entry: os.DirEntry[str]) -> tuple[SkipReason, str]:
    if entry.is_symlink() and entry.is_dir():
        return "link", "links to folders are not followed"
    return "unsupported", "this format is not supported"


def _by_file(skipped: Skipped) -> str:
    return skipped.file
