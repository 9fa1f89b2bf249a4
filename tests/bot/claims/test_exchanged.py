"""A claim that puts one thing of its sentence in the place of another is told; a fair one not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.claims.exchanged import exchanged, only_asked
from bot.claims.support import supported

SIGNED = "Of the 30 delegations that came to Geneva, 12 signed the treaty and 18 did not."
KILLED = "At least 40 people were killed and more than 200 injured in the earthquake on Tuesday."
MEETING = "It was the second meeting of the presidents since 2019, held before the summit in Seoul."
SUED = "Samsung sued Apple in 2011, and Apple bought Beats from Dr. Dre in 2014."
BRIDGE = "The bridge is 42 km long and cost 3.5 billion won, 12% more than planned."
COLD = "Temperatures fell to -12 degrees in Seoul, while Busan recorded 5 to 7 degrees."
KIMS = "Kim Il-sung founded the state in 1948; his son Kim Jong-il succeeded him in 1994."
MET = "Foreign Minister Park Jin met President Emmanuel Macron and Prime Minister Fumio Kishida."
SALES = "Sales rose 5% in Europe but fell 8% in Asia."
BILL = "The bill was rejected by 51 to 49 votes in the Senate."
SOME = "Some of the patients recovered within two weeks."
MAY = "The agency may approve the vaccine in March, said its director."
TALKS = "If the talks fail, North Korea will launch a missile."
KOREAN = "한국은 2019년에 3만 명의 난민을 받아들였고 일본은 44명을 받아들였다."
CHINESE = "中国在2019年生产了三千万吨钢，比日本多五倍。"

EXCHANGED = [
    (SIGNED, "Of the 12 delegations that came to Geneva, 30 signed the treaty."),
    (SIGNED, "12 delegations came to Geneva and 30 signed the treaty."),
    (SIGNED, "Of the 30 delegations that came to Geneva, 18 signed the treaty."),
    (KILLED, "At most 40 people were killed in the earthquake on Tuesday."),
    (KILLED, "Less than 40 people were killed in the earthquake on Tuesday."),
    (KILLED, "Exactly 40 people were killed in the earthquake on Tuesday."),
    (KILLED, "At least 200 people were killed and more than 40 injured in the earthquake."),
    (MEETING, "It was the first meeting of the presidents since 2019."),
    (MEETING, "It was the last meeting of the presidents since 2019."),
    (MEETING, "It was the second meeting of the presidents before 2019."),
    (MEETING, "It was the second meeting of the presidents until 2019."),
    (MEETING, "The second meeting of the presidents was held after the summit in Seoul."),
    (SUED, "Samsung sued Apple in 2014."),
    (SUED, "Dr. Dre bought Beats from Apple in 2014."),
    (SUED, "Apple sold Beats to Dr. Dre in 2014."),
    (BRIDGE, "The bridge is 42 miles long."),
    (BRIDGE, "The bridge is 42 m long."),
    (BRIDGE, "The bridge cost 3.5 billion dollars."),
    (BRIDGE, "The bridge cost €3.5 billion."),
    (BRIDGE, "The bridge cost 12 percentage points more than planned."),
    (BRIDGE, "The bridge cost 12 won more than planned."),
    (COLD, "Temperatures fell to 12 degrees in Seoul."),
    (COLD, "Temperatures rose to -12 degrees in Seoul."),
    (COLD, "Temperatures fell by 12 degrees in Seoul."),
    (KIMS, "Kim Jong-il founded the state in 1948."),
    (KIMS, "Kim Il-sung founded the state in 1994."),
    (MET, "President Park Jin met Foreign Minister Emmanuel Macron."),
    (MET, "Foreign Minister Park Jin met President Fumio Kishida."),
    (MET, "Foreign Minister Fumio Park met President Emmanuel Kishida."),
    (MET, "Park Macron met Emmanuel Kishida."),
    (SALES, "Sales fell 5% in Europe."),
    (SALES, "Sales rose 8% in Europe but fell 5% in Asia."),
    (BILL, "The bill was rejected by 49 to 51 votes in the Senate."),
    (SOME, "All of the patients recovered within two weeks."),
    (SOME, "Most of the patients recovered within two weeks."),
    (SOME, "Some of the patients recovered within two months."),
    (MAY, "The agency will approve the vaccine in March."),
    (MAY, "The agency approved the vaccine in March."),
    (TALKS, "North Korea will launch a missile."),
    (KOREAN, "일본은 2019년에 3만 명의 난민을 받아들였다."),
    (CHINESE, "日本在2019年生产了三千万吨钢。"),
    (CHINESE, "中国在2019年生产了三千万吨钢，比日本少五倍。"),
    ("The bridge was opened in 2019.", "The bridge was opened in 1950."),
    ("中国总统没有出席会议。", "中国总理没有出席会议。"),
]
FAIR = [
    (SIGNED, "12 of the 30 delegations signed the treaty."),
    (SIGNED, "30 delegations came to Geneva, of which 12 signed the treaty."),
    (SIGNED, "In Geneva, 18 delegations did not sign the treaty."),
    (KILLED, "More than 200 people were injured and at least 40 killed."),
    (KILLED, "The earthquake killed no fewer than 40 people."),
    (KILLED, "The earthquake killed 40 people."),
    (MEETING, "Before the summit in Seoul, the presidents held their second meeting since 2019."),
    (MEETING, "The summit came after the meeting."),
    (SUED, "Apple was sued by Samsung in 2011."),
    (SUED, "In 2014 Apple bought Beats."),
    (SUED, "Apple bought Beats in 2014, three years after Samsung sued it."),
    (BRIDGE, "At 42 kilometres, the bridge cost ₩3.5 billion."),
    (BRIDGE, "It cost 3.5 billion won, which is 12 percent more than planned."),
    (COLD, "It was minus 12 degrees in Seoul."),
    (COLD, "Busan had 5 to 7 degrees."),
    (KIMS, "Kim Jong-il succeeded his father Kim Il-sung in 1994."),
    (KIMS, "The state was founded by Kim Il-sung in 1948."),
    (MET, "Park Jin met Macron and Kishida."),
    (MET, "Minister Park Jin met Fumio Kishida, the Prime Minister."),
    (MET, "President Macron met Foreign Minister Park."),
    (SALES, "In Asia, sales fell 8%."),
    (SALES, "Sales in Europe grew by 5%."),
    (BILL, "With 51 to 49 votes the Senate rejected the bill."),
    (SOME, "Within two weeks, several of the patients recovered."),
    (MAY, "The agency might approve the vaccine in March."),
    (TALKS, "North Korea would launch a missile if the talks fail."),
    ("The law was not passed until 2019.", "The law was passed after 2019."),
    ("Profit was $5 million in 2019 and $6 million in 2020.", "Profit was $6 million in 2020."),
    ("Japan and China produced 30 tons of steel.", "Japan produced 30 tons of steel."),
    ("Trump said he would not go.", "Donald Trump said he would not go."),
    ("The president of Apple visited Busan.", "The president visited Busan."),
    (KOREAN, "일본은 44명을 받아들였다."),
    (KOREAN, "한국은 2019년에 3만 명을 받아들였다."),
    (CHINESE, "中国在2019年生产了三千万吨钢。"),
]


@pytest.mark.parametrize(("sentence", "claim"), EXCHANGED)
def test_what_stands_in_the_place_of_another_is_told(sentence: str, claim: str) -> None:
    assert exchanged(claim, sentence)
    assert not supported(claim, [sentence])


@pytest.mark.parametrize(("sentence", "claim"), FAIR)
def test_a_fair_claim_exchanges_nothing(sentence: str, claim: str) -> None:
    assert not exchanged(claim, sentence)


def test_what_is_asked_is_not_said() -> None:
    asked = "Did you accept a bribe of $5,000 from the company?"
    told = "You accepted a bribe of $5,000 from the company."
    assert only_asked(told, [asked])
    assert not supported(told, [asked])
    assert not only_asked("He was asked whether he accepted a bribe of $5,000.", [asked])
    assert not only_asked("Tungsten boils at 5555 °C.", ["Where does tungsten boil?", "At 5555."])


ANYTHING = st.text(max_size=80) | st.lists(
    st.sampled_from(
        "Park Jin President met 12 30 5% -3 km miles $7 first second all some before after 2019 "
        "may rose fell in of to , . ? 한국은 일본은 3만 多 少".split()
    ),
    max_size=14,
).map(" ".join)


@given(ANYTHING, ANYTHING)
def test_any_texts_can_be_compared_and_none_differs_from_itself(one: str, other: str) -> None:
    exchanged(one, other)
    assert not exchanged(one, one)


@pytest.mark.parametrize(
    "heap",
    ["1 ", "1 to 2 ", "President A ", "Aa Bb cc ", "before x ", "at least 1 ", "多少", "한국은 "],
)
def test_a_heap_of_things_takes_no_time(heap: str) -> None:
    text = (heap * 1000)[:1000]
    begun = time.process_time()
    exchanged(text, text + ".")
    exchanged(text, "1 to 2 " * 140)
    assert time.process_time() - begun < 0.1
