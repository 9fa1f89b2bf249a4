"""Two quantities exclude each other only where no way to round or bound them lets both be meant."""

from __future__ import annotations

import pytest

from bot.factcheck.quantities import bound_apart, exclude
from bot.factcheck.tokens import Token, tokens


def figure(text: str) -> Token:
    (found,) = [each for each in tokens(text) if each.kind not in ("", "name", "capital")]
    return found


@pytest.mark.parametrize(
    ("claim", "sentence", "excluded"),
    [
        ("it sold 300 ships", "it sold 200 ships", True),
        ("it sold 3.5 million ships", "it sold 3.52 million ships", False),
        ("about 210 ships", "200 ships", False),
        ("about 300 ships", "200 ships", True),
        ("more than 40 ships", "52 ships", False),
        ("more than 90 ships", "52 ships", True),
        ("in May 2019", "on 3 May 2019", False),
        ("in May 2018", "on 3 May 2019", True),
        ("at 9:30", "at 9:45", True),
    ],
)
def test_quantities_that_exclude_each_other(claim: str, sentence: str, excluded: bool) -> None:
    assert exclude(figure(claim), figure(sentence), claim, sentence) is excluded


@pytest.mark.parametrize(
    ("claim", "sentence", "apart"),
    [
        ("200 ships", "200 ships", False),
        ("about 200 ships", "200 ships", False),
        ("200 ships", "more than 200 ships", True),
        ("over 200 ships", "more than 200 ships", False),
        ("more than 200 ships", "200 ships", True),
        ("nearly 200 ships", "over 200 ships", True),
        ("rates of 12 percent", "rates rose to 12 percent", False),
        ("120人", "約120人", True),
        ("超过120人", "逾120人", False),
    ],
)
def test_bounds_that_are_not_the_same(claim: str, sentence: str, apart: bool) -> None:
    assert bound_apart(figure(claim), figure(sentence), claim, sentence) is apart
