"""Questions that no document answers: of a year, a name or a place that stands in none."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.claims.places import place_forms
from index.record import record

_YEAR = re.compile(r"(?<![\d.,])((?:1[5-9]|20)\d\d)(?![\d.,]\d|\d)")
_PEOPLE = {
    "en": ("Ingrid Halvorsen", "Tobias Renwick", "Marisol Etxeberria"),
    "ko": ("나도율", "표정훈", "옥지환"),
    "zh": ("欧阳柏霖", "闻人朗", "上官逸尘"),
    "ja": ("鵜飼朔太郎", "早乙女柊", "一色蓮司"),
}
_PLACES = {
    "en": ("Windhoek", "Paramaribo", "Thimphu", "Ljubljana"),
    "ko": ("빈트후크", "파라마리보", "팀부", "아순시온", "에레반"),
    "zh": ("温得和克", "帕拉马里博", "廷布"),
    "ja": ("ウィントフック", "パラマリボ", "ティンプー"),
}
_NAMED = re.compile(
    r"(?<![\w’'-])[A-Z][a-z][\w-]+ (?:[A-Z]\. )?[A-Z][a-z][\w-]+(?![\w-]|[’']s? [A-Z])"
)
_LATIN = re.compile(r"[A-Za-z][\w.-]*")


@record
class Unanswered:
    """A question in which `new`, which is in no document, stands in the place of `old`."""

    question: str
    old: str
    new: str


class Absent:
    """What is in no document, and questions of it.

    `texts` are all documents, and `years` those that articles are of.
    """

    def __init__(self, texts: Iterable[str], years: Iterable[int]) -> None:
        self._years = {str(year) for year in range(1700, 2100)}
        self._words = {
            word for table in (_PEOPLE, _PLACES) for words in table.values() for word in words
        }
        for text in texts:
            self._years -= set(re.findall(r"\d{4}", text))
            if self._words:
                low = text.casefold()
                self._words -= {word for word in self._words if _any_part(word.casefold(), low)}
        self._years -= set(map(str, years))  # which may be gathered as the texts are read
        self._used: dict[str, int] = {}

    def of(self, question: str, language: str) -> Unanswered | None:
        """`question` with something else in it, which nothing tells of."""
        if (year := _YEAR.search(question)) is not None:
            near = sorted(self._years, key=lambda each: (abs(int(each) - int(year[1]) + 9), each))
            other = near[0] if near and abs(int(near[0]) - int(year[1])) < 60 else None
            return _put(question, year[1], other)
        return self._renamed(question, language)

    def _renamed(self, question: str, language: str) -> Unanswered | None:
        places = place_forms()[0]
        if language == "en":
            for match in _LATIN.finditer(question):
                word, low = match[0], match[0].lower()
                behind = question[match.end() : match.end() + 2]
                ends = behind[:1] in " ?" and not re.match(r" [A-Z]", behind)
                if ends and low in places and word[0].isupper() and _is_town(low):
                    return _put(question, word, self._next(_PLACES["en"]))
            for match in _NAMED.finditer(question):
                placed = any(word.lower() in places for word in match[0].split())
                if match.start() and not placed and _is_name(question, match.start()):
                    return _put(question, match[0], self._next(_PEOPLE["en"]))
            return None
        for place in sorted((p for p in places if not p.isascii()), key=len, reverse=True):
            if place in question and _is_town(places[place]):
                like = [
                    each for each in _PLACES.get(language, ()) if _closed(each) == _closed(place)
                ]
                return _put(question, place, self._next(like))
        return None

    def _next(self, words: Iterable[str]) -> str | None:
        """Of the words that stand nowhere, one that was taken least."""
        left = [word for word in words if word in self._words]
        if not left:
            return None
        word = min(left, key=lambda each: self._used.get(each, 0))
        self._used[word] = self._used.get(word, 0) + 1
        return word


_TOWNS = frozenset(
    "seoul busan pyongyang tokyo nanjing chongqing montreal osaka beijing shanghai xiamen "
    "washington moscow london paris alaska".split()
)


def _is_town(form: str) -> bool:
    """Of countries there are adjectives and peoples, which would have to change with them."""
    return form in _TOWNS


def _is_name(question: str, at: int) -> bool:
    """Whether a title or a verb stands before: what else has two capitals may be a bridge."""
    return bool(
        re.search(
            r"(?:Minister|President|Secretary|did|with|by|to|for|Professor|Dr\.|Mr\.|Ms\.|King|Queen"
            r"|was|Adviser|Councillor) $",
            question[:at],
        )
    )


def _any_part(word: str, text: str) -> bool:
    return any(part in text for part in word.split())


def _closed(word: str) -> bool:
    """Whether a Korean word ends in a consonant: the particle behind it goes by that."""
    return "가" <= word[-1] <= "힣" and (ord(word[-1]) - 0xAC00) % 28 > 0


def _put(question: str, old: str, new: str | None) -> Unanswered | None:
    return Unanswered(question.replace(old, new, 1), old, new) if new is not None else None
