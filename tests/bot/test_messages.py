"""Abstentions speak the question's language."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bot.answers import REASONS
from bot.messages import abstention
from index.languages import language_of

if TYPE_CHECKING:
    from bot.answers import Reason

ASKED = {
    "en": "What is the population of Busan?",
    "ko": "부산의 인구는 얼마인가요?",
    "zh": "釜山有多少人口?这个问题谁会?",
    "zh-Hant": "釜山有多少人口?這個問題誰會?",
    "ja": "釜山の人口はどれくらいですか?",
}


@pytest.mark.parametrize("reason", REASONS)
@pytest.mark.parametrize("voice", ASKED)
def test_a_message_is_in_the_questions_language(voice: str, reason: Reason) -> None:
    question = ASKED[voice]
    language = voice.partition("-")[0]
    message = abstention(reason, question, language, {"en": 0.7, "ko": 0.3})
    assert language_of(message) == language


def test_all_messages_differ() -> None:
    said = {
        (voice, reason): abstention(reason, ASKED[voice], voice.partition("-")[0], {})
        for voice in ASKED
        for reason in REASONS
    }
    assert len(set(said.values())) == len(said)


def test_other_languages_are_told_in_english() -> None:
    message = abstention("not_in_corpus", "Combien d'habitants ?", "fr", {})
    assert message == abstention("not_in_corpus", ASKED["en"], "en", {})


def test_what_to_ask_in_goes_by_share_and_leaves_out_the_rest() -> None:
    shares = {"zh": 0.3, "en": 0.6, "fr": 0.001, "und": 0.09, "ja": 0.009}
    message = abstention("other_language", ASKED["ko"], "ko", shares)
    assert message.endswith("영어 또는 중국어로 질문해 보세요.")
    assert "프랑스어" not in message


def test_the_questions_own_language_is_not_offered() -> None:
    message = abstention("other_language", "¿Quién?", "es", {"es": 0.5, "en": 0.5})
    assert message.endswith("Ask in English.")
    assert abstention("other_language", "¿Quién?", "es", {"es": 1.0}).endswith("question.")


def test_a_language_without_a_name_is_shown_by_its_code() -> None:
    assert "xx" in abstention("other_language", ASKED["ja"], "ja", {"xx": 1.0})
