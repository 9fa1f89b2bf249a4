"""The log of a bot at DEBUG, over every kind of mishap, holds no token, no key and no question."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.conftest import PORT
from tests.bot.discord.process import running
from tests.bot.discord.test_bot_process import (
    FAKE,
    answered,
    folder,
    indexed,
    is_answered,
    seeded,
    stocked,
)
from tests.servers import plays
from tests.servers.discord_like.server import Discord
from tests.servers.openai_like import Server

__all__ = ["folder", "indexed", "seeded", "stocked"]

KEY = "sk-proj-CanaryQ7zX9vB2_abcdef"
OTHER_KEY = "no-shape-CanaryQ7zX9vB2"
PASSWORD = "CanaryQ7zX9vB2"
CORRECTION = "It was in the harbour of Zanzibar, I tell you."


def model(refuses: bool) -> plays.Play:
    if refuses:  # what a server says may hold what it was sent
        return plays.status(401, f"Incorrect API key provided: {KEY}. You asked: {PORT}")
    claim = {"text": "They met in Busan.", "passage": 1, "quote": "port city of Busan"}
    return plays.text(json.dumps({"claims": [claim]}))


@pytest.mark.parametrize(("level", "refuses"), [("debug", False), ("debug", True), ("info", True)])
def test_no_canary_is_ever_seen(stocked: Path, level: str, refuses: bool) -> None:
    with (
        Discord(token=FAKE) as server,
        Server(model(refuses)) as talker,
        running(
            stocked,
            server,
            "--log-level",
            level,
            "--model",
            "scripted",
            "--base-url",
            talker.base_url,
            environment={
                "OPENAI_API_KEY": KEY,
                "FOOTNOTE_EMBEDDING_API_KEY": OTHER_KEY,
                "SOME_PASSWORD": PASSWORD + "-of-another-program",
                "OPENAI_LOG": "debug",
                "PYTHONASYNCIODEBUG": "1" if level == "debug" else "",
            },
        ) as bot,
    ):
        server.gateway.twice = True
        bot.wait_for("ready")
        first = server.people.slash("ask", "Ann", question=PORT)
        assert "Busan" in answered(server, first)
        # Requests that fail, sessions that end, events that come twice.
        server.trouble("status", "PATCH /webhooks", status=502)
        server.trouble("limited", "POST /webhooks", seconds=0.1)
        server.trouble("drop", "POST /channels", times=2)
        server.trouble("status", "POST /interactions", status=400, after=1)
        spoken = server.people.say(PORT, "Bob", mention=True)
        asked = [server.people.slash("ask", f"Ann {n}", question=PORT) for n in range(3)]
        server.wait(lambda: sum(is_answered(server, each) for each in asked) >= 2, 20)
        server.wait(lambda: server.messages(spoken["channel_id"]), 20)
        (message,) = server.replies(first)
        form = server.people.press(message, "Wrong", "Ann")
        server.wait(lambda: form.form is not None)
        server.people.submit(form, CORRECTION)
        check = server.people.menu("Check against the documents", spoken["id"], "Cat")
        server.wait(lambda: is_answered(server, check), 20)
        server.reconnect()
        bot.wait(lambda: server.gateway.resumed)
        server.wait(lambda: server.connected)
        server.drop()
        bot.wait(lambda: server.gateway.resumed == 2)
        server.wait(lambda: server.connected)
        server.close(4004)  # the token is no longer taken
        assert bot.ended() == 2
        text = bot.text
    assert len(bot.lines) > (200 if level == "debug" else 5)
    loggers = {line["logger"].partition(".")[0] for line in bot.lines}
    assert level == "info" or {"discord", "asyncio", "footnote", "openai"} <= loggers
    for part in ("CanaryQ7", FAKE, KEY, OTHER_KEY):
        assert part not in text
    for asked_once in server.asked:
        assert asked_once.token not in text
        assert asked_once.token[-40:] not in text
    for question in (PORT, "three foreign ministers", "Zanzibar"):
        assert question not in text
    assert any(line["message"] == "answered" for line in bot.lines)


_RAISES = """
from bot.serving.hall import Hall
def ask(self, question, *more):
    raise ValueError("of " + question + " by " + self.settings.embedding.api_key)
def check(self, text):
    raise ValueError("of " + text)
def add(self, reply, verdict, reader, correction):
    raise ValueError("of " + str(correction))
from bot.feedback import FeedbackFile
Hall.check, FeedbackFile.add = check, add
if not "%s":
    Hall.ask = ask
"""


def test_a_bug_tells_neither_question_nor_key(stocked: Path) -> None:
    words = ("--embedder", "openai", "--embedding-model", "v")
    key = {"FOOTNOTE_EMBEDDING_API_KEY": OTHER_KEY}
    with (
        Discord() as server,
        running(stocked, server, *words, environment=key, first=_RAISES % "") as bot,
    ):
        bot.wait_for("ready")
        assert "not your fault" in answered(
            server, server.people.slash("ask", "Ann", question=PORT)
        )
        bot.wait(lambda: any("traceback" in line for line in bot.lines))
        bot.tell()
        assert bot.ended() == 0
    assert "ValueError: of [struck out] by [struck out]" in bot.text
    assert PORT not in bot.text
    assert OTHER_KEY not in bot.text


def test_a_bug_tells_neither_what_was_checked_nor_a_correction(stocked: Path) -> None:
    with Discord() as server, running(stocked, server, first=_RAISES % "answers") as bot:
        bot.wait_for("ready")
        first = server.people.slash("ask", "Ann", question=PORT)
        assert "Busan" in answered(server, first)
        form = server.people.press(server.replies(first)[-1], "Wrong", "Ann")
        server.wait(lambda: form.form is not None)
        said = server.people.say("Tungsten boils in Zanzibar.", "Bob")
        for asked in (
            server.people.submit(form, CORRECTION),
            server.people.menu("Check against the documents", said["id"], "Cat"),
        ):
            assert "not your fault" in answered(server, asked)
        bot.wait(lambda: sum("traceback" in line for line in bot.lines) == 2)
        bot.tell()
        assert bot.ended() == 0
    assert bot.text.count("ValueError: of [struck out]") == 2
    assert "Zanzibar" not in bot.text


def test_a_question_stands_in_the_log_if_the_setting_asks(stocked: Path) -> None:
    words = ("--log-level", "debug", "--log-questions", "yes")
    with Discord(token=FAKE) as server, running(stocked, server, *words) as bot:
        bot.wait_for("ready")
        assert "Busan" in answered(server, server.people.slash("ask", "Ann", question=PORT))
        line = bot.wait_for("answered")
        assert "Busan" in answered(
            server, server.people.slash("ask", "Bob", question=PORT, private=True)
        )
        bot.wait(lambda: len(bot.said("answered")) == 2)
        bot.tell()
        assert bot.ended() == 0
        assert all(asked.token[-40:] not in bot.text for asked in server.asked)
    assert line["question"] == PORT
    assert "question" not in bot.said("answered")[1]  # what is private stays so
    assert "CanaryQ7" not in bot.text
