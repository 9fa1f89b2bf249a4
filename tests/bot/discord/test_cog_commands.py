"""The other commands: the message menu, lists, figures, a new index, feedback, help, greetings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import discord
import pytest
import yaml
from simcord.backend.errors import SetupError

from bot.discord_cog import Options
from bot.listening import Listener
from bot.render.discord import PER_PAGE
from bot.settings import Settings
from tests.bot.discord.conftest import BUSAN, CHECK, PORT, Paced, on_stage
from tests.bot.discord.test_cog_asking import labels

pytestmark = pytest.mark.asyncio

MODERATORS = ["status", "reindex", "feedback export"]


async def test_a_message_is_checked_sentence_by_sentence_in_private(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        text = f"{BUSAN} {BUSAN.replace('2019', '2012')} Tungsten boils at 5,555 degrees there."
        message = await stage.bob.send(stage.channel, text)
        result = await stage.ann.context_menu(stage.channel, CHECK, message)
        assert result.ephemeral
        assert result.response is not None
        content = "\n".join([result.response.content, *(each.content for each in result.followups)])
        assert "Supported" in content
        assert "Contradicted" in content
        assert "Not found" in content
        assert stage.said() == []


async def test_a_message_without_words_is_told_so(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        message = await stage.bob.send(stage.channel, "", attachments=[("a.png", b"x")])
        result = await stage.ann.context_menu(stage.channel, CHECK, message)
        assert result.ephemeral
        assert result.response is not None
        assert "no text" in result.response.content


async def test_documents_are_listed_with_dates_and_passages(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "sources")
        assert result.ephemeral
        assert result.response is not None
        content = result.response.content
        assert "1–4 of 4" in content
        assert "2021-04-02 – 2021-04-04" in content
        assert "15 passages" in content
        assert result.response.components == []  # one page


async def test_documents_are_listed_in_pages(tmp_path: Path) -> None:
    corpus = tmp_path / "many"
    corpus.mkdir()
    for n in range(2 * PER_PAGE + 1):
        (corpus / f"{n:03}.txt").write_text(f"Document {n}.\n\nIt says that {n} is a number.\n")
    hall = Paced(Settings(corpus, tmp_path / "store", "extractive"), tmp_path / "feedback.jsonl")
    hall.open()
    assert hall.wait(60)
    try:
        async with on_stage(hall) as stage:
            result = await stage.ann.slash(stage.channel, "sources")
            page = result.response
            assert page is not None
            assert "000.txt" in page.content
            assert [each["disabled"] for each in page.components[0]["components"]] == [True, False]
            for first in (PER_PAGE, 2 * PER_PAGE):
                await stage.ann.click(page, label="▶")
                assert f"{first:03}.txt" in page.content
                assert "000.txt" not in page.content
            assert [each["disabled"] for each in page.components[0]["components"]] == [False, True]
            await stage.ann.click(page, label="◀")
            assert f"{PER_PAGE:03}.txt" in page.content
    finally:
        hall.close()


async def test_help_explains_itself(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "help")
        assert result.ephemeral
        assert result.response is not None
        for word in ("/ask", "/sources", "Check against the documents", "Wrong"):
            assert word in result.response.content


@pytest.mark.parametrize("command", MODERATORS)
async def test_what_is_for_moderators_others_do_not_see(hall: Paced, command: str) -> None:
    async with on_stage(hall) as stage:
        assert command not in stage.ann.available_commands(stage.channel)
        with pytest.raises(SetupError, match="default-member-permissions"):
            await stage.ann.slash(stage.channel, command)
        result = await stage.moderator.slash(stage.channel, command)
        assert result.ephemeral
        assert result.response is not None


async def test_what_members_see(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        assert set(stage.ann.available_commands(stage.channel)) == {"ask", "sources", "help"}


async def test_status_says_how_it_stands(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        await stage.ann.slash(stage.channel, "ask", question=PORT)
        result = await stage.moderator.slash(stage.channel, "status")
        assert result.response is not None
        content = result.response.content
        assert "00000001" in content
        assert "extractive" in content
        assert "Answered: 1" in content


async def test_a_new_index_is_built_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = tmp_path / "seeds"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The lighthouse of Zanthor was built in 1871.\n")
    monkeypatch.setattr(Listener, "open", lambda _: None)
    hall = Paced(Settings(corpus, tmp_path / "store", "extractive"), tmp_path / "feedback.jsonl")
    hall._watcher._follower._every = 3600.0  # nobody looks but who is asked to
    hall.open()
    assert hall.wait(60)
    try:
        async with on_stage(hall) as stage:
            (corpus / "b.txt").write_text("The harbour of Zanthor was dredged in 1902.\n")
            result = await stage.moderator.slash(stage.channel, "reindex")
            assert result.ephemeral
            assert result.response is not None
            assert "1 added, 1 unchanged" in result.response.content
            answer = await stage.ann.slash(
                stage.channel, "ask", question="When was the harbour of Zanthor dredged?"
            )
            assert answer.response is not None
            assert "1902" in answer.response.content
            again = await stage.moderator.slash(stage.channel, "reindex")
            assert again.response is not None
            assert "2 unchanged" in again.response.content
    finally:
        hall.close()


async def test_a_build_that_fails_is_told_and_the_old_index_answers(
    hall: Paced, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot import watching
    from index.errors import StoreError

    def fails(*_: Any, **__: Any) -> None:
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr(watching, "reindex", fails)
    async with on_stage(hall) as stage:
        result = await stage.moderator.slash(stage.channel, "reindex")
        assert result.response is not None
        assert "disk is full" in result.response.content
        answer = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert answer.response is not None
        assert "Busan" in answer.response.content
        assert "Note: " in answer.response.content


async def test_feedback_is_exported_as_draft_pairs(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        empty = await stage.moderator.slash(stage.channel, "feedback export")
        assert empty.response is not None
        assert empty.response.attachments == []
        answer = await stage.ann.slash(stage.channel, "ask", question=PORT)
        await stage.ann.click(answer.response, label="Good")
        shown = await stage.bob.click(answer.response, label="Wrong")
        await stage.bob.submit_modal(shown, {"right": "In Busan."})
        result = await stage.moderator.slash(stage.channel, "feedback export")
        assert result.ephemeral
        assert result.response is not None
        (attached,) = result.response.attachments
        assert attached.filename == "feedback.yaml"
        stored = await attached.read()
        pairs = yaml.safe_load(stored)
        assert [pair["ask"] for pair in pairs]


async def test_a_server_is_greeted_once_where_it_may_speak(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        guild = stage.env.bot.get_guild(stage.guild.id)
        assert guild is not None
        assert stage.said() == []  # it has no system channel
        channel = stage.env.bot.get_channel(stage.channel.id)
        guild._system_channel_id = stage.channel.id
        assert guild.system_channel == channel
        stage.cog.context.once = type(stage.cog.context.once)(10)
        for _ in range(3):
            await stage.cog.on_guild_join(guild)
            await stage.env.settle()
        (greeting,) = stage.said()
        assert "/ask" in greeting.content


async def test_a_server_is_not_greeted_where_it_may_not_speak(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        silent = discord.PermissionOverwrite(send_messages=False)
        hushed = stage.guild.create_text_channel("hushed", overwrites={stage.guild.me: silent})
        guild = stage.env.bot.get_guild(stage.guild.id)
        assert guild is not None
        guild._system_channel_id = hushed.id
        stage.cog.context.once = type(stage.cog.context.once)(10)
        await stage.cog.on_guild_join(guild)
        await stage.env.settle()
        assert stage.requests("POST", f"/channels/{hushed.id}/messages") == []


async def test_a_server_that_was_only_away_is_not_greeted_again(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        guild = stage.env.bot.get_guild(stage.guild.id)
        assert guild is not None
        guild._system_channel_id = stage.channel.id
        stage.cog.context.once = type(stage.cog.context.once)(10)
        await stage.env.advance_time(3600)
        await stage.cog.on_guild_join(guild)
        await stage.env.settle()
        assert stage.said() == []


async def test_a_greeting_is_in_the_servers_language(hall: Paced) -> None:
    async with on_stage(hall, locale="ko") as stage:
        guild = stage.env.bot.get_guild(stage.guild.id)
        assert guild is not None
        guild._system_channel_id = stage.channel.id
        stage.cog.context.once = type(stage.cog.context.once)(10)
        await stage.cog.on_guild_join(guild)
        await stage.env.settle()
        (greeting,) = stage.said()
        assert "안녕하세요" in greeting.content


async def test_commands_are_for_servers_unless_private_messages_are_answered(hall: Paced) -> None:
    async with on_stage(hall, Options(direct_messages=True)) as stage:
        await stage.ann.send_dm("hello there")
        assert set(stage.ann.user.available_commands()) >= {"ask", "help", "sources"}
        assert not {"status", "reindex"} & set(stage.ann.user.available_commands())


async def test_before_there_is_an_index_questions_are_told_so(tmp_path: Path) -> None:
    corpus = tmp_path / "docs"
    corpus.mkdir()
    hall = Paced(Settings(corpus, tmp_path / "store", "extractive"), tmp_path / "feedback.jsonl")
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.response is not None
        assert "being read" in result.response.content
        assert labels(result.response) == []
