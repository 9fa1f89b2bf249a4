"""How much of an article is read from a web page, and whether its lines are right.

    python -m tests.bench.html --data FOLDER

The folder holds article_extraction_benchmark: pages of news sites with their articles as people
took them out. A page is scored as that benchmark does it: the shingles of four words that the
two texts have in common, the pages' precisions and recalls averaged, F1 of the two averages; the
interval holds 95 % of what 1,000 draws of as many pages give.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import statistics
import sys
import time
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from html import unescape
from multiprocessing import get_context
from pathlib import Path

from index.formats.html import extract
from index.formats.visible import squeezed
from tests.bench.report import Row, parser, report

SET = "article_extraction_benchmark"
DRAWS = 1000
_WORD = re.compile(r"\w+")
_TAG = re.compile(r"<!--.*?-->|<[^>]*>", re.DOTALL)

Shares = tuple[float, float, float]  # of all shingles: in both texts, in ours alone, in theirs


def shares(theirs: str, ours: str) -> Shares:
    """How the shingles of two texts are divided among them."""
    a, b = _shingles(theirs), _shingles(ours)
    both, all_ = (a & b).total(), (a | b).total()
    if not all_:
        return 0.0, 0.0, 0.0
    return both / all_, (b - a).total() / all_, (a - b).total() / all_


def _shingles(text: str, size: int = 4) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    if not words:
        return Counter()
    return Counter(tuple(words[i : i + size]) for i in range(max(1, len(words) - size + 1)))


def f1(pages: Sequence[Shares]) -> tuple[float, float, float]:
    """F1, precision and recall of all pages."""
    precision = statistics.mean(both / (both + ours) for both, ours, _ in pages if both + ours)
    recall = statistics.mean(both / (both + theirs) for both, _, theirs in pages if both + theirs)
    return 2 * precision * recall / (precision + recall), precision, recall


def interval(pages: Sequence[Shares], draws: int = DRAWS) -> tuple[float, float]:
    """Where 95 % of the F1 lie of as many pages drawn from these."""
    chance = random.Random(1)
    found = sorted(f1(chance.choices(pages, k=len(pages)))[0] for _ in range(draws))
    return found[int(draws * 0.025)], found[int(draws * 0.975) - 1]


@dataclass(frozen=True, slots=True)
class Page:
    """What came of a page: its score, its blocks of text and those whose lines are right."""

    score: Shares
    blocks: int
    right: int
    apart: int  # blocks of pages whose words stand on several lines
    narrow: int  # those of them that are said to stand within as many lines as they must
    seconds: float
    plain: bool  # all its visible text was read, for no article was found


def read(page: Path, article: str) -> Page:
    """What `extract` makes of a page whose article is known."""
    data = gzip.decompress(page.read_bytes())
    start = time.process_time()
    found = extract(data, None)
    seconds = time.process_time() - start
    places = found.places
    assert places is not None
    source = re.split(r"\r\n|\r|\n", data.decode(found.encoding, "replace"))
    blocks = right = apart = narrow = 0
    for match in re.finditer(r"[^\n]+", found.text):
        words = match[0].removeprefix("- ").strip("| ")
        if not squeezed(words):
            continue
        first = places.firsts[bisect_right(places.starts, match.start()) - 1]
        last = places.lasts[bisect_right(places.starts, match.end() - 1) - 1]
        blocks += 1
        right += stands(words, source[first - 1 : last])
        if first < last:
            apart += 1
            narrow += not (
                stands(words, source[first:last]) or stands(words, source[first - 1 : last - 1])
            )
    score = shares(article, found.text)
    return Page(score, blocks, right, apart, narrow, seconds, found.extractor == "visible text")


def stands(words: str, lines: Sequence[str]) -> bool:
    """Whether `words` stand in these lines of a page's source, by a reading of our own."""
    shown = squeezed(unescape(_TAG.sub("", "\n".join(lines))))
    return squeezed(words.replace(" | ", "")) in shown


def rows(data: Path) -> Iterator[Row]:
    """The figures of all pages."""
    folder = data if (data / "ground-truth.json").exists() else data / SET
    truth = json.loads((folder / "ground-truth.json").read_text("utf-8"))
    pages = [folder / "html" / f"{name}.html.gz" for name in truth]
    articles = [each["articleBody"] for each in truth.values()]
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        found = list(pool.map(read, pages, articles, chunksize=8))
    scores = [page.score for page in found]
    figure, precision, recall = f1(scores)
    low, high = interval(scores)
    yield Row("F1", round(figure, 4), ">= 0.955")
    yield Row("F1, low end of the interval", round(low, 4))
    yield Row("F1, high end of the interval", round(high, 4))
    yield Row("precision", round(precision, 4))
    yield Row("recall", round(recall, 4))
    yield Row("pages", len(found))
    yield Row("pages read without an article", sum(page.plain for page in found))
    blocks = sum(page.blocks for page in found)
    right = sum(page.right for page in found) / blocks
    yield Row("blocks", blocks)
    yield Row("blocks whose words stand in their lines", round(right, 4), ">= 0.97")
    apart = sum(page.apart for page in found)
    narrow = sum(page.narrow for page in found) / max(1, apart)
    yield Row("blocks on several lines", apart)
    yield Row("of these, in no fewer lines", round(narrow, 4))
    yield Row(
        "mean CPU time of a page", round(statistics.mean(p.seconds for p in found), 3), "", "s"
    )
    yield Row("most CPU time of a page", round(max(page.seconds for page in found), 3), "", "s")


def main() -> int:
    """Exit status 1 when a bar is missed."""
    options = parser(__doc__ or "").parse_args()
    return 0 if report("html", list(rows(options.data)), options.out) else 1


if __name__ == "__main__":
    sys.exit(main())
