"""Two runs side by side: what moved, and whether chance alone would do it."""

from __future__ import annotations

import pytest

from bot.check.comparing import compare, words
from bot.check.results import Run
from tests.bot.check.runs import result, run


def runs(both: int, neither: int, lost: int, won: int) -> tuple[Run, Run]:
    first = ["passed"] * both + ["failed"] * neither + ["passed"] * lost + ["failed"] * won
    second = ["passed"] * both + ["failed"] * neither + ["failed"] * lost + ["passed"] * won
    return (
        run(*(result(f"{i}", status) for i, status in enumerate(first))),  # type: ignore[arg-type]
        run(*(result(f"{i}", status) for i, status in enumerate(second))),  # type: ignore[arg-type]
    )


def test_cases_are_paired_and_those_that_moved_are_told() -> None:
    found = compare(*runs(3, 2, 1, 2))
    counts = [len(each) for each in (found.both, found.neither, found.lost, found.won)]
    assert counts == [3, 2, 1, 2]
    assert [pair.first.case.id for pair in found.lost] == ["5"]
    assert found.p == 1.0
    assert words(found) == (
        "Of 8 cases, 3 pass under both and 2 under neither; 1 pass only under A, 2 only under B. "
        "Chance may do as much (exact McNemar, p = 1.000)."
    )


@pytest.mark.parametrize(
    ("lost", "won", "sentence"),
    [
        (0, 6, "B is better by more than chance (exact McNemar, p = 0.031)."),
        (6, 0, "A is better by more than chance (exact McNemar, p = 0.031)."),
        (0, 5, "Chance may do as much (exact McNemar, p = 0.062)."),
        (30, 2, "A is better by more than chance (exact McNemar, p < 0.001)."),
        (0, 0, "No case moved."),
    ],
)
def test_whether_it_is_more_than_chance(lost: int, won: int, sentence: str) -> None:
    found = compare(*runs(10, 1, lost, won))
    assert words(found).endswith(sentence)
    assert found.more_than_chance is ("better" in sentence)


def test_a_run_beside_itself_moves_nothing() -> None:
    one, _ = runs(2, 2, 1, 1)
    found = compare(one, one)
    assert (found.lost, found.won, found.unasked, found.alone, found.p) == ((), (), (), (), 1.0)


def test_known_failures_fail_and_mended_ones_pass() -> None:
    found = compare(run(result("a", "known")), run(result("a", "mended")))
    assert len(found.won) == 1


def test_what_could_not_be_asked_weighs_nothing_and_is_told() -> None:
    first = run(result("a", "passed"), result("b", "skipped"), result("c", "passed"))
    second = run(result("a", "error"), result("b", "passed"), result("d", "failed"))
    found = compare(first, second)
    assert (found.lost, found.won) == ((), ())
    assert [pair.first.case.id for pair in found.unasked] == ["a", "b"]
    assert found.alone == ("qa/a.yaml::c[extractive]", "qa/a.yaml::d[extractive]")
    assert "2 cases could not be asked on both sides. 2 cases stood on one side" in words(found)


def test_two_modes_are_two_settings() -> None:
    first = run(result("a", "passed"), result("b", "passed"))
    second = run(
        result("a", "failed", mode="generative"),
        result("b", "passed"),
        result("b", "failed", mode="generative"),
    )
    found = compare(first, second)
    assert [pair.second.mode for pair in found.lost] == ["generative"]
    assert [pair.second.mode for pair in found.both] == ["extractive"]
    assert found.alone == ("qa/a.yaml::b[generative]",)
