"""Quotes are found where only spaces, quotation marks and dashes differ, and no word is cut."""

from __future__ import annotations

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims.quotes import find_quote


def found(words: str, text: str, near: int = 0) -> str | None:
    place = find_quote(words, text, 0, len(text), near)
    return None if place is None else text[slice(*place)]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("They ate.", "They ate."),
        ("They ate.", "They  \n ate."),
        ("They  ate.", "They ate."),
        ("They ate.", "They\u00a0ate."),
        ("They\u3000ate.", "They\r\nate."),
        ("They\u2028ate.", "They\tate."),
        (' "yes," he said', " “yes,” he said"),
        ("“yes,” he said", '"yes," he said'),
        ("'yes,' he said", "«yes,» he said"),
        ("''yes,'' he said", '"yes," he said'),
        ("``yes,'' he said", "„yes,“ he said"),
        ('他说"好"', "他说「好」"),
        ("“好”とは", "『好』とは"),
        ("Japan's minister", "Japan’s minister"),
        ("Japan`s minister", "Japan´s minister"),
        ("they can't go", "they can’t go"),
        ("5′ and 10″", "5' and 10''"),
        ("2019-2023", "2019–2023"),
        ("so — they said", "so - they said"),
        ("so -- they said", "so — they said"),
        ("so——they", "so—they"),
        ("−5 degrees", "-5 degrees"),
        ("大桥白云", "大桥\n白云"),
        ("大桥\n白云", "大桥白云"),
        ("会谈，在釜山", "会谈，\r\n在釜山"),
        ("今日は 良い天気", "今日は良い天気"),
        ("They ate", "Th\u200bey ate"),
        ("They[1 hidden character] ate", "They\U000e0041 ate"),
    ],
)
def test_what_may_differ(words: str, text: str) -> None:
    assert found(words, text) == text.strip()
    around = f"One. {text} Two."
    assert found(words, around) == text.strip()
    assert found(around.replace(text, words), around) == around


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("they ate.", "They ate."),  # case
        # Something unseen that the text has not.
        ("They ate.\u200b They left", "They ate. They left"),
        ("Th\u200bey ate", "They ate"),
        ("Th\u00adey ate", "They ate"),
        ("They ate", "Theyate"),
        ("Theyate", "They ate"),
        ("They ate, and left", "They ate and left"),
        ("They ate and left", "They ate, and left"),
        ("They ate … left", "They ate and left"),
        ("They ... left", "They ate and left"),
        ("They ate...", "They ate…"),
        ("Тhey ate", "They ate"),  # a Cyrillic letter
        ("café au lait", "cafe\u0301 au lait"),
        ("cafe\u0301 au lait", "café au lait"),
        ("Ｔｈｅｙ ate", "They ate"),
        ("１９ people", "19 people"),
        ("ﬁve men", "five men"),
        ("x² is", "x2 is"),
        ("straße", "strasse"),
        ("They ate", "They 'ate"),
        ("They - ate", "They ate"),
        ("They〜ate", "They-ate"),
        ("カーテン", "カ—テン"),  # a sign for a long vowel is no dash
        ("第一天", "第-天"),
        ("대통령은 말했다", "대통령은말했다"),
        ("２０ １９年", "２０１９年"),
        ("会谈 20 人", "会谈20人"),
        ("They ate", ""),
    ],
)
def test_what_may_not(words: str, text: str) -> None:
    assert found(words, text) is None
    assert found(words, f"One. {text} Two.") is None


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("port", "airports"),
        ("port", "airport"),
        ("port", "ports"),
        ("19", "2019"),
        ("20", "2019"),
        ("16 planes", "F16 planes"),
        ("000 people", "10,000 people"),
        ("10", "10,000"),
        ("1", "1.5"),
        ("5 million", "1.5 million"),
        ("they can", "they can't"),
        ("t go", "don't go"),
        ("\u0301 au lait", "cafe\u0301 au lait"),
        ("caf", "cafe\u0301"),
        ("か", "か\u3099"),
        ("\u1100\u1161", "\u1100\u1161\u11ab"),
        ("вет", "привет"),
        ("ort", "ort\u0301"),
    ],
)
def test_no_word_is_cut(words: str, text: str) -> None:
    assert found(words, text) is None
    whole = f"{text} and {words}."
    assert find_quote(words, whole, 0, len(whole), 0) == (
        len(whole) - 1 - len(words),
        len(whole) - 1,
    )
    # Where it is written otherwise but whole.
    if " " in words:
        spaced = f"{text} and {words.replace(' ', '  ')}."
        assert found(words, spaced) == words.replace(" ", "  ")


def test_a_passage_may_begin_or_end_where_no_space_is() -> None:
    text = "01:30 JSTBEIJING — ChinaWed"
    for words in ("BEIJING — China", "BEIJING - China", "BEIJING"):
        place = find_quote(words, text, 9, 24, 0)
        assert place is not None
        assert place[0] == 9
    assert find_quote("BEIJING - China", text, 8, 24, 0) is None
    assert find_quote("BEIJING — China", text, 9, 25, 0) is None
    assert find_quote("JIN", text, 12, 24, 0) is None


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("서울", "서울에서 열렸다"),
        ("釜山", "在釜山举行"),
        ("2019年", "在2019年举行"),
        ("東京", "東京で"),
        ("한국", "주한국대사"),
        ("homme", "l’homme"),
        ("Japan", "Japan's"),
        ("led", "China-led"),
        ("ภาษา", "ภาษาไทย"),
        ("19", "19."),
        ("19", "in 19, or 20"),
        ("foo", "_foo_"),
    ],
)
def test_scripts_without_such_words_have_none_cut(words: str, text: str) -> None:
    assert found(words, text) == words


@pytest.mark.parametrize(
    "words", ["", " ", "…", '"', "—", "''", "ʼ", "\u3000", "!?", "\u0301", "\ud800"]
)
def test_no_letter_is_no_quote(words: str) -> None:
    assert found(words, f"a {words} b") is None


def test_letter_by_letter_goes_before_what_is_nearer() -> None:
    text = "So — no. So - no. So -- no."
    assert find_quote("So -- no.", text, 0, len(text), 0) == (18, 27)
    assert find_quote("So - no.", text, 0, len(text), 27) == (9, 17)
    assert find_quote("So ― no.", text, 0, len(text), 20) == (18, 27)
    assert find_quote("So ― no.", text, 0, len(text), 3) == (0, 8)
    # The nearest is within a word.
    text = "airports — a b  c port — a b c"
    assert find_quote("port — a b", text, 0, len(text), 3) == (18, 28)
    text = "airport — a. port -- a. port — a."
    assert find_quote("port — a.", text, 0, len(text), 3) == (24, 33)
    text = "xa b.\na\nb. a  b. a\nb."
    assert find_quote("a\nb.", text, 0, len(text), 1) == (6, 10)


@pytest.mark.parametrize(
    ("near", "at"), [(-5, 0), (0, 0), (3, 4), (7, 8), (2, 0), (50, 12), (13, 12)]
)
def test_the_nearest_is_found(near: int, at: int) -> None:
    assert find_quote("abc", "abc abc abc abc", 0, 15, near) == (at, at + 3)
    assert find_quote("a  c", "a c a c a c a c", 0, 15, near) == (at, at + 3)


def test_nothing_is_found_beyond_the_bounds() -> None:
    text = "They ate. They left. They ate."
    assert find_quote("They ate.", text, 1, 29, 0) is None
    assert find_quote("They  ate.", text, 1, 29, 0) is None
    assert find_quote("They ate.", text, 1, 30, 0) == (21, 30)
    assert find_quote("They  ate.", text, 0, 29, 25) == (0, 9)
    assert find_quote("They ate.", text, -9, 99, 99) == (21, 30)
    assert find_quote("They ate.", text, 20, 10, 15) is None


def test_marks_put_around_the_whole_may_be_the_quoters() -> None:
    assert found('"They ate."', "And: They ate. So.") == "They ate."
    assert found("“They ate” ", "And: They\nate. So.") == "They\nate"
    assert found('"They ate."', "They ate. “They ate.”") == "“They ate.”"
    assert found("\" ' “they ate", "They ate") is None


LETTERS = st.text(
    st.sampled_from("ab1 \n\r\u3000\u00a0\"'“”「」-–—.,。大白가か\u3099\u0301e\u200bt n"),
    max_size=60,
)
SPACES, QUOTES, DASHES = " \n\r\u3000\u00a0", "\"'“”「」", "-–—"


def plain(text: str) -> str:
    """Independently: what is left where runs of spaces, quotation marks and dashes are alike."""
    kinds = [
        "s" if c in SPACES else "q" if c in QUOTES else "d" if c in DASHES else c for c in text
    ]
    return "".join(c for i, c in enumerate(kinds) if c not in "sqd" or kinds[i - 1 : i] != [c])


@given(LETTERS, st.data())
def test_what_is_found_is_alike(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = data.draw(st.one_of(st.just(text[start:end]), LETTERS))
    place = find_quote(words, text, start, end, start)
    if place is None:
        return
    assert start <= place[0] < place[1] <= end
    there, wanted = plain(text[slice(*place)]), plain(words)
    bare = wanted.strip("sq")
    if there not in (wanted, wanted.strip("s"), bare):
        # But for spaces beside Han and Kana.
        assert there.replace("s", "") in (wanted.replace("s", ""), bare.replace("s", ""))
        assert any(c in "大白か。" for c in there)


@given(
    st.lists(st.sampled_from(["met", "Busan", "2019", "大会", "서울", "can't", "1.5"]), min_size=3)
)
def test_whole_words_are_always_found(words: list[str]) -> None:
    text = " ".join(words)
    for change in (" \n", "\u3000", " "):
        assert found(change.join(words[1:-1]), text) == " ".join(words[1:-1])


BIG = 1_000_000


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("a" * 100_000, "a"),
        ("b" + "a" * 100_000, "a"),
        ("a" * 50_000 + "b" + "a" * 50_000, "a"),
        ("a " * 50_000 + "b", "a "),
        ("b " + "a " * 50_000, "a  "),
        ("a  " * 30_000 + "a", "a "),
        ("大" * 100_000, "大 "),
        ("大" * 100_000 + "小", "大"),
        ('"' * 100_000 + "x", '"'),
        ("\" ' " * 25_000 + "x", "\" ' "),
        ("-" * 100_000 + "x", "- "),
        ("1." * 50_000 + "x", "1."),
        ("a\u0301" * 50_000 + "x", "a\u0301"),
        ("\u0301" * 100_000 + "x", "\u0301"),
        ("can't" * 20_000, "can't"),
    ],
)
def test_the_time_is_linear(words: str, unit: str) -> None:
    text = unit * (BIG // len(unit))
    begun = time.process_time()
    find_quote(words, text, 0, len(text), len(text) // 2)
    assert time.process_time() - begun < 10  # the square of it would be hours


def test_offsets_are_the_texts_own() -> None:
    text = "\ufeffOne\r\n\r\n“Two — three”\u00a0four. \U0001f600 五\n六"
    for words in ('"Two - three" four.', "\U0001f600 五六", "One “Two"):
        place = find_quote(words, text, 0, len(text), 0)
        assert place is not None
        kept = [c for c in text[slice(*place)] if unicodedata.category(c)[0] in "LS"]
        assert kept == [c for c in words if unicodedata.category(c)[0] in "LS"]
