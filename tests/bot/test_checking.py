"""Settings to a run: where it is asked, under which model, and what it says of itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from bot.check.cases import Case, Expected, Step
from bot.check.comparing import compare
from bot.check.results import Exchange, Finding, Result, Run, Try
from bot.checking import Askers, Seat, ask, is_worse
from bot.options import Checking
from bot.output import Output
from bot.settings import Settings, load
from bot.wiring import reindex
from index.record import replaced
from tests.bot.conftest import PORT, Command
from tests.servers.answering import answers
from tests.servers.openai_like import Server

if TYPE_CHECKING:
    from bot.answers import Mode
    from bot.check.results import Status

BUSAN = (
    "The meeting of foreign ministers, which will take place in the South Korean port city of "
    "Busan, is also the first such meeting since 2019."
)
SAYS = Expected(says=("Busan",))
CASE = Case("port", (Step(PORT, SAYS),), "qa.yaml", 1)
BOTH = Case("both", (Step(PORT, SAYS),), "qa.yaml", 2, modes=("extractive", "generative"))
MODES = (
    f"- {{id: both, ask: '{PORT}', expect: {{says: [Busan]}}, modes: [extractive, generative]}}\n"
)


def asked(settings: Settings, *cases: Case) -> Run:
    return ask(cases, settings, Checking(("qa.yaml",)), Output({})).run


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(answers((BUSAN, BUSAN))) as server:
        yield server


def test_what_a_run_says_of_itself(folder: Path) -> None:
    settings = load({}, {}, folder)
    about = asked(settings, CASE).about
    assert about["mode"] == "extractive"
    assert about["corpus"] == str(folder / "seeds")
    with Seat(settings) as seat:
        assert about["generation"] == seat.asker.generation
    assert "model" not in about


def test_a_seat_knows_what_its_files_were_decoded_by(folder: Path) -> None:
    (folder / "seeds/korean.txt").write_bytes(
        "외교장관 회의는 부산에서 열렸다.\n".encode("cp949") * 9
    )
    settings = load({}, {}, folder)
    reindex(settings)
    with Askers(settings)(None, "extractive") as seat:
        assert seat.encoding("korean.txt") == "cp949"
        assert seat.encoding("001_d3458e2f0d2f312a.txt") == "utf-8"
        assert seat.encoding("none.txt") is None


def test_a_case_is_asked_of_the_model_where_one_is_named(
    footnote: Command, folder: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "qa.yaml").write_text(MODES)
    without = footnote("check", "qa.yaml")
    assert without.code == 0
    assert "skipped  qa.yaml::both[generative]: no model is named" in without.out
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
    both = footnote("check", "qa.yaml")
    assert both.code == 0
    assert both.out.startswith(
        "passed   qa.yaml::both[extractive]\npassed   qa.yaml::both[generative]\n"
    )
    assert len(server.chats) == 1
    only = footnote("check", "qa.yaml", "--mode", "extractive")
    assert only.out.splitlines()[1].startswith("skipped  qa.yaml::both[generative]: only the extr")
    assert len(server.chats) == 1


def test_a_model_that_is_down_fails_what_is_asked_of_it(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "qa.yaml").write_text(MODES)
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    monkeypatch.setenv("FOOTNOTE_RETRIES", "0")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    run = footnote("check", "qa.yaml")
    assert run.code == 1
    assert "1 failed, 1 passed" in run.out
    assert "expected  mode: generative" in run.out


def test_a_run_tells_its_model_and_prompts(folder: Path, server: Server) -> None:
    settings = load({"model": "scripted", "base_url": server.base_url}, {}, folder)
    run = asked(settings, BOTH, CASE)
    assert [(each.case.id, each.mode, each.status) for each in run.results] == [
        ("both", "extractive", "passed"), ("both", "generative", "passed"),
        ("port", "generative", "passed"),
    ]  # fmt: skip
    assert run.about["model"] == "scripted"
    assert len(run.about["prompts"]) == 16


def test_the_two_sides_may_answer_in_modes_of_their_own(
    footnote: Command, folder: Path, server: Server
) -> None:
    (folder / "qa.yaml").write_text(MODES)
    Path("a.toml").write_text('mode = "extractive"\n')
    Path("b.toml").write_text(f'model = "scripted"\nbase_url = "{server.base_url}"\n')
    run = footnote("check", "qa.yaml", "--compare", "a.toml", "b.toml")
    assert run.code == 0
    assert "Under a.toml (extractive):" in run.out
    assert "Under b.toml (generative, scripted):" in run.out
    assert run.out.count("passed   ") == 2  # each side asks in its own mode alone
    assert "Of 1 case, 1 pass under both" in run.out
    assert len(server.chats) == 1


def side(mode: Mode, *statuses: Status, finding: Finding | None = None) -> Run:
    """A run whose cases came out so."""
    findings = () if finding is None else (finding,)
    tries = (Try((Exchange("?", {}, (), findings, 1.0),)),)
    cases = [replaced(CASE, id=str(n)) for n in range(len(statuses))]
    results = [Result(c, mode, s, tries) for c, s in zip(cases, statuses, strict=True)]
    return Run(tuple(results), "", 1.0, {})


UNTRUE = Finding("citations", False, "", "", "")
PASSED: list[Status] = ["passed"] * 6
FAILED: list[Status] = ["failed"] * 6


@pytest.mark.parametrize(
    ("first", "second", "worse"),
    [
        (side("extractive", "passed"), side("extractive", "passed"), False),
        (side("extractive", "passed"), side("extractive", "failed"), True),
        (side("extractive", "failed"), side("extractive", "passed"), False),
        (side("generative", "passed"), side("generative", "failed"), False),
        (side("generative", *PASSED), side("generative", *FAILED), True),
        (side("generative", *FAILED), side("generative", *PASSED), False),
        (side("extractive", *PASSED), side("generative", *FAILED), True),
        (side("generative", "passed"), side("generative", "error"), True),
        (side("generative", "failed"), side("generative", "failed", finding=UNTRUE), True),
    ],
)
def test_what_makes_the_second_setting_worse(first: Run, second: Run, worse: bool) -> None:
    assert is_worse([first, second], compare(first, second)) == worse


@pytest.mark.parametrize(("jobs", "at_once", "processes"), [(None, 7, 1), (3, 3, 3), (1, 1, 1)])
def test_how_many_work_at_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch, jobs: int | None, at_once: int, processes: int
) -> None:
    given: dict[str, Any] = {}

    def run(*_: object, **named: Any) -> Iterator[Any]:
        given.update(named)
        return iter(())

    monkeypatch.setattr("bot.checking.run", run)
    model = {"model": "m", "base_url": "http://localhost:1", "concurrency": "7"}
    ask([CASE], load(model, {}, folder), Checking(("qa.yaml",), jobs=jobs), Output({}))
    assert (given["jobs"], given["at_once"]) == (processes, at_once)


def test_what_is_unsafe_is_told_once(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "other").mkdir()
    (folder / "other/a.txt").write_text("The moon landing took place in July 1969.\n")
    moon = "cases: [{id: moon, ask: Who was Cleopatra?, expect: abstains}]\n"
    own = f"corpus: other\nmodes: [extractive]\n{moon}"
    (folder / "own.yaml").write_text(own)
    (folder / "qa.yaml").write_text(MODES.replace(", generative", ""))
    monkeypatch.setenv("FOOTNOTE_MODEL", "m")
    monkeypatch.setenv("FOOTNOTE_API_KEY", "k")
    monkeypatch.setenv("FOOTNOTE_BASE_URL", "http://10.0.0.1/v1")
    run = footnote("check", "qa.yaml", "own.yaml")
    assert (run.code, run.out.count("passed  ")) == (0, 2)
    assert run.err.count("unencrypted") == 1
