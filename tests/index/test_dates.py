"""Every way of writing a date is found, and nothing that only resembles one."""

from __future__ import annotations

from datetime import date as Date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import find, find_yearless, nearest

DAY = Date(2021, 4, 3)


@pytest.mark.parametrize(
    "written",
    [
        "2021-04-03", "2021-4-3", "2021/04/03", "2021.04.03", "2021. 4. 3.", "April 3, 2021",
        "Apr. 3, 2021", "Apr 3 2021", "April 3rd, 2021", "3 April 2021", "03-Apr-2021",
        "3rd of April 2021", "3 APRIL 2021", "2021년 4월 3일", "2021年4月3日", "2021 年 4 月 3 日",
        "２０２１年４月３日", "2021-04-03T02:11:55Z", "2021-04-03 02:11:55+09:00",
    ],
)  # fmt: skip
@pytest.mark.parametrize("around", ["{}", "on {} it", "Updated: {}", "({})", "於 {} 舉行", "{}\n"])
def test_a_date_is_found_where_it_stands(written: str, around: str) -> None:
    text = around.format(written)
    (found,) = find(text)
    assert found.date == DAY
    assert text[found.start : found.end] == written


@pytest.mark.parametrize(
    "text",
    [
        "", "2021", "May 2021", "2021-13-03", "2021-02-30", "April 31, 2021", "1.2021.4.3",
        "010-2021-04-03", "2021-04-031", "version 2021.4", "March to 2021", "0021-04-03",
        "Augustus 3, 2021", "12021-04-03", "5:2021/04", "2021年4月",
    ],
)  # fmt: skip
def test_what_is_no_date_is_none(text: str) -> None:
    assert find(text) == []


@pytest.mark.parametrize("written", ["2021년 4월 3일", "2021年4月3日"])
def test_eastern_dates_need_no_space_around_them(written: str) -> None:
    assert [found.date for found in find(f"于{written}举行")] == [DAY]


def test_dates_come_in_order() -> None:
    found = find("From 3 May 2020 to 2021-04-03; again on 2022年1月2日.")
    assert [dated.date for dated in found] == [Date(2020, 5, 3), DAY, Date(2022, 1, 2)]


@pytest.mark.parametrize("written", ["April 2", "2 April", "Apr. 2", "4월 2일", "4月2日"])
def test_a_day_without_a_year_is_found_apart_from_those_with_one(written: str) -> None:
    text = f"May 5, 2020, 2019年5月5日, {written} (Agency)"
    (found,) = find_yearless(text)
    assert (found.month, found.day) == (4, 2)
    assert text[found.start : found.end] == written


def test_a_year_is_taken_from_neighbours_within_a_month() -> None:
    assert nearest(4, 2, [Date(2021, 4, 4), Date(2021, 4, 3)]) == Date(2021, 4, 2)
    assert nearest(12, 30, [Date(2022, 1, 4)]) == Date(2021, 12, 30)
    assert nearest(1, 4, [Date(2021, 12, 30)]) == Date(2022, 1, 4)


@pytest.mark.parametrize(
    ("month", "day", "near"),
    [
        (4, 2, []),
        (4, 2, [Date(2021, 7, 1)]),
        (4, 2, [Date(2021, 4, 3), Date(2020, 4, 3)]),
        (4, 2, [Date(2021, 4, 3), Date(2021, 9, 3)]),
        (2, 29, [Date(2021, 3, 1)]),
    ],
)
def test_a_year_is_not_guessed(month: int, day: int, near: list[Date]) -> None:
    assert nearest(month, day, near) is None


@given(st.text(alphabet=st.sampled_from("0123456789-/. ,年月日년월일AprilMay\n"), max_size=60))
def test_any_text_is_searched(text: str) -> None:
    spans = [(found.start, found.end) for found in find(text)]
    assert spans == sorted(spans)
    assert all(text[start].isdigit() or text[start].isalpha() for start, _ in spans)
    assert all(0 <= found.start < found.end <= len(text) for found in find_yearless(text))
