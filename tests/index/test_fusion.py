"""Reciprocal rank fusion against a plain sum; what the dense arm weighs; one question in several
languages."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import STEEP, WEIGHT, dense_weight, merged, reciprocal_rank, trust_in
from index.schema import Article, Hit, Kind, Passage, Retrieval

RANKINGS = st.lists(
    st.tuples(st.integers(0, 4), st.lists(st.sampled_from("abcdefghij"), unique=True, max_size=10)),
    max_size=4,
)


def by_hand(rankings: list[tuple[int, list[str]]], k: int) -> dict[str, Fraction]:
    """The paper's formula, word for word, in exact fractions."""
    keys = {key for weight, ranking in rankings if weight for key in ranking}
    return {
        key: sum(
            (Fraction(w, k + r.index(key) + 1) for w, r in rankings if key in r), start=Fraction(0)
        )
        for key in keys
    }


@given(RANKINGS, st.integers(0, 100))
def test_the_sums_are_those_of_the_paper(rankings: list[tuple[int, list[str]]], k: int) -> None:
    fused = reciprocal_rank(rankings, k)
    expected = by_hand(rankings, k)
    assert {key for key, _ in fused} == set(expected)
    for key, value in fused:
        assert value == pytest.approx(float(expected[key]))
    exact = [float(expected[key]) for key, _ in fused]
    assert exact == pytest.approx(sorted(exact, reverse=True))


def test_what_both_rankings_hold_stands_before_what_one_holds() -> None:
    fused = reciprocal_rank([(1.0, "abc"), (1.0, "dbe")], 60)
    assert [key for key, _ in fused] == ["b", "a", "d", "c", "e"]


def test_of_equal_sums_the_first_ranking_decides() -> None:
    assert [key for key, _ in reciprocal_rank([(1.0, "ab"), (1.0, "ba")])] == ["a", "b"]
    assert [key for key, _ in reciprocal_rank([(1.0, "ba"), (1.0, "ab")])] == ["b", "a"]


def test_a_ranking_that_weighs_nothing_adds_nothing() -> None:
    alone = reciprocal_rank([(1.0, "abc")], 2)
    assert reciprocal_rank([(1.0, "abc"), (0.0, "cxy")], 2) == alone
    assert reciprocal_rank([(1.0, "abc"), (-1.0, "cxy")], 2) == alone


def test_what_stands_twice_counts_once_at_its_first_place() -> None:
    assert reciprocal_rank([(1.0, "aba")], 0) == [("a", 1.0), ("b", 0.5)]


def scores(first: float, second: float, rest: float = 0.1) -> list[float]:
    return [first, second, *[rest] * 60]


def test_the_weight_grows_with_trust_from_nothing() -> None:
    lexical, dense = scores(9.0, 8.0), scores(0.8, 0.5)
    weights = [dense_weight(trust, lexical, dense) for trust in (0.0, 0.3, 1.0)]
    assert weights[0] == 0.0
    assert weights[1] == pytest.approx(0.3 * weights[2])


def test_the_weight_follows_whichever_best_stands_out() -> None:
    clear, close = scores(9.0, 2.0), scores(9.0, 8.8)
    sharp, flat = scores(0.8, 0.2), scores(0.8, 0.79)
    assert dense_weight(1.0, close, sharp) > dense_weight(1.0, clear, sharp)
    assert dense_weight(1.0, close, sharp) > dense_weight(1.0, close, flat)
    assert dense_weight(1.0, clear, flat) < 0.2 < 1.0 < dense_weight(1.0, close, sharp)


def test_few_passages_do_not_show_what_stands_out() -> None:
    lexical = scores(9.0, 5.0)
    for dense in ([], [0.9], [0.9, 0.1], [0.9, 0.9, *[0.1] * 7]):
        assert dense_weight(1.0, lexical, dense) == dense_weight(1.0, lexical, [0.5] * 60)


def test_no_embedders_range_of_similarities_changes_the_weight() -> None:
    lexical, dense = scores(9.0, 5.0), scores(0.8, 0.5)
    moved = [0.7 + each / 10 for each in dense]
    assert dense_weight(1.0, lexical, moved) == pytest.approx(dense_weight(1.0, lexical, dense))


@given(st.lists(st.floats(0, 1e6), max_size=60), st.lists(st.floats(-1, 1), max_size=60))
def test_the_weight_is_bounded_whatever_the_scores(lex: list[float], den: list[float]) -> None:
    weight = dense_weight(1.0, sorted(lex, reverse=True), sorted(den, reverse=True))
    assert math.isfinite(weight)
    assert 0 < weight <= WEIGHT * math.exp(STEEP) + 1e-9


@pytest.mark.parametrize(
    ("language", "trust", "expected"),
    [
        ("ko", {"ko": 0.2, "en": 1.0}, 0.2),
        ("ja", {"ko": 0.2, "en": 1.0}, None),
        ("fr", {"en": 1.0}, None),
        # "Busan 2023" tells no language but is in Latin letters.
        ("und", {"ko": 0.2, "en": 1.0, "de": 0.4}, 0.4),
        ("und", {"ko": 0.9}, None),
        ("und", {"ko": 0.9, "und": 0.3}, 0.3),
        ("en", {}, None),
    ],
)
def test_trust_in_a_question(
    language: str, trust: dict[str, float], expected: float | None
) -> None:
    assert trust_in(language, trust) == expected


def hit(file: str, rank: int, score: float, kind: Kind = Kind.BODY) -> Hit:
    return Hit(Passage(file, 0, 0, 4, file, Article(0, 4), kind), rank, score)


def found(question: str, *hits: Hit, **weights: float) -> Retrieval:
    return Retrieval(question, hits, weights, {"en": 1.0}, 9)


def files(retrieval: Retrieval) -> list[str]:
    return [each.passage.file for each in retrieval.hits]


def test_one_question_alone_is_as_it_was() -> None:
    only = found("who", hit("a", 1, 5.0), who=2.0)
    assert merged([only]) is only


def test_passages_found_in_two_languages_come_first_and_once() -> None:
    one = found("who", hit("a", 1, 5.0), hit("b", 2, 4.0), who=9.0)
    two = found("누가", hit("c", 1, 5.0), hit("b", 2, 4.5), 누가=9.0)
    both = merged([one, two])
    assert files(both) == ["b", "a"]
    assert [each.rank for each in both.hits] == [1, 2]
    assert both.hits[0].score == 4.0
    assert both.hits[0].fused is not None
    assert both.hits[1].fused is not None
    assert both.hits[0].fused > both.hits[1].fused
    assert (both.question, both.weights, both.languages) == ("who", one.weights, {"en": 1.0})


def test_a_question_that_found_little_but_a_number_gives_way_to_its_translation() -> None:
    own = found("2023년 부산", hit("x", 1, 1.0), hit("y", 2, 0.9), 부산=40.0)
    told = found("Busan 2023", hit("a", 1, 9.0), hit("b", 2, 8.0), busan=9.0)
    assert files(merged([own, told])) == ["a", "b"]
    nothing = found("부산", 부산=40.0)
    assert files(merged([nothing, told])) == ["a", "b"]
    assert merged([nothing, nothing]).hits == ()


def test_boilerplate_keeps_the_last_places() -> None:
    menu = hit("menu", 2, 9.0, Kind.NAVIGATION)
    one = found("who", hit("a", 1, 5.0), menu, who=9.0)
    two = found("누가", hit("b", 1, 5.0), menu, 누가=9.0)
    assert files(merged([one, two])) == ["a", "menu"]


def test_troubles_and_arms_are_those_of_all() -> None:
    arms = {"lexical": 1.0, "dense": 0.0}
    one = Retrieval("a", (), arms=arms, troubles=("Chroma is away.",))
    two = Retrieval("b", (), arms={**arms, "dense": 0.7}, troubles=("Chroma is away.", "More."))
    both = merged([one, two])
    assert both.arms == {"lexical": 1.0, "dense": 0.7}
    assert both.troubles == ("Chroma is away.", "More.")
