"""Against a baseline a run fails for what fell, and for no coin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check.against import Compared, compared
from bot.check.baseline import Entry, blessed
from bot.check.results import Result
from tests.bot.check.runs import coin, result, run, tried


def came(now: Result, before: Result | None) -> tuple[list[str], bool]:
    """Under what it is told, and whether the run failed."""
    baseline = {} if before is None else blessed(run(before), {})
    found = compared(run(now), baseline)
    return [name for name in Compared.__match_args__ if getattr(found, name)], found.failed


@pytest.mark.parametrize(
    ("before", "now", "kinds", "failed"),
    [
        ("passed", "passed", [], False),
        ("passed", "failed", ["regressions"], True),
        ("passed", "error", ["regressions"], True),
        ("passed", "skipped", [], False),
        ("passed", "known", [], False),
        ("passed", "mended", ["still_failing"], False),
        ("failed", "failed", ["still_failing"], False),
        ("failed", "passed", ["fixed"], False),
        ("failed", "error", ["errors"], True),
        ("known", "known", [], False),
        ("known", "mended", ["fixed"], False),
        ("known", "failed", ["still_failing"], False),
        ("error", "error", ["still_failing"], False),
        ("error", "passed", ["fixed"], False),
        ("skipped", "passed", ["new_passes"], False),
        ("skipped", "failed", ["new_failures"], False),
        (None, "passed", ["new_passes"], False),
        (None, "failed", ["new_failures"], False),
        (None, "mended", ["new_failures"], False),
        (None, "known", [], False),
        (None, "error", ["errors"], True),
        (None, "skipped", [], False),
    ],
)
def test_what_became_of_a_case(
    before: str | None, now: str, kinds: list[str], failed: bool
) -> None:
    earlier = None if before is None else result("a", before)  # type: ignore[arg-type]
    assert came(result("a", now), earlier) == (kinds, failed)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ((5, 5), (3, 5), "wavering"),
        ((5, 5), (1, 5), "wavering"),
        ((1, 2), (0, 2), "wavering"),
        ((20, 20), (9, 20), "regressions"),
        ((5, 5), (0, 5), "regressions"),
        ((1, 1), (0, 1), "regressions"),
    ],
)
def test_a_coin_that_fell_otherwise_is_no_regression(
    before: tuple[int, int], now: tuple[int, int], kind: str
) -> None:
    kinds, failed = came(coin("a", *now, "failed"), coin("a", *before, "passed"))
    assert kinds == [kind]
    assert failed is (kind == "regressions")


def test_the_documents_own_sentences_are_no_coin() -> None:
    before = result("a", "passed", [tried(True)] * 5)
    now = result("a", "failed", [tried(True)] * 3 + [tried(False)] * 2)
    assert came(now, before) == (["regressions"], True)


def test_an_untrue_citation_fails_whatever_the_baseline_knows() -> None:
    untrue = result("a", "failed", [tried(False, true=False)])
    for before in (None, untrue, result("a", "known")):
        kinds, failed = came(untrue, before)
        assert "untrue" in kinds
        assert failed


def test_other_citations_are_told_and_fail_nothing() -> None:
    before = result("a", "passed", cites=["a.txt 1 1", "b.txt 2 3"])
    now = result("a", "passed", cites=["a.txt 1 1", "c.txt 4 4"])
    found = compared(run(now), blessed(run(before), {}))
    (changed,) = found.changed_citations
    assert changed.words == "cites no longer b.txt:2-3, now c.txt:4"
    assert not found.failed


def test_what_was_not_asked_is_gone_unless_a_part_was_meant() -> None:
    baseline = blessed(run(result("b", "passed"), result("a", "passed")), {})
    one = run(result("b", "passed"))
    assert compared(one, baseline).gone == ("qa/a.yaml::a[extractive]",)
    assert compared(one, baseline, part=True).gone == ()


def test_it_is_told_in_words_with_the_interval() -> None:
    baseline = blessed(run(coin("a", 5, 5, "passed")), {})
    (moved,) = compared(run(coin("a", 1, 5, "failed")), baseline).wavering
    assert moved.words == ("passed (5 of 5, 57% to 100%) before, now failed (1 of 5, 4% to 62%)")
    (moved,) = compared(run(result("a", "failed")), {}).new_failures
    assert moved.words == "new: failed (0 of 1)"


_STATUS = st.sampled_from(["passed", "failed", "skipped", "known", "mended", "error"])
_RESULTS = st.lists(
    st.builds(
        lambda name, status, cites, mode: result(name, status, cites=cites, mode=mode),
        st.sampled_from("abc"),
        _STATUS,
        st.lists(st.sampled_from(["a.txt 1 1", "b.txt 2 3"])),
        st.sampled_from(["extractive", "generative"]),
    ),
    unique_by=lambda each: each.key,
)


@given(_RESULTS, st.booleans())
def test_a_run_against_itself_moves_nothing(results: list[Result], part: bool) -> None:
    one = run(*results)
    baseline = blessed(one, {})
    found = compared(one, baseline, part=part)
    assert found == Compared(still_failing=found.still_failing)
    assert not found.failed
    assert blessed(one, baseline, part=part) == baseline


@given(_RESULTS, _RESULTS)
def test_each_case_is_told_once_but_for_what_it_cites(
    before: list[Result], now: list[Result]
) -> None:
    found = compared(run(*now), blessed(run(*before), {}))
    others = ("changed_citations", "untrue", "gone")
    told = [
        each.key
        for name in Compared.__match_args__
        if name not in others
        for each in getattr(found, name)
    ]
    assert len(told) == len(set(told))
    for each in found.regressions:
        assert each.before is not None
        assert each.before.status == "passed"


def test_a_baseline_of_another_hand_is_no_trap() -> None:
    """No tries at all, which no run writes."""
    found = compared(
        run(coin("a", 0, 1, "failed")), {"qa/a.yaml::a[generative]": Entry("passed", 0, 0)}
    )
    assert found.regressions
