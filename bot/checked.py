"""What the documents say of a message, sentence by sentence, without a model.

Supported: a sentence of theirs, or two in a row, has its figures and names and says as much.
Contradicted: a sentence that otherwise matches has another number, date or name in the same
place. All else is not found. Each verdict but the last shows a quote that was verified.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from heapq import nsmallest
from itertools import pairwise

from bot.answers import Citation, Claim, DraftClaim, Quote
from bot.claims import support
from bot.claims.grounds import Ground, objection
from bot.claims.instructions import instructs
from bot.claims.specifics import missing
from bot.factcheck.differing import Difference, compare
from bot.factcheck.entailing import turns, unsaid
from bot.factcheck.statements import MOST_STATEMENTS as MOST_STATEMENTS
from bot.factcheck.statements import statements
from bot.verify import Verification
from index.languages import language_of
from index.record import record
from index.schema import Hit, Kind, Passage, Retrieval
from index.sentences import sentences
from index.terms import fold, index_terms

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal, Protocol

    from bot.verify import Sources

    class Checker(Protocol):
        """What finds passages and knows the documents' texts; an Asker does."""

        def retrieve(self, question: str, k: int = ...) -> Retrieval: ...
        def sources(self) -> Sources: ...

    Found = Literal["supported", "contradicted", "not_found"]

PASSAGES = 8  # that are looked at for a sentence
CLOSEST = 6  # sentences of them that are measured
# How far above nothing the measure must be: nobody chose these words for these documents, as a
# model does that was given them.
MARGIN = 0.5
_WORD = re.compile(r"[^\W_]+")
_LAST_NAME = re.compile(r"([A-Z][^\W_]+) $")
_NEXT_NAME = re.compile(r" ([A-Z][^\W_]+)")


@record
class Verdict:
    """What was found of a sentence, and the citation that shows it; `detail` says what differs."""

    sentence: str
    kind: Found
    citation: Citation | None = None
    detail: str = ""


# The terms that it shares with the claim, counted below nothing; whether it stands beside the
# article; which hit it is of, and where in that it begins and ends. The least is the closest.
_Place = tuple[int, bool, int, int, int]


@record
class _Candidate:
    """A sentence of a passage, or two in a row, and where in its document it stands."""

    passage: Passage
    start: int
    text: str


def check(text: str, asker: Checker) -> tuple[Verdict, ...]:
    """A verdict on each of the first sentences of `text` that state something."""
    checked = Verification(asker.sources())
    return tuple(_verdict(each, asker, checked) for each in statements(text))


def _verdict(claim: str, asker: Checker, checked: Verification) -> Verdict:
    single, double = _candidates(claim, asker.retrieve(claim, k=PASSAGES).hits)
    for each in single:
        if _supports(claim, each) and (citation := _cited(each, checked)) is not None:
            return Verdict(claim, "supported", citation)
    for each, difference in _contradicting(claim, single):
        if (citation := _cited(each, checked)) is not None:
            return Verdict(claim, "contradicted", citation, _told(difference))
    for each in double:
        if _supports(claim, each) and (citation := _cited(each, checked)) is not None:
            return Verdict(claim, "supported", citation)
    return Verdict(claim, "not_found")


def _contradicting(
    claim: str, candidates: Sequence[_Candidate]
) -> list[tuple[_Candidate, Difference]]:
    """Those that have something else in one place, what was written last first: who held an
    office before is no news."""
    found = [
        (each, difference)
        for each in candidates
        if (difference := compare(claim, each.text).difference) is not None
        and not turns(claim, each.text)
    ]
    return sorted(found, key=lambda each: _day(each[0]), reverse=True)


def _day(candidate: _Candidate) -> int:
    date = candidate.passage.article.date
    return date.toordinal() if date is not None else 0


def _told(difference: Difference) -> str:
    return f"{difference.said} ≠ {difference.there}"


def _cited(candidate: _Candidate, checked: Verification) -> Citation | None:
    """The candidate as a citation, if it stands in the document as that is now."""
    quote = Quote(candidate.passage, candidate.text, candidate.start)
    claim = checked.claim(DraftClaim(candidate.text, (quote,)))
    return checked.citations[claim.citations[0] - 1] if isinstance(claim, Claim) else None


def _supports(claim: str, candidate: _Candidate) -> bool:
    quote = candidate.text
    if _letters(claim) == _letters(quote):
        return True
    passage = candidate.passage
    title = passage.article.title or ""
    # Of the passage only whole names are taken, of which the quote has a part.
    lacking = missing(claim, [quote, title])
    if not all(_is_whole_name(each, claim, quote, passage.text) for each in lacking):
        return False
    ground = Ground(
        quote=quote,
        passage=passage.text if lacking else quote,
        title=title,
        language=passage.article.language,
        instructs=instructs(passage.text, *_within(candidate)),
    )
    if objection(claim, "", [ground]) is not None:
        return False
    if support.score(claim, [quote], title, named=True) <= MARGIN:
        return False
    return not unsaid(claim, quote, title) and not compare(claim, quote).changed


def _is_whole_name(lacking: str, claim: str, quote: str, passage: str) -> bool:
    """Whether `lacking` is a part of a name that the passage has whole, and the quote in part."""
    if not lacking.isalpha():
        return False
    at = claim.find(lacking)
    before = _LAST_NAME.search(claim[:at])
    after = _NEXT_NAME.match(claim[at + len(lacking) :])
    wholes = [(m[1], f"{m[1]} {lacking}") for m in (before,) if m]
    wholes += [(m[1], f"{lacking} {m[1]}") for m in (after,) if m]
    words = set(_WORD.findall(quote))
    return any(part in words and whole in passage for part, whole in wholes)


def _letters(text: str) -> str:
    """`text` by which a copy is told: no case, and one space where words part."""
    return " ".join(_WORD.findall(fold(text)))


def _within(candidate: _Candidate) -> tuple[int, int]:
    start = candidate.start - candidate.passage.start
    return start, start + len(candidate.text)


def _candidates(claim: str, hits: Sequence[Hit]) -> tuple[list[_Candidate], list[_Candidate]]:
    """The sentences of `hits` that share most with `claim`, and the best pairs, the closest first.

    Of an article's body before what stands beside it; never its own headline.
    """
    language = language_of(claim)
    wanted = frozenset(index_terms(claim, language).split(" "))
    single: list[_Place] = []
    double: list[_Place] = []
    for order, hit in enumerate(hits):
        passage = hit.passage
        if passage.kind is Kind.HEADING:
            continue
        beside = passage.boilerplate
        parts = [(a, b, wanted & terms) for a, b, terms in _parts(passage.text, language)]
        single += [(-len(has), beside, order, a, b) for a, b, has in parts if has]
        double += [
            (-len(both), beside, order, a, d)
            for (a, _, one), (_, d, two) in pairwise(parts)
            if len(both := one | two) > max(len(one), len(two))
        ]
    return (
        [_candidate(hits, place) for place in nsmallest(CLOSEST, single)],
        [_candidate(hits, place) for place in nsmallest(CLOSEST // 2, double)],
    )


def _candidate(hits: Sequence[Hit], place: _Place) -> _Candidate:
    _, _, order, start, end = place
    passage = hits[order].passage
    return _Candidate(passage, passage.start + start, passage.text[start:end])


@lru_cache(maxsize=256)
def _parts(text: str, language: str) -> list[tuple[int, int, frozenset[str]]]:
    """The sentences of a passage and the terms of each; those of a message share passages."""
    return [
        (start, end, frozenset(index_terms(text[start:end], language).split(" ")))
        for start, end in sentences(text)
    ]
