"""A conversation is a stream of text, for one reader or two hundred."""

from __future__ import annotations

import asyncio
import threading
import time
from typing import cast

from bot.budget import Meter
from bot.chat.client import Ask
from bot.failures import ModelError
from tests.bot.chat.rooms import ASK, HELLO, KEY, SCHEMA, Counter, Room, messages
from tests.servers.exchange import Exchange
from tests.servers.plays import text


def test_the_text_comes_piece_by_piece_while_the_model_writes() -> None:
    with Room(text(HELLO, pieces=5, rate=20)) as room:
        begun = time.monotonic()
        reading = room.read()
        arrived = [(piece, time.monotonic() - begun) for piece in reading]
        assert "".join(piece for piece, _ in arrived) == HELLO
        assert arrived[0][1] < 0.2 < arrived[-1][1] < 0.6
        assert reading.form == "schema"
        # All but our own time, which is milliseconds, was spent waiting.
        assert arrived[-1][1] - 0.1 < reading.waited == room.meter.waited


def test_the_request_is_what_was_asked_for() -> None:
    with Room(text(HELLO), temperature=0.5, max_tokens=77) as room:
        assert room.chat.complete(ASK, time.monotonic() + 5, cast(Meter, room.meter)) == HELLO
        assert "".join(room.read(ask=Ask(messages, max_tokens=5))) == HELLO
        first, second = room.server.chats
        assert first.body == {
            "model": "scripted",
            "messages": messages("schema"),
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": 0.5,
            "max_tokens": 77,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "strict": True, "schema": SCHEMA},
            },
        }
        assert first.headers["authorization"] == f"Bearer {KEY}"
        assert second.form == "none"
        assert second.body["messages"] == messages("lines")
        assert second.body["max_tokens"] == 5


def test_connections_are_kept_for_the_next_question() -> None:
    with Room(text(HELLO)) as room:
        for _ in range(5):
            "".join(room.read())
        assert room.server.connections == 1


# What a server does not know of a request.


def test_what_the_meter_forbids_is_not_sent() -> None:
    class Closed(Counter):
        def reserve(self, input_tokens: int, output_tokens: int) -> None:
            raise ModelError("over_budget", f"{input_tokens + output_tokens} are too many.")

    with Room(text(HELLO)) as room:
        room.meter = Closed()
        assert room.fails()[0].kind == "over_budget"
        assert room.server.requests == []
        assert room.meter.counted == []


# Addresses, keys, proxies.


def test_two_hundred_at_once_through_one_chat() -> None:
    async def play(to: Exchange) -> None:
        while room.server.peak < 200:  # nobody is answered before all have asked
            await asyncio.sleep(0.05)
        await text("word " * 40, pieces=40, rate=20)(to)

    with Room(play) as room:
        answers: list[str] = []

        def one() -> None:
            reading = room.chat.stream(ASK, time.monotonic() + 30, cast(Meter, Counter()))
            answers.append("".join(reading))

        threads = [threading.Thread(target=one) for _ in range(200)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert answers == ["word " * 40] * 200
        assert room.server.peak == 200
