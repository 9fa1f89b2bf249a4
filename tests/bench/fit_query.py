"""Fits how much each kind of query term counts, and writes `index/weights.py`.

python -m tests.bench.fit_query --data FOLDER

From the weights that stand, one at a time is moved along a grid, until no move brings the mean
nDCG@10 of all questions of the development sets up by more than five ten-thousandths: less than
that is chance. Each question counts once, so the two small sets do not decide.
"""

from __future__ import annotations

import re
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from index import weights
from tests.bench.report import parser
from tests.bench.retrieval import BARS, mean_ndcg
from tests.bench.sets import Paragraphs, paragraphs_of, questions_of

NAMES = ("CHARACTER", "FUNCTION_PAIR", "FUNCTION_WORD", "TITLE")
GRID = (0.1, 0.3, 0.5, 0.7, 0.9)
CHANCE = 5e-4

Point = tuple[float, ...]


def _score(data: Path, point: Point, name: str) -> tuple[float, int]:
    """The mean of a set, and how many questions it is of."""
    for each, value in zip(NAMES, point, strict=True):
        setattr(weights, each, value)
    with Paragraphs(paragraphs_of(data / name)) as index:
        asked = questions_of(data / name)
        return mean_ndcg(index, asked), len(asked)


def fit(data: Path) -> Point:
    """The best point of the grid that moving one weight at a time finds."""
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:

        def score(point: Point) -> float:
            found = list(pool.map(partial(_score, data, point), reversed(BARS)))
            return sum(mean * size for mean, size in found) / sum(size for _, size in found)

        point: Point = tuple(getattr(weights, name) for name in NAMES)
        best, moved = score(point), True
        while moved:
            moved = False
            for place, name in enumerate(NAMES):
                for value in GRID:
                    tried = (*point[:place], value, *point[place + 1 :])
                    if tried != point and (reached := score(tried)) > best + CHANCE:
                        best, point, moved = reached, tried, True
                        print(f"{name} {value}: {best:.5f}", flush=True)
        return point


def main() -> None:
    """Writes the weights over those that stand in the file."""
    options = parser(__doc__ or "").parse_args()
    path = Path(weights.__file__)
    source = path.read_text(encoding="utf-8")
    for name, value in zip(NAMES, fit(options.data), strict=True):
        source = re.sub(rf"(?m)^{name} = .*$", f"{name} = {value}", source)
    path.write_text(source, encoding="utf-8")
    print(path.name, "written")


if __name__ == "__main__":
    main()
