"""The dense arm: LlamaIndex over Chroma, in a generation's folder or behind an address.

A writer stores vectors in a collection of a generation that is still being built, and nobody
opens that in place again: Chroma writes in its folder even to read it. Readers search the flat
file exactly, up to EXACT passages; beyond, they ask Chroma, through a private view of its folder.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.dense.chroma import chroma_errors, close, folder, server
from index.dense.collections import FOLDER, view
from index.dense.flat import Flat, node_id
from index.errors import StoreError

if TYPE_CHECKING:
    from index.dense.embed import Matrix, Vector
    from index.lexical import Found
    from index.manifest import DensePart
    from index.views import View

    # File, number, kind and date of a passage, and what is embedded of it.
    Stored = tuple[tuple[int, int, int, int], str]

EXACT = 50_000  # passages up to which each question is compared with all of them
# Inner product of unit vectors. Past EXACT, what finds 0.97 of the ten nearest among 60,000 in
# 6 ms; Chroma's own numbers, which store in half the time, find 0.88 with as high an ef_search.
_COARSE = {"space": "ip"}
_FINE = {"space": "ip", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
_PAUSE = 60.0  # seconds for which a Chroma that failed is not asked again
_MARGIN = 32  # more than asked for is fetched, to see ties


class DenseWriter:
    """Stores and deletes vectors in a collection: at `address`, or in the folder `path`.

    `fine` is for collections that readers search by their index. `close` it before the folder is
    read by anyone.
    """

    def __init__(
        self, path: Path, collection: str, address: str = "", *, fine: bool = False
    ) -> None:
        self._where = address or str(path)
        self._client = server(address) if address else folder(path)
        try:
            with chroma_errors(self._where):
                self._collection = self._client.get_or_create_collection(
                    collection,
                    configuration={"hnsw": _FINE if fine else _COARSE},
                    embedding_function=None,
                )
        except BaseException:
            self.close()
            raise

    def add(self, passages: Iterable[Stored], lookup: Callable[..., Mapping[bytes, Any]]) -> None:
        """Store passages with the vectors that `lookup` has for their texts' keys.

        The texts themselves stay out: the generation has them, and with them a collection takes
        twice the room.
        """
        with chroma_errors(self._where):
            from index.dense.nodes import node, store

            nodes = [
                node(node_id(file, number), text, file=file, number=number, kind=kind, date=date)
                for (file, number, kind, date), text in passages
            ]
            store(self._collection, nodes, lookup)

    def delete(self, ids: Sequence[str]) -> None:
        """Take vectors out."""
        with chroma_errors(self._where):
            for start in range(0, len(ids), 1000):
                self._collection.delete(ids=list(ids[start : start + 1000]))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """What the collection holds under these ids."""
        with chroma_errors(self._where):
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        rows = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], rows, strict=True))

    def count(self) -> int:
        """How many vectors the collection holds."""
        with chroma_errors(self._where):
            return int(self._collection.count())

    def close(self) -> None:
        """Let Chroma go: its files are whole and closed then."""
        close(self._client)


class DenseReader:
    """Searches the vectors in the folder of a dense part, on a read-only mount too.

    Several threads may use it. `exact` is the number of passages up to which no index is asked.
    """

    def __init__(self, path: Path, part: DensePart, exact: int = EXACT) -> None:
        self.dimension = part.dimension
        self.flat = Flat(path, part.dimension)
        self._part = part
        self._exact = exact
        self._path = path
        self._lock = Lock()
        self._client: Any = None
        self._collection: Any = None
        self._view: View | None = None
        self._where = part.address or str(self._path)
        self._not_before = 0.0

    def tops(self, vectors: Matrix) -> Vector:
        """The score of what is nearest to each of `vectors`, by what `search` asks for so many."""
        if len(self.flat.rows) <= self._exact:
            return self.flat.tops(vectors)
        found = self._query(vectors, 1, ["distances"])
        if found is None:
            return self.flat.tops(vectors)
        near = [distances[0] if distances else 2.0 for distances in found["distances"]]
        return (1.0 - np.array(near)).astype(np.float32)

    def search(
        self,
        vector: Vector,
        k: int,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[int] | None = None,
    ) -> list[Found]:
        """At least the `k` nearest passages, and all that tie with the last, best first.

        The filters are those of the lexical arm. What passes them is searched exactly.
        """
        allowed = self.flat.allowed(since, until, files, kinds)
        if len(self.flat.rows) <= self._exact or (
            allowed is not None and len(allowed) <= self._exact
        ):
            return self.flat.search(vector, k, allowed)
        return self._indexed(vector, k, allowed)

    def close(self) -> None:
        """Let the vectors go."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
            if client is not None:
                close(client)
            copied, self._view = self._view, None
            if copied is not None:
                copied.close()

    def _indexed(self, vector: Vector, k: int, allowed: Any) -> list[Found]:
        limit = k + _MARGIN
        while limit <= self._exact:
            places = self._asked(vector[None, :], limit)
            if places is None:
                break
            rows = np.array(places[0], dtype=np.intp)
            if allowed is not None:
                rows = rows[np.isin(rows, allowed)]
            best = self.flat.best(vector, k, rows)
            if k <= len(best) < len(rows):  # the last that was fetched lies behind all ties
                return best
            limit *= 4
        return self.flat.search(vector, k, allowed)

    def _asked(self, vectors: Matrix, limit: int) -> list[list[int]] | None:
        """The rows of those nearest to each by Chroma's index; None while it cannot be asked."""
        found = self._query(vectors, limit, [])
        if found is None:
            return None
        return [
            [place for id in ids if (place := self.flat.place(*_passage(id))) is not None]
            for ids in found["ids"]
        ]

    def _query(self, vectors: Matrix, limit: int, include: list[str]) -> Any:
        """What Chroma's index says; None while it cannot be asked.

        To compare all is slower then, and no less right.
        """
        if time.monotonic() < self._not_before:
            return None
        try:
            collection = self._opened()
            with chroma_errors(self._where):
                return collection.query(
                    query_embeddings=list(vectors), n_results=limit, include=include
                )
        except StoreError:
            self._not_before = time.monotonic() + _PAUSE
            return None

    def _opened(self) -> Any:
        with self._lock:
            if self._collection is None:
                if self._part.address:
                    self._client = server(self._part.address)
                else:
                    self._view = view(self._path / FOLDER)
                    self._client = folder(Path(self._view.path) / FOLDER)
                with chroma_errors(self._where):
                    self._collection = self._client.get_collection(
                        self._part.collection, embedding_function=None
                    )
            return self._collection


def _passage(id: str) -> tuple[int, int]:
    file, _, number = id.partition(".")
    return int(file), int(number)
