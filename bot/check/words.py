"""Words within a text, whatever their case, width, white space, quotation marks and dashes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from bot.claims.quotes import DASHES, QUOTES

_ALIKE = re.compile(rf"(?P<space>\s+)|(?P<quotes>[{QUOTES}]+)|(?P<dashes>[{DASHES}]+)")
_AS = {"space": " ", "quotes": '"', "dashes": "-"}
_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")  # soft hyphens and their like


@lru_cache(maxsize=4096)  # a claim is looked into for each words that are expected of it
def folded(text: str) -> str:
    """`text` as it is compared: what people do not see or mean to tell apart is one."""
    # Before NFKC, which takes some marks apart, and again behind it, which makes some.
    for _ in range(2):
        text = unicodedata.normalize("NFKC", _one_form(text)).casefold()
    return _one_form(text).strip()


def _one_form(text: str) -> str:
    return _ALIKE.sub(lambda match: _AS[match.lastgroup or ""], _UNSEEN.sub("", text))


def within(words: str, text: str) -> bool:
    """Whether `words` stand in `text`. Digits stand whole: "8" is in neither 2008 nor 8.5."""
    sought, looked = folded(words), folded(text)
    if not sought:
        return False
    at = looked.find(sought)
    while at >= 0:
        if not _cut(looked, at) and not _cut(looked, at + len(sought)):
            return True
        at = looked.find(sought, at + 1)
    return False


def _cut(text: str, at: int) -> bool:
    """Whether a number goes on across `at`."""
    before, after = text[max(0, at - 2) : at], text[at : at + 2]
    if not before or not after:
        return False
    if before[-1].isdigit():
        return after[0].isdigit() or (after[0] in ".," and after[1:].isdigit())
    return before[-1] in ".," and before[:-1].isdigit() and after[0].isdigit()


def exactly_within(words: str, text: str) -> bool:
    """Whether `words` stand in `text` letter by letter; only white space may differ."""
    sought, looked = (
        " ".join(unicodedata.normalize("NFC", each).split()) for each in (words, text)
    )
    return bool(sought) and sought in looked


def same_file(named: str, cited: str) -> bool:
    """Whether a file is the one that is named; disks differ in how they compose letters."""
    return unicodedata.normalize("NFC", named) == unicodedata.normalize("NFC", cited)
