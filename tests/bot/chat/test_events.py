"""An answer is read however it is written, and what it cost is counted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.bot.chat.rooms import HELLO, Room
from tests.servers import plays
from tests.servers.exchange import Exchange
from tests.servers.plays import text


def test_reasoning_is_no_text_but_counts() -> None:
    with Room(text(HELLO, reasoning="Let me think. " * 50, usage=False)) as room:
        assert "".join(room.read()) == HELLO
        ((_, written, estimated),) = room.meter.counted
        assert written > 150
        assert estimated


def test_a_refusal_is_no_text_and_is_told() -> None:
    with Room(text("", refusal="I cannot help with that.")) as room:
        reading = room.read()
        assert "".join(reading) == ""
        assert reading.declined
        other = Room(text(HELLO))
        with other:
            reading = other.read()
            assert "".join(reading) == HELLO
            assert not reading.declined


def test_an_empty_answer_is_one() -> None:
    with Room(text("")) as room:
        assert list(room.read()) == []


def test_a_server_that_cannot_stream_is_understood() -> None:
    answer = {
        "choices": [{"message": {"content": HELLO}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 4},
    }
    with Room(plays.whole(200, answer)) as room:
        assert "".join(room.read()) == HELLO
        assert room.meter.counted == [(3, 4, False)]


CHUNK = b'{"choices": [{"delta": {"content": "%s"}, "finish_reason": %s}]}'
A, B = CHUNK % (b"a", b"null"), CHUNK % ("é".encode(), b'"stop"')


@pytest.mark.parametrize(
    "lines",
    [
        (b"data: %s\n\n" % A, b"data: %s\n\ndata: [DONE]\n\n" % B),
        (b"data:%s\r\n\r\n" % A, b"data:%s\r\n\r\n" % B),
        (b"data: %s\ndata: %s\n" % (A, B),),
        (b"data: %s\n\ndata: %s" % (A, B),),
        (b": hello\nevent: x\nid: 7\nretry: 1\n", b"data: %s\n\n" % A, b"data: %s\n\n" % B),
        (b"data: " + A[:11] + b"\ndata: " + A[11:] + b"\n\n", b"data: %s\n\n" % B),
        tuple(bytes([byte]) for byte in b"data: %s\n\ndata: %s\n\n" % (A, B)),
        (*plays.GARBAGE, b"\n\n", b"data: %s\n\n" % A, b"data: %s\n\n" % B),
    ],
)
def test_a_stream_is_read_however_it_is_written(lines: tuple[bytes, ...]) -> None:
    with Room(plays.garbage(*lines)) as room:
        assert "".join(room.read()) == "aé"


def test_text_that_no_file_can_hold_is_made_sound() -> None:
    chunk = b'data: {"choices": [{"delta": {"content": "a\\ud800b"}, "finish_reason": "stop"}]}\n\n'
    with Room(plays.garbage(chunk)) as room:
        assert "".join(room.read()) == "a?b"


def test_a_packed_answer_is_refused() -> None:
    async def play(to: Exchange) -> None:
        await to.head(200, {"content-encoding": "gzip"})
        await to.send(b"\x1f\x8b\x08")
        await to.end()

    with Room(play) as room:
        assert room.fails()[0].kind == "nonsense"
        assert room.server.chats[0].headers["accept-encoding"] == "identity"


# Counting.


def test_tokens_are_the_servers_count_where_it_counts() -> None:
    usage = {"prompt_tokens": 123, "completion_tokens": 45}
    with Room(text(HELLO, usage=usage)) as room:
        "".join(room.read())
        assert room.meter.counted == [(123, 45, False)]
        ((given, most),) = room.meter.reserved
        assert given > 10
        assert most == 1000


@pytest.mark.parametrize(
    "usage",
    [
        False, {"prompt_tokens": -1, "completion_tokens": 5}, {"prompt_tokens": 7},
        {"prompt_tokens": "7", "completion_tokens": "5"},
        {"prompt_tokens": 0, "completion_tokens": 0},
        {"prompt_tokens": 10**30, "completion_tokens": 5},
        {"prompt_tokens": True, "completion_tokens": True},
    ],
)  # fmt: skip
def test_tokens_are_estimated_where_it_does_not(usage: Any) -> None:
    with Room(text("word " * 100, usage=usage)) as room:
        "".join(room.read())
        ((given, written, estimated),) = room.meter.counted
        assert estimated
        assert given == room.meter.reserved[0][0]
        assert 80 <= written <= 160
