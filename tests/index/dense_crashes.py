"""Kills or fails the dense part of an update at its steps, and says what is left. A program.

Where `tests.index.faults` harms what the kernel is asked for, this harms what Chroma, the embedder
and the cache of vectors are asked for, from the first embedding to what is cleared away at the end.
Arguments: a corpus as it was, the same as it is now, a folder to work in, "kill", "fail" or
"signal" (SIGKILL from outside, at many times), and how many steps or moments to go on by.
"""

from __future__ import annotations

import errno
import os
import shutil
import signal
import sqlite3
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import chromadb  # noqa: F401  # imported once, not by every child
import numpy as np

from index.build import update
from index.dense import flat, vectorise
from index.dense.embed import EmbedderOptions, EmbeddingError, text_of
from index.dense.embedders import Hashed, make
from index.dense.flat import Flat
from index.dense.search import DenseWriter
from index.dense.vectors import VectorCache
from index.errors import StoreError
from index.generation import Generation
from index.manifest import VECTOR_FILES
from index.store import Store
from tests.index.faults.attempts import forked
from tests.index.states import State, left_over, standing, state_of

OPTIONS = EmbedderOptions("hashed", dimensions=24)
STORED = {"current", "generations", "lock", "vectors.sqlite"}
MOMENTS = 24  # at which a signal comes
KILLED, FAILED = 9, 8

OF_DISK = ("mkdir", "rename", "replace", "unlink", "open", "sendfile")
STEPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (os, OF_DISK),
    (DenseWriter, ("__init__", "add", "delete", "vectors", "count", "close")),
    (VectorCache, ("_do",)),
    (flat, ("write",)),
)


class Trap:
    """Counts the steps of an update's dense part and, at one of them, does harm."""

    def __init__(self, at: int, harm: str, log: Path) -> None:
        self.steps = 0
        self.sprung = ""
        self._at = at
        self._harm = harm
        self._armed = False
        self._log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        for owner, names in STEPS:
            for name in names:
                setattr(owner, name, self._watched(getattr(owner, name), name))
        inner, embed = vectorise.vectorise, Hashed.embed

        def begun(*args: Any) -> Any:
            self._armed = True
            return inner(*args)

        def logged(self_: Hashed, texts: Iterable[str]) -> Iterator[tuple[Sequence[int], Any]]:
            for places, vectors in embed(self_, self._each(texts)):
                self.step("embed")
                yield places, vectors

        vectorise.vectorise = begun  # type: ignore[assignment]
        Hashed.embed = logged  # type: ignore[method-assign, assignment]

    def _each(self, texts: Iterable[str]) -> Iterator[str]:
        for text in texts:
            os.write(self._log, text.encode().hex().encode() + b"\n")
            yield text

    def step(self, name: str) -> Callable[[], Any] | None:
        """Count, and do harm where it is time; or give what is to fail in the place of work."""
        self.steps += self._armed
        if not self._armed or self.steps != self._at:
            return None
        self.sprung = name
        if self._harm == "kill":
            os._exit(KILLED)
        if name in OF_DISK:
            raise OSError(errno.ENOSPC, f"injected in {name}")
        if name == "embed":
            raise EmbeddingError("Injected.", "It is a test.")
        if name == "write":
            raise StoreError("Injected: no space left.", "It is a test.")
        if name == "_do":

            def full() -> None:
                raise sqlite3.OperationalError("database or disk is full")

            return full
        raise StoreError(f"Injected in {name}.", "It is a test.")

    def _watched(self, inner: Callable[..., Any], name: str) -> Callable[..., Any]:
        def step(*args: Any, **named: Any) -> Any:
            instead = self.step(name)
            if instead is not None:
                return inner(args[0], instead)
            return inner(*args, **named)

        return step


def seen(store: Store) -> tuple[State, int]:
    """What stands, and how many of its passages have no vector; the others have their own."""
    with standing(store) as generation:
        state = state_of(generation)
        part = generation.dense
        assert part is not None
        if not part.dimension:
            return state, len(state.passages)
        held = Flat(generation.dense_path, part.dimension)
        texts = texts_of(generation)
        embedder = make(OPTIONS)
        for row, vector in zip(held.rows, held.vectors, strict=True):
            text = texts.pop((int(row["file"]), int(row["number"])))
            assert np.allclose(vector, embedder.query(text), atol=1e-6), "another's vector"
        assert len(texts) == part.missing, "passages without a vector that nobody knows of"
        assert {each.name for each in generation.dense_path.iterdir()} == {
            "chroma",
            *VECTOR_FILES,
        }
        return state, part.missing


def unsynced(fd: Any) -> None:
    """Instead of os.fsync."""


def texts_of(generation: Generation) -> dict[tuple[int, int], str]:
    ids = {file: record.id for file, record in generation.files().items()}
    return {(ids[each.file], each.number): text_of(each) for each in generation.every_passage()}


def main(old: Path, new: Path, folder: Path, harm: str, stride: int) -> int:
    """Attempts until one is not harmed; the number of attempts goes to standard output."""
    # A killed process loses nothing that the kernel has: syncing is only slow here.
    os.fsync = unsynced
    corpus, log = folder / "corpus", folder / "log"
    wanted: dict[str, State] = {}

    def build(name: str) -> int:
        update(corpus, Store(folder / name), embedder=OPTIONS).generation.close()
        wanted_state, missing = seen(Store(folder / name))
        return int(bool(missing)) or int(not wanted_state.found)

    def attempt(at: int) -> int:
        trap = Trap(at, harm, log)
        try:
            update(corpus, Store(folder / "store"), embedder=OPTIONS).generation.close()
        except StoreError:
            return FAILED if trap.sprung else 1
        return 7 if trap.sprung else 0

    def judge(status: int) -> int:
        store = Store(folder / "store")
        state, missing = seen(store)
        assert state in wanted.values(), "a mixed state"
        if status in (0, KILLED):
            assert not missing, "a generation that was not finished"
        if status == 0:
            assert state == wanted["new"], "the update was not made"
        if tried % 3 and status:
            return 0
        Trap(0, harm, log)
        update(corpus, store, embedder=OPTIONS).generation.close()
        assert seen(store) == (wanted["new"], 0), "the next update did not mend it"
        assert left_over(store) == [], f"rubbish was left: {left_over(store)}"
        names = {each.name for each in store.folder.iterdir()}
        assert names >= STORED, names
        assert all(name.startswith("vectors.sqlite") for name in names - STORED), names
        paid = Counter(log.read_bytes().split())
        # What was under way when it ended is all that is paid for again.
        assert sum(paid.values()) - len(paid) <= 1, "vectors were paid for twice"
        return 0

    for name, source in (("old", old), ("new", new)):
        shutil.rmtree(corpus, ignore_errors=True)
        shutil.copytree(source, corpus)
        assert forked(lambda name=name: build(name)) == 0  # type: ignore[misc]
        wanted[name] = seen(Store(folder / name))[0]

    def prepare() -> None:
        for place in ("store", "corpus"):
            shutil.rmtree(folder / place, ignore_errors=True)
        log.write_bytes(b"")
        shutil.copytree(old, corpus)
        shutil.copytree(folder / "old", folder / "store")
        shutil.rmtree(corpus)
        shutil.copytree(new, corpus)

    def signalled(seconds: float) -> int:
        pid = os.fork()
        if pid == 0:
            try:
                attempt(0)
            finally:
                os._exit(0)
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)
        return KILLED if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) else 0

    at, tried, status, statuses = 1 - stride, 0, 1, set()
    whole = 0.0
    while status and at < 1000:
        at += stride
        tried += 1
        prepare()
        if harm == "signal":
            if not whole:
                begun = time.monotonic()
                assert forked(lambda: attempt(0)) == 0
                whole = 1.1 * (time.monotonic() - begun)
                prepare()
            status = signalled(whole * at / MOMENTS)
        else:
            status = forked(lambda at=at: attempt(at))  # type: ignore[misc]
        statuses.add(status)
        if forked(lambda status=status: judge(status)):  # type: ignore[misc]
            print(f"attempt {at} ({harm}) ended wrongly", file=sys.stderr)
            return 1
    assert statuses <= {0, 7, FAILED, KILLED}, statuses
    print(tried)
    return 0


if __name__ == "__main__":
    folders = [Path(each) for each in sys.argv[1:4]]
    sys.exit(main(folders[0], folders[1], folders[2], sys.argv[4], int(sys.argv[5])))
