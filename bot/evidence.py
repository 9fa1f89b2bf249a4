"""How well what was found supports the best candidate.

SUPPORT names the features by which it is believed or not: shares, counts and flags, as RANKING's.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from bot.candidates import RANKING, Candidate, about
from bot.needs import Needs, lacking, longest_run, named, share, soft
from bot.opposites import opposed
from bot.questions import NEGATED
from index.schema import Hit
from index.terms import terms

_TIMES = 100.0  # the most that one score is said to be of another
_NUMBER_WORDS = frozenset(terms("two three four five six seven eight nine ten twelve", "en"))
_ASKS = ("who", "when", "where", "number", "why", "how", "what", "")

SUPPORT = (
    "rank_score", "gap", "sentence", "window", "passage", "soft", "soft_passage", "worst_missing",
    "worst_missing_passage", "missing", "missing_passage", "first_missing", "last_missing",
    "unknown", "worst_unknown", "self_score", "named", "named_passage", "names_missing",
    "names_missing_passage", "numbers_missing", "numbers_missing_passage", "negated",
    "negated_otherwise", "opposed", "opposed_passage", "words", "length", "new", "sequence",
    "dense", "title", "shown", "lacks", "second_hit", "first_hit", "matched", "matched_passage",
    "score", "tail", "fifth_hit", "stands_out", "crowd", "sequence_passage", "run", "run_passage",
    "phrases", "sparse", "asks_who", "asks_when", "asks_where", "asks_number", "asks_why",
    "asks_how", "asks_what", "asks_",
)  # fmt: skip


def support(
    needs: Needs, best: Candidate, scores: Sequence[float], hits: Sequence[Hit]
) -> tuple[float, ...]:
    """The features by SUPPORT of the `best` candidate; `scores` are all candidates', best first."""
    question, worth = needs.question, needs.worth
    rank = dict(zip(RANKING, best.features, strict=True))
    own, passage = frozenset(best.terms), best.passage_terms
    content = needs.content
    lost = lacking(needs, own)
    lost_passage = lacking(needs, passage)
    most = max(needs.idf.values(), default=0.0)
    unknown = [t for t in worth if needs.idf[t] >= most - 1e-9 and t not in passage]
    numbers = [term for term in content if term[0].isdigit() or term in _NUMBER_WORDS]
    places = [i for i, term in enumerate(best.terms) if term in worth]
    breadth = places[-1] - places[0] + 1 if places else 1
    asked = frozenset(content)
    negated = bool(NEGATED.search(best.text))
    english = question.language == best.hit.passage.article.language == "en"
    bag = terms(best.hit.passage.text, best.hit.passage.article.language)
    neighbours = set(itertools.pairwise(bag))
    shown = sum(value for name, value in rank.items() if name.startswith("shown_"))
    values = {
        "rank_score": scores[0],
        "gap": min(scores[0] - scores[1], 5.0) if len(scores) > 1 else 5.0,
        "sentence": rank["sentence"],
        "window": rank["window"],
        "passage": rank["passage"],
        "soft": rank["soft"],
        "soft_passage": soft(needs, passage),
        "worst_missing": max((worth[term] for term in lost), default=0.0),
        "worst_missing_passage": max((worth[term] for term in lost_passage), default=0.0),
        "missing": len(lost) / max(1, len(content)),
        "missing_passage": len(lost_passage) / max(1, len(content)),
        "first_missing": float(sum(term in lost_passage for term in content[:2])),
        "last_missing": float(sum(term in lost_passage for term in content[-2:])),
        "unknown": sum(worth[term] for term in unknown),
        "worst_unknown": max((worth[term] for term in unknown), default=0.0),
        "self_score": best.hit.score / needs.weight,
        "named": rank["named"],
        "named_passage": named(needs, passage),
        "names_missing": float(sum(not each <= own for each in needs.named)),
        "names_missing_passage": float(sum(not each <= passage for each in needs.named)),
        "numbers_missing": float(sum(term not in own for term in numbers)),
        "numbers_missing_passage": float(sum(term not in passage for term in numbers)),
        "negated": float(question.negated),
        "negated_otherwise": float(question.negated != negated),
        "opposed": rank["opposed"],
        "opposed_passage": float(len(opposed(asked, passage))) if english else 0.0,
        "words": len(content) / 10,
        "length": rank["length"],
        "new": rank["new"],
        "sequence": rank["sequence"],
        "dense": len({best.terms[i] for i in places}) / breadth,
        "title": share(worth, about(best.hit)),
        "shown": shown,
        "lacks": 1.0 - shown if f"shown_{question.asks}" in rank else 0.0,
        "first_hit": 1.0 if best.hit.rank == 1 else 0.0,
        "matched": sum(needs.idf[term] for term in content if term in own) / 10,
        "matched_passage": sum(needs.idf[term] for term in content if term in passage) / 10,
        "score": best.hit.score / 20,
        **_shape(best, [hit.score for hit in hits], 1 - rank["passage"]),
        "sequence_passage": sum(v for run, v in needs.pairs.items() if run in neighbours),
        "run": rank["run"],
        "phrases": rank["phrases"],
        "run_passage": longest_run(needs.sequence, bag) / max(1, len(needs.sequence)),
        # Of how few passages the rarity of terms is told from: its standard error. Fitted down
        # to ten passages, and so not told of fewer.
        "sparse": max(10, needs.passages) ** -0.5,
        **{f"asks_{kind}": float(question.asks == kind) for kind in _ASKS},
    }
    return tuple(values[name] for name in SUPPORT)


def _shape(best: Candidate, scores: Sequence[float], open_share: float) -> dict[str, float]:
    """How the scores of the hits fall off: where the answer is, one stands out.

    In a corpus of one subject none does. So a flat fall counts by `open_share`, the share of
    the question that the best passage leaves open.
    """
    ordered = sorted(scores, reverse=True)[:10]
    top = best.hit.score or 1.0
    # The best candidate need not stand in the best hit, and its own hit may score next to nothing.
    against = [min(each / top, _TIMES) for each in ordered]
    rest = ordered[1:]
    mean = sum(rest) / len(rest) if rest else 0.0
    spread = (sum((each - mean) ** 2 for each in rest) / len(rest)) ** 0.5 if rest else 0.0
    return {
        "second_hit": open_share * against[1] if rest else 0.0,
        "fifth_hit": open_share * against[min(4, len(ordered) - 1)],
        "tail": open_share * against[-1] if len(ordered) >= 8 else 0.0,
        "stands_out": (ordered[0] - mean) / (spread + 0.5) / 5,
        "crowd": open_share * sum(each > 0.8 * ordered[0] for each in ordered) / 10,
    }
