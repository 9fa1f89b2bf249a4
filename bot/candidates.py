"""The sentences of what was found, each a candidate to answer the question.

RANKING names the features by which candidates are ordered. They are shares, counts and
flags, so that one set of fitted weights serves every script and size of corpus.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from bot.needs import Needs, longest_run, named, share, soft
from bot.opposites import opposed
from bot.questions import shown_pattern
from index.hidden import mostly
from index.record import record
from index.schema import Hit, Passage
from index.sentences import sentences
from index.terms import date_terms, fold, terms

MOST_HITS = 30
MOST_SENTENCES = 160
_LONGEST_SENTENCE = 1200
_LONGEST_HEADING = 80
_STOPS = '.。．｡!?！？…:：;；,，、"”'

_PRONOUN = re.compile(
    r"(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|The)\b|[他她它其该該此這这]|"
    r"그[는의가녀들]|이[는것러]|彼|これ|それ|この|その"
)
# Two capitals or more: one alone opens a sentence as often as it names somebody.
_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)+")
_WORD_BEFORE = re.compile(r"([^\W\d_]+),? $")
_WORD_AFTER = re.compile(r", (?:an? |the )?([^\W\d_]+)")

RANKING = (
    "sentence", "window", "passage", "score", "rank", "first", "length", "long", "sequence",
    "rarest", "named", "new", "pronoun", "reads_on", "rest", "local", "soft", "before", "after",
    "unit", "shown_when", "shown_number", "shown_who", "shown_where", "shown_why",
    "shown_how", "question_mark", "opposed", "phrases", "run", "name_beside",
)  # fmt: skip


@record
class Candidate:
    """A sentence: `[start, end)` of the document of `hit.passage`, with its features by RANKING."""

    hit: Hit
    start: int
    end: int
    text: str
    terms: tuple[str, ...]
    passage_terms: frozenset[str]
    features: tuple[float, ...]


def candidates(needs: Needs, hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of the best hits, in order of hit and place."""
    top = max((hit.score for hit in hits), default=1.0) or 1.0
    found: list[Candidate] = []
    for place, hit in enumerate(hits[:MOST_HITS]):
        found.extend(_of_hit(needs, hit, place, top))
        if len(found) >= MOST_SENTENCES:
            break
    return found[:MOST_SENTENCES]


def _is_blank(between: str) -> bool:
    """Whether an empty line stands between two sentences."""
    return between.isspace() and len(between.splitlines()) > 1


def _is_heading(passage: Passage, spans: Sequence[tuple[int, int]], at: int) -> bool:
    """Whether one of a passage's sentences is a title or a heading of the text below it, which
    says in sentences what the heading says."""
    start, end = spans[at]
    text = passage.text[start:end]
    if text.startswith("#") or " ".join(text.strip("*_ ").split()) == passage.article.title:
        return True
    if at + 1 >= len(spans) or end - start > _LONGEST_HEADING or text[-1] in _STOPS:
        return False
    if at and not _is_blank(passage.text[spans[at - 1][1] : start]):
        return False
    following, until = spans[at + 1]
    return _is_blank(passage.text[end:following]) and (passage.text[until - 1] in _STOPS)


def _of_hit(needs: Needs, hit: Hit, place: int, top: float) -> list[Candidate]:
    passage = hit.passage
    language = passage.article.language
    worth = needs.worth
    title = about(hit)
    spans = sentences(passage.text)
    bags = [terms(passage.text[a : min(b, a + _LONGEST_SENTENCE)], language) for a, b in spans]
    sets = [frozenset(bag) for bag in bags]
    whole = title.union(*sets)
    covers = [share(worth, own) for own in sets]
    # How much a term tells these sentences apart: one that stands in each tells nothing.
    spread = {term: 1 - sum(term in own for own in sets) / max(1, len(sets)) for term in worth}
    in_passage, in_title = share(worth, whole), share(worth, title)
    kind = f"shown_{needs.question.asks}"
    pattern = shown_pattern(needs.question.asks)
    asked = fold(needs.question.text)
    english = needs.question.language == language == "en"
    asked_terms = frozenset(needs.content)
    who = needs.question.asks == "who"
    found = []
    for i, (start, end) in enumerate(spans):
        text, own = passage.text[start:end], sets[i]
        if _is_heading(passage, spans, i) or mostly(text):
            continue
        matched = [term for term in worth if term in own]
        runs = needs.pairs.keys() & set(zip(bags[i], bags[i][1:], strict=False))
        pronoun = 1.0 if _PRONOUN.match(text) else 0.0
        before = covers[i - 1] if i else 0.0
        values = dict.fromkeys(RANKING, 0.0)
        values.update(
            sentence=covers[i],
            window=share(worth, own.union(title, *sets[max(0, i - 1) : i + 2])),
            passage=in_passage,
            score=hit.score / top,
            rank=1 / (1 + place),
            first=1.0 if i == 0 else 0.0,
            length=math.log1p(len(own)) / 5,
            long=min(len(own) / 60, 2.0),
            sequence=sum(needs.pairs[run] for run in runs),
            rarest=sum(term in own for term in needs.rarest) / len(needs.rarest or "-"),
            named=named(needs, own),
            new=math.log1p(len(own - worth.keys())) / 5,
            pronoun=pronoun,
            reads_on=pronoun * before,
            rest=sum(worth[t] for t in matched if t not in title) / max(0.05, 1 - in_title),
            local=sum(worth[term] * spread[term] for term in matched),
            soft=soft(needs, own),
            before=before,
            after=covers[i + 1] if i + 1 < len(covers) else 0.0,
            unit=1.0 if needs.unit and needs.unit.search(text) else 0.0,
            question_mark=1.0 if text.endswith(("?", "？")) else 0.0,
            name_beside=1.0 if who and names_beside(text, needs.content) else 0.0,
            phrases=len(runs) / max(1, len(needs.pairs)),
            run=longest_run(needs.sequence, bags[i]) / max(1, len(needs.sequence)),
            opposed=float(len(opposed(asked_terms, own))) if english else 0.0,
        )
        if pattern and kind in values:
            values[kind] = _shown(pattern, text, asked)
        found.append(
            Candidate(
                hit,
                passage.start + start,
                passage.start + end,
                text,
                tuple(bags[i]),
                whole,
                tuple(values.values()),
            )
        )
    return found


def names_beside(text: str, content: Sequence[str]) -> bool:
    """Whether a name that the question does not hold stands right beside one of its words.

    So reports say who someone is: "Foreign Minister Park Jin", "the minister, Yoko Kamikawa,".
    """
    for match in _NAME.finditer(text):
        inside = terms(match.group(), "en")
        if all(term in content for term in inside):
            continue
        before = _WORD_BEFORE.search(text, max(0, match.start() - 30), match.start())
        after = _WORD_AFTER.match(text, match.end())
        beside = [word.group(1) for word in (before, after) if word]
        if any(term in content for word in (*beside, *inside) for term in terms(word, "en")):
            return True
    return False


def about(hit: Hit) -> frozenset[str]:
    """The terms of the title and date that a passage stands under; boilerplate has neither."""
    if hit.passage.boilerplate:
        return frozenset()
    article = hit.passage.article
    return frozenset((*terms(article.title or "", article.language), *date_terms(article.date)))


def _shown(pattern: re.Pattern[str], text: str, asked: str) -> float:
    """1 if the sentence holds an answer of the asked kind that the question does not; half of
    it for a day of the week, which every report names."""
    found = [m.group() for m in pattern.finditer(text) if fold(m.group()) not in asked]
    if not found:
        return 0.0
    return 0.5 if all(each.endswith("day") for each in found) else 1.0
