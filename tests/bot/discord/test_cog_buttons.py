"""Buttons under answers, the form behind one of them, and what is left of both after a restart."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.discord_cog import Footnote, Options
from bot.settings import Settings
from tests.bot.discord.conftest import BUSAN, NOT_THERE, PORT, Paced, Stage, client, on_stage

pytestmark = pytest.mark.asyncio


async def answered(stage: Stage, question: str = PORT) -> Any:
    result = await stage.ann.slash(stage.channel, "ask", question=question)
    assert result.response is not None
    return result.response


async def test_quotes_are_shown_in_their_surroundings_to_who_wants_them(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        result = await stage.bob.click(answer, label="Quotes")
        assert result.ephemeral
        assert result.response is not None
        content = result.response.content
        assert f"**{BUSAN}**" in content
        assert len(content) > len(BUSAN) + 200  # what stands around it


async def test_quotes_are_no_more_shown_when_their_document_says_otherwise(
    indexed: Path, tmp_path: Path
) -> None:
    corpus = tmp_path / "seeds"
    shutil.copytree(indexed / "seeds", corpus)
    hall = Paced(Settings(corpus, tmp_path / "store", "extractive"), tmp_path / "feedback.jsonl")
    hall.open()
    assert hall.wait(60)

    async def quotes(stage: Stage, answer: Any) -> str:
        result = await stage.bob.click(answer, label="Quotes")
        assert result.response is not None
        return str(result.response.content)

    async with on_stage(hall) as stage:
        answer = await answered(stage)
        (cited,) = (each for each in corpus.iterdir() if BUSAN in each.read_text())
        assert "earliest convenient time" in await quotes(stage, answer)
        cited.write_text(f"All else is new.\n\n{BUSAN}\n")
        now = await quotes(stage, answer)
        assert BUSAN in now
        assert "earliest convenient time" not in now
        cited.unlink()
        gone = await quotes(stage, answer)
        assert "Busan" not in gone
        assert "only what still stands in it is quoted" in gone
    hall.close()


async def test_good_is_kept_with_the_answer(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        result = await stage.bob.click(answer, label="Good")
        assert result.ephemeral
        assert result.response is not None
        assert "Thank you" in result.response.content
        (said,) = hall.feedback.read()
        assert (said.verdict, said.question, said.correction) == ("good", PORT, None)
        assert said.answer is not None
        assert said.citations[0]["quote"] == BUSAN
        assert str(stage.bob.id) not in said.reader


async def test_wrong_opens_a_form_for_the_right_answer(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        shown = await stage.bob.click(answer, label="Wrong")
        assert shown.modal is not None
        assert hall.feedback.read() == ()
        result = await stage.bob.submit_modal(shown, {"right": "In Busan, on Sunday."})
        assert result.ephemeral
        (said,) = hall.feedback.read()
        assert (said.verdict, said.correction) == ("wrong", "In Busan, on Sunday.")


async def test_the_form_may_be_left_empty(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        shown = await stage.bob.click(await answered(stage, NOT_THERE), label="Wrong")
        await stage.bob.submit_modal(shown, {})
        (said,) = hall.feedback.read()
        assert (said.verdict, said.status, said.correction) == ("wrong", "abstained", None)


async def test_a_button_pressed_twice_is_one_verdict(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        for _ in range(3):
            await stage.bob.click(answer, label="Good")
        assert len(hall.feedback.read()) == 1


async def test_who_may_not_ask_may_not_press(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        stage.cog.context.options = Options(roles=frozenset({1}))
        result = await stage.bob.click(answer, label="Good")
        assert result.response is not None
        assert "roles" in result.response.content
        assert hall.feedback.read() == ()


@pytest.mark.parametrize("label", ["Quotes", "Good", "Wrong"])
async def test_after_a_restart_an_old_button_says_so(hall: Paced, label: str) -> None:
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        fresh = client()
        cog = Footnote(hall, stage.reception, Options())

        async def setup() -> None:
            await fresh.add_cog(cog)

        fresh.setup_hook = setup  # type: ignore[method-assign]
        await stage.env.restart_bot(fresh)
        result = await stage.bob.click(answer, label=label)
        assert result.ephemeral
        assert result.response is not None
        assert "no longer know this answer" in result.response.content


async def test_a_form_sent_after_a_restart_is_answered(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        shown = await stage.bob.click(await answered(stage), label="Wrong")
        stage.cog.context.kept.put("x", None)  # type: ignore[arg-type]
        stage.cog.context.kept._entries.clear()
        result = await stage.bob.submit_modal(shown, {"right": "In Busan."})
        assert result.response is not None
        assert "no longer know this answer" in result.response.content


async def test_nothing_is_remembered_of_views_and_little_of_answers(hall: Paced) -> None:
    async with on_stage(hall) as stage:
        kept = stage.cog.context.kept
        kept._most = 3
        for _ in range(5):
            await stage.bob.click(await answered(stage), label="Wrong")
        store: Any = stage.env.bot._connection._view_store
        assert not store._views
        assert not store._modals
        assert not store._synced_message_views
        assert len(kept) == 3


async def test_a_button_of_somebody_else_is_left_alone(hall: Paced) -> None:
    from bot.discord.buttons import pressed

    assert pressed({"custom_id": "footnote:good"}) is None
    assert pressed({"custom_id": "other:good:1"}) is None
    assert pressed({}) is None
    assert pressed(None) is None
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        token = answer.components[0]["components"][0]["custom_id"].split(":")[2]
        kept = stage.cog.context.kept.get(token)
        assert kept is not None
        assert kept.reply.nearest == ()


async def test_a_verdict_that_cannot_be_kept_is_told_to_readers_without_why(
    hall: Paced, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with on_stage(hall) as stage:
        answer = await answered(stage)
        hall.feedback._path.mkdir()
        result = await stage.bob.click(answer, label="Good")
        assert result.response is not None
        assert "could not be kept" in result.response.content
        assert "/" not in result.response.content
        said = [each for each in caplog.records if "feedback" in each.getMessage()]
        assert [each.getMessage() for each in said] == ["feedback is lost"]
        assert str(hall.feedback._path) in vars(said[0])["why"]
