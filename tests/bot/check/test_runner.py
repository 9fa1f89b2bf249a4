"""What comes of cases when they are asked: statuses, tries, follow-ups, modes, and at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date as Date
from pathlib import Path
from threading import Barrier
from typing import TYPE_CHECKING, Any

import pytest

from bot.answers import Notice, Usage
from bot.check.cases import Case, Expected, Skip, Step
from bot.check.results import Result
from bot.check.runner import run, tasks
from bot.checking import Askers
from bot.settings import Settings
from bot.wiring import reindex
from index.errors import UsageError
from tests.bot.check.asking import ABSTAINS, BUSAN, RAIN, SAYS, Reply, Seats, answer, case, nothing
from tests.bot.conftest import PORT, ROOT

if TYPE_CHECKING:
    from bot.answers import Mode

TODAY = Date(2024, 2, 29)


def asked(
    folder: Path, script: Callable[[str], Reply], *cases: Case, today: Date = TODAY
) -> list[Result]:
    """What came of `cases`, in the extractive mode."""
    seats = Seats(folder, script)
    todo = tasks(cases, "extractive", ("extractive",), today)
    return [result for _, result in run(todo, seats, today=today)]


def one(folder: Path, script: Callable[[str], Reply], case: Case) -> Result:
    (result,) = asked(folder, script, case)
    return result


def in_turn(*replies: Reply | Exception) -> Callable[[str], Reply]:
    """Says each of `replies` once."""
    left = iter(replies)

    def script(_: str) -> Reply:
        reply = next(left)
        if isinstance(reply, Exception):
            raise reply
        return reply

    return script


def test_a_case_that_passes_holds_what_was_seen(tmp_path: Path) -> None:
    result = one(tmp_path, in_turn(answer()), case())
    assert (result.status, result.passes, result.key) == (
        "passed", 1, "qa.yaml::busan[extractive]"
    )  # fmt: skip
    (exchange,) = result.tries[0].exchanges
    assert exchange.asked == "busan"
    assert exchange.reply["answer"] == f"{BUSAN} [1]"
    assert [(hit["rank"], hit["text"]) for hit in exchange.seen] == [(1, BUSAN), (2, RAIN)]
    assert [(finding.name, finding.met) for finding in exchange.findings] == [
        ("citations", True), ("says", True)
    ]  # fmt: skip
    assert exchange.ms >= 0


def test_what_is_not_as_expected_fails(tmp_path: Path) -> None:
    said_nothing, spoke = asked(tmp_path, in_turn(nothing(), answer()), case(), case("x", ABSTAINS))
    assert (said_nothing.status, spoke.status) == ("failed", "failed")


FALSE = answer("The ministers met in Seoul.")


@pytest.mark.parametrize(
    ("tries", "least", "fails", "status"),
    [
        ([answer(), nothing(), answer()], 2, "", "passed"),
        ([answer(), nothing(), nothing()], 2, "", "failed"),
        ([nothing(), nothing(), nothing()], 2, "why", "known"),
        ([answer(), nothing(), nothing()], 2, "why", "known"),
        ([answer(), nothing(), answer()], 2, "why", "mended"),
        # A citation that is not true is excused by no other try, and by no known failure.
        ([answer(), answer(), FALSE], 2, "", "failed"),
        ([nothing(), nothing(), FALSE], 2, "why", "failed"),
        ([answer(), answer(), UsageError("No.", "Do.")], 2, "", "error"),
        ([nothing(), nothing(), ValueError("no")], 2, "why", "error"),
    ],
)
def test_a_status_is_of_all_tries(
    tmp_path: Path, tries: Sequence[Any], least: int, fails: str, status: str
) -> None:
    canned = case(repeat=3, pass_at_least=least, fails=fails)
    result = one(tmp_path, in_turn(*tries), canned)
    assert (result.status, result.reason) == (status, fails)
    assert len(result.tries) == 3
    assert result.passes == sum(each == answer() for each in tries)


def test_what_is_raised_is_of_its_case_alone(tmp_path: Path) -> None:
    replies = (UsageError("It broke.", "Mend it."), ValueError("a bug"), answer())
    told, bug, fine = asked(tmp_path, in_turn(*replies), case("a"), case("b"), case("c"))
    assert [each.status for each in (told, bug, fine)] == ["error", "error", "passed"]
    assert told.tries[0].error == "It broke. Mend it."
    assert bug.tries[0].error == "ValueError: a bug"


def test_a_file_is_read_as_it_was_indexed(tmp_path: Path) -> None:
    class Other(Seats):
        def encoding(self, file: str) -> str | None:
            return "utf-16-le" if file == "a.txt" else None

    todo = tasks([case()], "extractive", ("extractive",), TODAY)
    ((_, result),) = run(todo, Other(tmp_path, lambda _: answer()), today=TODAY)
    assert result.status == "failed"
    assert not result.tries[0].true


def test_ctrl_c_is_of_no_case(tmp_path: Path) -> None:
    def script(_: str) -> Reply:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        one(tmp_path, script, case())


def test_a_follow_up_is_asked_in_the_light_of_what_was_said(tmp_path: Path) -> None:
    steps = (Step("Who met?", SAYS), Step("And where?", SAYS))
    seats = Seats(tmp_path, in_turn(answer(), nothing()))
    todo = tasks([Case("talk", steps, repeat=1)], "extractive", ("extractive",), TODAY)
    ((_, result),) = run(todo, seats, today=TODAY)
    (_, before), (again, turns) = seats.asker.asked
    assert (before, again) == ((), "And where?")
    assert [(turn.question, turn.answer) for turn in turns] == [("Who met?", BUSAN)]
    assert [exchange.met for exchange in result.tries[0].exchanges] == [True, False]
    assert result.status == "failed"


def test_a_try_begins_a_conversation_of_its_own(tmp_path: Path) -> None:
    seats = Seats(tmp_path, in_turn(answer(), answer()))
    todo = tasks([case(repeat=2, pass_at_least=2)], "extractive", ("extractive",), TODAY)
    list(run(todo, seats, today=TODAY))
    assert [turns for _, turns in seats.asker.asked] == [(), ()]


@pytest.mark.parametrize(
    ("until", "status"),
    [(None, "skipped"), (TODAY, "skipped"), (Date(2024, 2, 28), "passed")],
)
def test_a_skip_ends(tmp_path: Path, until: Date | None, status: str) -> None:
    result = one(tmp_path, in_turn(answer()), case(skip=Skip("the scan is bad", until)))
    assert result.status == status
    assert "the scan is bad" in result.reason
    assert ("its skip ended on 2024-02-28" in result.reason) == (status == "passed")
    assert bool(result.tries) == (status == "passed")


def test_each_case_is_asked_in_the_modes_that_it_names() -> None:
    both = case("b", modes=("extractive", "generative"))
    cases = [both, case("g", modes=("generative",)), case()]

    def planned(mode: Mode, modes: Sequence[Mode], only: bool = False) -> list[Any]:
        found = tasks(cases, mode, modes, TODAY, only=only)
        return [(task.case.id, task.mode, task.skipped) for task in found]

    assert planned("generative", ("extractive", "generative")) == [
        ("b", "extractive", ""), ("b", "generative", ""), ("g", "generative", ""),
        ("busan", "generative", ""),
    ]  # fmt: skip
    no_model = "no model is named"
    assert planned("extractive", ("extractive",)) == [
        ("b", "extractive", ""), ("b", "generative", no_model), ("g", "generative", no_model),
        ("busan", "extractive", ""),
    ]  # fmt: skip
    other = "only the extractive mode is asked"
    assert planned("extractive", ("extractive", "generative"), only=True) == [
        ("b", "extractive", ""), ("b", "generative", other), ("g", "generative", other),
        ("busan", "extractive", ""),
    ]  # fmt: skip


def test_it_ends_behind_the_first_that_fails(tmp_path: Path) -> None:
    seats = Seats(tmp_path, in_turn(answer(), nothing(), nothing(), answer()))
    cases = [case("a"), case("b", fails="why"), case("c"), case("d")]
    todo = tasks(cases, "extractive", ("extractive",), TODAY)
    found = [(place, r.status) for place, r in run(todo, seats, today=TODAY, fail_fast=True)]
    assert found == [(0, "passed"), (1, "known"), (2, "failed")]
    assert len(seats.asker.asked) == 3
    assert seats.left == 1


def test_a_seat_is_taken_once_for_all_that_is_asked_at_it(tmp_path: Path) -> None:
    seats = Seats(tmp_path, lambda _: answer())
    other = tmp_path / "other"
    cases = [case("a"), case("b", corpus=other), case("c"), case("d", corpus=other)]
    list(run(tasks(cases, "extractive", ("extractive",), TODAY), seats, today=TODAY))
    assert seats.taken == [(None, "extractive"), (other, "extractive")]
    assert seats.left == 2


def generative(quote: str = BUSAN) -> Reply:
    return answer(quote, mode="generative", model="m", usage=Usage(1, 2, 3, None))


def test_a_model_is_asked_several_at_once(tmp_path: Path) -> None:
    together = Barrier(3, timeout=20)  # none goes on before three have come

    def script(question: str) -> Reply:
        together.wait()
        return generative() if question != "b" else nothing()

    seats = Seats(tmp_path, script)
    cases = [case("a"), case("b"), case("c")]
    todo = tasks(cases, "generative", ("extractive", "generative"), TODAY)
    found = dict(run(todo, seats, today=TODAY, at_once=3))
    assert [found[place].case.id for place in range(3)] == ["a", "b", "c"]
    assert [found[place].status for place in range(3)] == ["passed", "failed", "passed"]
    assert seats.taken == [(None, "generative")]


def test_where_the_documents_stand_in_for_the_model_a_case_of_the_model_fails(
    tmp_path: Path,
) -> None:
    why = Notice("fallback", "The server is down.")

    def status(expect: Expected) -> tuple[str, list[str]]:
        seats = Seats(tmp_path, lambda _: answer(notices=(why,)))
        todo = tasks([case(expect=expect)], "generative", ("generative",), TODAY)
        ((_, result),) = run(todo, seats, today=TODAY)
        (exchange,) = result.tries[0].exchanges
        return result.status, [each.reason for each in exchange.findings if not each.met]

    assert status(SAYS) == ("failed", ["The server is down."])
    assert status(Expected(says=("Busan",), notices=("fallback",))) == ("passed", [])


def test_several_processes_find_what_one_does(tmp_path: Path) -> None:
    settings = Settings(ROOT / "seeds", tmp_path, "extractive")
    reindex(settings)
    questions = [(PORT, SAYS), ("What is the population of Busan?", ABSTAINS), ("Busan?", ABSTAINS)]
    cases = [
        Case(f"{n}", (Step(f"{ask}{' ' * n}", expect),), file="qa.yaml")
        for n in range(7)
        for ask, expect in questions
    ]
    todo = tasks(cases, "extractive", ("extractive",), TODAY)

    def found(jobs: int) -> list[Any]:
        done = list(run(todo, Askers(settings), today=TODAY, jobs=jobs))
        assert [place for place, _ in done] == list(range(len(todo)))
        return [
            (r.key, r.status, [(x.findings, x.seen) for t in r.tries for x in t.exchanges])
            for _, r in done
        ]

    assert found(2) == found(1)


def test_what_the_runs_own_corpus_lacks_ends_the_run(tmp_path: Path) -> None:
    settings = Settings(ROOT / "seeds", tmp_path, "extractive")  # with no index yet
    todo = tasks([case()], "extractive", ("extractive",), TODAY)
    with pytest.raises(Exception, match="no index"):
        list(run(todo, Askers(settings), today=TODAY))
