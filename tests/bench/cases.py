"""What `footnote check` takes for a thousand extractive cases on the seeds, and for the first.

    python -m tests.bench.cases [--rounds N] [--cases FOLDER]

The cases are copies of tests/qa. One process and four are run in turn, so that what else the
machine does falls on both alike; their ratio is of rounds, and tells more than either.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bot.check.reading import find, read
from tests.bench.report import Row, parser, report

ROOT = Path(__file__).resolve().parents[2]
QA = ROOT / "tests" / "qa"
CASES = 1000


@dataclass(frozen=True, slots=True)
class Took:
    """Seconds until the first case was told, until all were, and of processors."""

    first: float
    wall: float
    cpu: float


def copied(cases_of: Path, folder: Path) -> int:
    """Copies of the cases below `cases_of` in `folder`, a thousand or a few more; how many."""
    files = [(path, len(read(path))) for path in find([cases_of])]
    count = copies = 0
    while count < CASES:
        copies += 1
        for path, cases in files:
            target = folder / str(copies) / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
            count += cases
            if count >= CASES:
                break
    return count


def check(paths: Path, store: Path, *more: str) -> Took:
    """Runs `footnote check`, piped; SystemExit where a case is not as it should be."""
    footnote = Path(sys.executable).with_name("footnote")
    command = [str(footnote), "check", str(paths), "--corpus", "seeds", "--store", str(store)]
    begun = time.perf_counter()
    process = subprocess.Popen(
        [*command, *more],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "OPENAI_"))},
    )
    assert process.stdout is not None
    process.stdout.readline()
    first = time.perf_counter() - begun
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode != 0:
        raise SystemExit(output.decode())
    return Took(first, wall, usage.ru_utime + usage.ru_stime)


def measure(cases_of: Path, rounds: int) -> tuple[list[Row], dict[str, object]]:
    """Times one process, four, and a single file, `rounds` times each in turn."""
    for package in ("bot", "index", "prompts"):
        compileall.compile_dir(ROOT / package, quiet=2)
    took: dict[str, list[Took]] = {"one": [], "four": [], "file": []}
    loads = [os.getloadavg()[0]]
    with tempfile.TemporaryDirectory() as temporary:
        folder, store = Path(temporary, "qa"), Path(temporary, "store")
        count = copied(cases_of, folder)
        file = next(iter(find([folder])))
        check(file, store)
        for _ in range(rounds):
            took["one"].append(check(folder, store))
            took["four"].append(check(folder, store, "--jobs", "4"))
            took["file"].append(check(file, store))
            loads.append(os.getloadavg()[0])
    ratios = [one.wall / four.wall for one, four in zip(took["one"], took["four"], strict=True)]
    rows = [
        Row("1,000 cases, one process", _median(took, "one", "wall") * CASES / count, "<= 10", "s"),
        Row("the same, processors", _median(took, "one", "cpu") * CASES / count, "", "s"),
        Row("1,000 cases, --jobs 4", _median(took, "four", "wall") * CASES / count, "", "s"),
        Row("times faster with --jobs 4", statistics.median(ratios), ">= 2.5"),
        Row("start to first result, of 1,000", _median(took, "one", "first"), "<= 0.4", "s"),
        Row("start to first result, --jobs 4", _median(took, "four", "first"), "", "s"),
        Row("start to first result, one file", _median(took, "file", "first"), "<= 0.4", "s"),
    ]
    facts = {"cases": count, "rounds": rounds, "load": f"{min(loads):.1f} to {max(loads):.1f}"}
    return rows, facts


def _median(took: dict[str, list[Took]], of: str, what: str) -> float:
    found: list[float] = [getattr(each, what) for each in took[of]]
    return round(statistics.median(found), 3)


def main() -> None:
    options = parser("what checking a thousand cases takes")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--cases", type=Path, default=QA, help="the cases to copy (tests/qa)")
    given = options.parse_args()
    rows, facts = measure(given.cases, given.rounds)
    sys.exit(not report("cases", rows, given.out, facts))


if __name__ == "__main__":
    main()
