"""Extractive answers on the development sets: right ones, silences, near misses.

    python -m tests.bench.answers --data FOLDER

Answers and foreign questions are judged with the weights as shipped, which were fitted on these
sets too. Near misses are judged by weights and thresholds that were fitted on other folds; the
same is told of the answers, without a bar.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from bot.candidates import MOST_HITS
from bot.extractive import answer
from bot.fitted import WEIGHTS
from tests.bench.fitting import FOLDS, Judged, choose_thresholds, fit_folds, judge_all, load
from tests.bench.report import Row, parser, report
from tests.bench.samples import FOREIGN, LANGUAGES, NEAR, OWN
from tests.bench.sets import Paragraphs, paragraphs_of, questions_of

RIGHT = {"drcd_dev": 0.90, "cmrc2018_dev": 0.80, "xquad_zh": 0.88, "xquad_en": 0.84}


def own(data: Path, name: str) -> list[Row]:
    """All questions of a set asked of all its paragraphs, with the weights as shipped."""
    asked = questions_of(data / name)
    right = answered = length = 0
    with Paragraphs(paragraphs_of(data / name)) as index:
        for each in asked:
            draft = answer(index.retriever.retrieve(each.question, k=MOST_HITS))
            quotes = [quote for claim in draft.claims for quote in claim.quotes]
            answered += bool(quotes)
            length += sum(len(quote.text) for quote in quotes)
            right += any(
                quote.passage is not None
                and quote.passage.file in (each.gold or {})
                and any(gold in quote.text for gold in each.answers)
                for quote in quotes
            )
    most = 260 if name == "xquad_en" else 120
    return [
        Row(f"{name} right", round(right / len(asked), 4), f">= {RIGHT[name]}"),
        Row(f"{name} mean length of quotes", round(length / answered, 1), f"<= {most}"),
        Row(f"{name} answered", round(answered / len(asked), 4), ">= 0.93"),
    ]


def foreign(data: Path, pair: tuple[str, str]) -> list[Row]:
    """The questions of one set asked of another's paragraphs, with the weights as shipped."""
    asked = questions_of(data / pair[0])
    with Paragraphs(paragraphs_of(data / pair[1])) as index:
        silent = sum(
            not answer(index.retriever.retrieve(each.question, k=MOST_HITS)).claims
            for each in asked
        )
    return [Row(f"{pair[0]} of {pair[1]}: abstains", round(silent / len(asked), 4), ">= 0.90")]


def near(data: Path) -> list[Row]:
    """Near misses, by weights and thresholds that were fitted on other folds."""
    sets = load(data)
    judged = judge_all(sets, fit_folds(sets))
    given = {name: np.zeros(len(each.about), dtype=bool) for name, each in judged.items()}
    for fold in range(FOLDS):
        rest = {name: each.but(fold) for name, each in judged.items()}
        limits = choose_thresholds(rest, WEIGHTS)
        for name, each in judged.items():
            here = each.folds == fold
            given[name][here] = each.answered(limits)[here]
    few = {language: _balanced(judged, given, f"nomiracl_{language}") for language in LANGUAGES}
    return [
        Row(f"{NEAR} balanced accuracy", round(_balanced(judged, given, NEAR), 4), ">= 0.62"),
        Row("nomiracl mean balanced accuracy", round(sum(few.values()) / 4, 4), ">= 0.60"),
        *(Row(f"nomiracl {name}", round(value, 4)) for name, value in few.items()),
        *(
            Row(f"{name} answered, other folds", round(float(given[name].mean()), 4))
            for name in OWN
        ),
        *(
            Row(f"{one} of {other}: abstains, other folds", _silent(given[f"{one}@{other}"]))
            for one, other in FOREIGN
        ),
    ]


def _silent(given: np.ndarray) -> float:
    return round(1 - float(given.mean()), 4)


def _balanced(judged: dict[str, Judged], given: dict[str, np.ndarray], name: str) -> float:
    answerable = judged[name].answerable
    return float(given[name][answerable].mean() + (~given[name])[~answerable].mean()) / 2


def rows(data: Path) -> Iterable[Row]:
    """All rows, the sets beside each other on the machine's cores."""
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        for found in pool.map(partial(own, data), RIGHT):
            yield from found
        for found in pool.map(partial(foreign, data), FOREIGN):
            yield from found
    yield from near(data)


def main() -> int:
    """Exit status 1 when a bar is missed."""
    options = parser(__doc__ or "").parse_args()
    return 0 if report("answers", list(rows(options.data)), options.out) else 1


if __name__ == "__main__":
    sys.exit(main())
