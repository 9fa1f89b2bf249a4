"""The words of a claim that carry what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check.decisive import MOST, decisive
from bot.check.words import within

MET = "The three diplomats met in the South Korean port of Busan for the first time since 2019."


@pytest.mark.parametrize(
    ("question", "claim", "words"),
    [
        ("When did they last meet?", MET, "2019"),
        ("In which port did the three diplomats meet?", MET, "Busan"),
        ("In how many areas do they work?", "They agreed on six areas in May.", "six areas"),
        (
            "Who was South Korea's foreign minister in 2021?",
            "Newly appointed South Korean Foreign Minister Chung Eui-yong's visit led to Xiamen.",
            "South Korean Foreign Minister Chung Eui-yong",
        ),
        (
            "Why was there a hiatus?",
            "Talks open, after a hiatus due to the COVID-19 pandemic, on Monday.",
            "due to the COVID-19 pandemic",
        ),
        (
            "What did North Korea place in orbit?",
            "North Korea said it had placed its first spy satellite in orbit.",
            "first spy satellite",
        ),
        ("北韩宣布成功将什么送入轨道?", "北韩宣布成功将首颗间谍卫星送入轨道。", "首颗间谍卫星"),
        ("三国领导人已有几年未举行峰会?", "三国领导人已有四年未举行峰会。", "四年"),
    ],
)
def test_the_words_that_carry_what_was_asked(question: str, claim: str, words: str) -> None:
    assert decisive(question, claim) == words


@given(st.text(max_size=80), st.text(min_size=1, max_size=400))
def test_they_always_stand_in_the_claim(question: str, claim: str) -> None:
    words = decisive(question, claim)
    assert words in claim
    assert len(words) <= MOST


def test_of_a_claim_with_nothing_new_its_beginning_is_taken() -> None:
    claim = "word " * 100
    words = decisive("word", claim)
    assert 150 < len(words) <= MOST
    assert within(words, claim)
