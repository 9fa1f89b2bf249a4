"""A folder of documents, and a model of it: names to bytes; and what was there at a moment."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from index.manifest import Stat
from tests.index.histories.documents import Reading, kind_of, reading


class Blob:
    """A file, whatever its names: its bytes, and how often it was written or touched."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.version = 0


@dataclass(frozen=True)
class Seen:
    """A file as it was."""

    data: bytes
    stat: Stat
    blob: Blob
    version: int


@dataclass(frozen=True)
class Held:
    """A document as an index should have it: its names in order, and what it holds."""

    names: tuple[str, ...]
    key: str  # its kind and its hash
    reading: Reading

    @property
    def sha256(self) -> str:
        return self.key.split(" ")[1]


class Snapshot:
    """What was in the folder at a moment, and what an index of it holds."""

    def __init__(self, seen: dict[str, Seen]) -> None:
        self.seen = seen
        self.bytes = {name: each.data for name, each in seen.items()}
        grouped: dict[tuple[str, bytes], list[str]] = defaultdict(list)
        self.skipped: dict[str, str] = {}
        for name, data in sorted(self.bytes.items()):
            found = reading(kind_of(name), data)
            if found.document is not None:
                grouped[kind_of(name), data].append(name)
            elif found.reason is not None:
                self.skipped[name] = found.reason
        self.documents = [
            Held(tuple(names), f"{kind} {sha256(data).hexdigest()}", reading(kind, data))
            for (kind, data), names in grouped.items()
        ]
        # An empty file is passed over by its stat alone.
        self.read = {name: each for name, each in seen.items() if each.data}
        self.loaded = {name: self.bytes[name] for held in self.documents for name in held.names}

    @property
    def stats(self) -> dict[str, Stat]:
        """Of what is read."""
        return {name: each.stat for name, each in self.read.items()}


class Model:
    """The folder, changed on the disk and in memory at once."""

    def __init__(self, corpus: Path) -> None:
        self.corpus = corpus
        self.files: dict[str, Blob] = {}
        corpus.mkdir(parents=True)

    def put(self, name: str, data: bytes, *, anew: bool = True) -> None:
        """Write a file, in the place of another, or else into it: all its names then have it."""
        path = self._path(name)
        if anew or name not in self.files:
            aside = self.corpus / ".aside"
            aside.write_bytes(data)
            os.replace(aside, path)
            self.files[name] = Blob(data)
        else:
            path.write_bytes(data)
            self.files[name].data = data
            self.files[name].version += 1

    def keeping_times(self, name: str, data: bytes) -> None:
        """Write other bytes into a file, of as many as before, and set its time back."""
        before = self._path(name).stat()
        assert len(data) == before.st_size
        self.put(name, data, anew=False)
        self.files[name].version -= 1
        os.utime(self._path(name), ns=(before.st_atime_ns, before.st_mtime_ns))

    def copy(self, name: str, other: str) -> None:
        """The same bytes under another name, with their time."""
        if name != other:
            data = self.files[name].data
            self.put(other, data)
            shutil.copystat(self._path(name), self._path(other))

    def link(self, name: str, other: str) -> None:
        """Another name of the same file."""
        if name != other and self.files[name] is not self.files.get(other):
            self._path(other).unlink(missing_ok=True)
            os.link(self._path(name), self._path(other))
            self.files[other] = self.files[name]

    def rename(self, name: str, other: str) -> None:
        """Rename a file, over another if there is one."""
        if self.files[name] is self.files.get(other):
            return  # of two names of one file the system lets both stand
        os.replace(self._path(name), self._path(other))
        self.files[other] = self.files.pop(name)

    def exchange(self, name: str, other: str) -> None:
        """Let two files have each other's name."""
        aside = self.corpus / ".aside"
        os.rename(self._path(name), aside)
        os.rename(self._path(other), self._path(name))
        os.rename(aside, self._path(other))
        self.files[name], self.files[other] = self.files[other], self.files[name]

    def remove(self, name: str) -> None:
        """Remove a file."""
        self._path(name).unlink()
        del self.files[name]

    def touch(self, name: str, time: int) -> None:
        """Set a file's time."""
        os.utime(self._path(name), ns=(time, time))
        self.files[name].version += 1

    def snapshot(self) -> Snapshot:
        """What is in the folder now, by the model; only the stats are asked of the disk."""
        seen = {}
        for name, blob in self.files.items():
            stat = os.stat(self._path(name))
            times = (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)
            seen[name] = Seen(blob.data, times, blob, blob.version)
        return Snapshot(seen)

    def _path(self, name: str) -> Path:
        path = self.corpus / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path
