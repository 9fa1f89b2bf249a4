"""Which cases are meant: `-k EXPR` and `--tag T`, as pytest's users know them."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from bot.check.cases import Case
from index.errors import UsageError

_DEEPEST = 50
_SHOWN = 100  # characters of what is wrong
_TOKEN = re.compile(r"[()]|[^\s()]+")

Meant = Callable[[Case], bool]


def selected(cases: Sequence[Case], expression: str, tags: Collection[str]) -> list[Case]:
    """Those of `cases` that `expression` means and that have one of `tags`; "" and () mean all."""
    meant = matching(expression) if expression else None
    wanted = frozenset(tags)
    return [
        case
        for case in cases
        if (meant is None or meant(case)) and (not wanted or not wanted.isdisjoint(case.tags))
    ]


def matching(expression: str) -> Meant:
    """Whether a case is meant by words joined by `and`, `or`, `not` and brackets.

    A word is one of file, id or tag, or a part of one, whatever its case.
    """
    reading = _Reading(expression)
    meant = reading.either(0)
    if reading.word is not None:
        raise reading.wrong()
    return meant


class _Reading:
    """An expression, read from the left."""

    def __init__(self, expression: str) -> None:
        self._expression = expression
        self._words = iter(_TOKEN.findall(expression))
        self.word: str | None = None
        self._next()

    def _next(self) -> None:
        self.word = next(self._words, None)

    def wrong(self) -> UsageError:
        at = "its end" if self.word is None else repr(self.word[:_SHOWN])
        return UsageError(
            f"-k cannot be read: {self._expression[:_SHOWN]!r} is wrong at {at}.",
            'For instance: -k "busan and not (2021 or korean)"',
        )

    def either(self, depth: int) -> Meant:
        found = [self._both(depth)]
        while self.word == "or":
            self._next()
            found.append(self._both(depth))
        return found[0] if len(found) == 1 else lambda case: any(each(case) for each in found)

    def _both(self, depth: int) -> Meant:
        found = [self._one(depth)]
        while self.word == "and":
            self._next()
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else lambda case: all(each(case) for each in found)

    def _one(self, depth: int) -> Meant:
        word = self.word
        if word in (None, "and", "or", ")") or depth > _DEEPEST:
            raise self.wrong()
        assert word is not None
        self._next()
        if word == "not":
            denied = self._one(depth + 1)
            return lambda case: not denied(case)
        if word == "(":
            within = self.either(depth + 1)
            if self.word != ")":
                raise self.wrong()
            self._next()
            return within
        part = word.casefold()
        return lambda case: any(
            part in each.casefold() for each in (f"{case.file}::{case.id}", *case.tags)
        )
