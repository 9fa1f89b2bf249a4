"""Over the wire: which messages are questions, whose they are, and by what they are understood."""

from __future__ import annotations

import logging
import re

import pytest

from bot.discord_cog import Options
from bot.settings import Settings, load
from tests.bot.conftest import PORT
from tests.bot.discord.test_wire import bot, settings
from tests.bot.discord.wire import ANSWER, Wired, joined, pings, said, wired
from tests.servers.answering import rows, task, written
from tests.servers.discord_like.server import Discord
from tests.servers.discord_like.world import EPHEMERAL
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, by, text

__all__ = ["bot", "settings"]


def test_a_mention_a_reply_and_a_private_message_are_answered(bot: Wired) -> None:
    first = bot.server.people.say(PORT, "Ann", mention=True)
    (answer,) = bot.replied(first)
    assert answer["message_reference"]["message_id"] == first["id"]
    assert ANSWER in said([answer])
    private = bot.server.people.private(PORT, "Ann")
    assert ANSWER in said(bot.replied(private))
    assert pings(bot.server.messages()) == []


def test_a_reply_that_pings_nobody_cannot_be_read_without_the_intent(bot: Wired) -> None:
    first = bot.server.people.say(PORT, "Ann", mention=True)
    (answer,) = bot.replied(first)
    bot.server.people.say("Who met there?", "Ann", to=answer, pinging=False)
    bot.server.wait(lambda: len(bot.server.messages()) == 2)
    assert "mention me" in said(bot.server.messages()[1:])
    assert bot.hall.questions == [PORT]


def test_a_reply_that_pings_nobody_is_a_question_with_the_intent(settings: Settings) -> None:
    with Discord() as server:
        server.gateway.granted.add("message_content")
        options = Options(message_content=True)
        with joined(server, settings, options, message_content=True) as bot:
            first = server.people.say(PORT, "Ann", mention=True)
            (answer,) = bot.replied(first)
            server.people.say("Who met there?", "Ann", to=answer, pinging=False)
            server.wait(lambda: len(server.messages()) == 2)
            assert bot.hall.questions == [PORT, "Who met there?"]
            theirs = server.people.say("Not for you.", "Ann")
            server.people.say("Nor is this.", "Bob", to=theirs, pinging=False)
            bot.quiet()
            assert len(bot.hall.questions) == 2


def _talking(received: Received) -> Play:
    if task(received) == "condense":
        return text(PORT)
    claim = ("They met in the port city of Busan.", "port city of Busan")
    usage = {"prompt_tokens": 3000, "completion_tokens": 100, "total_tokens": 3100}
    return text(written(received, rows(received, [claim])), usage=usage)


def test_a_follow_up_in_a_thread_is_understood_by_what_was_said_there(settings: Settings) -> None:
    with Server(by(_talking)) as model, Discord() as server:
        server.gateway.granted.add("message_content")
        flags = {"corpus": str(settings.corpus), "store": str(settings.store)}
        flags |= {"model": "scripted", "base_url": model.base_url}
        asked = load(flags, {}, settings.corpus)
        with joined(server, asked, Options(message_content=True), message_content=True) as bot:
            thread = server.people.thread("Three ministers", "Ann")
            server.people.say(PORT, "Ann", thread, mention=True)
            server.wait(lambda: len(bot.spoken(thread)) == 1)
            server.people.say("And who met there?", "Bob", thread)  # he has not asked the bot
            server.people.say("And who met there?", "Ann", thread)
            server.wait(lambda: len(bot.spoken(thread)) == 2)
            server.people.say("And who met there?", "Ann", mention=True)  # where nothing was said
            server.wait(lambda: bot.spoken(server.world.channel["id"]))
        (leaning,) = (each for each in model.chats if task(each) == "condense")
        assert PORT in leaning.text
        assert "They met in the port city of Busan." in leaning.text
        assert bot.hall.questions == [PORT, "And who met there?", "And who met there?"]


def test_a_day_has_a_budget_and_its_cost_is_told(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    with Server(by(_talking)) as model, Discord() as server:
        flags = {"corpus": str(settings.corpus), "store": str(settings.store / "day")}
        flags |= {"model": "scripted", "base_url": model.base_url, "tokens_per_day": "9000"}
        flags |= {"price_input": "100", "price_output": "100"}
        with joined(server, load(flags, {}, settings.corpus)) as bot:
            assert bot.hall.wait(60)
            replies = []
            for n in range(4):
                replies.append(said(bot.answered(bot.ask(by=f"Ann {n}"))))
            calls = len(model.chats)
            server.people.moderator("Mo", "manage_messages")
            status = server.people.slash("status", "Mo")
            server.wait(lambda: "Status" in said(server.replies(status)))
        assert "They met in the port city of Busan." in replies[0]
        assert "They met in the port city of Busan." not in replies[-1]
        assert ANSWER in replies[-1]  # the documents' own words
        assert 0 < calls < 4
        cost = re.search(r"Cost today: \$(\d+\.\d+)", said(server.replies(status)))
        assert cost is not None
        assert float(cost[1]) > 0.01
        lines = [vars(each) for each in caplog.records if each.getMessage() == "answered"]
        assert [line["calls"] for line in lines] == [1] * calls + [0] * (4 - calls)
        told = sum(line["cost_usd"] or 0 for line in lines)
        assert told == pytest.approx(float(cost[1]), abs=1e-3)
        assert all(line["times_ms"] for line in lines)


def test_where_it_is_not_to_answer_nothing_is_shown_either(settings: Settings) -> None:
    with wired(settings, Options(channels=frozenset({5}))) as bot:
        message = bot.server.people.say(PORT, "Bob")
        people = bot.server.people
        for asked in (
            people.slash("ask", "Ann", question=PORT),
            people.slash("sources", "Ann"),
            people.menu("Check against the documents", message["id"], "Ann"),
        ):
            bot.server.wait(lambda asked=asked: bot.server.replies(asked))  # type: ignore[misc]
            (told,) = bot.server.replies(asked)
            assert "I do not answer in this channel" in told["content"]
            assert told["flags"] & EPHEMERAL


def test_two_processes_with_one_token_answer_once(bot: Wired, settings: Settings) -> None:
    with joined(bot.server, settings, Options(direct_messages=True)) as other:
        asked = bot.ask()
        said_to = bot.server.people.say(PORT, "Bob", mention=True)
        bot.server.wait(lambda: len(bot.hall.questions) + len(other.hall.questions) == 3)
        (answer,) = bot.answered(asked)
        assert ANSWER in said([answer])
        bot.server.wait(lambda: len(bot.server.called("POST /channels/{channel}/messages")) == 2)
        bot.quiet()
    (reply,) = (each for each in bot.server.messages() if "message_reference" in each)
    assert reply["message_reference"]["message_id"] == said_to["id"]
    assert len(bot.server.messages()) == 2
    assert bot.server.syncs == 1


@pytest.mark.parametrize("how", ["never told of", "left", "away"])
def test_what_is_said_in_a_server_that_is_not_known_is_left_alone(
    bot: Wired, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    world, gateway = bot.server.world, bot.server.gateway
    place = world.channel["id"]
    if how == "never told of":
        guild = bot.server.do(lambda: world.add_guild("Elsewhere"))
        place = bot.server.do(lambda: world.add_channel(guild["id"], "lobby"))["id"]
    elif how == "left":
        gone = {"id": world.guild["id"], "unavailable": False}
        bot.server.do(lambda: gateway.tell("GUILD_DELETE", gone, "guilds"))
    else:  # a new session has begun, and the server is down
        (session,) = gateway.sessions.values()
        hidden = dict(gateway.guild(world.guild), members=[])
        bot.server.do(lambda: session.tell("GUILD_DELETE", {"id": hidden["id"]}))
        bot.server.do(lambda: session.tell("GUILD_CREATE", hidden))
    bot.server.people.say(PORT, "Bob", place, mention=True)
    bot.server.people.say("Hello, all.", "Bob", place)
    bot.quiet()
    assert bot.hall.questions == []
    assert bot.server.messages(place) == []
    assert [each.getMessage() for each in caplog.records if each.levelno > logging.INFO] == []
