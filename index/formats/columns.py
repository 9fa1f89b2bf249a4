"""Whether a row of a table names the columns of those below it."""

from __future__ import annotations

import re
from collections.abc import Sequence

_LONGEST = 60  # characters of a name
_FIGURE = re.compile(r"[-+$€£¥₩]?[\d.,:/ -]+[%원元円]?")
_COUNTED = re.compile(r"[-+~<>≈$€£¥₩ ]{0,3}\d.{0,30}")  # a figure, and what it counts


def are_names(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether `row` names columns: short and unlike each other, and no values of theirs."""
    names = [cell.strip() for cell in row if cell.strip()]
    if len(set(names)) * 3 < len(names) * 2:
        return False
    if any(len(name) > _LONGEST or (_FIGURE.fullmatch(name) and not _year(name)) for name in names):
        return False
    repeated = sum(
        any(i < len(other) and other[i].strip() == cell.strip() for other in below)
        for i, cell in enumerate(row)
        if cell.strip()
    )
    return repeated * 2 < len(names)


def are_names_of_figures(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether `row`, by nothing else than its words, names columns some of which hold figures.

    A form has names too, each before its value, and not above: "Name | Kim | Age | 34".
    """
    width = len(row)
    if not all(row[1:]) or any(len(other) != width for other in below):
        return False
    figures = set()
    for i in range(1, width):
        values = [other[i] for other in below if other[i]]
        if len(values) > 1 and all(_COUNTED.fullmatch(value) for value in values):
            figures.add(i)
    is_form = width % 2 == 0 and all(i % 2 for i in figures)
    return bool(figures) and not is_form and are_names(row, below)


def _year(name: str) -> bool:
    return len(name) == 4 and name.isdigit()  # "Country,2019,2020,2021"
