"""What a person reads of a run: nothing left out that tells why, nothing that steers a terminal."""

from __future__ import annotations

import re
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

from bot.check.cases import Case, Expected, Skip, Step
from bot.check.results import Result, Run, Try
from bot.check.runner import run, tasks
from bot.check.told import failures, line, summary
from bot.render.style import Style
from bot.render.visible import columns_of
from index.record import replaced
from tests.bot.check.asking import ABSTAINS, BUSAN, SAYS, Seats, answer, case, nothing

PLAIN, NARROW = Style(), Style(columns=60)
TODAY = Date(2024, 2, 29)


def result(folder: Path, case: Case, *replies: Any) -> Result:
    """What comes of `case` where these are the replies."""
    left = iter(replies)
    todo = tasks([case], "extractive", ("extractive",), TODAY)
    ((_, made),) = run(todo, Seats(folder, lambda _: next(left)), today=TODAY)
    return made


def test_a_line_a_case(tmp_path: Path) -> None:
    passed = result(tmp_path, case(), answer())
    assert line(passed, 3, 120, PLAIN) == "passed   qa.yaml::busan[extractive]"
    wavering = result(tmp_path, case(repeat=3), answer(), nothing(), nothing())
    assert line(wavering, 3, 120, PLAIN) == "passed   qa.yaml::busan[extractive] 1 of 3"
    skipped = result(tmp_path, case(skip=Skip("no scan")))
    assert line(skipped, 3, 120, PLAIN) == "skipped  qa.yaml::busan[extractive]: no scan"


@pytest.mark.parametrize("id", ["busan", "부산에서-만난-외교장관은-누구인가" * 3, "x" * 100])
def test_a_line_in_a_terminal_fits_and_counts(tmp_path: Path, id: str) -> None:
    made = result(tmp_path, case(id, skip=Skip("the scan is not readable " * 9)))
    ran = result(tmp_path, case(id), answer())
    for each in (made, ran):
        told = line(each, 3, 120, NARROW)
        assert columns_of(told) == 60
        assert told.endswith("    3/120")
    assert " ms " in line(ran, 3, 120, NARROW)
    assert " ms " not in line(made, 3, 120, NARROW)


def test_of_a_long_name_the_end_is_told(tmp_path: Path) -> None:
    made = replaced(case("who-met"), file=f"{'folder/' * 20}qa.yaml")
    told = line(result(tmp_path, made, answer()), 1, 1, NARROW)
    assert re.fullmatch(r"passed   ….*/folder/qa\.yaml::who-met +\d+ ms  1/1", told)
    assert columns_of(told) == 60
    spoken = replaced(result(tmp_path, case(), answer()), mode="generative")
    assert "busan[generative] " in line(spoken, 1, 1, NARROW)


def test_a_failure_tells_what_was_expected_what_came_and_what_was_seen(tmp_path: Path) -> None:
    expected = Expected(says=("Seoul",), cites=("b.txt",))
    told = failures([result(tmp_path, case("who-met", expected), answer())], PLAIN)
    assert told.splitlines() == [
        "failed  qa.yaml:3  who-met",
        "  asked     who-met",
        "  expected  says: Seoul",
        "  came      no claim says 'Seoul'",
        "  expected  cites: b.txt",
        "  came      a.txt",
        "            b.txt is not cited",
        f"  answer    {BUSAN} [1]",
        "  [1]       a.txt:1",
        f"  seen      1  a.txt  {BUSAN}",
        "            2  b.txt  Rain fell in Seoul.",
    ]


def test_an_answer_where_none_should_be_and_none_where_one_should(tmp_path: Path) -> None:
    told = failures(
        [
            result(tmp_path, case("a", ABSTAINS), answer()),
            result(tmp_path, case("b", SAYS), nothing()),
        ],
        PLAIN,
    )
    assert "expected  abstains: for any reason\n  came      it answered, where" in told
    assert "answer    none: not_in_corpus" in told
    assert told.count("failed  qa.yaml:3") == 2


def test_a_citation_that_is_not_true_is_told_before_all_else(tmp_path: Path) -> None:
    false = answer("The ministers met in Busan?")
    made = result(tmp_path, case(repeat=3, pass_at_least=2), answer(), nothing(), false)
    told = failures([made], PLAIN)
    assert "1 of 3 tries passed; at least 2 must." in told
    assert "expected  citations: each quote in its file" in told
    assert "abstained" not in told


def test_what_could_not_be_asked_says_why(tmp_path: Path) -> None:
    made = Result(case(), "extractive", "error", (Try((), "It broke."),))
    assert failures([made], PLAIN).endswith("  error     It broke.")
    assert result(tmp_path, case(), answer()).status == "passed"


def test_a_known_failure_that_passes_says_what_to_do(tmp_path: Path) -> None:
    told = failures([result(tmp_path, case(fails="no dates"), answer())], PLAIN)
    assert told.startswith("mended  qa.yaml:3  busan\n")
    assert "said to fail: no dates. Take `fails` out of its file." in told


def test_of_a_talk_each_step_is_told(tmp_path: Path) -> None:
    talk = Case("talk", (Step("Who met?", SAYS), Step("Where?", SAYS)), "qa.yaml", 9)
    told = failures([result(tmp_path, talk, answer(), nothing())], PLAIN)
    assert told.index("Who met?") < told.index("Where?") < told.index("none: not_in_corpus")
    assert told.count("seen") == 1  # of what failed alone


def test_nothing_is_obeyed_and_nothing_too_long(tmp_path: Path) -> None:
    hostile = "\x1b[2J\u202eBusan\n" + "부산 " * 3000
    steps = (Step(hostile, Expected(says=(hostile,))),)
    made = result(tmp_path, Case("x", steps, "a\x1b]0;x\x07.yaml", 1, fails=""), answer())
    for style in (PLAIN, NARROW, Style(columns=60, colour=True, root=tmp_path)):
        told = failures([made], style) + line(made, 1, 1, style)
        shown = told.replace("\x1b[", "<").replace("\x1b]8;;", "<").replace("\x1b\\", ">")
        assert style.colour or shown == told
        assert "\x07" not in told
        assert "<2J" not in shown
        assert "\u202e" not in told
    assert all(columns_of(each) <= 60 for each in failures([made], NARROW).splitlines())
    wanted = result(tmp_path, case(expect=Expected(says=("x" * 100_000,))), answer())
    assert len(failures([wanted], PLAIN)) < 2000


def test_the_sum(tmp_path: Path) -> None:
    made = [
        result(tmp_path, case("a"), answer()),
        result(tmp_path, case("b"), answer()),
        result(tmp_path, case("c"), nothing()),
        result(tmp_path, case("d", fails="why"), nothing()),
        result(tmp_path, case("e", skip=Skip("why"))),
    ]
    told = summary(Run(tuple(made), "", 1.24, {}), PLAIN, 2)
    assert told == "1 failed, 2 passed, 1 known to fail, 1 skipped, 2 not asked in 1.24 s"
    assert summary(Run((), "", 0.0123, {}), PLAIN) == "nothing was asked in 0.01 s"
