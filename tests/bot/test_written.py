"""One question on its way through a model: what is asked of it, when, and what is kept of it.

The writer here says what it is told to; over real connections see test_scenarios*.py.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import pytest

from bot.answers import (
    Abstention,
    Answer,
    Citation,
    Claim,
    Draft,
    DraftClaim,
    Quote,
    Rejected,
    Trace,
)
from bot.budget import Budget
from bot.conversation import Turn
from bot.extractive import answer
from bot.failures import ModelError
from bot.written import Model, written
from index.schema import Passage, Retrieval
from index.sources import SourceText
from tests.bot.hits import document_of, passage, retrieval

if TYPE_CHECKING:
    from bot.budget import Meter
    from bot.failures import Kind
    from bot.generative import Writing

RAIN = passage("Rain fell in Busan on Sunday.", "rain.txt")
SNOW = passage("Snow fell in Seoul on Monday.", "snow.txt")
QUESTION = "What fell in Busan on Sunday?"
KOREAN = "일요일에 부산에는 무엇이 내렸습니까?"
SAID = (Turn("What is the weather like?", "Rain fell."),)
LEANING = "And where did it fall?"


def claim(of: Passage, text: str = "") -> DraftClaim:
    return DraftClaim(text or of.text, (Quote(of, of.text, of.start),))


TRUE, TOO = claim(RAIN), claim(SNOW)
FALSE = DraftClaim("Rain fell in Busan.", (Quote(RAIN, "Rain fell in Daegu.", RAIN.start),))


def failure(kind: Kind = "down") -> ModelError:
    return ModelError(kind, "It is down.", "Wait a little.")


Said = DraftClaim | ModelError


@dataclass
class Told:
    """A writer, and the writing of each answer, that say what they were told to."""

    first: Sequence[Said] = (TRUE,)
    second: Sequence[Said] = ()
    declined: bool = False
    truncated: bool = False
    alone: str | ModelError = QUESTION
    translations: dict[str, str] | ModelError = field(default_factory=dict)
    model: str = "told"
    given: tuple[Passage, ...] = (RAIN, SNOW)
    log: list[tuple[Any, ...]] = field(default_factory=list)
    closed: int = 0

    def begin(self, question: str, retrieval: Retrieval, deadline: float, meter: Meter) -> Writing:
        self.log.append(("begin", question, retrieval.question, deadline))
        self.meter = meter
        return cast("Writing", self)

    def claims(self) -> Iterator[DraftClaim]:
        return self._said(self.first)

    def again(self, failed: Sequence[tuple[DraftClaim, Rejected]]) -> Iterator[DraftClaim]:
        self.log.append(("again", [(each, why.reason) for each, why in failed]))
        return self._said(self.second)

    def standalone(
        self, question: str, turns: Sequence[Turn], deadline: float, meter: Meter
    ) -> str:
        self.meter = meter
        self.log.append(("standalone", question, tuple(turns), deadline))
        return _or_raised(self.alone)

    def translated(
        self, question: str, languages: Sequence[str], deadline: float, meter: Meter
    ) -> dict[str, str]:
        self.meter = meter
        self.log.append(("translated", question, tuple(languages), deadline))
        return _or_raised(self.translations)

    def _said(self, said: Sequence[Said]) -> Iterator[DraftClaim]:
        try:
            for each in said:
                self.meter.waited += 0.01
                time.sleep(0.01)
                yield _or_raised(each)
        finally:
            self.closed += 1

    def steps(self) -> list[str]:
        return [each[0] for each in self.log]


T = TypeVar("T")


def _or_raised(value: T | ModelError) -> T:
    if isinstance(value, ModelError):
        raise value
    return value


class Texts:
    """The documents of both passages."""

    def read(self, file: str) -> SourceText:
        (one,) = (each for each in (RAIN, SNOW) if each.file == file)
        return SourceText(document_of(one), "same", None)


@dataclass
class Run:
    """What came of a question to a writer."""

    trace: Trace
    shown: list[tuple[Claim, tuple[Citation, ...]]]
    searched: list[str]


Ask = Callable[..., Run]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def run(
        told: Told,
        question: str = QUESTION,
        conversation: Sequence[Turn] = (),
        extract: Callable[[Retrieval], Draft] = answer,
        shown: Callable[..., None] | None = None,
        deadline: float = 10.0,
        sources: Texts | None = None,
    ) -> Run:
        done = Run(cast("Trace", None), [], [])

        def retrieve(text: str) -> Retrieval:
            done.searched.append(text)
            return retrieval(text, (RAIN, SNOW))

        def show(claim: Claim, citations: tuple[Citation, ...]) -> None:
            done.shown.append((claim, citations))

        model = Model(told, Budget(tmp_path / "spent.sqlite"), deadline)
        done.trace = written(
            question, conversation, model, retrieve, extract, sources or Texts(), shown or show
        )
        return done

    return run


def test_claims_that_stand_are_shown_as_they_come(ask: Ask) -> None:
    told = Told((TRUE, FALSE, TOO))
    run = ask(told)
    reply = run.trace.reply
    assert isinstance(reply, Answer)
    assert [each for each, _ in run.shown] == list(reply.claims)
    assert [len(citations) for _, citations in run.shown] == [1, 2]
    assert run.shown[-1][1] == reply.citations
    assert (reply.mode, reply.model) == ("generative", "told")
    assert [each.reason for each in reply.rejected] == ["quote_not_found"]
    assert told.log[1] == ("again", [(FALSE, "quote_not_found")])


def test_what_is_said_twice_is_shown_once(ask: Ask) -> None:
    run = ask(Told((TRUE, TRUE, FALSE), (TRUE,)))
    assert len(run.shown) == 1


@pytest.mark.parametrize(("first", "again"), [((TRUE,), False), ((), False), ((FALSE,), True)])
def test_only_what_failed_is_asked_for_once_more(
    ask: Ask, first: Sequence[Said], again: bool
) -> None:
    told = Told(first, (FALSE,))
    ask(told)
    assert told.steps() == ["begin", "again"] if again else ["begin"]


def test_who_went_on_and_on_is_not_asked_once_more(ask: Ask) -> None:
    told = Told((FALSE, TRUE), truncated=True)
    reply = ask(told).trace.reply
    assert told.steps() == ["begin"]
    assert [each.kind for each in reply.notices] == ["truncated"]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (Told((), declined=True), "model_declined"),
        (Told(()), "not_in_corpus"),
        (Told((FALSE,)), "unverified"),
        (Told((FALSE,), declined=True), "unverified"),
    ],
)
def test_why_nothing_is_answered(ask: Ask, told: Told, reason: str) -> None:
    reply = ask(told).trace.reply
    assert isinstance(reply, Abstention)
    assert reply.reason == reason
    assert reply.mode == "generative"
    assert reply.nearest
    assert reply.rejected == () or reason == "unverified"


def test_a_failure_before_a_claim_stands_is_answered_by_the_documents(ask: Ask) -> None:
    run = ask(Told((FALSE, failure())))
    reply = run.trace.reply
    assert isinstance(reply, Answer)
    assert reply.mode == "extractive"
    assert reply.model is None
    assert reply.claims[0].text == RAIN.text
    assert [each.reason for each in reply.rejected] == ["quote_not_found"]
    (notice,) = reply.notices
    assert notice.kind == "fallback"
    assert notice.message.startswith("It is down. This answer is made of the documents' own")
    assert notice.message.endswith("Wait a little.")
    assert run.shown == []


def test_a_failure_after_a_claim_that_stands_leaves_it(ask: Ask) -> None:
    for told in (Told((TRUE, failure(), TOO)), Told((TRUE, FALSE), (failure(),))):
        run = ask(told)
        reply = run.trace.reply
        assert isinstance(reply, Answer)
        assert [each.text for each in reply.claims] == [RAIN.text]
        assert len(run.shown) == 1
        assert [each.kind for each in reply.notices] == ["incomplete"]
        assert reply.mode == "generative"


@pytest.mark.parametrize("kind", ["down", "over_budget"])
def test_a_failure_where_the_documents_have_no_answer(ask: Ask, kind: Kind) -> None:
    def nothing(found: Retrieval) -> Draft:
        return Draft(found.question)

    reply = ask(Told((failure(kind),)), extract=nothing).trace.reply
    assert isinstance(reply, Abstention)
    assert reply.reason == ("over_budget" if kind == "over_budget" else "not_in_corpus")
    assert "hold no answer, either" in reply.notices[0].message


def test_the_question_is_the_readers_whatever_was_searched(ask: Ask) -> None:
    for told in (Told(), Told((failure(),)), Told(())):
        run = ask(told, LEANING, SAID)
        assert run.trace.reply.question == LEANING
        assert run.searched == [QUESTION]
        assert run.trace.searched == (QUESTION,)
        assert [each[1] for each in told.log] == [LEANING, QUESTION]
        assert told.log[0][2] == SAID


def test_a_follow_up_that_was_left_as_it_is_was_searched_as_it_was_asked(ask: Ask) -> None:
    run = ask(Told(alone=LEANING), LEANING, SAID)
    assert (run.trace.searched, run.searched) == ((), [LEANING])


def test_a_model_that_fails_before_the_search(ask: Ask) -> None:
    run = ask(Told(alone=failure()), LEANING, SAID)
    assert run.searched == [LEANING]
    assert [each.kind for each in run.trace.reply.notices] == ["fallback"]
    assert run.trace.retrieval.hits


def test_a_foreign_question_is_searched_for_in_the_documents_languages(ask: Ask) -> None:
    told = Told(translations={"en": QUESTION})
    run = ask(told, KOREAN)
    assert told.log[0][:3] == ("translated", KOREAN, ("en",))
    assert run.searched == [KOREAN, QUESTION]
    assert run.trace.searched == (QUESTION,)
    # The model answers the question as asked, from what its translation found.
    assert told.log[1][1:3] == (KOREAN, QUESTION)
    assert run.trace.reply.question == KOREAN


def test_a_foreign_question_that_is_not_translated_is_searched_once(ask: Ask) -> None:
    run = ask(Told(translations=failure("nonsense")), KOREAN)
    reply = run.trace.reply
    assert isinstance(reply, Abstention)
    assert reply.reason == "other_language"
    assert run.searched == [KOREAN]


@pytest.mark.parametrize(("seconds", "kept"), [(2.0, 0.4), (0.1, 0.02), (600.0, 1.0)])
def test_some_of_the_time_is_kept_for_the_documents_own_answer(
    ask: Ask, seconds: float, kept: float
) -> None:
    told = Told(alone=QUESTION)
    begun = time.monotonic()
    ask(told, LEANING, SAID, deadline=seconds)
    # All calls of a question have one end.
    (deadline,) = {each[3] for each in told.log}
    assert begun + seconds - kept <= deadline < begun + seconds - kept + 0.5


@pytest.mark.parametrize("error", [KeyboardInterrupt, BrokenPipeError])
def test_who_stops_it_lets_the_stream_go(ask: Ask, error: type[BaseException]) -> None:
    told = Told((TRUE, TOO))

    def stop(*_: object) -> None:
        raise error

    with pytest.raises(error):
        ask(told, shown=stop)
    assert told.closed == 1
    assert isinstance(ask(Told()).trace.reply, Answer)  # nothing is left locked


def test_the_times_of_the_stages_are_the_whole(ask: Ask) -> None:
    begun = time.perf_counter()
    trace = ask(Told((TRUE, FALSE, TOO))).trace
    whole = (time.perf_counter() - begun) * 1000
    assert set(trace.times) == {"retrieve", "model", "answer", "verify"}
    assert min(trace.times.values()) >= 0
    assert trace.times["model"] == pytest.approx(30)
    assert sum(trace.times.values()) <= whole
    assert trace.reply.usage is None


class Counting(Texts):
    """Documents that take a while to read, and how many read them at once at most."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = 0
        self.most = 0

    def read(self, file: str) -> SourceText:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.002)
        with self._lock:
            self._now -= 1
        return super().read(file)


def test_of_many_questions_one_at_a_time_is_worked_on_and_none_is_lost(ask: Ask) -> None:
    sources = Counting()
    with ThreadPoolExecutor(40) as pool:
        runs = pool.map(lambda _: ask(Told((TRUE, FALSE, TOO)), sources=sources), range(40))
        replies = [run.trace.reply for run in runs]
    assert all(isinstance(each, Answer) and len(each.claims) == 2 for each in replies)
    assert sources.most == 1
