"""What it takes a new process to open an index of 1,000,000 passages from 10,000 files and to ask
once, with the look at every file whether it changed. The corpus is made up.

To write and to index it takes minutes; with --data they are kept in that folder for the next time.
"""

from __future__ import annotations

import compileall
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from index.build import update
from index.store import Store
from tests.bench import corpus
from tests.bench.report import Row, parser, report
from tests.bench.speed import ROOT, Cost, run

PER_FILE = 100


def prepare(work: Path, passages: int) -> None:
    """Sees that the corpus, its index and questions that passages answer are there."""
    documents, asked = work / "documents", work / "questions.txt"
    if not asked.exists():
        documents.mkdir(parents=True, exist_ok=True)
        _, questions = corpus.write(documents, passages, 40, PER_FILE)
        asked.write_text("\n".join(questions), encoding="utf-8")
    store = Store.for_corpus(work / "store", documents)
    update(documents, store).generation.close()


def measure(work: Path, passages: int, rounds: int) -> list[Row]:
    """Asks once a process, another question each time."""
    # A process of its own: the memory that this one takes would count as that of its children.
    words = [sys.executable, "-m", "tests.bench.opening", "--prepare", "--data", str(work)]
    subprocess.run([*words, "--passages", str(passages)], cwd=ROOT, check=True)
    questions = (work / "questions.txt").read_text(encoding="utf-8").splitlines()
    footnote = Path(sys.executable).with_name("footnote")
    for package in ("bot", "index", "prompts"):
        compileall.compile_dir(ROOT / package, quiet=2)
    where = ["--corpus", str(work / "documents"), "--store", str(work / "store"), "--json"]
    costs: dict[str, list[Cost]] = {"search": [], "ask": []}
    for number in range(-1, rounds):
        question = questions[number % len(questions)]
        for command, found in costs.items():
            # Made-up text answers nothing: it may say so.
            cost = run([str(footnote), command, question, *where], (0, 1))
            if number >= 0:  # the round before warms the disk's cache
                found.append(cost)
    rows = []
    for command, found in costs.items():
        walls = [cost.wall for cost in found]
        rows += [
            Row(f"footnote {command}, median", statistics.median(walls), "<= 0.5", "s"),
            Row(f"footnote {command}, slowest of {rounds}", max(walls), unit="s"),
            Row(
                f"footnote {command}, CPU, median",
                statistics.median(c.cpu for c in found),
                unit="s",
            ),
            Row(f"footnote {command}, peak memory", max(c.memory for c in found), "<= 150", "MB"),
        ]
    return rows


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--passages", type=int, default=1_000_000)
    options.add_argument("--rounds", type=int, default=15)
    options.add_argument("--prepare", action="store_true", help="write and index, no more")
    chosen = options.parse_args()
    if chosen.prepare:
        prepare(chosen.data, chosen.passages)
        return 0
    facts = {"passages": chosen.passages, "files": chosen.passages // PER_FILE}
    if chosen.data:
        rows = measure(chosen.data, chosen.passages, chosen.rounds)
    else:
        with tempfile.TemporaryDirectory() as work:
            rows = measure(Path(work), chosen.passages, chosen.rounds)
    return 0 if report("opening", rows, chosen.out, facts) else 1


if __name__ == "__main__":
    sys.exit(main())
