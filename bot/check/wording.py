"""Questions of sentences in a model's words, one call for each; the rules where it fails.

Nothing in it believes the model: what it says is the answer must stand in the sentence, and not in
the question.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.check.inquiries import inquiries
from bot.check.inquiry import Inquiry, is_sound
from bot.failures import ModelError
from bot.questions import understand
from bot.told import line, sound
from index.closing import Closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.consulted import Consultant

# Not "question": a label of that name is taken off what models say.
_SCHEMA = {
    "type": "object",
    "properties": {"ask": {"type": "string"}, "says": {"type": "string"}},
    "required": ["ask", "says"],
    "additionalProperties": False,
}


class Wording(Closing):
    """Makes questions of sentences; `failed` is why the model was not asked to the end."""

    def __init__(self, model: Consultant) -> None:
        self.failed: ModelError | None = None
        self._model = model

    def close(self) -> None:
        """Let the model go."""
        self._model.close()

    def __call__(self, sentence: str, language: str) -> list[Inquiry]:
        """The question that the model makes of `sentence`; once it failed, those of the rules."""
        if self.failed is None:
            try:
                return self._worded(sentence)
            except ModelError as error:
                self.failed = error
        return inquiries(sentence, language)

    def _worded(self, sentence: str) -> list[Inquiry]:
        made = _read(self._model.ask("suggest", _SCHEMA, sentence=sentence) or {})
        return [made] if made is not None and is_sound(made, sentence) else []


def _read(said: Mapping[str, Any]) -> Inquiry | None:
    question, answer = said.get("ask"), said.get("says")
    if not (isinstance(question, str) and isinstance(answer, str)):
        return None
    question, answer = line(sound(question)), line(sound(answer))
    return Inquiry(question, answer, understand(question).asks) if question and answer else None
