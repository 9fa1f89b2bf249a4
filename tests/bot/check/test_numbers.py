"""Numbers in any form, within what is allowed."""

from __future__ import annotations

import pytest

from bot.check.cases import Number
from bot.check.numbers import named, written


@pytest.mark.parametrize(
    ("value", "text", "words"),
    [
        (3_500_000, "worth 3.5 million dollars", "3.5 million"),
        (3_500_000, "worth 3,500,000 dollars", "3,500,000"),
        (3_500_000, "인구는 350만 명", "350만"),
        (330_000_000, "3億3000万円", "3億3000万"),
        (6, "agreed on six areas", "six"),
        (1, "one of them", "one"),
        (9, "第九次", "九次"),
        (51.8, "rose by 51.8 percent", "51.8 percent"),
        (51.8, "stieg um 51,8 %", "51,8 %"),
        (33, "긍정 33%", "33%"),
        (2008, "in November 2008", "2008"),
        (-5, "it was -5 degrees", "5"),
        (0.5, "about ０.５", "0.5"),
    ],
)
def test_a_number_is_found_in_each_form(value: float, text: str, words: str) -> None:
    assert written(Number(value), text) == words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (8, "in 2008"),
        (5, "it was -5 degrees"),
        (-5, "it was 5 degrees"),
        (3.5, "worth 3.5 million"),
        (35, "worth 3.5 million"),
        (20, "the G20"),
        (1, "1.2.3"),
        (6, "no numbers at all"),
        (float("nan"), "6"),
        (float("inf"), "6"),
    ],
)
def test_another_number_is_not(value: float, text: str) -> None:
    assert written(Number(value), text) is None


def test_what_is_allowed_is_reckoned_as_people_reckon() -> None:
    assert written(Number(51.8, 0.1), "51.9")
    assert written(Number(51.8, 0.1), "51.7")
    assert not written(Number(51.8, 0.1), "51.91")
    assert written(Number(100, 5, percent=True), "105")
    assert not written(Number(100, 5, percent=True), "105.1")
    assert written(Number(-200, 5, percent=True), "-209")


def test_a_number_is_named_as_in_its_case() -> None:
    assert named(Number(2008)) == "2008"
    assert named(Number(51.8, 0.1)) == "51.8 within 0.1"
    assert named(Number(3_500_000, 5, percent=True)) == "3500000 within 5%"
