"""Claim by claim, a Draft becomes an Answer or an Abstention; nothing else makes an Answer.

Pure: all it knows of the documents it reads through the `Sources` it is handed. A claim is
shown only when every quote it rests on stands, character for character, in the present
text of the document it names.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.answers import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Notice,
    Quote,
    Rejected,
)
from bot.locate import lines_of
from index.sources import SourceText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from bot.answers import Reason

    class Sources(Protocol):
        """The documents' present texts, by file."""

        def read(self, file: str) -> SourceText: ...


_NOTHING: Mapping[str, float] = {}


def verify(
    draft: Draft, sources: Sources, languages: Mapping[str, float] = _NOTHING
) -> Answer | Abstention:
    """What of `draft` may be shown; `languages` is what an abstention may offer to ask in."""
    check = _Check(sources)
    claims: list[Claim] = []
    rejected: list[Rejected] = []
    for proposed in draft.claims:
        numbers = check.citations_of(proposed)
        if numbers is None:
            rejected.append(Rejected(proposed.text, "quote_not_found"))
            continue
        text = proposed.text
        if draft.mode == "extractive":
            # Whatever the draft says, an extractive claim is its quotes and no word more.
            text = " ".join(check.cited[n - 1].quote for n in numbers)
        claims.append(Claim(text, numbers))
    notices = (*draft.notices, *check.notices())
    if claims:
        return Answer(
            question=draft.question,
            claims=tuple(claims),
            citations=tuple(check.cited),
            nearest=draft.nearest,
            notices=notices,
            rejected=tuple(rejected),
            mode=draft.mode,
            model=draft.model,
        )
    from bot.messages import abstention  # what most replies do without

    reason: Reason = "unverified" if rejected else draft.reason
    return Abstention(
        question=draft.question,
        reason=reason,
        message=abstention(reason, draft.question, draft.language, languages),
        nearest=draft.nearest,
        notices=notices,
        rejected=tuple(rejected),
        mode=draft.mode,
        model=draft.model,
    )


def find(quote: Quote, source: SourceText) -> int | None:
    """Where `quote` stands in `source`, or None.

    In a text that is as it was indexed it must stand in its passage, or else in the
    passage's article, whose title and date it will be shown with. In a text that changed
    the old offsets bound nothing any more: the place nearest to the old one is taken.
    """
    text = source.text
    if text is None or not any(ch.isalnum() for ch in quote.text):
        return None
    if source.state == "changed":
        return _nearest(text, quote.text, quote.start, 0, len(text))
    passage = quote.passage
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


class _Check:
    """One draft's check: the citations made so far and what there is to say about them."""

    def __init__(self, sources: Sources) -> None:
        self.cited: list[Citation] = []
        self._sources = sources
        # Read once for all claims, so that they are judged against one state of a file.
        self._read: dict[str, SourceText] = {}
        self._numbers: dict[tuple[str, int, int], int] = {}

    def citations_of(self, claim: DraftClaim) -> tuple[int, ...] | None:
        """The numbers of the citations `claim` rests on; None where one quote is not found."""
        found: list[tuple[Quote, int]] = []
        for quote in claim.quotes:
            start = find(quote, self._source(quote.passage.file))
            if start is None:
                return None
            found.append((quote, start))
        if not found:
            return None
        return tuple(dict.fromkeys(self._cite(quote, start) for quote, start in found))

    def notices(self) -> tuple[Notice, ...]:
        notices = []
        cited = {citation.file for citation in self.cited}
        for file, source in self._read.items():
            if source.state == "missing" or source.text is None:
                notices.append(
                    Notice(
                        "file_missing",
                        f"{file} can no longer be read; what it was to be quoted for is withheld.",
                    )
                )
            elif source.state == "changed":
                notices.append(Notice("file_changed", _changed(file, file in cited)))
        marked = [f"[{citation.n}]" for citation in self.cited if citation.boilerplate]
        if marked:
            notices.append(
                Notice(
                    "boilerplate",
                    f"{', '.join(marked)} stands outside the articles themselves: "
                    "in a list of headlines, a menu or a caption.",
                )
            )
        return tuple(notices)

    def _source(self, file: str) -> SourceText:
        if file not in self._read:
            self._read[file] = self._sources.read(file)
        return self._read[file]

    def _cite(self, quote: Quote, start: int) -> int:
        passage = quote.passage
        source = self._source(passage.file)
        text = source.text or ""
        end = start + len(quote.text)
        key = (passage.file, start, end)
        if key in self._numbers:
            return self._numbers[key]
        n = self._numbers[key] = len(self.cited) + 1
        title, date = passage.article.title, passage.article.date
        origin = source.record.source if source.record is not None else None
        if source.state == "changed":
            if title is not None and title not in text:
                # The headline was edited away: what is left under the old one is a guess.
                title = date = None
            if origin is not None and origin not in text:
                origin = None
        self.cited.append(
            Citation(
                n=n,
                file=passage.file,
                title=title,
                date=date,
                quote=text[start:end],
                start=start,
                end=end,
                locator=lines_of(text, start, end),
                boilerplate=passage.boilerplate,
                source=origin,
            )
        )
        return n


def _changed(file: str, cited: bool) -> str:
    if cited:
        return (
            f"{file} changed after it was indexed: the quote was found in its present text, "
            "with the title and date as indexed."
        )
    return f"{file} changed after it was indexed, and the quote is not in it any more."
