"""A server that plays a script, a chat with it, and a meter that keeps what it is told."""

from __future__ import annotations

import time
import traceback
from collections.abc import Iterator
from typing import Any, cast

import pytest

from bot.budget import Meter
from bot.chat.client import Ask, Chat, Form, Message, Reading
from bot.failures import ModelError
from tests.servers.openai_like import Server
from tests.servers.plays import Script

KEY = "sk-the-secret-key-0123456789"
SCHEMA = {"type": "object", "properties": {"claims": {"type": "array"}}}
HELLO = "Hello there, how are you?"


class Counter:
    """A meter that forbids nothing and keeps everything."""

    def __init__(self) -> None:
        self.waited = 0.0
        self.reserved: list[tuple[int, int]] = []
        self.counted: list[tuple[int, int, bool]] = []

    def reserve(self, input_tokens: int, output_tokens: int) -> None:
        self.reserved.append((input_tokens, output_tokens))

    def count(self, input_tokens: int, output_tokens: int, estimated: bool) -> None:
        self.counted.append((input_tokens, output_tokens, estimated))


def messages(form: Form) -> list[Message]:
    return [{"role": "system", "content": f"Answer as {form}."}, {"role": "user", "content": "Hi"}]


ASK = Ask(messages, SCHEMA)
PLAIN = Ask(messages)


class Room:
    """A server that plays a script, and a chat with it."""

    def __init__(self, script: Script, **named: Any) -> None:
        self.server = Server(script)
        self.chat = Chat("scripted", base_url=self.server.base_url, api_key=KEY, **named)
        self.meter = Counter()

    def __enter__(self) -> Room:
        self.server.__enter__()
        self.chat.opened()  # what is imported counts against no deadline here
        return self

    def __exit__(self, *error: Any) -> None:
        self.chat.close()
        self.server.__exit__(*error)

    def read(self, seconds: float = 5.0, ask: Ask = ASK) -> Reading:
        return self.chat.stream(ask, time.monotonic() + seconds, cast(Meter, self.meter))

    def fails(self, seconds: float = 5.0, ask: Ask = ASK) -> tuple[ModelError, list[str]]:
        """The error that the reading ends in, and the pieces before it; the key is in neither."""
        pieces: list[str] = []
        with pytest.raises(ModelError) as caught:
            pieces.extend(_kept(self.read(seconds, ask), pieces))
        error = caught.value
        shown = "".join(traceback.format_exception(error)) + repr(error) + repr(self.chat)
        for words in (shown, error.message, error.hint):
            assert KEY not in words
        assert error.message
        assert error.__cause__ is None
        assert error.__context__ is None
        return error, pieces


def _kept(reading: Reading, pieces: list[str]) -> Iterator[str]:
    for piece in reading:
        pieces.append(piece)
    yield from ()
