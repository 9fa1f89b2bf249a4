"""Commands with vectors: indexed, asked, edited, moved and taken away, as a person does it."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import PORT, Command, Run, found_again
from tests.bot.test_process import FOOTNOTE, environment
from tests.servers import chroma
from tests.servers.process import running

NOTE = "The lighthouse of Gamja Island was lit for the first time on 3 May 2021.\n"
LIT = "When was the lighthouse of Gamja Island lit for the first time?"


@pytest.fixture(scope="module")
def embedder() -> Iterator[str]:
    with running("--dimension", "128") as address:
        yield address


@pytest.fixture
def dense(embedder: str, monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """An embedder set by variables."""
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", "openai")
    monkeypatch.setenv("FOOTNOTE_EMBEDDING_MODEL", "scripted")
    monkeypatch.setenv("FOOTNOTE_EMBEDDING_BASE_URL", embedder)
    return folder


def made(run: Run) -> dict[str, Any]:
    """What `index --json` says of vectors, where nothing is wrong."""
    assert run.code == 0
    report = run.object
    assert [each for each in report["notices"] if "embedder" in each["message"].lower()] == []
    vectors: dict[str, Any] = report["vectors"]
    assert vectors["count"] == report["passages"]
    assert vectors["missing"] == 0
    return vectors


def both_asked(value: dict[str, Any]) -> bool:
    arms = value["explain"]["arms"]
    return arms.keys() == {"lexical", "dense"} and not value["explain"]["troubles"]


def asked(footnote: Command, question: str, *more: str) -> dict[str, Any]:
    value = footnote("ask", question, "--json", "--explain", *more).object
    if value["status"] == "answered":
        found_again(value, Path("seeds"))
    return value


@pytest.mark.usefixtures("dense")
def test_index_ask_edit_ask_rename_and_switch_about(footnote: Command, tmp_path: Path) -> None:
    first = footnote("index")
    assert first.code == 0
    head = first.out.splitlines()[0]
    assert " vectors, " in head
    assert " tokens" in head
    passages = made(footnote("index", "--json"))
    assert passages["made"] == 0
    assert "0 made" in footnote("index").out.splitlines()[0]

    answer = asked(footnote, PORT)
    assert both_asked(answer)
    assert "Busan" in answer["answer"]
    shown = footnote("ask", PORT, "--explain").out
    assert "arms " in shown
    assert "dense" in shown

    Path("seeds/note.txt").write_text(NOTE)
    answer = asked(footnote, LIT)
    assert "3 May 2021" in answer["answer"]
    assert answer["citations"][0]["file"] == "note.txt"
    assert made(footnote("index", "--json"))["count"] == passages["count"] + 1

    Path("seeds/note.txt").rename(Path("seeds/renamed.txt"))
    assert asked(footnote, LIT)["citations"][0]["file"] == "renamed.txt"
    assert made(footnote("index", "--json"))["made"] == 0

    # Another embedder, and back: what was made is kept.
    other = made(footnote("index", "--json", "--embedder", "hashed"))
    assert other["made"] > 0
    assert other["tokens"] is None
    assert "Busan" in asked(footnote, PORT, "--embedder", "hashed")["answer"]
    assert made(footnote("index", "--json"))["made"] == 0

    with chroma.running(tmp_path / "server") as address:
        moved = made(footnote("index", "--json", "--chroma", address))
        assert moved["made"] == 0
        there = asked(footnote, PORT, "--chroma", address)
        assert both_asked(there)
        newest = max(Path(".footnote").glob("*/generations/*"))
        assert (newest / "dense" / "vectors.bin").exists()
        assert not (newest / "dense" / "chroma").exists()
        assert made(footnote("index", "--json"))["made"] == 0
    back = asked(footnote, PORT)
    assert [claim["text"] for claim in back["claims"]] == [c["text"] for c in there["claims"]]


@pytest.mark.usefixtures("dense")
def test_a_chroma_server_that_is_gone_is_told_and_the_words_answer(footnote: Command) -> None:
    gone = f"http://127.0.0.1:{chroma.free_port()}"
    run = footnote("index", "--chroma", gone)
    assert run.code == 0
    assert "note: " in run.out
    assert gone in run.out.replace("\n      ", " ")
    assert "0 vectors" in run.out
    assert "missing" in run.out
    answer = asked(footnote, PORT, "--chroma", gone)
    assert "Busan" in answer["answer"]
    assert "dense" in [each["kind"] for each in answer["notices"]]
    assert made(footnote("index", "--json"))["made"] == 0  # they were paid for, and kept


def test_an_embedder_that_is_down_when_asked_is_told(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.is_dir()
    monkeypatch.setenv("FOOTNOTE_EMBEDDER", "openai")
    monkeypatch.setenv("FOOTNOTE_EMBEDDING_MODEL", "scripted")
    with running("--dimension", "64") as address:
        monkeypatch.setenv("FOOTNOTE_EMBEDDING_BASE_URL", address)
        made(footnote("index", "--json"))
    begun = time.monotonic()
    answer = asked(footnote, PORT)
    assert time.monotonic() - begun < 10
    assert "Busan" in answer["answer"]
    (notice,) = [each for each in answer["notices"] if each["kind"] == "dense"]
    assert address in notice["message"]
    assert answer["explain"]["troubles"]
    assert answer["explain"]["arms"]["dense"] == 0
    assert "trouble " in footnote("ask", PORT, "--explain").out
    Path("seeds/note.txt").write_text(NOTE)
    answer = asked(footnote, LIT)  # it cannot be embedded, and is found by its words
    assert "3 May 2021" in answer["answer"]
    run = footnote("index")
    assert run.code == 0
    assert "1 missing" in run.out
    assert "cannot be reached" in run.out
    with running("--dimension", "64") as address:  # it is back, under another address
        monkeypatch.setenv("FOOTNOTE_EMBEDDING_BASE_URL", address)
        assert made(footnote("index", "--json"))["made"] == 1
        assert both_asked(asked(footnote, LIT))


@pytest.mark.usefixtures("dense")
def test_without_an_update_the_index_answers_as_it_is(footnote: Command) -> None:
    run = footnote("ask", PORT, "--no-update")
    assert run.code == 2
    assert "no index" in run.err
    footnote("index")
    Path("seeds/note.txt").write_text(NOTE)
    answer = asked(footnote, LIT, "--no-update")
    assert "3 May 2021" not in str(answer["answer"])
    assert both_asked(asked(footnote, PORT, "--no-update"))
    # An embedder that the index was not made with has no vectors there, and that is said.
    other = asked(footnote, PORT, "--no-update", "--embedder", "hashed")
    assert "Busan" in other["answer"]
    assert "dense" in [each["kind"] for each in other["notices"]]


@pytest.mark.usefixtures("dense")
def test_a_search_and_a_batch_have_both_arms(footnote: Command, tmp_path: Path) -> None:
    footnote("index")
    hits = footnote("search", "foreign ministers in the port city", "--json").objects
    assert hits[0]["rank"] == 1
    assert 0 < hits[0]["score"] < 1  # a sum of fractions, where two arms are fused
    lines = tmp_path / "questions.jsonl"
    lines.write_text("".join(json.dumps({"id": n, "question": PORT}) + "\n" for n in range(3)))
    answers = footnote("ask", "--batch", str(lines), "--explain").objects
    assert [each["id"] for each in answers] == [0, 1, 2]
    assert all(both_asked(each) for each in answers)


def test_without_an_embedder_nothing_of_vectors_is_said(footnote: Command) -> None:
    run = footnote("index")
    assert "vector" not in run.out
    assert footnote("index", "--json").object["vectors"] is None
    assert "arms" not in footnote("ask", PORT, "--explain").out


def test_a_model_that_cannot_be_downloaded_is_told_and_the_words_answer(folder: Path) -> None:
    """In a process of its own, whose network is a proxy that is not there."""
    begun = time.monotonic()
    done = subprocess.run(
        [*FOOTNOTE, "ask", PORT, "--embedder", "minilm", "--json"],
        env=environment(HOME=str(folder / "nobody")),
        capture_output=True,
        text=True,
        timeout=60,
    )
    seconds = time.monotonic() - begun
    answer = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert "Busan" in answer["answer"]
    assert [each["kind"] for each in answer["notices"]].count("dense") == 1
    indexed = subprocess.run(
        [*FOOTNOTE, "index", "--embedder", "minilm"],
        env=environment(HOME=str(folder / "nobody")),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert indexed.returncode == 0
    said = " ".join(indexed.stdout.split())
    assert "MiniLM model cannot be had" in said
    assert "name another embedder with --embedder" in said
    assert "Traceback" not in done.stderr + indexed.stderr
    assert seconds < 10 + 2 * os.getloadavg()[0]
