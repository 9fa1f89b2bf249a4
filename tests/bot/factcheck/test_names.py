"""A stretch of tokens is a name by its form and neighbours; two may be forms of one."""

from __future__ import annotations

import pytest

from bot.factcheck.names import name_certainty, same_name
from bot.factcheck.tokens import normalised, tokens


@pytest.mark.parametrize(
    ("text", "first", "last", "certainty"),
    [
        ("We met Maria Lopez", 2, 4, 2),
        ("We met people there", 2, 3, 0),
        ("We met Dr. Okafor", 2, 3, 0),  # how one is addressed is no name
        ("김영수 대표는", 0, 1, 2),
        ("공장을 지었다", 0, 1, 0),
        ("詹姆斯·赫顿说", 0, 5, 2),
        ("重要的问题", 0, 2, 0),
    ],
)
def test_how_sure_a_name_is(text: str, first: int, last: int, certainty: int) -> None:
    assert name_certainty(tokens(text), first, last, normalised(text)) == certainty


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Michael Jordan", "MJ", True),
        ("Williams", "William", True),
        ("the US", "US", True),
        ("Park Jin", "Park", True),
        ("Maria Lopez", "Anna Weber", False),
        ("부산", "서울", False),
    ],
)
def test_names_that_may_be_one(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same
