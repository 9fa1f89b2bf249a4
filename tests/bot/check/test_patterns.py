"""People's patterns: linear in time, and refused with a reason where they cannot be had."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check.errors import CaseError
from bot.check.patterns import compiled, matched


def test_the_words_that_match_are_told() -> None:
    assert matched(r"Nov\w*\. \d+", "on Nov. 26 in Busan") == "Nov. 26"
    assert matched(r"(?i)busan", "in BUSAN") == "BUSAN"
    assert matched(r"부산\pL*", "회의는 부산에서 열렸다") == "부산에서"
    assert matched(r"^in", "not in") is None


@pytest.mark.parametrize(
    ("pattern", "why"),
    [
        ("(?=a)b", "invalid perl operator"),
        ("(a", "missing )"),
        (r"(a)\1", "invalid escape sequence"),
        ("a{1001}", "invalid repetition size"),
        (r"(\pL|x){1000}", "too large"),
        ("\ud800", "not text"),
        ("a" * 1001, "too long"),
    ],
)
def test_a_pattern_that_cannot_be_had_is_refused_with_its_reason(pattern: str, why: str) -> None:
    with pytest.raises(CaseError, match=r".") as refused:
        compiled(pattern)
    assert why in refused.value.message
    assert refused.value.hint


def test_what_hangs_other_engines_takes_no_time() -> None:
    begun = time.perf_counter()
    assert matched("(a*)*b", "a" * 20_000) is None
    assert time.perf_counter() - begun < 1


@given(st.text(), st.text())
def test_any_pattern_and_text_are_a_match_or_a_refusal(pattern: str, text: str) -> None:
    try:
        found = matched(pattern, text)
    except CaseError:
        return
    assert found is None or isinstance(found, str)
