"""Figures: one number, date or time is told in every way of writing it, and from every other."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims.dates import in_digits
from bot.claims.figures import figures
from bot.claims.known import Known
from bot.claims.numerals import canonical


def lacking(claim: str, *evidence: str) -> list[str]:
    def plain(text: str) -> str:
        return in_digits(unicodedata.normalize("NFKC", text))

    known = Known([plain(each) for each in evidence])
    return [each.text for each in figures(plain(claim), claimed=True) if not known.has(each)]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("1,000 people", "1000 people"),
        ("1000 men", "one thousand men"),
        ("four", "4 ministers"),
        ("4 ministers", "four ministers"),
        ("two leaders", "both leaders"),
        ("3.5 million", "3,500,000"),
        ("3.5m users", "3.5 million users"),
        ("350万人", "3.5 million people"),
        ("350만 명", "3.5 million people"),
        ("3백만", "3 million"),
        ("3억 5천만 원", "350,000,000 won"),
        ("1億2000万円", "120,000,000 yen"),
        ("half a million", "500,000"),
        ("a million", "1,000,000"),
        ("100k", "100,000"),
        ("twenty-five", "25"),
        ("one hundred and five", "105"),
        ("5.0", "5"),
        ("3,5", "3.5"),
        ("1.234.567", "1234567"),
        ("百分之五", "5 percent"),
        ("5퍼센트", "5 %"),
        ("3%", "between 3 and 5 percent"),
        ("3 million", "3 to 5 million"),
        ("二十六人", "26 people"),
        ("三国外长", "three countries"),
        ("세 나라", "three countries"),
        ("third", "the 3rd"),
        ("1990s", "the 1990's"),
        ("1990年代", "in the 1990s"),
        ("2024", "the 2023-24 season"),
        ("in 2019", "2019"),
        ("2,019 people", "2019 people"),
        ("minus 5 degrees", "-5 degrees"),
        ("November 26, 2023", "2023-11-26"),
        ("26 November 2023", "2023. 11. 26."),
        ("2023年11月26日", "26 November 2023"),
        ("二〇二三年十一月二十六日", "2023-11-26"),
        ("2023년 11월 26일", "Nov. 26, 2023"),
        ("November 26", "on 26/11/2023"),
        ("November 2023", "2023-11-26"),
        ("11월", "last November"),
        ("November 26, 2023", "2023: on November 26 they met"),
        ("3:30 p.m.", "15:30"),
        ("오후 3시 30분", "3:30 pm"),
        ("下午3点半", "15:30"),
        ("at 3:30", "3:30 p.m."),
    ],
)
def test_a_figure_is_told_in_every_way_of_writing_it(claim: str, evidence: str) -> None:
    assert lacking(claim, "no figure", evidence) == []
    assert lacking(claim, "no figure") != []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("3", "13 and 30"),
        ("three", "two"),
        ("twelve", "two"),
        ("third", "fourth"),
        ("세 나라", "네 나라"),
        ("三国", "两国"),
        ("350万", "35 million"),
        ("3 people", "3 million people"),
        ("5%", "5 people"),
        ("-5 degrees", "5 degrees"),
        ("in 2019", "2,019 people"),
        ("2,019 people", "since 2019"),
        ("1990s", "the 1980s"),
        ("1990s", "in 1994"),
        ("November 27", "November 26"),
        ("November 26", "December 26"),
        ("November 26, 2023", "November 26, 2022, and again in 2023"),
        ("2023年11月27日", "2023-11-26"),
        ("3:30 a.m.", "3:30 p.m."),
        ("오전 3시", "오후 3시"),
        ("20 states", "the G20"),
    ],
)
def test_another_figure_is_lacking(claim: str, evidence: str) -> None:
    assert lacking(claim, evidence) != []


@pytest.mark.parametrize(
    "claim",
    [
        "one of the ministers",
        "the second half",
        "may I march",
        "万一下雨",
        "十分重要",
        "两者",
        "이천시",
    ],
)
def test_words_that_mostly_mean_something_else_are_no_figures(claim: str) -> None:
    assert lacking(claim, "nothing") == []


def test_the_parts_of_a_date_are_numbers_of_the_evidence_but_not_of_a_claim() -> None:
    assert lacking("26 people", "2023-11-26") == []
    assert lacking("2023-11-26", "26 people in 2023, 11 of them women") == ["2023-11-26"]


@given(st.integers(0, 10**15))
def test_grouping_marks_and_noughts_do_not_matter(number: int) -> None:
    assert lacking(f"{number:,}.50", f"{number}.5") == []
    assert canonical(f"{number:,}") == str(number)
    assert lacking(f"{number + 1} of them", f"{number:,} of them") != []


ANYTHING = st.text() | st.text(
    st.sampled_from("0123456789.,:-/% 年月日万亿三十百만억시오후'’s—ampmk hundred million dozen")
)


@given(ANYTHING)
def test_every_text_can_be_read_and_has_its_own_figures(text: str) -> None:
    for claimed in (True, False):
        for each in figures(text, claimed=claimed):
            assert text[each.start : each.end]
    known = Known([text])
    assert [each.text for each in figures(text, claimed=True) if not known.has(each)] == []
