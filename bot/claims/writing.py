"""The words of a claim or its evidence, as they are compared: digits and marks made alike."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from bot.claims.dates import in_digits

# The letters of scripts that have capitals.
_CASED = r"A-Za-zÀ-ɏͰ-ϿЀ-ԯԱ-ևḀ-ỿ"
# The parts are possessive and their repetition is not: before Python 3.11.5 that kept the dot of a
# part that did not come.
_TOKEN = rf"[{_CASED}0-9]++(?:[.'&/-][{_CASED}0-9]++)*"
_ASCII_TOKEN = r"[A-Za-z0-9]++(?:[.'&/-][A-Za-z0-9]++)*"
UNSPACED = r"[\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]"


def plain(text: str) -> str:
    """`text` with one way of writing for each digit, quotation mark and dash."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_MARKS)
        text = in_digits(text)
    return text


# Of the digits of Arabic, Persian, Hindi, Bengali and Thai.
_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xE50)
_MARKS: dict[int, str | None] = {
    **{zero + digit: str(digit) for zero in _ZEROS for digit in range(10)},
    **dict.fromkeys(map(ord, "’‘ʼ`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒−﹣"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")),
}


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Late, since not every claim needs every pattern."""
    return re.compile(pattern)


def tokens(text: str) -> Iterator[re.Match[str]]:
    """The words in letters with capitals, and numbers, compounds whole."""
    return compiled(_ASCII_TOKEN if text.isascii() else _TOKEN).finditer(text)


def core_of(token: str) -> str:
    """A token without the possessive."""
    if token.endswith(("'s", "'S")):
        return token[:-2]
    head, mark, tail = token.partition("'")
    if mark and tail.lower() in ("ll", "re", "ve", "d", "m", "t"):
        return "" if head.lower() in _CONTRACTED else head
    return token


_CONTRACTED = frozenset(
    "i you he she it we they that there who what don doesn didn isn aren wasn weren won wouldn "
    "couldn shouldn can haven hasn hadn mustn let here where how".split()
)
