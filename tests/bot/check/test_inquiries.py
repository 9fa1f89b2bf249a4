"""Questions made of sentences by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check.inquiries import inquiries
from bot.check.verbs import base_of, of_participle, past_of
from bot.check.words import folded, within


@pytest.mark.parametrize(
    ("sentence", "question", "says"),
    [
        (
            "The three diplomats met in the South Korean port of Busan for the first time since "
            "2019, after officials agreed to it.",
            "Where did the three diplomats meet for the first time since 2019?",
            "Busan",
        ),
        (
            "Norwind A/S will close its turbine plant in Esbjerg in June.",
            "In which month will Norwind A/S close its turbine plant in Esbjerg?",
            "June",
        ),
        (
            "In 1891, Curie moved to Paris.",
            "In which year did Curie move to Paris?",
            "1891",
        ),
        (
            "In July, Wang had warned that the plan of Seoul could fail.",
            "In which month did Wang warn that the plan of Seoul could fail?",
            "July",
        ),
        (
            "William Arrol built the bridge with 54,000 tonnes of steel.",
            "With how many tonnes of steel did William Arrol build the bridge?",
            "54,000 tonnes of steel",
        ),
        (
            "Shares in Norwind rose by 4.2 percent on Thursday.",
            "By how much did shares in Norwind rise on Thursday?",
            "4.2 percent",
        ),
        (
            "Norwind was founded by Erik Sandgaard in 1987.",
            "Who founded Norwind in 1987?",
            "Erik Sandgaard",
        ),
        (
            "Chung Byung-won, South Korea’s deputy foreign minister, is set to meet with Takehiro "
            "Funakoshi and Nong Rong, his Japanese and Chinese counterparts.",
            "Who is set to meet with Takehiro Funakoshi and Nong Rong?",
            "Chung Byung-won",
        ),
        (
            "Japan's foreign minister, Yoko Kamikawa, said trade would help.",
            "Who was Japan's foreign minister?",
            "Yoko Kamikawa",
        ),
    ],
)
def test_english_sentences_are_turned_to_asking(sentence: str, question: str, says: str) -> None:
    assert (question, says) in [(each.question, each.says) for each in inquiries(sentence, "en")]


@pytest.mark.parametrize(
    "sentence",
    [
        "He moved to Paris in 1891.",  # who?
        "Their last summit was in 2019.",
        "Talks held in May were ended in 2019.",
        "The plan announced by Park in May was dropped.",
        "“We met in Busan in 2019,” Park said.",
        "Seoul shares open higher on US gains",  # a headline
        "The company employs 1,800 people.",  # which company?
        "Talks open on Monday.",  # of which week?
        "The council met on Tuesday.",
    ],
)
def test_where_no_good_question_can_be_made_there_is_none(sentence: str) -> None:
    assert inquiries(sentence, "en") == []


@pytest.mark.parametrize(
    ("language", "sentence", "question", "says"),
    [
        ("ko", "국제 도서전은 10월 6일 부산에서 열린다.",
         "국제 도서전은 언제 부산에서 열리는가?", "10월 6일"),
        ("ko", "국제 도서전은 10월 6일 부산에서 열린다.",
         "국제 도서전은 10월 6일 어디에서 열리는가?", "부산"),
        ("ko", "개관식에는 시민 1200명이 참석했다.",
         "개관식에는 시민 몇 명이 참석했는가?", "1200명"),
        ("ko", "박진 장관은 부산을 방문했다.", "누가 부산을 방문했는가?", "박진"),
        ("ko", "건축가 박서연 교수가 건물을 설계했습니다.", "누가 건물을 설계했습니까?", "박서연"),
        ("zh", "鲁迅于1936年10月19日在上海逝世。", "鲁迅于哪一天在上海逝世？", "1936年10月19日"),
        ("zh", "鲁迅于1936年10月19日在上海逝世。", "鲁迅于1936年10月19日在哪里逝世？", "上海"),
        ("zh", "大桥全长3280米，主跨为1088米。", "大桥全长多少米？", "3280米"),
        ("zh", "云溪大桥由同济大学教授陆文涛设计。", "云溪大桥由谁设计？", "同济大学教授陆文涛"),
        ("ja", "青葉水族館は1964年に開館した。", "青葉水族館は何年に開館したか？", "1964年"),
        ("ja", "大水槽の水量は1200トンである。", "大水槽の水量は何トンですか？", "1200トン"),
        ("ja", "開館式は青葉港で開かれた。", "開館式はどこで開かれたか？", "青葉港"),
    ],
)  # fmt: skip
def test_so_are_korean_chinese_and_japanese_ones(
    language: str, sentence: str, question: str, says: str
) -> None:
    made = [(each.question, each.says) for each in inquiries(sentence, language)]
    assert (question, says) in made


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("ko", "그는 2023년에 부산을 방문했다."),
        ("ko", "2023년에 부산을 방문하고"),
        ("zh", "此次会谈于2019年在釜山举行。"),
        ("zh", "其中三国领导人会晤。"),
        ("ja", "彼は1964年に上京した。"),
        ("ja", "1964年、"),
        ("fr", "Il est né en 1964."),
        ("en", "Norwind sold 640 turbines in 2022. " * 20),
    ],
)
def test_what_leans_on_something_else_is_passed_over(language: str, sentence: str) -> None:
    assert inquiries(sentence, language) == []


_PIECES = st.sampled_from(
    "The In Park Jin met said was 2019 six areas of, on Monday; by (Busan) ’s “no” South Korea 1,2 "
    "부산에서 열렸다. 三国 在 举行 2021年 した は 3人 。 , . \u00a0 minister ".split(" ")
)


@given(st.lists(_PIECES, max_size=25).map(" ".join), st.sampled_from(["en", "ko", "zh", "ja"]))
def test_of_any_text_what_is_said_stands_there_and_not_in_the_question(
    text: str, language: str
) -> None:
    for sentence in (text, text + ".", text + "。"):
        for each in inquiries(sentence, language):
            assert within(each.says, sentence)
            assert folded(each.says) not in folded(each.question)


def test_verbs_have_the_form_that_an_auxiliary_asks_for() -> None:
    asked = {"met": "meet", "took": "take", "agreed": "agree", "carried": "carry", "won": "win"}
    assert {past: base_of(past) for past in asked} == {
        past: ("did", base) for past, base in asked.items()
    }
    assert base_of("says") == ("does", "say")
    assert base_of("planned") == ("did", "plan")
    assert base_of("talks") is base_of("visits") is base_of("busan") is None
    assert of_participle("written") == "write"
    assert past_of("written") == "wrote"
    assert past_of("founded") == "founded"
