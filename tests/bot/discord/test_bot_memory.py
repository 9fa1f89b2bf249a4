"""However many questions come, the bot holds no more memory than after the first of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.conftest import PORT
from tests.bot.discord.process import Bot, running
from tests.bot.discord.test_bot_process import folder, indexed, seeded, stocked
from tests.servers.discord_like.server import Discord

__all__ = ["folder", "indexed", "seeded", "stocked"]

_AT_ONCE = 50


def answer(server: Discord, bot: Bot, first: int, last: int) -> None:
    """The questions of these numbers, each another's and in other words, answered."""
    for begin in range(first, last, _AT_ONCE):
        end = min(begin + _AT_ONCE, last)
        for n in range(begin, end):
            question = f"{PORT[:-1]}, number {n}?"
            if n % 5:
                server.people.slash("ask", f"Ann {n % 1000}", question=question)
            else:
                server.people.say(question, f"Ann {n % 1000}", mention=True)
        bot.wait(lambda end=end: bot.answers >= end, 120)  # type: ignore[misc]


def grown(folder: Path, early: int, late: int) -> float:
    with Discord() as server, running(folder, server) as bot:
        bot.wait_for("ready")
        answer(server, bot, 0, early)
        before = bot.memory
        answer(server, bot, early, late)
        after = bot.memory
        print(f"{before / 1e6:.1f} MB after {early}, {after / 1e6:.1f} MB after {late}")
        assert not bot.said("refused")
        bot.tell()
        assert bot.ended() == 0
    return after / before


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_memory_after_ten_thousand_questions(stocked: Path) -> None:
    assert grown(stocked, 1_000, 10_000) <= 1.05


def test_memory_after_some_hundred_questions(stocked: Path) -> None:
    assert grown(stocked, 200, 600) <= 1.05
