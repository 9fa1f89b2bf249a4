"""The words of a clause: its tokens, and the two that stand beside one of them."""

from __future__ import annotations

import re
from functools import lru_cache

from index.terms import stems

_TOKEN = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*|[,;:()–—]")
SMALL = frozenset(
    "a an the of to in on at for by with from as is are was were be been being has have had do "
    "does did will would its his her their our my your this that these those it he she they we you "
    "i who which also then there about some around approximately roughly".split()
)
STOPS = frozenset(",;:()–—")
END = ""


class Token:
    """A word or a stop of a text, and where it stands."""

    __slots__ = ("capital", "end", "low", "start")

    def __init__(self, match: re.Match[str]) -> None:
        word = match[0]
        self.low = word.lower().removesuffix("'s").removesuffix("’s")
        self.capital = word[0].isupper()
        self.start, self.end = match.span()


@lru_cache(maxsize=8)
def tokens_of(text: str) -> list[Token]:
    """The words and stops of a text."""
    return [Token(match) for match in _TOKEN.finditer(text)]


def beside(tokens: list[Token], at: int, way: int) -> tuple[str, str]:
    """The two words that tell something next to `at`, as far as the clause has them."""
    if way > 0:
        row = [token.low for token in tokens if token.start >= at]
    else:
        row = [token.low for token in reversed(tokens) if token.end <= at]
    found: list[str] = []
    for word in row:
        if word in STOPS:
            break
        if word not in SMALL:
            found.append(stem(word))
            if len(found) == 2:
                break
    return (*found, END, END)[:2]  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def stem(word: str) -> str:
    """An English word without its ending."""
    return stems([word], "en")[0]
