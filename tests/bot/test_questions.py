"""Questions: what is asked for, in four languages, and what is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.questions import shown_pattern, understand, unit_pattern

KINDS = ("who", "when", "where", "number", "why", "how", "what", "")
ANY_TEXT = st.text(
    st.characters() | st.sampled_from("which what how 谁多少何몇누가 \"'“”「」《》A1.,-"),
    max_size=120,
)


@pytest.mark.parametrize(
    ("kind", "questions"),
    [
        ("who", "Who is the foreign minister? | Whose army was it? | Which team won? | "
                "What is the name of the king?"),
        ("when", "When did it end? | In what year was it? | On which day did they meet? | "
                 "How old is he? | In which century did he live?"),
        ("where", "Where is it? | In which port city did they meet? | Which country won? | "
                  "What is the capital of Korea?"),
        ("number", "How many people came? | How much was it? | What is the population of Busan? | "
                   "What percentage of it is water? | How tall is the tower?"),
        ("why", "Why did they leave? | What caused the fire? | What is the reason for it?"),
        ("how", "How did it happen?"),
        ("what", "What is it? | Which of them is better?"),
        ("", "Tell me of the talks in Busan | Busan? | And then?"),
    ],
)  # fmt: skip
def test_what_english_asks_for(kind: str, questions: str) -> None:
    for question in questions.split(" | "):
        assert understand(question).asks == kind, question
        assert understand(question.upper()).asks == kind, question


@pytest.mark.parametrize(
    ("language", "kind", "questions"),
    [
        ("zh", "who", "谁是外长 | 外長是誰？ | 哪位总统出席了会议"),
        ("zh", "when", "会议什么时候举行 | 會議何時舉行 | 战争在哪一年结束 | 他几月几日到达"),
        ("zh", "where", "外长们在哪里会面 | 在哪個城市 | 总部位于何处"),
        ("zh", "number", "有多少人 | 几个国家参加 | 幾個國家 | 这座山有多高"),
        ("zh", "why", "会议为什么取消 | 為何取消"),
        ("zh", "how", "如何进行 | 怎样进行"),
        ("zh", "what", "人工智能是什么 | 哪一种更好"),
        ("zh", "", "釜山的会议"),
        ("ko", "who", "누가 만났나 | 외교장관은 누구인가"),
        ("ko", "when", "언제 열렸나 | 몇 년에 끝났나 | 어느 해인가"),
        ("ko", "where", "어디에서 만났나 | 어느 도시인가"),
        ("ko", "number", "몇 명이 왔나 | 예산은 얼마인가"),
        ("ko", "why", "왜 취소했나 | 취소한 이유는"),
        ("ko", "how", "어떻게 되었나"),
        ("ko", "what", "무엇인가 | 어떤 것인가"),
        ("ja", "who", "誰が来ましたか | 大臣はだれですか"),
        ("ja", "when", "いつ終わりましたか | それは何年に終わりましたか"),
        ("ja", "where", "どこで会いましたか | どの都市ですか"),
        ("ja", "number", "何人が来ましたか | 予算はいくらですか"),
        ("ja", "why", "なぜ中止になりましたか"),
        ("ja", "how", "どうやって行きますか"),
        ("ja", "what", "これは何ですか"),
    ],
)
def test_what_other_languages_ask_for(language: str, kind: str, questions: str) -> None:
    for question in questions.split(" | "):
        understood = understand(question)
        assert (understood.language, understood.asks) == (language, kind), question


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ('Who is "Park Jin" of South Korea?', ("Park Jin", "South Korea")),
        ("Was 1,190 more than 3.5 in 2023?", ("1,190", "3.5", "2023")),
        ("In Busan and in Busan?", ("Busan",)),
        ("“釜山”《三国演义》「東京」", ("釜山", "三国演义", "東京")),
        ("Is Chung Eui-yong there?", ("Chung Eui-yong",)),
        ("Nothing here has a name", ()),
    ],
)
def test_what_is_named(question: str, named: tuple[str, ...]) -> None:
    assert understand(question).named == named


def test_the_first_word_is_no_name_for_its_capital() -> None:
    assert understand("Who came?").named == ()
    assert understand("Did Park Jin come?").named == ("Park Jin",)


@pytest.mark.parametrize(
    ("question", "years"),
    [
        ("Who was minister in 2021?", {2021}),
        ("between 1998 and 2003, or 1998-99", {1998, 2003}),
        ("2023년 11월", {2023}),
        ("二〇二三 or 2023年", {2023}),
        ("20235, 12,2023, 2023.5, 999 or 3000 of them", set()),
        ("How many of the 1200 came?", set()),
    ],
)
def test_the_years_a_question_names(question: str, years: set[int]) -> None:
    assert understand(question).years == years


@pytest.mark.parametrize(
    ("question", "negated"),
    [
        ("Who did not come?", True),
        ("Who didn't come?", True),
        ("Who didn’t come?", True),
        ("Who came without a coat?", True),
        ("谁没有参加", True),
        ("누가 참석하지 않았나", True),
        ("誰が来なかったのか", True),
        ("Who came with a note, and noted the nothingness?", False),
        ("谁参加了", False),
        ("누가 왔나", False),
    ],
)
def test_whether_a_question_denies(question: str, negated: bool) -> None:
    assert understand(question).negated is negated


@pytest.mark.parametrize(
    ("question", "shows", "lacks"),
    [
        ("几个国家参加", "三个国家", "国家个"),
        ("몇 명이 왔나", "30명이 왔다", "여러 명"),
        ("幾年後", "五十年", "年"),
    ],
)
def test_what_is_counted(question: str, shows: str, lacks: str) -> None:
    pattern = unit_pattern(question)
    assert pattern is not None
    assert pattern.search(shows)
    assert not pattern.search(lacks)


@pytest.mark.parametrize("question", ["", "How many ships?", "多少", "几.", "몇"])
def test_where_no_unit_is_told(question: str) -> None:
    assert unit_pattern(question) is None


@pytest.mark.parametrize(
    ("kind", "shows", "lacks"),
    [
        (
            "when",
            ["in 1998", "on Monday", "11月26日", "2023년", "three years ago"],
            ["a cat", "고양이"],
        ),
        ("number", ["30 ships", "two million", "三百", "두 명"], ["some ships", "배가 왔다"]),
        ("who", ["said Park Jin", "張氏"], ["the sea"]),
        ("where", ["in Busan", "부산에서", "釜山市"], ["he slept"]),
        ("why", ["because of rain", "因为下雨", "때문에"], ["it rained"]),
        ("how", ["by train", "通过会谈", "통해"], ["it rained"]),
    ],
)
def test_what_an_answer_of_a_kind_looks_like(kind: str, shows: list[str], lacks: list[str]) -> None:
    pattern = shown_pattern(kind)
    assert pattern is not None
    assert all(pattern.search(each) for each in shows)
    assert not any(pattern.search(each) for each in lacks)


@pytest.mark.parametrize("kind", ["what", "", "no such kind"])
def test_what_a_pattern_cannot_tell(kind: str) -> None:
    assert shown_pattern(kind) is None


@pytest.mark.parametrize(
    "unit",
    ["A", "A ", "what ", "which -'", '"', "“a", "1", "1.", "9,", "谁", "多少", "何", "몇 ", "n't ",
     "\n", "\x00", "\ud800", "who\u2019", "how many ", "な"],
)  # fmt: skip
@pytest.mark.timeout(20)  # what is not linear takes days
def test_a_megabyte_is_understood_by_its_beginning(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    understood = understand(text)
    assert len(understood.text) <= 4000
    assert understood == understand(text[:4000])
    unit_pattern(text)
    for kind in KINDS:
        if pattern := shown_pattern(kind):
            # Only passages are searched for these, and a passage has an end.
            assert len(list(pattern.finditer(text[:4000]))) <= 4000


@given(ANY_TEXT)
def test_any_text_is_understood(text: str) -> None:
    understood = understand(text)
    assert understood == understand(text)
    assert understood.text == text
    assert understood.asks in KINDS
    assert all(name and name in text for name in understood.named if " " not in name)
    assert len(set(understood.named)) == len(understood.named)
    assert all(1500 <= year < 2100 for year in understood.years)
    unit_pattern(text)


def test_who_asks_is_no_name() -> None:
    assert understand("How many days of holiday do I have in Busan?").named == ("Busan",)
