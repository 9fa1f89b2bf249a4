"""What is kept of an answer, so that the buttons under it do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.answers import Answer
from index.record import record, replaced

if TYPE_CHECKING:
    from collections.abc import Hashable

    from bot.answers import Citation, Reply, Trace
    from bot.verify import Sources

_AROUND = 500  # characters before and after a quote


@record
class Kept:
    """An answer as its buttons need it: `around` are its quotes in their surroundings."""

    reply: Reply
    around: tuple[str, ...]
    conversation: Hashable


def kept_of(trace: Trace, conversation: Hashable) -> Kept:
    """What is kept of the answer in `trace`: nothing that is only of use at once, and long."""
    reply = replaced(trace.reply, nearest=(), rejected=())
    return Kept(reply, _around(trace), conversation)


def around_now(kept: Kept, sources: Sources) -> tuple[str | None, ...]:
    """Each quote of an answer in its surroundings, as far as both stand in its document still;
    None where the quote does not."""
    citations = kept.reply.citations if isinstance(kept.reply, Answer) else ()
    return tuple(
        _now(citation, around, sources)
        for citation, around in zip(citations, kept.around, strict=True)
    )


def _now(citation: Citation, around: str, sources: Sources) -> str | None:
    for file in (citation.file, *citation.also):
        text = sources.read(file).text
        if text is not None and citation.quote in text:
            return around if around in text else citation.quote
    return None


def _around(trace: Trace) -> tuple[str, ...]:
    """Each quote of an answer in its surroundings, as the passage it was found in has them."""
    if not isinstance(trace.reply, Answer):
        return ()
    passages = [hit.passage for hit in trace.retrieval.hits]
    around = []
    for citation in trace.reply.citations:
        text = citation.quote
        for passage in passages:
            start, end = citation.start - passage.start, citation.end - passage.start
            if passage.file == citation.file and passage.text[max(0, start) : end] == text:
                text = passage.text[max(0, start - _AROUND) : end + _AROUND]
                break
        around.append(text)
    return tuple(around)
