"""Vectors are written into a collection, read back, and laid out for readers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.dense import flat
from index.dense.checking import EQUAL, Lost, some_of
from index.dense.collections import FOLDER, copy_folder
from index.dense.flat import Flat, node_id
from index.dense.search import DenseWriter
from index.dense.vectors import VectorCache
from index.disk import telling

if TYPE_CHECKING:
    from index.dense.embed import Matrix
    from index.dense.flat import Places, Rows
    from index.dense.search import Stored
    from index.generation import Generation

    Row = tuple[int, int, int, int]  # file, number, kind and date of a passage

_AT_ONCE = 1000  # passages that are stored at once
_SPARE = "stored.bin"


class Storing:
    """The collection of one building: in its `folder`, or at `address`.

    `texts` has what is embedded of passages; `fine` is for collections that readers search by
    their index.
    """

    def __init__(
        self,
        folder: Path,
        collection: str,
        address: str,
        cache: VectorCache,
        texts: Callable[[Sequence[Row]], Iterable[Stored]],
        progress: Callable[[int, int, str], None],
        *,
        fine: bool,
    ) -> None:
        self._folder = folder
        self._collection = collection
        self._address = address
        self._cache = cache
        self._texts = texts
        self._progress = progress
        self._fine = fine

    def store(
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
                raise Lost("Chroma does not hold the vectors that it was given.")
            stored = _spread(spare, (len(fresh), dimension))
            self._read_back(writer, fresh, stored)
            others = some_of(kept)
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
        texts = iter(self._texts(rows))
        done = 0
        while some := list(islice(texts, _AT_ONCE)):
            writer.add(some, self._cache.get)
            done += len(some)
            self._progress(done, len(rows), "storing vectors")

    def _read_back(self, writer: DenseWriter, rows: Rows, into: Matrix) -> None:
        """What the collection holds for `rows`; Lost where that is not what it was given."""
        for start in range(0, len(rows), _AT_ONCE):
            some = rows[start : start + _AT_ONCE]
            ids = [node_id(int(row["file"]), int(row["number"])) for row in some]
            held = writer.vectors(ids)
            given = self._cache.get([bytes(key) for key in some["key"]])
            for place, (id, row) in enumerate(zip(ids, some, strict=True), start):
                vector, expected = held.get(id), given.get(bytes(row["key"]))
                if vector is None or vector.shape != into[place].shape:
                    raise Lost("Chroma does not hold the vectors that it was given.")
                if expected is not None and not np.allclose(vector, expected, atol=EQUAL):
                    raise Lost("Chroma holds other vectors than it was given.")
                into[place] = vector


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
