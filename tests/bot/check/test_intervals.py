"""Against scipy, which the program does without."""

from __future__ import annotations

import pytest
from scipy.stats import binomtest

from bot.check.intervals import mcnemar, overlap, wilson


@pytest.mark.parametrize("tries", [1, 2, 5, 30, 1000])
def test_the_interval_is_wilsons(tries: int) -> None:
    for passes in {0, 1, tries // 3, tries - 1, tries}:
        expected = binomtest(passes, tries).proportion_ci(method="wilson")
        low, high = wilson(passes, tries)
        assert low == pytest.approx(expected.low, abs=1e-12)
        assert high == pytest.approx(expected.high, abs=1e-12)
        assert low <= passes / tries <= high


def test_no_tries_tell_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


def test_intervals_overlap_where_they_share_a_share() -> None:
    assert overlap((0.0, 0.5), (0.5, 1.0))
    assert overlap((0.0, 1.0), (0.4, 0.5))
    assert not overlap((0.0, 0.4), (0.5, 1.0))
    assert not overlap((0.5, 1.0), (0.0, 0.4))


@pytest.mark.parametrize(
    ("first", "second"), [(0, 0), (1, 0), (5, 5), (0, 6), (3, 9), (20, 60), (700, 800)]
)
def test_chance_is_mcnemars(first: int, second: int) -> None:
    expected = binomtest(first, first + second).pvalue if first + second else 1.0
    assert mcnemar(first, second) == pytest.approx(expected, rel=1e-9)
    assert mcnemar(second, first) == mcnemar(first, second)


def test_very_many_pairs_are_reckoned_too() -> None:
    assert mcnemar(2_400, 2_600) == pytest.approx(binomtest(2_400, 5_000).pvalue, rel=1e-9)
