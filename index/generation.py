"""A finished generation, read: its files, texts, articles and passages. It never changes."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from index.closing import Closing
from index.disk import telling
from index.errors import FormatError
from index.manifest import (
    FILE_COLUMNS,
    FORMAT,
    NAME,
    NAMES,
    ROW_SIZE,
    VECTOR_FILES,
    FileRecord,
    Stat,
    article_of,
    bound,
    dense_of,
    holding,
    opened,
    place_of,
    places_of,
    record_of,
    shares_of,
    unbound,
)
from index.pack import BLOCK, PackReader, Place, decompress
from index.reading import Skipped
from index.record import replaced
from index.schema import Article, Kind, Passage, Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

PASSAGE = (
    "SELECT p.file, p.number, p.start, p.end, p.kind, f.file, f.pack, f.offset, f.blocks,"
    " a.start, a.end, a.title, a.date, a.language"
    " FROM passages p JOIN files f ON f.id = p.file"
    " JOIN articles a ON a.file = p.file AND a.number = p.article"
)


class Gone(Exception):
    """The generation was removed between its name being read and its being opened."""


class Generation(Closing):
    """The generation in the folder `path`.

    It is held by a shared lock for as long as it is open, and no writer removes it. Several
    threads may read it.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name
        self.lexical_path = path / "lexical"
        self.dense_path = path / "dense"
        self._hold = -1
        self._packs = PackReader(path / "texts")
        self._block = lru_cache(maxsize=64)(self._read_block)
        self._manifest: sqlite3.Connection | None = None
        try:
            with telling(path, "read"):
                self._hold = _hold(path)
                self._manifest = opened(path / NAME)
                meta = dict(self._rows("SELECT key, value FROM meta"))
        except BaseException:
            self.close()
            raise
        if meta.get("format") != FORMAT:
            self.close()
            raise wrong_format(path, meta.get("format"))
        self.parameters: str = meta["parameters"]
        self.created: str = meta["created"]
        self.languages = shares_of(meta["languages"])
        words = meta.get("skipped", "").split()
        # How many files were not indexed, by reason.
        self.skipped_counts = dict(zip(words[::2], map(int, words[1::2]), strict=True))
        self.passage_count: int = meta["passages"]
        self.deleted_count: int = meta["deleted"]  # since the lexical index was last built whole
        self.last_id: int = meta["last_id"]
        self.dense = dense_of(meta)

    def files(self) -> dict[str, FileRecord]:
        """All files that were indexed, by name, in the order of their names."""
        rows = self._rows(f"SELECT {FILE_COLUMNS} FROM files")
        return {record.file: record for record in sorted(map(record_of, rows), key=_by_file)}

    def record(self, file: str) -> FileRecord | None:
        """What is known of a file; None if it was not indexed.

        A copy's has the id of the document that it is a copy of, and its own name and stat.
        """
        rows = self._rows(f"SELECT {FILE_COLUMNS} FROM files WHERE file = ?", (bound(file),))
        if rows:
            return record_of(rows[0])
        rows = self._rows(
            "SELECT original, size, mtime_ns, ctime_ns, inode FROM copies WHERE file = ?",
            (bound(file),),
        )
        if not rows:
            return None
        id, *stat = rows[0]
        (row,) = self._rows(f"SELECT {FILE_COLUMNS} FROM files WHERE id = ?", (id,))
        return replaced(record_of(row), file=file, stat=tuple(stat))

    def copies_of(self, id: int) -> tuple[str, ...]:
        """The other names of a document, if its bytes stand in several files; in order."""
        rows = self._rows("SELECT file FROM copies WHERE original = ? ORDER BY file", (id,))
        return tuple(unbound(file) for (file,) in rows)

    def duplicates(self) -> tuple[tuple[str, ...], ...]:
        """The names of each document that has several, in order."""
        rows = self._rows(
            "SELECT f.file, c.file FROM copies c JOIN files f ON f.id = c.original"
            " ORDER BY f.file, c.file"
        )
        found: dict[str, list[str]] = {}
        for file, copy in rows:
            found.setdefault(unbound(file), []).append(unbound(copy))
        return tuple((file, *copies) for file, copies in found.items())

    def holding(self, sha256: str) -> list[tuple[int, str]]:
        """The documents of these bytes, by id and name."""
        assert self._manifest is not None, "the generation was closed"
        with telling(self.path, "read"):
            return holding(self._manifest, sha256)

    def file_name(self, id: int) -> str:
        """The file with an id that a search found."""
        return unbound(self._rows("SELECT file FROM files WHERE id = ?", (id,))[0][0])

    def matching(self, files: Iterable[str]) -> frozenset[int]:
        """The ids of the files named, and of all files below the folders named."""
        found: set[int] = set()
        for name in files:
            plain = "/".join(part for part in name.split("/") if part not in ("", "."))
            if not plain:  # the corpus itself
                return frozenset(id for (id,) in self._rows("SELECT id FROM files"))
            # "0" follows "/" in every order of names.
            values = (bound(plain), bound(plain + "/"), bound(plain + "0"))
            for column, table in (("id", "files"), ("original", "copies")):
                rows = self._rows(
                    f"SELECT {column} FROM {table} WHERE file = ? OR (file > ? AND file < ?)",
                    values,
                )
                found.update(id for (id,) in rows)
        return frozenset(found)

    def stats(self) -> list[tuple[str, int, int, int, int]]:
        """Name, size, times and inode of every file that was read, indexed or not, by name.

        It is a list, in the order of a scan, so that a hundred thousand are compared at once.
        """
        columns = "file, size, mtime_ns, ctime_ns, inode"
        return self._rows(
            f"SELECT {columns} FROM files UNION ALL SELECT {columns} FROM copies UNION ALL"
            f" SELECT {columns} FROM skipped WHERE size IS NOT NULL ORDER BY file"
        )

    def names(self) -> dict[str, tuple[int | None, Stat]]:
        """The document and the stat of every file that was read; None where it was not indexed."""
        rows = self._rows(
            f"{NAMES} UNION ALL SELECT file, NULL, size, mtime_ns, ctime_ns, inode FROM skipped"
            " WHERE size IS NOT NULL"
        )
        return {unbound(row[0]): (row[1], row[2:]) for row in rows}

    def skipped(self) -> tuple[Skipped, ...]:
        """The files that were not indexed, and why; of those that were not read, a few."""
        rows = self._rows("SELECT file, reason, message FROM skipped ORDER BY file")
        return tuple(Skipped(unbound(row[0]), row[1], unbound(row[2])) for row in rows)

    def left_out(self, most: int) -> tuple[tuple[str, str], ...]:
        """Files and what of them does not stand in their texts, by file; the first `most` files."""
        rows = self._rows(
            "SELECT file, left_out FROM files WHERE left_out <> '' ORDER BY file LIMIT ?", (most,)
        )
        return tuple(
            (unbound(file), what) for file, said in rows for what in unbound(said).split("\n")
        )

    def hidden(self, most: int) -> tuple[tuple[str, int], ...]:
        """The files that hold characters nobody sees, and how many; the first `most` files."""
        rows = self._rows(
            "SELECT file, hidden FROM files WHERE hidden > 0 ORDER BY file LIMIT ?", (most,)
        )
        return tuple((unbound(file), count) for file, count in rows)

    def places(self, id: int) -> Places | None:
        """Where in its file the text of a document stands; None where it is the file's own."""
        rows = self._rows("SELECT kind, places, names FROM places WHERE file = ?", (id,))
        return places_of(rows[0]) if rows else None

    def text(self, file: str) -> str:
        """The text of a document as it was indexed; KeyError if it was not."""
        record = self.record(file)
        if record is None:
            raise KeyError(file)
        with telling(self.path, "read"):
            return "".join(map(decompress, self._packs.raw(record.place)))

    def has_texts(self) -> bool:
        """Whether each pack of texts is as long as the manifest says."""
        ends: dict[int, int] = {}
        for record in map(record_of, self._rows(f"SELECT {FILE_COLUMNS} FROM files")):
            place = record.place
            end = place.offset + sum(place.blocks)
            ends[place.pack] = max(ends.get(place.pack, 0), end)
        return all(self._packs.size(pack) >= end for pack, end in ends.items())

    def has_dense(self, embedder: str, address: str) -> bool:
        """Whether its dense part, be it as empty as it may, is of this embedder and place."""
        part = self.dense
        return part is not None and (part.embedder, part.address) == (embedder, address)

    def has_vectors(self) -> bool:
        """Whether every passage has a vector, as far as the sizes of files tell."""
        part = self.dense
        if part is None or not part.dimension or part.missing:
            return False
        try:
            sizes = [os.stat(self.dense_path / name).st_size for name in VECTOR_FILES]
        except OSError:
            return False
        count = self.passage_count
        return sizes == [count * ROW_SIZE, count * part.dimension * 4]

    def articles(self, file: str) -> tuple[Article, ...]:
        """The articles of a document, in order."""
        record = self.record(file)
        rows = self._rows(
            "SELECT start, end, title, date, language FROM articles WHERE file = ? ORDER BY number",
            (None if record is None else record.id,),
        )
        return tuple(map(article_of, rows))

    def passages(self, ids: Sequence[tuple[int, int]]) -> list[Passage]:
        """The passages with these (file id, number), in the order asked for."""
        found: list[Passage] = []
        for file, number in ids:
            rows = self._rows(f"{PASSAGE} WHERE p.file = ? AND p.number = ?", (file, number))
            found.append(self._passage(rows[0]))
        return found

    def passages_of(self, id: int) -> list[Passage]:
        """All passages of a file, in order."""
        rows = self._rows(f"{PASSAGE} WHERE p.file = ? ORDER BY p.number", (id,))
        return list(map(self._passage, rows))

    def count(self, id: int) -> int:
        """How many passages a file has."""
        rows = self._rows("SELECT COUNT(*) FROM passages WHERE file = ?", (id,))
        return int(rows[0][0])

    def every_passage(self) -> Iterator[Passage]:
        """All passages, file by file in the order of their ids."""
        for (id,) in self._rows("SELECT id FROM files ORDER BY id"):
            yield from self.passages_of(id)

    def close(self) -> None:
        """Let the generation go."""
        self._block.cache_clear()
        self._packs.close()
        manifest, self._manifest = self._manifest, None
        if manifest is not None:
            manifest.close()
        hold, self._hold = self._hold, -1
        if hold >= 0:
            os.close(hold)

    def _rows(self, query: str, values: Sequence[Any] = ()) -> list[Any]:
        assert self._manifest is not None, "the generation was closed"
        with telling(self.path, "read"):
            return self._manifest.execute(query, values).fetchall()

    def _passage(self, row: Sequence[Any]) -> Passage:
        with telling(self.path, "read"):
            return passage_of(row, self._block)

    def _read_block(self, place: Place, block: int) -> str:
        return decompress(self._packs.raw(place, block, block + 1)[0])


def passage_of(row: Sequence[Any], block: Callable[[Place, int], str]) -> Passage:
    """The passage in a row of PASSAGE; `block` gives the text of a place's blocks."""
    number, start, end, kind, file, pack, offset, blocks = row[1:9]
    place = place_of(pack, offset, blocks)
    first = start // BLOCK
    text = "".join(block(place, each) for each in range(first, (end - 1) // BLOCK + 1))
    return Passage(
        file=unbound(file),
        number=number,
        start=start,
        end=end,
        text=text[start - first * BLOCK : end - first * BLOCK],
        article=article_of(row[9:14]),
        kind=Kind(kind),
    )


def wrong_format(path: Path, found: object) -> FormatError:
    """The error for an index that another version wrote."""
    return FormatError(
        f"The index in {path} has format {found!r}; this version reads format {FORMAT}.",
        "Run `footnote index` to build it again.",
    )


def _by_file(record: FileRecord) -> str:
    return record.file


def _hold(path: Path) -> int:
    """Keep writers from removing the generation; raise Gone where one has."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise Gone from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError as error:  # it is being removed
        os.close(descriptor)
        raise Gone from error
    except OSError:
        pass  # a disk without locks: two generations are kept, so there is time to read
    if os.stat(descriptor).st_nlink == 0 or not path.exists():
        os.close(descriptor)
        raise Gone
    return descriptor
