"""Whether a claim is supported by the quotes that it rests on.

A measure of shared words, no model: how much of the claim one stretch of the quotes covers, how
much of it in the same order, and how little else that stretch says. It accepts paraphrases that
keep the words and refuses what the words cannot show; `bot/claims/specifics.py` refuses each
figure and name that is lacking, and what says the opposite in the same words is told here by form.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from math import fsum, sqrt  # a set has no order: only an exact sum of it is always the same

from bot.claims.contrary import contrary
from bot.claims.exchanged import exchanged, only_asked
from bot.claims.fitted import WEIGHTS
from bot.claims.specifics import missing
from bot.opposites import opposed
from bot.weights import weighed
from index.languages import FUNCTION_WORDS, language_of
from index.sentences import sentences
from index.terms import fold, index_terms, stems

# What is measured of a claim, in its order.
FEATURES = (
    "stretch",  # of the claim's words, in the best stretch of one and a half times its length
    "wide_stretch",  # the same, of three times its length
    "window",  # in the best two sentences together
    "alike",  # words shared with the best sentence or two, of all words of both
    "pairs",  # neighbours of the claim that are neighbours there, but for a word, either way
    "threes",  # three words of the claim in a row, small words too
    "run",  # the longest run of words shared, up to eight
    "guarded",  # the quote says "may" where the claim does not
    "opposed",  # words whose opposites the best sentences have instead
)
_SMALL = (
    "i you we she it him me them us my your our they if so such also there here their its than "
    "then some any all more most other these those this that while when may might can could "
    "would should will shall being am very just only even however therefore additionally "
    "furthermore moreover overall s t do does did be been because both each per via etc up out"
)
_WORD = re.compile(r"[^\W_]+")
_ASKS = re.compile("[?？]")
_GUARDED = frozenset(
    stems("may might could possibly perhaps potentially appear seem".split(), "en")
)
_UNSPACED = "\u0e00"  # index.terms: from here on, a term is of a script that parts no words
# Korean particles and endings, which part a word from the same word elsewhere.
_KOREAN_END = re.compile(
    r"(?<=[가-힣]{2})(?:에서는|에서의|에서도|에게서|으로부터|으로는|에서|에게|께서|으로|까지|부터|이라고|라고"
    r"|하였다|했다고|한다고|했으며|하기로|했습니다|합니다|됩니다|됐습니다|되었다|하는|했다|한다|하고|하며|했고|해야"
    r"|됐다|된다|되는|였다|이다|입니다|은|는|이|가|을|를|의|에|로|와|과|도|만|할|한|했|될|된)(?![가-힣])"
)
_GRAMMAR = frozenset("的了在是和与與及将將已于於为為之其并並也都把被对對从從")


def supported(claim: str, quotes: Sequence[str], context: str = "", *, named: bool = False) -> bool:
    """Whether the quotes carry the claim; figures and names may stand in `context` as well.

    `named` says that it was seen already that they all stand there.
    """
    return score(claim, quotes, context, named=named) > 0


def score(claim: str, quotes: Sequence[str], context: str = "", *, named: bool = False) -> float:
    """By how much: above 0 where the claim is supported. Linear in all that is given."""
    plain = _letters(claim)
    if not plain:
        return -REFUSED
    if not named and missing(claim, (*quotes, context) if context else quotes):
        return -REFUSED
    written = [_letters(quote) for quote in quotes]
    told = [each for each, quote in zip(written, quotes, strict=True) if not _ASKS.search(quote)]
    if plain in told:
        return REFUSED  # what says the same in the same words says neither less nor more
    measured = measure(claim, quotes, context)
    if measured is None or measured.contrary:
        return -REFUSED
    if any(plain in each for each in written):
        return REFUSED
    weight = weighed(WEIGHTS, FEATURES, measured.values) - measured.caution
    if weight > 0 and (_unsaid(claim, (*quotes, context)) or _half(claim, quotes, context)):
        return -REFUSED
    return weight


def _half(claim: str, quotes: Sequence[str], context: str) -> bool:
    """Whether a claim is of several sentences, and one of them is not supported by itself."""
    parts = [claim[a:b] for a, b in sentences(claim) if any(map(str.isalnum, claim[a:b]))]
    return len(parts) > 1 and any(score(part, quotes, context) <= 0 for part in parts)


REFUSED = 100.0  # the score of what is told without a measure
# A number that the quotes write otherwise, or a name of which they have another form, is found,
# but what else the claim says must then be all the clearer.
REWRITTEN = 1.0
# Of scripts that part no words, pairs of characters are met by chance more often than words;
# by tests/bot/claims/by_hand.py.
EASTERN = 0.3
_DIGITS = re.compile(r"[0-9]+")
_NAMED = re.compile(r"(?<=[a-z,] )[A-Z][A-Za-z]+")


def _rewritten(claim: str, texts: Sequence[str]) -> bool:
    claim = _MARK.sub("", claim)
    names = _NAMED.findall(claim)
    digits = _DIGITS.findall(claim)
    if not names and not digits:
        return False
    whole = "\n".join(texts)
    if digits and not set(digits) <= set(_DIGITS.findall(whole)):
        return True
    whole = whole.lower()
    return any(name.lower() not in whole for name in set(names))


def _unsaid(claim: str, texts: Sequence[str]) -> bool:
    """Whether something is added to a claim of which the texts have no word at all.

    How it begins may be a mere "In fact", "Finally", "Yes".
    """
    language = language_of(claim)
    small = _small_words(language)
    contents = [
        content
        for part in _CLAUSE.split(_MARK.sub("", claim))
        if (content := [term for term in _words(part, language) if _tells(term, small)])
    ]
    if len(contents) < 2:
        return False
    there = {term for text in texts for term in _words(text, language)}
    return any(there.isdisjoint(content) for content in contents[1:])


def _tells(term: str, small: Collection[str]) -> bool:
    return term not in small and (len(term) > 1 or term >= _UNSPACED)


_CLAUSE = re.compile(
    r"[,;:，；：、。()（）—–\[\]<>]+|[.!?]+\s|\s-\s|\b(?:and|but|or|yet|which|who|while|although|though|because"
    r"|so|where)\b",
    re.IGNORECASE,
)


def _letters(text: str) -> str:
    """`text` by which a copy is told: no case, and one space where words part."""
    return " ".join(_WORD.findall(fold(text)))


@cache
def _small_words(language: str) -> frozenset[str]:
    words = FUNCTION_WORDS.get(language, "").split()
    if language in ("en", "und"):
        words = FUNCTION_WORDS["en"].split() + _SMALL.split()
    return frozenset(stems([fold(word) for word in words], language))


def _words(text: str, language: str) -> list[str]:
    """The terms of `text` in order; of scripts that part no words, the pairs of characters."""
    if language == "ko":
        text = _KOREAN_END.sub("", text)
    return [
        term
        for term in index_terms(text, language).split(" ")
        if term and (term[0] < _UNSPACED or len(term) == 2)
    ]


@lru_cache(maxsize=32)
def _read(quote: str, language: str) -> tuple[list[str], list[list[str]]]:
    """The sentences of a quote, and the terms of each; the parts of a claim rest on the same."""
    texts = [quote[a:b] for a, b in sentences(quote)]
    return texts, [_words(text, language) for text in texts]


def _weight(term: str) -> float:
    """How much a word says, as far as its form shows it: long words are rarer."""
    if term[0] < _UNSPACED:
        return sqrt(min(len(term), 9)) if len(term) > 1 else 0.6
    if "\u3041" <= term[0] <= "\u309f" and "\u3041" <= term[-1] <= "\u309f":
        return 0.3
    return 0.7 if term[0] in _GRAMMAR or term[-1] in _GRAMMAR else 2.0


class Measured:
    """A claim against its quotes: `values` in the order of FEATURES, and what they do not tell."""

    __slots__ = ("caution", "contrary", "values")

    def __init__(self, values: tuple[float, ...], contrary: bool, caution: float) -> None:
        self.values = values
        self.contrary = contrary
        self.caution = caution  # how far above nothing the weighed values must be


def measure(claim: str, quotes: Sequence[str], context: str = "") -> Measured | None:
    """The features of a claim; None where one side has no words."""
    claim = _MARK.sub("", claim)
    language = language_of(claim)
    small = _small_words(language)
    told = _words(claim, language)
    content = [term for term in told if term not in small] or told
    weights = {term: _weight(term) for term in content}
    total = sum(weights.values())
    read = [_read(quote, language) for quote in quotes]
    texts = [text for some, _ in read for text in some]
    parts = [part for _, some in read for part in some]
    every = [term for part in parts for term in part]
    if not total or not every:
        return None

    def covered(terms: frozenset[str]) -> float:
        return fsum(weights[term] for term in terms if term in weights)

    single = [frozenset(part) for part in parts]
    shares = [covered(terms) for terms in single]
    best = max(range(len(parts)), key=shares.__getitem__)
    double = [one | other for one, other in pairwise(single)] or [single[0]]
    windows = [covered(terms) for terms in double]
    pair = max(range(len(double)), key=windows.__getitem__)
    one_alike = _alike(shares[best], total, single[best] - small)
    near = double[pair]
    alike = max(one_alike, _alike(windows[pair], total, near - small))
    # Content in a row.
    rest = [term for term in every if term not in small]
    one_off = {*pairwise(rest), *zip(rest, rest[2:], strict=False)}
    neighbours = set(pairwise(content))
    if neighbours:
        loose = sum((a, b) in one_off or (b, a) in one_off for a, b in neighbours)
        pairs = loose / len(neighbours)
    else:
        pairs = windows[pair] / total
    threes = set(zip(told, told[1:], told[2:], strict=False))
    shared = len(threes & set(zip(every, every[1:], every[2:], strict=False)))
    run = _longest_run(content, rest)
    values = (
        _stretch(every, weights, max(8, 3 * len(told) // 2)) / total,
        _stretch(every, weights, max(12, 3 * len(told))) / total,
        windows[pair] / total,
        alike,
        pairs,
        shared / len(threes) if threes else pairs,
        run / min(8, len(content)),
        float(bool(_GUARDED & near) and not _GUARDED & set(told)),
        float(min(2, len(opposed(frozenset(weights), near)))),
    )
    own = frozenset(weights)
    close = shares[best] / total
    against = (
        contrary(claim, texts[best], language, close)
        or (one_alike >= _SAME and bool(opposed(own - single[best], single[best] - own)))
        or (close >= _NEAR and exchanged(claim[:_LONGEST], texts[best][:_LONGEST]))
        or only_asked(claim, texts)
    )
    caution = REWRITTEN if _rewritten(claim, (*quotes, context)) else 0.0
    if 2 * sum(term[0] >= _UNSPACED for term in told) > len(told):
        caution += EASTERN
    return Measured(values, against, caution)


_NEAR = 0.4  # how much of the claim a sentence has, for something of it to be exchanged
_LONGEST = 1000  # characters of a sentence in which that is looked for
_SAME = 0.6  # how much of the words both share where an opposite contradicts
_MARK = re.compile(r"\[\d{1,3}\]")  # a citation's, which some models write into a claim


def _alike(shared: float, total: float, others: frozenset[str]) -> float:
    return shared / (total + max(0.0, fsum(map(_weight, others)) - shared))


def _stretch(every: list[str], weights: dict[str, float], size: int) -> float:
    """The most that `size` words in a row cover."""
    counts: dict[str, int] = {}
    best = current = 0.0
    for place, term in enumerate(every):
        if term in weights:
            counts[term] = counts.get(term, 0) + 1
            if counts[term] == 1:
                current += weights[term]
        if place >= size and (gone := every[place - size]) in weights:
            counts[gone] -= 1
            if not counts[gone]:
                current -= weights[gone]
        best = max(best, current)
    return best


def _longest_run(told: list[str], every: list[str]) -> int:
    """The most words in a row, up to eight, that both have."""
    for size in range(2, 9):
        theirs = set(zip(*(every[i:] for i in range(size)), strict=False))
        if not any(run in theirs for run in zip(*(told[i:] for i in range(size)), strict=False)):
            return size - 1
    return 8
