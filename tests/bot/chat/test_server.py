"""Addresses and keys are looked at before they are used, and shown to nobody."""

from __future__ import annotations

import threading
import time
from typing import cast

import pytest

from bot.budget import Meter
from bot.chat.client import Chat
from bot.failures import ModelError
from index.errors import UsageError
from tests.bot.chat.rooms import ASK, HELLO, KEY, Counter
from tests.servers.openai_like import Server
from tests.servers.plays import text


@pytest.mark.parametrize(
    "address",
    [
        "localhost:11434",
        "ftp://x/v1",
        "http://",
        "http://a b/",
        "http://[::1",
        "/v1",
        "http://x:y/",
    ],
)
def test_an_address_that_cannot_be_one_is_told(address: str) -> None:
    with pytest.raises(UsageError):
        Chat("m", base_url=address)


@pytest.mark.parametrize("key", ["sk-a\nb", "sk-ключ", "a b", "\x7f"])
def test_a_key_that_cannot_be_sent_is_told_without_it(key: str) -> None:
    with pytest.raises(UsageError) as caught:
        Chat("m", api_key=key)
    assert key not in str(caught.value) + caught.value.hint


def test_openai_without_a_key_is_refused_unasked() -> None:
    with pytest.raises(ModelError) as caught:
        Chat("m").complete(ASK, time.monotonic() + 5, cast(Meter, Counter()))
    assert caught.value.kind == "refused"
    assert "OPENAI_API_KEY" in caught.value.hint


def test_no_key_of_the_environment_goes_to_a_server_that_was_given_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    with Server(text(HELLO)) as server:
        chat = Chat("m", base_url=server.base_url)
        assert chat.complete(ASK, time.monotonic() + 5, cast(Meter, Counter())) == HELLO
        assert KEY not in str(server.chats[0].headers)
        chat.close()


def test_a_name_and_password_in_the_address_are_not_shown() -> None:
    chat = Chat("m", base_url="http://user:hunter2@127.0.0.1:9/v1", retries=0)
    with pytest.raises(ModelError) as caught:
        chat.complete(ASK, time.monotonic() + 5, cast(Meter, Counter()))
    assert "hunter2" not in caught.value.message + caught.value.hint + repr(chat)
    assert "127.0.0.1:9" in caught.value.message


def test_warming_up_tells_nobody_of_what_is_wrong() -> None:
    chat = Chat("m")
    chat.warm()
    for thread in threading.enumerate():
        if thread.name == "warm":
            thread.join(10)
    with Server(text(HELLO)) as server:
        good = Chat("m", base_url=server.base_url)
        good.warm()
        assert good.complete(ASK, time.monotonic() + 10, cast(Meter, Counter())) == HELLO
        good.close()
