"""Several rankings in one, each by how far it can be believed for this question.

Reciprocal rank fusion (Cormack, Clarke and Buettcher, "Reciprocal rank fusion outperforms Condorcet
and individual rank learning methods", SIGIR 2009): scores of different arms cannot be compared,
ranks can. What the scores of an arm do tell is how far its best stands out from the others. The
dense arm counts the more, the more clearly its best stands out and the less clearly the lexical
one's does, and never more than it was found trustworthy with the question's language.

`tests/bench/fit_fusion.py` fits FLAT, WEIGHT and STEEP and writes them here.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Mapping, Sequence

from index.languages import FUNCTION_WORDS, UNKNOWN
from index.record import replaced
from index.schema import Hit, Retrieval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    K = TypeVar("K", bound=Hashable)

DEPTH = 100  # places of either ranking that count
SPREAD = 50  # the place of the dense ranking that its best is measured against
_FEWEST = 10  # with fewer scores there is no telling what stands out
_FAINT = 0.05  # what a question counts in whose terms are in no passage, beside its translations

FLAT = 2.0
WEIGHT = 0.7
STEEP = 4.0


def reciprocal_rank(
    rankings: Sequence[tuple[float, Sequence[K]]], k: float = 60.0
) -> list[tuple[K, float]]:
    """All that the rankings hold, each with the sum of weight / (k + rank), best first.

    Of equal sums the one that an earlier ranking holds, and there holds higher, stands first. What
    a ranking holds twice counts at its first place; a ranking that weighs nothing adds nothing.
    """
    sums: dict[K, float] = {}
    for weight, ranking in rankings:
        if weight > 0:
            for rank, each in enumerate(dict.fromkeys(ranking), 1):
                sums[each] = sums.get(each, 0.0) + weight / (k + rank)
    return sorted(sums.items(), key=lambda item: -item[1])


def trust_in(question_language: str, trust: Mapping[str, float]) -> float | None:
    """How far the dense arm is to be trusted with a question; None where that was not measured.

    What is too short to tell its language is in Latin letters, and gets the least that a language
    written in them has.
    """
    if question_language == UNKNOWN:
        latin = [each for language, each in trust.items() if language in FUNCTION_WORDS]
        if latin:
            return min(latin)
    return trust.get(question_language)


def dense_weight(trust: float, lexical: Sequence[float], dense: Sequence[float]) -> float:
    """What the dense ranking weighs where the lexical one weighs 1, by the scores of both."""
    return trust * WEIGHT * math.exp(STEEP * (_dense_margin(dense) - _lexical_margin(lexical)))


def merged(retrievals: Sequence[Retrieval]) -> Retrieval:
    """What was found for one question asked in several languages; it is told of the first.

    Each counts by how much of its terms' weight its best passage holds: asked in a language that
    the documents are not in, a question finds little but names and numbers. Boilerplate keeps the
    last places, as many as it has where it has most.
    """
    first = retrievals[0]
    if len(retrievals) == 1:
        return first
    hits: dict[tuple[str, int], Hit] = {}
    for each in retrievals:
        for hit in each.hits:
            hits.setdefault(_place(hit), hit)
    order = reciprocal_rank(
        [(max(_FAINT, _held(each)), list(map(_place, each.hits))) for each in retrievals], FLAT
    )
    places = max(len(each.hits) for each in retrievals)
    beside = max(sum(hit.passage.boilerplate for hit in each.hits) for each in retrievals)
    text = [item for item in order if not hits[item[0]].passage.boilerplate]
    others = [item for item in order if hits[item[0]].passage.boilerplate]
    chosen = [*text[: max(0, places - beside)], *others[:beside]]
    ranked = (replaced(hits[key], rank=n, fused=sum) for n, (key, sum) in enumerate(chosen, 1))
    arms = {name: max(each.arms.get(name, 0.0) for each in retrievals) for name in first.arms}
    troubles = dict.fromkeys(trouble for each in retrievals for trouble in each.troubles)
    return replaced(first, hits=tuple(ranked), arms=arms, troubles=tuple(troubles))


def _place(hit: Hit) -> tuple[str, int]:
    return hit.passage.file, hit.passage.start


def _held(retrieval: Retrieval) -> float:
    """About the share, 0 to 1, of the weight of a question's terms that its best passage holds."""
    whole = sum(retrieval.weights.values())
    best = max((hit.score for hit in retrieval.hits), default=0.0)
    return min(1.0, best / whole) if whole > 0 else 0.0


def _lexical_margin(scores: Sequence[float]) -> float:
    """The share of the best score that the second lacks."""
    if not scores or scores[0] <= 0:
        return 0.0
    return 1.0 - scores[1] / scores[0] if len(scores) > 1 else 1.0


def _dense_margin(scores: Sequence[float]) -> float:
    """The share of the whole fall of the scores that lies between the first and the second.

    Similarities have no zero to speak of, and each embedder has its own range of them.
    """
    if len(scores) < _FEWEST:
        return 0.0
    fall = scores[0] - scores[min(SPREAD, len(scores)) - 1]
    return (scores[0] - scores[1]) / fall if fall > 0 else 0.0
