"""Questions of sentences in a model's words, one call for each; the rules where it fails.

Nothing in it believes the model: what it says is the answer must stand in the sentence, and not in
the question.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from bot.chat.client import Ask
from bot.check.inquiries import inquiries
from bot.check.inquiry import Inquiry, is_sound
from bot.failures import ModelError
from bot.questions import understand
from bot.reworded import plain
from bot.told import line, messages, sound
from index.closing import Closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.budget import Budget
    from bot.chat.client import ChatModel

_MOST_TOKENS = 300
# Not "question": a label of that name is taken off what models say.
_SCHEMA = {
    "type": "object",
    "properties": {"ask": {"type": "string"}, "says": {"type": "string"}},
    "required": ["ask", "says"],
    "additionalProperties": False,
}


class Wording(Closing):
    """Makes questions of sentences; `failed` is why the model was not asked to the end."""

    def __init__(
        self,
        chat: ChatModel,
        budget: Budget,
        *,
        deadline: float,
        prompts: Path | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self.failed: ModelError | None = None
        self._chat = chat
        self._budget = budget
        self._deadline = deadline
        self._prompts = prompts
        self._close = close

    def close(self) -> None:
        self._close()

    def __call__(self, sentence: str, language: str) -> list[Inquiry]:
        """The question that the model makes of `sentence`; once it failed, those of the rules."""
        if self.failed is None:
            try:
                return self._worded(sentence)
            except ModelError as error:
                self.failed = error
        return inquiries(sentence, language)

    def _worded(self, sentence: str) -> list[Inquiry]:
        asked = messages("suggest", folder=self._prompts, sentence=sentence)
        ask = Ask(lambda _: asked, _SCHEMA, _MOST_TOKENS)
        meter = self._budget.meter(self._chat.model)
        said = plain(self._chat.complete(ask, monotonic() + self._deadline, meter))
        made = _read(said)
        return [made] if made is not None and is_sound(made, sentence) else []


def _read(said: str) -> Inquiry | None:
    start, end = said.find("{"), said.rfind("}")
    try:
        value = json.loads(said[start : end + 1], strict=False) if 0 <= start < end else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    question, answer = value.get("ask"), value.get("says")
    if not (isinstance(question, str) and isinstance(answer, str)):
        return None
    question, answer = line(sound(question)), line(sound(answer))
    return Inquiry(question, answer, understand(question).asks) if question and answer else None
