"""The claim check on `attributionbench_dev`: what it accepts, refuses and lets through.

    python -m tests.bench.claims --data FOLDER

The weights as shipped were fitted on this set. The rows of other folds are of weights fitted on
the claims of other questions, and those of a source left out, on those of the other sources.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from bot.claims.specifics import missing
from bot.claims.support import FEATURES, measure, score
from bot.weights import weighed
from tests.bench.fit_claims import fitted
from tests.bench.report import Row, parser, report

SET = "attributionbench_dev"
FOLDS = 5
BAR = ">= 0.65"


@dataclass(frozen=True, slots=True)
class Example:
    """A claim, its evidence, and whether a reader found it supported."""

    claim: str
    evidence: tuple[str, ...]
    supported: bool
    question: str
    source: str


def examples_of(folder: Path) -> list[Example]:
    """The claims of a folder's `dev.jsonl`."""
    found = []
    for line in (folder / "dev.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        found.append(
            Example(
                row["claim"],
                tuple(row["references"]),
                row["attribution_label"] == "attributable",
                row["question"],
                row["src_dataset"],
            )
        )
    return found


def crudely_lacking(claim: str, evidence: Sequence[str]) -> list[str]:
    """Digits and capitalised words of a claim that the evidence lacks, told without our code."""
    text = " ".join(evidence).lower()
    digits = set(re.findall(r"[0-9]+", text))
    found = [each for each in re.findall(r"[0-9]+", claim) if each not in digits]
    for sentence in re.split(r"(?<=[.!?:;])\s+|\n+|(?<=[\"“'‘(])", claim):
        words = re.findall(r"[^\W\d_]+", sentence)[1:]
        found += [each for each in words if each[0].isupper() and each.lower() not in text]
    return found


def macro_f1(truth: NDArray[np.bool_], accepted: NDArray[np.bool_]) -> float:
    """The mean of the F1 of both answers."""
    ones = []
    for value in (True, False):
        right = float(((truth == value) & (accepted == value)).sum())
        ones.append(2 * right / max(1.0, float((truth == value).sum() + (accepted == value).sum())))
    return sum(ones) / 2


@dataclass(frozen=True, slots=True)
class Measured:
    """All examples: what was measured of each, and which of them are refused whatever it says."""

    examples: list[Example]
    values: NDArray[np.float64]
    refused: NDArray[np.bool_]
    caution: NDArray[np.float64]
    truth: NDArray[np.bool_]

    def accepted(self, weights: dict[str, float], places: NDArray[np.int_]) -> NDArray[np.bool_]:
        """Which of `places` are accepted by `weights`."""
        return np.array(
            [
                not self.refused[i]
                and weighed(weights, FEATURES, tuple(self.values[i])) > self.caution[i]
                for i in places
            ],
            dtype=bool,
        )

    def fit(self, places: NDArray[np.int_]) -> dict[str, float]:
        """Weights fitted on those of `places` that are not refused anyway."""
        kept = places[~self.refused[places]]
        return fitted(self.values[kept], self.truth[kept])


def measured(examples: list[Example]) -> Measured:
    """Every example measured."""
    values, refused, caution = [], [], []
    for each in examples:
        found = measure(each.claim, each.evidence)
        values.append(found.values if found else (0.0,) * len(FEATURES))
        caution.append(found.caution if found else 0.0)
        refused.append(found is None or found.contrary or bool(missing(each.claim, each.evidence)))
    return Measured(
        examples,
        np.array(values),
        np.array(refused),
        np.array(caution),
        np.array([each.supported for each in examples]),
    )


def folds_of(examples: Sequence[Example], seed: int = 0) -> NDArray[np.int_]:
    """Folds that no question is in two of."""
    questions = sorted({each.question for each in examples})
    order = np.random.default_rng(seed).permutation(len(questions)) % FOLDS
    fold = dict(zip(questions, order, strict=True))
    return np.array([fold[each.question] for each in examples])


def rows(data: Path) -> Iterable[Row]:
    """All rows."""
    examples = examples_of(data / SET)
    took = []
    shipped = []
    for each in examples:  # patterns are compiled once a process, when first needed
        score(each.claim, each.evidence)
    for each in examples:
        start = perf_counter()
        shipped.append(score(each.claim, each.evidence) > 0)
        took.append(1000 * (perf_counter() - start))
    accepted = np.array(shipped)
    known = measured(examples)
    truth = known.truth
    yield Row("macro-F1, weights as shipped", round(macro_f1(truth, accepted), 4), BAR)
    others = []
    other = np.zeros(len(examples), dtype=bool)
    for seed in range(5):
        folds = folds_of(examples, seed)
        for fold in range(FOLDS):
            here = np.flatnonzero(folds == fold)
            other[here] = known.accepted(known.fit(np.flatnonzero(folds != fold)), here)
        others.append(macro_f1(truth, other))
        if not seed:
            first = other.copy()
    yield Row("macro-F1, other folds, mean of 5", round(float(np.mean(others)), 4), BAR)
    yield Row("macro-F1, other folds, worst of 5", round(min(others), 4), BAR)
    sources = np.array([each.source for each in examples])
    for source in sorted(set(sources)):
        here = np.flatnonzero(sources == source)
        yield Row(f"{source}, as shipped", round(macro_f1(truth[here], accepted[here]), 4))
        left = known.accepted(known.fit(np.flatnonzero(sources != source)), here)
        yield Row(f"{source}, left out", round(macro_f1(truth[here], left), 4))
    for name, given in (("as shipped", accepted), ("other folds", first)):
        wrong = [each for each, yes in zip(examples, given, strict=True) if yes > each.supported]
        yield Row(f"false accepts, {name}", len(wrong))
        lacking = [crudely_lacking(each.claim, each.evidence) for each in wrong]
        yield Row(f"... with a figure or name lacking, {name}", sum(map(bool, lacking)), "<= 0")
    yield Row("time a claim, median", round(float(np.median(took)), 3), "", "ms")
    small = [t for t, e in zip(took, examples, strict=True) if sum(map(len, e.evidence)) <= 2000]
    yield Row("... evidence to 2,000 characters, p99", round(float(np.quantile(small, 0.99)), 3),
              "<= 5", "ms")  # fmt: skip


def main() -> int:
    """Exit status 1 when a bar is missed."""
    options = parser(__doc__ or "").parse_args()
    return 0 if report("claims", list(rows(options.data)), options.out) else 1


if __name__ == "__main__":
    sys.exit(main())
