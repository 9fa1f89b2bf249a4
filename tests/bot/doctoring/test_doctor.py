"""`footnote doctor` as a command: settings that are wrong, looks that hang, what is printed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import doctor as command
from bot.cli import main
from bot.finding import Finding, guarded, wrong
from bot.render.findings import object_of, of_finding
from bot.render.style import Style
from index.errors import StoreError
from index.generation import Generation
from tests.bot.conftest import ROOT
from tests.bot.doctoring.conftest import CANARY, Doctor, standing

Index = Callable[..., Generation]


def test_the_program_and_what_it_stands_on(doctor: Doctor) -> None:
    message = doctor().of("program")["message"]
    assert re.match(r"footnote \S+, Python 3\.\d+\.\d+; chromadb 1\.", message)


def test_where_settings_come_from(
    doctor: Doctor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert doctor().of("settings")["message"].startswith("There is no footnote.toml")
    (folder / "footnote.toml").write_text('corpus = "seeds"\n')
    assert doctor().of("settings")["message"] == f"footnote.toml in {folder} is read."
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    monkeypatch.setenv("FOOTNOTE_KEEP", "3")
    monkeypatch.setenv("FOOTNOTE_MODE", "")
    message = doctor().of("settings")["message"]
    assert message.endswith(" is read. Set by variables: FOOTNOTE_KEEP, OPENAI_API_KEY.")
    (folder / "footnote.toml").write_text("corpus = ")
    said = doctor()
    assert said.wrong == ["settings"]
    assert "TOML" in said.of("settings")["message"]
    assert said.all_of("documents") == []  # which are not known
    (folder / "footnote.toml").write_text('modle = "x"\n')
    assert "did you mean" in doctor().of("settings")["hint"].lower()


def test_where_the_model_is_not_set_right_the_documents_are_looked_at(
    doctor: Doctor, index: Index, folder: Path
) -> None:
    index()
    (folder / "footnote.toml").write_text('model = "m"\nkeep = 0\n')
    said = doctor()
    assert said.wrong == ["settings"]
    assert said.of("documents")["level"] == "ok"
    assert said.of("texts")["level"] == "ok"
    assert said.all_of("model") == said.all_of("discord") == []  # of which nothing is known
    with standing(folder) as generation:
        (pack,) = (generation.path / "texts").iterdir()
    pack.unlink()
    # Built now, it would lack the vectors that some setting may ask for.
    assert doctor("--fix").wrong == ["settings", "texts", "mending"]
    with standing(folder) as after:
        assert after.name == generation.name


def test_what_is_unsafe(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_API_KEY", CANARY)
    words = ("--model", "m", "--base-url", "http://192.0.2.1:9/v1", "--deadline", "0.2")
    told = doctor(*words).all_of("settings")
    assert [each["level"] for each in told] == ["ok", "warning"]
    assert "unencrypted" in told[1]["message"]


def test_a_key_is_struck_out_wherever_it_stands(
    doctor: Doctor, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / f"seeds/{CANARY}.png").touch()  # what is said is looked at by `Said`
    assert "[struck out]" in doctor().all_of("skipped")[0]["details"][0]
    assert "[struck out]" in doctor("--corpus", CANARY).of("documents")["message"]
    # One that has no shape of its own, as it is configured.
    monkeypatch.setenv("FOOTNOTE_API_KEY", "Canary-without-a-shape")
    words = ("--model", "m", "--base-url", "http://127.0.0.1:9/v1")
    said = doctor(*words, "--corpus", "Canary-without-a-shape")
    assert "[struck out]" in said.of("documents")["message"]


def test_a_look_that_does_not_end_is_left(doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    ends = threading.Event()

    def hangs(_: object) -> list[Finding]:
        ends.wait(30.0)
        return []

    looks = tuple((name, hangs if name == "lock" else look) for name, look in command._FOLDERS)
    monkeypatch.setattr(command, "_FOLDERS", looks)
    monkeypatch.setattr(command, "SECONDS", 0.3)
    started = time.monotonic()
    said = doctor()
    assert time.monotonic() - started < 10
    ends.set()
    assert said.wrong == ["lock"]
    assert "was left" in said.of("lock")["message"]
    assert said.of("rubbish")["level"] == "ok"


def test_a_look_that_fails_harms_no_other(capsys: pytest.CaptureFixture[str]) -> None:
    def fails() -> list[Finding]:
        raise ZeroDivisionError("by nought")

    def tells() -> list[Finding]:
        raise StoreError("It is gone.", "Look for it.")

    (found,) = guarded("lock", fails)
    assert "ZeroDivisionError: by nought" in found.message
    assert not found.well
    assert guarded("lock", tells) == [wrong("lock", "It is gone.", "Look for it.")]
    capsys.readouterr()


def test_flags_that_are_wrong_are_no_finding(folder: Path) -> None:
    assert folder.is_dir()
    assert main(["doctor", "--fxi"]) == 2
    assert main(["doctor", "index"]) == 2


def test_for_a_person(
    doctor: Doctor, index: Index, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index()
    for number in range(8):
        (folder / f"seeds/{number}.png").touch()
    assert main(["doctor"]) == 0
    out = capsys.readouterr().out
    assert out.endswith("\n\nNothing is wrong.\n")
    lines = out.splitlines()
    assert lines[0].startswith("ok       program:     footnote ")
    (at,) = (at for at, line in enumerate(lines) if "of other formats" in line)
    assert lines[at].startswith("note     skipped:     8 files: of other formats")
    assert lines[at + 1].startswith(" " * 22 + "- 0.png")
    assert lines[at + 6] == " " * 22 + "- and 3 more; --json names them"
    with standing(folder) as generation:
        (pack,) = (generation.path / "texts").iterdir()
    pack.unlink()
    assert main(["doctor"]) == 1
    out = capsys.readouterr().out
    assert "\nproblem  texts:       Damaged: " in out
    assert out.endswith("\n1 thing is wrong. `footnote doctor --fix` can mend 1 of them.\n")
    assert main(["doctor", "--fix"]) == 0
    out = capsys.readouterr().out
    assert "\nmended   texts:       Damaged: " in out
    assert out.endswith("\nNothing is wrong any more: 1 mended.\n")
    assert doctor().wrong == []


def test_names_cannot_steer_a_terminal() -> None:
    finding = Finding("x", "warning", "a\x1b[2Jb\nc", "h\u202e", ("d\x07",))
    shown = of_finding(finding, "warning", 9)
    assert shown.splitlines() == [
        r"warning  x:           a\x1b[2Jb c",
        " " * 22 + r"- d\x07",
        " " * 22 + r"h\u202e",
    ]
    assert object_of(finding)["details"] == ["d\x07"]  # as JSON escapes it
    narrow = of_finding(Finding("x", "ok", "word " * 20, details=("word " * 20,)), "ok", 9,
                        Style(columns=60))  # fmt: skip
    assert all(len(line) <= 60 for line in narrow.splitlines())


_DUMP = """
import sys
from bot.cli import main
code = main(sys.argv[1:])
print(*sys.modules, file=sys.stderr)
sys.exit(code)
"""


def test_it_is_light_where_nothing_heavy_is_set(folder: Path, index: Index) -> None:
    index()
    done = subprocess.run(
        [sys.executable, "-c", _DUMP, "doctor"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    heavy = {
        "chromadb",
        "llama_index",
        "openai",
        "discord",
        "aiohttp",
        "numpy",
        "yaml",
        "trafilatura",
    }
    assert not heavy & set(done.stderr.split())
