"""`footnote bot` as a process: how it starts and leaves, and how it bears five hundred at once."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from bot import discord_bot
from bot.settings import Settings
from tests.bot.conftest import PORT
from tests.bot.discord import process
from tests.bot.discord.test_bot_process import folder, indexed, seeded, stocked
from tests.bot.discord.wire import over_seeds, said
from tests.bot.discord.wire_program import Program, program
from tests.servers.discord_like.interactions import Asked
from tests.servers.discord_like.server import Discord
from tests.servers.discord_like.world import LOADING
from tests.servers.openai_like import Server
from tests.servers.plays import by, text
from tests.servers.process import running

__all__ = ["folder", "indexed", "seeded", "stocked"]


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The seeds, indexed once."""
    return over_seeds(tmp_path_factory.mktemp("programs"))


def online(server: Discord, bot: Program) -> None:
    server.wait(lambda: server.connected or bot.process.poll() is not None, 60)
    assert server.connected, bot.log.read_text()


def test_a_wrong_token_and_an_intent_that_is_not_granted_end_it_in_a_line(
    tmp_path: Path, settings: Settings
) -> None:
    with Discord() as server:
        for words, token, told in (
            ((), "wrong", "DISCORD_TOKEN"),
            (("--message-content", "yes"), None, "Message Content Intent"),
            ((), "", "DISCORD_TOKEN"),
        ):
            with program(server, settings, tmp_path, *words, token=token) as bot:
                assert bot.process.wait(60) == 2
                (line,) = [x for x in bot.log.read_text().splitlines() if "footnote:" in x]
                assert "Traceback" not in bot.log.read_text()
                assert told in bot.log.read_text(), line
                assert server.token not in bot.log.read_text()


def test_it_writes_commands_once_and_finishes_what_is_in_hand(
    tmp_path: Path, settings: Settings
) -> None:
    with Discord() as server, running("--script", f"{SCRIPT}:TWO_SECONDS") as model:
        words = ("--model", "scripted", "--base-url", model)
        with program(server, settings, tmp_path, *words) as bot:
            online(server, bot)
            asked = server.people.slash("ask", "Ann", question=PORT)
            server.wait(lambda: asked.first)
            assert bot.stop() == 0
            assert "Busan" in said(server.replies(asked))
        with program(server, settings, tmp_path, *words) as bot:
            online(server, bot)
            assert bot.stop() == 0
        assert server.syncs == 1
        assert server.gateway.sessions == {}  # it said goodbye


SCRIPT = "tests.bot.discord.wire_program"


PLENTY = ("--cooldown-user", "0", "--workers", "64", "--queue", "400")


@pytest.mark.parametrize(
    ("questions", "seconds", "users", "words", "least", "late"),
    [
        # Beside other tests processors are short; whatever waits for a model takes two seconds.
        (60, 0.6, 12, PLENTY, 60, 0.5),
        pytest.param(500, 5.0, 100, PLENTY, 464, 0.1, marks=pytest.mark.slow),
        pytest.param(500, 5.0, 100, (), 108, 0.1, marks=pytest.mark.slow),  # as it comes
    ],
)
def test_many_questions_at_once_are_heard_within_a_second(
    tmp_path: Path,
    settings: Settings,
    questions: int,
    seconds: float,
    users: int,
    words: tuple[str, ...],
    least: int,
    late: float,
) -> None:
    with Discord(limited=True) as server, running("--script", f"{SCRIPT}:TWO_SECONDS") as model:
        words = ("--model", "scripted", "--base-url", model, *words)
        with program(server, settings, tmp_path, *words) as bot:
            online(server, bot)
            server.wait(lambda: any(line["message"] == "ready" for line in bot.lines()), 20)
            begun = time.monotonic()
            asked = []
            for n in range(questions):
                asked.append(server.people.slash("ask", f"Ann {n % users}", question=PORT))
                time.sleep(max(0.0, begun + (n + 1) * seconds / questions - time.monotonic()))
            server.wait(lambda: all(done(server, each) for each in asked), 90)
            ended = time.monotonic()
            assert bot.stop() == 0
        waited = sorted(each.waited for each in asked)
        texts = [said(server.replies(each)) for each in asked]
        answered = sum("Busan" in text for text in texts)
        p99 = waited[int(len(waited) * 0.99) - 1]
        print(
            f"{questions} questions: first response p50 {waited[len(waited) // 2]:.3f} s,"
            f" p99 {p99:.3f} s, most {waited[-1]:.3f} s; loop late by at most"
            f" {bot.lag(begun, ended):.3f} s; {answered} answered, all in {ended - begun:.1f} s"
        )
        assert p99 <= 1.0
        assert bot.lag(begun, ended) <= late
        polite = re.compile("Busan|second|moment|minute|busy|wait", re.IGNORECASE)
        assert [text for text in texts if not polite.search(text) or "went wrong" in text] == []
        assert answered >= least
        assert server.rest.limits.broken == 0


def done(server: Discord, asked: Asked) -> bool:
    replies = server.replies(asked)
    if not replies or any(each["flags"] & LOADING for each in replies):
        return False
    return bool(replies[-1]["components"]) or "Busan" not in said(replies)


def test_what_is_not_done_in_twenty_seconds_is_left(stocked: Path) -> None:
    assert discord_bot.FINISH_SECONDS == 20
    soon = "import bot.discord_bot as b; b.FINISH_SECONDS = 1.0"
    with Discord() as server, Server(by(lambda _: text("late", delay=60.0))) as model:
        words = ("--model", "scripted", "--base-url", model.base_url)
        with process.running(stocked, server, *words, first=soon) as bot:
            bot.wait_for("ready")
            asked = server.people.slash("ask", "Ann", question=PORT)
            server.wait(lambda: asked.first and model.chats)
            begun = time.monotonic()
            bot.tell()
            assert bot.ended(15) == 0
            assert 1.0 <= time.monotonic() - begun < 6.0
            assert bot.said("stopped")[0]["finished"] is False


def test_nobody_can_call_it_unless_a_port_is_set(stocked: Path) -> None:
    with Discord() as server, process.running(stocked, server) as bot:
        bot.wait_for("ready")
        assert listening(bot.process.pid) == []


def listening(pid: int) -> list[str]:
    """The sockets on which a process waits to be called."""
    folder = Path(f"/proc/{pid}/fd")
    held = {os.readlink(each) for each in folder.iterdir()}
    tables = [Path(f"/proc/{pid}/net/{name}") for name in ("tcp", "tcp6", "udp", "udp6")]
    rows = [row.split() for table in tables for row in table.read_text().splitlines()[1:]]
    waits = [row for row in rows if row[3] in ("0A", "07")]
    return [row[1] for row in waits if f"socket:[{row[9]}]" in held]
