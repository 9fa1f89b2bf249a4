"""What a question needs, its terms by their worth in a corpus, and how much of it a text holds."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from bot.questions import Question, unit_pattern
from bot.years import told_by_dates
from index.query import function_words, is_character, query_terms
from index.record import record
from index.schema import Retrieval
from index.terms import terms

_PREFIX = 5  # letters that words of one family share: "administer", "administration"


@record
class Needs:
    """What a question's terms are worth in a corpus: `worth` in shares of their sum, `content`
    those that are no function words, in the question's order."""

    question: Question
    worth: dict[str, float]
    idf: dict[str, float]
    weight: float
    content: tuple[str, ...]
    rarest: tuple[str, ...]
    pairs: dict[tuple[str, str], float]
    named: tuple[frozenset[str], ...]
    stems: dict[str, str]
    sequence: tuple[str, ...]
    passages: int
    unit: re.Pattern[str] | None


def needs_of(question: Question, retrieval: Retrieval) -> Needs:
    """The terms of the question, weighted by how rare they are in the corpus."""
    language = question.language
    weighted = query_terms(question.text, language)
    for year in told_by_dates(question, retrieval):
        weighted.pop(year, None)
    idf = {term: retrieval.weights.get(term, 1.0) for term in weighted}
    raw = {term: weight * idf[term] for term, weight in weighted.items()}
    total = sum(raw.values()) or 1.0
    worth = {term: weight / total for term, weight in raw.items()}
    ordered = sorted(worth, key=lambda term: (-worth[term], term))
    sequence = terms(question.text, language)
    functions = function_words(language)
    content = tuple(
        term
        for term in dict.fromkeys(sequence)
        if term in worth and term not in functions and not is_character(term)
    )
    pairs = {
        (one, two): (worth[one] + worth[two]) / 2
        for one, two in itertools.pairwise(sequence)
        if one in worth and two in worth
    }
    named = tuple(each for name in question.named if (each := frozenset(terms(name, language))))
    stems = {
        term: term[:_PREFIX]
        for term in worth
        if len(term) > _PREFIX and term.isascii() and term.isalpha()
    }
    rarest = tuple(ordered[: max(1, len(ordered) // 4)])
    unit = unit_pattern(question.text)
    return Needs(
        question=question,
        worth=worth,
        idf=idf,
        weight=total,
        content=content,
        rarest=rarest,
        pairs=pairs,
        named=named,
        stems=stems,
        sequence=tuple(sequence),
        passages=retrieval.passages,
        unit=unit,
    )


def share(worth: dict[str, float], own: frozenset[str]) -> float:
    """How much of the worth of all terms is that of those in `own`."""
    return sum(weight for term, weight in worth.items() if term in own)


def soft(needs: Needs, own: frozenset[str]) -> float:
    """The worth of the words that are missing while another of their family is there."""
    if not needs.stems:
        return 0.0
    heads = {term[:_PREFIX] for term in own if len(term) > _PREFIX}
    return sum(needs.worth[t] for t, head in needs.stems.items() if head in heads and t not in own)


def lacking(needs: Needs, own: frozenset[str]) -> frozenset[str]:
    """The question's words that are missing, and with them all others of their family."""
    heads = {term[:_PREFIX] for term in own if len(term) > _PREFIX} if needs.stems else set()
    return frozenset(t for t in needs.content if t not in own and needs.stems.get(t) not in heads)


def named(needs: Needs, own: frozenset[str]) -> float:
    """The share of the question's names that are there whole; 1 when it names nothing."""
    if not needs.named:
        return 1.0
    return sum(each <= own for each in needs.named) / len(needs.named)


def longest_run(asked: Sequence[str], told: Sequence[str]) -> int:
    """The most of the question's terms that stand in the text one behind the other."""
    neighbours, alone = set(itertools.pairwise(told)), set(told)
    longest = current = 1 if asked and asked[0] in alone else 0
    for one, two in itertools.pairwise(asked):
        current = current + 1 if (one, two) in neighbours else int(two in alone)
        longest = max(longest, current)
    return longest
