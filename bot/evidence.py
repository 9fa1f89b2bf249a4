"""How well each sentence that was found answers a question, and how well the best one does.

A candidate is one sentence of one hit; RANKING names the features by which candidates are
ordered, SUPPORT those by which the best is believed or not. They are shares, counts and
flags, so that one set of fitted weights serves every script and size of corpus.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Sequence

from bot.opposites import opposed
from bot.questions import NEGATED, Question, shown_pattern, unit_pattern
from index.query import function_words, is_character, query_terms
from index.record import record
from index.schema import Hit, Kind, Retrieval
from index.sentences import sentences
from index.terms import date_terms, fold, terms

MOST_HITS = 30
MOST_SENTENCES = 160
_LONGEST_SENTENCE = 1200
_TIMES = 100.0  # the most that one score is said to be of another
_PREFIX = 5  # letters that words of one family share: "administer", "administration"

_PRONOUN = re.compile(
    r"(?:He|She|It|They|This|That|These|Those|His|Her|Its|Their|The)\b|[他她它其该該此這这]|"
    r"그[는의가녀들]|이[는것러]|彼|これ|それ|この|その"
)
_NUMBER_WORDS = frozenset(terms("two three four five six seven eight nine ten twelve", "en"))
# Two capitals or more: one alone opens a sentence as often as it names somebody.
_NAME = re.compile(r"[A-Z][\w’'-]+(?:\s+[A-Z][\w’'-]+)+")
_WORD_BEFORE = re.compile(r"([^\W\d_]+),? $")
_WORD_AFTER = re.compile(r", (?:an? |the )?([^\W\d_]+)")
_ASKS = ("who", "when", "where", "number", "why", "how", "what", "")

RANKING = (
    "sentence", "window", "passage", "score", "rank", "first", "length", "long", "sequence",
    "rarest", "named", "new", "pronoun", "reads_on", "rest", "local", "soft", "before", "after",
    "unit", "shown_when", "shown_number", "shown_who", "shown_where", "shown_why",
    "shown_how", "question_mark", "opposed", "phrases", "run", "name_beside",
)  # fmt: skip
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


def needs_of(question: Question, retrieval: Retrieval) -> Needs:
    """The terms of the question, weighted by how rare they are in the corpus."""
    language = question.language
    weighted = query_terms(question.text, language)
    for year in _told_by_dates(question, retrieval):
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


def _told_by_dates(question: Question, retrieval: Retrieval) -> list[str]:
    """The question's years that some article's date tells and no text does: `of_its_time` heeds
    them, and what was written then need not say so."""
    dates = (hit.passage.article.date for hit in retrieval.hits)
    told = {str(date.year) for date in dates if date} & set(map(str, question.years))
    # A dateline or a caption names the day, and is no text about it.
    texts = [hit.passage.text for hit in retrieval.hits if hit.passage.kind is Kind.BODY]
    return sorted(year for year in told if not any(year in text for text in texts))


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


def of_its_time(question: Question, hit: Hit) -> bool:
    """Whether a hit can speak of the years that the question names.

    It can if it mentions one, was written in one, or does not say when it was written.
    """
    return not question.years or hit.passage.article.date is None or _speaks_of(question, hit)


def unheard_of(question: Question, hits: Sequence[Hit]) -> bool:
    """Whether the question names years, and none of what was found mentions one or is of one.

    What does not say when it was written may be of any year, and so tells nothing of that one.
    """
    return bool(question.years) and not any(_speaks_of(question, hit) for hit in hits)


def _speaks_of(question: Question, hit: Hit) -> bool:
    date = hit.passage.article.date
    if date is not None and date.year in question.years:
        return True
    return any(str(year) in hit.passage.text for year in question.years)


def candidates(needs: Needs, hits: Sequence[Hit]) -> list[Candidate]:
    """The sentences of the best hits, in order of hit and place."""
    top = max((hit.score for hit in hits), default=1.0) or 1.0
    found: list[Candidate] = []
    for place, hit in enumerate(hits[:MOST_HITS]):
        found.extend(_of_hit(needs, hit, place, top))
        if len(found) >= MOST_SENTENCES:
            break
    return found[:MOST_SENTENCES]


def _of_hit(needs: Needs, hit: Hit, place: int, top: float) -> list[Candidate]:
    passage = hit.passage
    language = passage.article.language
    worth = needs.worth
    title = _about(hit)
    spans = sentences(passage.text)
    bags = [terms(passage.text[a : min(b, a + _LONGEST_SENTENCE)], language) for a, b in spans]
    sets = [frozenset(bag) for bag in bags]
    whole = title.union(*sets)
    covers = [_share(worth, own) for own in sets]
    # How much a term tells these sentences apart: one that stands in each tells nothing.
    spread = {term: 1 - sum(term in own for own in sets) / max(1, len(sets)) for term in worth}
    in_passage, in_title = _share(worth, whole), _share(worth, title)
    kind = f"shown_{needs.question.asks}"
    pattern = shown_pattern(needs.question.asks)
    asked = fold(needs.question.text)
    english = needs.question.language == language == "en"
    asked_terms = frozenset(needs.content)
    who = needs.question.asks == "who"
    found = []
    for i, (start, end) in enumerate(spans):
        text, own = passage.text[start:end], sets[i]
        matched = [term for term in worth if term in own]
        runs = needs.pairs.keys() & set(zip(bags[i], bags[i][1:], strict=False))
        pronoun = 1.0 if _PRONOUN.match(text) else 0.0
        before = covers[i - 1] if i else 0.0
        values = dict.fromkeys(RANKING, 0.0)
        values.update(
            sentence=covers[i],
            window=_share(worth, own.union(title, *sets[max(0, i - 1) : i + 2])),
            passage=in_passage,
            score=hit.score / top,
            rank=1 / (1 + place),
            first=1.0 if i == 0 else 0.0,
            length=math.log1p(len(own)) / 5,
            long=min(len(own) / 60, 2.0),
            sequence=sum(needs.pairs[run] for run in runs),
            rarest=sum(term in own for term in needs.rarest) / len(needs.rarest or "-"),
            named=_named(needs, own),
            new=math.log1p(len(own - worth.keys())) / 5,
            pronoun=pronoun,
            reads_on=pronoun * before,
            rest=sum(worth[t] for t in matched if t not in title) / max(0.05, 1 - in_title),
            local=sum(worth[term] * spread[term] for term in matched),
            soft=_soft(needs, own),
            before=before,
            after=covers[i + 1] if i + 1 < len(covers) else 0.0,
            unit=1.0 if needs.unit and needs.unit.search(text) else 0.0,
            question_mark=1.0 if text.endswith(("?", "？")) else 0.0,
            name_beside=1.0 if who and names_beside(text, needs.content) else 0.0,
            phrases=len(runs) / max(1, len(needs.pairs)),
            run=_longest_run(needs.sequence, bags[i]) / max(1, len(needs.sequence)),
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


def support(
    needs: Needs, best: Candidate, scores: Sequence[float], hits: Sequence[Hit]
) -> tuple[float, ...]:
    """The features by SUPPORT of the `best` candidate; `scores` are all candidates', best first."""
    question, worth = needs.question, needs.worth
    rank = dict(zip(RANKING, best.features, strict=True))
    own, passage = frozenset(best.terms), best.passage_terms
    content = needs.content
    lost = _lacking(needs, own)
    lost_passage = _lacking(needs, passage)
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
        "soft_passage": _soft(needs, passage),
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
        "named_passage": _named(needs, passage),
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
        "title": _share(worth, _about(best.hit)),
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
        "run_passage": _longest_run(needs.sequence, bag) / max(1, len(needs.sequence)),
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


def _longest_run(asked: Sequence[str], told: Sequence[str]) -> int:
    """The most of the question's terms that stand in the text one behind the other."""
    neighbours, alone = set(itertools.pairwise(told)), set(told)
    longest = current = 1 if asked and asked[0] in alone else 0
    for one, two in itertools.pairwise(asked):
        current = current + 1 if (one, two) in neighbours else int(two in alone)
        longest = max(longest, current)
    return longest


def _about(hit: Hit) -> frozenset[str]:
    """The terms of the title and date that a passage stands under; boilerplate has neither."""
    if hit.passage.boilerplate:
        return frozenset()
    article = hit.passage.article
    return frozenset((*terms(article.title or "", article.language), *date_terms(article.date)))


def _share(worth: dict[str, float], own: frozenset[str]) -> float:
    return sum(weight for term, weight in worth.items() if term in own)


def _soft(needs: Needs, own: frozenset[str]) -> float:
    """The worth of the words that are missing while another of their family is there."""
    if not needs.stems:
        return 0.0
    heads = {term[:_PREFIX] for term in own if len(term) > _PREFIX}
    return sum(needs.worth[t] for t, head in needs.stems.items() if head in heads and t not in own)


def _lacking(needs: Needs, own: frozenset[str]) -> frozenset[str]:
    heads = {term[:_PREFIX] for term in own if len(term) > _PREFIX} if needs.stems else set()
    return frozenset(t for t in needs.content if t not in own and needs.stems.get(t) not in heads)


def _named(needs: Needs, own: frozenset[str]) -> float:
    """The share of the question's names that are there whole; 1 when it names nothing."""
    if not needs.named:
        return 1.0
    return sum(each <= own for each in needs.named) / len(needs.named)


def _shown(pattern: re.Pattern[str], text: str, asked: str) -> float:
    """1 if the sentence holds an answer of the asked kind that the question does not; half of
    it for a day of the week, which every report names."""
    found = [m.group() for m in pattern.finditer(text) if fold(m.group()) not in asked]
    if not found:
        return 0.0
    return 0.5 if all(each.endswith("day") for each in found) else 1.0
