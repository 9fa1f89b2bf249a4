"""The deadline holds whatever the network does, and a proxy sees what it may."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from typing import cast

import pytest

from bot.budget import Meter
from bot.chat.client import Chat
from bot.failures import ModelError
from index.errors import UsageError
from tests.bot.chat.rooms import ASK, HELLO, KEY, Counter, Room
from tests.servers import plays
from tests.servers.exchange import Exchange
from tests.servers.openai_like import Server
from tests.servers.plays import Play, Where, text


@pytest.mark.parametrize(
    "play",
    [
        plays.hangs("before headers"), plays.hangs("after headers"),
        plays.hangs("mid-stream", HELLO), plays.drips(head=True, every=0.05),
        plays.drips(every=0.05), plays.drips("slow ", every=0.05), text(HELLO, delay=30),
        plays.endless("", first="", field="reasoning_content"),
    ],
)  # fmt: skip
def test_the_deadline_holds(play: Play) -> None:
    with Room(play) as room:
        begun = time.monotonic()
        error, _ = room.fails(0.6)
        assert error.kind == "slow"
        assert 0.5 < time.monotonic() - begun < 1.1
        # The server may have worked for it, and charge for that.
        ((given, _, estimated),) = room.meter.counted
        assert given > 0
        assert estimated


def test_a_deadline_that_is_past_sends_nothing() -> None:
    with Room(text(HELLO)) as room:
        assert room.fails(-1)[0].kind == "slow"
        assert room.server.requests == []
        assert room.meter.reserved == []


def test_what_hangs_after_the_end_was_told_does_not_spoil_the_answer() -> None:
    async def play(to: Exchange) -> None:
        to.end = hang  # type: ignore[assignment]
        await text(HELLO)(to)

    async def hang(*, done: bool) -> None:
        assert done
        await asyncio.sleep(60)

    with Room(play) as room:
        begun = time.monotonic()
        assert "".join(room.read()) == HELLO
        assert time.monotonic() - begun < 2


def test_nobody_listening_is_down_within_the_deadline() -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    chat = Chat("m", base_url=f"http://127.0.0.1:{port}/v1", api_key=KEY)
    chat.opened()
    meter = Counter()
    begun = time.monotonic()
    with pytest.raises(ModelError) as caught:
        chat.complete(ASK, begun + 2, cast(Meter, meter))
    assert caught.value.kind == "down"
    assert time.monotonic() - begun < 2.5
    assert len(meter.counted) == len(meter.reserved) >= 2
    assert set(meter.counted) == {(0, 0, False)}


def test_a_connection_that_is_not_taken_is_given_up_within_the_deadline() -> None:
    # Its backlog full, a port answers nobody, as a machine that is not there does.
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        fillers = []
        for _ in range(4):
            filler = socket.socket()
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
            fillers.append(filler)
        chat = Chat("m", base_url=f"http://127.0.0.1:{full.getsockname()[1]}/v1")
        chat.opened()
        begun = time.monotonic()
        with pytest.raises(ModelError) as caught:
            chat.complete(ASK, begun + 0.6, cast(Meter, Counter()))
        assert caught.value.kind in ("down", "slow")
        assert time.monotonic() - begun < 1.2
        for filler in fillers:
            filler.close()


# The stream.


def test_the_end_of_a_stream_is_bounded() -> None:
    with Room(plays.endless()) as room:
        error, pieces = room.fails(20)
        assert error.kind == "nonsense"
        assert 150_000 < len("".join(pieces)) <= 200_000  # it comes in blocks


def test_closing_drops_the_connection_at_once() -> None:
    with Room(plays.endless()) as room:
        reading = room.read()
        next(reading)
        reading.close()
        assert list(reading) == []
        ((_, written, estimated),) = room.meter.counted
        assert written > 0
        assert estimated
        assert next(room.read())  # others go on


@pytest.mark.parametrize("where", ["before headers", "after headers", "mid-stream"])
def test_closing_wakes_another_thread_that_waits(where: Where) -> None:
    with Room(plays.hangs(where, HELLO)) as room:
        reading = room.read(20)
        pieces: list[str] = []
        thread = threading.Thread(target=lambda: pieces.extend(reading))
        thread.start()
        time.sleep(0.3)
        begun = time.monotonic()
        reading.close()
        thread.join(5)
        assert not thread.is_alive()
        assert time.monotonic() - begun < 1
        assert "".join(pieces) == (HELLO if where == "mid-stream" else "")
        assert len(room.server.chats) == 1


def test_this_machine_is_never_reached_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    with Room(text(HELLO)) as room:
        assert "".join(room.read()) == HELLO


def test_other_machines_are_reached_through_the_proxy_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Server(text(HELLO)) as server:
        for name in ("HTTP_PROXY", "http_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{server.port}")
        chat = Chat("m", base_url="http://models.example/v1", retries=0)
        with pytest.raises(ModelError) as caught:
            chat.complete(ASK, time.monotonic() + 5, cast(Meter, Counter()))
        assert caught.value.kind == "refused"  # as a proxy, the server knows no such path
        assert server.requests[0].path == "http://models.example/v1/chat/completions"
        monkeypatch.setenv("no_proxy", "models.example")
        from bot.chat.wire import proxy_for

        assert proxy_for("http://models.example/v1") is None
        chat.close()


def test_a_proxy_of_another_kind_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "socks5://127.0.0.1:9")
    with pytest.raises(UsageError):
        Chat("m", base_url="http://models.example/v1").opened()
