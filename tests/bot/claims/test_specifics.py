"""What a claim names and its evidence does not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims.specifics import missing


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("South Korea's minister met them.", "the South Korean minister met them"),
        ("Park met Wang.", "Park Jin met Wang Yi"),
        ("The NATO members agreed.", "Nato's members agreed"),
        ("China's talks", "the Chinese talks"),
        ("It was in Busan.", "in BUSAN, Korea"),
        ("BUSAN", "Busan"),
        ("Beyoncé sang.", "Beyonce sang"),
        ("The WHO said so.", "the World Health Organization said so"),
        ("The U.S. is there.", "the US is there"),
        ("The US is there.", "the United States is there"),
        ("The US-led talks began.", "U.S. talks began"),
        ("Foreign Minister Chung Eui-yong went.", "Chung Eui Yong, foreign minister"),
        ("Many NGOs agreed.", "an NGO agreed"),
        ("The Charts show it.", "a chart shows it"),
        ("In September they agreed.", "2023-09-04"),
        ("He wrote to a@b.com.", "mail A@B.com now"),
        ("See https://www.x.com/a.", "x.com/a is"),
        ("As @footnote said", "by @footnote"),
        ("바이든 대통령은 COVID-19를 말했다", "Biden spoke of COVID-19"),
        ("외교장관 회의는 11월 26일 부산에서 열렸다", "on Nov. 26 in Busan"),
        ("会谈于11月26日在釜山举行", "on November 26 in Busan"),
        ("한일 정상이 만났다", "日韩首脑会晤"),
        ("Talks of South Korea, China and Japan", "한국, 중국, 일본의 회담"),
        ("Talks of Japan and China", "日中会談"),
        ("The satellite of North Korea", "북한의 위성"),
        ("북한의 위성", "North Korea's satellite"),
        ("한국의 위성", "the satellites of North Korea and South Korea"),
        ("《红楼梦》是小说", "小说《红楼梦》"),
        ("ジョー・バイデンは言った", "バイデン大統領。ジョーは"),
        ("월요일에 만났다", "They met on Monday"),
    ],
)
def test_a_name_is_told_in_its_forms(claim: str, evidence: str) -> None:
    assert missing(claim, ["Nothing.", evidence]) == ()


@pytest.mark.parametrize(
    ("claim", "evidence", "named"),
    [
        ("Seoul and Tokyo met.", "Beijing met", ("Seoul", "Tokyo")),
        ("Milira sings.", "Ludacris sings", ("Milira",)),
        ("Kelly said so.", "he said so", ("Kelly",)),
        ("Beijing is angry.", "Seoul is angry", ("Beijing",)),
        ("Talks of the ROK and DPRK.", "the ROK", ("DPRK",)),
        ("It was Chung Byung-won.", "Chung Byung-chul", ("Byung-won",)),
        ("He is William.", "he is Williams", ("William",)),
        ("So said US officials.", "they told us so", ("US",)),
        ("The WHO met.", "those who met", ("WHO",)),
        ("In May they met.", "in June", ("May",)),
        ("Trump met Kim.", "Biden met Kim", ("Trump",)),
        ("Park Jin met Yoko Kamikawa.", "Park Jin met Wang Yi", ("Yoko Kamikawa",)),
        ("JOE BIDEN MET XI", "Biden met Xi", ("JOE",)),
        ("It is iPhone news.", "It is news", ("iPhone",)),
        ("The G20 met.", "20 met", ("G20",)),
        ("Mail a@b.com.", "a@b.community", ("a@b.com.",)),
        ("See x.com/abc", "x.com/abcd", ("x.com/abc",)),
        ("バイデン大統領は言った", "トランプ大統領は言った", ("バイデン",)),
        ("《红楼梦》是小说", "《西游记》是小说", ("红楼梦",)),
        ("일본 총리가 왔다", "한국 총리가 왔다", ("일본",)),
        ("북한의 위성", "한국의 위성", ("북한",)),
        ("한국의 위성", "북한의 위성", ("한국",)),
        ("한국의 위성", "North Korea's satellite", ("한국",)),
        ("The satellite of South Korea", "북한의 위성", ("Korea",)),
        ("한국 총리가 왔다", "Japan's prime minister came", ("한국",)),
        ("삼성의 GDP", "삼성의 GNP", ("GDP",)),
        ("日本首相", "美国总统", ("日本",)),
        ("월요일에 만났다", "화요일에 만났다", ("월요일",)),
        ("They met on Monday.", "They met on Tuesday.", ("Monday",)),
        ("Der Minister traf Angela Merkel und das Volk.", "Er traf sie.", ("Angela Merkel",)),
    ],
)
def test_a_name_that_is_lacking_is_reported(
    claim: str, evidence: str, named: tuple[str, ...]
) -> None:
    found = missing(claim, [evidence])
    assert [each.rstrip(".") for each in found] == [each.rstrip(".") for each in named]


@pytest.mark.parametrize(
    "claim",
    [
        "Meanwhile, people agreed.",
        "Bans on plastics work.",
        "Cleaning it helps. However, nobody did.",
        "Advise them to wait.",
        "I think it's fine, Mr. minister.",
        "Pregnant women were there.",
        "Meetings are long.",
        "“Talks are open,” they said.",
        "Das Treffen der Minister war gut und die Gespräche sind offen.",
    ],
)
def test_ordinary_words_are_no_names_where_a_sentence_begins(claim: str) -> None:
    assert missing(claim, ["nothing of it"]) == ()


def test_names_of_alphabets_are_not_looked_for_in_other_scripts() -> None:
    assert missing("Park Jin met Wang Yi.", ["박진 장관이 왕이 부장을 만났다."]) == ()
    assert missing("Park Jin met Wang Yi in 2019.", ["박진 장관이 왕이 부장을 만났다."]) == (
        "2019",
    )
    assert missing("The GDP of Japan", ["박진 장관이 왕이 부장을 만났다."]) == ("GDP", "Japan")


def test_the_order_is_the_claim_s_and_nothing_is_told_twice() -> None:
    claim = "In 2019 Wang met Park, and in 2020 Wang met Kishida, and in 2019 Xi."
    assert missing(claim, ["Park"]) == ("2019", "Wang", "2020", "Kishida", "Xi")
    assert missing(claim, []) == ("2019", "Wang", "Park", "2020", "Kishida", "Xi")


ANYTHING = st.text() | st.text(
    st.sampled_from("Park Jin US the of 2019 Nov26, 万三国アメリカ《》 한국 a@b.com http://x #'’-.")
)


@pytest.mark.parametrize(
    "text", ["0<A", "<b>Busan</b> is a port", "the page[link](http://a.b/c) says", "a ////b"]
)
def test_markup_that_touches_a_word_is_the_texts_own(text: str) -> None:
    assert missing(text, [text]) == ()
    assert missing(text, ["Other words."])


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [("See ab.com", "See cab.com"), ("See ab.com", "See ab.community"), ("//...", "1/2...")],
)
def test_a_part_of_an_address_is_another(claim: str, evidence: str) -> None:
    assert missing(claim, [evidence])


@given(ANYTHING, st.lists(ANYTHING, max_size=2))
def test_a_text_lacks_nothing_of_its_own(text: str, others: list[str]) -> None:
    assert missing(text, [*others, text]) == ()
    assert isinstance(missing(text, others), tuple)


@pytest.mark.parametrize(
    "piece",
    ["1", "1,000,", "AB ", "Aa ", "a@", "Ab-", "one ", "hundred ", "万", "일백 명", "アイ ", "《",
     "日本中国", "May 1, ", "-1", "1%", "@u1 ", "a.com.", "A."],
)  # fmt: skip
def test_a_huge_claim_takes_time_by_its_length_alone(piece: str) -> None:
    def took(size: int) -> float:
        text = piece * (size // len(piece))
        start = time.process_time()
        missing(text, ["Park Jin, 2019", text[::-1]])
        return time.process_time() - start

    took(2_000)
    # Quadratic time would be a hundred times as much; a machine that others use is uneven.
    assert any(took(100_000) < 40 * max(took(10_000), 0.005) for _ in range(3))
