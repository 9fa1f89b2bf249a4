"""A model asked for one small JSON object, by a call of its own beside the answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from bot.chat.client import Ask
from bot.reworded import object_in, plain
from bot.told import messages
from index.closing import Closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.budget import Budget
    from bot.chat.client import ChatModel

_MOST_TOKENS = 300


class Consultant(Closing):
    """Asks a model by the program's prompts; several threads may use it.

    `prompts` is a folder that may hold others in their place; `deadline` is in seconds, of a call.
    """

    def __init__(
        self,
        chat: ChatModel,
        budget: Budget,
        *,
        deadline: float,
        prompts: Path | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._chat = chat
        self._budget = budget
        self._deadline = deadline
        self._prompts = prompts
        self._close = close

    def close(self) -> None:
        """Let the model go."""
        self._close()

    def ask(
        self,
        prompt: str,
        schema: Mapping[str, Any],
        passages: Sequence[str] | None = None,
        **values: str,
    ) -> dict[str, Any] | None:
        """The object that the model answers `prompt` with, None where it says none.

        ModelError where the model fails.
        """
        asked = messages(prompt, passages, folder=self._prompts, **values)
        ask = Ask(lambda _: asked, schema, _MOST_TOKENS)
        meter = self._budget.meter(self._chat.model)
        return object_in(plain(self._chat.complete(ask, monotonic() + self._deadline, meter)))
