"""`-k` and `--tag` mean the cases that they say; what means nothing is refused."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.check.cases import Case, Expected, Step
from bot.check.selecting import matching, selected
from index.errors import UsageError

CASES = [
    Case(id, (Step("?", Expected()),), file=file, tags=tags)
    for file, id, tags in (
        ("qa/busan.yaml", "port", ("fact", "slow")),
        ("qa/busan.yaml", "year-2021", ("date",)),
        ("qa/한국.yaml", "장관", ()),
        ("qa/Land.yaml", "and-so", ("fact",)),
    )
]


@pytest.mark.parametrize(
    ("expression", "ids"),
    [
        ("", "port year-2021 장관 and-so"),
        ("busan", "port year-2021"),
        ("BUSAN", "port year-2021"),
        ("busan.yaml::port", "port"),
        ("busan and not 2021", "port"),
        ("not busan", "장관 and-so"),
        ("장관 or port", "port 장관"),
        ("fact", "port and-so"),
        ("2021 or busan and slow", "port year-2021"),
        ("(2021 or busan) and slow", "port"),
        ("not (busan or land)", "장관"),
        ("not not land", "and-so"),
        ("and-so", "and-so"),
        ("nothing", ""),
    ],
)
def test_an_expression(expression: str, ids: str) -> None:
    assert [case.id for case in selected(CASES, expression, ())] == ids.split()


@pytest.mark.parametrize(
    ("tags", "ids"), [(["fact"], "port and-so"), (["date", "slow"], "port year-2021"), (["x"], "")]
)
def test_any_of_the_tags(tags: list[str], ids: str) -> None:
    assert [case.id for case in selected(CASES, "", tags)] == ids.split()


def test_both_at_once() -> None:
    assert [case.id for case in selected(CASES, "busan", ["fact"])] == ["port"]


@pytest.mark.parametrize(
    "expression",
    [
        "and",
        "a and",
        "or a",
        "not",
        "(a",
        "a)",
        "()",
        "a b",
        "a (b)",
        " ",
        "(" * 10**5,
        "not " * 10**5,
    ],
)
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(UsageError) as refused:
        matching(expression)
    assert refused.value.hint
    assert len(refused.value.message) < 300


@given(st.lists(st.sampled_from(["a", "and", "or", "not", "(", ")"]), min_size=1, max_size=9))
def test_what_is_read_means_what_python_means_by_it(words: list[str]) -> None:
    text = " ".join(words)
    assume("( )" not in text)  # to Python a tuple
    try:
        meant = matching(text)
    except UsageError:
        with pytest.raises((SyntaxError, TypeError)):
            eval(text, {"a": True})
        return
    case = Case("x", (Step("?", Expected()),), file="a")
    assert meant(case) == eval(text, {"a": True})
