"""A generation while it is built: rows, texts and the folder for the lexical index."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from random import randrange

from index import manifest
from index.disk import copy, link, link_tree, remove_tree, sync_tree, telling
from index.formats import TEXT, kind_of
from index.generation import PASSAGE, Generation, passage_of
from index.manifest import Cut, DensePart, Stat, bound
from index.pack import PackReader, PackWriter, Place, decompress, pack_path
from index.reading import Skipped
from index.schema import Passage

# Passages: with so few, what is measured over all of them is measured anew after each change, so
# that it is what it would be in a build from nothing. It takes half a second.
SMALL = 2000

_GARBAGE = 0.1  # the share of a pack that may be texts that no one refers to


class Building:
    """A generation that is being built in `path`, from a copy of `base` if one is given.

    Leaving the `with` without `Store.commit` throws it away.
    """

    def __init__(
        self, path: Path, corpus: Path, parameters: str, base: Generation | None, relex: bool
    ) -> None:
        self.path = path
        self.lexical_path = path / "lexical"
        self.dense_path = path / "dense"
        self._texts = path / "texts"
        self._pack: PackWriter | None = None
        try:
            self.lexical_path.mkdir(parents=True)
            self._texts.mkdir()
            if base is not None:
                self._copy(base, lexical=not relex)
            self._manifest = manifest.editing(path / manifest.NAME)
        except BaseException:
            remove_tree(path)
            raise
        self._relex = relex
        self._deleted = 0 if base is None else base.deleted_count
        self._last_id = 0 if base is None else base.last_id
        self.rewords = base is None  # whether a passage came or went
        try:
            # The dense part is not copied: it is made from the base's, where it is wanted.
            self._manifest.execute("DELETE FROM meta WHERE key LIKE 'dense%'")
            self._set(format=manifest.FORMAT, parameters=parameters, corpus=os.fsencode(corpus))
        except BaseException:
            self.abort()
            raise

    def add(self, cut: Cut) -> int:
        """Store a document under a new id."""
        self.rewords = True
        with telling(self.path, "write"):
            self._last_id += 1
            manifest.insert(self._manifest, self._last_id, cut, self._writer().append(cut.blocks))
        return self._last_id

    def remove(self, id: int) -> None:
        """Drop a document."""
        self.rewords = True
        with telling(self.path, "write"):
            self._deleted += manifest.delete(self._manifest, id)

    def holding(self, sha256: str) -> list[tuple[int, str]]:
        """The documents of these bytes, by id and name."""
        with telling(self.path, "write"):
            return manifest.holding(self._manifest, sha256)

    def name(self, named: Mapping[int, Mapping[str, Stat]]) -> None:
        """Note the names that documents have now, all of each, with the stats of their files.

        It goes by the one that sorts first, the others are its copies': whatever happened before,
        that is what a build from nothing would do.
        """
        with telling(self.path, "write"):
            for id in named:  # for names may have changed places
                self._manifest.execute("UPDATE files SET file = ? WHERE id = ?", (b"%d" % id, id))
                self._manifest.execute("DELETE FROM copies WHERE original = ?", (id,))
            for id, names in named.items():
                (first, stat), *others = sorted(names.items())
                self._manifest.execute(
                    "UPDATE files SET file = ?, size = ?, mtime_ns = ?, ctime_ns = ?, inode = ?"
                    " WHERE id = ?",
                    (bound(first), *stat, id),
                )
                self._manifest.executemany(
                    "INSERT INTO copies VALUES (?,?,?,?,?,?)",
                    [(bound(file), id, *stat) for file, stat in others],
                )

    def also(self, id: int, file: str, stat: Stat) -> None:
        """Note one more name of a document."""
        with telling(self.path, "write"):
            rows = self._manifest.execute(f"{manifest.NAMES} WHERE id = ?", (id,)).fetchall()
        names = {manifest.unbound(row[0]): row[2:] for row in rows}
        self.name({id: {**names, file: stat}})

    def skip(
        self, skipped: Iterable[tuple[Skipped, Stat | None]], counts: Mapping[str, int]
    ) -> None:
        """Note the files that were not indexed; with a stat, all of those that were read.

        `counts` says how many there are for each reason: not all have a row.
        """
        with telling(self.path, "write"):
            self._set(skipped=" ".join(f"{name} {n}" for name, n in sorted(counts.items())))
            self._manifest.execute("DELETE FROM skipped")
            self._manifest.executemany(
                "INSERT OR REPLACE INTO skipped VALUES (?,?,?,?,?,?,?)",
                [
                    (bound(each.file), each.reason, bound(each.message), *(stat or (None,) * 4))
                    for each, stat in skipped
                ],
            )

    @property
    def files(self) -> int:
        """How many documents it holds."""
        with telling(self.path, "write"):
            (count,) = self._manifest.execute("SELECT COUNT(*) FROM files").fetchone()
        return int(count)

    @property
    def passages(self) -> int:
        """How many passages they have."""
        with telling(self.path, "write"):
            (count,) = self._manifest.execute("SELECT COUNT(*) FROM passages").fetchone()
        return int(count)

    def rows(self) -> list[tuple[int, int, int, int]]:
        """File, number, kind and date of each passage, the date as an ordinal, in order."""
        with telling(self.path, "write"):
            return self._manifest.execute(
                "SELECT p.file, p.number, p.kind, a.date FROM passages p JOIN articles a"
                " ON a.file = p.file AND a.number = p.article ORDER BY p.file, p.number"
            ).fetchall()

    def file_name(self, id: int) -> str:
        """The file with an id."""
        with telling(self.path, "write"):
            rows = self._manifest.execute("SELECT file FROM files WHERE id = ?", (id,)).fetchall()
        return manifest.unbound(rows[0][0])

    def ids(self) -> list[int]:
        """Its documents."""
        with telling(self.path, "write"):
            rows = self._manifest.execute("SELECT id FROM files ORDER BY id").fetchall()
        return [id for (id,) in rows]

    def content(self, id: int) -> str:
        """What tells a document from others, whatever its name."""
        with telling(self.path, "write"):
            query = "SELECT sha256, file FROM files WHERE id = ?"
            ((digest, file),) = self._manifest.execute(query, (id,)).fetchall()
        kind = kind_of(manifest.unbound(file))
        # The same bytes may be read in two ways: as a table, and as text.
        return str(digest.hex()) if kind == TEXT else f"{digest.hex()} {kind}"

    def empty_lexical(self) -> None:
        """Throw the lexical index away, to be built whole."""
        with telling(self.path, "write"):
            remove_tree(self.lexical_path)
            self.lexical_path.mkdir()
        self._relex = True

    def some_of(self, most: int, before: int) -> list[tuple[int, Passage]]:
        """Passages of at most so many documents whose id is not above `before`, one of each."""
        with telling(self.path, "write"):
            rows = self._manifest.execute(
                "SELECT f.id, COUNT(*) FROM (SELECT id FROM files WHERE id <= ? ORDER BY RANDOM()"
                " LIMIT ?) f JOIN passages p ON p.file = f.id GROUP BY f.id",
                (before, most),
            ).fetchall()
        return [(id, self._passages(id, randrange(count))[0]) for id, count in rows]

    def passages_of(self, id: int) -> list[Passage]:
        """The passages of a file, in order."""
        return self._passages(id)

    def _passages(self, id: int, number: int | None = None) -> list[Passage]:
        """The passages of a file, in order, or that with a number alone."""
        with telling(self.path, "write"), PackReader(self._texts) as packs:
            if self._pack is not None:
                self._pack.flush()
            blocks: dict[tuple[Place, int], str] = {}

            def block(place: Place, number: int) -> str:
                if (place, number) not in blocks:
                    raw = packs.raw(place, number, number + 1)[0]
                    blocks[place, number] = decompress(raw)
                return blocks[place, number]

            one, values = ("", (id,)) if number is None else (" AND p.number = ?", (id, number))
            rows = self._manifest.execute(
                f"{PASSAGE} WHERE p.file = ?{one} ORDER BY p.number", values
            ).fetchall()
            return [passage_of(row, block) for row in rows]

    def languages(self) -> list[str]:
        """The languages of its text."""
        with telling(self.path, "write"):
            return list(manifest.shares_of(manifest.languages(self._manifest)))

    def keep_dense(self, base: Generation) -> None:
        """Take over the dense part of `base`, which has the same passages."""
        assert base.dense is not None
        with telling(self.path, "write"):
            # Nobody writes in that folder again: Chroma is given copies of its own.
            link_tree(base.dense_path, self.dense_path)
        self.describe(base.dense)

    def describe(self, dense: DensePart) -> None:
        """Note what its dense part was made with."""
        with telling(self.path, "write"):
            self._set(**manifest.meta_of(dense))

    def finish(self) -> None:
        """Write all that is left to write, and wait until it is on the disk."""
        self._tidy()
        if self.rewords or self._relex:
            self._set(
                languages=manifest.languages(self._manifest),
                passages=self.passages,
                deleted=0 if self._relex else self._deleted,
                last_id=self._last_id,
            )
        self._set(created=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
        self._manifest.execute("COMMIT")
        self._close()
        sync_tree(self.path)

    def _copy(self, base: Generation, lexical: bool) -> None:
        copy(base.path / manifest.NAME, self.path / manifest.NAME)
        for name in os.listdir(base.path / "texts"):
            link(base.path / "texts" / name, self._texts / name)
        if not lexical:
            return
        for name in os.listdir(base.lexical_path):
            # Tantivy never changes a segment's files; `meta.json` and its list of managed
            # files it replaces, so that a link would do, but nothing promises that.
            if name.endswith(".lock"):
                continue
            put = copy if name.endswith(".json") else link
            put(base.lexical_path / name, self.lexical_path / name)

    def _set(self, **values: object) -> None:
        self._manifest.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def _writer(self) -> PackWriter:
        if self._pack is None:
            self._pack = PackWriter(self._texts, max(self._old_packs(), default=0) + 1)
        return self._pack

    def _tidy(self) -> None:
        """Drop packs without texts, and write anew those that hold much garbage or little text.

        A new pack takes in all that are no larger than itself: so there are never more than
        the logarithm of the text's size, and a text is moved no more often than that.
        """
        rows = self._manifest.execute("SELECT pack, SUM(length) FROM files GROUP BY pack")
        live: dict[int, int] = dict(rows.fetchall())
        if self._pack is not None:
            live.pop(self._pack.number, None)
        for number in self._old_packs() - live.keys():
            pack_path(self._texts, number).unlink()
        for number, size in sorted(live.items(), key=lambda item: item[1]):
            garbage = pack_path(self._texts, number).stat().st_size - size
            small = self._pack is not None and size <= self._pack.size
            if small or garbage > _GARBAGE * (size + garbage):
                self._move(number)

    def _move(self, pack: int) -> None:
        """Write the texts of a pack into the new one."""
        writer = self._writer()
        rows = self._manifest.execute(
            "SELECT id, pack, offset, blocks FROM files WHERE pack = ? ORDER BY offset", (pack,)
        ).fetchall()
        with PackReader(self._texts) as reader:
            for id, *columns in rows:
                place = writer.append(reader.raw(manifest.place_of(*columns)))
                self._manifest.execute(
                    "UPDATE files SET pack = ?, offset = ? WHERE id = ?",
                    (place.pack, place.offset, id),
                )
        pack_path(self._texts, pack).unlink()

    def _old_packs(self) -> set[int]:
        numbers = {int(name.partition(".")[0]) for name in os.listdir(self._texts)}
        return numbers - {self._pack.number} if self._pack else numbers

    def abort(self) -> None:
        """Throw it away."""
        with suppress(OSError, sqlite3.Error):  # a full disk refuses what waits to be written
            self._close()
        remove_tree(self.path)

    def _close(self) -> None:
        """Close the files; no matter what the disk says, nothing is kept open."""
        try:
            if self._pack is not None:
                self._pack.close()
        finally:
            self._manifest.close()

    def __enter__(self) -> Building:
        return self

    def __exit__(self, *_: object) -> None:
        if self.path.exists():
            self.abort()
