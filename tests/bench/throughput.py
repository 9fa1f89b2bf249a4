"""What 100,000 passages cost: to index, to search, and on disk. The corpus is made up."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from index.build import update
from index.retrieve import Retriever
from index.store import Store
from tests.bench import corpus
from tests.bench.report import Row, parser, report


def disk(folder: Path) -> int:
    """The bytes that a folder's files take, a file with several names counted once."""
    files = {}
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            files[status.st_dev, status.st_ino] = status
    return sum(status.st_blocks * 512 for status in files.values())


def processor_time() -> float:
    """The seconds that all processors worked for us; a busy machine does not change them much."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def measure(passages: int, questions: int) -> list[Row]:
    """Writes a corpus, indexes it, searches it."""
    with tempfile.TemporaryDirectory() as temporary:
        documents = Path(temporary, "documents")
        documents.mkdir()
        size, asked = corpus.write(documents, passages, questions)
        store = Store.for_corpus(Path(temporary, "store"), documents)
        begun, worked = time.perf_counter(), processor_time()
        built = update(documents, store)
        seconds, worked = time.perf_counter() - begun, processor_time() - worked
        if not 0.9 * passages <= built.passages <= 1.1 * passages:
            raise SystemExit(f"{built.passages} passages were cut from {passages} paragraphs")
        retriever = Retriever(built.generation)
        times, found = [], 0
        for round_ in range(2):  # the first round warms
            for question in asked:
                begun = time.perf_counter()
                hits = retriever.retrieve(question, k=10).hits
                if round_:
                    times.append((time.perf_counter() - begun) * 1000)
                    found += bool(hits)
        percentiles = statistics.quantiles(times, n=100)
        taken = disk(Path(temporary, "store"))
    return [
        Row("text", size / 1e6, unit="MB"),
        Row("indexing, from files to a durable generation", seconds, unit="s"),
        Row("indexing, CPU", worked, unit="s"),
        Row("indexing", passages / seconds, ">= 8,000", "passages/s"),
        Row("questions that found something", found, f">= {questions}"),
        Row("search alone, warm, p50", percentiles[49], "<= 5", "ms"),
        Row("search alone, warm, p99", percentiles[98], "<= 20", "ms"),
        Row("disk / text", taken / size, "<= 1.5", "times"),
    ]


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--passages", type=int, default=100_000)
    options.add_argument("--questions", type=int, default=1000)
    chosen = options.parse_args()
    facts = {"passages": chosen.passages}
    rows = measure(chosen.passages, chosen.questions)
    return 0 if report("throughput", rows, chosen.out, facts) else 1


if __name__ == "__main__":
    sys.exit(main())
