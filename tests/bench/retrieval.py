"""nDCG@10 of `Retriever` on the development sets, one passage a paragraph.

python -m tests.bench.retrieval --data FOLDER
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.bench.report import Row, parser, report
from tests.bench.sets import Asked, Paragraphs, ndcg, paragraphs_of, questions_of

BARS = {
    "xquad_zh": 0.97,
    "xquad_en": 0.966,
    "drcd_dev": 0.975,
    "cmrc2018_dev": 0.985,
    "autorag_ko": 0.92,
    "beir_scifact": 0.69,
}


def mean_ndcg(index: Paragraphs, asked: list[Asked]) -> float:
    """The mean nDCG@10 over the questions."""
    total = 0.0
    for each in asked:
        hits = index.retriever.retrieve(each.question, k=10).hits
        total += ndcg([hit.passage.file for hit in hits], each.gold or {})
    return total / len(asked)


def rows(data: Path) -> list[Row]:
    """A row a set."""
    found = []
    for name, bar in BARS.items():
        with Paragraphs(paragraphs_of(data / name)) as index:
            value = mean_ndcg(index, questions_of(data / name))
        found.append(Row(f"{name} nDCG@10", round(value, 4), f">= {bar}"))
    return found


def main() -> int:
    """Exit status 1 when a bar is missed."""
    options = parser(__doc__ or "").parse_args()
    return 0 if report("retrieval", rows(options.data), options.out) else 1


if __name__ == "__main__":
    sys.exit(main())
