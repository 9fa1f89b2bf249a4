"""The words of a claim that carry what was asked: the name, date or number, else its news."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.check.words import folded, within
from bot.questions import Question, shown_pattern, understand
from index.languages import script_of
from index.query import function_words
from index.record import record
from index.terms import terms

MOST = 200  # characters
_MOST_UNITS = 8
_MOST_SIGNS = 16  # of scripts that do not part words
_UNIT = re.compile(r"[^\W_]+(?:[’'.,:-][^\W_]+)*")
_NAMES = r"(?:[A-Z](?:\.[A-Z])+\b|[A-Z][\w’'-]+)"
_NAME = re.compile(rf"(?<![^\W_]){_NAMES}(?:[ ](?:& |of the |of |de |van |von |al )?{_NAMES})*")
_PLACED = re.compile(r"(?:\b(?:in|at|near|to|from|of)\s+(?:the\s+)?|[在于於]|)$")
_STOP = re.compile(r"[,;:()—、，。；：．!?！？]|[.](?=\s|$)|\s[-–]+\s")
_AROUND = " \t\r\n,;:()—、，。；：.!?！？“”\"'‘’-–·"
_REASON = re.compile(
    r"\b(?:because|due to|owing to|thanks to|so that|in order to|in an effort to|as a result of)\b"
    r"[^,;.]*|(?:因为|因為|由于|由於|因)[^，。；]*|[^，。、]*(?:때문|위해|ため|から)"
)
_DAYS = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may "
    "june july august september october november december".split()
)
_OWNED = re.compile(r"[’']s?$")
# What a Korean word ends in that is no part of it.
_PARTICLE = re.compile(
    r"(?<=[가-힣]{2})(?:에서는|에서|에게|으로|까지|부터|은|는|이|가|을|를|에|의|로|와|과|도)$"
)


@record
class _Unit:
    """A word of the claim, or a sign of a script that parts none; `known` from the question."""

    start: int
    end: int
    known: bool
    function: bool
    sign: bool


def decisive(question: str, claim: str) -> str:
    """The words of `claim` that answer `question` as nearly as can be told without a model.

    They stand in the claim, at most `MOST` characters, and say what the question does not.
    """
    asked = understand(question)
    units = _units(asked, claim)
    for spans in (_of_its_kind(asked, claim), _between(claim, units), _clauses(claim)):
        new = [span for span in spans if _is_news(asked, claim[span[0] : span[1]], claim)]
        if new:
            start, end = max(new, key=lambda span: (_nearness(span, units), -span[0]))
            return claim[start:end]
    return _start(claim)


def _units(asked: Question, claim: str) -> list[_Unit]:
    known = frozenset(terms(asked.text, asked.language))
    functions = function_words(asked.language)
    text = folded(asked.text)
    found: list[_Unit] = []
    for match in _UNIT.finditer(claim):
        word = match[0]
        if any(script_of(ch) in ("han", "kana") for ch in word):
            for at in range(match.start(), match.end()):
                pairs = (claim[max(0, at - 1) : at + 1], claim[at : at + 2])
                same = any(len(pair) == 2 and folded(pair) in text for pair in pairs)
                found.append(_Unit(at, at + 1, same, False, True))
            continue
        own = terms(word, asked.language)
        same = bool(own) and 2 * sum(each in known for each in own) >= len(own)
        function = word.lower() in functions or not own
        found.append(_Unit(*match.span(), same, function, False))
    return found


def _of_its_kind(asked: Question, claim: str) -> Iterator[tuple[int, int]]:
    from bot.claims.figures import figures  # late: their patterns take milliseconds

    if asked.asks in ("when", "number"):
        for figure in figures(claim, claimed=True):
            kinds = {key[0] for key in figure.keys}
            year = re.fullmatch(r"(?:1\d|20)\d\d", figure.text) is not None
            if (asked.asks == "when") == (year or bool(kinds & {"date", "time", "decade"})):
                ordinal = claim[max(0, figure.start - 1) : figure.start] in ("第", "제")
                yield figure.start - ordinal, _counted(claim, figure.end, asked.asks)
        if asked.asks == "when" and (pattern := shown_pattern("when")) is not None:
            yield from (match.span() for match in pattern.finditer(claim))
    elif asked.asks in ("who", "where"):
        yield from _names(claim, asked.asks)
    elif asked.asks == "why":
        yield from (match.span() for match in _REASON.finditer(claim))


def _names(claim: str, asks: str) -> Iterator[tuple[int, int]]:
    from bot.claims.places import place_forms

    places = place_forms()[0]
    for match in _NAME.finditer(claim):
        start, end = match.span()
        first = match[0].split()[0]
        if _begins(claim, start) and ordinary_start(first):
            start += len(first) + 1
        name = _OWNED.sub("", claim[start:end])
        words = [word.lower() for word in name.split()]
        if not words or all(word in _DAYS for word in words):
            continue
        if asks == "who":
            if words[-1] not in places:
                yield start, start + len(name)
        elif _PLACED.search(claim, max(0, start - 12), start) and not _qualifies(claim, end):
            yield start, start + len(name)


def _begins(claim: str, start: int) -> bool:
    return not claim[:start].strip(" “\"'")


def ordinary_start(word: str) -> bool:
    """Whether a sentence begins with `word` without its being a name."""
    from bot.claims.ordinary import is_ordinary

    return word.lower() in function_words("en") or is_ordinary(word.lower(), "")


def _qualifies(claim: str, end: int) -> bool:
    """Whether a name stands for a quality of what comes behind it: the South Korean port."""
    match = re.compile(r" ([a-z]+)").match(claim, end)
    return match is not None and match[1] not in function_words("en")


def _counted(claim: str, end: int, asks: str) -> int:
    """The end of what is counted, where a word behind the number says it."""
    if asks != "number":
        return end
    match = re.compile(r"(?: (?:of|the|more)\b)*[ -][^\W\d_]+").match(claim, end)
    return match.end() if match is not None else end


def _between(claim: str, units: list[_Unit]) -> Iterator[tuple[int, int]]:
    """What stands between words of the question without a stop, where that is more than a word."""
    known = [at for at, unit in enumerate(units) if unit.known and not unit.function]
    for before, after in pairwise(known):
        run = units[before + 1 : after]
        if not run or _STOP.search(claim, units[before].end, units[after].start):
            continue
        while run and run[0].function:
            run = run[1:]
        while run and run[-1].function:
            run = run[:-1]
        if not 1 < len(run) <= (_MOST_SIGNS if run[0].sign else _MOST_UNITS):
            continue
        start, end = run[0].start, run[-1].end
        yield start, start + len(_PARTICLE.sub("", claim[start:end]))


def _clauses(claim: str) -> Iterator[tuple[int, int]]:
    at = 0
    for stop in [*(match.start() for match in _STOP.finditer(claim)), len(claim)]:
        words = claim[at:stop].strip(_AROUND)
        if words:
            start = claim.index(words, at)
            yield start, start + len(words)
        at = stop


def _is_news(asked: Question, words: str, claim: str) -> bool:
    new = folded(words) not in folded(asked.text) and any(map(str.isalnum, words))
    return new and len(words) <= MOST and within(words, claim)


def _nearness(span: tuple[int, int], units: Iterable[_Unit]) -> float:
    """How close the words stand to those that the question names, too."""
    inner = [at for at, unit in enumerate(units) if span[0] <= unit.start < span[1]]
    if not inner:
        return 0.0
    near = 0.0
    for at, unit in enumerate(units):
        if unit.known and not unit.function:
            away = max(0, inner[0] - at, at - inner[-1])
            near += 1 / (1 + away) ** 2
    return near


def _start(claim: str) -> str:
    """The claim, as much of it as a case should expect."""
    if len(claim) <= MOST:
        return claim
    cut = claim[:MOST]
    return cut.rsplit(None, 1)[0] if len(cut.split()) > 1 else cut
