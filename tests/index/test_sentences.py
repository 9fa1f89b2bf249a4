"""Sentences: where they end in each script, and that no character is lost or told twice."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentences

# What ends, opens, closes and abbreviates, thick enough to meet in all orders.
PIECES = st.sampled_from(
    [
        *".!?…。！？｡؟।\"'”’」』）】》〉)]“‘「『（《[(,，、:：- ",
        *"\t\n\r\v\f\x1c\x85\u2028\u3000\u00a0",
        *"U.S. Mr. p.m. J. e.g. No. 3.5 1,190 said Kim とは と 의 말했다 中国 ประเทศ ...".split(),
        *("\r\n", "\ud800", "\x00", "😀", "e\u0301"),
    ]
)
MIXED_TEXT = st.lists(PIECES | st.characters(), max_size=60).map("".join)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


def check(text: str) -> None:
    """Spans in order, trimmed, apart, and all that lies between them is white space."""
    place = 0
    for start, end in sentences(text):
        assert place <= start < end <= len(text)
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()


@given(MIXED_TEXT)
def test_every_character_lies_in_exactly_one_sentence(text: str) -> None:
    check(text)


@given(MIXED_TEXT)
def test_a_sentence_never_crosses_a_line(text: str) -> None:
    for sentence in split(text):
        assert len(sentence.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("He met Kim. They ate. Then they left!", 3),
        ("外长们会面了。他们吃了饭！然后呢？", 3),
        ("会議が開かれた。三人が出席した。", 2),
        ("회의가 열렸다. 세 명이 참석했다. 끝났습니까?", 3),
        ("यह पहला वाक्य है। यह दूसरा है।", 2),
        ("هل وصل؟ نعم وصل.", 2),
        ("外교부는 밝혔다.회의가 열렸다.", 2),
        ("Line one\nLine two\r\nLine three\rLine four\u2028Line five", 5),
        ("全角のピリオド．そして、ここで終わる｡", 2),
    ],
)
def test_sentences_end_in_every_script(text: str, count: int) -> None:
    check(text)
    assert len(sentences(text)) == count


@pytest.mark.parametrize(
    "text",
    [
        "Mr. Kim met Dr. Lee and Prof. Park.",
        "The U.S. Secretary of State spoke to S. Korea.",
        "John F. Kennedy and J. R. R. Tolkien never met.",
        "It was No. 5 in the list, see Fig. 3 and pp. 20 of it.",
        "Prices rose 3.5 percent to 1,190.75 won in v2.0.1 of it.",
        "He arrived at 5 p.m. on Friday, i.e. late.",
        "Visit example.com or write to a.b@example.org now.",
        "Wait... what is this?",
        "The dist. between them is unk. to me.",
        "He asked “Why?” and left.",
        'She cried "Stop!" and ran.',
        "彼は「行く。」と言った。",
        "「これは何？」と聞いた。",
        "The firm Samsung Electronics Co. said so.",
        "He moved to St. Louis in Feb. 2020 or so.",
        "이것은 3.5퍼센트 올랐다.",
    ],
)
def test_what_does_not_end_a_sentence(text: str) -> None:
    assert split(text) == [text]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("“I do not know.” She left.", ["“I do not know.”", "She left."]),
        ("(He left.) She stayed.", ["(He left.)", "She stayed."]),
        ("小明说：“你好。”他走了。", ["小明说：“你好。”", "他走了。"]),
        ("「はい。」「いいえ。」", ["「はい。」", "「いいえ。」"]),
        ("He came at 5 p.m. The end.", ["He came at 5 p.m.", "The end."]),
        ("It is Acme Inc. She owns it.", ["It is Acme Inc.", "She owns it."]),
        ('He ate. " She left.', ["He ate.", '" She left.']),
        ("He ate. ” ) She left.", ["He ate.", "” ) She left."]),
        ("He ate. ”", ["He ate. ”"]),
        ("No! Yes? Maybe…  So it is.", ["No!", "Yes?", "Maybe…", "So it is."]),
        ("  padded.\t Twice. \n", ["padded.", "Twice."]),
        ("a\n\n\n\nb", ["a", "b"]),
        ("終わり！？次へ。", ["終わり！？", "次へ。"]),
        ("3 came. 4 left.", ["3 came.", "4 left."]),
    ],
)
def test_where_one_ends_and_the_next_begins(text: str, parts: list[str]) -> None:
    check(text)
    assert split(text) == parts


def test_nothing_has_no_sentences() -> None:
    assert sentences("") == []
    assert sentences(" \n\t\u3000\u2028 ") == []


@pytest.mark.parametrize(
    "unit",
    [".", '"', "a. ", "\n", "U.S. ", "!?", "…", "。", "。」", " )", '. "', "Mr. ", "A.", "「", " ",
     "\n)", "a.b.", "中", "x" * 60 + ". ", ".\u3000"],
)  # fmt: skip
@pytest.mark.timeout(20)  # a square of a million is days; this takes half a second
def test_a_megabyte_of_anything_takes_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    spans = sentences(text)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    assert bool(spans) == bool(text.strip())


WRAPPED = """The harbour of Wendover was begun in 1841. It was designed by Moira Fenwick, who also
drew the plans of the old lighthouse. The first stone was laid by the mayor, and in
Norway ships were built for it."""


def test_a_hard_wrapped_sentence_is_one() -> None:
    for ends in ("\n", "\r\n", "\r", "  \n   "):
        found = split(WRAPPED.replace("\n", ends))
        assert [" ".join(each.split()) for each in found] == [
            "The harbour of Wendover was begun in 1841.",
            "It was designed by Moira Fenwick, who also drew the plans of the old lighthouse.",
            "The first stone was laid by the mayor, and in Norway ships were built for it.",
        ]


def test_a_line_that_goes_on_with_a_small_letter_is_no_end() -> None:
    letter = (
        "Dear Sir,\nI am writing about the lamp that I bought on Monday\nand that broke.\nYours"
    )
    assert split(letter) == [
        "Dear Sir,",
        "I am writing about the lamp that I bought on Monday\nand that broke.",
        "Yours",
    ]


def test_chinese_in_lines_of_one_width_goes_on() -> None:
    text = (
        "虽然此前因双边争端和疫情阻碍，三国领导人已有四年未举行峰会，但此次会谈为重启合作关系提\n"
        "供了契机。外长们在釜山会面，并同意尽早举行领导人会议。他们还讨论了朝鲜半岛局势以及经济合\n"
        "作。"
    )
    assert [each.replace("\n", "") for each in split(text)] == [
        "虽然此前因双边争端和疫情阻碍，三国领导人已有四年未举行峰会，但此次会谈为重启合作关系提供了契机。",
        "外长们在釜山会面，并同意尽早举行领导人会议。",
        "他们还讨论了朝鲜半岛局势以及经济合作。",
    ]


@pytest.mark.parametrize(
    "text",
    [
        # A Korean report, whose bullets are small letters of ours, too.
        "□ 항만 물동량 증가에 따른 시설 확충 필요성이 제기되어 왔음\no 관계 부처 합동으로 추진",
        "항만 물동량 증가에 따른 시설 확충 필요성이 제기되어 왔음\no (구조) 장애 발생 시",
        # Headlines, a list, a table, and code.
        "China and Seoul vow to cooperate on the Korean Peninsula\nTrilateral talks open in Busan",
        "- the first of all the things that have to be bought today\n- and the second of these",
        "| a row of a table that is as long as most rows are |\n| another row of this table |",
        "```\nfor each in every_single_one_of_the_places(of, them):\n    print(each)\n```",
    ],
)
def test_lines_that_stand_alone_stay_apart(text: str) -> None:
    assert len(split(text)) == len(text.splitlines())


def test_two_lines_of_which_the_first_begins_a_sentence_are_one_paragraph() -> None:
    text = "It was begun in 1841 and finished in 1849. It was designed by Moira\nFenwick, who drew."
    assert split(text) == [
        "It was begun in 1841 and finished in 1849.",
        "It was designed by Moira\nFenwick, who drew.",
    ]


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("我们的路由器放在门口的柜子里。密码写在路由器底部的标签上。如\n果断线，就等三十秒。", 3),
        ("보리는 닭고기 알레르기가 있어서 연어 사료만 먹인다. 접종은 6월에\n해야 한다.", 2),
        ("来客用の名は紙に書いてある。つながらないときのサポー\nトの電話は別の紙に書いてある。", 2),
    ],
)  # fmt: skip
def test_two_lines_of_the_east_are_one_paragraph_where_a_sentence_is_begun(
    text: str, whole: int
) -> None:
    found = split(text)
    assert len(found) == whole
    assert "\n" in found[-1]


def test_a_line_of_the_east_that_is_not_full_ends_what_it_begins() -> None:
    # A report's point and the next, which would have begun in the line before.
    text = (
        "외교부는 유감을 표명했다. 추가 회담을 서울에서 추진할 예정임을 밝힘\n"
        "다음 회의는 오는 3월 부산에서 열리며 세 나라의 외교 장관이 모두 참석할 것으로 보인다."
    )
    assert "\n" not in "".join(split(text))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("4. The rent is due. It is £5.", ["4. The rent is due.", "It is £5."]),
        ("Go.\n 12. Keys & locks. It has three.", ["Go.", "12. Keys & locks. It has three."]),
        ("2.1. Pets. No dogs. No cats.", ["2.1. Pets. No dogs.", "No cats."]),
        ("1. 换护照\n2. 还书\n3. 会計", ["1. 换护照", "2. 还书", "3. 会計"]),
        ("(b) Term. It ends in May.", ["(b) Term. It ends in May."]),
        # What only looks like a number, or numbers nothing in its line.
        ("They counted to 4. Then they left.", ["They counted to 4.", "Then they left."]),
        ("It was so in 1990. He left.", ["It was so in 1990.", "He left."]),
        ("He came. 4. Nobody else did.", ["He came.", "4.", "Nobody else did."]),
        ("12.\nThe end.", ["12.", "The end."]),
    ],
)  # fmt: skip
def test_a_number_belongs_to_the_clause_that_it_numbers(text: str, parts: list[str]) -> None:
    check(text)
    assert split(text) == parts
