"""Passages that were put into the lexical index are looked up: each must find itself by its words.

Asked with all its words a passage may rightly come second, after one that has more of them, and
that takes 20 ms. So a few of its rarest words are asked, which takes a hundredth of that; where
another passage comes first, what the index holds of both is compared with their texts. If that
agrees, the order of the two is BM25's own, and if not, the index is damaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from index.lexical import Entry, Found, LexicalReader

CHANGED = 10_000  # passages that came, of which no more are searched for after a build
OTHERS = 10  # unchanged passages that are
_WORDS = (5, 40)  # that are asked: the few that will do for most, then more
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


class Lookup:
    """Looks passages up in an index; `body` tells what a passage there should hold."""

    def __init__(self, reader: LexicalReader, body: Body) -> None:
        self._reader = reader
        self._body = body
        self._frequencies: dict[str, int] = {}

    def lost(self, entries: Iterable[Entry]) -> list[Entry]:
        """Those that do not find themselves; of those with equal terms one is asked for."""
        once = {entry.body: entry for entry in entries}
        return [entry for entry in once.values() if not self._finds_itself(entry)]

    def leads(self, entry: Entry) -> bool:
        """Whether a passage, or one of equal terms, has the top score by its words."""
        return any(self._first(entry, most) is None for most in _WORDS)

    def words_of(self, body: str, most: int) -> list[str]:
        """A passage's rarest terms; of equally rare ones the longest."""
        words = sorted(set(body.split()))
        return sorted(words, key=lambda word: (self._frequency(word), -len(word)))[:most]

    def _frequency(self, word: str) -> int:
        known = self._frequencies.get(word)
        if known is None:
            if len(self._frequencies) > _REMEMBERED:
                self._frequencies.clear()
            known = self._frequencies[word] = self._reader.frequency(word)
        return known

    def _first(self, entry: Entry, most: int) -> Found | None:
        """What comes first by a passage's words, if it is another; KeyError if nothing does."""
        found = self._reader.first(dict.fromkeys(self.words_of(entry.body, most), 1.0))
        if found is None:
            raise KeyError(entry.body)
        same = (found.file, found.number) == (entry.file, entry.number)
        return None if same or self._body(found.file, found.number) == entry.body else found

    def _finds_itself(self, entry: Entry) -> bool:
        if not entry.body.strip():  # nothing finds it, nor should
            return True
        try:
            if self.leads(entry):
                return True
            better = self._first(entry, _WORDS[0])
        except KeyError:
            return False
        words = self.words_of(entry.body, _WORDS[0])
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
