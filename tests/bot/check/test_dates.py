"""Dates in any form, their years told by the article where they are not said."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.dates import day, written


@pytest.mark.parametrize(
    "text",
    [
        "on November 26, 2023",
        "on Nov. 26, 2023",
        "on 26 November 2023",
        "on the 26th of November, 2023",
        "on 2023-11-26",
        "2023. 11. 26.",
        "2023/11/26",
        "am 26.11.2023",
        "on 11/26/2023",
        "2023년 11월 26일에",
        "2023年11月26日",
        "二〇二三年十一月二十六日",
        "２０２３年１１月２６日",
        "le 26 novembre 2023",
    ],
)
def test_a_day_is_found_in_each_form(text: str) -> None:
    assert written("2023-11-26", text)
    assert written("2023-11", text)
    assert written("2023", text)
    assert not written("2023-11-25", text)
    assert not written("2023-10", text)
    assert not written("2022", text)


def test_what_names_less_than_is_expected_does_not_name_it() -> None:
    for text in ("in November 2023", "2023년 11월", "2023-11"):
        assert written("2023-11", text)
        assert not written("2023-11-01", text)
        assert not written("2023-12", text)
    assert written("2023", "the 2023 summit") == "2023"
    assert not written("2023-11", "the 2023 summit")
    assert not written("2023", "2,023 people")
    assert not written("2023", "20233")


def test_a_day_without_a_year_is_of_the_year_of_its_article() -> None:
    text = "They meet on Sunday, Nov. 26."
    assert not written("2023-11-26", text)
    assert written("2023-11-26", text, ["2023-11-24"]) == "Nov. 26"
    assert written("2023-11-26", text, ["", "no date", "2023-11-24"])
    assert not written("2022-11-26", text, ["2023-11-24"])
    assert written("2024-01-02", "on January 2", ["2023-12-28"])
    # Of a month alone nobody knows; of a day half a year off neither.
    assert not written("2023-11", "in November", ["2023-11-24"])
    assert not written("2023-11-26", text, ["2023-05-01"])


def test_days_in_iso_form_alone_are_expected() -> None:
    assert day("2023") == (2023, None, None)
    assert day("2023-11") == (2023, 11, None)
    assert day("2023-11-26") == (2023, 11, 26)
    for wrong in ("", "23", "2023-1", "2023-11-26T10:00", "Nov. 26", "２０２３"):
        assert day(wrong) is None
        assert written(wrong, "on November 26, 2023") is None


@settings(max_examples=60, deadline=None)
@given(st.text(), st.text(), st.lists(st.text(), max_size=2))
def test_no_text_is_too_odd(wanted: str, text: str, articles: list[str]) -> None:
    assert written(wanted, text, articles) is None or day(wanted) is not None
    assert written("2023", text, articles) is None or "2" in text or not text.isascii()
