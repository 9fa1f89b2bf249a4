"""Numbers in a text, in whatever form, within so much of the one that is expected."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from bot.check.cases import Number

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.claims.figures import Figure


def named(number: Number) -> str:
    """`number` as it is written in a case."""
    value = f"{number.value:.15g}"
    if not number.within:
        return value
    return f"{value} within {number.within:.15g}{'%' if number.percent else ''}"


def written(number: Number, text: str) -> str | None:
    """The words of `text` that name `number`: "3.5 million", "six", "350万"; None if none do."""
    from bot.claims.figures import figures  # late, and its patterns: few cases expect numbers

    # In tens, as people write them: in twos 51.9 is not within 0.1 of 51.8.
    value, within = Decimal(repr(number.value)), Decimal(repr(number.within))
    if not (value.is_finite() and within.is_finite()):
        return None
    if number.percent:
        within = abs(value) * within / 100
    for figure in figures(unicodedata.normalize("NFKC", text), claimed=False):
        if any(abs(each - value) <= within for each in _values(figure)):
            return figure.text
    return None


def _values(figure: Figure) -> Iterator[Decimal]:
    # What is below nought is not what its digits are, though evidence is read so.
    below = any(key[0] == "negative" for key in figure.keys)
    for key in figure.keys:
        if key[0] in ("number", "percent"):
            try:
                value = Decimal(str(key[1]))
            except InvalidOperation:  # 1.2.3
                continue
            yield -value if below else value
