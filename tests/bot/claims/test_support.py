"""Claims that their quotes carry are accepted, in four languages, and the others refused."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims.fitted import WEIGHTS
from bot.claims.specifics import missing
from bot.claims.support import FEATURES, measure, score, supported
from index.sentences import sentences
from tests.bot.claims.by_hand import ALL

SEEDS = Path(__file__).resolve().parents[3] / "seeds"
GOOD = [(quote, claim) for told in ALL.values() for quote, yes, _ in told for claim in yes]
BAD = [(quote, claim) for told in ALL.values() for quote, _, no in told for claim in no]


@pytest.mark.parametrize(("quote", "claim"), GOOD)
def test_a_claim_that_its_quote_carries_is_supported(quote: str, claim: str) -> None:
    assert supported(claim, [quote])


@pytest.mark.parametrize(("quote", "claim"), BAD)
def test_a_claim_that_its_quote_does_not_carry_is_not(quote: str, claim: str) -> None:
    assert not supported(claim, [quote])


def test_no_claim_is_supported_by_a_quote_about_something_else() -> None:
    for told in ALL.values():
        for quote, yes, _ in told:
            others = [each for each, _, _ in told if each != quote]
            for claim in yes:
                assert not any(supported(claim, [other]) for other in others[:1]), claim


def seed_sentences() -> list[str]:
    found = []
    for path in sorted(SEEDS.glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        found += [text[a:b] for a, b in sentences(text)]
    return [each for each in found if len(re.findall(r"\w", each)) > 3]


def test_every_sentence_of_the_seeds_carries_itself() -> None:
    told = seed_sentences()
    assert len(told) > 100
    for each in told:
        assert supported(each, [each]), each
        assert supported(each.upper(), [each]), each


def test_a_part_of_a_denial_is_no_copy() -> None:
    quote = "It is not true that the three countries agreed to hold a summit."
    assert not supported("The three countries agreed to hold a summit.", [quote])


def test_figures_and_names_may_stand_in_the_context() -> None:
    quote = "The minister invited him to visit Seoul and agreed on strategic communications."
    claim = "Park Jin invited him to visit Seoul and agreed on strategic communications."
    assert not supported(claim, [quote])
    assert supported(claim, [quote], "South Korean Foreign Minister Park Jin spoke.")


def test_a_number_that_the_quote_writes_otherwise_needs_a_clearer_claim() -> None:
    quote = "Four ministers from the region came together in the port on a rainy Sunday."
    assert supported("4 ministers from the region came together in the port.", [quote])
    same = score("So four ministers met in a port of the region that day.", [quote])
    other = score("So 4 ministers met in a port of the region that day.", [quote])
    assert other < same - 0.5


def test_the_measure_is_of_what_was_fitted_and_more_words_shared_never_speak_against() -> None:
    assert set(WEIGHTS) == {*FEATURES, ""}
    assert all(WEIGHTS[name] >= 0 for name in FEATURES if name not in ("guarded", "opposed"))
    assert WEIGHTS["guarded"] <= 0
    assert WEIGHTS["opposed"] <= 0


def test_a_claim_or_a_quote_without_words_supports_nothing() -> None:
    assert not supported("", ["A quote."])
    assert not supported("?!", ["A quote."])
    assert not supported("A claim.", [])
    assert not supported("A claim.", ["", "…"])


ANYTHING = st.text() | st.text(
    st.sampled_from("the Park Jin invited Wang not 2019 한국은 일본을 三国领导人未举行峰会は。. ")
)


@given(ANYTHING, st.lists(ANYTHING, max_size=3))
def test_what_lacks_a_figure_or_name_is_never_supported(claim: str, quotes: list[str]) -> None:
    if supported(claim, quotes):
        assert not missing(claim, quotes)
    assert score(claim, quotes) == score(claim, quotes)
    found = measure(claim, quotes)
    if found is not None:
        assert len(found.values) == len(FEATURES)


@pytest.mark.parametrize(
    "piece", ["a ", "not ", "Aa was bb by ", "지 않", "가나", "万", "1 ", "日本は"]
)
def test_a_huge_claim_takes_time_by_its_length_alone(piece: str) -> None:
    def took(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        score(text, ["Park Jin, 2019", text])
        return time.process_time() - start

    took(2_000)
    assert any(took(100_000) < 40 * max(took(10_000), 0.005) for _ in range(3))
