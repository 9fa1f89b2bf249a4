"""What stands around a quote in its document: whether it says what is made of it is seen there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bot.check.truth import document, is_extracted, line_of, readings
from index.record import record, replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

AROUND = 300  # characters on each side
_MOST_HELD = 64  # documents


@record
class Excerpt:
    """A quote in its surroundings: `line` is the one that `before` begins in, None where the
    document's lines are not those of its file.

    Where the document has other words at the place than the quote, `there` are those.
    """

    before: str
    there: str
    after: str
    line: int | None
    found: bool
    first: bool  # whether the document begins with `before`
    last: bool


class Excerpts:
    """Takes excerpts from documents, each of which is read and decoded once."""

    def __init__(self, corpus: Path) -> None:
        self._corpus = corpus
        self._held: dict[tuple[Path, str], tuple[str, ...]] = {}

    def of(self, citation: Mapping[str, Any], corpus: Path | None = None) -> Excerpt | None:
        """The surroundings of what `citation` quotes; None where there are none to be had."""
        file, start, end = (citation.get(key) for key in ("file", "start", "end"))
        if not isinstance(file, str) or type(start) is not int or type(end) is not int:
            return None
        known = self._texts(corpus or self._corpus, file)
        if not known or not 0 <= start < end:
            return None
        quote = citation.get("quote")
        text = next((each for each in known if each[start:end] == quote), None)
        found = _cut(known[0] if text is None else text, start, end, text is not None)
        return replaced(found, line=None) if found and is_extracted(file) else found

    def _texts(self, corpus: Path, file: str) -> tuple[str, ...]:
        """What `file` may say, likeliest first."""
        if (corpus, file) not in self._held:
            try:
                data = document(corpus, file)
            except (OSError, ValueError):  # NUL in a name, or no such file any more
                data = None
            while len(self._held) >= _MOST_HELD:
                self._held.pop(next(iter(self._held)))
            self._held[corpus, file] = (
                ()
                if data is None
                else tuple(dict.fromkeys(each for each, _ in readings(file, data)))
            )
        return self._held[corpus, file]


def _cut(text: str, start: int, end: int, found: bool) -> Excerpt | None:
    if start >= len(text):
        return None
    begin, stop = max(0, start - AROUND), min(len(text), end + AROUND)
    # Rather between words than within one.
    while 0 < begin < start and not text[begin - 1].isspace() and start - begin > AROUND - 40:
        begin += 1
    while end < stop < len(text) and not text[stop].isspace() and stop - end > AROUND - 40:
        stop -= 1
    return Excerpt(
        text[begin:start],
        text[start:end],
        text[end:stop],
        line_of(text, begin),
        found,
        begin == 0,
        stop == len(text),
    )
