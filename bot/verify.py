"""Claim by claim, a Draft becomes an Answer or an Abstention; nothing else makes an Answer.

Pure: all it knows of the documents it reads through the `Sources` it is handed. A claim is
shown only when every quote it rests on stands, character for character, in the present
text of the document it names. A model's claim must besides say no more than its quotes do.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from bot.answers import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Notice,
    Rejected,
)
from bot.found import Found, find, headline, placed
from bot.locate import located
from index.hidden import count, said
from index.record import replaced
from index.schema import Passage
from index.sources import SourceText

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from bot.answers import Mode, Reason

    class Sources(Protocol):
        """The documents' present texts, by file."""

        def read(self, file: str) -> SourceText: ...


_NOTHING: Mapping[str, float] = {}


def verify(
    draft: Draft, sources: Sources, languages: Mapping[str, float] = _NOTHING
) -> Answer | Abstention:
    """What of `draft` may be shown; `languages` is what an abstention may offer to ask in."""
    return Verification(sources, draft.mode, draft.model).reply(draft, languages)


class Verification:
    """The check of one answer, claim by claim, as they come.

    `given` are the passages that a model was given; None where that is not known.
    """

    def __init__(
        self,
        sources: Sources,
        mode: Mode = "extractive",
        model: str | None = None,
        given: Collection[Passage] | None = None,
    ) -> None:
        self._sources = sources
        self._mode = mode
        self._model = model
        self._given = given
        # Read once for all claims, so that they are judged against one state of a file.
        self._read: dict[str, SourceText] = {}
        self._numbers: dict[tuple[str, int, int], int] = {}
        self._lost: set[str] = set()  # files of which words were to be quoted that are not there
        self._cited: list[Citation] = []
        self._claims: list[Claim] = []
        self._rejected: list[Rejected] = []

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Those that may be shown."""
        return tuple(self._claims)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """What the claims so far rest on."""
        return tuple(self._cited)

    @property
    def rejected(self) -> tuple[Rejected, ...]:
        """Those that may not."""
        return tuple(self._rejected)

    def claim(self, proposed: DraftClaim) -> Claim | Rejected:
        """`proposed` as it may be shown, or why it may not.

        What a model says twice is one claim.
        """
        checked = self._extractive if self._mode == "extractive" else self._generative
        verdict = checked(proposed)
        if isinstance(verdict, Rejected):
            if self._mode == "generative":
                verdict = _without_keys(verdict)
            self._rejected.append(verdict)
        elif self._mode == "extractive" or verdict not in self._claims:
            self._claims.append(verdict)
        return verdict

    def reply(self, draft: Draft, languages: Mapping[str, float] = _NOTHING) -> Answer | Abstention:
        """All that was found fit to be shown; the claims of `draft` are looked at first."""
        for proposed in draft.claims:
            self.claim(proposed)
        notices = (*draft.notices, *self._notices())
        if self._claims:
            return Answer(
                question=draft.question,
                claims=self.claims,
                citations=self.citations,
                nearest=draft.nearest,
                notices=notices,
                rejected=self.rejected,
                mode=self._mode,
                model=self._model,
            )
        from bot.messages import abstention  # what most replies do without

        reason: Reason = "unverified" if self._rejected else draft.reason
        return Abstention(
            question=draft.question,
            reason=reason,
            message=abstention(reason, draft.question, draft.language, languages),
            nearest=draft.nearest,
            notices=notices,
            rejected=self.rejected,
            mode=self._mode,
            model=self._model,
        )

    def _extractive(self, proposed: DraftClaim) -> Claim | Rejected:
        found: list[Found] = []
        for quote in proposed.quotes:
            passage = quote.passage
            if passage is None:
                return Rejected(proposed.text, "passage_not_given")
            source = self._source(passage.file)
            start = find(quote, source)
            if start is None:
                self._lost.add(passage.file)
                return Rejected(proposed.text, "quote_not_found")
            end = start + len(quote.text)
            found.append(Found(passage, source, source.text or "", start, end))
        if not found:
            return Rejected(proposed.text, "quote_not_found")
        numbers = self._cite(found)
        # Whatever the draft says, an extractive claim is its quotes and no word more.
        return Claim(" ".join(self._cited[n - 1].quote for n in numbers), numbers)

    def _generative(self, proposed: DraftClaim) -> Claim | Rejected:
        from bot.claims.grounds import objection, shown
        from bot.claims.quotes import find_quote
        from bot.grounding import ground

        text = shown(proposed.text)
        for quote in proposed.quotes:
            if quote.passage is None or (
                self._given is not None and quote.passage not in self._given
            ):
                return Rejected(text, "passage_not_given", "no passage of that number was given")
        if not proposed.quotes:
            return Rejected(text, "quote_not_found", "no words are quoted")
        found: list[Found] = []
        for quote in proposed.quotes:
            passage = quote.passage
            assert passage is not None
            place = placed(quote, passage, self._source(passage.file), find_quote)
            if place is None:
                self._lost.add(passage.file)
                lacking = f"“{shown(quote.text, 80)}” does not stand in the passage"
                return Rejected(text, "quote_not_found", lacking)
            found.append(place)
        objected = objection(proposed.text, proposed.restated, [ground(each) for each in found])
        if objected is not None:
            return Rejected(text, *objected)
        return Claim(text, self._cite(found))

    def _notices(self) -> tuple[Notice, ...]:
        notices = []
        for file, source in self._read.items():
            if source.state == "missing" or source.text is None:
                notices.append(
                    Notice(
                        "file_missing",
                        f"{file} can no longer be read; what it was to be quoted for is withheld.",
                    )
                )
            elif source.file is not None:
                notices.append(Notice("file_renamed", _renamed(file, source.file)))
            elif source.state == "changed":
                notices.append(Notice("file_changed", self._changed(file)))
        marked = [f"[{citation.n}]" for citation in self._cited if citation.boilerplate]
        if hidden := _hidden(self._cited):
            notices.append(Notice("hidden_characters", hidden))
        if marked:
            notices.append(
                Notice(
                    "boilerplate",
                    f"{', '.join(marked)} stands outside the articles themselves: "
                    "in a list of headlines, a menu or a caption.",
                )
            )
        return tuple(notices)

    def _changed(self, file: str) -> str:
        cited = [citation for citation in self._cited if citation.file == file]
        said = f"{file} changed after it was indexed"
        if not cited:
            lost = ", and the quote is not in it any more."
            return f"{said}{lost if file in self._lost else '; nothing is quoted from it.'}"
        said += ": the quote was found in its present text"
        if any(citation.title or citation.date for citation in cited):
            said += ", with the title and date as indexed"
        return (
            f"{said}; what is not in it any more is withheld." if file in self._lost else f"{said}."
        )

    def _source(self, file: str) -> SourceText:
        if file not in self._read:
            self._read[file] = self._sources.read(file)
        return self._read[file]

    def _cite(self, found: Sequence[Found]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(map(self._number, found)))

    def _number(self, found: Found) -> int:
        file = found.passage.file
        key = (file, found.start, found.end)
        if key in self._numbers:
            return self._numbers[key]
        n = self._numbers[key] = len(self._cited) + 1
        title, date = headline(found)
        record = found.source.record
        origin = record.source if record is not None else None
        if found.source.state == "changed" and origin is not None and origin not in found.text:
            origin = None
        self._cited.append(
            Citation(
                n=n,
                file=found.source.file or file,
                title=title,
                date=date,
                quote=found.words,
                start=found.start,
                end=found.end,
                locator=located(found.text, found.start, found.end, found.source.places),
                boilerplate=found.passage.boilerplate,
                source=origin,
                also=found.source.also,
            )
        )
        return n


def _without_keys(rejected: Rejected) -> Rejected:
    """What is shown of a claim that nothing vouches for: a server may echo what it was sent."""
    from bot.redaction import struck  # what the documents' own sentences do without

    return replaced(rejected, text=struck(rejected.text), detail=struck(rejected.detail))


def _hidden(cited: Sequence[Citation]) -> str:
    """What is to be said of the quotes that hold what nobody sees; "" where none does."""
    told = []
    for each in cited:
        if size := count(each.quote):
            spells = said(each.quote)
            what = f"{size:,} hidden character{'' if size == 1 else 's'}"
            told.append(f"[{each.n}] holds {what}{f' that spell “{spells}”' if spells else ''}.")
    return " ".join((*told, "Readers of the document do not see them.")) if told else ""


def _renamed(file: str, now: str) -> str:
    return f"{file} is no longer as it was indexed: the same text stands in {now}."
