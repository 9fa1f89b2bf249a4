"""A run that was recorded from a server is replayed without it; what changed since is told."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

from bot.chat.recordings import Recordings
from tests.bot.conftest import PORT, ROOT, Command, Run
from tests.servers.answering import answers
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, by, status, text

BUSAN = (
    "The meeting of foreign ministers, which will take place in the South Korean port city of "
    "Busan, is also the first such meeting since 2019."
)
CASES = f"- {{id: port, ask: '{PORT}', expect: {{says: [Busan], judge: [It names one city.]}}}}\n"
THREE = "The three foreign ministers met in which port city?"
TWICE = f"- {{id: Twice.more, ask: '{THREE}', expect: {{says: [Busan]}}, repeat: 2}}\n"
KEY = "sk-canary-7f3a9b2c4d5e6f70"
GENERATIVE = "[generative]"


def judges(verdict: str, otherwise: Play) -> Play:
    """A model that answers, and judges by this verdict."""
    said = json.dumps({"reason": "It does.", "verdict": verdict})

    def choose(received: Received) -> Play:
        asked = str(received["messages"][-1]["content"])
        return text(said) if "The requirement: " in asked else otherwise

    return by(choose)


def serving(script: Play | None = None) -> Server:
    return Server(judges("yes", script or answers((BUSAN, BUSAN))))


@pytest.fixture
def named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two cases, under a model that is named and cannot be reached."""
    (folder / "qa.yaml").write_text(CASES + TWICE)
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    return folder


@pytest.fixture
def refreshed(footnote: Command, named: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Records from a server that plays a script; the server ends with the run."""

    def refresh(*words: str, script: Play | None = None) -> tuple[Run, list[Received]]:
        with serving(script) as server, monkeypatch.context() as patch:
            patch.setenv("OPENAI_BASE_URL", server.base_url)
            patch.setenv("OPENAI_API_KEY", KEY)
            run = footnote("check", "qa.yaml", "--recordings", "tape", "--refresh", *words)
            return run, server.chats

    assert named.is_dir()
    return refresh


def replay(footnote: Command, *words: str) -> Run:
    return footnote("check", "qa.yaml", "--recordings", "tape", *words)


def tapes(folder: Path) -> dict[str, Any]:
    """The recordings by the ids of their cases."""
    found = {}
    for path in sorted((folder / "tape").iterdir()):
        value = json.loads(path.read_text())
        found[value["case"].partition("::")[2].removesuffix(GENERATIVE)] = value
    return found


def test_what_was_recorded_is_replayed_without_key_or_server(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    first, asked = refreshed("--judge")
    assert (first.code, len(asked)) == (0, 4)
    spent = sqlite3.connect(named / ".footnote/spent.sqlite")
    before = spent.execute("SELECT * FROM spent").fetchall()
    again = replay(footnote, "--judge")
    assert (again.code, again.err) == (0, "")
    assert sorted(again.out.splitlines()[:2]) == sorted(first.out.splitlines()[:2])
    assert spent.execute("SELECT * FROM spent").fetchall() == before
    spent.close()
    second, asked = refreshed("--judge")
    assert (second.code, asked) == (0, [])


def test_what_is_kept(named: Path, refreshed: Any) -> None:
    refreshed("--judge")
    port, twice = tapes(named)["port"], tapes(named)["Twice.more"]
    assert [[said["prompt"] for said in each] for each in port["tries"]] == [["answer", "judge"]]
    assert [[said["prompt"] for said in each] for each in twice["tries"]] == [["answer"]] * 2
    said = port["tries"][0][0]
    assert json.loads("".join(said["said"]))["claims"][0]["text"] == BUSAN
    assert said["given"] == {"question": PORT}
    assert said["tokens"][0] > 100
    assert port["tries"][0][1]["given"]["requirement"] == "It names one city."
    for path in (named / "tape").iterdir():
        content = path.read_text()
        assert content == json.dumps(json.loads(content), ensure_ascii=False, indent=1,
                                     sort_keys=True) + "\n"  # fmt: skip
        assert "127.0.0.1" not in content
        assert "~~" not in content  # the delimiter
        assert "delimiter" not in content
    assert {path.stem.rpartition("-")[0] for path in (named / "tape").iterdir()} == {
        "port-generative", "twice-more-generative",
    }  # fmt: skip


def test_a_key_that_a_server_echoes_is_struck_out(named: Path, refreshed: Any) -> None:
    (named / "qa.yaml").write_text(TWICE)
    run, _ = refreshed(script=answers((f"{BUSAN} Your key is {KEY}.", BUSAN)))
    assert run.code == 1  # nothing in the documents says so
    kept = "".join(path.read_text() for path in (named / "tape").iterdir())
    assert "Your key is [struck out]." in kept
    assert KEY not in kept


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("model", "the model (it was scripted, and is other)"),
        ("temperature", "the model's temperature (it was 0, and is 1)"),
        ("prompt", "the prompt answer.md"),
        ("form", "the prompt answer.md, or the form it asks for"),
        ("document", "the passages ("),
        ("question", "the question"),
    ],
)
def test_what_changed_is_told(
    footnote: Command,
    named: Path,
    refreshed: Any,
    monkeypatch: pytest.MonkeyPatch,
    change: str,
    said: str,
) -> None:
    refreshed()
    if change == "model":
        monkeypatch.setenv("FOOTNOTE_MODEL", "other")
    elif change == "temperature":
        monkeypatch.setenv("FOOTNOTE_TEMPERATURE", "1")
    elif change in ("prompt", "form"):
        name = "answer.md" if change == "prompt" else "form_json.md"
        (named / "words").mkdir()
        template = (ROOT / "prompts" / name).read_text()
        (named / "words" / name).write_text(template + "\nBe brief.\n")
        monkeypatch.setenv("FOOTNOTE_PROMPTS", "words")
    elif change == "document":
        for path in (named / "seeds").iterdir():
            path.write_bytes(path.read_bytes().replace(b" since 2019.", b" since 2019. So."))
    else:
        cases = (named / "qa.yaml").read_text()
        (named / "qa.yaml").write_text(cases.replace("three foreign", "foreign"))
    run = replay(footnote)
    assert run.code == 1
    assert "2 could not be asked" in run.out
    out = " ".join(run.out.split())
    assert "The recording of qa.yaml::port[generative] (try 1) is stale. Changed since: " in out
    assert said in out
    assert f"Record it anew: --recordings {named / 'tape'} --refresh" in out
    again, asked = refreshed()
    assert (again.code, len(asked)) == (0, 3)
    assert replay(footnote).code == 0


def test_what_is_missing_is_told_and_recorded_alone(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    refreshed()
    more = f"- {{id: more, ask: 'Now: {PORT}', expect: {{says: [Busan]}}}}\n"
    (named / "qa.yaml").write_text(CASES + TWICE.replace("repeat: 2", "repeat: 3") + more)
    run = replay(footnote)
    out = " ".join(run.out.split())
    assert "What qa.yaml::Twice.more[generative] (try 3) asks with answer.md is not rec" in out
    assert "What qa.yaml::more[generative] (try 1) asks with answer.md is not recorded." in out
    assert "1 passed" in run.out
    assert "2 could not be asked" in run.out
    _, asked = refreshed()
    assert len(asked) == 2
    assert replay(footnote).code == 0


def test_a_whole_run_removes_what_it_had_no_use_for(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    refreshed("--judge")
    stranger = named / "tape/notes-0123456789ab.json"
    stranger.write_text("{}")
    (named / "qa.yaml").write_text(TWICE.replace("repeat: 2", "repeat: 1"))
    refreshed("-k", "twice")
    assert len(list((named / "tape").iterdir())) == 3  # a part of the cases says nothing of others
    _, asked = refreshed()
    assert asked == []
    assert stranger.exists()
    stranger.unlink()
    assert [len(value["tries"]) for value in tapes(named).values()] == [1]
    assert replay(footnote).code == 0


def test_a_run_without_the_judge_leaves_what_the_judge_said(
    footnote: Command, refreshed: Any
) -> None:
    refreshed("--judge")
    refreshed()
    assert replay(footnote, "--judge").code == 0


def test_a_server_that_fails_is_not_recorded_and_loses_nothing(
    footnote: Command, named: Path, refreshed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refreshed()
    before = tapes(named)
    monkeypatch.setenv("FOOTNOTE_RETRIES", "0")
    with monkeypatch.context() as patch:
        patch.setenv("FOOTNOTE_TEMPERATURE", "1")
        run, asked = refreshed(script=status(500))
        assert (run.code, len(asked)) == (1, 3)
    assert tapes(named) == before
    assert replay(footnote).code == 0


def test_four_at_once(footnote: Command, named: Path, refreshed: Any) -> None:
    cases = (f"- {{id: c{n}, ask: '{PORT}', expect: {{says: [Busan]}}}}\n" for n in range(12))
    many = "".join(cases)
    # No question stands twice in a file.
    parts = [line.replace("In which", f"{n}: in which") for n, line in enumerate(many.splitlines())]
    (named / "qa.yaml").write_text("\n".join(parts))
    run, asked = refreshed("--jobs", "4")
    assert (run.code, len(asked)) == (0, 12)
    assert len(tapes(named)) == 12
    again = replay(footnote, "--jobs", "4")
    assert again.code == 0
    assert "12 passed" in again.out


def test_the_day_is_that_of_the_recording(
    footnote: Command, named: Path, refreshed: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, asked = refreshed()
    today = tapes(named)["port"]["today"]
    assert f"Today is {today}." in asked[0]["messages"][0]["content"]
    for path in (named / "tape").iterdir():
        path.write_text(path.read_text().replace(today, "2001-02-03"))
    assert replay(footnote).code == 0
    monkeypatch.setenv("FOOTNOTE_TEMPERATURE", "1")
    _, asked = refreshed()
    assert "Today is 2001-02-03." in asked[0]["messages"][0]["content"]
    assert tapes(named)["port"]["today"] == "2001-02-03"


def test_what_fails_its_check_is_asked_again_from_the_recording(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    (named / "qa.yaml").write_text(TWICE.replace("repeat: 2", "repeat: 1"))
    run, asked = refreshed(script=answers((BUSAN, BUSAN), ("It was in Osaka.", BUSAN)))
    assert (run.code, len(asked)) == (0, 2)
    (tries,) = tapes(named)["Twice.more"]["tries"]
    assert [said["prompt"] for said in tries] == ["answer", "again"]
    assert "It was in Osaka." in tries[1]["given"]["failed"]
    assert replay(footnote).code == 0


def test_a_model_that_went_on_is_cut_off_again(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    (named / "qa.yaml").write_text(TWICE.replace("repeat: 2", "repeat: 1"))
    run, _ = refreshed(script=answers(*[(BUSAN, BUSAN)] * 40, pieces=400))
    assert run.code == 0
    ((said,),) = tapes(named)["Twice.more"]["tries"]
    assert said["whole"] is False
    assert replay(footnote).code == 0
    path = next((named / "tape").iterdir())
    path.write_text(path.read_text().replace("}, {", "} , "))  # fewer claims than are read
    out = " ".join(replay(footnote).out.split())
    assert "ends where nobody read on" in out


def test_two_settings_have_recordings_of_their_own(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    (named / "words").mkdir()
    own = (ROOT / "prompts/answer.md").read_text()
    (named / "words/answer.md").write_text(own + "\nBe brief.\n")
    (named / "a.toml").write_text("")
    (named / "b.toml").write_text('prompts = "words"\n')
    run, asked = refreshed("--compare", "a.toml", "b.toml")
    assert (run.code, len(asked)) == (0, 6)
    assert sorted(path.name for path in (named / "tape").iterdir()) == ["a", "b"]
    again = replay(footnote, "--compare", "a.toml", "b.toml")
    assert again.code == 0
    assert "2 passed" in again.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--refresh",), "Name their folder"),
        (("--recordings", "nowhere"), "no folder of recordings"),
        (("--recordings", "tape", "--refresh", "--mode", "extractive"), "none is named"),
        (("--judge", "--mode", "extractive"), "none is named"),
    ],
)
def test_what_cannot_be_meant(
    footnote: Command,
    named: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    said: str,
) -> None:
    assert named.is_dir()
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    run = footnote("check", "qa.yaml", *words)
    assert run.code == 2
    assert said in run.err


def test_a_replay_imports_no_client(named: Path, refreshed: Any) -> None:
    refreshed()
    code = (
        "import sys; from bot.cli import main; "
        "code = main(['check', 'qa.yaml', '--recordings', 'tape']); "
        "sys.exit(code or any(name in sys.modules for name in ('openai', 'httpx2', 'httpcore2')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=named,
        env={"PYTHONPATH": str(ROOT), "FOOTNOTE_MODEL": "scripted", "HOME": str(named)},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, (done.stdout, done.stderr)


@pytest.mark.parametrize(
    "hostile",
    [
        b"", b"{}", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"a": 1, "a": 1}',
        b'{"version": NaN}', b'{"version": 2}', b"9" * 5000,
    ],
)  # fmt: skip
def test_a_file_that_is_no_recording_is_refused_and_left(
    footnote: Command, named: Path, refreshed: Any, hostile: bytes
) -> None:
    (named / "qa.yaml").write_text(TWICE.replace("repeat: 2", "repeat: 1"))
    refreshed()
    path = next((named / "tape").iterdir())
    path.write_bytes(hostile)
    for run in (replay(footnote), refreshed()[0]):
        assert run.code == 1
        assert "is no recording: " in " ".join(run.out.split())
        assert "1 could not be asked" in run.out
    assert path.read_bytes() == hostile


def test_a_recording_of_another_case_is_refused(
    footnote: Command, named: Path, refreshed: Any
) -> None:
    refreshed()
    one, other = sorted((named / "tape").iterdir())
    one.write_bytes(other.read_bytes())
    out = " ".join(replay(footnote).out.split())
    assert "is of qa.yaml::Twice.more[generative], and not of qa.yaml::port[generative]" in out


def test_outside_of_a_case_it_is_today(tmp_path: Path) -> None:
    assert Recordings(tmp_path, today=lambda: Date(2024, 2, 29)).today() == Date(2024, 2, 29)
