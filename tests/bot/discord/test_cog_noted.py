"""What the log says of an answer: enough to mend what readers are not told of, and no more."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.answers import Notice, Trace
from bot.discord_cog import Options
from bot.serving.logs import heard_by
from index.record import replaced
from tests.bot.discord.conftest import PORT, Paced, on_stage

pytestmark = pytest.mark.asyncio


async def test_why_the_model_was_not_used_is_told_to_whoever_runs_it(
    hall: Paced, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = hall.ask
    notices = (
        Notice("fallback", "llm:8080 refuses the request (status 400): Who met? This answer is."),
        Notice("file_changed", "a.txt changed."),
    )

    def failing(*given: object) -> Trace:
        trace = asked(*given)  # type: ignore[arg-type]
        return replaced(trace, reply=replaced(trace.reply, notices=notices))

    monkeypatch.setattr(hall, "ask", failing)
    heard: dict[str, Mapping[str, object]] = {}
    async with on_stage(hall, Options()) as stage:
        with heard_by(heard.__setitem__):
            result = await stage.ann.slash(stage.channel, "ask", question=PORT)
    assert heard["answered"]["why"] == ["llm:8080 refuses the request (status 400)"]
    assert heard["answered"]["notices"] == ["fallback", "file_changed"]
    assert result.response is not None
    assert "The model could not be used just now" in result.response.content
    assert "llm:8080" not in result.response.content
