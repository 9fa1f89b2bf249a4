"""Threads and conversations: follow-ups, whose they are, and threads that are offered."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.discord_cog import Options
from bot.lately import Once
from tests.bot.discord.conftest import PORT, Paced, Stage, on_stage
from tests.bot.discord.test_cog_asking import labels

pytestmark = pytest.mark.asyncio

READS = Options(message_content=True)


async def begun(stage: Stage) -> Any:
    """A thread that the bot began, at a member's wish."""
    for _ in range(10):
        await stage.bob.send(stage.channel, "A busy channel.")
    result = await stage.ann.slash(stage.channel, "ask", question=PORT)
    await stage.ann.click(result.response, label="Continue in a thread")
    (thread,) = stage.channel.threads
    return thread


async def test_a_thread_is_offered_in_a_long_channel_alone(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert "Continue in a thread" not in labels(result.response)
        for _ in range(10):
            await stage.bob.send(stage.channel, "A busy channel.")
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert "Continue in a thread" in labels(result.response)
        private = await stage.ann.slash(stage.channel, "ask", question=PORT, private=True)
        assert "Continue in a thread" not in labels(private.response)


async def test_a_thread_is_named_for_its_question_and_knows_what_was_said(hall: Paced) -> None:
    async with on_stage(hall, READS) as stage:
        thread = await begun(stage)
        assert thread.name == PORT
        assert "Ask on here" in stage.said(thread)[-1].content
        before = hall._said_before((stage.channel.id, stage.ann.id))
        assert before
        assert hall._said_before(thread.id) == before


async def test_a_second_thread_is_not_begun(hall: Paced) -> None:
    async with on_stage(hall, READS) as stage:
        thread = await begun(stage)
        answer = next(each for each in stage.said() if each.components)
        result = await stage.bob.click(answer, label="Continue in a thread")
        assert result.ephemeral
        assert result.response is not None
        assert f"<#{thread.id}>" in result.response.content
        assert len(stage.channel.threads) == 1


async def test_who_may_begin_no_threads_has_none_begun(hall: Paced) -> None:
    async with on_stage(hall, READS) as stage:
        for _ in range(10):
            await stage.bob.send(stage.channel, "A busy channel.")
        answer = await stage.ann.slash(stage.channel, "ask", question=PORT)
        everyone = stage.guild.default_role
        denied = discord.PermissionOverwrite(create_public_threads=False)
        bot = stage.env.bot.get_channel(stage.channel.id)
        assert isinstance(bot, discord.TextChannel)
        role = bot.guild.get_role(everyone.id)
        assert role is not None
        await bot.set_permissions(role, overwrite=denied)
        result = await stage.bob.click(answer.response, label="Continue in a thread")
        assert result.response is not None
        assert "You may not begin threads" in result.response.content
        assert stage.channel.threads == []


async def test_follow_ups_in_its_own_thread_need_no_mention(hall: Paced) -> None:
    async with on_stage(hall, READS) as stage:
        thread = await begun(stage)
        await stage.bob.send(thread, "And who met there?")
        assert hall.asked[-1] == ("And who met there?", thread.id)
        assert stage.said(thread)[-1].reference is not None


async def test_what_people_say_to_each_other_in_a_thread_is_theirs(hall: Paced) -> None:
    async with on_stage(hall, READS) as stage:
        thread = await begun(stage)
        count = len(hall.asked)
        said = await stage.bob.send(thread, f"{stage.ann.mention} is that right?")
        await stage.ann.send(thread, "It is.", reply_to=said)
        await stage.ann.send(thread, "@everyone look")
        assert len(hall.asked) == count
        # A reply need not mention whom it answers.
        reply = await stage.ann.send(thread, "It was Sunday.", reply_to=said)
        reply.mentions = []
        stage.cog.context.once = Once(10)
        await stage.cog.on_message(reply)
        await stage.env.settle()
        assert len(hall.asked) == count


async def test_in_a_thread_of_others_only_who_asked_goes_on(hall: Paced) -> None:
    async with on_stage(hall, READS) as stage:
        message = await stage.bob.send(stage.channel, "Let us talk.")
        channel = stage.env.bot.get_channel(stage.channel.id)
        assert isinstance(channel, discord.TextChannel)
        thread = await begun(stage)
        stage.env.backend.get_channel(thread.id).owner_id = stage.bob.id  # somebody else's
        cached = stage.env.bot.get_channel(thread.id)
        assert isinstance(cached, discord.Thread)
        cached.owner_id = stage.bob.id
        count = len(hall.asked)
        await stage.ann.send(thread, "Who met there?")
        assert len(hall.asked) == count
        await stage.ann.send(thread, f"{stage.mention} {PORT}")
        await stage.ann.send(thread, "Who met there?")
        await stage.bob.send(thread, "I do not ask you.")
        assert [each for each, _ in hall.asked[count:]] == [PORT, "Who met there?"]
        assert message is not None


async def test_without_the_intent_a_thread_is_told_to_mention(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        thread = await begun(stage)
        assert "mention me" in stage.said(thread)[-1].content
        count = len(hall.asked)
        await stage.ann.send(thread, "Who met there?")
        assert len(hall.asked) == count
        await stage.ann.send(thread, f"{stage.mention} {PORT}")
        first = stage.said(thread)[-1]
        await stage.ann.send(thread, f"{stage.mention} {PORT}")
        second = stage.said(thread)[-1]
        assert "mention me" in first.content  # said once
        assert "mention me" not in second.content


async def test_everyone_in_a_channel_has_a_conversation_of_their_own(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        await stage.bob.slash(stage.channel, "ask", question=PORT)
        await stage.ann.slash(stage.channel, "ask", question=PORT, private=True)
        keys = [key for _, key in hall.asked]
        assert len(set(keys)) == 3
