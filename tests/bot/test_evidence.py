"""Evidence: each sentence of the hits as a candidate, and features that mean what they say."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date as Date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.candidates import MOST_HITS, MOST_SENTENCES, RANKING, Candidate, candidates
from bot.evidence import SUPPORT, support
from bot.needs import needs_of
from bot.questions import understand
from index.schema import Kind, Passage, Retrieval
from tests.bot.hits import document_of, passage, retrieval

ANY_TEXT = st.text(
    st.characters() | st.sampled_from("minister 2021 Busan 谁外长장관。. ?!\n\"'"), max_size=200
)


def found_in(made: Retrieval) -> list[Candidate]:
    return candidates(needs_of(understand(made.question), made), made.hits)


def features(question: str, passages: Sequence[Passage | str], place: int = 0) -> dict[str, float]:
    """The features of the candidate in that place, by name."""
    each = found_in(retrieval(question, passages))[place]
    return dict(zip(RANKING, each.features, strict=True))


def supported(question: str, passages: Sequence[Passage | str], place: int = 0) -> dict[str, float]:
    """How the candidate in that place is supported, if it is the best of them."""
    made = retrieval(question, passages)
    needs = needs_of(understand(question), made)
    found = candidates(needs, made.hits)
    scores = [float(len(found) - i) for i in range(len(found))]
    return dict(zip(SUPPORT, support(needs, found[place], scores, made.hits), strict=True))


def test_no_name_stands_twice() -> None:
    assert len(set(RANKING)) == len(RANKING)
    assert len(set(SUPPORT)) == len(SUPPORT)


def test_candidates_are_the_sentences_in_order() -> None:
    one = passage("He met Kim. They ate!\nThey left.", "a.txt")
    two = passage("外长会面了。他们走了。", "b.txt")
    found = found_in(retrieval("Who met Kim?", [one, two]))
    assert [each.text for each in found] == [
        "He met Kim.", "They ate!", "They left.", "外长会面了。", "他们走了。",
    ]  # fmt: skip
    for each in found:
        assert document_of(each.hit.passage)[each.start : each.end] == each.text
        assert len(each.features) == len(RANKING)
        assert set(each.terms) <= each.passage_terms


def test_candidates_are_bounded() -> None:
    many = [passage(f"Kim came, said {i}. " * 30, f"{i}.txt") for i in range(30)]
    found = found_in(retrieval("Who is Kim?", many))
    assert len(found) == MOST_SENTENCES
    few = [passage("Kim came.", f"{i}.txt") for i in range(30)]
    assert len(found_in(retrieval("Who is Kim?", few))) == MOST_HITS


def test_no_hits_no_candidates() -> None:
    assert found_in(retrieval("Who is Kim?", [])) == []


def test_the_worth_of_terms_is_a_share() -> None:
    made = retrieval("Which minister of Busan met the minister?", ["x"])
    needs = needs_of(understand(made.question), made)
    assert sum(needs.worth.values()) == pytest.approx(1)
    assert needs.content == ("minist", "busan", "met")
    nothing = retrieval("", ["x"])
    assert needs_of(understand(""), nothing).worth == {}


def test_how_much_of_the_question_a_sentence_holds() -> None:
    text = "Park met the minister of Busan. He left. Nobody knows why."
    question = "Park met the minister of Busan"
    assert features(question, [text])["sentence"] == pytest.approx(1)
    assert features(question, [text])["named"] == 1
    second = features(question, [text], 1)
    assert second["sentence"] == 0
    assert second["window"] == pytest.approx(1)
    assert second["passage"] == pytest.approx(1)
    assert second["before"] == pytest.approx(1)
    assert second["pronoun"] == 1
    assert second["reads_on"] == pytest.approx(1)
    third = features(question, [text], 2)
    assert third["window"] == third["pronoun"] == 0
    assert [features(question, [text], i)["first"] for i in range(3)] == [1, 0, 0]


def test_a_title_and_a_date_speak_for_the_body_and_not_for_boilerplate() -> None:
    question = "Busan talks in November 2023"
    when = Date(2023, 11, 26)
    body = passage("They agreed.", title="Busan talks", date=when)
    assert features(question, [body])["window"] > 0.8
    beside = passage("They agreed.", title="Busan talks", date=when, kind=Kind.HEADLINES)
    assert features(question, [beside])["window"] == 0


@pytest.mark.parametrize(
    ("question", "text", "name"),
    [
        ("When did Kim come?", "Kim came in 1998.", "shown_when"),
        ("How many ships came?", "There came 30 ships.", "shown_number"),
        ("Who came?", "Then came Park Jin.", "shown_who"),
        ("Where did Kim go?", "Kim went to Seoul.", "shown_where"),
        ("Why did Kim leave?", "Kim left because of rain.", "shown_why"),
        ("How did Kim travel?", "Kim travelled by train.", "shown_how"),
        ("会议什么时候举行", "会议在1998年11月举行。", "shown_when"),
        ("회의는 언제 열렸나", "회의는 1998년에 열렸다.", "shown_when"),
    ],
)
def test_what_is_asked_for_is_shown(question: str, text: str, name: str) -> None:
    shown = {key: value for key, value in features(question, [text]).items() if "shown" in key}
    assert shown.pop(name) == 1
    assert not any(shown.values())
    assert supported(question, [text])["shown"] == 1
    assert supported(question, [text])["lacks"] == 0


def test_what_the_question_said_itself_is_not_shown() -> None:
    assert features("When in 1998 did Kim come?", ["Kim came in 1998."])["shown_when"] == 0
    assert supported("When in 1998 did Kim come?", ["Kim came in 1998."])["lacks"] == 1


def test_a_counted_unit_is_looked_for() -> None:
    assert features("几个国家参加", ["有三个国家参加。"])["unit"] == 1
    assert features("几个国家参加", ["国家参加。"])["unit"] == 0


def test_a_question_is_no_answer() -> None:
    assert features("Who is Kim?", ["Who is Kim?"])["question_mark"] == 1
    assert features("谁是外长", ["谁是外长？"])["question_mark"] == 1
    assert features("Who is Kim?", ["Kim is a man."])["question_mark"] == 0


def test_opposites_are_told_in_english_alone() -> None:
    question = "Who was the first president?"
    assert features(question, ["Kim was the last president."])["opposed"] == 1
    assert features(question, ["Kim was the first president."])["opposed"] == 0
    german = passage("Kim war the last president.", language="de")
    assert features(question, [german])["opposed"] == 0


def test_a_family_of_words_counts_softly() -> None:
    question = "Which economists left?"
    assert 0 < features(question, ["The economy left."])["soft"] < 1
    assert features(question, ["The economists left."])["soft"] == 0
    assert features(question, ["The eclipse left."])["soft"] == 0


def test_the_place_and_score_of_a_hit() -> None:
    made = ["Kim came.", "Kim left."]
    one, two = (features("Who is Kim?", made, i) for i in (0, 1))
    assert (one["rank"], two["rank"]) == (1, 0.5)
    assert one["score"] == 1 > two["score"] == pytest.approx(0.9)


def test_support_tells_what_is_missing() -> None:
    question = "Did Park Jin sell 30 ships in Busan?"
    all_there = supported(question, ["Park Jin did sell 30 ships in Busan."])
    none_there = supported(question, ["It rained. Nobody was out."])
    for name in ("missing", "missing_passage", "names_missing", "numbers_missing", "first_missing",
                 "last_missing", "worst_missing", "worst_missing_passage", "unknown"):  # fmt: skip
        assert all_there[name] == 0, name
        assert none_there[name] > 0, name
    assert all_there["passage"] == pytest.approx(1)
    assert none_there["passage"] < 0.2
    beside = supported(question, ["It rained. Park Jin sold 30 ships in Busan."])
    assert beside["names_missing"] == 3  # Park Jin, 30 and Busan
    assert beside["names_missing_passage"] == 0


def test_support_tells_who_denies() -> None:
    for question, text, negated, otherwise in (
        ("Who came?", "Kim came.", 0, 0),
        ("Who came?", "Kim never came.", 0, 1),
        ("Who did not come?", "Kim never came.", 1, 0),
        ("谁没有来", "金来了。", 1, 1),
    ):
        told = supported(question, [text])
        assert (told["negated"], told["negated_otherwise"]) == (negated, otherwise), text


@pytest.mark.parametrize(
    ("question", "kind"), [("Who came?", "who"), ("几个国家", "number"), ("Busan talks", "")]
)
def test_support_tells_what_was_asked(question: str, kind: str) -> None:
    told = supported(question, ["Kim came."])
    flags = {name: value for name, value in told.items() if name.startswith("asks_")}
    assert flags.pop(f"asks_{kind}") == 1
    assert not any(flags.values())


def test_a_year_that_only_dates_tell_is_not_missed_in_the_text() -> None:
    question = "Who was minister in 2021?"
    dated = passage("Kim was minister.", date=Date(2021, 4, 4))
    undated, rain = passage("Kim was minister."), passage("In 2021 it rained.")
    for hits, counts in (([dated], False), ([dated, rain], True), ([undated], True)):
        made = retrieval(question, hits)
        assert ("2021" in needs_of(understand(question), made).worth) is counts


@given(
    question=ANY_TEXT,
    texts=st.lists(ANY_TEXT.filter(str.strip), max_size=4),
    kind=st.sampled_from(Kind),
    title=st.none() | ANY_TEXT,
    date=st.none() | st.dates(),
    scores=st.lists(st.floats(0, 1e6), min_size=4, max_size=4),
)
@example(
    question="",
    texts=["0", "0", "0"],
    kind=Kind.BODY,
    title=None,
    date=None,
    scores=[0.0, 2.0, 2.0, 1.1125369292536007e-308],
)
def test_any_text_has_finite_features(
    question: str,
    texts: list[str],
    kind: Kind,
    title: str | None,
    date: Date | None,
    scores: list[float],
) -> None:
    whole = [
        passage(text, f"{i}.txt", kind=kind, title=title, date=date) for i, text in enumerate(texts)
    ]
    ordered = sorted(scores, reverse=True)[: len(whole)]
    made = retrieval(question, whole, scores=ordered)
    needs = needs_of(understand(question), made)
    found = candidates(needs, made.hits)
    assert found == candidates(needs, made.hits)
    for each in found:
        assert document_of(each.hit.passage)[each.start : each.end] == each.text
        assert len(each.features) == len(RANKING)
        assert all(math.isfinite(value) for value in each.features)
        values = support(needs, each, [1.0] * len(found), made.hits)
        assert len(values) == len(SUPPORT)
        assert all(math.isfinite(value) for value in values)


@pytest.mark.parametrize(
    ("text", "beside"),
    [
        ("Foreign Minister Park Jin spoke.", 1),
        ("The minister, Yoko Kamikawa, spoke.", 1),
        ("Park Jin, the foreign minister, spoke.", 1),
        ("Park Jin spoke of trade.", 0),
        ("The minister spoke.", 0),
    ],
)
def test_a_name_beside_a_word_of_the_question(text: str, beside: int) -> None:
    assert features("Who was the foreign minister?", [text])["name_beside"] == beside
    assert features("What did the foreign minister say?", [text])["name_beside"] == 0
