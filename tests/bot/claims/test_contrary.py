"""A claim that turns its sentence round, in much the same words, is told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims.contrary import contrary

SAME = [
    ("en", "Park invited Wang.", "Park Jin invited Wang Yi to Seoul."),
    ("en", "Wang was invited by Park.", "Park Jin invited Wang Yi to Seoul."),
    ("en", "Park invited Wang.", "Wang Yi was invited to Seoul by Park Jin."),
    ("en", "Wang met Park.", "Park met Wang."),
    ("en", "China, Japan and Korea", "Korea, Japan and China"),
    ("en", "They did not say when.", "The ministers did not say when."),
    ("en", "They met not only in Busan.", "They met in Busan."),
    ("ko", "박진 장관은 왕이 부장을 초청했다.", "박진 장관이 왕이 부장을 서울로 초청했다."),
    ("ja", "朴振外相は王毅外相を招待した。", "朴振外相が王毅外相を招待しました。"),
    ("zh", "朴振邀请王毅访问首尔。", "朴振邀请王毅访问首尔。"),
    ("zh", "四年没有举行峰会。", "三国领导人已有四年未举行峰会。"),
]
TURNED = [
    ("en", "Wang invited Park.", "Park Jin invited Wang Yi to Seoul."),
    ("en", "Park was invited to Seoul by Wang.", "Park Jin invited Wang Yi to Seoul."),
    ("en", "Park was invited by Wang.", "Wang Yi was invited to Seoul by Park Jin."),
    ("en", "They said when the summit is.", "The ministers did not say when the summit is."),
    ("en", "They didn't say when it is.", "The ministers say when it is."),
    ("ko", "왕이 부장은 박진 장관을 초청했다.", "박진 장관이 왕이 부장을 서울로 초청했다."),
    ("ko", "박진은 왕이를 초청하지 않았다.", "박진은 왕이를 초청했다."),
    ("ja", "王毅外相は朴振外相を招待した。", "朴振外相が王毅外相を招待しました。"),
    ("ja", "朴振外相は王毅外相を招待しなかった。", "朴振外相は王毅外相を招待した。"),
    ("zh", "王毅邀请朴振访问首尔。", "朴振邀请王毅访问首尔。"),
    ("zh", "三国领导人举行峰会。", "三国领导人未举行峰会。"),
]


@pytest.mark.parametrize(("language", "claim", "sentence"), SAME)
def test_the_same_is_not_contrary(language: str, claim: str, sentence: str) -> None:
    assert not contrary(claim, sentence, language, 1.0)


@pytest.mark.parametrize(("language", "claim", "sentence"), TURNED)
def test_what_is_turned_round_is_contrary(language: str, claim: str, sentence: str) -> None:
    assert contrary(claim, sentence, language, 1.0)


def test_a_denial_in_other_words_is_left_to_the_measure() -> None:
    claim, sentence = "They didn't say when it is.", "The ministers say when it is."
    assert not contrary(claim, sentence, "en", 0.3)


ANYTHING = st.text() | st.text(
    st.sampled_from("Park Wang invited by was not 박진은왕이를 朴は王を 不")
)


@given(ANYTHING, ANYTHING, st.sampled_from(["en", "ko", "ja", "zh", "und"]))
def test_any_texts_can_be_compared_and_none_is_contrary_to_itself(
    one: str, other: str, language: str
) -> None:
    contrary(one, other, language, 1.0)
    assert not contrary(one, one, language, 1.0)
