"""Servers that do not answer, keys that are not taken, collections that are lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.dense import chroma as chromas
from index.generation import Generation
from tests.bot.discord.test_bot_process import FAKE
from tests.bot.doctoring.conftest import CANARY, Doctor
from tests.index.test_build_dense import client_of, collections
from tests.servers import chroma, plays
from tests.servers.between import Between
from tests.servers.discord_like.pointing import pointed
from tests.servers.discord_like.server import Discord
from tests.servers.openai_like import Server

Index = Callable[..., Generation]
HASHED = ("--embedder", "hashed")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma.running(tmp_path_factory.mktemp("chroma")) as address:
        yield address


def test_chroma_answers(doctor: Doctor, index: Index, address: str) -> None:
    words = (*HASHED, "--chroma", address)
    told = doctor(*words).of("chroma")
    assert told["level"] == "ok"
    assert "Nothing is stored there" in told["message"]
    count = index(*words).passage_count
    told = doctor(*words).of("chroma")
    assert "version 1." in told["message"]
    assert f"has the {count} vectors" in told["message"]
    assert "another place is set" in doctor(*HASHED).of("vectors")["message"]


def test_a_collection_that_is_lost(doctor: Doctor, index: Index, address: str) -> None:
    words = (*HASHED, "--chroma", address)
    part = index(*words).dense
    assert part is not None
    with client_of(address) as client:
        client.delete_collection(part.collection)
    said = doctor(*words)
    assert said.wrong == ["chroma"]
    said = doctor("--fix", *words)
    assert (said.wrong, said.fixed) == ([], ["chroma"])
    assert [each for each in collections(address) if each.startswith(part.collection[:25])]
    assert doctor(*words).wrong == []


@pytest.mark.parametrize("fate", ["hang", 500])
def test_chroma_that_does_not_answer(
    doctor: Doctor, address: str, fate: str | int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chromas, "_CONNECT", 0.3)
    monkeypatch.setattr(chromas, "_PATIENCE", 0.3)
    chromas._hasty()
    with Between(address) as between:
        words = (*HASHED, "--chroma", between.address)
        between.fate = lambda *_: fate
        said = doctor("--fix", *words)
    assert said.wrong == ["chroma"]
    assert between.address in said.of("chroma")["message"]


def test_a_model_that_answers_and_one_that_does_not(
    doctor: Doctor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "None is needed" in doctor().of("model")["message"]
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    with Server(plays.text("ready")) as model:
        told = doctor("--model", "scripted", "--base-url", model.base_url).of("model")
        assert "scripted answered in" in told["message"]
        assert len(model.chats) == 1
    assert (folder / ".footnote/spent.sqlite").exists()
    with Server(plays.status(401, f"Incorrect API key provided: {CANARY}")) as model:
        said = doctor("--fix", "--model", "m", "--base-url", model.base_url)
        assert said.wrong == ["model"]
        assert len(model.chats) == 1  # to mend nothing asks it again
    said = doctor("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    assert said.wrong == ["model"]


def test_the_token_of_the_bot(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    told = doctor().of("discord")
    assert told["level"] == "note"
    assert "No token is set" in told["message"]
    with Discord() as server, pointed(server.api, server.gateway.address):
        monkeypatch.setenv("DISCORD_TOKEN", server.token)
        told = doctor().of("discord")
        assert told["level"] == "ok"
        assert "the bot footnote" in told["message"]
        assert not server.gateway.identified  # nobody sees it come and go
        monkeypatch.setenv("DISCORD_TOKEN", FAKE)
        said = doctor()
        assert said.wrong == ["discord"]
        assert "Reset Token" in said.of("discord")["hint"]
        assert FAKE not in str(said.value)
    with pointed("http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9/"):
        assert "cannot be reached" in doctor().of("discord")["message"]
