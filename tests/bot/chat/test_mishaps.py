"""What goes wrong is told without the key, and tried again where that may help."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import cast

import pytest

from bot.budget import Meter
from bot.chat.client import Chat
from bot.failures import ModelError
from tests.bot.chat.rooms import HELLO, KEY, PLAIN, Counter, Room
from tests.servers import plays
from tests.servers.openai_like import Server
from tests.servers.plays import Play, text


@pytest.mark.parametrize(
    ("play", "kind", "said"),
    [
        (plays.cut_off(HELLO), "cut", HELLO),
        (plays.cut_off(HELLO, done=False), "cut", HELLO),
        (plays.cut_off(HELLO, finish="length"), "cut", HELLO),
        (plays.cut_off(HELLO, finish="content_filter"), "cut", HELLO),
        (plays.cut_off(HELLO, finish="tool_calls"), "cut", HELLO),
        (plays.cut_off(HELLO, drop=True), "cut", HELLO),
        (plays.in_stream({"message": "Boom."}, HELLO), "down", HELLO),
        (plays.garbage(), "nonsense", ""),
        (plays.garbage(b"<html>Log in</html>\n", kind="text/html"), "nonsense", ""),
        (plays.whole(200, {"hello": "world"}), "nonsense", ""),
        (plays.whole(200, "not json"), "nonsense", ""),
        (plays.huge_line(), "nonsense", ""),
        (plays.status(401, f"Incorrect API key: {KEY}"), "refused", ""),
        (plays.status(403, f"Bearer {KEY}"), "refused", ""),
        (plays.status(400, f"Your key {KEY} \x1b[31m\n is odd"), "refused", ""),
        (plays.status(404, "The model `scripted` does not exist"), "refused", ""),
        (plays.redirects("https://example.com/v1/chat/completions"), "refused", ""),
        (plays.endless_error(), "refused", ""),
    ],
)
def test_what_cannot_be_an_answer_is_told_and_not_retried(play: Play, kind: str, said: str) -> None:
    with Room(play, retries=0) as room:
        begun = time.monotonic()
        error, pieces = room.fails(ask=PLAIN)
        assert (error.kind, "".join(pieces)) == (kind, said)
        assert "\x1b" not in error.message
        assert "\n" not in error.message
        assert time.monotonic() - begun < 3
        assert len(room.meter.counted) == len(room.meter.reserved)


@pytest.mark.parametrize("key", ["plainwordskey", "Zm9v+/YmFy=="])
def test_a_key_of_any_looks_is_not_told(key: str) -> None:
    with Server(
        plays.status(400, f"Header 'Bearer {key}' and {key} and sk-other-012345, ghp_0123456789ab")
    ) as server:
        chat = Chat("m", base_url=server.base_url, api_key=key)
        with pytest.raises(ModelError) as caught:
            chat.complete(PLAIN, time.monotonic() + 5, cast(Meter, Counter()))
        assert key not in caught.value.message
        assert "0123456789ab" not in caught.value.message
        assert "sk-other" not in caught.value.message
        assert "Header" in caught.value.message
        chat.close()


def test_a_redirect_is_not_followed() -> None:
    with Server(text("secret")) as elsewhere:
        to = elsewhere.base_url + "/chat/completions"
        with Room(plays.redirects(to)) as room:
            error, _ = room.fails()
            assert error.kind == "refused"
            assert elsewhere.base_url in error.message
        assert elsewhere.requests == []


def test_what_comes_after_pieces_were_handed_on_is_not_retried() -> None:
    with Room([plays.cut_off(HELLO, drop=True), text("again")]) as room:
        error, pieces = room.fails()
        assert (error.kind, "".join(pieces)) == ("cut", HELLO)
        assert len(room.server.chats) == 1


@pytest.mark.parametrize(
    "play",
    [
        plays.status(500), plays.status(503), plays.status(408), plays.status(409),
        plays.dropped(), plays.cut_off(""), plays.limited("0"), plays.limited(None),
        plays.in_stream({"message": "Overloaded.", "code": 529}),
    ],
)  # fmt: skip
def test_what_may_go_better_is_tried_again(play: Play) -> None:
    with Room([play, text(HELLO)]) as room:
        assert "".join(room.read(ask=PLAIN)) == HELLO
        assert len(room.server.chats) == 2


def test_it_is_tried_so_often_and_no_more() -> None:
    with Room(plays.status(500), retries=1) as room:
        begun = time.monotonic()
        error, _ = room.fails(ask=PLAIN)
        assert error.kind == "down"
        assert len(room.server.chats) == 2
        assert 0.3 < time.monotonic() - begun < 1.5  # with a pause between
        assert room.meter.waited > 0.3


def _in(seconds: float) -> str:
    return format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True)


@pytest.mark.parametrize("after", [lambda: "1", lambda: "1.0", lambda: _in(1.9)])
def test_a_limit_is_waited_for(after: Callable[[], str]) -> None:
    with Room([plays.limited(after()), text(HELLO)]) as room:
        begun = time.monotonic()
        assert "".join(room.read()) == HELLO
        assert 0.8 < time.monotonic() - begun < 2.5


@pytest.mark.parametrize("after", [lambda: "3600", lambda: _in(3600), lambda: "9" * 30])
def test_a_limit_beyond_the_deadline_is_told_at_once(after: Callable[[], str]) -> None:
    with Room(plays.limited(after())) as room:
        begun = time.monotonic()
        error, _ = room.fails()
        assert error.kind == "limited"
        assert time.monotonic() - begun < 1
        assert len(room.server.chats) == 1


@pytest.mark.parametrize("after", ["soon", "-1", "nan", "inf", "Thu, 99 Foo 2020 99:99:99 GMT", ""])
def test_an_odd_retry_after_is_as_none(after: str) -> None:
    with Room([plays.limited(after), text(HELLO)]) as room:
        assert "".join(room.read()) == HELLO


def test_an_account_without_credit_is_not_asked_again() -> None:
    play = plays.status(429, "You exceeded it.", error={"code": "insufficient_quota"})
    with Room(play) as room:
        assert room.fails()[0].kind == "limited"
        assert len(room.server.chats) == 1


# The deadline.
