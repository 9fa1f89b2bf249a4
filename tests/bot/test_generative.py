"""A model is given the best passages and read claim by claim, over a real connection."""

from __future__ import annotations

import time

import pytest

from bot.answers import DraftClaim, Quote, Rejected
from bot.budget import Caps
from bot.failures import ModelError
from bot.generative import MOST_CLAIMS
from index.schema import Passage
from tests.bot.hits import passage, retrieval
from tests.bot.talks import CLAIM, LINES, NONE, QUESTION, RAIN, READ, SNOW, Talks, answer
from tests.servers import plays


def test_a_claim_of_the_models_rests_on_the_passage_it_names(talk: Talks) -> None:
    at = talk(answer())
    writing = at.begin()
    assert at.server.chats == []
    assert list(writing.claims()) == [READ]
    assert (writing.declined, writing.truncated) == (False, False)
    assert writing.given == (RAIN, SNOW)
    assert at.writer.model == "scripted"


@pytest.mark.parametrize("number", [0, 3, -1, 10**9, None, "the second", 1.5])
def test_a_passage_that_was_not_given_is_none(talk: Talks, number: object) -> None:
    (claim,) = talk(answer(CLAIM | {"passage": number})).begin().claims()
    assert claim.quotes == (Quote(None, "Rain fell in Busan.", 0),)


@pytest.mark.parametrize(
    ("question", "texts", "asked"),
    [
        ("부산에 무엇이 내렸나요?", [RAIN], True),
        ("부산에 무엇이 내렸나요?", [passage("부산에 비가 내렸다.", "k.txt"), RAIN], True),
        ("부산에 무엇이 내렸나요?", [passage("부산에 비가 내렸다.", "k.txt")], False),
        (QUESTION, [RAIN, passage("1 2 3", "d.txt", language="und")], False),
        ("Busan?", [RAIN], False),
    ],
)
def test_a_claim_is_restated_only_for_passages_in_another_language(
    talk: Talks, question: str, texts: list[Passage], asked: bool
) -> None:
    at = talk(answer(CLAIM | {"restated": "It rained."}))
    (claim,) = at.begin(question, *texts).claims()
    assert claim.restated == ("It rained." if asked else "")
    assert ("restated" in at.said()[0]) is asked
    schema = at.server.chats[0]["response_format"]["json_schema"]["schema"]
    required = schema["properties"]["claims"]["items"]["required"]
    assert ("restated" in required) is asked


def test_without_a_passage_nothing_is_asked(talk: Talks) -> None:
    at = talk(answer())
    writing = at.writer.begin(QUESTION, retrieval(QUESTION, []), at.deadline, at.meter)
    assert list(writing.claims()) == []
    assert not writing.declined
    assert at.server.chats == []


def test_each_claim_is_there_while_the_next_is_still_being_written(talk: Talks) -> None:
    other = CLAIM | {"text": "It did."}
    at = talk(plays.text(answer(CLAIM, other), pieces=40, rate=40))
    came = [(claim.text, time.monotonic()) for claim in at.begin().claims()]
    assert [text for text, _ in came] == ["Rain fell.", "It did."]
    assert came[1][1] - came[0][1] > 0.25


@pytest.mark.parametrize("text", [NONE, "NONE", "[]"])
def test_a_model_that_finds_no_answer_declines(talk: Talks, text: str) -> None:
    at = talk(text)
    writing = at.begin()
    assert list(writing.claims()) == []
    assert writing.declined
    assert len(at.server.chats) == 1


def test_a_refusal_is_a_decline(talk: Talks) -> None:
    writing = talk(plays.text("", refusal="I cannot help with that.")).begin()
    assert list(writing.claims()) == []
    assert writing.declined


def test_a_server_without_forms_is_asked_for_lines(talk: Talks) -> None:
    plain = plays.refuses("response_format", plays.text(LINES))
    at = talk(plain)
    assert list(at.begin().claims()) == [READ]
    assert "CLAIM:" in at.said()[0]
    assert '"claims"' not in at.said()[0]


def test_the_form_is_told_that_the_server_was_asked_for(talk: Talks) -> None:
    at = talk(plays.refuses("json_schema", plays.text(answer())))
    assert list(at.begin().claims()) == [READ]
    assert [each.form for each in at.server.chats] == ["json_schema", "json_object"]
    assert '{"claims": [{"text":' in at.said()[0]


@pytest.mark.parametrize("text", ["It rained in Busan, I think.", "", "{}", '{"claims": ["It"]}'])
def test_what_cannot_be_read_is_asked_for_once_more_as_lines(talk: Talks, text: str) -> None:
    at = talk(text, LINES)
    assert list(at.begin().claims()) == [READ]
    assert len(at.server.chats) == 2
    assert at.server.chats[1].form == "none"
    assert "CLAIM:" in at.said()[0]


def test_what_still_cannot_be_read_is_nonsense(talk: Talks) -> None:
    at = talk("It rained.")
    with pytest.raises(ModelError) as caught:
        list(at.begin().claims())
    assert caught.value.kind == "nonsense"
    assert len(at.server.chats) == 2


def test_lines_that_cannot_be_read_are_not_asked_for_again(talk: Talks) -> None:
    at = talk(plays.refuses("response_format", plays.text("It rained.")))
    with pytest.raises(ModelError) as caught:
        list(at.begin().claims())
    assert caught.value.kind == "nonsense"
    assert [each.form for each in at.server.chats][-1] == "none"
    assert len([each for each in at.server.chats if each.form == "none"]) == 1


@pytest.mark.parametrize("finish", [None, "length", "content_filter"])
def test_claims_that_were_complete_come_before_the_failure(talk: Talks, finish: str | None) -> None:
    for text in (answer(CLAIM, CLAIM)[:-20], LINES + LINES[:-6]):
        writing = talk(plays.cut_off(text, finish=finish)).begin()
        claims = writing.claims()
        assert next(claims) == READ
        with pytest.raises(ModelError) as caught:
            next(claims)
        assert caught.value.kind == "cut"
        assert not writing.declined


def test_a_model_that_goes_on_and_on_is_stopped(talk: Talks) -> None:
    at = talk(plays.endless())
    writing = at.begin()
    begun = time.monotonic()
    assert len(list(writing.claims())) == MOST_CLAIMS
    assert writing.truncated
    assert time.monotonic() - begun < 10


def test_ten_thousand_claims_are_not_read(talk: Talks) -> None:
    writing = talk(plays.claims(10_000)).begin()
    assert len(list(writing.claims())) == MOST_CLAIMS
    assert writing.truncated


def test_who_stops_reading_drops_the_connection(talk: Talks) -> None:
    at = talk(plays.text(answer(*[CLAIM] * 9), pieces=300, rate=30))
    claims = at.begin().claims()
    next(claims)
    begun = time.monotonic()
    claims.close()  # type: ignore[attr-defined]  # it is a generator
    assert time.monotonic() - begun < 1
    assert next(iter(at.begin().claims())) == READ


@pytest.mark.parametrize(
    ("play", "kind"),
    [
        (plays.status(401), "refused"),
        (plays.status(400), "refused"),
        (plays.limited("3600"), "limited"),
    ],
)
def test_a_servers_failure_passes_through(talk: Talks, play: plays.Play, kind: str) -> None:
    with pytest.raises(ModelError) as caught:
        list(talk(play).begin().claims())
    assert caught.value.kind == kind


def test_what_may_not_be_spent_is_not_asked(talk: Talks) -> None:
    at = talk(answer(), caps=Caps(tokens_per_question=10))
    with pytest.raises(ModelError) as caught:
        list(at.begin().claims())
    assert caught.value.kind == "over_budget"
    assert at.server.chats == []


FAILED = [
    (READ, Rejected("Rain fell.", "quote_not_found")),
    (
        DraftClaim("Snow\nfell.", (Quote(None, "Snow ~~ fell", 0), Quote(SNOW, "Snow", 3))),
        Rejected("Snow fell.", "number_or_name_missing", "2019 stands in neither"),
    ),
]


def test_claims_that_failed_are_asked_for_once_more_with_the_reason(talk: Talks) -> None:
    at = talk(answer(), answer(CLAIM | {"text": "It rained.", "passage": 2}))
    writing = at.begin()
    list(writing.claims())
    (claim,) = writing.again(FAILED)
    assert claim == DraftClaim("It rained.", (Quote(SNOW, "Rain fell in Busan.", SNOW.start),))
    assert len(at.server.chats) == 2
    system, user = at.said()
    delimiter = user.splitlines()[0]
    assert user.count(delimiter) == 4
    assert '{"claims": []}' in system
    assert "[2] b/c.txt | untitled | undated | English\nSnow fell in Seoul.\n" in user
    told = user.split(delimiter)[3]
    assert told.strip().splitlines() == [
        "Claims that failed, and why:",
        "",
        "1. Rain fell.",
        "   quoted from passage 1: Rain fell in Busan.",
        "   It failed because its quote does not stand, word for word and unbroken, in the "
        "passage.",
        "",
        "2. Snow fell.",
        "   quoted from no passage that was given: Snow ~~ fell",
        "   quoted from passage 2: Snow",
        "   It failed because it holds a number, a date or a name that stands neither in its "
        "quote nor in the passage: 2019 stands in neither.",
    ]
    assert user.endswith("The question: What fell in Busan?")


@pytest.mark.parametrize("text", [NONE, "I am sorry.", ""])
def test_that_nothing_better_comes_is_no_failure(talk: Talks, text: str) -> None:
    at = talk(answer(), text)
    writing = at.begin()
    list(writing.claims())
    assert list(writing.again(FAILED)) == []
    assert not writing.declined
    assert len(at.server.chats) == 2


def test_that_nothing_failed_asks_nothing(talk: Talks) -> None:
    at = talk(answer())
    assert list(at.begin().again([])) == []
    assert at.server.chats == []


def test_who_understood_only_lines_is_asked_for_lines_again(talk: Talks) -> None:
    at = talk("Prose.", LINES, LINES)
    writing = at.begin()
    list(writing.claims())
    assert list(writing.again(FAILED)) == [READ]
    assert at.server.chats[-1].form == "none"
    assert "CLAIM:" in at.said()[0]
