"""The dense part of a generation that is being built: embedded, stored, and seen to find itself."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain, groupby, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index import flat
from index.building import Building
from index.chroma import ServerError
from index.collections import FOLDER, LOCAL, copy_folder, sweep
from index.dense import EXACT, DenseReader, DenseWriter
from index.disk import remove_tree, telling
from index.embed import EmbedderOptions, EmbeddingError, embedder_id, text_of
from index.embedders import make
from index.errors import StoreError
from index.flat import ROW, Flat, node_id
from index.generation import Generation
from index.lexical import LexicalReader
from index.manifest import DensePart
from index.record import record, replaced
from index.schema import Kind
from index.trust import DEPTH, keys_of, lexical_ranker, measure
from index.vectors import VectorCache, key_of

if TYPE_CHECKING:
    from index.embed import Embedder, Matrix
    from index.flat import Places, Rows

Progress = Callable[[int, int, str], None]
Row = tuple[int, int, int, int]  # file, number, kind and date of a passage

_DELETED = 0.1  # the share of deleted vectors past which the collection is built whole
_DRIFT = 0.1  # the share of passages that came or went past which the trust is measured again
_AT_ONCE = 1000  # passages that are stored at once
_LOOKED_UP = 100  # passages that are looked up at once: while that lasts, nothing is sent
_OTHERS = 200  # unchanged passages that are searched for after a build
_COMPARED = 2048  # passages that are searched for at once
_ALONE = 20  # that are searched for one by one, as questions are
_FORGOTTEN = 10  # builds that ask in vain for a server that was left, to clear it up
_MISSED = 0.05  # the share of those that an index may miss
_EQUAL = 1e-5
_SPARE = "stored.bin"


@record
class Outcome:
    """How it went: `gained` is whether any passage got a vector that had none.

    Of `vectors` passages there is one now, and `missing` have none. `made` texts were embedded,
    and `tokens` read for that, if the embedder's server says how many.
    """

    gained: bool
    notes: tuple[str, ...] = ()
    vectors: int = 0
    missing: int = 0
    made: int = 0
    tokens: int | None = None


class _Otherwise(Exception):
    """The embedder gives vectors of another dimension than it did."""


class _Lost(Exception):
    """Vectors are not found where they were put."""


def vectorise(
    building: Building,
    base: Generation | None,
    gone: Collection[int],
    folder: Path,
    options: EmbedderOptions,
    address: str,
    progress: Progress,
) -> Outcome:
    """Give `building` its dense part, from that of `base` but for the files `gone` where it fits.

    Whatever fails, the generation can be committed: with the vectors that there are or, where
    they cannot be stored or do not find themselves even when all is made anew, without any.
    """
    id = embedder_id(options)
    part = None if base is None else base.dense
    fits = part is not None and part.dimension and (part.embedder, part.address) == (id, address)
    why = ""
    with VectorCache(folder, id) as cache:
        if part is not None and part.address:
            cache.adopt(part.collection.split("-")[1])
        work = _Work(building, cache, options, address, progress)
        sources = [base, None] if fits else [None, None]
        try:
            while sources:
                try:
                    return work.run(sources.pop(0), frozenset(gone))
                except _Otherwise:
                    cache.forget()
                    work.close()
                    sources = [None] * (2 if not why else len(sources))
                    why = "The embedder gives vectors of another dimension each time."
                except ServerError as error:
                    why, sources = error.message, []
                except (_Lost, StoreError) as error:
                    why = getattr(error, "message", None) or str(error)
                remove_tree(building.dense_path)
            return work.without(why)
        finally:
            work.close()


def tidy(folder: Path, generations: Path, options: EmbedderOptions, address: str) -> None:
    """After a commit: drop vectors and collections that no generation has any more."""
    names = [name for name in os.listdir(generations) if not name.endswith(".building")]
    with VectorCache(folder, embedder_id(options)) as cache:
        used: set[bytes] = set()
        for name in names:
            try:
                rows = np.fromfile(generations / name / "dense" / flat.ROWS, dtype=ROW)
            except OSError:
                continue
            used.update(map(bytes, rows["key"]))
        cache.prune(used)
        prefix = _prefix(cache)
        kept = {prefix + name for name in names}
        for server, failures in cache.servers.items():
            try:
                if not sweep(server, prefix, kept) and server != address:
                    cache.forget_server(server)
            except StoreError:  # another time; but not for ever, for each try takes seconds
                if server == address or failures < _FORGOTTEN:
                    cache.note_server(server, failures + 1)
                else:
                    cache.forget_server(server)


def _prefix(cache: VectorCache) -> str:
    return f"footnote-{cache.store_name}-"


class _Work:
    """One building, and what embeds its passages."""

    def __init__(
        self,
        building: Building,
        cache: VectorCache,
        options: EmbedderOptions,
        address: str,
        progress: Progress,
    ) -> None:
        self._building = building
        self._cache = cache
        self._options = options
        self._address = address
        self._progress = progress
        self._embedder: Embedder | None = None
        self._folder = building.dense_path
        self._collection = LOCAL
        self._fine = False  # there is more than is searched exactly
        self._made = 0
        self._done, self._total = 0, 0
        if address:
            self._collection = _prefix(cache) + building.path.stem

    def run(self, base: Generation | None, gone: Collection[int]) -> Outcome:
        """Make the dense part, from that of `base` if one is given."""
        rows = self._building.rows()
        self._fine = len(rows) > EXACT
        part = None if base is None else base.dense
        old: Flat | None = None
        kept, places = np.zeros(0, dtype=ROW), np.zeros(0, dtype=np.intp)
        deleted = drift = had = 0
        if base is not None and part is not None:
            old = Flat(base.dense_path, part.dimension)
            places = np.flatnonzero(~np.isin(old.rows["file"], list(gone)))
            kept = old.rows[places]
            had, lost = len(kept), len(old.rows) - len(kept)
            deleted, drift = part.deleted + lost, part.drift + lost
            other = (len(old.rows) > EXACT) != self._fine
            if self._address or other or deleted > _DELETED * (had + deleted):
                # All of it is stored anew, but none is computed again.
                self._seed(old, places)
                old, kept, deleted = None, kept[:0], 0
        known = set(zip(kept["file"].tolist(), kept["number"].tolist(), strict=True))
        wanted = [row for row in rows if row[:2] not in known]
        if len(wanted) + len(kept) != len(rows):
            raise _Lost("The earlier vectors are those of other passages.")
        drift += len(rows) - had
        keys, failure = self._embed(wanted)
        dimension = self._cache.dimension or (part.dimension if part is not None else 0)
        if old is not None and part is not None and dimension != part.dimension:
            raise _Otherwise
        present = self._cache.present(keys)
        fresh = np.array(
            [(*row, key) for row, key in zip(wanted, keys, strict=True) if key in present],
            dtype=ROW,
        )
        if not len(fresh) + len(kept):
            return self.without(failure)
        self._store(base, old, places, fresh, dimension)
        missing = len(wanted) - len(fresh)
        made = DensePart(
            embedder=self._cache.name,
            dimension=dimension,
            collection=self._collection,
            address=self._address,
            missing=missing,
            trust={},
            deleted=deleted,
        )
        reader = DenseReader(self._folder, made)
        try:
            self._check(reader, kept, fresh)
            if part is not None and drift <= _DRIFT * len(rows):
                made = replaced(made, trust=part.trust, drift=drift)
            else:
                made = replaced(made, trust=self._trust(reader))
        finally:
            reader.close()
        self._building.describe(made)
        notes = [] if self._embedder is None else list(self._embedder.notes)
        if missing:
            notes.append(
                f"{failure} {missing} of {len(rows)} passages have no vector yet and are found by"
                " their words alone: `footnote index` tries again.".lstrip()
            )
        count = len(fresh) + len(kept)
        return self._outcome(count > had, (" ".join(notes),) if notes else (), count)

    def without(self, why: str) -> Outcome:
        """No dense part: the generation is searched by words alone."""
        remove_tree(self._folder)
        rows = len(self._building.rows())
        self._building.describe(
            DensePart(self._cache.name, 0, self._collection, self._address, rows, {})
        )
        note = f"{why} Passages are found by their words alone: `footnote index` tries again."
        return self._outcome(False, (note,), 0)

    def _outcome(self, gained: bool, notes: tuple[str, ...], vectors: int) -> Outcome:
        tokens = None if self._embedder is None else self._embedder.tokens
        missing = len(self._building.rows()) - vectors
        return Outcome(gained, notes, vectors, missing, self._made, tokens)

    def close(self) -> None:
        """Let the embedder go."""
        if self._embedder is not None:
            self._embedder.close()
            self._embedder = None

    def _seed(self, old: Flat, places: Places) -> None:
        """Give the cache what it lacks of the vectors that a generation has."""
        for start in range(0, len(places), _AT_ONCE):
            some = places[start : start + _AT_ONCE]
            keys = [bytes(key) for key in old.rows["key"][some]]
            present = self._cache.present(keys)
            lacking = [place for place, key in enumerate(keys) if key not in present]
            if lacking:
                self._cache.put([keys[place] for place in lacking], old.vectors[some[lacking]])

    def _texts(self, rows: Iterable[Row]) -> Iterator[tuple[Row, str]]:
        """What is embedded of each of `rows`, which stand in order."""
        for file, some in groupby(rows, key=lambda row: row[0]):
            passages = self._building.passages_of(file)
            for row in some:
                yield row, text_of(passages[row[1]])

    def _embed(self, wanted: Sequence[Row]) -> tuple[list[bytes], str]:
        """See that the cache has the vectors of `wanted`, and give the keys of their texts.

        What is wrong with the embedder, if anything, comes second; some have no vectors then.
        """
        keys: list[bytes] = []
        asked: dict[bytes, None] = {}

        def lacking() -> Iterator[str]:
            texts = self._texts(wanted)
            while some := [text for _, text in islice(texts, _LOOKED_UP)]:
                found = [key_of(text) for text in some]
                keys.extend(found)
                present = self._cache.present(found)
                for key, text in zip(found, some, strict=True):
                    if key not in present and key not in asked:
                        asked[key] = None
                        yield text
                self._done, self._total = len(keys), len(wanted)
                self._progress(self._done, self._total, "embedding")

        texts = lacking()
        failure = ""
        try:
            self._made += self._vectors(texts, asked)
        except EmbeddingError as error:
            failure = f"{error.message} {error.hint}"
            for _ in texts:  # for their keys
                pass
        return keys, failure

    def _vectors(self, texts: Iterator[str], asked: dict[bytes, None]) -> int:
        """Embed `texts`, whose keys are in `asked` by then, and keep each batch as it comes.

        How many there were.
        """
        first = next(texts, None)
        if first is None:
            return 0
        if self._embedder is None:
            self._embedder = make(self._options, self._waiting)
        order: list[bytes] = []
        count = 0
        for places, vectors in self._embedder.embed(chain([first], texts)):
            if self._cache.dimension not in (None, vectors.shape[1]):
                raise _Otherwise
            if len(order) < len(asked):
                order = list(asked)
            self._cache.put([order[place] for place in places], vectors)
            count += len(places)
        return count

    def _waiting(self, what: str) -> None:
        self._progress(self._done, self._total, what)

    def _store(
        self, base: Generation | None, old: Flat | None, places: Places, fresh: Rows, dimension: int
    ) -> None:
        """Write the collection, read back what it holds now, and lay that out for readers.

        Of `old`, which `base` has, the rows at `places` stay.
        """
        with telling(self._folder, "write"):
            self._written(base, old, places, fresh, dimension)

    def _written(
        self, base: Generation | None, old: Flat | None, places: Places, fresh: Rows, dimension: int
    ) -> None:
        self._folder.mkdir()
        kept = fresh[:0]
        if base is not None and old is not None:
            kept = old.rows[places]
            copy_folder(base.dense_path / FOLDER, self._folder / FOLDER)
        spare = self._folder / _SPARE
        if self._address:
            self._cache.note_server(self._address)  # first, so that no collection is forgotten
        writer = DenseWriter(
            self._folder / FOLDER, self._collection, self._address, fine=self._fine
        )
        try:
            if old is not None:
                writer.delete(sorted(_ids(old.rows) - _ids(kept)))
            self._add(writer, fresh)
            if writer.count() != len(kept) + len(fresh):
                raise _Lost("Chroma does not hold the vectors that it was given.")
            stored = _spread(spare, (len(fresh), dimension))
            self._read_back(writer, fresh, stored)
            others = _sample(kept, _OTHERS)
            self._read_back(writer, others, _spread(None, (len(others), dimension)))
        finally:
            writer.close()
        parts = [(stored, np.arange(len(fresh)))]
        if old is not None:
            parts.append((old.vectors, places))
        flat.write(self._folder, np.concatenate([fresh, kept]), parts)
        spare.unlink(missing_ok=True)

    def _add(self, writer: DenseWriter, fresh: Rows) -> None:
        rows = fresh[["file", "number", "kind", "date"]].tolist()
        texts = self._texts(rows)
        done = 0
        while some := list(islice(texts, _AT_ONCE)):
            writer.add(some, self._cache.get)
            done += len(some)
            self._progress(done, len(rows), "storing vectors")

    def _read_back(self, writer: DenseWriter, rows: Rows, into: Matrix) -> None:
        """What the collection holds for `rows`; _Lost where that is not what it was given."""
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            ids = [node_id(int(row["file"]), int(row["number"])) for row in some]
            held = writer.vectors(ids)
            given = self._cache.get([bytes(key) for key in some["key"]])
            for place, (id, row) in enumerate(zip(ids, some, strict=True), start):
                vector, expected = held.get(id), given.get(bytes(row["key"]))
                if vector is None or vector.shape != into[place].shape:
                    raise _Lost("Chroma does not hold the vectors that it was given.")
                if expected is not None and not np.allclose(vector, expected, atol=_EQUAL):
                    raise _Lost("Chroma holds other vectors than it was given.")
                into[place] = vector

    def _check(self, reader: DenseReader, kept: Rows, fresh: Rows) -> None:
        """Passages must find themselves, or others of equal vector, with the top score.

        All that changed and some of the others, each with the vector that the embedder gave, are
        searched for in the files that readers have, and by what they ask: up to EXACT passages all
        are compared with all, and none may fail. Past that an index is asked, which visits a small
        part of what it holds: it may miss one in twenty. A question then lacks that passage at the
        worst, and gets the next nearest; an index whose links are damaged misses far more.
        """
        if not reader.flat.are_unit(_EQUAL):
            raise _Lost("Vectors of the index are damaged.")
        rows = np.concatenate([fresh, _sample(kept, _OTHERS)])
        places = reader.flat.places(rows)
        if (places < 0).any():
            raise _Lost("Passages do not stand in the index.")
        misses = 0
        for start in range(0, len(rows), _COMPARED):
            some = slice(start, start + _COMPARED)
            vectors = self._given(reader.flat, rows[some], places[some])
            tops = reader.tops(vectors)
            own = np.einsum("ij,ij->i", reader.flat.vectors[places[some]], vectors)
            misses += int(((own < tops - _EQUAL) | (tops < 1 - 10 * _EQUAL)).sum())
            self._progress(min(start + _COMPARED, len(rows)), len(rows), "looking them up")
        asked = len(rows)
        for place in _sample(places, _ALONE):
            found = reader.search(reader.flat.vectors[place], 1)
            (own_row,) = reader.flat.best(reader.flat.vectors[place], 1, np.array([place]))
            asked += 1
            misses += not found or own_row.score < found[0].score - _EQUAL
        if misses > (_MISSED * asked if self._fine else 0):
            raise _Lost("Passages do not find themselves in the index.")

    def _given(self, held: Flat, rows: Rows, places: Places) -> Matrix:
        """What the embedder gave for `rows`, or what `held` has where the cache was lost."""
        keys = [bytes(key) for key in rows["key"]]
        given = self._cache.get(keys)
        vectors = held.vectors[places]
        for at, key in enumerate(keys):
            if key in given:
                vectors[at] = given[key]
        return vectors

    def _trust(self, reader: DenseReader) -> dict[str, float]:
        """How far to heed the dense arm, by language; none where its questions get no vectors."""
        names = {id: self._building.file_name(id) for id in set(reader.flat.rows["file"].tolist())}

        def rank(queries: Sequence[str], _: Sequence[str]) -> list[list[tuple[str, int]]]:
            keys = [key_of(query) for query in queries]
            present = self._cache.present(keys)
            asked = dict.fromkeys(key for key in keys if key not in present)
            texts = dict(zip(keys, queries, strict=True))
            self._vectors(iter([texts[key] for key in asked]), asked)
            vectors = self._cache.get(keys)
            kinds = (Kind.BODY, Kind.HEADING)
            found = (reader.search(vectors[key], DEPTH, kinds=kinds) for key in keys)
            return [keys_of(each, names.__getitem__) for each in found]

        lexical = LexicalReader(self._building.lexical_path)
        try:
            ranker = lexical_ranker(lexical, self._building.file_name, self._building.languages())
            passages = (each for id in sorted(names) for each in self._building.passages_of(id))
            return measure(passages, rank, ranker)
        except EmbeddingError:
            return {}
        finally:
            lexical.close()


def _ids(rows: Rows) -> set[str]:
    return {node_id(*row) for row in rows[["file", "number"]].tolist()}


def _spread(path: Path | None, shape: tuple[int, int]) -> Matrix:
    """Room for vectors: in a file if one is named, for there may be more than memory takes."""
    if path is None or not shape[0]:
        return np.zeros(shape, dtype=np.float32)
    # A disk that is full says so now; of a hole in a file that is mapped it would say so by a
    # signal that ends the process.
    with open(path, "wb") as file:
        size = shape[0] * shape[1] * 4
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(file.fileno(), 0, size)
        else:
            file.truncate(size)
    return np.memmap(path, dtype=np.float32, mode="r+", shape=shape)


def _sample(rows: Any, most: int) -> Any:
    """At most so many of `rows`, drawn anew each time."""
    if len(rows) <= most:
        return rows
    return rows[np.sort(np.random.default_rng().choice(len(rows), most, replace=False))]
