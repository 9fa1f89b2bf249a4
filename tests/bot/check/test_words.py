"""Words are found whatever their form, digits only whole."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check.words import exactly_within, folded, same_file, within


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("BUSAN", "in Busan."),
        ("Strasse", "an der Straße"),
        ("six  areas", "six\nareas"),
        ("the “new” plan", 'the "new" plan'),
        ("Park's", "Park’s visit"),
        ("2019-2023", "2019–2023"),
        ("COVID - 19", "COVID — 19"),
        ("ＡＢＣ", "abc"),
        ("부산", "회의는 부산에서"),
        ("부산", unicodedata.normalize("NFD", "부산에서")),
        ("co-operation", "co\u2011operation"),
        ("cooperation", "co\u00adoperation"),
        ("8", "8%, not 9"),
        ("2019", "since 2019."),
        ("2019", "2019, 2020"),
        ("11-26", "2023-11-26"),
        ("8", "2008 and 8"),
        ("Café", "Cafe\u0301"),
    ],
)
def test_words_that_are_there(words: str, text: str) -> None:
    assert within(words, text)


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("8", "2008"),
        ("8", "8.5"),
        ("5", "8.5"),
        ("500", "6,500"),
        ("6", "6,500"),
        ("20", "2008"),
        ("8", "２００８"),
        ("Seoul", "in Busan"),
        ("", "in Busan"),
        ("\u00ad", "in Busan"),
    ],
)
def test_words_that_are_not_there(words: str, text: str) -> None:
    assert not within(words, text)


def test_exact_words_differ_in_nothing_but_white_space() -> None:
    assert exactly_within("met in Busan", "They met\n  in Busan.")
    assert exactly_within("é", "Cafe\u0301")
    assert not exactly_within("met in busan", "They met in Busan.")
    assert not exactly_within(" ", "They met in Busan.")


def test_a_file_is_known_however_the_disk_composes_its_name() -> None:
    assert same_file("café.txt", "cafe\u0301.txt")
    assert not same_file("Café.txt", "café.txt")


@given(st.text())
def test_folding_is_done_once_and_finds_itself(text: str) -> None:
    once = folded(text)
    assert folded(once) == once
    assert within(text, text) or not once
