"""Errors become replies in one place, where each is counted by its kind and by nothing else."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.discord.access import NotHere
from bot.discord.told import told
from bot.failures import ModelError
from bot.render.discord_parts import Message
from bot.serving.logs import heard_by
from bot.serving.reception import Refused
from index.errors import StoreError, UsageError

pytestmark = pytest.mark.asyncio
WORDS = "what a reader wrote"
KINDS = [
    (UsageError(WORDS, phrase="too_long"), "error", {"kind": "usage: too_long"}),
    (StoreError(WORDS), "error", {"kind": "store"}),
    (ModelError("slow", WORDS), "error", {"kind": "model: slow"}),
    (NotHere("no_role", WORDS, WORDS), "error", {"kind": "not_here: no_role"}),
    (Refused("busy", WORDS), "refused", {"why": "busy"}),
    (ValueError(WORDS), "error", {"kind": "bug"}),
]


@pytest.mark.parametrize(("error", "name", "fields"), KINDS)
async def test_an_error_is_told_and_counted_by_its_kind(
    error: Exception, name: str, fields: Mapping[str, object]
) -> None:
    heard: list[tuple[str, Mapping[str, object]]] = []
    said: list[Message] = []

    async def respond(message: Message) -> None:
        said.append(message)

    with heard_by(lambda *event: heard.append(event)):
        async with told(respond, None):
            raise error
    assert heard == [(name, fields)]
    assert len(said) == 1
    assert (WORDS in said[0].content) == (not isinstance(error, ValueError))


async def test_an_error_that_cannot_be_told_ends_there(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(_: Message) -> None:
        raise OSError

    async with told(fails, None):
        raise StoreError(WORDS)
    assert "an error could not be told" in caplog.text


async def test_where_nothing_goes_wrong_nothing_is_told() -> None:
    async def respond(_: Message) -> None:
        raise AssertionError

    async with told(respond, None):
        pass
