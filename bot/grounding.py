"""What a quote gives a claim to stand on: its sentence, its passage, and what is known of both."""

from __future__ import annotations

from bot.claims.grounds import Ground
from bot.claims.instructions import instructs
from bot.found import Found, headline
from index.hidden import seen
from index.sentences import sentences


def ground(found: Found) -> Ground:
    """What is there to judge a claim by that quotes what was found."""
    passage = found.passage
    title, date = headline(found)
    # In a text that changed, what stands now where the passage would.
    start, end = max(0, passage.start + found.moved), passage.end + found.moved
    return Ground(
        quote=seen(found.words),
        whole=seen(_whole(found, start, end)),
        passage=seen(found.text[start:end]),
        title=seen(title or ""),
        date=date.isoformat() if date is not None else "",
        language=passage.article.language,
        instructs=instructs(found.text, found.start, found.end),
    )


def _whole(found: Found, start: int, end: int) -> str:
    """The sentences that a quote is a part of: what stands before it may deny it."""
    passage = found.text[start:end]
    begun, ended = found.start - start, found.end - start
    spans = [(a, b) for a, b in sentences(passage) if a < ended and b > begun]
    if not spans:
        return found.words
    return passage[min(begun, spans[0][0]) : max(ended, spans[-1][1])]
