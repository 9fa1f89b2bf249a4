"""Vectors once computed, by embedder and text: nothing is paid for twice, whatever dies.

One SQLite file a store, beside its generations and outliving them. Only who holds the store's
lock opens it. What it lacks can always be computed again, so that a damaged one is thrown away.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from index.closing import Closing
from index.disk import telling

if TYPE_CHECKING:
    from index.dense.embed import Matrix, Vector

NAME = "vectors.sqlite"
_SLACK = 10_000  # unused vectors that are kept in any case; beyond, as many as are used
_AT_ONCE = 500  # keys in a query
_TABLES = """
CREATE TABLE IF NOT EXISTS embedders (id INTEGER PRIMARY KEY, name TEXT UNIQUE, dimension INTEGER);
CREATE TABLE IF NOT EXISTS vectors (
    number INTEGER PRIMARY KEY, embedder INTEGER, key BLOB, vector BLOB, UNIQUE (embedder, key));
CREATE TABLE IF NOT EXISTS store (name TEXT);
CREATE TABLE IF NOT EXISTS place (folder BLOB);
CREATE TABLE IF NOT EXISTS servers (address TEXT PRIMARY KEY, failures INTEGER DEFAULT 0);
"""
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)

T = TypeVar("T")


def key_of(text: str) -> bytes:
    """What a text is known by."""
    return sha256(text.encode("utf-8", "surrogatepass")).digest()


class VectorCache(Closing):
    """The vectors of the embedder with the id `embedder` in the store at `folder`."""

    def __init__(self, folder: Path, embedder: str) -> None:
        self._path = folder / NAME
        self.name = embedder
        with telling(folder, "write"):
            try:
                self._open()
            except sqlite3.DatabaseError as error:
                self._start_again(error)

    @property
    def dimension(self) -> int | None:
        """Of the vectors it has; None where it has none."""
        rows = self._do(
            lambda: self._base.execute(
                "SELECT dimension FROM embedders WHERE id = ?", (self._id,)
            ).fetchall()
        )
        return rows[0][0] if rows else None

    @property
    def store_name(self) -> str:
        """A name that no other store has, for what we keep on servers."""
        return str(self._do(lambda: self._base.execute("SELECT name FROM store").fetchall())[0][0])

    def adopt(self, store_name: str) -> None:
        """Take a name that this store had, if its cache was lost and it has none but a new one."""
        if self._new:
            self._do(lambda: self._base.execute("UPDATE store SET name = ?", (store_name,)))

    @property
    def servers(self) -> dict[str, int]:
        """The addresses where collections of this store may stand, and how often each failed."""
        return dict(
            self._do(lambda: self._base.execute("SELECT address, failures FROM servers").fetchall())
        )

    def note_server(self, address: str, failures: int = 0) -> None:
        """Remember an address, before anything is stored there."""
        self._do(
            lambda: self._base.execute(
                "INSERT OR REPLACE INTO servers VALUES (?, ?)", (address, failures)
            )
        )

    def forget_server(self, address: str) -> None:
        """Nothing of ours stands there any more."""
        self._do(lambda: self._base.execute("DELETE FROM servers WHERE address = ?", (address,)))

    def present(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of `keys` that have a vector."""
        return {key for (key,) in self._each("key", keys)}

    def get(self, keys: Sequence[bytes]) -> dict[bytes, Vector]:
        """The vectors of `keys`, as far as there are any."""
        return {
            key: np.frombuffer(vector, dtype="<f4")
            for key, vector in self._each("key, vector", keys)
        }

    def put(self, keys: Sequence[bytes], vectors: Matrix) -> None:
        """Keep vectors: when this returns they outlive this process."""
        rows = [
            (self._id, key, vector.astype("<f4", copy=False).tobytes())
            for key, vector in zip(keys, vectors, strict=True)
        ]

        def write() -> None:
            execute = self._base.execute
            execute("BEGIN")
            try:
                execute(
                    "UPDATE embedders SET dimension = ? WHERE id = ?", (vectors.shape[1], self._id)
                )
                self._base.executemany(
                    "INSERT OR REPLACE INTO vectors (embedder, key, vector) VALUES (?,?,?)", rows
                )
                execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    execute("ROLLBACK")
                raise

        self._do(write)

    def forget(self) -> None:
        """Drop all vectors of this embedder: it gives others now."""

        def drop() -> None:
            self._base.execute("DELETE FROM vectors WHERE embedder = ?", (self._id,))
            self._base.execute("UPDATE embedders SET dimension = NULL WHERE id = ?", (self._id,))

        self._do(drop)

    def prune(self, used: Collection[bytes]) -> None:
        """Drop the oldest of what no text of `used` needs, of any embedder, past some slack."""

        def drop() -> None:
            rows = self._base.execute("SELECT number, key FROM vectors ORDER BY number").fetchall()
            kept = frozenset(used)
            idle = [number for number, key in rows if key not in kept]
            excess = len(idle) - max(_SLACK, len(rows) - len(idle))
            if excess > 0:
                self._base.execute("BEGIN")
                self._base.executemany(
                    "DELETE FROM vectors WHERE number = ?", [(each,) for each in idle[:excess]]
                )
                self._base.execute("COMMIT")
                self._base.execute("PRAGMA incremental_vacuum").fetchall()

        self._do(drop)

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):
            self._base.close()

    def _each(self, columns: str, keys: Sequence[bytes]) -> Iterator[tuple[bytes, ...]]:
        for start in range(0, len(keys), _AT_ONCE):
            some = keys[start : start + _AT_ONCE]
            query = (
                f"SELECT {columns} FROM vectors WHERE embedder = ?"
                f" AND key IN ({','.join('?' * len(some))})"
            )
            found: Iterable[tuple[bytes, ...]] = self._do(
                lambda query=query, some=some: self._base.execute(  # type: ignore[misc]
                    query, (self._id, *some)
                ).fetchall()
            )
            yield from found

    def _do(self, work: Callable[[], T]) -> T:
        """`work`, and once more with an empty file where this one turns out to be damaged."""
        with telling(self._path.parent, "write"):
            try:
                return work()
            except sqlite3.DatabaseError as error:
                self._start_again(error)
                return work()

    def _start_again(self, error: sqlite3.DatabaseError) -> None:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _DAMAGED:
            raise error
        with suppress(AttributeError, sqlite3.Error):
            self._base.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            self._path.with_name(NAME + suffix).unlink(missing_ok=True)
        self._open()

    def _open(self) -> None:
        self._base = sqlite3.connect(self._path, isolation_level=None)
        execute = self._base.execute
        # The store's lock is held: nobody else has it open, and no shared memory is needed.
        for pragma in (
            "auto_vacuum=INCREMENTAL",
            "locking_mode=EXCLUSIVE",
            "journal_mode=WAL",
            "synchronous=NORMAL",
        ):
            execute(f"PRAGMA {pragma}").fetchall()
        self._base.executescript(_TABLES)
        self._new = not execute("SELECT name FROM store").fetchall()
        # A copy of a store is another one: it must not clear away what the first keeps on servers.
        folder = os.fsencode(os.path.realpath(self._path.parent))
        if self._new or execute("SELECT folder FROM place").fetchall() != [(folder,)]:
            execute("BEGIN")
            execute("DELETE FROM store")
            execute("INSERT INTO store VALUES (?)", (os.urandom(8).hex(),))
            execute("DELETE FROM place")
            execute("INSERT INTO place VALUES (?)", (folder,))
            execute("COMMIT")
        execute("INSERT OR IGNORE INTO embedders (name) VALUES (?)", (self.name,))
        ((self._id,),) = execute("SELECT id FROM embedders WHERE name = ?", (self.name,)).fetchall()
