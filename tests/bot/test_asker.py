"""A question on its way: what is asked, what is searched for, what is said under a reply."""

from __future__ import annotations

import pytest

from bot.answers import Abstention, Answer, Draft, DraftClaim, Locator, Notice, Quote
from bot.asker import MOST_CHARACTERS, Asker
from index.errors import UsageError
from index.schema import Article, Filters, Hit, Passage, Retrieval
from index.sources import SourceText

TEXT = "One.\nThe ministers met in Busan."
PASSAGE = Passage("a.txt", 0, 5, len(TEXT), TEXT[5:], Article(0, len(TEXT)))


class Shelf:
    """A retriever and its sources: one passage in one file."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, int, Filters]] = []
        self.looked = 0

    def retrieve(self, question: str, k: int = 10, filters: Filters | None = None) -> Retrieval:
        self.asked.append((question, k, filters or Filters()))
        return Retrieval(question, (Hit(PASSAGE, 1, 2.0),), languages={"en": 1.0})

    def sources(self) -> Shelf:
        self.looked += 1
        return self

    def read(self, file: str) -> SourceText:
        return SourceText(TEXT if file == "a.txt" else None, "same", None)


def quoting(retrieval: Retrieval) -> Draft:
    quotes = tuple(
        Quote(hit.passage, hit.passage.text, hit.passage.start) for hit in retrieval.hits
    )
    return Draft(retrieval.question, (DraftClaim("", quotes),), nearest=retrieval.hits)


def silent(retrieval: Retrieval) -> Draft:
    return Draft(retrieval.question, reason="other_language", language="ko")


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def asker(shelf: Shelf) -> Asker:
    notices = (Notice("old_generation", "Old."),)
    return Asker(shelf, quoting, shelf.sources, generation="g1", notices=notices)


def test_an_answer_says_where_it_comes_from(asker: Asker) -> None:
    reply = asker.ask("Where?")
    assert isinstance(reply, Answer)
    assert reply.claims[0].text == "The ministers met in Busan."
    assert reply.generation == "g1"
    assert reply.elapsed_ms > 0
    assert reply.notices == (Notice("old_generation", "Old."),)


def test_an_abstention_knows_the_documents_languages(shelf: Shelf) -> None:
    reply = Asker(shelf, silent, shelf.sources).ask("어디?")
    assert isinstance(reply, Abstention)
    assert "영어" in reply.message


def test_filters_reach_the_search(asker: Asker, shelf: Shelf) -> None:
    filters = Filters(files=("a.txt",))
    asker.ask("Where?", filters)
    asker.search("Where?", 3, filters)
    assert [(k, passed) for _, k, passed in shelf.asked] == [(10, filters), (3, filters)]


def test_each_question_looks_at_the_documents_anew(asker: Asker, shelf: Shelf) -> None:
    asker.ask("Where?")
    asker.ask("Where?")
    assert shelf.looked == 2


def test_a_trace_tells_the_times_of_the_stages(asker: Asker) -> None:
    trace = asker.trace("Where?")
    assert set(trace.times) == {"retrieve", "answer", "verify"}
    # What is left is between the stages: little, but a busy machine may stop anywhere.
    assert 0 < sum(trace.times.values()) <= trace.reply.elapsed_ms + 0.01
    assert trace.retrieval.hits[0].passage is PASSAGE


@pytest.mark.parametrize("question", ["", " ", "\n\t", "?!", "\x00", "\x1b["])
def test_a_question_without_words_is_refused(asker: Asker, question: str) -> None:
    with pytest.raises(UsageError) as caught:
        asker.ask(question)
    assert caught.value.hint


def test_a_long_question_is_asked_and_a_longer_one_refused(asker: Asker) -> None:
    assert asker.ask("a" * MOST_CHARACTERS).question == "a" * MOST_CHARACTERS
    with pytest.raises(UsageError, match="10,001"):
        asker.ask("a" * (MOST_CHARACTERS + 1))
    with pytest.raises(UsageError, match="1,000,000"):
        asker.search("가" * 1_000_000)


def test_control_characters_are_not_searched_for_but_echoed(asker: Asker, shelf: Shelf) -> None:
    reply = asker.ask("\x00Where\x1b[31m\u0085now\n")
    assert shelf.asked[0][0] == "Where [31m now"
    assert reply.question == "\x00Where\x1b[31m\u0085now\n"


def test_halves_of_characters_are_replaced(asker: Asker, shelf: Shelf) -> None:
    reply = asker.ask("Where \udcff\ud800?")
    assert "\udcff" not in reply.question + shelf.asked[0][0]
    assert reply.question.encode()


def test_lines_of_hits_are_told_where_they_are_known(asker: Asker) -> None:
    elsewhere = Passage("gone.txt", 0, 0, 1, "x", Article(0, 1))
    hits = (Hit(PASSAGE, 1, 1.0), Hit(elsewhere, 2, 1.0))
    assert asker.lines(hits) == (Locator(2, 2), None)


@pytest.mark.parametrize(
    ("now", "nearest"),
    [
        (SourceText(TEXT, "same", None), [("a.txt", 5)]),
        (SourceText("Now.\n\n" + TEXT, "changed", None), [("a.txt", 11)]),
        (SourceText(TEXT, "same", None, file="new.txt"), [("new.txt", 5)]),
        (SourceText("All of it was struck out.", "changed", None), []),
        (SourceText(None, "missing", None), []),
    ],
)
def test_what_comes_nearest_is_what_still_stands(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, now: SourceText, nearest: list[tuple[str, int]]
) -> None:
    monkeypatch.setattr(shelf, "read", lambda _: now)
    for answerer in (quoting, lambda found: Draft(found.question, nearest=found.hits)):
        hits = Asker(shelf, answerer, shelf.sources).ask("Where?").nearest
        assert [(hit.passage.file, hit.passage.start) for hit in hits] == nearest
        if now.text is not None:
            for hit in hits:
                assert now.text[hit.passage.start : hit.passage.end] == hit.passage.text
