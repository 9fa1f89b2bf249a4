"""Fits the answerer's weights: a ranking of sentences, two gates, a price and two thresholds.

Needs the `bench` extra (NumPy and SciPy); neither is needed to answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from bot.candidates import RANKING
from bot.evidence import SUPPORT, support
from bot.extractive import Judgement, chosen, judge
from bot.fitted import WEIGHTS
from bot.weights import Weights
from index.query import is_pair
from index.record import replaced
from tests.bench.samples import (
    FOREIGN,
    LANGUAGES,
    NEAR,
    OWN,
    SMALL,
    Sample,
    foreign,
    nomiracl,
    own,
    small,
)

Floats = NDArray[np.float64]
FOLDS = 4

# What a gate does not see. How many passages there are tells nothing of what they are about;
# how scores fall off, and sums that grow with the corpus, nothing of what a sentence says.
_ABOUT = tuple(name for name in SUPPORT if name not in {"sparse", "new", "length"})
_SAYS = tuple(
    name
    for name in SUPPORT
    if name
    not in {"matched", "matched_passage", "score", "tail", "fifth_hit", "stands_out", "crowd"}
)
# What each set weighs in all, in the answerable and the unanswerable questions: for what a
# question is about, its own paragraphs against another set's ...
_WEIGH_ABOUT = {
    **dict.fromkeys(OWN, (1.0, 0.0)),
    **{f"{one}@{other}": (0.0, 6.0) for one, other in FOREIGN},
    NEAR: (3.0, 0.0),
    **{f"small {name}": (1.0, 0.0) for name in SMALL},
    **{f"small {name}@": (0.0, 2.0) for name in SMALL},
    **{f"nomiracl_{language}": (0.3, 0.0) for language in LANGUAGES},
}
# ... and for what a sentence says, near misses. A needless silence is the worse mistake where
# rarity can be told; among ten passages it cannot, and there the odds are to be about even at
# the threshold, which the first makes a low one.
_WEIGH_SAYS = {
    NEAR: (6.6, 3.0),
    f"small {NEAR}": (2.2, 1.0),
    **{f"nomiracl_{language}": (1.0, 1.5) for language in LANGUAGES},
    **dict.fromkeys(OWN, (0.2, 0.0)),
}
_LOOSE, _TIGHT = 0.3, 0.03  # inverse strengths of regularisation of the two gates


@dataclass(slots=True)
class Set:
    """The samples of one set; `answerable` is false for all of a foreign one."""

    samples: list[Sample]
    answerable: NDArray[np.bool_]
    folds: NDArray[np.int64]
    characters: NDArray[np.bool_]
    support: Floats = field(default_factory=lambda: np.zeros((0, 0)))


def load(data: Path, every: int = 1) -> dict[str, Set]:
    """All sets that are fitted on, by name; the two large Chinese ones thinned by three."""
    names = [NEAR, *OWN, *(f"{one}@{other}" for one, other in FOREIGN)]
    names += [f"small {name}{at}" for name in SMALL for at in ("", "@")]
    names += [f"nomiracl_{language}" for language in LANGUAGES]
    with ProcessPoolExecutor(mp_context=get_context("fork")) as pool:
        return dict(zip(names, pool.map(partial(_load, data, every), names), strict=True))


def _load(data: Path, every: int, name: str) -> Set:
    if name.startswith("nomiracl_"):
        return _set(list(nomiracl(data, name.removeprefix("nomiracl_"))), None)
    if name.startswith("small "):
        _, which = name.split(" ")
        step = 4 * every if which.startswith(NEAR) else 6 * every
        shift = 1 if name.endswith("@") else 0
        return _set(
            list(small(data, which.removesuffix("@"), shift, step)), False if shift else None
        )
    if "@" in name:
        one, other = name.split("@")
        return _set(list(foreign(data, one, other, every)), False)
    thin = 3 if name in ("drcd_dev", "cmrc2018_dev") else 1
    return _set(list(own(data, name, thin * every)), None)


def fit_folds(sets: Mapping[str, Set]) -> dict[int, Weights]:
    """For each fold the weights fitted without it."""
    return {fold: fit(sets, fold) for fold in range(FOLDS)}


def _set(samples: list[Sample], answerable: bool | None) -> Set:
    return Set(
        samples,
        np.array([s.asked.answerable if answerable is None else answerable for s in samples]),
        np.array([s.asked.fold for s in samples]),
        np.array([any(is_pair(term) for term in s.needs.worth) for s in samples]),
    )


def fit(sets: Mapping[str, Set], without: int | None = None) -> Weights:
    """Weights fitted on all folds but one, with the thresholds and price of `WEIGHTS`."""
    ranking = _fit_ranking(sets, without)
    weights = replaced(WEIGHTS, ranking=ranking)
    for each in sets.values():
        each.support = np.array([_support(s, weights) for s in each.samples])
    about = _fit_gate(sets, _WEIGH_ABOUT, _ABOUT, _LOOSE, without)
    says = _fit_gate(sets, _WEIGH_SAYS, _SAYS, _TIGHT, without)
    return replaced(
        weights,
        about=about[0],
        about_characters=about[1],
        says=says[0],
        says_characters=says[1],
    )


def _support(sample: Sample, weights: Weights) -> tuple[float, ...]:
    judged = judge(sample.needs, sample.hits, weights, found=sample.candidates)
    if not judged.ranked:
        return (0.0,) * len(SUPPORT)
    return support(sample.needs, judged.ranked[0], judged.scores, sample.hits)


def _fit_ranking(sets: Mapping[str, Set], without: int | None) -> dict[str, float]:
    """Maximises the probability, softmax over a question's candidates, of the right ones."""
    matrices, rights = [], []
    for name in (*OWN, NEAR, *(f"small {name}" for name in SMALL)):
        each = sets[name]
        for place, sample in enumerate(each.samples):
            if each.folds[place] != without and sample.right.any():
                matrices.append(sample.features)
                rights.append(sample.right)
    lengths = np.array([len(matrix) for matrix in matrices])
    owner = np.repeat(np.arange(len(matrices)), lengths)
    starts = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    values, right = np.vstack(matrices).astype(float), np.concatenate(rights)
    spread = values.std(axis=0) + 1e-9
    values = values / spread

    def loss(weights: Floats) -> tuple[float, Floats]:
        scores = values @ weights
        odds = np.exp(scores - np.maximum.reduceat(scores, starts)[owner])
        every = np.add.reduceat(odds, starts)
        good = np.add.reduceat(odds * right, starts)
        gradient = values.T @ (odds / every[owner] - odds * right / good[owner]) / len(lengths)
        mean = float((np.log(every) - np.log(good)).sum()) / len(lengths)
        return mean + 1e-3 * float(weights @ weights), gradient + 2e-3 * weights

    start = np.zeros(len(RANKING))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=_signs(RANKING))
    return dict(zip(RANKING, (found.x / spread).tolist(), strict=True))


def _fit_gate(
    sets: Mapping[str, Set],
    weigh: Mapping[str, tuple[float, float]],
    names: Sequence[str],
    strength: float,
    without: int | None,
) -> tuple[dict[str, float], dict[str, float]]:
    """A logistic regression, and the same for scripts that part no words."""
    # Of corpora of few passages there are too few samples for a weight of each script's own.
    by_script = [name for name in names if name != "sparse"]
    columns = [SUPPORT.index(name) for name in names]
    own_columns = [SUPPORT.index(name) for name in by_script]
    rows, labels, importance = [], [], []
    for name, (yes, no) in weigh.items():
        each = sets[name]
        kept = each.folds != without
        # A weight of nothing leaves the questions out.
        kept &= np.where(each.answerable, yes, no) > 0
        alphabetic = (~each.characters[kept])[:, None].astype(float)
        found = each.support[kept]
        extra = found[:, own_columns] * alphabetic
        rows.append(np.hstack([found[:, columns], extra, alphabetic]))
        labels.append(each.answerable[kept])
        total = (each.folds != without).sum()
        importance.append(np.where(each.answerable[kept], yes, no) / total)
    values, answerable = np.vstack(rows), np.concatenate(labels)
    weight = np.concatenate(importance)
    middle, spread = values.mean(axis=0), values.std(axis=0)
    spread[spread < 1e-9] = 1.0
    signs = _signs(names)
    # A script's own weight is added to the common one: their sum keeps the sign too if its
    # own is free only where the common one is.
    bounds = [*signs, *_signs(by_script), (None, None)]
    scaled, constant = _logistic(
        (values - middle) / spread,
        answerable,
        weight * len(weight) / weight.sum(),
        strength,
        bounds,
    )
    raw = scaled / spread
    constant -= float((raw * middle).sum())
    common = dict(zip(names, raw[: len(names)].tolist(), strict=True))
    characters = {**common, "": constant}
    alphabetic_only = raw[len(names) :]
    words = dict(characters)
    for name, extra_weight in zip((*by_script, ""), alphabetic_only.tolist(), strict=True):
        words[name] += extra_weight
    return words, characters


# More of these cannot make an answer less likely, nor more of those more likely. Without the
# bounds features that say nearly the same get large weights of opposite signs, which cancel
# out on the sets and nowhere else.
_FOR = {
    "rank_score", "gap", "sentence", "window", "passage", "soft", "soft_passage", "self_score",
    "named", "named_passage", "sequence", "sequence_passage", "dense", "title", "shown",
    "matched", "matched_passage", "score", "stands_out", "run", "run_passage", "first_hit",
    "phrases", "reads_on", "rest", "local", "unit", "name_beside",
}  # fmt: skip
_AGAINST = {
    "worst_missing", "worst_missing_passage", "missing", "missing_passage", "first_missing",
    "last_missing", "unknown", "worst_unknown", "names_missing", "names_missing_passage",
    "numbers_missing", "numbers_missing_passage", "negated_otherwise", "opposed",
    "opposed_passage", "lacks", "second_hit", "fifth_hit", "tail", "crowd", "sparse",
}  # fmt: skip

Bounds = tuple[float | None, float | None]


def _signs(names: Sequence[str]) -> list[Bounds]:
    return [
        (0.0, None) if name in _FOR else (None, 0.0) if name in _AGAINST else (None, None)
        for name in names
    ]


def _logistic(
    values: Floats, labels: NDArray[np.bool_], weight: Floats, strength: float, bounds: list[Bounds]
) -> tuple[Floats, float]:
    """Logistic regression with an L2 penalty and a sign for each weight; and the constant."""
    signed = np.where(labels, 1.0, -1.0)

    def loss(point: Floats) -> tuple[float, Floats]:
        margin = signed * (values @ point[:-1] + point[-1])
        wrong = weight * signed / (1 + np.exp(np.clip(margin, -500, 500)))
        value = float((weight * np.logaddexp(0, -margin)).sum()) * strength
        gradient = np.append(-(values.T @ wrong), -wrong.sum()) * strength
        gradient[:-1] += point[:-1]
        return value + float(point[:-1] @ point[:-1]) / 2, gradient

    start = np.zeros(values.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=[*bounds, (None, None)])
    return found.x[:-1], float(found.x[-1])


@dataclass(slots=True)
class Judged:
    """Each sample of a set judged by weights that were fitted without its fold."""

    about: Floats
    says: Floats
    answerable: NDArray[np.bool_]
    folds: NDArray[np.int64]
    samples: list[Sample]
    judgements: list[Judgement]

    def but(self, fold: int) -> Judged:
        """The same without the samples of a fold, and without what only those need."""
        kept = self.folds != fold
        return Judged(
            self.about[kept], self.says[kept], self.answerable[kept], self.folds[kept], [], []
        )

    def answered(self, weights: Weights) -> NDArray[np.bool_]:
        """Which are answered under the thresholds of `weights`."""
        return (self.about >= weights.about_least) & (self.says >= weights.says_least)

    def balanced(self, weights: Weights) -> float:
        """Balanced accuracy of answering and abstaining."""
        answered = self.answered(weights)
        yes, no = answered[self.answerable], ~answered[~self.answerable]
        return float(yes.mean() + no.mean()) / 2


def judge_all(sets: Mapping[str, Set], by_fold: Mapping[int, Weights]) -> dict[str, Judged]:
    """Every sample judged by the weights of its fold."""
    found = {}
    for name, each in sets.items():
        judgements = [
            judge(s.needs, s.hits, by_fold[int(fold)], found=s.candidates)
            for s, fold in zip(each.samples, each.folds, strict=True)
        ]
        found[name] = Judged(
            np.array([j.about for j in judgements]),
            np.array([j.says for j in judgements]),
            each.answerable,
            each.folds,
            each.samples,
            judgements,
        )
    return found


def choose_thresholds(judged: Mapping[str, Judged], weights: Weights) -> Weights:
    """The thresholds that fall least short of what is asked of abstaining.

    Of its own questions each set is to answer 0.932, of a foreign set's to leave 0.902 alone;
    what falls short of that counts ten times what falls short of a balanced accuracy of 0.62
    and 0.60 on the near misses.
    """
    both = np.concatenate([judged[name].about for name in ("xquad_en", "xquad_zh")])
    best, found = -np.inf, weights
    for about in np.quantile(both, np.linspace(0.002, 0.05, 25)):
        for says in np.quantile(judged["xquad_en"].says, np.linspace(0.003, 0.07, 36)):
            tried = replaced(weights, about_least=float(about), says_least=float(says))
            kept = [float(judged[name].answered(tried).mean()) - 0.932 for name in OWN]
            left = [
                1 - float(judged[f"{one}@{other}"].answered(tried).mean()) - 0.902
                for one, other in FOREIGN
            ]
            near = judged[NEAR].balanced(tried) - 0.62
            few = [judged[f"nomiracl_{language}"].balanced(tried) for language in LANGUAGES]
            short = 10 * sum(min(0.0, each) for each in (*kept, *left))
            value = short + min(near, 0.01) + min(float(np.mean(few)) - 0.60, 0.01)
            if value > best:
                best, found = value, tried
    return found


def choose_price(judged: Mapping[str, Judged], weights: Weights) -> Weights:
    """The lowest price at which English answers take 256 characters and Chinese ones 118."""
    for price in np.arange(0.02, 0.3, 0.005):
        english = _mean_length(judged["xquad_en"], weights, float(price))
        chinese = max(_mean_length(judged[name], weights, float(price)) for name in OWN[1:])
        if english <= 256 and chinese <= 118:
            break
    return replaced(weights, price=round(float(price), 4))


def _mean_length(judged: Judged, weights: Weights, price: float) -> float:
    answered = judged.answered(weights)
    lengths = [
        sum(len(each.text) for each in chosen(judgement, price))
        for judgement, given in zip(judged.judgements, answered, strict=True)
        if given
    ]
    return float(np.mean(lengths))


def python_of(weights: Weights) -> str:
    """The source of `bot/fitted.py`."""

    def table(name: str, values: Mapping[str, float]) -> str:
        lines = "".join(f'        "{key}": {value:.4f},\n' for key, value in values.items())
        return f"    {name}={{\n{lines}    }},\n"

    body: list[Any] = [
        table("ranking", weights.ranking),
        f"    price={weights.price:.4f},\n",
        table("about", weights.about),
        table("about_characters", weights.about_characters),
        f"    about_least={weights.about_least:.4f},\n",
        table("says", weights.says),
        table("says_characters", weights.says_characters),
        f"    says_least={weights.says_least:.4f},\n",
    ]
    return (
        '"""The answerer\'s weights, as `tests/bench/fit_answers.py` fitted them."""\n'
        "\nfrom __future__ import annotations\n\nfrom bot.weights import Weights\n\n"
        f"WEIGHTS = Weights(\n{''.join(body)})\n"
    )
