"""What an edit and a rename cost beside the full build, each arm by itself. The corpus is made up.

It is processor time, of new processes with all their children, so that what else the machine does
changes little. The dense arm's is what a run with it takes beyond one without. Then, of the
lexical arm: whether its passages find themselves, and what it drifts by until it is built whole.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from index.build import update
from index.filling import _entries
from index.finding import Lookup
from index.lexical import Entry, LexicalReader
from index.retrieve import Retriever
from index.store import Store
from tests.bench import corpus
from tests.bench.report import Row, parser, report

ROOT = Path(__file__).resolve().parents[2]
PER_FILE = 100
_UPDATE = """
import sys
import time
from pathlib import Path
from index import filling
from index.build import update
from index.dense.embed import EmbedderOptions
from index.store import Store
spent = 0.0
inner = filling._Filling._loses
def loses(self):
    global spent
    begun = time.process_time()
    found = inner(self)
    spent += time.process_time() - begun
    return found
filling._Filling._loses = loses
documents, store, embedder = sys.argv[1:]
options = EmbedderOptions(embedder) if embedder else None
done = update(Path(documents), Store(Path(store)), embedder=options)
missing = done.vectors.missing if done.vectors else 0
assert not done.notices and not missing, (done.notices, missing)
print(len(done.added), len(done.changed), len(done.renamed), len(done.removed), spent)
"""


def cost(documents: Path, store: Path, embedder: str, expected: str) -> tuple[float, float]:
    """The processor time that an update takes, and of that to look its passages up; SystemExit
    where it does not do what it should."""
    words = [sys.executable, "-c", _UPDATE, str(documents), str(store), embedder]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT)
    assert process.stdout is not None
    said = process.stdout.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode or said.split()[:4] != expected.split():
        raise SystemExit(f"exit status {process.returncode}, {said!r} where {expected!r} was due")
    return usage.ru_utime + usage.ru_stime, float(said.split()[4])


def edit(file: Path) -> None:
    """Change a word in the middle of a file."""
    text = file.read_text(encoding="utf-8")
    middle = len(text) // 2
    file.write_text(text[:middle] + " edited " + text[middle:], encoding="utf-8")


def rename(file: Path) -> None:
    """Give a file another name."""
    file.rename(file.with_name(f"renamed-{file.name}"))


def measure(documents: Path, work: Path, arms: Mapping[str, str], rounds: int) -> list[Row]:
    """Builds with each arm, then edits and renames a file at a time."""
    count = len(list(documents.iterdir()))
    built = {
        name: cost(documents, work / name, embedder, f"{count} 0 0 0")
        for name, embedder in arms.items()
    }
    steps: list[tuple[str, Callable[[Path], None], str, str]] = [
        ("edit", edit, "0 1 0 0", "<= 5"),
        ("rename", rename, "0 0 1 0", "<= 1"),
    ]
    full = {name: spent for name, (spent, _) in built.items()}
    looked_up = built["lexical"][1]
    rows = [
        Row("full build, lexical arm, CPU", full["lexical"], unit="s"),
        _share("full build, of that to look passages up", looked_up, full["lexical"], "<= 10"),
    ]
    if "both" in arms:
        rows.append(Row("full build, dense arm, CPU", full["both"] - full["lexical"], unit="s"))
    names = sorted(path.name for path in documents.iterdir())
    for label, change, expected, bar in steps:
        spent: dict[str, list[tuple[float, float]]] = {name: [] for name in arms}
        for number in range(rounds):
            at = (number * 2 + 1) * len(names) // (2 * rounds)
            change(documents / names[at])
            for name, embedder in arms.items():
                spent[name].append(cost(documents, work / name, embedder, expected))
        names = sorted(path.name for path in documents.iterdir())
        alone, again = map(statistics.median, zip(*spent["lexical"], strict=True))
        rows += [
            Row(f"{label} of one file of {count}, lexical arm, CPU", alone, unit="s"),
            _share(f"{label}, lexical arm / its full build", alone, full["lexical"], bar),
        ]
        if again:
            rows.append(_share(f"{label}, of that to look passages up", again, alone))
        if "both" in arms:
            pairs = zip(spent["both"], spent["lexical"], strict=True)
            dense = statistics.median(both[0] - one[0] for both, one in pairs)
            whole = full["both"] - full["lexical"]
            rows += [
                Row(f"{label}, dense arm, CPU", dense, unit="s"),
                _share(f"{label}, dense arm / its full build", dense, whole, bar),
            ]
    return rows


def _share(what: str, part: float, whole: float, bar: str = "") -> Row:
    return Row(what, 100 * part / whole, bar, "%")


def retrieval(store: Store, most: int) -> list[Row]:
    """Passages are looked up by a few of their words, as after each build, but many more."""
    generation = store.current()
    assert generation is not None
    with generation:
        reader = LexicalReader(generation.lexical_path)
        rng = random.Random(3)
        known: list[Entry] = []
        for record in generation.files().values():
            passages = generation.passages_of(record.id)
            known += _entries(record.id, passages)
        known = rng.sample(known, min(most, len(known)))
        bodies = {(each.file, each.number): each.body for each in known}

        def body(id: int, number: int) -> str:
            if (id, number) not in bodies:
                entries = _entries(id, generation.passages_of(id))
                bodies.update({(id, each.number): each.body for each in entries})
            return bodies[id, number]

        lookup = Lookup(reader, body)
        begun = time.process_time()
        missing = lookup.lost(known)
        spent = time.process_time() - begun
        first = 0
        for each in known:
            first += lookup.leads(each)
        reader.close()
    return [
        _share(f"of {len(known)} passages, have the top score by their words", first, len(known)),
        Row("not found, or held otherwise than their text is", len(missing), "<= 0"),
        Row("to look one up, CPU", 1000 * spent / len(known), unit="ms"),
    ]


def drift(documents: Path, work: Path, questions: list[str]) -> list[Row]:
    """An index of which nearly a tenth was edited is asked beside one built anew."""
    files = sorted(documents.iterdir())
    store, fresh = Store(work / "lexical"), Store(work / "fresh")
    for number in range(0, len(files) - len(files) % 11, 11):
        edit(files[number])
    rankings, deleted = [], 0
    for each in (store, fresh):
        with update(documents, each).generation as generation:
            deleted = max(deleted, generation.deleted_count)
            retriever = Retriever(generation)
            rankings.append([retriever.retrieve(question, k=10).hits for question in questions])
            retriever.close()
    same = first = overlap = 0.0
    most = 0.0
    for old, new in zip(*rankings, strict=True):
        names = [[(hit.passage.file, hit.passage.number) for hit in hits] for hits in (old, new)]
        same += names[0] == names[1]
        first += names[0][:1] == names[1][:1]
        overlap += len(set(names[0]) & set(names[1])) / max(1, len(names[1]))
        if old and new:
            most = max(most, abs(old[0].score / new[0].score - 1))
    count = len(questions)
    return [
        Row("deleted passages in an index that drifted", deleted),
        _share("its first hits, as in a fresh build", first, count),
        _share("its ten first hits in their order, as in a fresh build", same, count),
        _share("its ten first hits, in a fresh build's", overlap, count),
        _share("its best score off by at most", most, 1),
    ]


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--passages", type=int, default=100_000)
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--looked-up", type=int, default=10_000, help="passages (%(default)s)")
    options.add_argument("--lexical", action="store_true", help="without the dense arm: minutes")
    chosen = options.parse_args()
    arms = {"lexical": ""} if chosen.lexical else {"lexical": "", "both": "hashed"}
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        documents = work / "documents"
        documents.mkdir()
        _, questions = corpus.write(documents, chosen.passages, 1000, PER_FILE)
        rows = measure(documents, work, arms, chosen.rounds)
        rows += retrieval(Store(work / "lexical"), chosen.looked_up)
        rows += drift(documents, work, questions)
    facts = {"passages": chosen.passages, "files": chosen.passages // PER_FILE}
    return 0 if report("updates", rows, chosen.out, facts) else 1


if __name__ == "__main__":
    sys.exit(main())
