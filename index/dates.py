"""Dates in text, and which of them is the date of an article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date as Date
from functools import cache
from typing import Final, NamedTuple

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|"
        "sep sept september|oct october|nov november|dec december".split("|"),
        1,
    )
    for name in names.split()
}
_MONTH = (
    r"(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?"
    r"|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\b\.?"
)

# One alternative a way of writing. The groups are the year, month and day, whatever their order.
_WRITTEN: Final = rf"""(?<![\w.,/-])(?:
      (?P<y1>\d{{4}})-(?P<m1>\d{{1,2}})-(?P<d1>\d{{1,2}})
        (?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?
    | (?P<y2>\d{{4}})/(?P<m2>\d{{1,2}})/(?P<d2>\d{{1,2}})
    | (?P<y3>\d{{4}})\.[ ]?(?P<m3>\d{{1,2}})\.[ ]?(?P<d3>\d{{1,2}})\.?
    | (?P<m4>{_MONTH})[ ]?(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?,?[ ](?P<y4>\d{{4}})
    | (?P<d5>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of[ ])?(?P<m5>{_MONTH}),?[ -](?P<y5>\d{{4}})
    )(?![\d-])
    | (?<!\d)(?P<y6>\d{{4}})[ ]?[年년][ ]?
        (?P<m6>\d{{1,2}})[ ]?[月월][ ]?(?P<d6>\d{{1,2}})[ ]?[日일号號]
    """
_YEARLESS: Final = rf"""(?<![\w.,/-])(?:
      (?P<m1>{_MONTH})[ ]?(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?
    | (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?[ -](?:of[ ])?(?P<m2>{_MONTH})
    )(?![\d-])
    | (?<![\d年년])(?P<m3>\d{{1,2}})[ ]?[月월][ ]?(?P<d3>\d{{1,2}})[ ]?[日일号號]
    """
_DIGIT: Final = re.compile(r"\d")
_NEAR_DAYS: Final = 31


class Dated(NamedTuple):
    """`text[start:end]` names the day `date`."""

    start: int
    end: int
    date: Date


class Yearless(NamedTuple):
    """`text[start:end]` names a day of no year."""

    start: int
    end: int
    month: int
    day: int


def find(text: str) -> list[Dated]:
    """The full dates that `text` names, in order."""
    found = []
    if _DIGIT.search(text):
        for match, year, month, day in _matches(_WRITTEN, text):
            date = _day(int(year), month, day)
            if date is not None:
                found.append(Dated(match.start(), match.end(), date))
    return found


def find_yearless(text: str) -> list[Yearless]:
    """The days that `text` names without a year, in order; days with one are not among them."""
    taken = [(dated.start, dated.end) for dated in find(text)]
    return [
        Yearless(match.start(), match.end(), month, day)
        for match, _, month, day in _matches(_YEARLESS, text)
        if _day(2000, month, day) is not None
        and not any(start < match.end() and match.start() < end for start, end in taken)
    ]


def nearest(month: int, day: int, neighbours: Iterable[Date]) -> Date | None:
    """The day that lies within a month of each of `neighbours`, if there is just one.

    Articles that were gathered into one file within some days share a year. Where they lie
    further apart the year stays unknown: a wrong date is worse than none.
    """
    known = tuple(neighbours)
    years = {near.year + shift for near in known for shift in (-1, 0, 1)}
    possible = {
        date
        for year in years
        if (date := _day(year, month, day)) is not None
        and all(abs((date - near).days) <= _NEAR_DAYS for near in known)
    }
    return possible.pop() if len(possible) == 1 else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Late, since it takes milliseconds and a question to a standing index needs none."""
    return re.compile(pattern, re.VERBOSE | re.IGNORECASE)


def _matches(pattern: str, text: str) -> Iterator[tuple[re.Match[str], str, int, int]]:
    for match in _compiled(pattern).finditer(text):
        parts = {name[0]: value for name, value in match.groupdict().items() if value}
        month = parts["m"].rstrip(".").lower()
        yield match, parts.get("y", "0"), _MONTHS.get(month) or int(month), int(parts["d"])


def _day(year: int, month: int, day: int) -> Date | None:
    try:
        return Date(year, month, day) if 1000 <= year < 2200 else None
    except ValueError:
        return None
