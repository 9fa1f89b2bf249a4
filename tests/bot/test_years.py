"""Years that a question names: which hits can speak of them."""

from __future__ import annotations

from datetime import date as Date

import pytest

from bot.questions import understand
from bot.years import of_its_time, unheard_of
from index.schema import Hit
from tests.bot.hits import passage


def hit(text: str, date: Date | None = None) -> Hit:
    return Hit(passage(text, date=date), 1, 1.0)


@pytest.mark.parametrize(
    ("question", "text", "date", "speaks"),
    [
        ("Who was minister in 2021?", "Kim was minister.", Date(2021, 4, 4), True),
        ("Who was minister in 2021?", "Kim was minister.", Date(2023, 4, 4), False),
        ("Who was minister in 2021?", "Kim was minister in 2021.", Date(2023, 4, 4), True),
        ("Who was minister in 2021?", "Kim was minister.", None, True),
        ("Who was minister?", "Kim was minister.", Date(2023, 4, 4), True),
        ("between 2021 and 2023", "Kim was minister.", Date(2023, 4, 4), True),
        ("2021년 장관은 누구인가", "장관은 김이다.", Date(2023, 4, 4), False),
        ("2021年外长是谁", "外长是金。", Date(2021, 4, 4), True),
    ],
)
def test_which_hits_can_speak_of_the_years_asked(
    question: str, text: str, date: Date | None, speaks: bool
) -> None:
    assert of_its_time(understand(question), hit(text, date)) is speaks


@pytest.mark.parametrize(
    ("question", "found", "unheard"),
    [
        ("Who was minister in 2012?", [("Kim was minister.", None)], True),
        ("Who was minister in 2012?", [("Kim was minister.", Date(2021, 4, 4))], True),
        ("Who was minister in 2012?", [("Kim was.", None), ("Rain in 2012.", None)], False),
        ("Who was minister in 2012?", [("Kim was.", None), ("Rain.", Date(2012, 4, 4))], False),
        ("Who was minister?", [("Kim was minister.", None)], False),
        ("Who was minister in 2012?", [], True),
    ],
)
def test_years_that_nothing_found_speaks_of(
    question: str, found: list[tuple[str, Date | None]], unheard: bool
) -> None:
    hits = [hit(text, date) for text, date in found]
    assert unheard_of(understand(question), hits) is unheard
