"""Answers with the documents' own sentences: needs no key and no network.

The sentences of the best passages are ordered by how well they answer; the best is quoted if
it is believed, and with it what others are likely to be needed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from bot.answers import Draft, DraftClaim, Quote
from bot.candidates import RANKING, Candidate, candidates
from bot.evidence import SUPPORT, support
from bot.fitted import WEIGHTS
from bot.needs import Needs, needs_of
from bot.opposites import opposed
from bot.questions import understand
from bot.roles import names_holder, role_asked
from bot.weights import Weights, weighed
from bot.years import of_its_time, unheard_of
from index.languages import language_of, scripts_of
from index.query import is_pair
from index.record import record
from index.schema import Hit, Kind, Retrieval

MOST_SENTENCES = 3
_CLOSE = 6
_NEAREST = 3
_MOST_LANGUAGES = 3
_ALPHABETS = ("latin", "cyrillic", "el")
_UNSPACED = {"zh", "ja", "ko", "th", "lo", "km", "my"}


@record
class Judgement:
    """The candidates, best first, with their scores, and whether the best is believed."""

    ranked: tuple[Candidate, ...]
    scores: tuple[float, ...]
    about: float
    says: float
    believed: bool


def answer(retrieval: Retrieval, weights: Weights = WEIGHTS) -> Draft:
    """A Draft of one to three quoted sentences, or without claims where nothing is believed.

    Boilerplate is asked only when the body text has no answer; an article's own headline and
    byline never are: what they say the report says in sentences.
    """
    question = understand(retrieval.question)
    needs = needs_of(question, retrieval)
    timely = tuple(hit for hit in retrieval.hits if of_its_time(question, hit))
    if unheard_of(question, timely):
        timely = ()
    body = tuple(hit for hit in timely if hit.passage.kind is Kind.BODY)
    beside = tuple(hit for hit in timely if hit.passage.boilerplate)
    shared = _shared(retrieval, question.language)
    for hits in (body, beside):
        judged = judge(needs, hits, weights)
        if judged.believed and (shared or _same_language(needs, judged.ranked[0])):
            return Draft(
                question=retrieval.question,
                claims=tuple(map(_claim, chosen(judged, weights.price))),
                language=question.language,
                nearest=retrieval.hits[:_NEAREST],
            )
    return Draft(
        question=retrieval.question,
        reason="not_in_corpus" if shared else "other_language",
        language=question.language,
        nearest=retrieval.hits[:_NEAREST],
    )


def judge(
    needs: Needs,
    hits: Sequence[Hit],
    weights: Weights = WEIGHTS,
    found: Sequence[Candidate] | None = None,
) -> Judgement:
    """The sentences of `hits` in order, and whether the best of them answers.

    `found` are their candidates, where they are known already.
    """
    if found is None:
        found = candidates(needs, hits)
    if not found:
        return Judgement((), (), -math.inf, -math.inf, False)
    scored = [(weighed(weights.ranking, RANKING, each.features), each) for each in found]
    # Equal scores stay in the order of hits and places, which no rebuild changes.
    scored.sort(key=lambda pair: -pair[0])
    holders = _holders(needs, scored)
    scored = holders or scored
    _pass_over_opposite(needs, scored)
    scores = tuple(score for score, _ in scored)
    ranked = tuple(each for _, each in scored)
    features = support(needs, ranked[0], scores, hits)
    characters = any(is_pair(term) for term in needs.worth)
    about = weighed(weights.about_characters if characters else weights.about, SUPPORT, features)
    says = weighed(weights.says_characters if characters else weights.says, SUPPORT, features)
    believed = about >= weights.about_least and says >= weights.says_least
    # With no content word of the question in the passage there is nothing to believe, whatever
    # the sums say.
    named = needs.content or tuple(needs.worth)
    believed = believed and any(term in ranked[0].passage_terms for term in named)
    # A name beside the very role that is asked for says more than all sums.
    believed = believed or (bool(holders) and _timely(needs, ranked[0]))
    return Judgement(ranked, scores, about, says, believed)


def _holders(needs: Needs, scored: list[tuple[float, Candidate]]) -> list[tuple[float, Candidate]]:
    """Where a role's holder is asked for, the sentences that name one; of them those that were
    written in the year in question, if there are any."""
    question = needs.question
    role = role_asked(question.text) if question.language == "en" else None
    named = [pair for pair in scored if role and names_holder(pair[1].text, role)]
    then = [pair for pair in named if _written_in(pair[1], question.years)]
    return then or named


def _timely(needs: Needs, best: Candidate) -> bool:
    """Whether the years of the question stand with the best, or are told by articles' dates."""
    years = map(str, needs.question.years)
    return all(year in best.passage_terms or year not in needs.worth for year in years)


def _written_in(candidate: Candidate, years: frozenset[int]) -> bool:
    date = candidate.hit.passage.article.date
    return date is not None and date.year in years


def _pass_over_opposite(needs: Needs, scored: list[tuple[float, Candidate]]) -> None:
    """Where the best says the opposite of a word asked for, "first" for "last", and one close
    behind has the word itself, that one takes its place and its score."""
    asked = frozenset(needs.content)
    best, first = scored[0]
    if not first.features[RANKING.index("opposed")]:
        return
    wanted = opposed(asked, frozenset(first.terms))
    for place, (_, each) in enumerate(scored[1:_CLOSE], 1):
        told = frozenset(each.terms)
        if wanted & told and not opposed(asked, told):
            del scored[place]
            scored[0] = (best, each)
            return


def chosen(judged: Judgement, price: float) -> list[Candidate]:
    """The sentences to quote, one to three, in reading order where they share a passage."""
    best = judged.scores[0]
    chances = [math.exp(score - best) for score in judged.scores]
    whole = sum(chances)
    taken = [judged.ranked[0]]
    for each, chance in zip(judged.ranked[1:], chances[1:], strict=True):
        if len(taken) == MOST_SENTENCES or chance / whole <= price * len(each.text) / 100:
            break
        # Agencies' reports stand in several files word for word.
        if all(each.text != other.text for other in taken):
            taken.append(each)
    order = {id(each.hit): place for place, each in reversed(list(enumerate(taken)))}
    return sorted(taken, key=lambda each: (order[id(each.hit)], each.start))


def _claim(candidate: Candidate) -> DraftClaim:
    return DraftClaim(
        candidate.text, (Quote(candidate.hit.passage, candidate.text, candidate.start),)
    )


def _same_language(needs: Needs, best: Candidate) -> bool:
    """Whether, in documents of other languages, one passage is in the question's after all.

    More of the question must then stand in it than not: a few characters that two languages
    share are no sign of it.
    """
    if language_of(best.text) != needs.question.language:
        return False
    return best.features[RANKING.index("passage")] > 0.5


def foreign_to(retrieval: Retrieval) -> tuple[str, ...]:
    """The documents' languages, the commonest first, where the question's is none of them."""
    if _shared(retrieval, language_of(retrieval.question)):
        return ()
    shares = sorted(retrieval.languages.items(), key=lambda item: (-item[1], item[0]))
    return tuple(code for code, _ in shares if code != "und")[:_MOST_LANGUAGES]


def _shared(retrieval: Retrieval, language: str) -> bool:
    """Whether the documents have the question's language, or its alphabet where that is all
    that so short a question tells."""
    languages = retrieval.languages
    if language in languages or not languages:
        return True
    # Lists and tables do not tell their language, nor do questions of two words.
    if "und" not in (language, *languages):
        return False
    scripts = scripts_of(retrieval.question)
    if any(scripts[each] for each in _ALPHABETS):
        return any(each not in _UNSPACED for each in languages)
    return language == "und"
