"""A sentence is cut into tokens: figures whole, names told, words by their stems."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.factcheck.tokens import normalised, tokens


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Maria met 3.5 million people on May 3, 2022.",
            [("Maria", "name"), ("met", ""), ("3.5 million", "number"), ("people", ""),
             ("on", ""), ("May 3, 2022", "date")],
        ),
        ("12 percent on Tuesday", [("12 percent", "percent"), ("on", ""), ("Tuesday", "weekday")]),
        ("김영수 대표는", [("김영수", ""), ("대표", ""), ("는", "")]),
        ("トヨタの車", [("トヨタ", "name"), ("の", ""), ("車", "")]),
        ("三十五万人", [("三十五万人", "number")]),
        ("… — !", []),
    ],
)  # fmt: skip
def test_the_tokens_of_a_text(text: str, found: list[tuple[str, str]]) -> None:
    assert [(each.text, each.kind) for each in tokens(text)] == found


def test_forms_of_a_figure_or_a_word_have_one_key() -> None:
    for one, other in (
        ("3.5 million", "3,500,000"),
        ("2023年11月26日", "November 26, 2023"),
        ("ministers", "minister"),
        ("１２％", "12 percent"),
    ):
        assert [each.key for each in tokens(one)] == [each.key for each in tokens(other)]


@given(st.text(max_size=100))
def test_tokens_stand_in_their_text_and_in_order(text: str) -> None:
    whole, end = normalised(text), 0
    for each in tokens(text):
        assert each.start >= end
        assert whole[each.start : each.end].startswith(each.text[:1])
        end = each.end
