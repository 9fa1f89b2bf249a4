"""The bot as a process: how it starts, what it says where it cannot, and how it leaves."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.conftest import PORT, ROOT
from tests.bot.discord.process import Bot, running
from tests.servers.discord_like.interactions import Asked
from tests.servers.discord_like.server import Discord, texts
from tests.servers.discord_like.world import LOADING

FAKE = "MTE4MDAwMDAwMDAwMDAwMDAwMQ.GxyzAb.CanaryQ7zX9vB2-abcdefghij_0123456789"


@pytest.fixture
def server() -> Iterator[Discord]:
    with Discord() as server:
        yield server


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the seeds in it, and nothing yet of the bot's."""
    folder = tmp_path_factory.mktemp("bot")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    return folder


@pytest.fixture
def folder(seeded: Path, tmp_path: Path) -> Path:
    """The same with a store of its own, which has the index if another had to build it."""
    (tmp_path / "seeds").symlink_to(seeded / "seeds")
    return tmp_path


def is_answered(server: Discord, asked: Asked) -> bool:
    replies = server.replies(asked)
    return bool(replies) and not any(each["flags"] & LOADING for each in replies)


def answered(server: Discord, asked: Asked) -> str:
    server.wait(lambda: is_answered(server, asked), 20)
    return "\n".join(texts(server.replies(asked)))


def ready(bot: Bot) -> None:
    """Wait until it is there, and has an index to answer from."""
    bot.wait_for("ready")


def ask(server: Discord, by: str = "Ann") -> Asked:
    return server.people.slash("ask", by, question=PORT)


def test_it_answers_and_leaves_when_told(folder: Path, server: Discord) -> None:
    with running(folder, server) as bot:
        ready(bot)
        said = ""
        for n in range(100):  # the index is being built
            said = answered(server, ask(server, f"Ann {n}"))
            if "Busan" in said:
                break
            assert "being read" in said
            time.sleep(0.1)
        assert "Busan" in said
        line = bot.wait_for("answered")
        bot.tell()
        assert bot.ended() == 0
    assert line["status"] == "answered"
    assert line["seconds"] > 0
    assert line["cost_usd"] is None
    assert "question" not in line
    assert PORT not in bot.text
    assert bot.said("stopped")[0]["finished"] is True
    assert all(line["level"] == "info" for line in bot.lines)
    assert bot.text.count("\n") == len(bot.lines)  # no word that is not JSON
    assert bot.out == ""
    server.wait(lambda: not server.connected)


@pytest.fixture(scope="module")
def indexed(seeded: Path) -> Path:
    """A folder whose index stands."""
    from bot.settings import Settings
    from bot.wiring import reindex

    store = seeded / ".footnote"
    reindex(Settings(seeded / "seeds", store, "extractive")).generation.close()
    return seeded


@pytest.fixture
def stocked(indexed: Path, folder: Path) -> Path:
    """A folder of its own with an index that stands."""
    (folder / "footnote.toml").write_text(f'corpus = "{indexed / "seeds"}"\ncooldown_user = 0\n')
    shutil.copytree(indexed / ".footnote", folder / ".footnote")
    return folder


def test_commands_are_written_once(stocked: Path, server: Discord) -> None:
    with running(stocked, server) as bot:
        ready(bot)
        server.ready_again()
        bot.wait_for("ready again")
        server.reconnect()
        bot.wait(lambda: server.gateway.resumed)
        server.wait(lambda: server.connected)
        server.invalidate(resumable=False)
        bot.wait(lambda: server.gateway.identified == 2)
        server.wait(lambda: server.connected)
        assert "Busan" in answered(server, ask(server))
        bot.tell()
        assert bot.ended() == 0
    assert server.syncs == 1
    with running(stocked, server) as bot:  # and not by the next process either
        ready(bot)
        assert "Busan" in answered(server, ask(server))
        assert not bot.said("commands written")
    assert server.syncs == 1


def test_what_is_in_hand_is_finished(stocked: Path, server: Discord) -> None:
    with running(stocked, server, "--workers", "1") as bot:
        ready(bot)
        assert "Busan" in answered(server, ask(server))
        server.trouble("slow", "PATCH /webhooks", times=5, seconds=1.0)
        asked = [ask(server, f"Ann {n}") for n in range(5)]
        server.wait(lambda: all(each.first is not None for each in asked))
        bot.tell()
        bot.wait_for("stopping")
        late = ask(server, "Bob")
        assert bot.ended() == 0
    for each in asked:
        assert "Busan" in "\n".join(texts(server.replies(each)))
    assert "restarted" in "\n".join(texts(server.replies(late)))
    assert bot.said("stopped")[0]["finished"] is True


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_told_twice_it_leaves_at_once(stocked: Path, server: Discord, number: int) -> None:
    with running(stocked, server) as bot:
        ready(bot)
        server.trouble("slow", "PATCH /webhooks", seconds=15.0)
        asked = ask(server)
        server.wait(lambda: asked.first is not None)
        bot.wait(lambda: server.rest.troubles.met)
        bot.tell(number)
        bot.wait_for("stopping")
        begun = time.monotonic()
        bot.tell(number)
        assert bot.ended() == 0
    assert time.monotonic() - begun < 8
    (line,) = bot.said("stopped")
    assert (line["finished"], line["level"]) == (False, "warning")


def test_told_while_it_cannot_reach_discord(stocked: Path) -> None:
    soon = "import bot.discord_bot as b; b._FIRST_PAUSE = 4.0"
    with running(stocked, None, environment={"DISCORD_TOKEN": FAKE}, first=soon) as bot:
        bot.wait(lambda: any("again in 4 s" in line["message"] for line in bot.lines))
        begun = time.monotonic()
        bot.tell()
        assert bot.ended(10) == 0
        assert time.monotonic() - begun < 3
    assert "Canary" not in bot.text


def test_an_outage_at_the_start_is_waited_out(stocked: Path, server: Discord) -> None:
    server.trouble("banned", "GET /users/@me", times=2)
    soon = "import bot.discord_bot as b; b._FIRST_PAUSE = 0.1"
    with running(stocked, server, first=soon) as bot:
        ready(bot)
        assert "Busan" in answered(server, ask(server))
        assert any("tried again in 0 s" in line["message"] for line in bot.lines)
        assert "unclosed" not in bot.text.lower()


def told(bot: Bot) -> str:
    """What a bot that cannot start says to a person, with exit status 2."""
    assert bot.ended() == 2
    assert "Traceback" not in bot.text
    lines = [line for line in bot.err if not line.startswith("{")]
    assert len(lines) == 2
    assert lines[0].startswith("footnote: ")
    assert lines[1].startswith("hint: ")
    return "".join(lines)


def test_without_a_token(stocked: Path) -> None:
    with running(stocked, None) as bot:
        said = told(bot)
    assert "DISCORD_TOKEN" in said
    assert "Reset Token" in said


def test_with_a_wrong_token(stocked: Path, server: Discord) -> None:
    with running(stocked, server, environment={"DISCORD_TOKEN": FAKE}) as bot:
        said = told(bot)
    assert "does not take the token" in said
    assert "Reset Token" in said
    assert "Canary" not in bot.text


def test_a_token_that_is_taken_back_while_it_runs(stocked: Path, server: Discord) -> None:
    with running(stocked, server) as bot:
        ready(bot)
        server.close(4004)
        said = told(bot)
    assert "does not take the token" in said


def test_an_intent_that_is_not_granted(stocked: Path, server: Discord) -> None:
    with running(stocked, server, "--message-content", "yes") as bot:
        said = told(bot)
    assert "Message Content Intent" in said
    assert "--message-content" in said


def test_an_intent_that_is_granted(stocked: Path, server: Discord) -> None:
    server.gateway.granted.add("message_content")
    with running(stocked, server, "--message-content", "yes") as bot:
        ready(bot)
        (session,) = server.gateway.sessions.values()
        assert session.intents == 1 << 0 | 1 << 9 | 1 << 15


def test_nothing_privileged_is_asked_for(stocked: Path, server: Discord) -> None:
    with running(stocked, server, "--direct-messages", "yes") as bot:
        ready(bot)
        (session,) = server.gateway.sessions.values()
        assert session.intents == 1 << 0 | 1 << 9 | 1 << 12


def test_permissions_that_are_missing_everywhere(stocked: Path, server: Discord) -> None:
    everyone = server.world.guild["roles"][0]
    everyone["permissions"] = str(int(everyone["permissions"]) & ~(1 << 11))
    with running(stocked, server) as bot:
        said = told(bot)
    assert "Send Messages." in said
    assert "oauth2/authorize" in said


def test_permissions_that_are_missing_somewhere(stocked: Path, server: Discord) -> None:
    server.world.add_channel(server.world.add_guild("Village")["id"], "lobby")
    everyone = server.world.guild["roles"][0]
    everyone["permissions"] = str(int(everyone["permissions"]) & ~(1 << 11 | 1 << 35))
    with running(stocked, server) as bot:
        ready(bot)
        line = bot.wait_for("permissions are missing")
        bot.tell()
        assert bot.ended() == 0
    assert line["server"] == int(server.world.guild["id"])
    assert line["missing"] == ["Send Messages", "Create Public Threads"]


def test_an_address_that_takes_the_commands_away(stocked: Path, server: Discord) -> None:
    server.world.application["interactions_endpoint_url"] = "https://elsewhere.example"
    with running(stocked, server) as bot:
        ready(bot)
        assert any("Interactions Endpoint URL" in line["message"] for line in bot.lines)


def test_its_health(stocked: Path, server: Discord) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        with running(stocked, server, "--metrics-port", port) as bot:
            assert f"port {port}" in told(bot)

    def page(path: str) -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as response:
            return str(response.read().decode())

    with running(stocked, server, "--metrics-port", port) as bot:
        ready(bot)
        assert "Busan" in answered(server, ask(server))
        bot.wait_for("answered")
        assert json.loads(page("/healthz"))["status"] == "ok"
        found = page("/metrics")
        assert 'footnote_questions_total{outcome="answered"} 1\n' in found
        assert "footnote_gateway_up 1\n" in found
        bot.tell()
        assert bot.ended() == 0


def test_a_store_that_cannot_be_written_is_no_reason_to_stay_away(
    stocked: Path, server: Discord
) -> None:
    (stocked / ".footnote/discord.json").mkdir()
    with running(stocked, server) as bot:
        ready(bot)
        assert "Busan" in answered(server, ask(server))
        assert any("cannot be kept" in line["message"] for line in bot.lines)
