"""Opposites: a sentence that says "after" where the question says "before" is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.opposites import opposed
from index.terms import terms


def against(asked: str, told: str) -> bool:
    return bool(opposed(frozenset(terms(asked, "en")), frozenset(terms(told, "en"))))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("the first president", "the last president"),
        ("before the war", "after the war"),
        ("the largest cities", "the smallest cities"),
        ("importing goods", "exported goods"),
        ("the northern coast", "the southern coast"),
        ("a victory", "a defeat"),
        ("it was legal", "it was illegal"),
        ("happy people", "unhappy people"),
        ("regular shapes", "irregular shapes"),
        ("possible", "impossible"),
        ("who agreed", "who disagreed"),
    ],
)
def test_opposites_are_told_both_ways_and_in_every_form(one: str, other: str) -> None:
    assert against(one, other)
    assert against(other, one)
    assert not against(one, one)
    assert not against(other, other)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("the first president", "the first and last president"),
        ("the president", "the last president"),
        ("the first president", "a president"),
        ("the unit", "it was"),
        ("the union", "an ion"),
        ("importance", "portance"),
        ("", "last"),
        ("first", ""),
    ],
)
def test_what_is_not_opposed(asked: str, told: str) -> None:
    assert not against(asked, told)


@pytest.mark.parametrize("word", ["before", "prior", "most", "largest", "easy"])
def test_a_word_may_have_several_opposites(word: str) -> None:
    several = {
        "before": "after", "prior": "after", "most": "least fewest", "largest": "smallest least",
        "easy": "difficult hard",
    }  # fmt: skip
    for other in several[word].split():
        assert against(word, other)


WORDS = st.frozensets(
    st.sampled_from("first last before after un in unhappy happy interest".split()) | st.text()
)


@given(WORDS, WORDS)
def test_any_words_can_be_compared(asked: frozenset[str], told: frozenset[str]) -> None:
    # What stands in the text as it was asked is never opposed.
    assert not opposed(asked, asked | told)
    assert bool(opposed(asked, told)) == bool(opposed(asked - told, told))
