"""One claim as a model wrote it: what its fields are called, and what is meant by their values."""

from __future__ import annotations

import re
from collections.abc import Mapping

from index.record import record

MOST_CHARACTERS = 20_000  # of one claim
MOST_QUOTES = 8  # of one claim
LONGEST_KEY = 40

_TEXTS = ("text", "claim", "sentence", "statement", "answer")
_PASSAGES = ("passage", "passage_number", "source", "citation", "reference")
_QUOTES = ("quote", "quotes", "citations", "evidence", "sources")
_RESTATED = ("restated",)
_LISTS = ("claims", "answers", "sentences", "statements")
PARTS = frozenset({*_PASSAGES, *_QUOTES, "passages", "references"})


@record
class Proposal:
    """A claim as a model wrote it; each quote with the number of its passage, None if untold."""

    text: str
    quotes: tuple[tuple[int | None, str], ...]
    restated: str = ""


def proposal(value: object) -> Proposal | None:
    """The claim that an object is; None for one that is none."""
    if not isinstance(value, dict):
        return None
    fields = {str(key).strip().lower(): each for key, each in value.items()}
    text = sentence(_first(fields, _TEXTS))
    if not text or not fields.keys() & PARTS:
        return None
    passage = number(_first(fields, _PASSAGES))
    quotes: list[tuple[int | None, str]] = []
    for key in _QUOTES:
        _gather(fields.get(key), passage, quotes)
    return Proposal(text, tuple(quotes[:MOST_QUOTES]), sentence(_first(fields, _RESTATED)))


def _gather(value: object, passage: int | None, quotes: list[tuple[int | None, str]]) -> None:
    if isinstance(value, str):
        if quote := words(value):
            quotes.append((passage, quote))
    elif isinstance(value, list):
        for each in value:
            if not isinstance(each, list):  # one level is what a list of quotes has
                _gather(each, passage, quotes)
    elif isinstance(value, dict):
        fields = {str(key).strip().lower(): each for key, each in value.items()}
        own = _first(fields, _PASSAGES)
        inner = _first(fields, ("quote", "text"))
        if isinstance(inner, str):
            _gather(inner, passage if own is None else number(own), quotes)


def _first(fields: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def says_none(value: object) -> bool:
    """Whether a list of claims is there and empty, or holds one claim with nothing in it."""
    if not isinstance(value, dict):
        return False
    fields = {str(key).strip().lower(): each for key, each in value.items()}
    if any(name in fields and fields[name] in ([], None, "") for name in _LISTS):
        return True
    return "text" in fields and "quote" in fields and not fields["text"] and not fields["quote"]


def sentence(value: object) -> str:
    """A claim without line breaks and marks around it."""
    return _sound(" ".join(value.split()).strip("*` ")) if isinstance(value, str) else ""


def words(value: str) -> str:
    """A quote without the marks that were put around it, which its text may not have there."""
    words = _sound(value.strip())
    inner = words[1:-1]
    for marks in _MARKS:
        first, last = marks[0], marks[1]
        if words[:1] == first and words[-1:] == last and inner.strip():
            return words if first in inner or last in inner else inner.strip()
    return words


_MARKS = ('""', "“”", "``", "「」", "『』", "«»")


def number(value: object) -> int | None:
    """The number of a passage: 3, "3", "[3]", "Passage 3", or a list with it alone."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**6 else None
    if isinstance(value, float):
        return int(value) if 0 <= value < 10**6 and value == int(value) else None
    if isinstance(value, str) and len(value) <= LONGEST_KEY:
        match = _NUMBER.fullmatch(value)
        return int(match[1]) if match else None
    return None


_NUMBER = re.compile(r"(?!\W*[-−]\d)\W*(?:[^\W\d_]+\W*)?(\d{1,6})\W*(?:[段号號番条條][落]?)?\W*")


def _sound(text: str) -> str:
    """`text` without halves of surrogate pairs, which no encoding has."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
