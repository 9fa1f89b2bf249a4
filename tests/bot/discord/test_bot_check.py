"""`footnote bot --check`: each thing that is wrong is said, with what to do about it."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.bot.conftest import ROOT
from tests.bot.discord.test_bot_process import FAKE
from tests.servers import plays
from tests.servers.discord_like.pointing import pointed
from tests.servers.discord_like.server import Discord
from tests.servers.openai_like import Server

KEY = "sk-CanaryQ7zX9vB2-abcdef"


@pytest.fixture
def server() -> Iterator[Discord]:
    with Discord() as server, pointed(server.api, server.gateway.address):
        yield server


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("bot.discord_check.MORE_SECONDS", 0.05)
    return tmp_path


class Checked:
    """What was found, by what it is about."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.value: dict[str, Any] = json.loads(out)
        self.found: dict[str, dict[str, Any]] = {
            each["about"]: each for each in self.value["checks"]
        }
        assert self.value["ok"] == all(each["ok"] for each in self.found.values())
        assert code == (0 if self.value["ok"] else 2)
        assert all(each["ok"] or each["hint"] for each in self.found.values())
        assert "Canary" not in out + err
        assert err == ""

    @property
    def wrong(self) -> list[str]:
        return [about for about, each in self.found.items() if not each["ok"]]


@pytest.fixture
def check(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Any:
    assert folder.is_dir()

    def run(*words: str, token: str = "") -> Checked:
        monkeypatch.setenv("DISCORD_TOKEN", token)
        capsys.readouterr()
        code = main(["bot", "--check", "--json", *words])
        captured = capsys.readouterr()
        return Checked(code, captured.out, captured.err)

    return run


def test_all_is_well(check: Any, server: Discord) -> None:
    found = check(token=server.token)
    assert found.wrong == []
    messages = {about: each["message"] for about, each in found.found.items()}
    assert "the bot footnote" in messages["token"]
    assert "1 server" in messages["permissions"]
    assert messages["invitation"].startswith("https://discord.com/oauth2/authorize")
    assert f"client_id={server.world.application['id']}" in messages["invitation"]
    assert "permissions=309237746688" in messages["invitation"]
    assert "none yet" in messages["index"]
    assert "None is needed" in messages["model"]
    assert server.syncs == 0
    server.wait(lambda: not server.connected)


def test_an_index_that_stands(check: Any, folder: Path, server: Discord) -> None:
    shutil.copytree(ROOT / "seeds", folder / "papers")
    words = ("--corpus", "papers")
    main(["index", *words])
    found = check(*words, token=server.token).found["index"]
    assert re.match(r"\d+ documents, \d+ passages, as the documents are", found["message"])
    (folder / "papers/new.txt").write_text("Something new happened in Zanzibar on Monday.")
    found = check(*words, token=server.token).found["index"]
    assert "up to date when it starts" in found["message"]


def test_documents_that_are_missing(check: Any, folder: Path, server: Discord) -> None:
    found = check("--corpus", str(folder / "nowhere"), token=server.token)
    assert found.wrong == ["index"]


def test_no_token(check: Any) -> None:
    found = check()
    assert found.wrong == ["token"]
    assert "DISCORD_TOKEN" in found.found["token"]["hint"]


def test_a_wrong_token(check: Any, server: Discord) -> None:
    found = check(token=FAKE)
    assert found.wrong == ["token"]
    assert "Reset Token" in found.found["token"]["hint"]
    assert not server.gateway.identified


def test_discord_cannot_be_reached(check: Any) -> None:
    with pointed("http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9/"):
        found = check(token=FAKE)
    assert found.wrong == ["token"]
    assert "cannot be reached" in found.found["token"]["message"]


def test_discord_fails(check: Any, server: Discord) -> None:
    server.trouble("banned", "GET /users/@me")
    found = check(token=server.token)
    assert "status 429" in found.found["token"]["message"]


def test_an_intent_that_is_not_granted(check: Any, server: Discord) -> None:
    found = check("--message-content", "yes", token=server.token)
    assert found.wrong == ["intents"]
    assert "Message Content Intent" in found.found["intents"]["hint"]
    # What the application says is not what the gateway holds to.
    server.world.application["flags"] = 1 << 18
    assert check("--message-content", "yes", token=server.token).wrong == ["intents"]
    server.gateway.granted.add("message_content")
    assert check("--message-content", "yes", token=server.token).wrong == []


def test_permissions_that_are_missing(check: Any, server: Discord) -> None:
    everyone = server.world.guild["roles"][0]
    everyone["permissions"] = str(int(everyone["permissions"]) & ~(1 << 15 | 1 << 38))
    found = check(token=server.token)
    assert found.wrong == ["permissions"]
    told = found.found["permissions"]
    assert "in Town: Attach Files, Send Messages in Threads" in told["message"]
    assert "oauth2/authorize" in told["hint"]


def test_permissions_in_the_channels_that_are_allowed(check: Any, server: Discord) -> None:
    id = server.world.channel["id"]
    assert check("--channels", id, token=server.token).wrong == []
    over = {"id": server.world.bot["id"], "type": 1, "allow": "0", "deny": str(1 << 11)}
    server.world.channels[id]["permission_overwrites"] = [over]
    assert check(token=server.token).wrong == []
    found = check("--channels", f"{id},123456789012345678", token=server.token)
    message = found.found["permissions"]["message"]
    assert "in the channel general: Send Messages" in message
    assert "in the channel 123456789012345678: View Channels" in message


def test_a_token_in_a_name(check: Any, server: Discord) -> None:
    server.world.guild["name"] = f"Town of {server.token}"
    server.world.guild["roles"][0]["permissions"] = "0"
    message = check(token=server.token).found["permissions"]["message"]
    assert "in Town of" in message
    assert server.token not in message


def test_in_no_server(check: Any, server: Discord) -> None:
    server.world.guilds.clear()
    found = check(token=server.token)
    assert found.wrong == ["permissions"]
    assert "oauth2/authorize" in found.found["permissions"]["hint"]


def test_commands_that_go_elsewhere(check: Any, server: Discord) -> None:
    server.world.application["interactions_endpoint_url"] = "https://elsewhere.example/"
    found = check(token=server.token)
    assert found.wrong == ["commands"]


def test_a_model_that_answers(check: Any, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Server(plays.text("ready")) as model:
        words = ("--model", "scripted", "--base-url", model.base_url)
        found = check(*words).found["model"]
        assert found["ok"]
        assert "scripted answered in" in found["message"]
        (asked,) = model.chats
        assert asked.body["max_tokens"] <= 100
    assert (folder / ".footnote/spent.sqlite").exists()
    with Server(plays.text("ready", finish="length")) as model:
        assert check("--model", "m", "--base-url", model.base_url).found["model"]["ok"]


def test_a_model_that_does_not(check: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    with Server(plays.status(401, f"Incorrect API key provided: {KEY}")) as model:
        found = check("--model", "m", "--base-url", model.base_url)
    assert "model" in found.wrong
    assert "key" in found.found["model"]["message"] + found.found["model"]["hint"]


def test_an_embedder(check: Any) -> None:
    words = ("--embedder", "openai", "--embedding-model", "v")
    with Server() as model:
        found = check(*words, "--base-url", model.base_url).found["embedder"]
    assert "a vector of" in found["message"]
    found = check(*words, "--base-url", "http://127.0.0.1:9/v1")
    assert "embedder" in found.wrong


def test_for_a_person(
    folder: Path,
    server: Discord,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert folder.is_dir()
    monkeypatch.setenv("DISCORD_TOKEN", server.token)
    server.world.guild["name"] = "To\x1b[2Jwn\nok  model:"
    everyone = server.world.guild["roles"][0]
    everyone["permissions"] = "0"
    assert main(["bot", "--check"]) == 2
    out = capsys.readouterr().out
    assert "\x1b" not in out
    lines = out.splitlines()
    assert [line[:2] for line in lines if line[:2].strip()] == ["ok", "ok", "no", "ok", "ok"]
    assert lines[0].startswith("ok  token:       Discord knows it")
    assert lines[3].startswith(" " * 17 + "Give them")
