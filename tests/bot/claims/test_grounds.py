"""What is shown and what it is checked by: a claim in another language, a part of a sentence."""

from __future__ import annotations

import pytest

from bot.claims.contrary import denies_otherwise
from bot.claims.grounds import Ground, objection

MET = "Park Jin met Wang Yi in Busan."
PASSAGE = f"Ministers met. {MET} In Seoul, APEC did not meet, and Macron spoke to Scholz."
KIMS = "Kim Il-sung founded the state in 1948; his son Kim Jong-il succeeded him in 1994."


def refused(claim: str, restated: str, quote: str = MET) -> bool:
    return objection(claim, restated, [Ground(quote, PASSAGE, language="en")]) is not None


@pytest.mark.parametrize(
    "claim",
    [
        "박진은 부산에서 왕이를 만나지 않았다.",
        "朴振没有在釜山会见王毅。",
        "朴振は釜山で王毅に会わなかった。",
        "박진은 서울에서 왕이를 만났다.",
        "박진은 부산에서 APEC을 만났다.",
        "지구는 평평하다.",
    ],
)
def test_a_claim_that_differs_from_what_it_is_restated_as(claim: str) -> None:
    assert refused(claim, MET)


@pytest.mark.parametrize(
    "claim",
    [
        "박진은 부산에서 왕이를 만났다.",
        "朴振在釜山会见王毅。",
        "朴振は釜山で王毅に会った。",
        "朴振不仅在釜山会见了王毅。",
    ],
)
def test_one_that_says_the_same_is_shown(claim: str) -> None:
    assert not refused(claim, MET)


@pytest.mark.parametrize(
    ("one", "other", "differ"),
    [
        ("They did not meet.", "그들은 만나지 않았다.", False),
        ("They refused to meet.", "그들은 만나지 않았다.", False),
        ("They must meet.", "彼らは会わなければならない。", False),
        ("They may meet.", "彼らは会うかもしれない。", False),
        ("They met without him.", "他们没有他就见面了。", False),
        ("Sie trafen sich nicht.", "They met.", True),
        ("They met.", "他们没有见面。", True),
        ("They did not meet.", "他们见面了。", True),
        ("It is unclear.", "분명하지 않다.", False),
    ],
)
def test_a_denial_in_one_language_alone(one: str, other: str, differ: bool) -> None:
    assert denies_otherwise(one, other) is differ
    assert denies_otherwise(other, one) is differ


@pytest.mark.parametrize("name", ["Kim Jong-sung", "Kim Il-il"])
def test_a_name_put_together_of_parts_of_two(name: str) -> None:
    found = objection(f"{name} founded the state in 1948.", "", [Ground(KIMS, KIMS)])
    assert found is not None
    assert found[0] == "number_or_name_missing"


def test_digits_that_no_other_writing_is_known_for() -> None:
    quote = "Profits were 12 million in 2019."
    claim = "Profits were \u1372\u136b million in 2019."
    found = objection(claim, "", [Ground(quote, quote)])
    assert found is not None
    assert found[0] == "number_or_name_missing"


@pytest.mark.parametrize(
    ("sentence", "quote", "claim"),
    [
        (
            "It is not true that the vaccine causes autism.",
            "the vaccine causes autism",
            "The vaccine causes autism.",
        ),
        (
            "The company denied that it had paid bribes to officials.",
            "it had paid bribes to officials",
            "It had paid bribes to officials.",
        ),
        (
            "Did the mayor of Busan steal 500 dollars?",
            "mayor of Busan steal 500 dollars",
            "The mayor of Busan stole 500 dollars.",
        ),
        (
            "If the talks fail, North Korea will launch a missile.",
            "North Korea will launch a missile",
            "North Korea will launch a missile.",
        ),
        ("三国领导人没有举行峰会。", "举行峰会", "三国领导人举行峰会。"),
    ],
)
def test_a_part_that_what_stands_about_it_denies(sentence: str, quote: str, claim: str) -> None:
    passage = f"Something came before it. {sentence}"
    assert objection(claim, "", [Ground(quote, passage, sentence)]) is not None
    assert objection(sentence, "", [Ground(sentence, passage, sentence)]) is None or "?" in sentence


@pytest.mark.parametrize(
    "claim", ["a", "\u0301\u0301\u0301\u0301\u0301\u0301 a b met", " .\u0301b"]
)
def test_what_is_no_sentence(claim: str) -> None:
    assert objection(claim, "", [Ground("a b met", "a b met")]) is not None
