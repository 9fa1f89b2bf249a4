"""The text of a document, as it was indexed and as it is now."""

from __future__ import annotations

import os
from pathlib import Path

from index.errors import CorpusError
from index.generation import Generation
from index.load import document
from index.manifest import FileRecord, Stat
from index.reading import Unloadable, read
from index.record import record
from index.rest import stat_of
from index.schema import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from index.scan import FileStat

    State = Literal["same", "changed", "missing"]


@record
class SourceText:
    """A document's text now, None if it is gone or cannot be read; `record` is as indexed.

    `places` say where in the file the text stands. `file` is the name that it stands under now,
    where that is another one; `also` are the other files that hold the same bytes.
    """

    text: str | None
    state: State
    record: FileRecord | None
    places: Places | None = None
    file: str | None = None
    also: tuple[str, ...] = ()


class Sources:
    """Reads the documents that a generation names. Make one for a question: it looks once a file.

    The generation's own text is given only while the file has the same bytes, or another has:
    a copy that was indexed too, or what it was renamed to since.
    """

    def __init__(self, generation: Generation, corpus: Path) -> None:
        self._generation = generation
        self._corpus = corpus
        self._read: dict[str, SourceText] = {}
        self._scanned: tuple[FileStat, ...] | None = None

    def read(self, file: str) -> SourceText:
        """The text of `file` as it is now."""
        found = self._read.get(file)
        if found is None:
            found = self._read[file] = self._look(file)
        return found

    def _look(self, file: str) -> SourceText:
        record = self._generation.record(file)
        if record is None:
            return SourceText(None, "missing", None)
        if stat_of(self._corpus, file) == record.stat:
            return self._indexed(file, record)
        data = self._bytes(file)
        if data is not None and _is_of(data, record):
            return self._indexed(file, record)
        other = self._elsewhere(file, record, gone=data is None)
        if other is not None:
            return self._indexed(file, record, other)
        if data is None:
            return SourceText(None, "missing", record)
        try:
            # The encoding was decided when it was indexed; a second guess may differ.
            found = document(file, data, record.encoding)
        except Unloadable:
            return SourceText(None, "missing", record)
        return SourceText(found.text, "changed", record, found.places)

    def _indexed(self, file: str, record: FileRecord, now: str | None = None) -> SourceText:
        """The generation's own text, which stands in `now`, or in `file` itself."""
        also = tuple(
            name
            for name, stat in self._names(record)
            if name not in (file, now) and stat_of(self._corpus, name) == stat
        )
        text, places = self._generation.text(file), self._generation.places(record.id)
        return SourceText(text, "same", record, places, now, also)

    def _names(self, record: FileRecord) -> list[tuple[str, Stat]]:
        """All names of a document, with the stats that they had."""
        copies = self._generation.copies_of(record.id)
        if not copies:
            return [(record.file, record.stat)]
        names = (self._generation.file_name(record.id), *copies)
        records = map(self._generation.record, names)
        return [(each.file, each.stat) for each in records if each is not None]

    def _bytes(self, file: str) -> bytes | None:
        """What `file` holds; None where it is none that may be read."""
        try:
            data = read(self._corpus, file)
            if os.stat(os.path.join(self._corpus, file)).st_nlink > 1:
                # One of its names may stand outside of the corpus: a scan tells.
                return data if any(each.file == file for each in self._scan()) else None
        except (OSError, Unloadable, CorpusError):
            return None
        return data

    def _elsewhere(self, file: str, record: FileRecord, gone: bool) -> str | None:
        """Where the bytes that `file` had stand now: in a copy, or under a new name."""
        names = self._names(record)
        others = [name for name, _ in names if name != file]
        if gone:
            known = {(size, mtime, inode) for _, (size, mtime, _, inode) in names}
            others += [
                each.file
                for each in self._scan()
                if (each.size, each.mtime_ns, each.inode) in known and _alike(each.file, file)
            ]
        for other in others:
            data = self._bytes(other)
            if data is not None and _is_of(data, record):
                return other
        return None

    def _scan(self) -> tuple[FileStat, ...]:
        if self._scanned is None:
            from index.scan import scan

            try:
                self._scanned = scan(self._corpus).files
            except CorpusError:
                self._scanned = ()
        return self._scanned


def _is_of(data: bytes, record: FileRecord) -> bool:
    from hashlib import sha256  # OpenSSL costs 3 ms, and most files are as they were

    return sha256(data).hexdigest() == record.sha256


def _alike(one: str, other: str) -> bool:
    """Whether bytes are read in the same way under both names."""
    from index.formats import kind_of

    return kind_of(one) == kind_of(other)
