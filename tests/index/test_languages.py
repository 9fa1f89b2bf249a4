"""Languages: told by script where scripts tell them, else by the commonest words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.languages import (
    ENGLISH_NAMES,
    FUNCTION_WORDS,
    UNKNOWN,
    language_of,
    script_of,
    scripts_of,
)

ANY_TEXT = st.text(st.characters(), max_size=200)  # surrogates and all


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Who is she?", "en"),
        ("What?", "en"),
        ("Kim is a minister.", "en"),
        ("When did Otto von Bismarck die?", "en"),
        ("In which port city did the three foreign ministers meet?", "en"),
        ("누구?", "ko"),
        ("한·중·일 외교장관은 어디서 만났습니까?", "ko"),
        ("한국의 Park Jin 장관", "ko"),
        ("K-pop이 뭐야", "ko"),
        ("正义勇是谁？", "zh"),
        ("東亞三國外長在哪裡會面？", "zh"),
        ("Windows 11 什么时候发布", "zh"),
        ("日本の首都はどこですか", "ja"),
        ("カメラ", "ja"),
        ("ｶﾒﾗ", "ja"),
        ("Où est la gare ?", "fr"),
        ("Qui est le président ?", "fr"),
        ("Qui a dit cela ?", "fr"),
        ("Wo ist der Bahnhof?", "de"),
        ("Wie viele Menschen leben dort?", "de"),
        ("¿Dónde está la biblioteca?", "es"),
        ("Qual é a capital do Brasil?", "pt"),
        ("Chi è il presidente?", "it"),
        ("Wie is de president?", "nl"),
        ("Vem är det och när?", "sv"),
        ("Kto jest prezydentem?", "pl"),
        ("Ai là tổng thống?", "vi"),
        ("Siapa presiden dan kapan?", "id"),
        ("Bu kim ve nerede?", "tr"),
        ("Кто это?", "ru"),
        ("Хто це є?", "uk"),
        ("Ποιος είναι;", "el"),
        ("من هو الرئيس؟", "ar"),
        ("رئیس جمهور کیست؟ چه کسی", "fa"),
        ("מי זה?", "he"),
        ("यह कौन है?", "hi"),
        ("ใครคือประธานาธิบดี", "th"),
        ("ვინ არის?", "ka"),
    ],
)
def test_short_sentences(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t",
        "12345",
        "!!! …",
        "Busan",
        "Chung Eui-yong",
        "Kim?",
        "🙂🙂",
        "\x00",
        "\ud800\udfff",
    ],
)
def test_what_does_not_tell_is_unknown(text: str) -> None:
    assert language_of(text) == UNKNOWN


def test_a_japanese_name_in_a_chinese_text_leaves_it_chinese() -> None:
    assert (
        language_of("动画片《となりのトトロ》由宫崎骏导演，" + "于一九八八年在日本全国上映" * 8)
        == "zh"
    )


def test_a_foreign_name_does_not_turn_a_text() -> None:
    english = "The minister of foreign affairs, Park Jin (박진), said that the talks went well."
    assert language_of(english) == "en"
    assert language_of("박진 외교부 장관은 Wang Yi 외교부장과 회담을 가졌다.") == "ko"


def test_only_the_beginning_of_a_long_text_is_read() -> None:
    assert language_of("The end of the world. " * 1000 + "世界末日" * 1_000_000) == "en"
    assert sum(scripts_of("中" * 1_000_000).values()) <= 4000


@pytest.mark.parametrize("language", FUNCTION_WORDS)
def test_a_languages_own_words_tell_it(language: str) -> None:
    # Norwegian and Danish, and Catalan beside Spanish, share most of theirs.
    assert language_of(FUNCTION_WORDS[language]) == language


@pytest.mark.parametrize(
    ("character", "script"),
    [
        ("a", "latin"), ("Z", "latin"), ("é", "latin"), ("ệ", "latin"), ("Ａ", "latin"),
        ("ж", "cyrillic"), ("λ", "el"), ("ع", "arabic"), ("中", "han"), ("々", "han"),
        ("𠮷", "han"), ("あ", "kana"), ("カ", "kana"), ("ｶ", "kana"), ("한", "ko"), ("ᄒ", "ko"),
        ("ㅋ", "ko"), ("ก", "th"), ("1", ""), ("×", ""), ("÷", ""), (" ", ""), ("。", ""),
        ("\x00", ""), ("\ud800", ""), ("\U0010ffff", ""),
    ],
)  # fmt: skip
def test_the_script_of_a_character(character: str, script: str) -> None:
    assert script_of(character) == script


@given(ANY_TEXT)
def test_any_text_has_a_language(text: str) -> None:
    language = language_of(text)
    assert language == language_of(text)
    assert language.isalpha()
    assert len(language) in (2, 3)
    assert (language == UNKNOWN) or scripts_of(text)


def test_what_a_text_can_be_found_to_be_in_has_a_name() -> None:
    scripts = {language_of(chr(code)) for code in range(0x250, 0x20000)}
    assert ENGLISH_NAMES.keys() >= (FUNCTION_WORDS.keys() | scripts) - {UNKNOWN}
    assert len(set(ENGLISH_NAMES.values())) == len(ENGLISH_NAMES)
