"""Terms: what is written in different ways is one term, in every script; no term holds a space."""

from __future__ import annotations

import re
import sys
import unicodedata
from datetime import date as Date
from itertools import pairwise

import pytest
import Stemmer
from hypothesis import given
from hypothesis import strategies as st

import index.terms
from index.terms import UNSPACED, date_terms, fold, index_terms, stemming_language, stems, terms

LANGUAGES = st.sampled_from("en de fr ru ar hi zh ja ko th und xx".split())
# Letters of all scripts beside what may part or join them.
ANY_TEXT = st.text(
    st.characters() | st.sampled_from("aA1.,'’_-é中한あｶﾞกินि\u200b\u200d\u00ad\u0301\u3099 \n"),
    max_size=80,
)


def of(text: str, language: str = "en") -> list[str]:
    return sorted(terms(text, language))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＡＢＣ　１２３", "ABC 123"),
        ("BUSAN", "busan"),
        ("café", "cafe"),
        ("São Tomé", "Sao Tome"),
        ("Straße", "STRASSE"),
        ("Việt Nam", "viet nam"),
        ("ﬁnance", "finance"),
        ("Ελλάδα", "ΕΛΛΑΔΑ"),
        ("ОДОС Ёлка", "одос елка"),
        ("İstanbul", "istanbul"),
        ("ｶﾞｲﾄﾞ ﾎﾟｰﾄ", "ガイド ポート"),
        ("ﾡﾢ", "ㄱㄲ"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("ﺳﻼﻡ", "سلام"),
        ("ﺋﺎ", "ئا"),
        ("① ②", "1 2"),
        ("㎏", "kg"),
        ("in\u00adfor\u00admation", "information"),
        ("葛\U000e0100城", "葛城"),
        ("Pa\u200ferk\ufe0f", "Paerk"),
        ("snake_case", "snake case"),
        ("Park’s", "Park's"),
    ],
)
def test_two_ways_to_write_one_thing(one: str, other: str) -> None:
    assert of(one) == of(other) != []


@pytest.mark.parametrize(
    "text",
    ["Café Ñandú ệ", "한국 외교부 장관", "ガイド ぱぴぷ", "Ёлка й", "क़लम विश्वविद्यालय", "ด้วยน้ำ"],
)
def test_composed_and_decomposed_text_give_the_same_terms(text: str) -> None:
    forms = {tuple(of(unicodedata.normalize(form, text), "hi")) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1,190 people", "1190"),
        ("2,000", "2000"),
        ("12,345,678", "12345678"),
        ("１，１９０", "1190"),
        ("3.5", "3.5"),
        ("1,234.56 won", "1234.56"),
        ("the 1990s", "1990s"),
        ("COVID-19", "19"),
        ("192.168.0.1", "192.168.0.1"),
        ("2,000명이", "2000"),
        ("1,190人", "1190"),
        ("$5,000.", "5000"),
        ("2023년", "2023"),
        ("2023年11月26日", "2023"),
        ("12,34", "12,34"),
    ],
)
def test_numbers_stay_whole(text: str, expected: str) -> None:
    assert expected in terms(text, "en")
    assert not {"1", "190", "000", "34", "5"} & set(terms(text, "en"))


def test_a_number_in_another_notation_is_the_same_term() -> None:
    assert terms("1190", "en") == terms("1,190", "en") == terms("１１９０", "zh") == ["1190"]


def test_words_are_stemmed_by_their_language() -> None:
    assert terms("meeting meetings", "en") == ["meet", "meet"]
    assert terms("Haus Häuser", "de") == ["haus", "haus"]
    assert terms("continuation continuer", "fr") == ["continu", "continu"]
    assert terms("москва москвы", "ru") == ["москв", "москв"]
    assert terms("meeting", "de") == ["meeting"]


@pytest.mark.parametrize("language", ["zh", "ja", "ko", "th", "und", "", "no such", "\ud800"])
def test_latin_words_among_other_scripts_are_english(language: str) -> None:
    assert stemming_language(language) == "en"
    assert terms("Ministers", language) == ["minist"]


@pytest.mark.parametrize("text", ["中国人", "외교부", "ひらが", "カメラ", "ไทย"])
def test_scripts_without_spaces_give_characters_and_pairs(text: str) -> None:
    one, two, three = list(text)
    assert of(text) == sorted([one, two, three, one + two, two + three])


def test_runs_do_not_join_across_spaces_signs_or_scripts() -> None:
    for parted in ("중국 미국", "중국·미국", "중국A미국", "중국1미국", "중국\n미국"):
        assert "국미" not in terms(parted, "ko")
    assert of("K-pop이") == ["k", "pop", "이"]


def test_vowel_signs_stay_in_the_words_of_india() -> None:
    assert terms("हिन्दी", "xx-not-stemmed") == ["हिन्दी"]
    assert len(terms("विश्वविद्यालयों की", "hi")) == 2


def test_thai_and_arabic_find_the_word_in_a_sentence() -> None:
    assert set(terms("ประเทศไทย", "th")) <= set(terms("เขาอยู่ในประเทศไทยมานาน", "th"))
    assert set(terms("جامعة", "ar")) <= set(terms("في الجامعة اليوم", "ar"))


def test_abbreviations_and_possessives() -> None:
    assert terms("U.S.", "en") == terms("US", "en") == ["us"]
    assert terms("Korea's", "en") == terms("Korea", "en")


def test_signs_alone_give_no_terms() -> None:
    assert terms("", "en") == []
    assert terms("!? … — \x00\x01 \ud800\udfff \u0301\u200b", "en") == []


def test_a_word_that_is_no_word_is_cut() -> None:
    assert terms("x" * 1_000_000, "en") == ["x" * 64]
    assert terms("1" * 1_000_000, "en") == ["1" * 64]
    assert terms("a." * 100_000, "en") == ["a" * 64]
    assert [len(each) for each in terms("1." * 100_000 + "1", "en")] == [64]


@pytest.mark.parametrize(
    "unit",
    ["1,", "1.", "1,000", "a.", "A.b", "a'", "'s", "1a", "é", "e\u0301", "中1", "\u3099", "1.a"],
)
@pytest.mark.timeout(20)  # a square of a million is days; this takes half a second
def test_a_megabyte_of_anything_takes_linear_time(unit: str) -> None:
    assert len(terms(unit * (1_000_000 // len(unit)), "en")) <= 2_000_000


@given(ANY_TEXT, LANGUAGES)
def test_what_the_index_splits_is_what_was_joined(text: str, language: str) -> None:
    found = sorted(terms(text, language))
    assert sorted(index_terms(text, language).split()) == found
    # Tantivy's own idea of white space is ASCII's.
    assert sorted(index_terms(text, language).encode().split()) == [e.encode() for e in found]
    assert all(0 < len(each) <= 64 for each in found)


@given(ANY_TEXT)
def test_folding_what_is_folded_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(ANY_TEXT, LANGUAGES)
def test_terms_do_not_depend_on_how_the_text_is_composed(text: str, language: str) -> None:
    composed = unicodedata.normalize("NFC", text)
    decomposed = unicodedata.normalize("NFD", text)
    assert terms(composed, language) == terms(decomposed, language)


def test_every_character_alone_and_among_letters() -> None:
    # All but unassigned ones; of the great blocks of ideographs and syllables, some.
    codes = (*range(0x4E00), *range(0x4E00, 0xD800, 97), *range(0xD800, 0x20000))
    known = [chr(code) for code in codes if unicodedata.category(chr(code)) not in ("Cn", "Co")]
    rare = [chr(code) for code in range(0x20000, sys.maxunicode + 1, 997)]
    for character in (*known, *rare, "\U0010ffff", "\U000e0100", "\U000e0041"):
        found = terms(f"{character} a{character}b 1{character}2 中{character}文", "en")
        assert " ".join(found).split() == found, hex(ord(character))
        assert fold(fold(character)) == fold(character), hex(ord(character))


def test_a_date_is_asked_for_by_its_year_and_month() -> None:
    assert date_terms(None) == []
    asked = {"November 2023": Date(2023, 11, 26), "in April of 2021": Date(2021, 4, 4)}
    for question, date in asked.items():
        assert set(date_terms(date)) <= set(terms(question, "en"))


LETTER = rf"(?:(?![{UNSPACED}])[\w\u0900-\u0963\u0966-\u0dff])"
PLAIN = re.compile(
    rf"(?P<run>[{UNSPACED}]+)"
    rf"|(?P<number>[0-9]+(?:[.,][0-9]+)*)(?!{LETTER})"
    r"|(?P<acronym>(?<![^\W_])(?:[^\W\d_]\.){2,})"
    rf"|(?P<word>{LETTER}+)(?:'s(?!\w))?"
)


def plainly(text: str, language: str) -> list[str]:
    """What `terms` gives, as one would write it who has time."""
    found: list[str] = []
    words: list[str] = []
    for match in PLAIN.finditer(fold(text)):
        token = match[0]
        if match["word"]:
            words.append(match["word"][:64])
        elif match["run"]:
            found += [*token, *map("".join, pairwise(token))]
        elif match["number"]:
            grouped = re.match(r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9,])", token)
            found.append((token.replace(",", "") if grouped else token)[:64])
        else:
            found.append(token.replace(".", "")[:64])
    stemmer = Stemmer.Stemmer(stemming_language(language))
    return found + [stemmer.stemWord(word) for word in words]


PIECES = (
    "a|b|.|U.|s'|'s|'s.|ß|é|\u0301|1|23|,456|.7|,|_|-|½|²|\u3000|한국|어|中文|字|〇|ひ|ｶﾞ|ไทย|हिन्दी|।"
    "|абв|Ё|İ|ﬁ|㈱|１|．|\u00ad|\u200d|\u1100\u1161|\U00020000|\U0003ffff|\U0001d400|\ud800| |\n"
).split("|")
PIECED = st.lists(st.sampled_from(PIECES), max_size=30).map("".join)


@given(ANY_TEXT | PIECED, LANGUAGES)
def test_terms_are_those_of_a_plain_analysis(text: str, language: str) -> None:
    expected = plainly(text, language)
    assert terms(text, language) == expected
    assert terms(text, language) == expected  # and again, from memory


def test_what_is_remembered_has_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.terms._REMEMBERED", 10)
    text = " ".join(f"word{number}" for number in range(100))
    for _ in range(3):
        assert terms(text, "en") == plainly(text, "en")
        assert terms("another word", "en") == ["anoth", "word"]
        assert len(index.terms._known["en"]) == 2


def test_folding_skips_nothing_that_folds() -> None:
    for character in map(chr, range(0xE000)):  # above it nothing is skipped
        composed = unicodedata.normalize("NFC", character)
        folded = unicodedata.normalize("NFC", composed.translate(index.terms._folding))
        assert fold(character) == folded, hex(ord(character))


def test_text_with_and_without_unspaced_scripts_is_analysed_alike() -> None:
    for text in ("“John's” 1,000 a.b.c. ١٣ ß–é_x", "नमस्ते दुनिया’s 3.5%", "À l’été…"):
        alone = sorted(terms(text, "en"))
        assert sorted(terms(f"{text} 한", "en")) == sorted([*alone, "한"])


def test_stems_are_the_terms_of_plain_words() -> None:
    words = "largest oldest commonly agreement born".split()
    assert stems(words, "en") == [term for word in words for term in terms(word, "en")]
