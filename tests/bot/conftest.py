"""A folder to run commands in, with documents of its own; and talks with a scripted model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.budget import Caps
from bot.cli import main
from tests.bot.talks import Talk, Talks
from tests.refind import refind
from tests.servers import plays
from tests.servers.openai_like import Server
from tests.servers.plays import Script

ROOT = Path(__file__).parents[2]
PORT = "In which port city did the three foreign ministers meet?"
NOT_THERE = "What is the boiling point of tungsten?"


@dataclass(frozen=True)
class Run:
    """What a command wrote, and its exit status."""

    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def object(self) -> dict[str, Any]:
        (value,) = self.objects
        return value


Command = Callable[..., Run]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with a copy of the seeds in it."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture
def footnote(folder: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in `folder`, in this process."""

    def run(*words: str) -> Run:
        capsys.readouterr()
        code = main(words)
        captured = capsys.readouterr()
        assert "Traceback" not in captured.err
        return Run(code, captured.out, captured.err)

    assert folder.is_dir()
    return run


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Talks]:
    """Opens a talk with a server that plays a script."""
    open_: list[Talk] = []

    def begun(*script: plays.Play | str, caps: Caps | None = None) -> Talk:
        played: Script = [plays.text(each) if isinstance(each, str) else each for each in script]
        server = Server(played).__enter__()
        open_.append(Talk(server, tmp_path, caps or Caps()))
        return open_[-1]

    yield begun
    for each in open_:
        each.chat.close()
        each.server.__exit__(None, None, None)


def found_again(value: dict[str, Any], corpus: Path) -> None:
    """Every quote of a reply stands in the bytes of its file, where the reply says."""
    assert bool(value["citations"]) == (value["status"] == "answered")
    refind(value, corpus, ["utf-8"])
    shown = " ".join(claim["text"] for claim in value["claims"])
    assert value["status"] == "abstained" or shown in " ".join(
        citation["quote"] for citation in value["citations"]
    )
