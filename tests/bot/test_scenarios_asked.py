"""Questions in another language than the documents, and questions that lean on what was said."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.conversation import Turn
from tests.bot.conftest import PORT
from tests.bot.scenes import Expected, Seen, agrees, asked
from tests.bot.test_scenarios import AGREED, BUSAN, RIGHT
from tests.servers.answering import (
    FORMS,
    Knows,
    acts,
    knowing,
    question,
    rows,
    task,
    written,
)
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, by, hangs, status, text

MET = "The foreign ministers of the three countries met in Busan on Sunday."
REPORT = f"""Ministers agree on a summit

November 26, 2023

{MET} They agreed to hold a summit of their leaders soon.

The ministers spoke about trade and the environment over lunch, and left in the evening.
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A corpus in English alone."""
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "report.txt").write_text(REPORT, encoding="utf-8")
    return folder


# Questions in another language than the documents'.

ENGLISH = "In which city did the foreign ministers of the three countries meet?"
# Of each language: a question, a claim that is right, and one with a figure more.
ASKED = {
    "zh": (
        "三国外交部长在哪个城市会面？",
        "三国外交部长星期日在釜山会面。",
        "三国外交部长11月{}日星期日在釜山会面。",
    ),
    "ko": (
        "세 나라의 외교장관은 어느 도시에서 만났습니까?",
        "세 나라의 외교장관은 일요일 부산에서 만났다.",
        "세 나라의 외교장관은 11월 {}일 일요일 부산에서 만났다.",
    ),
}


def _restates(said: str, restated: str | None, quote: str = MET) -> Play:
    def play(received: Received) -> Play:
        (row,) = rows(received, [(said, quote)])
        whole = row if restated is None else {**row, "restated": restated}
        return text(written(received, [whole]))

    return by(play)


TRANSLATES = text(f"en: {ENGLISH}")


def _foreign(
    report: Path,
    store: Path,
    language: str,
    play: Play,
    form: Knows = "schema",
    deadline: str = "2",
) -> Seen:
    with Server(knowing(form, play)) as server:
        return asked(
            server, ASKED[language][0], corpus=report, store=store, settings={"deadline": deadline}
        )


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("language", ASKED)
def test_a_foreign_question_is_translated_and_answered(
    language: str, form: Knows, report: Path, store: Path
) -> None:
    said = ASKED[language][1]
    play = acts(_restates(said, MET), translate=TRANSLATES)
    seen = _foreign(report, store, language, play, form)
    agrees(seen.value, Expected(claims=1))
    assert seen.texts == [said]
    assert seen.value["citations"][0]["quote"] == MET
    assert seen.trace.searched == (ENGLISH,)
    tasks = [task(each) for each in seen.server.chats]
    assert tasks[0] == "translate"
    assert set(tasks[1:]) == {"answer"}
    assert question(seen.server.chats[-1]) == ASKED[language][0]
    assert "restated" in str(seen.server.chats[-1]["messages"]).lower()


WRONGLY = [
    ("not restated", None, "unsupported"),
    ("restated as something else", "Ministers like grilled fish.", "number_or_name_missing"),
    ("restated with another city", MET.replace("Busan", "Tokyo"), "number_or_name_missing"),
    ("not translated", "zh", "unsupported"),
]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(("restated", "why"), [x[1:] for x in WRONGLY], ids=[x[0] for x in WRONGLY])
@pytest.mark.parametrize("language", ASKED)
def test_what_is_restated_wrongly_is_not_shown(
    language: str, restated: str | None, why: str, form: Knows, report: Path, store: Path
) -> None:
    said = ASKED[language][1]
    play = _restates(said, said if restated == "zh" else restated)
    seen = _foreign(report, store, language, acts(play, translate=TRANSLATES), form)
    agrees(seen.value, Expected(rejected=(why,) * 2, reason="unverified"))
    if restated in (None, "zh"):
        assert "not restated" in seen.value["rejected"][0]["detail"]


# The first stands nowhere; the other is the report's day, of which what is restated says nothing.
@pytest.mark.parametrize(("day", "where"), [("12", "its passage"), ("26", "the claim restated")])
@pytest.mark.parametrize("language", ASKED)
def test_a_figure_that_only_the_foreign_claim_holds(
    language: str, day: str, where: str, report: Path, store: Path
) -> None:
    said = ASKED[language][2].format(day)
    seen = _foreign(report, store, language, acts(_restates(said, MET), translate=TRANSLATES))
    agrees(seen.value, Expected(rejected=("number_or_name_missing",) * 2, reason="unverified"))
    assert where in seen.value["rejected"][0]["detail"]


@pytest.mark.parametrize(
    ("translates", "words"),
    [
        (text("I would rather not."), "did not translate"),
        (text(""), "did not translate"),
        (status(401), "wants a key"),
        (hangs(), "in time"),
    ],
    ids=["prose", "nothing", "401", "hangs"],
)
@pytest.mark.parametrize("language", ASKED)
def test_a_foreign_question_that_is_not_translated(
    language: str, translates: Play, words: str, report: Path, store: Path
) -> None:
    play = acts(RIGHT, translate=translates)
    seen = _foreign(report, store, language, play, deadline="1")
    agrees(seen.value, Expected(fallback=words, reason="other_language"))
    assert len(seen.server.chats) == 1


@pytest.mark.parametrize("language", ASKED)
def test_a_model_that_fails_after_it_translated(language: str, report: Path, store: Path) -> None:
    # The documents' own sentences answer the translation.
    play = acts(status(500), translate=TRANSLATES)
    seen = _foreign(report, store, language, play, deadline="1")
    assert seen.value["status"] == "answered"
    assert seen.value["mode"] == "extractive"
    assert seen.value["question"] == ASKED[language][0]
    assert "fallback" in [each["kind"] for each in seen.value["notices"]]


# Questions that lean on what was said.

SAID = (Turn(PORT, f"{BUSAN} {AGREED}"),)
LEANING = "And in which port city did they meet?"


@pytest.mark.parametrize("form", FORMS)
def test_a_follow_up_is_made_to_stand_alone(form: Knows, store: Path) -> None:
    with Server(knowing(form, acts(RIGHT, condense=text(PORT)))) as server:
        seen = asked(server, LEANING, store=store, conversation=SAID)
    agrees(seen.value, Expected(claims=2))
    tasks = [task(each) for each in server.chats]
    assert tasks[0] == "condense"
    assert set(tasks[1:]) == {"answer"}
    assert BUSAN in str(server.chats[0]["messages"])
    assert BUSAN not in str(server.chats[-1]["messages"][0])
    assert question(server.chats[-1]) == PORT
    assert seen.trace.searched == (PORT,)
    assert seen.value["question"] == LEANING
    assert seen.value["usage"]["calls"] == len(server.chats)


@pytest.mark.parametrize("said", [(), SAID])
def test_a_question_that_stands_alone_takes_no_call_more(
    said: tuple[Turn, ...], store: Path
) -> None:
    with Server(RIGHT) as server:
        seen = asked(server, PORT, store=store, conversation=said)
    assert [task(each) for each in server.chats] == ["answer"]
    assert seen.trace.searched == ()


def test_a_question_without_a_conversation_leans_on_nothing(store: Path) -> None:
    with Server(RIGHT) as server:
        asked(server, LEANING, store=store)
    assert [task(each) for each in server.chats] == ["answer"]


@pytest.mark.parametrize("words", ["", "?", "One.\nTwo.", "a" * 5_000])
def test_a_question_that_is_not_made_to_stand_alone_is_asked_as_it_is(
    words: str, store: Path
) -> None:
    with Server(acts(RIGHT, condense=text(words))) as server:
        seen = asked(server, LEANING, store=store, conversation=SAID)
    assert question(server.chats[-1]) == LEANING
    assert seen.value["mode"] == "generative"


def test_a_follow_up_with_a_model_that_fails(store: Path) -> None:
    with Server(acts(RIGHT, condense=status(401))) as server:
        seen = asked(server, LEANING, store=store, conversation=SAID)
    assert len(server.chats) == 1
    assert seen.notices[0] == "fallback"


def test_a_follow_up_in_another_language_takes_three_calls(report: Path, store: Path) -> None:
    asks, said, _ = ASKED["zh"]
    play = acts(_restates(said, MET), condense=text(asks), translate=TRANSLATES)
    with Server(play) as server:
        seen = asked(
            server, "那么他们在哪里会面？", corpus=report, store=store,
            conversation=(Turn("谁会面了？", "三国外长。"),),
        )  # fmt: skip
    agrees(seen.value, Expected(claims=1))
    assert [task(each) for each in server.chats] == ["condense", "translate", "answer"]
    assert seen.trace.searched == (asks, ENGLISH)
