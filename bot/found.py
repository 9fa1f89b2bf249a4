"""Where a quote stands in the present text of its document, letter by letter."""

from __future__ import annotations

from datetime import date as Date

from bot.answers import Quote
from index.hidden import mostly
from index.record import record
from index.schema import Passage
from index.sources import SourceText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Finder = Callable[[str, str, int, int, int], tuple[int, int] | None]


@record
class Found:
    """A quote's place in the present text of its passage's document."""

    passage: Passage
    source: SourceText
    text: str
    start: int
    end: int
    moved: int = 0  # how far from where it was indexed

    @property
    def words(self) -> str:
        return self.text[self.start : self.end]


def find(quote: Quote, source: SourceText) -> int | None:
    """Where `quote` stands in `source` letter by letter, or None.

    In a text that is as it was indexed it must stand in its passage, or else in the
    passage's article, whose title and date it will be shown with. In a text that changed
    the old offsets bound nothing any more: the place nearest to the old one is taken.
    """
    text = source.text
    passage = quote.passage
    if text is None or passage is None or not any(ch.isalnum() for ch in quote.text):
        return None
    if mostly(quote.text):
        return None
    if source.state == "changed":
        return _nearest(text, quote.text, quote.start, 0, len(text))
    found = _nearest(text, quote.text, quote.start, passage.start, passage.end)
    if found is None:
        article = passage.article
        found = _nearest(text, quote.text, quote.start, article.start, article.end)
    return found


def _nearest(text: str, words: str, near: int, start: int, end: int) -> int | None:
    """The offset of `words` within `text[start:end]` that is nearest to `near`."""
    near = min(max(near, start), end)
    if text.startswith(words, near, end):
        return near
    before = text.rfind(words, start, min(near + len(words), end))
    after = text.find(words, near, end)
    if before < 0 or after < 0:
        found = max(before, after)
        return found if found >= 0 else None
    return before if near - before <= after - near else after


def placed(quote: Quote, passage: Passage, source: SourceText, find_quote: Finder) -> Found | None:
    """Where `quote` stands in `passage`, as that is now.

    Of a text that changed the model was shown what it was: the words must have stood
    there, and must still stand somewhere.
    """
    text = source.text
    if text is None:
        return None
    if source.state != "changed":
        at = find_quote(quote.text, text, passage.start, passage.end, quote.start)
        found = at and Found(passage, source, text, *at)
        return None if found is None or mostly(found.words) else found
    near = quote.start - passage.start
    before = find_quote(quote.text, passage.text, 0, len(passage.text), near)
    if before is None:
        return None
    words = passage.text[slice(*before)]
    if mostly(words):
        return None
    at = find_quote(words, text, 0, len(text), passage.start + before[0])
    if at is None:
        return None
    moved = at[0] - passage.start - before[0]
    return Found(passage, source, text, *at, moved)


def headline(found: Found) -> tuple[str | None, Date | None]:
    """The title and date that a quote may be shown with."""
    title, date = found.passage.article.title, found.passage.article.date
    if found.source.state == "changed" and title is not None and title not in found.text:
        # The headline was edited away: what is left under the old one is a guess.
        return None, None
    return title, date
