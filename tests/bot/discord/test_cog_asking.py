"""Questions: commands, mentions, replies; deferred at once, refused politely, answered once."""

from __future__ import annotations

import asyncio
import logging
import threading
from functools import partial
from typing import Any

import discord
import pytest

from bot.discord.access import is_allowed
from bot.discord.ways import ByInteraction
from bot.discord_cog import Options
from bot.lately import Once
from bot.serving.reception import Limits
from index.errors import StoreError
from tests.bot.discord.conftest import BUSAN, NOT_THERE, PORT, Paced, Stage, on_stage

pytestmark = pytest.mark.asyncio


def first_response(stage: Stage) -> dict[str, Any]:
    """The body of the first response to the last interaction."""
    body: dict[str, Any] = stage.requests("POST", "/callback")[-1]
    return body


def labels(message: Any) -> list[str]:
    rows = [row if isinstance(row, dict) else row.to_dict() for row in message.components]
    return [each["label"] for row in rows for each in row["components"]]


async def test_a_question_is_deferred_and_answered_with_its_source(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert first_response(stage)["type"] == 5
        assert not result.ephemeral
        assert result.response is not None
        content = result.response.content
        assert content.startswith(f"**{PORT}**")  # others do not see what was asked
        assert "¹" in content
        assert "003\\_7dd759d3260042dc.txt, line 16" in content
        assert BUSAN[:40] in content
        assert labels(result.response) == ["Quotes", "Good", "Wrong"]


async def test_who_asks_privately_alone_sees_the_answer(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=PORT, private=True)
        assert first_response(stage) == {"type": 5, "data": {"flags": 64}}
        assert result.ephemeral
        assert result.response is not None
        assert "Busan" in result.response.content
        assert stage.said() == []


async def test_what_the_documents_do_not_say_is_not_said(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=NOT_THERE)
        assert result.response is not None
        assert labels(result.response) == ["Good", "Wrong"]  # there are no quotes
        assert "Nearest passages" in result.response.content
        assert ", line" in result.response.content


async def test_the_first_response_waits_for_no_answer(hall: Paced) -> None:
    hall.gate.clear()
    async with on_stage(hall, limits=Limits(workers=1, queue=10)) as stage:
        threading.Timer(0.5, hall.gate.set).start()
        asking = asyncio.create_task(stage.ann.slash(stage.channel, "ask", question=PORT))
        while not stage.requests("POST", "/callback"):
            await asyncio.sleep(0.01)
        assert not hall.gate.is_set()
        result = await asking
        assert result.response is not None
        assert "Busan" in result.response.content


async def test_claims_appear_while_a_model_writes(hall: Paced) -> None:
    hall.pace, hall.repeats = 0.1, 4
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        first, last = stage.requests("PATCH", "/messages/@original")  # how often: test_delivery
        assert "Writing" in first["content"]
        assert first["components"] == []
        assert "Writing" not in last["content"]
        assert all(BUSAN[:40] in each["content"] for each in (first, last))
        assert result.response is not None
        assert labels(result.response) == ["Quotes", "Good", "Wrong"]


async def test_a_mention_is_answered_with_a_reply(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        asked = await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
        (reply,) = stage.said()
        assert reply.reference is not None
        assert reply.reference.message_id == asked.id
        assert "Busan" in reply.content
        assert PORT not in reply.content  # it stands above
        assert labels(reply) == ["Quotes", "Good", "Wrong"]
        assert hall.asked[0][0] == PORT  # without the mention


async def test_a_reply_to_the_bot_is_a_question(hall: Paced) -> None:
    async with on_stage(hall, Options(message_content=True)) as stage:
        await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
        (answer,) = stage.said()
        await stage.bob.send(stage.channel, "Who met there?", reply_to=answer)
        assert len(stage.said()) == 2
        assert hall.asked[1][0] == "Who met there?"


async def test_a_reply_that_cannot_be_read_is_told_so(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
        (answer,) = stage.said()
        # Discord hands out its content only where the reply also mentions the bot.
        await stage.bob.send(stage.channel, "Who met there?", reply_to=answer)
        if len(hall.asked) == 1:
            assert "mention me" in stage.said()[-1].content


async def test_a_mention_alone_is_answered_with_help(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        await stage.ann.send(stage.channel, stage.mention)
        assert "/ask" in stage.said()[-1].content
        assert hall.asked == []


async def test_what_is_not_for_the_bot_is_left_alone(hall: Paced) -> None:
    async with on_stage(hall, Options(message_content=True)) as stage:
        said = await stage.ann.send(stage.channel, PORT)
        await stage.bob.send(stage.channel, "In Busan.", reply_to=said)
        await stage.bob.send(stage.channel, f"@everyone {PORT}")
        assert hall.asked == []
        assert stage.said() == []


async def test_bots_and_webhooks_are_ignored(hall: Paced) -> None:
    async with on_stage(hall, Options(message_content=True)) as stage:
        robot = stage.guild.add_member(stage.env.create_user("robot", bot=True))
        await robot.send(stage.channel, f"{stage.mention} {PORT}")
        await stage.guild.create_webhook(stage.channel).send(f"{stage.mention} {PORT}")
        await stage.env.settle()
        assert hall.asked == []
        assert stage.said() == []


@pytest.mark.parametrize("what", ["said", "by a webhook", "of the system"])
async def test_messages_that_nobody_wrote_are_ignored_each_for_its_own_reason(
    hall: Paced, what: str
) -> None:
    async with on_stage(hall) as stage:
        message = await stage.ann.send(stage.channel, "Hello.")
        me = stage.guild.me
        assert me is not None
        message.content, message.mentions = f"{stage.mention} {PORT}", [me]
        if what == "by a webhook":
            message.webhook_id = 1
        elif what == "of the system":
            message.type = discord.MessageType.pins_add
        stage.cog.context.once = Once(10)  # it came before, and said nothing to us
        await stage.cog.on_message(message)
        await stage.env.settle()
        assert len(hall.asked) == (1 if what == "said" else 0)


async def test_a_question_that_came_too_late_is_let_go_with_its_place(hall: Paced) -> None:
    async with on_stage(hall, limits=Limits(workers=1, queue=0)) as stage:
        stage.env.inject_error("POST", "/interactions/*/callback", status=404, code=10062)
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert not result.acknowledged
        assert hall.asked == []
        assert stage.reception.hands.running == 0
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert len(hall.asked) == 1


async def test_a_replayed_event_is_not_answered_again(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        message = await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
        for _ in range(3):
            await stage.cog.on_message(message)
            await stage.env.settle()
        await stage.ann.edit(message, f"{stage.mention} {PORT} Please.")
        assert len(hall.asked) == 1
        assert len(stage.said()) == 1


async def test_a_replayed_interaction_is_not_answered_again(
    hall: Paced, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with on_stage(hall) as stage:
        seen: list[Any] = []
        inner = stage.cog.asking.by_interaction

        async def twice(interaction: Any, *rest: Any) -> None:
            seen.append(interaction)
            await inner(interaction, *rest)

        monkeypatch.setattr(stage.cog.asking, "by_interaction", twice)
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        callback: Any = stage.cog.ask.callback
        await callback(stage.cog, seen[0], PORT, False)
        assert len(seen) == 2
        assert len(hall.asked) == 1
        assert len(stage.requests("POST", "/callback")) == 1


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_a_question_that_is_too_long_is_refused_with_a_hint(hall: Paced, way: str) -> None:
    async with on_stage(hall) as stage:
        long = "why " * 300
        if way == "command":
            result = await stage.ann.slash(stage.channel, "ask", question=long)
            assert result.ephemeral
            assert result.response is not None
            content = result.response.content
        else:
            await stage.ann.send(stage.channel, f"{stage.mention} {long}")
            content = stage.said()[-1].content
        assert "1,000" in content
        assert "Ask one thing at a time" in content
        assert hall.asked == []


async def test_a_question_of_a_thousand_characters_is_answered(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        await stage.ann.slash(stage.channel, "ask", question=("Busan? " * 200)[:1000])
        assert len(hall.asked) == 1


async def test_a_question_without_words_is_told_so(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question="???")
        assert result.response is not None
        assert "no words" in result.response.content


async def test_whoever_asks_again_at_once_is_asked_to_wait(hall: Paced) -> None:
    now = 0.0
    limits = Limits(workers=2, user=5.0)
    async with on_stage(hall, limits=limits, clock=lambda: now) as stage:
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.ephemeral
        assert first_response(stage)["type"] == 4  # at once
        assert result.response is not None
        assert "5 seconds" in result.response.content
        await stage.bob.slash(stage.channel, "ask", question=PORT)  # another is not held up
        now = 5.1
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert len(hall.asked) == 3


async def test_a_server_that_asked_at_once_is_asked_to_wait(hall: Paced) -> None:
    async with on_stage(hall, limits=Limits(workers=2, server=60.0), clock=lambda: 0.0) as stage:
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        result = await stage.bob.slash(stage.channel, "ask", question=PORT)
        assert result.ephemeral
        assert result.response is not None
        assert "This server" in result.response.content
        assert len(hall.asked) == 1


async def test_a_mention_too_soon_is_refused_for_a_moment_and_once(hall: Paced) -> None:
    async with on_stage(hall, limits=Limits(workers=2, user=60.0), clock=lambda: 0.0) as stage:
        for _ in range(4):
            await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
        assert len(hall.asked) == 1
        answer, refusal = stage.said()
        assert "60 seconds" in refusal.content
        await stage.env.advance_time(30)
        assert [each.id for each in stage.said()] == [answer.id]


async def test_a_full_queue_refuses_politely(hall: Paced) -> None:
    hall.gate.clear()
    async with on_stage(hall, limits=Limits(workers=1, queue=1)) as stage:
        places = [stage.reception.admit("x", None) for _ in range(2)]
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.ephemeral
        assert result.response is not None
        assert "2 questions are before yours" in result.response.content
        assert stage.reception.hands.refused == (("busy", 1),)
        for place in places:
            place.leave()
        hall.gate.set()
        assert (await stage.ann.slash(stage.channel, "ask", question=PORT)).response is not None
        assert len(hall.asked) == 1


async def test_allowed_channels_and_their_threads(hall: Paced) -> None:
    probe = Options(channels=frozenset({1}))
    async with on_stage(hall, probe) as stage:
        other = stage.guild.create_text_channel("other")
        allowed = Options(channels=frozenset({other.id}))
        stage.cog.context.options = allowed
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.ephemeral
        assert result.response is not None
        assert f"<#{other.id}>" in result.response.content
        await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
        assert stage.said() == []
        assert hall.asked == []
        await stage.ann.slash(other, "ask", question=PORT)
        assert len(hall.asked) == 1


@pytest.mark.parametrize("command", ["status", "reindex", "feedback export", "help"])
async def test_moderators_of_a_server_without_an_allowed_channel_learn_nothing(
    hall: Paced, command: str
) -> None:
    async with on_stage(hall) as stage:
        other = stage.guild.create_text_channel("other")
        for channels, served in (({other.id}, True), ({1}, False), (set(), True)):
            stage.cog.context.options = Options(channels=frozenset(channels))
            result = await stage.moderator.slash(stage.channel, command)
            assert result.response is not None
            assert ("I do not answer in this" not in result.response.content) is served


async def test_a_category_that_is_allowed_allows_its_channels_and_threads(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        category = stage.guild.create_category("Library")
        inside = stage.guild.create_text_channel("inside", category=category)
        stage.cog.context.options = Options(channels=frozenset({category.id}))
        channel = stage.env.bot.get_channel(inside.id)
        assert isinstance(channel, discord.TextChannel)
        thread = await channel.create_thread(name="x", type=discord.ChannelType.public_thread)
        await stage.env.settle()
        allowed = partial(is_allowed, stage.cog.context.options)
        assert allowed(channel)
        assert allowed(thread)
        assert not allowed(stage.env.bot.get_channel(stage.channel.id))
        thread.parent_id = 1  # its channel is not known
        assert not allowed(thread)


async def test_allowed_roles(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        role = stage.guild.create_role("Readers")
        reader = stage.guild.add_member(stage.env.create_user("reader"), roles=[role])
        stage.cog.context.options = Options(roles=frozenset({role.id}))
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.ephemeral
        assert result.response is not None
        assert "roles" in result.response.content
        await reader.slash(stage.channel, "ask", question=PORT)
        assert len(hall.asked) == 1


async def test_where_it_may_not_speak_it_does_not_try(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        silent = discord.PermissionOverwrite(send_messages=False)
        me = stage.guild.me
        assert me is not None
        hushed = stage.guild.create_text_channel("hushed", overwrites={me: silent})
        await stage.env.settle()
        await stage.ann.send(hushed, f"{stage.mention} {PORT}")
        assert hall.asked == []
        assert stage.requests("POST", f"/channels/{hushed.id}/messages") == []


async def test_a_private_message_is_answered_if_the_setting_allows_it(hall: Paced) -> None:
    async with on_stage(hall, Options(direct_messages=True)) as stage:
        await stage.ann.send_dm(PORT)
        answer = stage.ann.user.dm_channel.last_message
        assert answer is not None
        assert "Busan" in answer.content
        assert hall.asked[0][0] == PORT


async def test_a_private_message_is_declined_else(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        await stage.ann.send_dm(PORT)
        answer = stage.ann.user.dm_channel.last_message
        assert answer is not None
        assert "in servers only" in answer.content
        assert hall.asked == []
        assert "ask" not in stage.ann.user.available_commands()


async def test_an_error_of_ours_is_told_with_its_hint(hall: Paced) -> None:
    hall.raises = StoreError("The index is on the moon.", "Fetch it.")
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.response is not None
        assert "on the moon" in result.response.content
        assert "Fetch it" in result.response.content


@pytest.mark.parametrize("way", ["command", "mention"])
async def test_any_other_error_has_a_number_that_is_in_the_log(
    hall: Paced, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    hall.raises = RuntimeError("a bug")
    async with on_stage(hall) as stage:
        if way == "command":
            result = await stage.ann.slash(stage.channel, "ask", question=PORT)
            assert result.response is not None
            content = result.response.content
        else:
            await stage.ann.send(stage.channel, f"{stage.mention} {PORT}")
            content = stage.said()[-1].content
        assert "went wrong" in content
        assert "a bug" not in content
        (logged,) = [each for each in caplog.records if each.levelno == logging.ERROR]
        assert logged.args is not None
        assert str(logged.args[0]) in content  # type: ignore[index]


async def test_one_line_is_logged_for_an_answer(
    hall: Paced, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with on_stage(hall) as stage:
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        (line,) = [each for each in caplog.records if each.getMessage() == "answered"]
        assert vars(line)["status"] == "answered"
        assert vars(line)["seconds"] >= 0
        assert vars(line)["delivered"] is True
        assert PORT not in line.getMessage()


async def test_questions_in_hand_are_finished_and_no_more_are_taken(hall: Paced) -> None:
    hall.gate.clear()
    async with on_stage(hall) as stage:
        asking = asyncio.create_task(stage.ann.slash(stage.channel, "ask", question=PORT))
        while not stage.requests("POST", "/callback"):
            await asyncio.sleep(0.01)
        threading.Timer(0.3, hall.gate.set).start()
        assert await stage.cog.finish(10)
        result = await asking
        assert result.response is not None
        assert "Busan" in result.response.content
        late = await stage.bob.slash(stage.channel, "ask", question=PORT)
        assert late.ephemeral
        assert late.response is not None
        assert "restarted" in late.response.content
        assert len(hall.asked) == 1


async def test_an_answer_on_its_way_out_is_in_hand_too(
    hall: Paced, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = ByInteraction.put
    sent: list[bool] = []

    async def slowly(way: ByInteraction, *given: Any) -> None:
        await asyncio.to_thread(threading.Event().wait, 0.5)
        await inner(way, *given)
        sent.append(True)

    monkeypatch.setattr(ByInteraction, "put", slowly)
    async with on_stage(hall) as stage:
        asking = asyncio.create_task(stage.ann.slash(stage.channel, "ask", question=PORT))
        while not hall.figures().answered or stage.reception.hands.running:
            await asyncio.sleep(0.01)
        assert not await stage.cog.finish(0.1)
        assert sent == []
        assert await stage.cog.finish(10)
        assert sent == [True]
        await asking
