"""Rows laid side by side: what stands in whose place, and how much of each is lost."""

from __future__ import annotations

from bot.factcheck.alignment import blocks_of, replaced_in, stretch_worth
from bot.factcheck.tokens import text_of, tokens


def replaced(claim: str, sentence: str, joined: bool = False) -> list[tuple[str, str]]:
    ours, theirs = tokens(claim), tokens(sentence)
    spans, _ = replaced_in(blocks_of(ours, theirs), ours, theirs, joined)
    return [(text_of(ours[a:b]), text_of(theirs[c:d])) for a, b, c, d in spans]


def test_what_stands_in_the_place_of_something_else() -> None:
    assert replaced("It sold old ships in Oslo", "It sold old ships in Rome") == [("Oslo", "Rome")]
    assert replaced("It sold old ships", "Later it sold old ships in Rome") == []


def test_words_of_grammar_at_the_ends_belong_to_no_difference() -> None:
    assert replaced("It sold the ships in Oslo now", "It sold the ships from Rome now") == [
        ("Oslo", "Rome")
    ]


def test_names_that_share_a_character_are_one_difference_where_joined() -> None:
    pair = "听说查尔斯达文写书", "听说詹姆斯赫顿写书"
    assert len(replaced(*pair)) == 2
    assert replaced(*pair, joined=True) == [("查尔斯达文", "詹姆斯赫顿")]


def test_what_is_lost_and_the_stretch_that_matches_are_measured() -> None:
    ours, theirs = tokens("Oslo sold ships"), tokens("Once Rome sold ships there")
    blocks = blocks_of(ours, theirs)
    spans, lost = replaced_in(blocks, ours, theirs, False)
    assert lost == 1.0
    ((_, _, c, d),) = spans
    assert stretch_worth(blocks, theirs, c, d) == 2.0
