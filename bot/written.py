"""An answer in a model's words: verified claim by claim while it is written.

What fails is asked for once more. When the model fails, the documents' own sentences are
the answer, and it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from functools import partial
from time import monotonic, perf_counter

from bot.answers import (
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Notice,
    Rejected,
    Reply,
    Trace,
)
from bot.conversation import needs_context
from bot.extractive import foreign_to
from bot.failures import ModelError
from bot.questions import understand
from bot.verify import Verification, verify
from index.fusion import merged
from index.record import record, replaced
from index.schema import Retrieval
from index.turns import turns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, TypeVar

    from bot.budget import Budget, Meter
    from bot.conversation import Turn
    from bot.generative import Writing
    from bot.verify import Sources

    T = TypeVar("T")

    class Writer(Protocol):
        """Puts questions to a model; see bot/generative.py."""

        @property
        def model(self) -> str: ...
        def begin(
            self, question: str, retrieval: Retrieval, deadline: float, meter: Meter
        ) -> Writing: ...
        def standalone(
            self, question: str, turns: Sequence[Turn], deadline: float, meter: Meter
        ) -> str: ...
        def translated(
            self, question: str, languages: Sequence[str], deadline: float, meter: Meter
        ) -> dict[str, str]: ...


# Told of each verified claim while a model still writes, with all citations so far.
Shown = Callable[[Claim, tuple[Citation, ...]], None]
_NEAREST = 3
# Of a question's seconds this share, and no more than so many, is kept back for the extractive
# answer, which is to be there within them too.
_KEPT_BACK = 0.2
_MOST_KEPT_BACK = 1.0


@record
class Model:
    """A model to answer with, what it may cost, and the seconds that a question may take it.

    `close` lets its connections and files go.
    """

    writer: Writer
    budget: Budget
    deadline: float
    close: Callable[[], None] = lambda: None


def written(
    asked: str,
    conversation: Sequence[Turn],
    model: Model,
    retrieve: Callable[[str], Retrieval],
    extract: Callable[[Retrieval], Draft],
    sources: Sources,
    shown: Shown | None = None,
) -> Trace:
    """The reply to `asked` as `model` writes it, or as `extract` finds it where that fails."""
    with turns:
        work = _Work(asked, model, retrieve, sources, shown)
        try:
            work.search(conversation)
            reply = work.write()
        except ModelError as error:
            reply = work.cut_off(error) or work.extracted(error, extract)
        reply = replaced(reply, usage=work.meter.usage)
        return Trace(reply, work.found, work.times(), tuple(work.searched))


class _Work:
    """One question on its way through a model."""

    def __init__(
        self,
        asked: str,
        model: Model,
        retrieve: Callable[[str], Retrieval],
        sources: Sources,
        shown: Shown | None,
    ) -> None:
        self.meter = model.budget.meter(model.writer.model)
        self.searched: list[str] = []
        self._begun = perf_counter()
        kept_back = min(_MOST_KEPT_BACK, model.deadline * _KEPT_BACK)
        self._deadline = monotonic() + model.deadline - kept_back
        self._asked = asked
        self._language = understand(asked).language
        self._question = asked  # as it stands alone
        self._writer = model.writer
        self._retrieve = retrieve
        self._sources = sources
        self._shown = shown
        self._retrieval: Retrieval | None = None
        self._checked: Verification | None = None
        self._claims = 0
        self._spent = {"retrieve": 0.0, "verify": 0.0}

    @property
    def found(self) -> Retrieval:
        """What was found; searched for now if the model failed before."""
        if self._retrieval is None:
            self._retrieval = self._search(self._question)
        return self._retrieval

    def search(self, conversation: Sequence[Turn]) -> None:
        """Find passages: for the question as it stands alone, in the documents' languages.

        Either is one more call to the model, made only where it is needed.
        """
        if conversation and needs_context(self._asked):
            self._question = self._writer.standalone(
                self._asked, conversation, self._deadline, self.meter
            )
            if self._question != self._asked:
                self.searched.append(self._question)
        languages = foreign_to(self.found)
        if languages:
            questions = self._writer.translated(
                self._question, languages, self._deadline, self.meter
            )
            self.searched += questions.values()
            # The commonest language first: in it the documents' own sentences can answer, should
            # the model fail now. Names and numbers of the original may stand in them, too.
            self._retrieval = merged([*map(self._search, questions.values()), self.found])

    def write(self) -> Reply:
        """The model's claims, as far as they can be verified."""
        writing = self._writer.begin(self._question, self.found, self._deadline, self.meter)
        self._checked = Verification(
            self._sources, "generative", self._writer.model, given=writing.given
        )
        failed = self._take(writing.claims())
        if failed and not writing.truncated:
            self._take(writing.again(failed))
        notices: tuple[Notice, ...] = ()
        if writing.truncated:
            notices = (
                Notice("truncated", "The model went on and on; only its first claims were read."),
            )
        return self._reply("model_declined" if writing.declined else "not_in_corpus", notices)

    def cut_off(self, error: ModelError) -> Reply | None:
        """What was verified before the model failed, if anything was."""
        if not self._claims:
            return None
        message = f"{error.message} What it had written until then was verified and is shown."
        return self._reply("not_in_corpus", (Notice("incomplete", message),))

    def extracted(self, error: ModelError, extract: Callable[[Retrieval], Draft]) -> Reply:
        """The extractive answer, which says that it is one and why."""
        draft = replaced(extract(self.found), question=self._asked, language=self._language)
        if not draft.claims and error.kind == "over_budget":
            draft = replaced(draft, reason="over_budget")
        reply = self._timed("verify", lambda: verify(draft, self._sources, self.found.languages))
        message = f"{error.message} This answer is made of the documents' own sentences."
        if not draft.claims:
            message = f"{error.message} The documents' own sentences hold no answer, either."
        if error.hint:
            message = f"{message} {error.hint}"
        rejected = self._checked.rejected if self._checked is not None else ()
        return replaced(
            reply,
            notices=(Notice("fallback", message), *reply.notices),
            rejected=(*rejected, *reply.rejected),
        )

    def times(self) -> dict[str, float]:
        """Milliseconds by stage; `model` is what was spent waiting for the model."""
        whole = perf_counter() - self._begun
        waited = self.meter.waited
        rest = whole - waited - sum(self._spent.values())
        stages = {
            "retrieve": self._spent["retrieve"],
            "model": waited,
            "answer": max(0.0, rest),
            "verify": self._spent["verify"],
        }
        return {stage: round(seconds * 1000, 3) for stage, seconds in stages.items()}

    def _take(self, claims: Iterator[DraftClaim]) -> list[tuple[DraftClaim, Rejected]]:
        """Verify claims as they come, and hand on those that stand; the others are returned."""
        checked = self._checked
        assert checked is not None
        failed: list[tuple[DraftClaim, Rejected]] = []
        with closing(claims):  # type: ignore[type-var]  # they are generators
            for proposed in claims:
                verdict = self._timed("verify", partial(checked.claim, proposed))
                if isinstance(verdict, Rejected):
                    failed.append((proposed, verdict))
                elif len(checked.claims) > self._claims:  # else it said so before
                    self._claims = len(checked.claims)
                    if self._shown is not None:
                        with turns.aside():
                            self._shown(verdict, checked.citations)
        return failed

    def _reply(self, reason: str, notices: tuple[Notice, ...]) -> Reply:
        assert self._checked is not None
        draft = Draft(
            question=self._asked,
            reason=reason,  # type: ignore[arg-type]
            language=self._language,
            nearest=self.found.hits[:_NEAREST],
            mode="generative",
            model=self._writer.model,
            notices=notices,
        )
        return self._checked.reply(draft, self.found.languages)

    def _timed(self, stage: str, work: Callable[[], T]) -> T:
        begun = perf_counter()
        try:
            return work()
        finally:
            self._spent[stage] += perf_counter() - begun

    def _search(self, text: str) -> Retrieval:
        return self._timed("retrieve", lambda: self._retrieve(text))
