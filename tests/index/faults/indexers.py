"""Several indexers at once, round after round, while readers read. A program.

    python -m tests.index.faults.indexers FOLDER [--indexers N] [--readers N] [--rounds N] [--dense]

Before each round the documents change, all to one version. Then as many indexers as are asked for
begin at once, some of which wait for others and some do not. The exit status is 1 where a reader
ever saw anything but one whole version, or a round ended with another than its own.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from index.build import update
from index.errors import LockedError
from index.store import Store
from tests.index.faults.attempts import DENSE, missing, rubbish
from tests.index.states import page, standing, state_of, write

DONE, LOCKED = 0, 8
_CHANGING, _STEADY = 5, 5  # documents
_PATIENCE = 60.0  # seconds for a round: an indexer that takes longer hangs
_WAITS = (0.0, 0.0, 0.3, 20.0)  # seconds that an indexer waits for another


class Indexers:
    """A corpus, its store, and who writes and reads it."""

    def __init__(self, folder: Path, *, dense: bool) -> None:
        self.corpus, self.store = folder / "corpus", folder / "store"
        self.temporary = folder / "temporary"
        self.temporary.mkdir(parents=True)
        os.environ["TMPDIR"] = str(self.temporary)
        self.dense = dense
        self._seen = folder / "seen"
        if dense:
            import chromadb  # noqa: F401  # imported once, not by every process

            import index.dense.nodes
            import index.dense.vectorise  # noqa: F401
        write(self.corpus, **{f"s{n}": page(f"quay {n}") for n in range(_STEADY)})
        self.version(0)
        assert ended(started(lambda: self.index(0.0))) == DONE

    def version(self, number: int) -> None:
        """Change the documents."""
        pages = {f"c{n}": page(f"pier {n} in v{number}") for n in range(_CHANGING)}
        write(self.corpus, **pages)

    def index(self, wait: float) -> int:
        """Be an indexer: DONE, or LOCKED where another one was at work and said so."""
        try:
            embedder = DENSE if self.dense else None
            update(self.corpus, Store(self.store), wait=wait, embedder=embedder).generation.close()
        except LockedError as error:
            return LOCKED if "process" in error.message and error.hint else 1
        return DONE

    def read(self) -> int:
        """Be a reader until SIGTERM comes; the versions that it saw go to a file."""
        ending: list[int] = []
        signal.signal(signal.SIGTERM, lambda *_: ending.append(1))
        reads, last = 0, 0
        while not ending:
            seen = self.whole()
            assert seen >= last, f"version {seen} after version {last}"
            last = seen
            reads += 1
        with self._seen.open("a") as file:
            file.write(f"{reads}\n")
        return 0

    def whole(self) -> int:
        """The one version that stands; AssertionError where what stands is not whole."""
        with standing(Store(self.store)) as generation:
            state = state_of(generation)
            if self.dense:
                assert missing(generation) == 0
        assert len(state.texts) == _CHANGING + _STEADY, "not every document"
        assert len(state.found) == len(state.passages) == 2 * len(state.texts), "not every passage"
        texts = [text for file, text in state.texts.items() if file.startswith("c")]
        numbers = {int(text.split(" in v")[1].split()[0]) for text in texts}
        assert len(numbers) == 1, f"of versions {numbers} at once"
        return numbers.pop()

    @property
    def reads(self) -> int:
        """How often readers read, of those that have ended."""
        return sum(map(int, self._seen.read_text().split())) if self._seen.exists() else 0


def started(work: Callable[[], int]) -> int:
    """A process that does `work`, by its id."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = work()
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
        finally:
            os._exit(status)
    return pid


def ended(pid: int, until: float | None = None) -> int:
    """The exit status of a process; of one that hangs that of SIGKILL."""
    until = until or time.monotonic() + _PATIENCE
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.005)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--indexers", type=int, default=2)
    parser.add_argument("--readers", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--dense", action="store_true")
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    indexers = Indexers(given.folder, dense=given.dense)
    readers = [started(indexers.read) for _ in range(given.readers)]
    statuses: Counter[int] = Counter()
    chance = random.Random(0)
    wrong = 0
    longest = 0.0
    for number in range(1, given.rounds + 1):
        indexers.version(number)
        began = time.monotonic()
        writers = []
        for _ in range(given.indexers):
            wait = chance.choice(_WAITS)
            writers.append(started(lambda wait=wait: indexers.index(wait)))  # type: ignore[misc]
        found = [ended(pid, began + _PATIENCE) for pid in writers]
        longest = max(longest, time.monotonic() - began)
        statuses.update(found)
        right = DONE in found and set(found) <= {DONE, LOCKED}
        if not right or ended(started(lambda: int(indexers.whole() != number))):  # noqa: B023
            wrong += 1
            print(f"wrong: round {number} ended with {found}", file=sys.stderr, flush=True)
    for pid in readers:
        os.kill(pid, signal.SIGTERM)
    wrong += sum(ended(pid) != 0 for pid in readers)
    if left := rubbish(indexers.store, indexers.temporary, dense=given.dense):
        wrong += 1
        print(f"rubbish was left: {left}", file=sys.stderr)
    print(
        f"{given.rounds} rounds of {given.indexers} indexers, {indexers.reads} readings, {wrong}"
        f" wrong; ended {dict(statuses)}; the longest round took {longest:.1f} s"
    )
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
