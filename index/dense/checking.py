"""Vectors that were stored are looked up: passages must find themselves by their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from index.dense.search import DenseReader
from index.dense.vectors import VectorCache

if TYPE_CHECKING:
    from index.dense.embed import Matrix
    from index.dense.flat import Flat, Places, Rows

EQUAL = 1e-5
_OTHERS = 200  # unchanged passages that are searched for after a build
_COMPARED = 2048  # passages that are searched for at once
_ALONE = 20  # that are searched for one by one, as questions are
_MISSED = 0.05  # the share of those that an index may miss


class Lost(Exception):
    """Vectors are not found where they were put."""


def check(
    reader: DenseReader,
    cache: VectorCache,
    kept: Rows,
    fresh: Rows,
    fine: bool,
    progress: Callable[[int, int, str], None],
) -> None:
    """Passages must find themselves, or others of equal vector, with the top score.

    All that changed and some of the others, each with the vector that the embedder gave, are
    searched for in the files that readers have, and by what they ask: up to EXACT passages all
    are compared with all, and none may fail. Past that an index is asked, which visits a small
    part of what it holds: it may then (`fine`) miss one in twenty. A question lacks that passage
    at the worst, and gets the next nearest; an index whose links are damaged misses far more.
    """
    if not reader.flat.are_unit(EQUAL):
        raise Lost("Vectors of the index are damaged.")
    rows = np.concatenate([fresh, some_of(kept)])
    places = reader.flat.places(rows)
    if (places < 0).any():
        raise Lost("Passages do not stand in the index.")
    misses = 0
    for start in range(0, len(rows), _COMPARED):
        some = slice(start, start + _COMPARED)
        vectors = _given(cache, reader.flat, rows[some], places[some])
        tops = reader.tops(vectors)
        own = np.einsum("ij,ij->i", reader.flat.vectors[places[some]], vectors)
        misses += int(((own < tops - EQUAL) | (tops < 1 - 10 * EQUAL)).sum())
        progress(min(start + _COMPARED, len(rows)), len(rows), "looking them up")
    asked = len(rows)
    for place in _sample(places, _ALONE):
        found = reader.search(reader.flat.vectors[place], 1)
        (own_row,) = reader.flat.best(reader.flat.vectors[place], 1, np.array([place]))
        asked += 1
        misses += not found or own_row.score < found[0].score - EQUAL
    if misses > (_MISSED * asked if fine else 0):
        raise Lost("Passages do not find themselves in the index.")


def _given(cache: VectorCache, held: Flat, rows: Rows, places: Places) -> Matrix:
    """What the embedder gave for `rows`, or what `held` has where the cache was lost."""
    keys = [bytes(key) for key in rows["key"]]
    given = cache.get(keys)
    vectors = held.vectors[places]
    for at, key in enumerate(keys):
        if key in given:
            vectors[at] = given[key]
    return vectors


def some_of(kept: Any) -> Any:
    """A few of the passages that did not change."""
    return _sample(kept, _OTHERS)


def _sample(rows: Any, most: int) -> Any:
    """At most so many of `rows`, drawn anew each time."""
    if len(rows) <= most:
        return rows
    return rows[np.sort(np.random.default_rng().choice(len(rows), most, replace=False))]
