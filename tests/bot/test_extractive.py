"""The extractive answerer: verbatim sentences, as few as serve, or none where none is believed."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date as Date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import Draft
from bot.candidates import RANKING
from bot.evidence import SUPPORT
from bot.extractive import MOST_SENTENCES, answer, chosen, judge
from bot.fitted import WEIGHTS
from bot.needs import needs_of
from bot.questions import understand
from bot.weights import Weights, weighed
from index.retrieve import Retriever
from index.schema import Kind, Passage
from tests.bot.hits import document_of, passage, retrieval, weights
from tests.corpora import Corpus

BELIEVING = weights()
DOUBTING = weights(about=-1.0)
# One gate shut for all questions, but for those that are in the other kind of script.
CLOSED = {
    "about": weights(about=-1.0, about_characters=1.0),
    "about_characters": weights(about_characters=-1.0),
    "says": weights(says=-1.0, says_characters=1.0),
    "says_characters": weights(says_characters=-1.0),
}
BESIDE = [kind for kind in Kind if kind not in (Kind.BODY, Kind.HEADING)]
ANY_TEXT = st.text(
    st.characters() | st.sampled_from("minister 2021 Busan 谁外长장관。. ?!\n\"'"), max_size=120
)


def quoted(draft: Draft) -> list[str]:
    return [claim.text for claim in draft.claims]


def sources(draft: Draft) -> list[str]:
    return [each.file for each in passages(draft)]


def passages(draft: Draft) -> list[Passage]:
    found = [quote.passage for claim in draft.claims for quote in claim.quotes]
    return [each for each in found if each is not None]


def check(draft: Draft) -> None:
    """Every claim is a sentence of its document, word for word; an abstention has none."""
    assert len(draft.claims) <= MOST_SENTENCES
    assert draft.mode == "extractive"
    assert draft.model is None
    for claim in draft.claims:
        (quote,) = claim.quotes
        assert quote.passage is not None
        text = document_of(quote.passage)
        assert claim.text == quote.text == text[quote.start : quote.start + len(quote.text)]
        assert quote.passage.start <= quote.start
        assert quote.start + len(quote.text) <= quote.passage.end
    assert len(set(quoted(draft))) == len(draft.claims)


def test_the_sentence_that_answers_is_quoted() -> None:
    made = retrieval(
        "Who met the minister in Busan?",
        ["It rained. Park met the minister in Busan. He left.", "Kim met nobody."],
    )
    draft = answer(made, BELIEVING)
    check(draft)
    assert quoted(draft) == ["Park met the minister in Busan."]
    assert draft.question == made.question
    assert draft.language == "en"


def test_the_fitted_weights_answer_a_plain_question_and_no_other() -> None:
    text = "The three foreign ministers met in Busan on Sunday. They spoke of trade."
    passages = [text, "A recipe for soup needs salt and onions."]
    draft = answer(retrieval("Where did the three foreign ministers meet?", passages))
    check(draft)
    assert "Busan" in quoted(draft)[0]
    draft = answer(retrieval("What is the boiling point of tungsten?", passages))
    assert draft.claims == ()
    assert draft.reason == "not_in_corpus"


@pytest.mark.parametrize(("price", "most"), [(0.0, 3), (0.01, 3), (math.inf, 1), (1e9, 1)])
def test_one_to_three_sentences_by_their_price(price: float, most: int) -> None:
    text = "Kim met Park. Kim met Wang. Kim met Lee. Kim met Choi. Kim met Oh."
    draft = answer(retrieval("Whom did Kim meet?", [text]), weights(price=price))
    check(draft)
    assert len(draft.claims) == most


def test_a_longer_sentence_must_be_likelier() -> None:
    short, long = "Kim met Wang.", "Kim met Wang " + "and so on " * 40 + "there."
    with_short = retrieval("Whom did Kim meet?", [f"Kim met Park. {short}"])
    with_long = retrieval("Whom did Kim meet?", [f"Kim met Park. {long}"])
    even = weights({}, price=1.0)  # each has half of the probability, for a hundred characters
    assert len(answer(with_short, even).claims) == 2
    assert len(answer(with_long, even).claims) == 1


def test_fewer_are_quoted_the_higher_the_price() -> None:
    places = "Busan Seoul Tokyo Osaka Beijing Paris".split()
    texts = [f"Kim met Park {'and others ' * i}in {place}." for i, place in enumerate(places)]
    made = retrieval("Whom did Kim meet in Busan?", [" ".join(texts)])
    ranking = {"sentence": 2.0}
    counts = [len(answer(made, weights(ranking, 0.05 * i)).claims) for i in range(40)]
    assert counts == sorted(counts, reverse=True)
    assert set(counts) == {1, 2, 3}


def test_sentences_of_one_passage_stand_in_reading_order() -> None:
    text = "It rained on Kim. Then Kim met somebody. At last Kim met Park in Busan."
    draft = answer(retrieval("Whom did Kim meet in Busan?", [text]), weights(price=0.0))
    starts = [claim.quotes[0].start for claim in draft.claims]
    assert len(starts) == 3
    assert starts == sorted(starts)


def test_the_best_sentences_passage_comes_first() -> None:
    made = retrieval(
        "Did Kim meet Park in Busan?", ["Kim left.", "It rained. Kim met Park in Busan."]
    )
    draft = answer(made, weights(price=0.0))
    assert sources(draft)[0] == "1.txt"
    assert "0.txt" in sources(draft)


@pytest.mark.parametrize(
    ("about", "says", "answers"),
    [(1.0, 1.0, True), (0.0, 0.0, True), (-0.1, 1.0, False), (1.0, -0.1, False)],
)
def test_both_gates_must_open(about: float, says: float, answers: bool) -> None:
    made = retrieval("Who is Kim?", ["Kim is a minister."])
    draft = answer(made, weights(about=about, says=says))
    assert bool(draft.claims) is answers
    assert answers or draft.reason == "not_in_corpus"


@pytest.mark.parametrize("gate", ["about", "says"])
def test_questions_in_characters_have_gates_of_their_own(gate: str) -> None:
    alphabets = retrieval("Who is Kim?", ["Kim is a minister."])
    for asked, text in (
        ("外长是谁？", "外长是金。"),
        ("장관은 누구인가", "장관은 김이다."),
        ("大臣は誰ですか", "大臣は金です。"),
    ):
        characters = retrieval(asked, [text])
        closed = CLOSED[f"{gate}_characters"]
        assert answer(alphabets, closed).claims
        assert not answer(characters, closed).claims
        opened = CLOSED[gate]
        assert not answer(alphabets, opened).claims
        assert answer(characters, opened).claims


def test_no_hits_no_answer() -> None:
    draft = answer(retrieval("Who is Kim?", [], languages={"en": 1.0}), BELIEVING)
    assert (draft.claims, draft.reason, draft.nearest) == ((), "not_in_corpus", ())


def test_a_passage_without_a_word_of_the_question_is_never_believed() -> None:
    for question in ("Who is Kim?", "Who is the president of the moon?"):
        made = retrieval(question, ["The cat is on the mat."])
        draft = answer(made, BELIEVING)
        assert draft.claims == ()
        assert draft.reason == "not_in_corpus"


def test_the_nearest_are_told_with_and_without_an_answer() -> None:
    made = retrieval("Who is Kim?", [f"Kim is minister {i}." for i in range(5)])
    assert answer(made, BELIEVING).nearest == made.hits[:3]
    assert answer(made, DOUBTING).nearest == made.hits[:3]


@pytest.mark.parametrize("kind", BESIDE)
def test_boilerplate_is_asked_only_where_the_body_fails(kind: Kind) -> None:
    headline = passage("Kim is minister of Busan", "a.txt", kind=kind)
    body = passage("Kim came.", "b.txt")
    question = "Who is minister of Busan, Kim?"
    made = retrieval(question, [headline, body])
    draft = answer(made, BELIEVING)
    assert sources(draft) == ["b.txt"]  # though the headline says more
    # Where the body is not believed, the boilerplate answers, and the draft shows that it is.
    much = weights(about={"sentence": 1.0, "": -0.9})
    draft = answer(made, much)
    check(draft)
    assert sources(draft) == ["a.txt"]
    assert all(each.boilerplate for each in passages(draft))
    assert answer(retrieval(question, [headline]), BELIEVING).claims
    assert not answer(made, DOUBTING).claims


def test_a_heading_is_never_quoted_where_the_body_answers() -> None:
    said = "Kim is minister of Busan"
    asked = [passage(said, f"{kind.name}.txt", kind=kind) for kind in reversed(Kind)]
    draft = answer(retrieval("Who is minister of Busan?", asked), weights(price=0.0))
    assert sources(draft) == ["BODY.txt"]


def test_no_heading_within_a_passage_is_quoted() -> None:
    text = "They were glad.\n\nWho met Park in Busan\n\nKim met Park in Busan.\n\nKim, Busan"
    made = retrieval("Who met Park in Busan?", [text])
    # What is last heads nothing.
    said = ["They were glad.", "Kim met Park in Busan.", "Kim, Busan"]
    assert quoted(answer(made, weights(price=0.0))) == said


@pytest.mark.parametrize("between", ["\n", "\n\n"])
def test_what_heads_no_sentence_may_be_quoted(between: str) -> None:
    text = f"They were glad.{between}Kim met Park in Busan\nIt rained in Busan."
    assert "Kim met Park in Busan" in quoted(
        answer(retrieval("Who met Park in Busan?", [text]), weights(price=0.0))
    )


def test_one_sentence_in_two_files_is_quoted_once() -> None:
    said = "Kim met Park in Busan."
    made = retrieval("Whom did Kim meet in Busan?", [said, said, f"{said} Kim left.", said])
    draft = answer(made, weights(price=0.0))
    check(draft)
    assert quoted(draft) == [said, "Kim left."]
    assert sources(draft)[0] == "0.txt"


@pytest.mark.parametrize(
    ("question", "languages", "reason"),
    [
        ("外长是谁？", {"en": 1.0}, "other_language"),
        ("장관은 누구인가", {"en": 0.5, "zh": 0.5}, "other_language"),
        ("Who is the minister?", {"zh": 1.0}, "other_language"),
        ("Wer ist der Minister?", {"en": 1.0}, "other_language"),
        ("외长은 누구인가", {"ko": 0.01, "en": 0.99}, "not_in_corpus"),
        ("Who is the minister?", {"en": 0.01, "zh": 0.99}, "not_in_corpus"),
        ("Busan?", {"en": 1.0}, "not_in_corpus"),
        ("Busan?", {"de": 1.0}, "not_in_corpus"),
        ("Busan?", {"zh": 1.0}, "other_language"),
        ("12345?", {"zh": 1.0}, "not_in_corpus"),
        ("", {"zh": 1.0}, "not_in_corpus"),
        ("外长是谁？", {}, "not_in_corpus"),
    ],
)
def test_why_it_abstains(question: str, languages: dict[str, float], reason: str) -> None:
    text = passage("Nothing of that kind.", language=next(iter(languages), "en"))
    for hits in ([text], []):
        draft = answer(retrieval(question, hits, languages=languages), BELIEVING)
        assert (draft.claims, draft.reason) == ((), reason)


def test_words_that_two_languages_share_do_not_answer() -> None:
    # 釜山 stands in the Japanese text, as in the Chinese question.
    made = retrieval("釜山会谈由谁主持召开？", ["釜山は大きいです。"], languages={"ja": 1.0})
    draft = answer(made, BELIEVING)
    assert draft.claims == ()
    assert draft.reason == "other_language"


@pytest.mark.parametrize("text", ["釜山主持者である。", "釜山很大，人很多。"])
def test_neither_another_language_nor_a_few_words_of_ones_own(text: str) -> None:
    made = retrieval("釜山主持者是谁？", [text], languages={"en": 1.0})
    assert answer(made, BELIEVING).reason == "other_language"
    assert answer(made, BELIEVING).claims == ()


def test_one_passage_in_the_questions_language_may_answer_after_all() -> None:
    passages = ["The ministers met.", "釜山会谈由朴振主持。"]
    made = retrieval("釜山会谈由谁主持？", passages, languages={"en": 1.0})
    draft = answer(made, BELIEVING)
    assert quoted(draft) == ["釜山会谈由朴振主持。"]


@pytest.mark.parametrize(
    ("year", "name"), [(2021, "Chung Eui-yong"), (2023, "Park Jin"), (2019, None)]
)
@pytest.mark.parametrize("turned", [False, True])
def test_who_was_what_when(year: int, name: str | None, turned: bool) -> None:
    reports = [
        passage("Foreign Minister Chung Eui-yong spoke.", "old.txt", date=Date(2021, 4, 3)),
        passage("Foreign Minister Park Jin spoke.", "new.txt", date=Date(2023, 11, 26)),
    ]
    made = retrieval(
        f"Who was foreign minister in {year}?", list(reversed(reports)) if turned else reports
    )
    draft = answer(made, BELIEVING)
    assert [name in text for text in quoted(draft) if name] == ([True] if name else [])
    assert name or draft.claims == ()


def test_a_report_of_another_year_may_speak_of_the_year_asked() -> None:
    text = "In 2021 the foreign minister was Chung Eui-yong."
    made = retrieval("Who was foreign minister in 2021?", [passage(text, date=Date(2023, 1, 1))])
    assert quoted(answer(made, BELIEVING)) == [text]


def test_equal_candidates_stay_in_the_order_of_hits_and_places() -> None:
    made = retrieval("Kim?", ["Kim b. Kim a.", "Kim c."])
    needs = needs_of(understand(made.question), made)
    judged = judge(needs, made.hits, weights({}))
    assert [each.text for each in judged.ranked] == ["Kim b.", "Kim a.", "Kim c."]
    assert judged.scores == (0.0, 0.0, 0.0)
    assert [each.text for each in chosen(judged, math.inf)] == ["Kim b."]


def test_nothing_to_judge_is_not_believed() -> None:
    made = retrieval("Kim?", [])
    judged = judge(needs_of(understand("Kim?"), made), (), BELIEVING)
    assert not judged.believed
    assert not judged.ranked
    assert not judged.scores


def test_one_answer_from_every_build_of_a_corpus(tmp_path: Path) -> None:
    chance = random.Random(3)
    words = "Kim Park Wang met spoke in Busan Seoul of trade and peace".split()
    files = {
        f"{i:02}.txt": [
            ". ".join(" ".join(chance.choices(words, k=6)) for _ in range(4)) + "."
            for _ in range(3)
        ]
        for i in range(20)
    }
    shuffled = dict(sorted(files.items(), key=lambda _: chance.random()))
    one = Retriever(Corpus(tmp_path / "one", files))
    other = Retriever(Corpus(tmp_path / "other", shuffled, threads=4, batch=6))
    questions = ["Whom did Kim meet in Busan?", "Where did Park speak of trade?", "Wang peace"]
    for question in questions:
        for table in (WEIGHTS, BELIEVING, weights(price=0.0)):
            drafts = [answer(each.retrieve(question), table) for each in (one, one, other)]
            assert drafts[0] == drafts[1]
            assert quoted(drafts[0]) == quoted(drafts[2])
            assert sources(drafts[0]) == sources(drafts[2])
            assert drafts[0].reason == drafts[2].reason


@pytest.mark.parametrize("unit", ["Kim ", "谁", "who is Kim? ", "\x00", "\ud800", "1,", "Kim\n"])
@pytest.mark.timeout(20)
def test_a_question_of_a_megabyte_is_answered_or_not(unit: str) -> None:
    question = unit * (1_000_000 // len(unit))
    made = retrieval(question, ["Kim is the minister. He came."])
    for table in (WEIGHTS, BELIEVING):
        check(answer(made, table))


@given(
    question=ANY_TEXT,
    texts=st.lists(ANY_TEXT.filter(str.strip), max_size=5),
    kinds=st.lists(st.sampled_from(Kind), min_size=5, max_size=5),
    date=st.none() | st.dates(),
    table=st.sampled_from([WEIGHTS, BELIEVING, DOUBTING, weights(price=0.0), weights({}, 0.0)]),
)
def test_whatever_is_asked_of_whatever_it_quotes_or_abstains(
    question: str,
    texts: Sequence[str],
    kinds: Sequence[Kind],
    date: Date | None,
    table: Weights,
) -> None:
    whole = [
        passage(text, f"{i}.txt", kind=kind, date=date)
        for i, (text, kind) in enumerate(zip(texts, kinds, strict=False))
    ]
    made = retrieval(question, whole)
    draft = answer(made, table)
    check(draft)
    assert draft == answer(made, table)
    assert draft.nearest == made.hits[:3]


def test_the_sum_of_weights() -> None:
    assert weighed({"a": 2.0, "b": 3.0, "": 1.0}, ("a", "c", "b"), (1.0, 9.0, 2.0)) == 9.0
    assert weighed({}, ("a",), (5.0,)) == 0.0
    with pytest.raises(ValueError, match="argument"):
        weighed({}, ("a",), ())


def test_the_fitted_weights_know_no_feature_that_is_not_there() -> None:
    assert set(WEIGHTS.ranking) == set(RANKING)
    for table in (WEIGHTS.about, WEIGHTS.about_characters, WEIGHTS.says, WEIGHTS.says_characters):
        assert "" in table
        assert set(table) <= {*SUPPORT, ""}
        assert all(math.isfinite(value) for value in table.values())
    assert all(math.isfinite(value) for value in WEIGHTS.ranking.values())
    assert 0 < WEIGHTS.price < 1
    assert math.isfinite(WEIGHTS.about_least)
    assert math.isfinite(WEIGHTS.says_least)


def test_a_heading_alone_is_no_answer() -> None:
    heading = passage("Kim is minister of Busan", kind=Kind.HEADING)
    draft = answer(retrieval("Who is minister of Busan?", [heading]), BELIEVING)
    assert draft.claims == ()


def test_the_opposite_is_passed_over_for_the_word_that_was_asked_for() -> None:
    question = "Who was the first president of Korea?"
    told = ["Lee was the last president of Korea.", "Rhee was the first president."]
    assert quoted(answer(retrieval(question, told), weights(price=math.inf))) == [told[1]]
    # Where nothing has the word itself, the best stays the best, and its support tells.
    assert quoted(answer(retrieval(question, told[:1]), BELIEVING)) == told[:1]
