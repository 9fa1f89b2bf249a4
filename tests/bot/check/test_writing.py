"""A case that is written is read as the same case, whatever its texts hold."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.check.cases import ANY_REASON, Case, Count, Expected, Number, Skip, Step
from bot.check.reading import find, parsed, read
from bot.check.writing import written
from index.record import replaced
from tests.bot.check.test_reading import GOOD, QA, folder

CHARACTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
TEXTS = st.text(CHARACTERS, min_size=1).filter(lambda text: any(map(str.isalnum, text)))
LISTS = st.lists(TEXTS, unique=True, max_size=3).map(tuple)
NUMBERS = st.builds(
    Number,
    st.floats(-1e15, 1e15),
    st.floats(0, 1e15),
) | st.builds(Number, st.integers(-(10**15), 10**15).map(float), st.just(5.0), st.just(True))


def again(*cases: Case) -> list[Case]:
    return parsed("".join(map(written, cases)).encode(), "some.yaml")


@given(ask=TEXTS, says=LISTS.filter(bool), quotes=LISTS, judged=LISTS, fails=TEXTS, reason=TEXTS)
def test_texts(
    ask: str,
    says: tuple[str, ...],
    quotes: tuple[str, ...],
    judged: tuple[str, ...],
    fails: str,
    reason: str,
) -> None:
    expected = Expected(says=says, quotes=quotes, judged=judged)
    steps = (Step(ask, expected), Step(ask, Expected(abstains=ANY_REASON)))
    case = Case("a", steps, "some.yaml", 1, skip=Skip(reason), fails=fails)
    assert again(case) == [case]


@given(st.lists(NUMBERS, min_size=1, unique=True).map(tuple), st.integers(1, 9), st.integers(1, 9))
def test_numbers(numbers: tuple[Number, ...], least: int, more: int) -> None:
    for count in (Count(least), Count(None, least), Count(least, least + more), Count(1, 1)):
        step = Step("b", Expected(numbers=numbers, claims=count))
        case = Case("a", (step,), "some.yaml", 1, repeat=least + more, pass_at_least=least)
        assert again(case) == [case]


def test_all_that_a_case_can_say(tmp_path: Path) -> None:
    cases = parsed(GOOD.encode(), "some.yaml", folder(tmp_path))
    assert [replaced(case, line=0) for case in again(*cases)] == [
        replaced(case, line=0, corpus=None) for case in cases
    ]


def test_the_cases_of_the_seeds() -> None:
    for file in find([QA]):
        cases = [replaced(case, line=0, file="some.yaml", corpus=None) for case in read(file)]
        assert [replaced(case, line=0) for case in again(*cases)] == cases


def test_it_is_as_people_write_it() -> None:
    case = Case(
        "busan",
        (
            Step("Where did they meet?", Expected(says=("Busan",), claims=Count(None, 3))),
            Step("And when, then?", Expected(abstains="not_in_corpus")),
        ),
        repeat=3,
        pass_at_least=2,
    )
    assert written(case) == (
        "- id: busan\n"
        "  ask: Where did they meet?\n"
        "  expect:\n"
        "    says: [Busan]\n"
        "    claims: {max: 3}\n"
        "  then:\n"
        '    - ask: "And when, then?"\n'
        "      expect: {abstains: not_in_corpus}\n"
        "  repeat: 3\n"
        "  pass_at_least: 2\n"
    )


def test_a_question_mark_does_not_stand_within_brackets() -> None:
    case = Case("a", (Step("b", Expected(says=("Who?", "b"), says_any=("c, d", "e"))),))
    assert "    says:\n      - Who?\n      - b\n" in written(case)
    assert '    says_any:\n      - "c, d"\n      - e\n' in written(case)
