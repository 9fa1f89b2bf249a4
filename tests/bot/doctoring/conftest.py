"""A folder of documents of one's own, and what the doctor says of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from index import views
from index.generation import Generation
from index.store import Store
from tests.index.states import page, write

CANARY = "sk-CanaryQ7zX9vB2-abcdef"


class Said:
    """What the doctor said, by what it is about."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.value: dict[str, Any] = json.loads(out)
        self.findings: list[dict[str, Any]] = self.value["findings"]
        left = [
            each
            for each in self.findings
            if each["level"] in ("warning", "problem") and not each["fixed"]
        ]
        self.wrong = [each["name"] for each in left]
        self.fixed = [each["name"] for each in self.findings if each["fixed"]]
        assert code == (1 if self.wrong else 0)
        assert self.value["ok"] == (not self.wrong)
        assert all(each["hint"] for each in left)
        assert "Canary" not in out + err
        assert err == ""

    def of(self, name: str) -> dict[str, Any]:
        (found,) = (each for each in self.findings if each["name"] == name)
        return found

    def all_of(self, name: str) -> list[dict[str, Any]]:
        return [each for each in self.findings if each["name"] == name]


Doctor = Callable[..., Said]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder, with `seeds` of two documents."""
    folder = tmp_path / "work"
    write(folder / "seeds", pier=page("pier"), crane=page("crane", 3))
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(views, "_MEMORY", str(temporary))
    monkeypatch.setattr(views, "_DISKS", ())
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def doctor(folder: Path, capsys: pytest.CaptureFixture[str]) -> Doctor:
    assert folder.is_dir()

    def run(*words: str) -> Said:
        capsys.readouterr()
        code = main(["doctor", "--json", *words])
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run


@pytest.fixture
def index(folder: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Generation]:
    """Indexes, and gives what stands then; it is closed."""

    def run(*words: str) -> Generation:
        assert main(["index", *words]) == 0
        capsys.readouterr()
        with standing(folder) as generation:
            return generation

    return run


def store_of(folder: Path) -> Store:
    return Store.for_corpus(folder / ".footnote", folder / "seeds")


def standing(folder: Path) -> Generation:
    generation = store_of(folder).current()
    assert generation is not None
    return generation
