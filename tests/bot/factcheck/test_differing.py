"""A claim beside a sentence: what differs is told only where both cannot be meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.factcheck.differing import compare


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("About 300 ships left the old harbour", "Later 312 ships left the old harbour"),
        ("It closed in 2017", "It closed in 2019"),
        (
            "The old harbour sold 40 ships to rich foreign merchants",
            "The old harbour sold 52 ships to poor local farmers",
        ),
        ("More than 40 ships left the old harbour", "In all 52 ships left the old harbour"),
        ("He moved to the old harbour in 2019", "He moved to the old harbour in May 2019"),
        ("The US sent three old ships there", "America sent three old ships there"),
        ("Michael Jordan led the old team to three wins", "MJ led the old team to three wins"),
        ("The old harbour holds 5 kilometres of cable", "The old harbour holds 3 tons of cable"),
        ("The Williams family left the old harbour", "The William family left the old harbour"),
        ("The old harbour was built by the king", "The new harbour was built by the king"),
        ("Prof. Okafor led the old team to wins", "Dr. Okafor led the old team to wins"),
        ("Peter said Anna Lind led the old team", "Peter Holm led the old team"),
    ],
)  # fmt: skip
def test_what_may_be_the_same_or_of_another_kind_is_no_difference(
    claim: str, sentence: str
) -> None:
    assert compare(claim, sentence).difference is None


def test_what_has_no_form_and_stands_for_something_else_is_seen() -> None:
    sentence = "甘地经常会向广大听众引用雪莱的诗，主要是业余的诗。"
    assert compare("业主经常会向广大听众引用雪莱的诗。", sentence).changed
    assert not compare("甘地经常会向广大听众引用雪莱的诗。", sentence).changed
    assert compare("京都タワーは開業した。", "東京タワーの高さは知られ、開業した。").changed
    assert compare("The old harbour was bought by him", "The old harbour was sold by him").changed
    assert not compare("The old harbours were sold", "The old harbour was sold").changed


@given(
    st.text(st.characters() | st.sampled_from("1 2,.年月 AbcD 国부산은"), max_size=60),
    st.text(st.characters() | st.sampled_from("1 2,.年月 AbcD 国부산은"), max_size=60),
)
def test_any_two_texts_can_be_laid_side_by_side(one: str, other: str) -> None:
    assert compare(one, one).difference is None
    compare(one, other)
