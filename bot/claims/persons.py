"""Whether a claim has one person in the place of another: who does it, with what title and name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import islice, pairwise

from bot.claims.clauses import END, STOPS, beside, tokens_of
from bot.claims.ordinary import FUNCTION, is_ordinary
from bot.claims.places import place_forms

_MOST_NAMES = 24
_BEFORE_A_PART = frozenset("of in for with from at on by to between under over against".split())


def persons_differ(claim: str, sentence: str) -> bool:
    """Whether a deed, a title or half a name of the sentence is given to somebody else."""
    if claim.isupper() or sentence.isupper():  # capitals tell no names there
        return False
    return (
        _actors_differ(claim, sentence)
        or _titles_differ(claim, sentence)
        or _names_joined(claim, sentence)
    )


def _actors_differ(claim: str, sentence: str) -> bool:
    """Whether a name of the sentence stands before what another does there."""
    ours = list(islice(_actors(claim), _MOST_NAMES))
    if not ours:
        return False
    theirs = list(islice(_actors(sentence), _MOST_NAMES))
    for names, deed, _, _ in ours:
        doers = [
            (other, begun, preceded) for other, done, begun, preceded in theirs if done == deed
        ]
        if not doers or any(_same_name(names, other) for other, _, _ in doers):
            continue
        for _, begun, preceded in doers:
            elsewhere = [
                at for at, token in enumerate(tokens_of(sentence)) if token.low == names[-1]
            ]
            if (
                elsewhere
                and preceded not in _BEFORE_A_PART
                and not any(begun - 8 < at < begun for at in elsewhere)
            ):
                return True
    return False


def _actors(text: str) -> Iterator[tuple[tuple[str, ...], tuple[str, str], int, str]]:
    """Each name that words follow without a stop: the name, two of them, where it begins, and the
    word before it."""
    tokens = tokens_of(text)
    place = 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and tokens[end].capital and tokens[end].low not in FUNCTION:
            end += 1
        if end > place and end < len(tokens) and tokens[end].low not in STOPS:
            deed = beside(tokens, tokens[end - 1].end, 1)
            if deed[0] != END and deed[1] != END:
                names = tuple(token.low for token in tokens[place:end])
                yield names, deed, place, tokens[place - 1].low if place else ""
        place = max(end, place + 1)


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    forms = place_forms()[0]
    mine, theirs = ({forms.get(word, word) for word in words} for words in (one, other))
    return mine <= theirs or theirs <= mine or one[-1] == other[-1]


_TITLES = (
    "vice president|deputy prime minister|prime minister|foreign minister|defen[cs]e minister"
    "|finance minister|deputy minister|minister|president|chancellor|king|queen|pope|governor|mayor"
    "|senator|chairman|chairwoman|ambassador|secretary of state|secretary|general|judge|premier"
    "|chief executive|ceo"
)


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"\b(?i:(former )?({_TITLES})) ((?:[A-Z][\w'’-]+ ?){{1,3}})")


def _titles_differ(claim: str, sentence: str) -> bool:
    ours = [(m[1], m[2].lower(), m[3].lower().split()) for m in _titled().finditer(claim)]
    if not ours:
        return False
    theirs = [(m[1], m[2].lower(), m[3].lower().split()) for m in _titled().finditer(sentence)]
    for _, title, name in ours:
        titles = {other for _, other, of in theirs if name[-1] in of or of[-1] in name}
        # "Foreign Minister" may be called "Minister", and have another title elsewhere.
        if titles and not any(title in other or other in title for other in titles):
            last = re.escape(name[-1])
            beside = rf"{last}[\w ]{{0,20}}, [^,.;]{{0,40}}\b{title}\b"
            if not re.search(beside, sentence, re.IGNORECASE):
                return True
    return False


def _names_joined(claim: str, sentence: str) -> bool:
    """Whether two neighbours that begin with capitals each belong to another name there."""
    ours = _capitals(claim)
    if not any(len(run) > 1 for run in ours):
        return False
    theirs = _capitals(sentence)
    known = {word for run in theirs for word in run}
    forms = place_forms()[0]
    for run in ours:
        for one, other in pairwise(run):
            if one not in known or other not in known or one in forms or other in forms:
                continue
            if any(one in each and other in each for each in theirs):
                continue
            with_one = [each for each in theirs if one in each]
            with_other = [each for each in theirs if other in each]
            if all(len(each) > 1 for each in (*with_one, *with_other)):
                return True
    return False


def _capitals(text: str) -> list[tuple[str, ...]]:
    """The runs of words with capitals that may be persons' names: no titles, no words that
    begin a sentence and name nothing."""
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for token in tokens_of(text):
        if token.capital and not is_ordinary(token.low, "") and token.low not in FUNCTION:
            run.append(token.low)
        elif run:
            found.append(tuple(run))
            run = []
    return [*found, tuple(run)] if run else found
