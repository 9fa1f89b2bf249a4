"""The same through the command line: what is printed, what it costs, and the caps that outlive a
process."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import NOT_THERE, PORT, ROOT, Command
from tests.bot.scenes import (
    DEADLINE,
    Expected,
    Scene,
    agrees,
    asked,
    lawful,
    model_name,
)
from tests.bot.test_process import FOOTNOTE, environment
from tests.bot.test_scenarios import AGREED, BUSAN, NEVER, RIGHT, SCENES, fallback
from tests.bot.test_scenarios_failures import SCENES as FAILURES
from tests.servers.answering import (
    FORMS,
    Knows,
    acts,
    answers,
    claims,
    knowing,
    task,
    tokens_of,
    writes,
)
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, hangs, status

SEEDS = str(ROOT / "seeds")
MADE = ((BUSAN, BUSAN), (AGREED, AGREED))


def words(server: Server, *more: str) -> list[str]:
    return [
        "ask", PORT, "--model", model_name(), "--base-url", server.base_url,
        "--deadline", str(DEADLINE), "--retries", "1", *more,
    ]  # fmt: skip


@pytest.mark.parametrize("scene", [*SCENES, *FAILURES], ids=str)
def test_each_scene_through_the_command(scene: Scene, footnote: Command, store: Path) -> None:
    with Server(scene.play) as server:
        begun = time.monotonic()
        run = footnote(*words(server, "--json", "--corpus", SEEDS, "--store", str(store)))
        assert time.monotonic() - begun < DEADLINE
    value = run.object
    lawful(value, ROOT / "seeds")
    agrees(value, scene.expected)
    assert run.code == (0 if value["status"] == "answered" else 1)
    assert run.err == ""
    assert run.out[:-1].isprintable()


@pytest.mark.parametrize(
    "scene", [each for each in SCENES if "escapes" in each.name or "marks" in each.name], ids=str
)
def test_what_is_printed_steers_no_terminal(scene: Scene, footnote: Command) -> None:
    with Server(scene.play) as server:
        run = footnote(*words(server, "--explain"))
    assert all(line.isprintable() for line in run.out.splitlines())
    assert run.code == (0 if scene.expected.claims else 1)
    for reason in scene.expected.rejected:
        assert reason in run.out


@pytest.mark.parametrize("made", [(BUSAN, BUSAN), (BUSAN, NEVER)])
def test_what_is_printed_says_what_it_is(made: tuple[str, str], footnote: Command) -> None:
    play = answers(made)
    with Server(play) as server, Server(status(401)) as refusing:
        written = footnote(*words(server)).out
        fallen_back = footnote(*words(refusing)).out
    assert (f"{BUSAN} [1]" in written) == (made == (BUSAN, BUSAN))
    assert "do not bear it out" in written or made == (BUSAN, BUSAN)
    assert "This answer is made of the documents' own sentences." in " ".join(fallen_back.split())


# What it costs.


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("spent")


PRICES = {"price_input": "3", "price_output": "15"}
BAD_THEN_GOOD = acts(answers((BUSAN, NEVER)), answers((BUSAN, BUSAN)))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("play", "taken"), [(RIGHT, 1), (BAD_THEN_GOOD, 2)])
def test_what_a_question_took(play: Play, taken: int, form: Knows, store: Path) -> None:
    with Server(knowing(form, play)) as server:
        seen = asked(server, store=store, settings=PRICES)
    usage = seen.value["usage"]
    refused = FORMS.index(form)
    assert usage["calls"] == taken + refused == len(server.chats)
    heard = [each for each in server.chats if task(each) in ("answer", "again")][refused:]
    assert usage["input_tokens"] == sum(len(each.text.split()) for each in heard)
    assert usage["output_tokens"] > 20 * taken
    cost = (3 * usage["input_tokens"] + 15 * usage["output_tokens"]) / 1e6
    assert usage["cost_usd"] == pytest.approx(cost, abs=1e-9)
    assert "estimated" not in usage


def test_without_prices_the_cost_is_not_known(store: Path) -> None:
    with Server(RIGHT) as server:
        seen = asked(server, store=store)
    assert seen.value["usage"]["cost_usd"] is None


def test_a_server_that_counts_nothing_is_estimated(store: Path) -> None:
    with Server(answers((BUSAN, BUSAN), usage=False)) as server:
        usage = asked(server, store=store, settings=PRICES).value["usage"]
    assert usage["estimated"] is True
    assert usage["cost_usd"] > 0


@pytest.mark.parametrize(
    "cap",
    [
        {"tokens_per_question": "100"},
        {"dollars_per_question": "0.0001"},
        {"tokens_per_day": "100"},
        {"dollars_per_day": "0.0001"},
    ],
    ids=str,
)
def test_a_cap_below_a_call(cap: dict[str, str], tmp_path: Path) -> None:
    span = "day" if "per_day" in str(cap) else "question"
    with Server(RIGHT) as server:
        seen = asked(server, store=tmp_path, settings=PRICES | cap)
        agrees(seen.value, fallback(f"The cap is the setting {next(iter(cap))}"))
        assert f"A {span} may" in seen.value["notices"][0]["message"]
        none = asked(server, NOT_THERE, store=tmp_path, settings=PRICES | cap)
        agrees(none.value, Expected(fallback="no answer, either", reason="over_budget"))
        assert seen.value["usage"] is none.value["usage"] is None
        assert not server.requests


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ([(BUSAN, NEVER)], fallback("A question may take", 1, "quote_not_found")),
        (
            [(BUSAN, BUSAN), (AGREED, NEVER)],
            Expected(claims=1, rejected=("quote_not_found",), notices=("incomplete",)),
        ),
    ],
    ids=["none stands", "one stands"],
)
def test_a_cap_that_the_second_call_would_pass(
    made: list[tuple[str, str]], expected: Expected, store: Path
) -> None:
    with Server(answers(*made)) as server:
        seen = asked(
            server, store=store, settings={"tokens_per_question": "2400", "max_tokens": "400"}
        )
    agrees(seen.value, expected)
    assert len(server.chats) == 1


# Processes of their own.


def run(*arguments: str) -> dict[str, Any]:
    begun = time.monotonic()
    done = subprocess.run(
        [*FOOTNOTE, *arguments, "--json"],
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
    )
    assert done.stderr == b""
    assert done.returncode in (0, 1)
    value: dict[str, Any] = json.loads(done.stdout)
    value["seconds"] = time.monotonic() - begun
    return value


def test_a_process_is_answered_and_another_hung_upon(footnote: Command, folder: Path) -> None:
    footnote("index")
    with Server(RIGHT) as server, Server(hangs()) as hanging:
        value = run(*words(server))
        agrees(value, Expected(claims=2))
        refuted = run(*words(hanging))
        agrees(refuted, fallback("in time"))
    # To start the process and to import the client is not the question's time.
    assert refuted["elapsed_ms"] <= DEADLINE * 1000
    for each in (value, refuted):
        lawful(each, folder / "seeds")


def test_a_cap_on_the_day_outlives_the_process(footnote: Command) -> None:
    footnote("index")
    with Server(RIGHT) as server:
        cap = ("--tokens-per-day", "2500", "--max-tokens", "300")
        first, second = run(*words(server, *cap)), run(*words(server, *cap))
        assert len(server.chats) == 1
    agrees(first, Expected(claims=2))
    agrees(second, fallback("A day may take 2,500 tokens"))
    spent = first["usage"]["input_tokens"] + first["usage"]["output_tokens"]
    assert f"{spent:,} of them are used" in second["notices"][0]["message"]


def test_the_first_claim_is_on_the_pipe_before_the_model_has_finished(footnote: Command) -> None:
    footnote("index")
    written: list[str] = []

    def slowly(received: Received) -> str:
        written.append(claims(received, MADE))
        return written[-1]

    with (
        Server(writes(slowly, 50)) as server,
        subprocess.Popen(
            [*FOOTNOTE, *words(server), "--deadline", "30"],
            env=environment(),
            stdout=subprocess.PIPE,
        ) as process,
    ):
        assert process.stdout is not None
        first = process.stdout.readline().decode()
        seen = time.monotonic()
        process.stdout.read()
        ended = time.monotonic()
        begun = server.chats[0].at
    stream = tokens_of(written[0]) / 50
    assert first == f"{BUSAN} [1]\n"
    assert ended - begun >= stream * 0.95
    assert seen - begun < 0.6 * stream
