"""A conversation with any OpenAI-compatible server, as a stream of text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

from bot.chat.dialect import Form
from bot.chat.reading import Reading
from bot.chat.server import Ask, Message, Messages, Server

if TYPE_CHECKING:
    from bot.budget import Meter

__all__ = ["Ask", "Chat", "ChatModel", "Form", "Message", "Messages", "Reading", "Stream"]


class Stream(Protocol):
    """An answer piece by piece; see Reading."""

    @property
    def form(self) -> Form: ...
    @property
    def declined(self) -> bool: ...
    def __iter__(self) -> Iterator[str]: ...
    def __next__(self) -> str: ...
    def close(self) -> None: ...


class ChatModel(Protocol):
    """A model that can be asked: on a server, or as it was recorded (bot/chat/recordings.py)."""

    @property
    def model(self) -> str: ...
    def stream(self, ask: Ask, deadline: float, meter: Meter) -> Stream: ...
    def complete(self, ask: Ask, deadline: float, meter: Meter) -> str: ...


class Chat(Server):
    """A model on a server. One serves hundreds of threads at once."""

    def stream(self, ask: Ask, deadline: float, meter: Meter) -> Reading:
        """The answer, piece by piece as it arrives; nothing is sent before it is iterated."""
        return Reading(self, ask, deadline, meter)

    def complete(self, ask: Ask, deadline: float, meter: Meter) -> str:
        """The whole text of the answer."""
        return "".join(self.stream(ask, deadline, meter))
