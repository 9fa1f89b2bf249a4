"""Queries: what is asked about, less how it is asked; never more terms than a search can bear."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import weights
from index.languages import FUNCTION_WORDS, language_of
from index.query import (
    LONGEST,
    MOST_TERMS,
    function_words,
    is_character,
    is_pair,
    query_terms,
    without_asking,
)

ANY_TEXT = st.text(st.characters() | st.sampled_from("wha 谁多少の한은 1.,"), max_size=300)


def of(question: str) -> dict[str, float]:
    return query_terms(question, language_of(question))


@given(ANY_TEXT, st.sampled_from("en de zh ja ko th und".split()), st.sets(st.sampled_from("defr")))
def test_any_question_has_bounded_terms_and_weights(
    question: str, language: str, stems: set[str]
) -> None:
    found = query_terms(question, language, sorted(stems))
    assert len(found) <= MOST_TERMS
    assert all(0 < weight <= 1 for weight in found.values())
    assert all(term and not any(c.isspace() for c in term) for term in found)
    assert found == query_terms(question, language, sorted(stems))


@pytest.mark.parametrize("unit", ["word{} ", "中{}文字", "한{}국", "{}, "])
def test_a_question_of_a_megabyte_is_searched_for_its_beginning(unit: str) -> None:
    question = "".join(unit.format(i) for i in range(100_000))
    found = query_terms(question, "en")
    assert len(found) == MOST_TERMS
    assert found == query_terms(question[:LONGEST], "en")


def test_what_stands_far_into_a_question_is_not_searched_for() -> None:
    assert set(query_terms("the " * (LONGEST // 4) + "Busan", "en")) == {"the"}
    assert set(query_terms("the " * (LONGEST // 4 - 2) + "Busan", "en")) == {"the", "busan"}


def test_of_too_many_terms_the_heaviest_are_kept() -> None:
    words = " ".join(f"name{i}" for i in range(MOST_TERMS))
    assert set(query_terms(f"the of in {words}", "en")) == set(query_terms(words, "en"))


@pytest.mark.parametrize(
    ("question", "language", "rest"),
    [
        ("正义勇是谁", "zh", "正义勇是"),
        ("釜山有多少人口", "zh", "釜山有人口"),
        ("会议为何被取消", "zh", "会议被取消"),
        ("他們在哪裡會面", "zh", "他們在會面"),
        ("首都はどこですか", "ja", "首都は"),
        ("誰が勝ちましたか", "ja", "が勝ち"),
        ("회의는 언제 열렸습니까", "ko", "회의는열렸"),
        ("누가 만났나요", "ko", "만났"),
        ("어디에서", "ko", "에서"),
    ],
)
def test_the_asking_is_blanked_out(question: str, language: str, rest: str) -> None:
    assert without_asking(question, language).replace(" ", "") == rest


def test_the_asking_leaves_no_pair_across_it() -> None:
    assert "有人" not in query_terms("釜山有多少人口", "zh")
    assert {"釜山", "人口"} <= set(query_terms("釜山有多少人口", "zh"))


@pytest.mark.parametrize("language", ["en", "fr", "und", "th", "ru"])
def test_languages_with_spaces_keep_their_interrogatives(language: str) -> None:
    assert without_asking("Who is 谁?", language) == "Who is 谁?"


def test_interrogatives_and_function_words_count_little() -> None:
    found = of("Who is the minister of Busan?")
    assert found == {
        "who": weights.FUNCTION_WORD,
        "is": weights.FUNCTION_WORD,
        "the": weights.FUNCTION_WORD,
        "of": weights.FUNCTION_WORD,
        "minist": 1.0,
        "busan": 1.0,
    }


def test_single_characters_and_particles_count_less_than_pairs() -> None:
    korean = query_terms("장관의 회담", "ko")
    assert korean["장관"] == korean["회담"] == 1.0
    assert korean["관의"] == weights.FUNCTION_PAIR
    assert korean["장"] == weights.CHARACTER
    assert korean["의"] == pytest.approx(weights.CHARACTER * weights.FUNCTION_PAIR)
    chinese = query_terms("釜山的港口", "zh")
    assert chinese["釜山"] == chinese["港口"] == 1.0
    assert chinese["山的"] == chinese["的港"] == weights.FUNCTION_PAIR


def test_a_korean_word_may_begin_with_a_particles_syllable() -> None:
    assert query_terms("이란", "ko")["이란"] == 1.0


def test_the_documents_languages_stem_the_question_too() -> None:
    plain = query_terms("Häuser Minister", "de")
    both = query_terms("Häuser Minister", "de", ["en", "de"])
    assert plain == {"haus": 1.0, "minist": 1.0}
    assert both == {**plain, "hauser": 1.0}


def test_a_question_is_folded_before_its_asking_is_looked_for() -> None:
    assert query_terms("ﾄﾞｺ", "ja") == query_terms("ドコ", "ja")
    decomposed = unicodedata.normalize("NFD", "회의는 언제 열렸습니까")
    assert query_terms(decomposed, "ko") == query_terms("회의는 언제 열렸습니까", "ko")
    assert query_terms("１９９８年", "zh") == query_terms("1998年", "zh")


def test_function_words_are_stems() -> None:
    assert function_words("zh") == function_words("no such language") == frozenset()
    for language in FUNCTION_WORDS:
        assert function_words(language)
    assert {"was", "the", "who"} <= function_words("en")


def test_what_characters_and_pairs_are() -> None:
    assert is_character("中")
    assert is_character("한")
    assert not is_character("a")
    assert not is_character("中国")
    assert is_pair("中国")
    assert is_pair("ガイ")
    assert not is_pair("ab")
    assert not is_pair("中")


def test_nothing_asked_searches_for_nothing() -> None:
    for question in ("", "?", "\x00\ud800", "谁？", "언제?"):
        assert of(question) == {}
