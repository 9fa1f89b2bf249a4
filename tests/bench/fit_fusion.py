"""Fits the fusion's three numbers, and writes them into `index/fusion.py`.

    python -m tests.bench.fit_fusion --data FOLDER --vectors FOLDER

Only sets with whose language MiniLM can be trusted tell anything; it is trusted with them in full
here. As the fused ranking is to be worse than the better arm nowhere, a point of the grid is worth
what it gains in nDCG@10 where it gains least. The point is taken whose neighbours, itself among
them, are worth most: a peak that stands alone is chance, and the grid's rim is not taken. To tell
what is to be expected elsewhere, the same is done without each set in turn, and that set's own
gain is shown.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index import fusion
from index.fusion import DEPTH, FLAT, STEEP, WEIGHT, dense_weight
from tests.bench.fused import arm_of
from tests.bench.minilm import Vectors, kept
from tests.bench.report import parser
from tests.bench.sets import Paragraphs, posed

SETS = ("xquad_en", "beir_scifact", "squad2_half_dev", "clapnq_dev", "realtimeqa_2022")
GRID = {
    "FLAT": (1.0, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0),
    "WEIGHT": (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0, 1.2),
    "STEEP": (2.0, 3.0, 4.0, 5.0, 6.0),
}
_DISCOUNT = 1 / np.log2(np.arange(10) + 2)

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A set's questions, a row each, and a column for whatever either arm found: its rank by
    both, infinity for none, and its relevance. `margins` are the arms' differences."""

    lexical: Array
    dense: Array
    gains: Array
    best: Array
    margins: Array

    def ndcg(self, lexical: float, dense: Array, flat: float) -> float:
        """The mean nDCG@10 with these weights of the arms."""
        sums = lexical / (flat + self.lexical) + dense[:, None] / (flat + self.dense)
        top = np.argsort(-sums, axis=1, kind="stable")[:, :10]
        found = (np.take_along_axis(self.gains, top, axis=1) * _DISCOUNT).sum(axis=1)
        return float((found / self.best).mean())

    def gain(self, flat: float, weight: float, steep: float) -> float:
        """How far the fused nDCG@10 goes beyond the better arm's."""
        ones = np.ones(len(self.best))
        better = max(self.ndcg(1.0, 0 * ones, flat), self.ndcg(0.0, ones, flat))
        return self.ndcg(1.0, weight * np.exp(steep * self.margins), flat) - better


def ranked(data: Path, vectors: Path, name: str) -> Ranked:
    """What both arms find for a set's questions."""

    def embed(what: str, texts: Sequence[str]) -> Vectors:
        return kept(vectors, what, texts)

    paragraphs, asked = posed(data, name)
    arm = arm_of(name, paragraphs, asked, embed)
    shape = (len(asked), 2 * DEPTH)
    ranks = np.full((2, *shape), np.inf)
    gains, best, margins = np.zeros(shape), np.zeros(len(asked)), np.zeros(len(asked))
    with Paragraphs(paragraphs) as index:
        for row, each in enumerate(asked):
            hits = index.retriever.retrieve(each.question, k=DEPTH).hits
            near = arm.search(each.question, DEPTH)
            lists = (
                [hit.passage.file for hit in hits],
                [paragraphs[found.file].id for found in near],
            )
            gold = each.gold or {}
            columns = {id: n for n, id in enumerate(dict.fromkeys(itertools.chain(*lists)))}
            for place, ids in enumerate(lists):
                for rank, id in enumerate(ids, 1):
                    ranks[place, row, columns[id]] = rank
                    gains[row, columns[id]] = gold.get(id, 0)
            ideal = np.sort(np.array(list(gold.values()), dtype=float))[::-1][:10]
            best[row] = (ideal * _DISCOUNT[: len(ideal)]).sum()
            weight = dense_weight(1.0, [h.score for h in hits], [f.score for f in near])
            margins[row] = math.log(weight / WEIGHT) / STEEP
    return Ranked(ranks[0], ranks[1], gains, best, margins)


def chosen(gains: Array) -> tuple[int, ...]:
    """The place in the grid to take; `gains` has the sets along its last axis."""
    worth = gains.min(axis=-1)
    smooth = np.full_like(worth, -np.inf)
    for place in itertools.product(*(range(1, size - 1) for size in worth.shape)):
        smooth[place] = worth[tuple(slice(each - 1, each + 2) for each in place)].mean()
    return tuple(map(int, np.unravel_index(smooth.argmax(), smooth.shape)))


def fit(data: Path, vectors: Path) -> tuple[float, ...]:
    """The point to take; prints what it and the numbers that stand gain, set by set."""
    sets = [ranked(data, vectors, name) for name in SETS]
    points = list(itertools.product(*GRID.values()))
    flat = [[each.gain(*point) for each in sets] for point in points]
    gains = np.array(flat).reshape(*map(len, GRID.values()), len(SETS))
    place = chosen(gains)
    print(f"{'set':16}     here  as it stands  fitted without it")
    for n, (name, each) in enumerate(zip(SETS, sets, strict=True)):
        without = gains[(*chosen(np.delete(gains, n, axis=-1)), n)]
        stands = each.gain(FLAT, WEIGHT, STEEP)
        print(f"{name:16} {gains[(*place, n)]:+8.4f} {stands:+13.4f} {without:+18.4f}")
    return tuple(values[n] for values, n in zip(GRID.values(), place, strict=True))


def main() -> None:
    """Writes the numbers over those that stand in the file."""
    options = parser(__doc__ or "")
    options.add_argument("--vectors", type=Path, required=True, help="folder for MiniLM's vectors")
    given = options.parse_args()
    path = Path(fusion.__file__)
    source = path.read_text(encoding="utf-8")
    for name, value in zip(GRID, fit(given.data, given.vectors), strict=True):
        print(name, value)
        source = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", source)
    path.write_text(source, encoding="utf-8")


if __name__ == "__main__":
    main()
