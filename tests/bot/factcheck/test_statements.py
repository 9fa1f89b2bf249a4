"""What a message states: its markup goes, and what states nothing is left out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.factcheck.statements import is_statement, plain, statements


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("**Park** met *Wang* in __Busan__.", "Park met Wang in Busan."),
        ("# They met in Busan", "They met in Busan"),
        ("- They met in Busan", "They met in Busan"),
        ("3. They met in Busan", "They met in Busan"),
        ("-# They met in ||Busan||", "They met in Busan"),
        ("They met [in Busan](https://evil.example).", "They met in Busan."),
        ("They met in `Busan` <t:1700000000:R> today.", "They met in Busan today."),
        ("They met in Busan https://a.b/c?d=e today.", "They met in Busan today."),
        ("They met in Busan.[1]", "They met in Busan."),
        ("They met in Busan.²", "They met in Busan."),
        (r"They met in \*Busan\*.", "They met in *Busan*."),
        ("The file snake_case_name was removed.", "The file snake_case_name was removed."),
        ("They\u200b met in\u202e Busan.", "They met in Busan."),
    ],
)
def test_a_message_is_read_without_its_markup(text: str, found: str) -> None:
    assert statements(text) == (found,)


@pytest.mark.parametrize(
    "text",
    [
        "Hi-tech exports rose in 2019.",
        "When the war ended, the harbour opened.",
        "Welcome Group sold three harbours.",
        "안녕기업은 부산에서 배를 팔았다.",
        "감사원은 보고서를 냈다.",
    ],
)
def test_statements_that_begin_like_a_greeting_or_question(text: str) -> None:
    assert is_statement(text)


@given(st.text(st.characters() | st.sampled_from("*_`~|<>[]()#\n-@:/1 ab。？"), max_size=200))
def test_any_message_can_be_read(text: str) -> None:
    plain(text)
    for each in statements(text):
        assert each.strip()
        assert not any(ch < " " or "\ud800" <= ch <= "\udfff" for ch in each)
