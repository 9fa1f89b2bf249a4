"""What an edit and a rename cost beside the full build, each arm by itself. The corpus is made up.

It is processor time, of new processes with all their children, so that what else the machine does
changes little. The dense arm's is what a run with it takes beyond one without.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from tests.bench import corpus
from tests.bench.report import Row, parser, report

ROOT = Path(__file__).resolve().parents[2]
PER_FILE = 100
_UPDATE = """
import sys
from pathlib import Path
from index.build import update
from index.embed import EmbedderOptions
from index.store import Store
documents, store, embedder = sys.argv[1:]
options = EmbedderOptions(embedder) if embedder else None
done = update(Path(documents), Store(Path(store)), embedder=options)
missing = done.vectors.missing if done.vectors else 0
assert not done.notices and not missing, (done.notices, missing)
print(done.passages, len(done.added), len(done.changed), len(done.renamed), len(done.removed))
"""


def cost(documents: Path, store: Path, embedder: str, expected: str) -> float:
    """The processor time that an update takes; SystemExit where it does not do what it should."""
    words = [sys.executable, "-c", _UPDATE, str(documents), str(store), embedder]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode or said.split()[1:] != expected.split():
        raise SystemExit(f"exit status {process.returncode}, {said!r} where {expected!r} was due")
    return usage.ru_utime + usage.ru_stime


def edit(file: Path) -> None:
    """Change a word in the middle of a file."""
    text = file.read_text(encoding="utf-8")
    middle = len(text) // 2
    file.write_text(text[:middle] + " edited " + text[middle:], encoding="utf-8")


def rename(file: Path) -> None:
    """Give a file another name."""
    file.rename(file.with_name(f"renamed-{file.name}"))


def measure(work: Path, passages: int, rounds: int) -> list[Row]:
    """Builds with each arm, then edits and renames a file at a time."""
    documents = work / "documents"
    documents.mkdir(parents=True)
    corpus.write(documents, passages, 1, PER_FILE)
    count = len(list(documents.iterdir()))
    arms = {"lexical": "", "both": "hashed"}
    full = {
        name: cost(documents, work / name, embedder, f"{count} 0 0 0")
        for name, embedder in arms.items()
    }
    steps: list[tuple[str, Callable[[Path], None], str, str]] = [
        ("edit", edit, "0 1 0 0", "<= 5"),
        ("rename", rename, "0 0 1 0", "<= 1"),
    ]
    rows = [
        Row("full build, lexical arm, CPU", full["lexical"], unit="s"),
        Row("full build, dense arm, CPU", full["both"] - full["lexical"], unit="s"),
    ]
    names = sorted(path.name for path in documents.iterdir())
    for label, change, expected, bar in steps:
        spent: dict[str, list[float]] = {name: [] for name in arms}
        for number in range(rounds):
            at = (number * 2 + 1) * len(names) // (2 * rounds)
            change(documents / names[at])
            for name, embedder in arms.items():
                spent[name].append(cost(documents, work / name, embedder, expected))
        names = sorted(path.name for path in documents.iterdir())
        lexical = statistics.median(spent["lexical"])
        dense = statistics.median(
            both - alone for both, alone in zip(spent["both"], spent["lexical"], strict=True)
        )
        rows += [
            Row(f"{label} of one file of {count}, lexical arm, CPU", lexical, unit="s"),
            Row(
                f"{label}, lexical arm / its full build", 100 * lexical / full["lexical"], bar, "%"
            ),
            Row(f"{label}, dense arm, CPU", dense, unit="s"),
            Row(
                f"{label}, dense arm / its full build",
                100 * dense / (full["both"] - full["lexical"]),
                bar,
                "%",
            ),
        ]
    return rows


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--passages", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory() as work:
        rows = measure(Path(work), chosen.passages, chosen.rounds)
    facts = {"passages": chosen.passages, "files": chosen.passages // PER_FILE}
    return 0 if report("updates", rows, chosen.out, facts) else 1


if __name__ == "__main__":
    sys.exit(main())
