"""An index that is brought up to date by processes that come to harm, and what must hold of it.

Each process is forked from one that has imported all and has no threads.
"""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import index.filling
import index.split  # noqa: F401  # imported once, not by every process
from index.build import update
from index.dense.embed import EmbedderOptions
from index.dense.flat import Flat
from index.errors import StoreError
from index.generation import Generation
from index.lexical import LexicalReader  # noqa: F401
from index.manifest import VECTOR_FILES
from index.store import KEEP, Store
from tests.index.states import State, page, standing, state_of, write

DENSE = EmbedderOptions("hashed", dimensions=24)
DONE, REFUSED, KILLED = 0, 8, -signal.SIGKILL
# What lies in a store beside its generations: the vectors' with their journal.
_BESIDE = {"current", "generations", "lock"}
_VECTORS = {"vectors.sqlite", "vectors.sqlite-wal", "vectors.sqlite-shm"}

# A file that SQLite opens for Chroma and unlinks at once: to fail or be killed just between leaves
# it, and no name tells whose it is.
_SQLITE = re.compile(r"etilqs_[0-9a-f]{16}$")


class Wrong(AssertionError):
    """What must never be."""


class Attempts:
    """A store in `folder`, with a generation of an old corpus, and a corpus that changed since."""

    def __init__(self, folder: Path, *, dense: bool, documents: int = 12) -> None:
        self.folder = folder
        self.corpus = folder / "corpus"
        self.store = folder / "store"
        self.temporary = folder / "temporary"
        self.dense = dense
        self.temporary.mkdir(parents=True)
        os.environ["TMPDIR"] = str(self.temporary)
        self._options = DENSE if dense else None
        if dense:
            import chromadb  # noqa: F401  # as above

            import index.dense.nodes
            import index.dense.vectorise  # noqa: F401
        old, new = folder / "old", folder / "new"
        write(old, **{f"d{n:02}": page(f"pier {n}") for n in range(documents)})
        shutil.copytree(old, new)
        write(new, d01=page("crane"), d91=page("mole"))
        (new / "d02.txt").unlink()
        (new / "d03.txt").rename(new / "moved.txt")
        self._saved = folder / "saved"
        self._wanted: dict[str, State] = {}
        for name, source in (("old", old), ("new", new)):
            self._corpus(source)
            place = self._saved / name
            if forked(lambda place=place: self._build(place)):  # type: ignore[misc]
                raise Wrong("the index could not even be built in peace")
            self._wanted[name] = self.seen(Store(place))[0]
        self._corpus(old)

    def fresh(self) -> None:
        """The old index, and the corpus as it is now."""
        for place in (self.store, self.temporary):
            shutil.rmtree(place, ignore_errors=True)
        self.temporary.mkdir()
        shutil.copytree(self._saved / "old", self.store)
        self._corpus(self.folder / "new")

    def turn(self, name: str) -> None:
        """The corpus as it was ("old") or as it is now ("new"), over whatever index there is."""
        self._corpus(self.folder / name)

    def of(self) -> tuple[str, int]:
        """The corpus that the index is of, and how many of its passages have no vector."""
        state, lacking = self.seen(Store(self.store))
        names = [name for name, wanted in self._wanted.items() if wanted == state]
        return (names[0] if names else "neither"), lacking

    def update(self) -> int:
        """Bring the index up to date: DONE, or REFUSED with what a user is told."""
        try:
            self._build(self.store)
        except StoreError as error:
            if not error.hint:
                raise
            return REFUSED
        return DONE

    def judge(self, status: int, *, mend: bool = True) -> None:
        """Raise Wrong unless the index is as it was or as it should be, and mends itself."""
        store = Store(self.store)
        state, lacking = self.seen(store)
        if state not in self._wanted.values():
            raise Wrong("a mixed state")
        if status == KILLED and lacking:
            raise Wrong("a generation that was not finished")
        if status == DONE and state != self._wanted["new"]:
            raise Wrong("the update was not made")
        if not mend:
            return
        self._build(self.store)
        if self.seen(store) != (self._wanted["new"], 0):
            raise Wrong("the next update did not mend it")
        if left := self.rubbish():
            raise Wrong(f"rubbish was left: {left}")

    def rubbish(self) -> list[str]:
        """What lies in the store and in the folder of temporary files and should not."""
        return rubbish(self.store, self.temporary, dense=self.dense)

    def seen(self, store: Store) -> tuple[State, int]:
        """What stands, and how many of its passages have no vector; the others have their own."""
        with standing(store) as generation:
            state = state_of(generation)
            return state, missing(generation) if self.dense else 0

    def _build(self, place: Path) -> int:
        report = update(self.corpus, Store(place), embedder=self._options)
        report.generation.close()
        return 0

    def _corpus(self, source: Path) -> None:
        shutil.rmtree(self.corpus, ignore_errors=True)
        shutil.copytree(source, self.corpus)


def rubbish(store: Path, temporary: Path, *, dense: bool) -> list[str]:
    """What lies in a store and in a folder of temporary files and should not."""
    kept = sorted(os.listdir(store / "generations"))
    beside = set(os.listdir(store)) - _BESIDE - (_VECTORS if dense else set())
    left = [*kept[:-KEEP], *(name for name in kept if "." in name), *sorted(beside)]
    for name in kept:
        own = {"manifest.sqlite", "lexical", "texts"} | ({"dense"} if dense else set())
        left += sorted(
            f"{name}/{each}" for each in set(os.listdir(store / "generations" / name)) - own
        )
    return left + [name for name in os.listdir(temporary) if not _SQLITE.match(name)]


def missing(generation: Generation) -> int:
    """How many passages have no vector, all others having their own and the files being whole."""
    import numpy as np

    from index.dense.embed import text_of
    from index.dense.embedders import make

    part = generation.dense
    if part is None:
        raise Wrong("there is no dense part")
    ids = {file: record.id for file, record in generation.files().items()}
    texts = {(ids[each.file], each.number): text_of(each) for each in generation.every_passage()}
    if not part.dimension:
        return len(texts)
    if {each.name for each in generation.dense_path.iterdir()} != {"chroma", *VECTOR_FILES}:
        raise Wrong("the folder of vectors is not whole")
    held = Flat(generation.dense_path, part.dimension)
    embedder = make(DENSE)
    for row, vector in zip(held.rows, held.vectors, strict=True):
        text = texts.pop((int(row["file"]), int(row["number"])))
        if not np.allclose(vector, embedder.query(text), atol=1e-6):
            raise Wrong("a passage has another's vector")
    if len(texts) != part.missing:
        raise Wrong("passages without a vector that nobody knows of")
    return part.missing


def forked(work: Callable[[], int | None], patience: int = 60) -> int:
    """The exit status of a process that does `work`; it is not waited for for ever."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            signal.alarm(patience)
            status = work() or 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def killed_after(work: Callable[[], object], seconds: float) -> int:
    """As `forked`, with SIGKILL from outside after so many seconds."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    descriptor = os.pidfd_open(pid)
    try:
        select.select([descriptor], [], [], seconds)
    finally:
        os.close(descriptor)
    os.kill(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
