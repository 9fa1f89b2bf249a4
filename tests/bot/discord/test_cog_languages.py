"""What the bot says around answers is in the language of whoever it is said to."""

from __future__ import annotations

import pytest

from bot.discord_cog import Options
from bot.serving.reception import Limits
from tests.bot.discord.conftest import NOT_THERE, PORT, Paced, on_stage
from tests.bot.discord.test_cog_threads import begun

pytestmark = pytest.mark.asyncio

KOREAN = "부산의 인구는 얼마인가요?"


async def test_a_refusal_is_in_the_language_of_the_question(hall: Paced) -> None:
    async with on_stage(hall, limits=Limits(workers=2, user=60.0), clock=lambda: 0.0) as stage:
        await stage.ann.slash(stage.channel, "ask", question=KOREAN)
        result = await stage.ann.slash(stage.channel, "ask", question=KOREAN)
        assert result.response is not None
        assert "60초 뒤에" in result.response.content
        result = await stage.ann.slash(stage.channel, "ask", question=PORT)
        assert result.response is not None
        assert "60 seconds" in result.response.content


async def test_where_a_question_shows_none_it_is_the_servers(hall: Paced) -> None:
    async with on_stage(hall, locale="ja") as stage:
        await stage.ann.send(stage.channel, f"{stage.mention} ???")
        assert "質問に言葉がありません" in stage.said()[-1].content
        await stage.ann.send(stage.channel, f"{stage.mention} {'? ' * 700}")
        assert "1,399 文字" in stage.said()[-1].content


async def test_another_channel_is_named_in_it_too(hall: Paced) -> None:
    async with on_stage(hall, Options(channels=frozenset({5}))) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=KOREAN)
        assert result.response is not None
        assert result.response.content.endswith("여기에서 물어 주세요: <#5>")


async def test_a_thread_begins_in_the_servers_language(hall: Paced) -> None:
    async with on_stage(hall, locale="zh-TW") as stage:
        thread = await begun(stage)
        assert "請提及我或回覆我" in stage.said(thread)[-1].content


async def test_what_is_wrong_on_the_machine_is_not_told_to_readers(hall: Paced) -> None:
    from index.errors import StoreError

    hall.raises = StoreError("There is no /srv/secret.", phrase="unreadable")
    async with on_stage(hall) as stage:
        result = await stage.ann.slash(stage.channel, "ask", question=NOT_THERE)
        assert result.response is not None
        assert "cannot be searched yet" in result.response.content
        assert "/srv" not in result.response.content
