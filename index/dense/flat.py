"""Exact search: the vectors of a generation in one flat file, which readers map and scan.

Chroma's own search is approximate at any size (of 10,000 random vectors of 384 dimensions it found
half of the ten nearest), and to open its folder is to write in it. So its vectors are read back
once they are stored, and laid out here. Scores do not depend on where a vector lies, so that
equal texts have equal scores in every build.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.disk import telling
from index.errors import StoreError
from index.lexical import Found
from index.manifest import ROW_SIZE, VECTOR_FILES

if TYPE_CHECKING:
    import numpy.typing as npt

    from index.dense.embed import Matrix, Vector

    Rows = npt.NDArray[np.void]
    Places = npt.NDArray[np.intp]

ROWS, VECTORS = VECTOR_FILES
ROW = np.dtype(
    [("file", "<i8"), ("number", "<i4"), ("kind", "<i4"), ("date", "<i8"), ("key", "V32")]
)
assert ROW.itemsize == ROW_SIZE
_MULTIPLYING = Lock()
_NEAR = 1e-4  # more than the error of a score in single precision
_AT_ONCE = 4096  # vectors that are scored in double precision at once
_BLOCK = 8192  # vectors that a block of others is compared with at once


def node_id(file: int, number: int) -> str:
    """What a passage is called in a collection."""
    return f"{file}.{number}"


def write(folder: Path, rows: Rows, parts: Sequence[tuple[Matrix, Places]]) -> None:
    """Lay out, for each of `rows`, its vector: those at some places of some matrices, in turn."""
    order = np.lexsort((rows["number"], rows["file"]))
    dimension = parts[0][0].shape[1]
    with telling(folder, "write"):
        rows[order].tofile(folder / ROWS)
        with open(folder / VECTORS, "wb") as file:
            for start in range(0, len(order), _AT_ONCE):
                some = order[start : start + _AT_ONCE]
                block = np.empty((len(some), dimension), dtype="<f4")
                for vectors, places in parts:
                    inside = (some >= 0) & (some < len(places))
                    block[inside] = vectors[places[some[inside]]]
                    some = some - len(places)
                file.write(block.tobytes())


class Flat:
    """The vectors in `folder`, of `dimension` each; safe for several threads."""

    def __init__(self, folder: Path, dimension: int) -> None:
        with telling(folder, "read"):
            self.rows: Rows = np.fromfile(folder / ROWS, dtype=ROW)
            size = os.path.getsize(folder / VECTORS)
            if (
                size != len(self.rows) * dimension * 4
                or os.path.getsize(folder / ROWS) != len(self.rows) * ROW.itemsize
            ):
                raise StoreError(f"The vectors in {folder} are cut short.", "Run `footnote index`.")
            shape = (len(self.rows), dimension)
            self.vectors: Matrix = (
                np.memmap(folder / VECTORS, dtype="<f4", mode="r", shape=shape)
                if size
                else np.zeros(shape, dtype=np.float32)
            )
        # The same memory without numpy's class for it, whose every slice looks at its base.
        self.vectors = np.asarray(self.vectors)

    def place(self, file: int, number: int) -> int | None:
        """The row of a passage."""
        start, end = np.searchsorted(self.rows["file"], (file, file + 1))
        row = int(start + np.searchsorted(self.rows["number"][start:end], number))
        return row if row < end and self.rows["number"][row] == number else None

    def places(self, rows: Rows) -> Places:
        """The rows of passages; -1 for those that have none."""

        def keys(of: Rows) -> Any:
            return of["file"] << 32 | of["number"].astype(np.int64)

        held, wanted = keys(self.rows), keys(rows)
        found = np.searchsorted(held, wanted)
        inside = np.minimum(found, max(len(held) - 1, 0))
        there = held[inside] == wanted if len(held) else np.zeros(len(rows), dtype=bool)
        return np.where(there, inside, -1)

    def tops(self, vectors: Matrix) -> Vector:
        """The score of what is nearest to each of `vectors`, all compared with all."""
        tops = np.full(len(vectors), -np.inf, dtype=np.float32)
        for start in range(0, len(self.rows), _BLOCK):
            with _MULTIPLYING:
                scores = self.vectors[start : start + _BLOCK] @ vectors.T
            np.maximum(tops, scores.max(axis=0), out=tops)
        return tops

    def are_unit(self, error: float) -> bool:
        """Whether all vectors have the length 1."""
        return all(
            np.allclose(
                np.linalg.norm(self.vectors[start : start + _AT_ONCE], axis=1), 1.0, atol=error
            )
            for start in range(0, len(self.rows), _AT_ONCE)
        )

    def allowed(
        self,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[int] | None = None,
    ) -> Places | None:
        """The rows that pass the filters of a search; None where there are no filters."""
        rows = self.rows
        masks = []
        if since or until:
            date = rows["date"]
            masks.append((date >= (since or 1)) & (date <= (until or date.max(initial=0))))
        if files is not None:
            masks.append(np.isin(rows["file"], list(files)))
        if kinds is not None:
            masks.append(np.isin(rows["kind"], [int(kind) for kind in kinds]))
        return np.flatnonzero(np.logical_and.reduce(masks)) if masks else None

    def search(self, vector: Vector, k: int, allowed: Places | None = None) -> list[Found]:
        """The `k` nearest of the rows `allowed`, and all that tie with the last, best first."""
        count = len(self.rows) if allowed is None else len(allowed)
        k = min(k, count)
        if k < 1:
            return []
        # It takes all processors by itself: 200 questions at once took 25 s, one by one 1 s.
        with _MULTIPLYING:
            if allowed is None:
                scores = self.vectors @ vector
            elif count * 4 > len(self.rows):
                scores = (self.vectors @ vector)[allowed]
            else:
                scores = self.vectors[allowed] @ vector
        least = np.partition(scores, count - k)[count - k] - _NEAR
        near = np.flatnonzero(scores >= least)
        return self.best(vector, k, near if allowed is None else allowed[near])

    def best(self, vector: Vector, k: int, rows: Places) -> list[Found]:
        """The `k` nearest among `rows`, and all that tie with the last, best first."""
        if not len(rows) or k < 1:
            return []
        scores = np.concatenate(
            [
                self._exact(vector, rows[start : start + _AT_ONCE])
                for start in range(0, len(rows), _AT_ONCE)
            ]
        )
        cut = np.sort(scores)[::-1][min(k, len(scores)) - 1]
        chosen = np.flatnonzero(scores >= cut)
        found = [
            Found(
                int(self.rows["file"][row]),
                int(self.rows["number"][row]),
                int(self.rows["kind"][row]),
                float(score),
            )
            for row, score in zip(rows[chosen], scores[chosen], strict=True)
        ]
        return sorted(found, key=lambda each: (-each.score, each.file, each.number))

    def _exact(self, vector: Vector, rows: Places) -> Any:
        # A product of matrices adds in an order that depends on the row's place.
        products = self.vectors[rows].astype(np.float64) * vector.astype(np.float64)
        return products.sum(axis=1)
