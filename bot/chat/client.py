"""A conversation with any OpenAI-compatible server, as a stream of text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.chat.dialect import Form
from bot.chat.reading import Reading
from bot.chat.server import Ask, Message, Server

if TYPE_CHECKING:
    from bot.budget import Meter

__all__ = ["Ask", "Chat", "Form", "Message", "Reading"]


class Chat(Server):
    """A model on a server. One serves hundreds of threads at once."""

    def stream(self, ask: Ask, deadline: float, meter: Meter) -> Reading:
        """The answer, piece by piece as it arrives; nothing is sent before it is iterated."""
        return Reading(self, ask, deadline, meter)

    def complete(self, ask: Ask, deadline: float, meter: Meter) -> str:
        """The whole text of the answer."""
        return "".join(self.stream(ask, deadline, meter))
