"""Years, months and days in a text, in whatever form it names them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date as Date

Day = tuple[int, int | None, int | None]  # year, month and day, as far as they are named

_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_ISO_MONTH = re.compile(r"(?<![\d.,/-])(\d{4})([-/.])(0[1-9]|1[0-2])(?![\d/-]|\.\d)")
_YEAR = re.compile(r"[0-9]{4}")


def day(text: str) -> Day | None:
    """The year, month or day that `text` is in ISO form."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, of_month = (None if part is None else int(part) for part in match.groups())
    return (year, month, of_month) if year is not None else None


def written(wanted: str, text: str, articles: Iterable[str] = ()) -> str | None:
    """The words of `text` that name the year, month or day `wanted`, in ISO form; or None.

    A day without its year is of the year that brings it next to the date of one of `articles`,
    the dates of the articles that the text rests on: "Nov. 26" of November 24, 2023.
    """
    sought = day(wanted)
    if sought is None:
        return None
    near = [date for each in articles if (date := _date(each)) is not None]
    for words, found in _named(unicodedata.normalize("NFKC", text), near):
        # What is expected may name less than the text does, and never more.
        if all(part in (None, there) for part, there in zip(sought, found, strict=True)):
            return words
    return None


def _named(text: str, near: list[Date]) -> Iterator[tuple[str, Day]]:
    from bot.claims.dates import in_digits  # late, and their patterns: few cases expect dates
    from bot.claims.figures import figures
    from index.dates import nearest

    text = in_digits(text)
    for match in _ISO_MONTH.finditer(text):
        yield match[0], (int(match[1]), int(match[3]), None)
    for figure in figures(text, claimed=False):
        for key in figure.keys:
            if key[0] == "number" and (key[2] == "year" or _YEAR.fullmatch(figure.text)):
                if _YEAR.fullmatch(str(key[1])):
                    yield figure.text, (int(str(key[1])), None, None)
            elif key[0] == "date":
                _, year, month, of_month = key
                if not isinstance(month, int):
                    continue
                of_month = of_month if isinstance(of_month, int) else None
                if year is not None:
                    yield figure.text, (int(str(year)), month, of_month)
                elif of_month is not None:
                    for article in near:
                        date = nearest(month, of_month, [article])
                        if date is not None:
                            yield figure.text, (date.year, month, of_month)


def _date(text: str) -> Date | None:
    try:
        return Date.fromisoformat(text)
    except ValueError:
        return None
