"""A sentence as tokens that can be compared.

A figure is one, whole, and so is a word, or a character of the scripts that part no words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.claims.dates import in_digits, month_of
from bot.claims.figures import Figure, figures
from bot.claims.ordinary import FUNCTION, is_ordinary
from bot.claims.places import eastern_places, place_forms
from index.languages import FUNCTION_WORDS, UNKNOWN, language_of
from index.record import record
from index.terms import fold, stems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal[
        "", "number", "percent", "date", "time", "rank", "weekday", "month", "name", "capital"
    ]

LONGEST = 600  # characters of a sentence that is laid beside another
_UNSPACED = "\u2e80"
_TOKEN = re.compile(
    r"[\uac00-\ud7a3]+|[ァ-ヺー]{2,}|[\u3041-\u30ff\u3400-\u9fff]|[$€£¥₩%°]"
    r"|[^\W_\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
    r"(?:['.&/-][^\W_\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+)*"
)
_KOREAN_END = re.compile(
    r"(?<=[가-힣])(?:에서는|에서의|에서도|에게서|으로부터|으로는|에서|에게|께서|으로|까지|부터|이라고|라고|이며"
    r"|보다|처럼|은|는|이|가|을|를|의|에|로|와|과|도|만)$"
)
KOREAN_PARTICLES = frozenset("은 는 이 가 을 를 의 에 로 와 과 도 만 에서 에게 께서 으로".split())
KOREAN_TITLE = re.compile(
    r"(?:대통령|총리|장관|차관|의원|대표|위원장|회장|사장|교수|박사|원장|총재|부회장|감독|선수|씨|기자|소장|실장|국장|후보|시장"
    r"|지사|판사|검사|변호사|작가|시인|대사|의장|팀장|센터장|연구원|이사)$"
)
_GRAMMAR = frozenset(
    "的了在是和与與及将將已於于为為之其并並也都把被對对從从而以所着著過过这這那个個"
    "はがをにのでともへやかられたしてるいす"
)
_RANKS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth 1st 2nd 3rd 4th 5th".split()
)
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_CHARACTER = 0.5  # what one of the scripts that part no words is worth, in such words


@record
class Token:
    """A part of a sentence; `key` is what it is compared by, `worth` how much it says."""

    text: str
    key: tuple[object, ...]
    kind: Kind
    worth: float
    start: int
    end: int


def normalised(text: str) -> str:
    """`text` with one form for every character, mark and full-width figure."""
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)
    return in_digits(text)


_MARKS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "’‘ʼ`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒−﹣"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")),
}


@lru_cache(maxsize=64)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of `text`, in order; punctuation is none."""
    text = normalised(text)
    language = language_of(text)
    if language == UNKNOWN:
        language = "en"
    small = _small(language)
    found: list[Token] = []
    end = 0
    for start, stop, kind in _wholes(text):
        found += _words(text, end, start, language, small)
        found.append(_whole(text, start, stop, kind))
        end = stop
    found += _words(text, end, len(text), language, small)
    return tuple(found)


@lru_cache(maxsize=8)
def _small(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in FUNCTION_WORDS.get(language, "").split())


def _wholes(text: str) -> Iterator[tuple[int, int, Figure | str]]:
    """The figures of `text`, and the places that are told by a table; none in another."""
    spans: list[tuple[int, int, Figure | str]] = [
        (each.start, each.end, each) for each in figures(text, claimed=True)
    ]
    if not text.isascii():
        spans += [(start, end, name) for name, start, end in eastern_places(text)]
    last = 0
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        if span[0] >= last:
            yield span
            last = span[1]


def _whole(text: str, start: int, end: int, what: Figure | str) -> Token:
    words = text[start:end]
    if isinstance(what, str):
        kind: Kind = "weekday" if what in _WEEKDAYS else "name"
        return Token(words, ("place", what), kind, 1.0, start, end)
    first = what.keys[0]
    shape = str(first[0])
    if shape == "date":
        key = ("date", *(tuple(key[1:]) for key in what.keys if key[0] == "date"))
        return Token(words, key, "date", 1.0, start, end)
    if shape == "time":
        return Token(words, tuple(first), "time", 1.0, start, end)
    if shape == "percent":
        return Token(words, ("percent", first[1]), "percent", 1.0, start, end)
    if shape == "number":
        if first[2] == "year":
            return Token(words, ("date", (str(first[1]), None, None)), "date", 1.0, start, end)
        return Token(words, ("number", first[1]), "number", 1.0, start, end)
    return Token(words, tuple(first), "number", 1.0, start, end)


def _words(
    text: str, start: int, end: int, language: str, small: frozenset[str]
) -> Iterator[Token]:
    shouting = text.isupper()
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        at, stop = match.span()
        if "\uac00" <= word[0] <= "\ud7a3":
            cut = _KOREAN_END.search(word)
            stem = word[: cut.start()] if cut and len(word) > 1 else word
            title = KOREAN_TITLE.search(stem)
            if title and title.start() > 1:
                name = stem[: title.start()]
                yield Token(name, ("w", name), "", 1.0, at, at + len(name))
                yield Token(title[0], ("w", title[0]), "", 1.0, at + len(name), at + len(stem))
            else:
                worth = 0.0 if stem in KOREAN_PARTICLES else 1.0
                yield Token(stem, ("w", stem), "", worth, at, at + len(stem))
            if len(stem) < len(word):
                rest = word[len(stem) :]
                yield Token(rest, ("p", rest), "", 0.0, at + len(stem), stop)
        elif is_eastern(word):
            if len(word) > 1:
                yield Token(word, ("w", word), "name", 1.0, at, stop)
            else:
                worth = 0.0 if word in _GRAMMAR else _CHARACTER
                yield Token(word, ("w", word), "", worth, at, stop)
        else:
            yield _latin(text, word, at, stop, language, small, shouting)


def _latin(
    text: str, word: str, at: int, stop: int, language: str, small: frozenset[str], shouting: bool
) -> Token:
    bare = word[:-2] if word.endswith(("'s", "'S")) else word
    folded = fold(bare)
    if folded in _RANKS:
        return Token(bare, ("rank", folded), "rank", 1.0, at, stop)
    capital = bare[0].isupper() and not shouting
    if capital and (number := month_of(folded)) is not None and folded not in ("may", "mar", "jun"):
        return Token(bare, ("month", number), "month", 1.0, at, stop)
    place = place_forms()[0].get(folded)
    kind: Kind
    if place is not None and capital:
        kind = "weekday" if place in _WEEKDAYS else "name"
        return Token(bare, ("place", place), kind, 1.0, at, stop)
    if folded in small or (folded in FUNCTION and not bare[1:].isupper()) or len(folded) == 1:
        return Token(bare, ("w", folded), "", 0.0, at, stop)
    kind = ""
    if capital or (not bare.isalpha() and any(map(str.isdigit, bare))):
        kind = "name"
        if is_ordinary(folded, ""):
            kind = "capital" if at else ""
    if bare.isascii() and len(bare) > 1 and any(map(is_eastern, text)):
        kind = "name"
    return Token(bare, ("w", stems([folded], language)[0]), kind, 1.0, at, stop)


def text_of(row: Sequence[Token]) -> str:
    """A row as it is read, and of what stood between its tokens only spaces."""
    text = ""
    end = row[0].start
    for each in row:
        text += (" " if each.start > end else "") + each.text
        end = each.end
    return text


def is_character(token: Token) -> bool:
    """Whether a token is one character of a script that parts no words."""
    return len(token.text) == 1 and is_eastern(token.text)


def is_eastern(text: str) -> bool:
    """Whether a text begins in a script of East Asia."""
    return text[:1] >= _UNSPACED
