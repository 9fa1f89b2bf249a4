"""Passages that were put into the lexical index are looked up: each must find itself by its words.

Asked with all its words a passage may rightly come second, after one that has more of them, and
that takes 20 ms. So a few of its longest words are asked, which takes a hundredth of that, and
where another passage comes first, its rarest; where one still does, what the index holds of both
is compared with their texts. If that agrees, the order of the two is BM25's own, and if not, the
index is damaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from random import Random

from index.lexical import Entry, Found, LexicalReader

CHANGED = 8_000  # passages that came, of which no more are searched for after a build
OTHERS = 10  # unchanged passages that are
_LONGEST, _RAREST = 5, 40  # words that are asked: the few that will do for most, then more
_ALIKE = 20  # more passages that their longest words did not find than such as they found
_REMEMBERED = 200_000  # words of which is known how rare they are
_ROUNDED = 0.85  # of a passage's length: Tantivy keeps it in a byte, rounded down

TYPE_CHECKING = False
if TYPE_CHECKING:
    Body = Callable[[int, int], str]
    """The terms of the passage with a number in the document with an id."""


class Sample:
    """At most `most` of the passages that go by, each as likely as any other."""

    def __init__(self, most: int) -> None:
        self.entries: list[Entry] = []
        self._most = most
        self._seen = 0
        self._random = Random()

    def noting(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        """Let `entries` go by."""
        for entry in entries:
            self._seen += 1
            if len(self.entries) < self._most:
                self.entries.append(entry)
            elif (place := self._random.randrange(self._seen)) < self._most:
                self.entries[place] = entry
            yield entry


def longest(body: str) -> list[str]:
    """Some of a passage's terms, which few others have, and which cost nothing to tell."""
    return sorted(sorted(set(body.split())), key=len)[-_LONGEST:]


class Lookup:
    """Looks passages up in an index; `body` tells what a passage there should hold."""

    def __init__(self, reader: LexicalReader, body: Body) -> None:
        self._reader = reader
        self._body = body
        self._frequencies: dict[str, int] = {}
        self._alike = 0

    def lost(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that do not find themselves; of those with equal terms one is asked for."""
        once = {entry.body: entry for entry in entries}
        return [entry for entry in once.values() if not self._finds_itself(entry)]

    def leads(self, entry: Entry) -> bool:
        """Whether a passage, or one of equal terms, has the top score by its words."""
        if self._alike < _ALIKE:  # else the longest words tell these passages not apart
            if self._first(entry, longest(entry.body)) is None:
                self._alike = max(0, self._alike - 1)
                return True
            self._alike += 1
        rarest = self._rarest(entry.body)
        if self._first(entry, rarest[:_LONGEST]) is None:
            return True
        first = self._first(entry, rarest)
        return first is None or self._body(first.file, first.number) == entry.body

    def _rarest(self, body: str) -> list[str]:
        """A passage's rarest terms, each of which has to be looked up."""
        return sorted(sorted(set(body.split())), key=self._frequency)[:_RAREST]

    def _frequency(self, word: str) -> int:
        known = self._frequencies.get(word)
        if known is None:
            if len(self._frequencies) > _REMEMBERED:
                self._frequencies.clear()
            known = self._frequencies[word] = self._reader.frequency(word)
        return known

    def _first(self, entry: Entry, words: Sequence[str]) -> Found | None:
        """What comes first by a passage's words, if it is another; KeyError if nothing does."""
        found = self._reader.first(dict.fromkeys(words, 1.0))
        if found is None:
            raise KeyError(entry.body)
        return None if (found.file, found.number) == (entry.file, entry.number) else found

    def _finds_itself(self, entry: Entry) -> bool:
        if not entry.body.strip():  # nothing finds it, nor should
            return True
        try:
            if self.leads(entry):
                return True
            words = longest(entry.body)
            better = self._first(entry, words)
        except KeyError:
            return False
        return better is None or all(
            _is_held(self._reader, file, number, text, words)
            for file, number, text in (
                (entry.file, entry.number, entry.body),
                (better.file, better.number, self._body(better.file, better.number)),
            )
        )


def _is_held(reader: LexicalReader, file: int, number: int, body: str, words: list[str]) -> bool:
    """Whether the index holds of a passage what its text says."""
    held = reader.held(file, number, words)
    terms = body.split()
    counts = Counter(terms)
    if held is None or held.counts != {word: counts[word] for word in words if counts[word]}:
        return False
    return _ROUNDED * len(terms) <= held.length <= len(terms) or not held.counts
