"""The time that embedding takes, against a server that takes 0.1 s a batch.

    python -m tests.bench.embedding [--passages 20000] [--concurrency 8] [--dimensions 384]

The server is a process of its own, so that its work is not ours. Its own time is that of the
batches it answered, shared by as many as are sent at once.
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
import time
from pathlib import Path

from index.build import update
from index.dense import embedders
from index.dense.embed import EmbedderOptions
from index.dense.embedding import Embedding
from index.dense.remote import BATCH_TEXTS
from index.dense.search import DenseWriter
from index.store import Store
from tests.servers.process import running

DELAY = 0.1
BAR = 1.2


def corpus(folder: Path, passages: int) -> None:
    """Documents that are cut into about so many passages, no two alike."""
    folder.mkdir()
    draw = random.Random(7)
    words = ["".join(draw.choices("aeioubcdfglmnprst", k=draw.randint(3, 9))) for _ in range(5000)]
    for file in range(passages // 40):
        paragraphs = (" ".join(draw.choices(words, k=90)).capitalize() + "." for _ in range(40))
        (folder / f"{file:05}.txt").write_text("\n\n".join(paragraphs) + "\n", encoding="utf-8")


class Clock:
    """Time spent in some calls."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def around(self, owner: type, name: str) -> None:
        """Count the time in a method from now on."""
        inner = getattr(owner, name)

        def timed(*args: object, **named: object) -> object:
            started = time.perf_counter()
            try:
                return inner(*args, **named)
            finally:
                self.seconds += time.perf_counter() - started

        setattr(owner, name, timed)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=20_000)
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--dimensions", type=int, default=384)
    given = parser.parse_args()
    embedding, storing = Clock(), Clock()
    embedding.around(Embedding, "embed")
    storing.around(DenseWriter, "add")
    with (
        tempfile.TemporaryDirectory(prefix="footnote-bench-") as folder,
        running(
            "--embedding-delay", str(DELAY), "--dimension", str(given.dimensions), "--cheap"
        ) as address,
    ):
        corpus(Path(folder) / "corpus", given.passages)
        options = EmbedderOptions(
            "openai", "scripted", base_url=address, concurrency=given.concurrency
        )
        # An embedder's own imports are paid once a process, not once a passage.
        embedders.make(options).query("warm")
        started = time.perf_counter()
        report = update(Path(folder) / "corpus", Store(Path(folder) / "store"), embedder=options)
        whole = time.perf_counter() - started
        passages, notices = report.passages, report.notices
        report.generation.close()
    batches = -(-passages // BATCH_TEXTS)
    server = batches * DELAY / given.concurrency
    figures = {
        "passages": passages,
        "batches": batches,
        "concurrency": given.concurrency,
        "server_s": round(server, 2),
        "embedding_s": round(embedding.seconds, 2),
        "ratio": round(embedding.seconds / server, 3),
        "bar": BAR,
        "chroma_s": round(storing.seconds, 2),
        "whole_build_s": round(whole, 2),
        "notices": notices,
    }
    print(json.dumps(figures, indent=1))


if __name__ == "__main__":
    main()
