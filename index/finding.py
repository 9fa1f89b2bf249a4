"""Passages that were put into the lexical index are looked up: each must find itself by its words.

Asked with all its words a passage may rightly come second, after one that has more of them, and
that takes 20 ms. So a few of its longest words are asked, which takes a hundredth of that; where
another passage has the better score, what the index holds of both is compared with their texts. If
that agrees, the order of the two is BM25's own, and if not, the index is damaged.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random

from index.lexical import Entry, Found, LexicalReader

CHANGED = 10_000  # passages that came, of which no more are searched for after a build
OTHERS = 10  # unchanged passages that are
_WORDS = (5, 40)  # that are asked: the few that will do for most, then more
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


def lost(reader: LexicalReader, entries: Iterable[Entry], body: Body) -> list[Entry]:
    """Those of `entries` that do not find themselves; `body` tells what others hold."""
    return [entry for entry in entries if not _finds_itself(reader, entry, body)]


def words_of(body: str, most: int) -> list[str]:
    """Some of a passage's terms, which few others have: the longest ones."""
    return sorted(sorted(set(body.split())), key=len)[-most:]


def leads(reader: LexicalReader, entry: Entry) -> bool:
    """Whether a passage, or one that scores as high, comes first by its words."""
    return _leader(reader, entry, _WORDS[0]) is None or _leader(reader, entry, _WORDS[1]) is None


def _leader(reader: LexicalReader, entry: Entry, most: int) -> Found | None:
    """What has a better score by a passage's words; KeyError where nothing is found."""
    found = reader.search(dict.fromkeys(words_of(entry.body, most), 1.0), {}, 1)
    if any((each.file, each.number) == (entry.file, entry.number) for each in found):
        return None
    if not found:
        raise KeyError(entry.body)
    return found[0]


def _finds_itself(reader: LexicalReader, entry: Entry, body: Body) -> bool:
    if not entry.body.strip():  # nothing finds it, nor should
        return True
    try:
        if leads(reader, entry):
            return True
        better = _leader(reader, entry, _WORDS[0])
    except KeyError:
        return False
    words = words_of(entry.body, _WORDS[0])
    return better is None or all(
        _is_held(reader, file, number, text, words)
        for file, number, text in (
            (entry.file, entry.number, entry.body),
            (better.file, better.number, body(better.file, better.number)),
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
