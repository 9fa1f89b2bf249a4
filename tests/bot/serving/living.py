"""A hall under load while its documents change: what failed, what was stale, how soon it knew.

`python -m tests.bot.serving.living [CHANGES]` prints the figures of a long run.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep, time

from bot.answers import Answer
from bot.serving.hall import Hall
from bot.settings import Settings
from bot.wiring import reindex
from index.rest import stat_of
from index.store import Store
from tests.bot.conftest import PORT, ROOT

RATE = 20.0  # questions a second
_PATIENCE = 60.0  # seconds until a change that nobody notices ends the run


@dataclass
class Figures:
    """What came of it. Times are seconds."""

    asked: int = 0
    answered: int = 0
    failed: list[str] = field(default_factory=list)
    unanswered: int = 0  # questions whose document was there all the time
    stale: list[str] = field(default_factory=list)  # quotes of what was gone when it was asked
    nearest: float = 0.0  # for how long a deleted passage was shown as coming near, at most
    known: list[float] = field(default_factory=list)  # from a change until the hall had it
    seen: list[float] = field(default_factory=list)  # from a commit until the hall had it
    generations: int = 0  # folders on the disk, at most
    left: int = 0  # and in the end

    def told(self) -> dict[str, object]:
        """The figures in short."""
        return {
            "asked": self.asked,
            "answered": self.answered,
            "failed": len(self.failed),
            "unanswered": self.unanswered,
            "stale": len(self.stale),
            "nearest_s": round(self.nearest, 2),
            "changes": len(self.known),
            "known_s": _spread(self.known),
            "commits": len(self.seen),
            "seen_s": _spread(self.seen),
            "generations": self.generations,
            "left": self.left,
        }


class Living:
    """Documents that change, one at a time, and when each sentence was deleted."""

    def __init__(self, corpus: Path, seed: int) -> None:
        self.corpus = corpus
        self.dead: dict[str, float] = {}
        self.current: dict[str, tuple[str, str]] = {}  # file: the lighthouse, and what it says
        self._random = random.Random(seed)
        self._count = 0
        for _ in range(20):
            self._add()

    def change(self) -> str:
        """Add, edit, rename or delete a document; which."""
        how = self._random.choice(["add", "edit", "edit", "rename", "delete"])
        if how == "add" or len(self.current) < 5:
            return self._add()
        file = self._random.choice(sorted(self.current))
        name, said = self.current[file]
        path = self.corpus / file
        if how == "rename":
            self._count += 1
            new = f"r{self._count}.txt"
            path.rename(self.corpus / new)
            self.current[new] = self.current.pop(file)
            return new
        if how == "delete":
            path.unlink()
            del self.current[file]
        else:
            self.current[file] = name, self._write(path, name)
        self.dead[said] = monotonic()
        return file

    def question(self) -> str:
        """About a document that is there, or one that was edited or deleted a moment ago."""
        names = [name for name, _ in list(self.current.values())]
        gone = [said.split(" was ")[0].removeprefix("The ") for said in list(self.dead)[-2:]]
        name = self._random.choice(gone if gone and self._random.random() < 0.5 else names)
        return f"By which crew was the {name} built?"

    def _add(self) -> str:
        self._count += 1
        file, name = f"f{self._count}.txt", f"lighthouse of Zanthor{self._count}"
        self.current[file] = name, self._write(self.corpus / file, name)
        return file

    def _write(self, path: Path, name: str) -> str:
        self._count += 1
        said = f"The {name} was built by crew {10_000 + self._count}."
        aside = path.with_name(f".{path.name}")
        aside.write_text(f"{said}\n")
        aside.replace(path)  # at once, so that no question sees half of it
        return said


def run(folder: Path, changes: int, *, other: bool, seed: int = 1) -> Figures:
    """Ask `RATE` questions a second while `changes` are made; `other`: another process follows
    the documents, too, and builds what it finds first."""
    corpus = folder / "corpus"
    shutil.copytree(ROOT / "seeds", corpus)
    living = Living(corpus, seed)
    settings = Settings(corpus, folder / "store", "extractive")
    reindex(settings).generation.close()
    hall = Hall(settings)
    hall.open()
    found = Figures()
    stop = threading.Event()
    try:
        with (
            _another(settings) if other else _nobody(),
            ThreadPoolExecutor(8) as askers,
            ThreadPoolExecutor(2) as pacers,
        ):
            asking = pacers.submit(_ask, hall, living, found, askers, stop)
            seeing = pacers.submit(_see, hall, settings, found, stop)
            try:
                for _ in range(changes):
                    _change(hall, living, found)
            finally:
                stop.set()
            asking.result()
            seeing.result()
        generations = Store.for_corpus(settings.store, corpus).folder / "generations"
        end = monotonic() + 20
        while (left := len(list(generations.iterdir()))) > settings.keep and monotonic() < end:
            sleep(0.05)
        found.left = left
    finally:
        hall.close()
    return found


def _change(hall: Hall, living: Living, found: Figures) -> None:
    """Make a change, and wait until the hall's generation has it."""
    file = living.change()
    begun = monotonic()
    stat = stat_of(living.corpus, file)
    while True:
        with hall._holder.held() as standing:
            assert standing is not None
            record = standing.generation.record(file)
        if (record.stat if record is not None else None) == stat:
            found.known.append(monotonic() - begun)
            return
        assert monotonic() - begun < _PATIENCE, f"{file} is not known"
        sleep(0.01)


def _ask(
    hall: Hall, living: Living, found: Figures, askers: ThreadPoolExecutor, stop: threading.Event
) -> None:
    lock = threading.Lock()

    def ask(question: str) -> None:
        begun = monotonic()
        try:
            reply = hall.ask(question).reply
        except Exception as error:
            with lock:
                found.failed.append(repr(error))
            return
        with lock:
            found.asked += 1
            if isinstance(reply, Answer):
                found.answered += 1
                for citation in reply.citations:
                    if living.dead.get(citation.quote, begun) < begun:
                        found.stale.append(citation.quote)
            else:
                found.unanswered += question == PORT
                for hit in reply.nearest:
                    died = living.dead.get(hit.passage.text.strip(), begun)
                    found.nearest = max(found.nearest, begun - died)

    due = monotonic()
    given: list[Future[None]] = []
    while not stop.is_set():
        given.append(askers.submit(ask, PORT if len(given) % 4 == 0 else living.question()))
        due += 1 / RATE
        stop.wait(max(0.0, due - monotonic()))
    for each in given:
        each.result()


def _see(hall: Hall, settings: Settings, found: Figures, stop: threading.Event) -> None:
    """Note when each generation was committed, and when the hall had it or a later one."""
    store = Store.for_corpus(settings.store, settings.corpus)
    pointer, generations = store.folder / "current", store.folder / "generations"
    known = store.standing() or ""
    waiting: list[tuple[str, float]] = []
    while not stop.wait(0.005) or waiting:
        committed = pointer.stat().st_mtime
        name = store.standing() or ""
        if name > known:
            known = name
            waiting.append((name, committed))
        held = hall._holder.generation or ""
        for each in [each for each in waiting if each[0] <= held]:
            found.seen.append(max(0.0, time() - each[1]))
            waiting.remove(each)
        found.generations = max(found.generations, len(os.listdir(generations)))


@contextmanager
def _another(settings: Settings) -> Iterator[None]:
    """Another process that follows the same documents."""
    words = ["index", "--watch", "--corpus", str(settings.corpus), "--store", str(settings.store)]
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        assert process.poll() is None, "it ended by itself"
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _nobody() -> Iterator[None]:
    yield


def _spread(times: list[float]) -> dict[str, float]:
    ordered = sorted(times)
    if not ordered:
        return {}
    return {
        "p50": round(ordered[len(ordered) // 2], 2),
        "p95": round(ordered[int(len(ordered) * 0.95)], 2),
        "most": round(ordered[-1], 2),
    }


def main() -> None:
    changes = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    for other in (False, True):
        with tempfile.TemporaryDirectory() as folder:
            found = run(Path(folder), changes, other=other)
        print(json.dumps({"two_writers": other} | found.told()))
        for each in (*found.failed[:5], *found.stale[:5]):
            print(" ", each)


if __name__ == "__main__":
    main()
