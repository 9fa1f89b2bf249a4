"""nDCG@10 of either arm and of both fused, on all development sets that ask for passages.

    python -m tests.bench.fused --data FOLDER --vectors FOLDER

The dense arm is MiniLM-L6-v2 over one vector a paragraph. What the folder lacks of its vectors is
made, for which its packages must be installed (see `tests.bench.minilm`). How far it is to be
trusted is measured as at each build. `--hashed` takes counts of characters in its stead.
"""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from index.dense.trust import DEPTH, keys_of, lexical_ranker, measure
from index.lexical import Found, LexicalReader
from index.retrieve import Retriever
from index.schema import Kind
from tests.bench.minilm import Vectors, kept, words_of
from tests.bench.report import Row, parser, report
from tests.bench.sets import RETRIEVAL, Asked, Paragraph, Paragraphs, ndcg, posed

LEAST = {"beir_scifact": 0.715, "xquad_en": 0.97}

Embed = Callable[[str, Sequence[str]], Vectors]
"""What a list of texts is of, and the texts, to a vector each."""


class Exact:
    """A dense arm over paragraphs: each question is compared with all of them."""

    def __init__(self, passages: Vectors, known: Mapping[str, int], questions: Vectors) -> None:
        self.trust: Mapping[str, float] = {}
        self._passages = passages
        self._known = known
        self._questions = questions

    def near(self, vector: Vectors, k: int) -> list[Found]:
        scores = self._passages @ vector
        best = np.argsort(-scores, kind="stable")[:k]
        return [Found(int(file), 0, int(Kind.BODY), float(scores[file])) for file in best]

    def search(
        self,
        question: str,
        k: int,
        since: int = 0,  # noqa: ARG002 - as a Retriever calls it
        until: int = 0,  # noqa: ARG002
        files: Collection[int] | None = None,  # noqa: ARG002
        kinds: Collection[Kind] | None = None,  # noqa: ARG002
    ) -> list[Found]:
        return self.near(self._questions[self._known[question]], k)


def arm_of(
    name: str, paragraphs: Sequence[Paragraph], asked: Sequence[Asked], embed: Embed
) -> Exact:
    """The dense arm of a set, with the vectors of its questions at hand."""
    texts = list(dict.fromkeys(each.question for each in asked))
    return Exact(
        embed(f"{name}.passages", [words_of(each) for each in paragraphs]),
        {text: place for place, text in enumerate(texts)},
        embed(f"{name}.asked", texts),
    )


def measured(name: str, index: Paragraphs, arm: Exact, embed: Embed) -> dict[str, float]:
    """How far the arm is to be trusted, by language, as a build measures it."""

    def rank(queries: Sequence[str], _: Sequence[str]) -> list[list[tuple[str, int]]]:
        vectors = embed(f"{name}.known", queries)
        return [keys_of(arm.near(each, DEPTH), index.file_name) for each in vectors]

    reader = LexicalReader(index.lexical_path)
    try:
        lexical = lexical_ranker(reader, index.file_name, index.languages)
        return measure(index.every(), rank, lexical)
    finally:
        reader.close()


def hashed(texts: Sequence[str], dimension: int = 1024) -> Vectors:
    """Unit vectors of counted runs of two to four characters: knows every script, no meaning."""

    @cache
    def place(run: str) -> int:
        return zlib.crc32(run.encode("utf-8", "surrogatepass")) % dimension

    made = np.zeros((len(texts), dimension), dtype=np.float32)
    for row, text in zip(made, texts, strict=True):
        start = text.lower()[:1500]
        for length in (2, 3, 4):
            for i in range(len(start) - length + 1):
                row[place(start[i : i + length])] += 1
    np.sqrt(made, out=made)
    found: Vectors = made / np.maximum(np.linalg.norm(made, axis=1, keepdims=True), 1e-9)
    return found


def mean(asked: Sequence[Asked], ranked: Callable[[str], Sequence[str]]) -> float:
    """The mean nDCG@10 of a ranking over the questions."""
    return sum(ndcg(ranked(each.question), each.gold or {}) for each in asked) / len(asked)


def row_of(data: Path, name: str, embed: Embed) -> tuple[Row, str]:
    """The fused figure of a set against the better arm's, and the arms' own in words."""
    paragraphs, asked = posed(data, name)
    arm = arm_of(name, paragraphs, asked, embed)
    with Paragraphs(paragraphs) as index:
        arm.trust = measured(name, index, arm, embed)
        both = Retriever(index, arm)

        def files(retriever: Retriever, question: str) -> list[str]:
            return [hit.passage.file for hit in retriever.retrieve(question, k=10).hits]

        lexical = mean(asked, lambda question: files(index.retriever, question))
        dense = mean(
            asked, lambda question: [paragraphs[e.file].id for e in arm.search(question, 10)]
        )
        fused = mean(asked, lambda question: files(both, question))
        both.close()
    bar = max(lexical, dense, LEAST.get(name, 0.0))
    trust = ", ".join(f"{language} {value:g}" for language, value in arm.trust.items())
    told = f"{name:16} {lexical:8.4f} {dense:8.4f} {fused:8.4f} {fused - max(lexical, dense):+8.4f}"
    met = fused >= bar
    return Row(f"{name} fused", round(fused, 4), f">= {bar:.4f}", ok=met), f"{told}  {trust}"


def main() -> int:
    """Exit status 1 where the fused ranking is worse than the better arm."""
    options = parser(__doc__ or "")
    options.add_argument("--vectors", type=Path, help="folder for MiniLM's vectors")
    options.add_argument("--hashed", action="store_true", help="count characters instead")
    chosen = options.parse_args()
    if not chosen.hashed and chosen.vectors is None:
        options.error("name a folder for the vectors with --vectors")

    def embed(what: str, texts: Sequence[str]) -> Vectors:
        return hashed(texts) if chosen.hashed else kept(chosen.vectors, what, texts)

    rows = []
    print(f"{'set':16}  lexical    dense    fused   better  trust in the dense arm")
    for name in RETRIEVAL:
        row, told = row_of(chosen.data, name, embed)
        print(told, flush=True)
        rows.append(row)
    print()
    name = "fused-hashed" if chosen.hashed else "fused"
    return 0 if report(name, rows, chosen.out) else 1


if __name__ == "__main__":
    sys.exit(main())
