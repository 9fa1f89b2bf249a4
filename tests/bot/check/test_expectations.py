"""What a reply is judged by: each expectation met and not met, with its value and its reason."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.check.cases import ANY_REASON, Count, Expected, Number
from bot.check.expectations import judge
from index.record import replaced

REPLY: dict[str, Any] = {
    "status": "answered",
    "reason": None,
    "claims": [
        {"text": "The ministers met in Busan on Nov. 26, and named six areas.", "citations": [1]},
        {"text": "Trade was worth 3.5 million dollars in 2008, up 51.8%.", "citations": [2]},
    ],
    "citations": [
        {"n": 1, "file": "a.txt", "quote": "The ministers met in Busan", "date": "2023-11-24"},
        {"n": 2, "file": "b.txt", "quote": "Trade  was worth", "date": None, "also": ["copy.txt"]},
    ],
    "notices": [{"kind": "changed", "message": "…"}],
}
ABSTAINED: dict[str, Any] = {
    "status": "abstained",
    "reason": "not_in_corpus",
    "claims": [],
    "citations": [],
    "notices": [{"kind": "abstained", "message": "Nothing was found."}],
}


@pytest.mark.parametrize(
    ("met", "not_met"),
    [
        (Expected(says=("busan", "SIX areas")), Expected(says=("Seoul",))),
        (Expected(says=("2008",)), Expected(says=("8",))),
        (Expected(says_any=("Seoul", "Busan")), Expected(says_any=("Seoul", "Tokyo"))),
        (Expected(says_not=("Seoul",)), Expected(says_not=("Busan",))),
        (Expected(matches=(r"Nov\. \d+",)), Expected(matches=(r"^Busan",))),
        (Expected(numbers=(Number(3_500_000),)), Expected(numbers=(Number(3_500_001),))),
        (Expected(numbers=(Number(52, 0.2),)), Expected(numbers=(Number(52, 0.1),))),
        (Expected(dates=("2023-11-26",)), Expected(dates=("2022-11-26",))),
        (Expected(dates=("2008",)), Expected(dates=("2009",))),
        (Expected(cites=("a.txt", "b.txt")), Expected(cites=("c.txt",))),
        (Expected(cites_only=("a.txt", "b.txt", "c.txt")), Expected(cites_only=("a.txt",))),
        (Expected(cites_not=("c.txt",)), Expected(cites_not=("a.txt",))),
        # What stands in two files is cited by either name.
        (Expected(cites=("copy.txt",)), Expected(cites=("Copy.txt",))),
        (Expected(cites_only=("a.txt", "copy.txt")), Expected(cites_only=("copy.txt",))),
        (Expected(cites_not=("Copy.txt",)), Expected(cites_not=("copy.txt",))),
        (Expected(quotes=("Trade was",)), Expected(quotes=("trade was",))),
        (Expected(claims=Count(2, 2)), Expected(claims=Count(3))),
        (Expected(claims=Count(None, 2)), Expected(claims=Count(None, 1))),
        (Expected(says=("Busan",), dated="2023-11"), Expected(says=("Busan",), dated="2023-12")),
        (Expected(says=("Busan",), dated="2023"), Expected(says=("Trade",), dated="2023")),
        (Expected(notices=("changed",)), Expected(notices=("boilerplate",))),
        (Expected(notices_not=("boilerplate",)), Expected(notices_not=("changed",))),
    ],
)
def test_each_expectation_is_met_and_not_met(met: Expected, not_met: Expected) -> None:
    for finding in judge(met, REPLY):
        assert finding.met, finding
    unmet = [finding for finding in judge(not_met, REPLY) if not finding.met]
    assert len(unmet) == 1
    assert unmet[0].wanted
    assert unmet[0].reason
    # It is told under the key that stands in the case.
    assert getattr(not_met, unmet[0].name)


def test_what_is_lacking_is_told_with_what_came() -> None:
    (finding,) = judge(Expected(says=("Seoul",)), REPLY)
    assert finding.reason == "no claim says 'Seoul'"
    assert finding.found == "\n".join(claim["text"] for claim in REPLY["claims"])
    (finding,) = judge(Expected(says=("2008",)), REPLY)
    assert finding.found == REPLY["claims"][1]["text"]
    (finding,) = judge(Expected(numbers=(Number(6),)), REPLY)
    assert finding.reason == "a claim says it as 'six'"
    (finding,) = judge(Expected(cites=("c.txt",)), REPLY)
    assert finding.found == "a.txt, b.txt"


def test_every_item_is_a_finding_of_its_own() -> None:
    findings = judge(Expected(says=("Busan", "Seoul"), cites=("a.txt",)), REPLY)
    assert [(each.name, each.met, each.wanted) for each in findings] == [
        ("says", True, "Busan"),
        ("says", False, "Seoul"),
        ("cites", True, "a.txt"),
    ]


def test_words_that_one_claim_does_not_say_whole_are_not_said() -> None:
    (finding,) = judge(Expected(says=("areas. Trade",)), REPLY)
    assert not finding.met


def test_words_said_nowhere_are_not_dated() -> None:
    findings = judge(Expected(says_any=("Seoul", "Busan"), dated="2023-11-24"), REPLY)
    assert all(finding.met for finding in findings)
    *_, dated = judge(Expected(says=("Seoul",), dated="2023"), REPLY)
    assert (dated.name, dated.met) == ("dated", False)


def test_a_date_is_of_the_citation_on_which_the_claim_rests() -> None:
    *_, dated = judge(Expected(says=("Trade",), dated="2023"), REPLY)
    assert dated.found == "no date"
    assert "not of 2023" in dated.reason


@pytest.mark.parametrize(
    ("abstains", "met"), [(ANY_REASON, True), ("not_in_corpus", True), ("unverified", False)]
)
def test_an_abstention_is_judged_by_its_reason(abstains: str, met: bool) -> None:
    (finding,) = judge(Expected(abstains=abstains), ABSTAINED)
    assert finding.met is met
    assert finding.found == "not_in_corpus"
    (finding,) = judge(Expected(abstains=abstains), REPLY)
    assert not finding.met
    assert "Busan" in finding.found


def test_beside_an_abstention_its_notices_are_judged() -> None:
    _, notice = judge(Expected(abstains=ANY_REASON, notices=("changed",)), ABSTAINED)
    assert not notice.met


@pytest.mark.parametrize("expected", [Expected(says_not=("x",)), Expected(claims=Count(0, 3))])
def test_no_answer_meets_nothing_that_is_expected_of_one(expected: Expected) -> None:
    (finding,) = judge(expected, ABSTAINED)
    assert (finding.name, finding.met, finding.wanted) == ("abstains", False, "an answer")
    assert "not_in_corpus" in finding.reason


def test_a_pattern_that_is_none_is_not_met() -> None:
    (finding,) = judge(Expected(matches=("(",)), REPLY)
    assert not finding.met
    assert "no pattern" in finding.reason


_WORDS = st.text(max_size=12) | st.sampled_from(["Busan", "8", "2008", "3.5 million", "2023-11"])
_LISTS = st.lists(_WORDS, max_size=2).map(tuple)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _WORDS,
    lambda values: st.lists(values, max_size=3) | st.dictionaries(_WORDS, values, max_size=3),
    max_leaves=8,
)
_REPLIES = st.fixed_dictionaries(
    {"status": st.sampled_from(["answered", "abstained"]) | _JSON},
    optional={
        "reason": _JSON,
        "claims": _JSON
        | st.lists(
            st.fixed_dictionaries({"text": _JSON, "citations": st.lists(st.integers(0, 3)) | _JSON})
        ),
        "citations": _JSON
        | st.lists(
            st.fixed_dictionaries(
                {"n": st.integers(0, 3) | _JSON, "file": _JSON, "quote": _JSON, "date": _JSON}
            )
        ),
        "notices": _JSON | st.lists(st.fixed_dictionaries({"kind": _JSON})),
    },
)
_LISTED = (
    "says", "says_any", "says_not", "matches", "dates", "cites", "cites_only", "cites_not",
    "quotes", "notices", "notices_not",
)  # fmt: skip
_EXPECTED = st.builds(
    Expected,
    **dict.fromkeys(_LISTED, _LISTS),
    numbers=st.lists(st.builds(Number, st.floats(), st.floats(), st.booleans())).map(tuple),
    claims=st.none() | st.builds(Count, st.none() | st.integers(), st.none() | st.integers()),
    dated=_WORDS,
    abstains=st.sampled_from(["", ANY_REASON, "not_in_corpus"]) | _WORDS,
)


@settings(max_examples=100, deadline=None)
@given(_EXPECTED, _REPLIES)
def test_no_reply_and_no_expectation_is_too_odd_to_be_judged(
    expected: Expected, reply: dict[str, Any]
) -> None:
    findings = judge(expected, reply)
    assert findings == judge(expected, reply)
    assert all(finding.reason and isinstance(finding.met, bool) for finding in findings)


def test_every_field_that_can_be_expected_is_judged() -> None:
    """None can be written in a case and looked at by nobody; `judged` is a model's."""
    filled: dict[str, Any] = {
        "numbers": (Number(1),), "claims": Count(9), "dated": "1900", "abstains": "unverified",
        "matches": ("Seoul",), "dates": ("1900",), "says_not": ("Busan",), "cites_not": ("a.txt",),
        "notices_not": ("changed",),
    }  # fmt: skip
    for name in Expected.__match_args__:
        if name == "judged":
            continue
        expected = replaced(Expected(), **{name: filled.get(name, ("Seoul",))})
        assert not all(finding.met for finding in judge(expected, REPLY)), name
