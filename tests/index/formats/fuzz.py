"""Indexes mutated files of every format, and says what that cost and what became of them.

python -m tests.index.formats.fuzz [--files 10000] [--first 0] [--jobs 1]
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

from index.build import Report, update
from index.store import Store
from tests.index.formats.mutating import mutated
from tests.index.formats.seeds import seeds
from tests.index.states import standing

BATCH = 480  # at most 1,000 skipped files of a reason are told one by one
_FAULTS = ("cannot be cut into passages", "reader cannot be started", "made its reader break off")
_SOUND = "A sound document stands among them, and is found whatever becomes of the others.\n"


@dataclass
class Outcome:
    """What became of all files; `faults` must be empty."""

    indexed: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    unread: Counter[str] = field(default_factory=Counter)  # by format and message
    faults: list[str] = field(default_factory=list)
    longest: float = 0.0  # seconds between two files
    memory: int = 0  # bytes, of this process and all below it together
    before: int = 0  # of them, what they held before the first file


class Memory(Thread):
    """Watches what a process and those below it hold in memory, shared pages shared out."""

    def __init__(self, process: str = "self") -> None:
        super().__init__(daemon=True)
        self._process = process
        self.before = self.most = sum(map(_held, _below(self._process)))
        self._stopped = Event()

    def run(self) -> None:
        while not self._stopped.wait(0.02):
            self.most = max(self.most, sum(map(_held, _below(self._process))))

    def stop(self) -> int:
        self._stopped.set()
        self.join()
        return self.most


def _below(process: str) -> list[str]:
    found = [process]
    try:
        for task in Path(f"/proc/{process}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _below(child)
    except OSError:
        pass  # it has ended
    return found


def _held(process: str) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def fuzz(work: Path, files: int, first: int = 0, jobs: int = 1) -> Outcome:
    """Index `files` mutated files from the number `first` on, in batches, below `work`."""
    outcome = Outcome()
    whole = seeds()
    store = Store(work / "store")
    memory = Memory()
    memory.start()
    try:
        for start in range(first, first + files, BATCH):
            numbers = range(start, min(start + BATCH, first + files))
            _batch(work / "corpus", store, numbers, whole, jobs, outcome)
    finally:
        outcome.memory, outcome.before = memory.stop(), memory.before
    return outcome


def _batch(
    corpus: Path,
    store: Store,
    numbers: range,
    whole: dict[str, list[bytes]],
    jobs: int,
    outcome: Outcome,
) -> None:
    shutil.rmtree(corpus, ignore_errors=True)
    corpus.mkdir(parents=True)
    (corpus / "sound.txt").write_text(_SOUND)
    names = {"sound.txt"}
    for number in numbers:
        suffix, data = mutated(number, whole)
        # A gzipped file's format is that of the name within its name.
        inner = (".csv" if number // len(whole) % 2 else ".txt") if suffix == ".gz" else ""
        names.add(f"{number}{inner}{suffix}")
        (corpus / f"{number}{inner}{suffix}").write_bytes(data)
    last = time.monotonic()

    def progress(*_: object) -> None:
        nonlocal last
        now = time.monotonic()
        outcome.longest = max(outcome.longest, now - last)
        last = now

    try:
        report = update(corpus, store, jobs=jobs, progress=progress)
    except Exception as error:
        outcome.faults.append(f"files {numbers}: the indexer failed: {error!r}")
        return
    _judge(report, store, names, outcome)


def _judge(report: Report, store: Store, names: set[str], outcome: Outcome) -> None:
    """Each file is indexed and can be read, or is skipped with a reason."""
    skipped = {skip.file: skip for skip in report.skipped}
    with standing(store) as generation:
        indexed = set(generation.files())
        known = indexed | {copy for copies in generation.duplicates() for copy in copies}
        if generation.text("sound.txt") != _SOUND:
            outcome.faults.append("the sound document was harmed")
        for each in generation.every_passage():
            if generation.text(each.file)[each.start : each.end] != each.text:
                outcome.faults.append(f"{each.file}: passage {each.number} is not in its text")
    outcome.indexed += len(known & names) - 1
    for name in sorted(names - known - set(skipped)):
        outcome.faults.append(f"{name}: neither indexed nor skipped")
    for name, skip in skipped.items():
        outcome.skipped[skip.reason] += 1
        said = skip.message.removeprefix(f"{name}: ")
        outcome.unread[f"{Path(name).suffix} {said}"] += 1
        if not said or any(fault in said for fault in _FAULTS):
            outcome.faults.append(skip.message or f"{name}: skipped without a reason")


def main() -> int:
    """Print the figures; 1 where there are faults."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--messages", type=int, default=0, help="how many messages to print")
    arguments = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        outcome = fuzz(Path(folder), arguments.files, arguments.first, arguments.jobs)
    print(f"{arguments.files} files in {time.monotonic() - started:.0f} s, {arguments.jobs} jobs")
    print(f"indexed {outcome.indexed}, skipped {outcome.skipped.total()}: {dict(outcome.skipped)}")
    print(f"longest wait for a file {outcome.longest:.1f} s")
    print(f"memory of all processes together at most {outcome.memory / (1 << 20):.0f} MB")
    for message, count in outcome.unread.most_common(arguments.messages):
        print(f"{count:6} {message}")
    print(f"{len(outcome.faults)} faults", *outcome.faults[:20], sep="\n  ")
    return bool(outcome.faults)


if __name__ == "__main__":
    sys.exit(main())
