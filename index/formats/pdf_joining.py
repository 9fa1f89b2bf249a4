"""The lines of a printed paragraph as running text, where the page says that they are.

Where it does not (rows of a table, verse, an address), the lines stay as they stand. So does a
hyphen at a line's end, unless the document's other words tell that it is not the word's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from index.paragraphs import columns

_NARROW = 30  # columns: what is narrower wraps nowhere in particular
_FULL = 0.9  # of the widest line: letters are not equally wide
_WORD = 12  # columns: what is longer is no word where no spaces are written
_DENSE = 0.3  # digits among the characters of a table
_ENDED = re.compile(r"[.!?…。！？][\"'’”»)\]」』）】]*$")
_EASTERN_END = re.compile(r"[다요까죠][.!?]\s|[。！？]")
_HYPHENS = ("-", "\u2010")
_SOFT = "\u00ad"
_HYPHENATED = re.compile(r"\w+(?:[-\u2010]\w+)*")
_COORDINATING = ("and", "or", "to", "und", "oder", "bis")  # "two- and three-year"
_LAST = re.compile(r"\w+(?:[-\u2010]\w+)*[-\u2010]$")


class Joining:
    """Joins lines; of a hyphen at a line's end, it knows by the document's other words."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        cut = False
        for line in lines:
            words = _HYPHENATED.findall(line.casefold())[1 if cut else 0 :]
            cut = line.endswith((*_HYPHENS, _SOFT))
            self._words.update(words[:-1] if cut else words)

    def joined(self, lines: Sequence[str], width: float) -> str:
        """The lines of a paragraph on a page whose full lines are `width` columns wide."""
        if len(lines) < 2 or not _is_running(lines, width):
            return "\n".join(lines)
        parts = [lines[0]]
        for line in lines[1:]:
            last, between = self._between(parts[-1], line)
            parts[-1:] = [last, between, line]
        return "".join(parts)

    def _between(self, last: str, line: str) -> tuple[str, str]:
        """The line before as it is to stand, and what comes between it and `line`."""
        if last.endswith(_SOFT):
            return last.rstrip(_SOFT), ""
        begun = _LAST.search(last)
        goes_on = _HYPHENATED.match(line)
        if begun and goes_on:
            whole = begun[0][:-1] + goes_on[0]
            hyphened = begun[0] + goes_on[0]
            if whole.casefold() in self._words and hyphened.casefold() not in self._words:
                return last[:-1], ""
            return last, " " if goes_on[0] in _COORDINATING else ""
        return last, "" if _unspaced(last[-1]) and _unspaced(line[0]) else " "


def _is_running(lines: Sequence[str], width: float) -> bool:
    """Whether the lines are sentences that go on wherever a line is full."""
    widths = [columns(line) for line in lines]
    # In three lines or more the paragraph's own width shows.
    full = max(widths) if len(lines) > 2 else max(width, *widths)
    if full < _NARROW:
        return False
    if sum(map(_bare, lines)) > _DENSE * sum(map(len, lines)):
        return False
    reached = sum(
        wide + 1 + _first(line) >= _FULL * full
        for wide, line in zip(widths, lines[1:], strict=False)
    )
    if reached * 5 < (len(lines) - 1) * 4:
        return False
    if _ENDED.search(lines[-1]) or any(map(_EASTERN_END.search, lines)):
        return True
    # It ends on the next page.
    return sum(line[0].islower() for _, line in pairwise(lines)) * 2 >= len(lines) - 1


def _bare(line: str) -> int:
    """How many digits its numbers have but those that an Eastern sign tells to be a date's."""
    numbers = [word for word in line.split() if not any(ch >= "\u2e80" for ch in word)]
    return sum(map(str.isdigit, "".join(numbers)))


def _first(line: str) -> int:
    """How wide the word is that a line begins with."""
    word = line.split(None, 1)[0]
    return len(word) if word.isascii() else min(_WORD, columns(word))


def _unspaced(ch: str) -> bool:
    """Whether `ch` is of a script that is written without spaces."""
    return "\u2e80" <= ch <= "\u9fff" or "\uf900" <= ch <= "\ufaff" or "\uff00" <= ch <= "\uffef"
