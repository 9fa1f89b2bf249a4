"""What a claim adds to a sentence, or leaves out of it, is seen in each script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.factcheck.entailing import turns, unsaid

BANK = "The central bank raised its key interest rate by 0.25 percentage points in March 2022."
MUSEUM = "The museum has 14 rooms, and its oldest painting dates from 1642."
CHIEF = "Peter Holm is the chief executive of Borealis Shipping."
HEARD = "More than 200 people attended, and the mayor may visit the museum."


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        # a word of which the sentence has nothing
        ("The central bank cut its key interest rate in March 2022.", BANK),
        ("It is false that the museum has 14 rooms.", MUSEUM),
        ("I doubt the museum has 14 rooms.", MUSEUM),
        ("The library has 14 rooms.", MUSEUM),
        ("He was the first chair of the old harbour.", "He was chair of the old harbour."),
        # a word that turns the rest
        ("Peter Holm is not the chief executive of Borealis Shipping.", CHIEF),
        ("Peter Holm isn't the chief executive of Borealis Shipping.", CHIEF),
        ("Peter Holm is the former chief executive of Borealis Shipping.", CHIEF),
        ("If the museum had 14 rooms, its oldest painting dates from 1642.", MUSEUM),
        ("The museum has only 14 rooms.", MUSEUM),
        ("All the museum rooms has 14.", MUSEUM),
        ("Its oldest painting dates from before 1642.", MUSEUM),
        ("The mayor will visit the museum.", HEARD),
        # one that was left out
        ("The mayor visit the museum.", HEARD),
        (
            "Talks would be at the ministerial level.",
            "Talks would be at the vice ministerial level.",
        ),
        ("Old roofs collapsed in the storm.", "No old roofs collapsed in the storm."),
        # one that turns something else
        ("Xi will visit Seoul.", "Seoul will prepare for a visit of Xi."),
        # bounds
        ("200 people attended.", HEARD),
        ("At least 14 rooms has the museum.", MUSEUM),
        ("이번 행사에는 시민 350명이 참석했다.", "이번 행사에는 시민 350여 명이 참석했다."),
        ("会議には120人が参加した。", "会議には約120人が参加した。"),
        # other scripts
        ("国家的听众引用雪莱的诗，是圣母。", "甘地经常会向广大听众引用雪莱的诗，主要是业余的诗。"),
        ("국토부는 주택을 공급했다.", "교육청은 주택을 공급했다."),
        ("삼성전자는 매출이 늘었다.", "삼영전자는 매출이 늘었다."),
        ("학생이 참석했다.", "시민이 참석했고 교수는 학위를 받았다."),
    ],
)
def test_what_a_sentence_does_not_say_is_unsaid(claim: str, sentence: str) -> None:
    assert unsaid(claim, sentence)


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The museum has 14 rooms.", MUSEUM),
        ("The oldest painting in the museum dates from 1642.", MUSEUM),
        ("The central bank raised its interest rate.", BANK),
        ("Peter Holm was the chief executive of Borealis Shipping.", CHIEF),
        ("More than 200 people attended.", HEARD),
        ("The mayor may visit the museum.", HEARD),
        ("About 14 rooms has the museum.", MUSEUM),
        ("People attended.", "People attended, but nobody was there."),  # denies what follows
        ("听众引用雪莱的诗。", "甘地经常会向广大听众引用雪莱的诗。"),
        ("삼영전자는 매출이 늘었다.", "삼영전자는 지난해 매출이 늘어났다고 밝혔다."),
        ("장관이 참석하였다.", "외교장관은 회의에 참석했다."),
    ],
)
def test_what_a_sentence_says_in_much_the_same_words_is_said(claim: str, sentence: str) -> None:
    assert not unsaid(claim, sentence)


def test_a_title_may_hold_a_word_of_the_claim() -> None:
    assert unsaid("The trilateral talks took place in Busan.", "The talks took place in Busan.")
    assert not unsaid(
        "The trilateral talks took place in Busan.", "The talks took place in Busan.", "Trilateral"
    )


def test_what_turns_a_figure_turns_any_of_its_kind() -> None:
    assert not turns("More than 300 people attended.", HEARD)
    assert turns("Fewer than 300 people attended.", HEARD)


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    unsaid(one, other, one)
    assert not turns(one, one)
