"""After a commit: vectors and collections that no generation has any more are dropped."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np

from index.dense import flat
from index.dense.collections import sweep
from index.dense.embed import EmbedderOptions, embedder_id
from index.dense.flat import ROW
from index.dense.vectors import VectorCache
from index.errors import StoreError
from index.manifest import NAME, opened

_FORGOTTEN = 10  # builds that ask in vain for a server that was left, to clear it up


def tidy(folder: Path, generations: Path, options: EmbedderOptions, address: str) -> None:
    """Drop vectors and collections that no generation has any more."""
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
        prefix = prefix_of(cache)
        kept = {prefix + name for name in names}
        kept.update(filter(None, map(_collection, (generations / name for name in names))))
        for server, failures in cache.servers.items():
            try:
                if not sweep(server, prefix, kept) and server != address:
                    cache.forget_server(server)
            except StoreError:  # another time; but not for ever, for each try takes seconds
                if server == address or failures < _FORGOTTEN:
                    cache.note_server(server, failures + 1)
                else:
                    cache.forget_server(server)


def _collection(generation: Path) -> str:
    """Where the vectors of a generation are stored: not always under its own name."""
    try:
        with closing(opened(generation / NAME)) as manifest:
            query = "SELECT value FROM meta WHERE key = 'dense_collection'"
            return str(*(manifest.execute(query).fetchone() or ("",)))
    except sqlite3.Error:
        return ""


def prefix_of(cache: VectorCache) -> str:
    """What the names of a store's collections begin with."""
    return f"footnote-{cache.store_name}-"
