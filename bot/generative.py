"""Answers with a language model: claims in its words, each with a quote to be verified.

It chooses what the model is given and reads what comes back. Nothing in it believes the model.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from datetime import date as Date

import prompts
from bot.answers import DraftClaim, Quote, Rejected
from bot.chat.client import Ask
from bot.failures import ModelError
from bot.forms.fields import Proposal
from bot.proposals import Ending, Proposals, schema
from bot.questions import understand
from bot.reworded import standalone, translated
from bot.told import chosen, failure, passages_told
from bot.told import messages as worded
from index.hidden import unmarked
from index.languages import UNKNOWN
from index.schema import Passage, Retrieval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from bot.budget import Meter
    from bot.chat.client import ChatModel, Form, Messages
    from bot.conversation import Turn

MOST_CLAIMS = 12


class Writer:
    """Puts questions to a model, in the words of `prompts`, a folder, where it holds any; several
    threads may use it."""

    def __init__(
        self,
        chat: ChatModel,
        *,
        passages: int = 8,
        today: Callable[[], Date],
        prompts: Path | None = None,
    ) -> None:
        self._chat = chat
        self._passages = passages
        self._today = today
        self._prompts = prompts

    @property
    def model(self) -> str:
        """The model's name."""
        return self._chat.model

    def begin(self, question: str, retrieval: Retrieval, deadline: float, meter: Meter) -> Writing:
        """An answer to `question` from the best passages of `retrieval`; nothing is asked yet."""
        given = chosen(retrieval, self._passages)
        today = self._today()
        return Writing(self._chat, question, given, today, deadline, meter, self._prompts)

    def standalone(
        self, question: str, turns: Sequence[Turn], deadline: float, meter: Meter
    ) -> str:
        """`question` as it stands alone, by one call; as it is where no such comes back."""
        return standalone(self._chat, question, turns, deadline, meter, self._prompts)

    def translated(
        self, question: str, languages: Sequence[str], deadline: float, meter: Meter
    ) -> dict[str, str]:
        """`question` in each of `languages`, by one call; of those that come back at least one."""
        return translated(self._chat, question, languages, deadline, meter, self._prompts)


class Writing:
    """One answer while a model writes it.

    `given` are the passages it may rest on. `declined` says, once `claims` ended, that the
    model found no answer in them; `truncated` that it was stopped at its `MOST_CLAIMS`-th claim.
    """

    def __init__(
        self,
        chat: ChatModel,
        question: str,
        given: tuple[Passage, ...],
        today: Date,
        deadline: float,
        meter: Meter,
        prompts: Path | None = None,
    ) -> None:
        self.given = given
        self.declined = False
        self.truncated = False
        self._chat = chat
        self._question = question
        self._today = today
        self._deadline = deadline
        self._meter = meter
        self._prompts = prompts
        self._lines = False  # as the form; else JSON
        language = understand(question).language
        self._restated = language != UNKNOWN and any(
            each.article.language not in (language, UNKNOWN) for each in given
        )

    def claims(self) -> Iterator[DraftClaim]:
        """The model's claims, each as soon as it is written.

        ModelError, after the claims that were complete, where the model fails.
        """
        if not self.given:
            return
        ending = yield from self._written("answer")
        if ending.nonsense and not self._lines:
            # What cannot write JSON may still be able to write lines.
            self._lines = True
            ending = yield from self._written("answer")
        if ending.nonsense:
            raise ModelError(
                "nonsense",
                "The model's answer could not be read.",
                "A larger model may keep better to the form that is asked for.",
            )
        self.declined = ending.declined

    def again(self, failed: Sequence[tuple[DraftClaim, Rejected]]) -> Iterator[DraftClaim]:
        """The claims that come in place of those that failed, by one call for them all."""
        if not failed:
            return
        said = (failure(n, claim, why, self.given) for n, (claim, why) in enumerate(failed, 1))
        yield from self._written("again", failed="\n\n".join(said))

    def _written(self, prompt: str, **values: str) -> Generator[DraftClaim, None, Ending]:
        """The claims of one call; returns how it ended."""
        values |= {"question": self._question, "today": self._today.isoformat()}
        suffix = "_restated" if self._restated else ""

        def messages(form: Form) -> Messages:
            written = "lines" if self._lines or form == "lines" else "json"
            text = prompts.load(f"form_{written}{suffix}", self._prompts).template.strip()
            told = passages_told(self.given)
            return worded(prompt, told, folder=self._prompts, form=text, **values)

        ask = Ask(messages=messages, schema=None if self._lines else schema(self._restated))
        proposals = Proposals()
        claims = 0
        reading = self._chat.stream(ask, self._deadline, self._meter)
        try:
            for piece in reading:
                for proposal in proposals.feed(piece):
                    yield self._claim(proposal)
                    claims += 1
                    if claims == MOST_CLAIMS:
                        self.truncated = True
                        return Ending((), declined=False, nonsense=False, leftover=True)
            # Only a stream that came to its own end may complete a claim by ending.
            ending = proposals.end()
            if reading.declined and ending.nonsense:
                ending = Ending((), declined=True, nonsense=False, leftover=False)
            self._lines = self._lines or reading.form == "lines"
        finally:
            reading.close()
        yield from map(self._claim, ending.proposals)
        return ending

    def _claim(self, proposal: Proposal) -> DraftClaim:
        quotes = tuple(self._quote(number, words) for number, words in proposal.quotes)
        restated = unmarked(proposal.restated) if self._restated else ""
        return DraftClaim(unmarked(proposal.text), quotes, restated)

    def _quote(self, number: int | None, words: str) -> Quote:
        if number is None or not 1 <= number <= len(self.given):
            return Quote(None, words, 0)
        passage = self.given[number - 1]
        return Quote(passage, words, passage.start)
