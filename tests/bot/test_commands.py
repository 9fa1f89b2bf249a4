"""Commands with a model: what a person sees while it writes, and what a program gets."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.conftest import PORT, Command, found_again
from tests.bot.render.test_json import REPLY
from tests.bot.test_process import FOOTNOTE, Terminal, environment
from tests.servers.answering import answers, question
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, by, hangs, text

BUSAN = (
    "The meeting of foreign ministers, which will take place in the South Korean port city of "
    "Busan, is also the first such meeting since 2019."
)
AGREED = (
    "The three diplomats met in the South Korean port of Busan for the first time since 2019, "
    "after officials from the three countries agreed in September to schedule a tripartite meeting"
)
MADE = ((BUSAN, BUSAN), (AGREED, AGREED))
LEANING = f"And {PORT}"
HANGING = "Will the ministers hang in Busan?"
ALONE = "In which port city did the ministers of Japan and China meet?"


def _play(received: Received) -> Play:
    said = str(received["messages"])
    if "The question: " not in said:  # a question is to be made one that stands alone
        return text(ALONE)
    if question(received) == HANGING:
        return hangs()
    return answers(*MADE)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(by(_play)) as server:
        yield server


@pytest.fixture
def slow() -> Iterator[Server]:
    """A server that writes for two seconds."""
    with Server(answers(*MADE, pieces=100, rate=50)) as server:
        yield server


@pytest.fixture
def model(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """A model set by variables."""
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    return server


@pytest.mark.usefixtures("model")
def test_a_models_answer_as_text_and_as_json(footnote: Command, folder: Path) -> None:
    run = footnote("ask", PORT)
    assert run.code == 0
    first, second, *rest = run.out.splitlines()
    assert (first, second) == (f"{BUSAN} [1]", f"{AGREED} [2]")
    assert [line.partition(" ")[0] for line in rest if line.startswith("[")] == ["[1]", "[2]"]
    value = footnote("ask", PORT, "--json", "--price-input", "1", "--price-output", "2").object
    assert list(value) == REPLY
    assert (value["mode"], value["model"]) == ("generative", "scripted")
    assert value["answer"] == f"{BUSAN} [1] {AGREED} [2]"
    assert value["usage"]["calls"] == 1
    assert value["usage"]["cost_usd"] > 0
    found_again(value, folder / "seeds")


@pytest.mark.usefixtures("model")
def test_explain_tells_what_the_model_took(footnote: Command) -> None:
    shown = footnote("ask", PORT, "--explain").out
    for row in ("mode        generative, scripted", "usage       1 call, ", "model "):
        assert row in shown
    assert "model" in footnote("ask", PORT, "--explain", "--json").object["explain"]["times_ms"]


def test_a_cap_on_a_day_holds_over_commands(footnote: Command, model: Server) -> None:
    cap = ("--tokens-per-day", "6000", "--json")
    modes = [footnote("ask", PORT, *cap).object["mode"] for _ in range(8)]
    assert modes == sorted(modes, reverse=True)
    assert set(modes) == {"generative", "extractive"}
    asked = len(model.chats)
    notice = footnote("ask", PORT, *cap).object["notices"][0]
    assert notice["kind"] == "fallback"
    assert "A day may take 6,000 tokens" in notice["message"]
    assert "midnight UTC" in notice["message"]
    assert len(model.chats) == asked


def test_the_extractive_mode_and_other_commands_ask_no_model(
    footnote: Command, model: Server
) -> None:
    assert footnote("ask", PORT, "--mode", "extractive").code == 0
    assert footnote("search", "Busan").code == 0
    assert footnote("index").code == 0
    assert model.connections == 0


def test_search_and_index_need_no_model_set_right(
    footnote: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_MODEL", "m")
    assert footnote("ask", PORT).code == 2
    assert footnote("search", "Busan").code == 0
    assert footnote("index").code == 0


def test_a_batch_has_no_conversation(footnote: Command, folder: Path, model: Server) -> None:
    (folder / "batch").write_text(f"{PORT}\n{LEANING}\n")
    run = footnote("ask", "--batch", "batch")
    assert [value["mode"] for value in run.objects] == ["generative", "generative"]
    assert sorted(question(each) for each in model.chats) == sorted([PORT, LEANING])


def test_a_batch_asks_several_at_once_and_answers_in_order(
    footnote: Command, folder: Path, slow: Server
) -> None:
    (folder / "batch").write_text("".join(f"{PORT} {n}\n" for n in range(4)))
    words = ("ask", "--model", "m", "--base-url", slow.base_url, "--batch", "batch")
    run = footnote(*words)
    assert [value["id"] for value in run.objects] == [1, 2, 3, 4]
    assert slow.peak == 4
    slow.peak = 0
    footnote(*words, "--concurrency", "1")
    assert slow.peak == 1


def test_a_pipe_gets_each_claim_when_it_stands_and_the_same_in_the_end(
    footnote: Command, slow: Server
) -> None:
    words = ["ask", PORT, "--model", "m", "--base-url", slow.base_url]
    footnote("index")
    with subprocess.Popen([*FOOTNOTE, *words], env=environment(), stdout=subprocess.PIPE) as run:
        assert run.stdout is not None
        first = run.stdout.readline()
        begun = time.monotonic()
        rest = run.stdout.read()
        assert time.monotonic() - begun > 0.5  # it was still writing
    assert first.decode() == f"{BUSAN} [1]\n"
    assert (first + rest).decode() == footnote(*words).out


@pytest.mark.usefixtures("folder")
def test_a_terminal_shows_that_the_model_is_writing_and_leaves_no_trace(
    footnote: Command, server: Server
) -> None:
    footnote("index")
    terminal = Terminal("ask", PORT, "--model", "m", "--base-url", server.base_url)
    assert terminal.wait() == 0
    waiting = "\x1b[2mthe model is writing…\x1b[0m\r\x1b[K"
    assert terminal.text.startswith(waiting)
    assert terminal.text.count(waiting) == terminal.text.count("the model is writing") == 3


def test_who_stops_it_keeps_what_was_shown_with_its_footnote(
    footnote: Command, slow: Server
) -> None:
    footnote("index")
    words = ["ask", PORT, "--model", "m", "--base-url", slow.base_url]
    with subprocess.Popen(
        [*FOOTNOTE, *words], env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as run:
        assert run.stdout is not None
        assert run.stderr is not None
        first = run.stdout.readline().decode()
        run.send_signal(signal.SIGINT)
        rest = run.stdout.read().decode()
        assert b"Traceback" not in run.stderr.read()
    assert run.returncode == 130
    assert first == f"{BUSAN} [1]\n"
    assert rest.startswith("\n[1] 003_")
    assert "[2]" not in rest


def test_the_prompt_remembers_forgets_and_drops(
    footnote: Command, folder: Path, server: Server
) -> None:
    footnote("index")
    words = ("ask", "--model", "m", "--base-url", server.base_url)
    terminal = Terminal(*words, XDG_STATE_HOME=str(folder / "state"))
    terminal.at_prompt(f"{HANGING}\n")
    terminal.until("the model is writing")
    deadline = time.monotonic() + 30
    while not server.chats and time.monotonic() < deadline:
        time.sleep(0.01)
    os.write(terminal.master, b"\x03")
    terminal.at_prompt(f"{PORT}\n")
    terminal.until(r"\[2\][^\n]*00\d_")
    terminal.at_prompt(f"{LEANING}\n")
    terminal.until(r"(?s)\[2\][^\n]*00\d_.*\[2\][^\n]*00\d_")
    terminal.at_prompt("new\n")
    terminal.until("forgotten")
    terminal.at_prompt(f"{LEANING}\n")
    terminal.until(r"(?s)(?:\[2\][^\n]*00\d_.*){3}")
    terminal.at_prompt("\x04")
    assert terminal.wait() == 0
    assert "Traceback" not in terminal.text
    asked = [str(each["messages"][-1]["content"]) for each in server.chats]
    assert [each.rpartition("The question: ")[2].strip() for each in asked[:2]] == [HANGING, PORT]
    assert "The question: " not in asked[2]
    assert PORT in asked[2]
    assert HANGING not in asked[2]  # it was dropped
    assert [each.rpartition("The question: ")[2].strip() for each in asked[3:]] == [ALONE, LEANING]
