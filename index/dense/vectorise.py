"""The dense part of a generation that is being built: embedded, stored, and seen to find itself."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from index.building import SMALL, Building
from index.dense.checking import Lost, check
from index.dense.chroma import ServerError
from index.dense.collections import LOCAL
from index.dense.embed import EmbedderOptions, EmbeddingError, embedder_id
from index.dense.embedding import Embedding, Otherwise, Progress
from index.dense.flat import ROW, Flat
from index.dense.search import EXACT, DenseReader
from index.dense.storing import Storing
from index.dense.tidying import prefix_of
from index.dense.trust import DEPTH, keys_of, lexical_ranker, measure
from index.dense.vectors import VectorCache, key_of
from index.disk import remove_tree
from index.errors import StoreError
from index.generation import Generation
from index.lexical import LexicalReader
from index.manifest import DensePart
from index.record import record, replaced
from index.schema import Kind

_DELETED = 0.1  # the share of deleted vectors past which the collection is built whole
_DRIFT = 0.1  # the share of passages that came or went past which the trust is measured again


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
                except Otherwise:
                    cache.forget()
                    work.close()
                    sources = [None] * (2 if not why else len(sources))
                    why = "The embedder gives vectors of another dimension each time."
                except ServerError as error:
                    why, sources = error.message, []
                except (Lost, StoreError) as error:
                    why = getattr(error, "message", None) or str(error)
                remove_tree(building.dense_path)
            return work.without(why)
        finally:
            work.close()


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
        self._embedding = Embedding(building, cache, options, progress)
        self._address = address
        self._progress = progress
        self._folder = building.dense_path
        self._collection = LOCAL
        self._fine = False  # there is more than is searched exactly
        if address:
            self._collection = prefix_of(cache) + building.path.stem

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
                self._embedding.seed(old, places)
                old, kept, deleted = None, kept[:0], 0
        known = set(zip(kept["file"].tolist(), kept["number"].tolist(), strict=True))
        wanted = [row for row in rows if row[:2] not in known]
        if len(wanted) + len(kept) != len(rows):
            raise Lost("The earlier vectors are those of other passages.")
        drift += len(rows) - had
        keys, failure = self._embedding.embed(wanted)
        dimension = self._cache.dimension or (part.dimension if part is not None else 0)
        if old is not None and part is not None and dimension != part.dimension:
            raise Otherwise
        present = self._cache.present(keys)
        fresh = np.array(
            [(*row, key) for row, key in zip(wanted, keys, strict=True) if key in present],
            dtype=ROW,
        )
        if not len(fresh) + len(kept):
            return self.without(failure)
        storing = Storing(
            self._folder,
            self._collection,
            self._address,
            self._cache,
            self._embedding.texts,
            self._progress,
            fine=self._fine,
        )
        storing.store(base, old, places, fresh, dimension)
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
            check(reader, self._cache, kept, fresh, self._fine, self._progress)
            if part is not None and drift <= _DRIFT * len(rows) and len(rows) > SMALL:
                made = replaced(made, trust=part.trust, drift=drift)
            else:
                made = replaced(made, trust=self._trust(reader))
        finally:
            reader.close()
        self._building.describe(made)
        notes = self._embedding.notes
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
        missing = len(self._building.rows()) - vectors
        return Outcome(
            gained, notes, vectors, missing, self._embedding.made, self._embedding.tokens
        )

    def close(self) -> None:
        """Let the embedder go."""
        self._embedding.close()

    def _trust(self, reader: DenseReader) -> dict[str, float]:
        """How far to heed the dense arm, by language; none where its questions get no vectors."""
        # By content: after a rename it is what it was.
        names = {id: self._building.content(id) for id in set(reader.flat.rows["file"].tolist())}

        def rank(queries: Sequence[str], _: Sequence[str]) -> list[list[tuple[str, int]]]:
            keys = [key_of(query) for query in queries]
            present = self._cache.present(keys)
            asked = dict.fromkeys(key for key in keys if key not in present)
            texts = dict(zip(keys, queries, strict=True))
            self._embedding.ask(iter([texts[key] for key in asked]), asked)
            vectors = self._cache.get(keys)
            kinds = (Kind.BODY, Kind.HEADING)
            found = (reader.search(vectors[key], DEPTH, kinds=kinds) for key in keys)
            return [keys_of(each, names.__getitem__) for each in found]

        lexical = LexicalReader(self._building.lexical_path)
        try:
            ranker = lexical_ranker(lexical, self._building.content, self._building.languages())
            passages = (
                replaced(each, file=name)
                for id, name in sorted(names.items())
                for each in self._building.passages_of(id)
            )
            return measure(passages, rank, ranker)
        except EmbeddingError:
            return {}
        finally:
            lexical.close()
