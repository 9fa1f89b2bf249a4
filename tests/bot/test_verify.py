"""verify: what may be shown, what may not, and what is said about it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import (
    Abstention,
    Answer,
    Draft,
    DraftClaim,
    Locator,
    Notice,
    Quote,
    Rejected,
    Reply,
)
from bot.verify import verify
from index.manifest import FileRecord
from index.pack import Place
from index.record import replaced
from index.schema import Article, Kind, Passage, Places
from index.sources import SourceText

if TYPE_CHECKING:
    from bot.answers import Reason
    from index.sources import State

ROOT = Path(__file__).parents[2]
TEXT = "Talks open\n\nThe ministers met in Busan. They ate.\r\nWang left early.\rPark stayed.\n"


class Texts:
    """The sources of a corpus that is a dictionary."""

    def __init__(self, texts: Mapping[str, str | None], state: State = "same") -> None:
        self.texts = texts
        self.state = state
        self.reads: list[str] = []

    def read(self, file: str) -> SourceText:
        self.reads.append(file)
        text = self.texts.get(file)
        return SourceText(text, "missing" if text is None else self.state, None)


def passage(
    text: str = TEXT,
    start: int = 0,
    end: int | None = None,
    *,
    file: str = "a.txt",
    title: str | None = "Talks open",
    article: tuple[int, int] | None = None,
    kind: Kind = Kind.BODY,
) -> Passage:
    stop = len(text) if end is None else end
    first, last = article or (0, len(text))
    about = Article(first, last, title, Date(2023, 11, 26), "en")
    return Passage(file, 0, start, stop, text[start:stop], about, kind)


def claim(words: str, where: Passage | None = None, start: int | None = None) -> DraftClaim:
    at = TEXT.find(words) if start is None else start
    return DraftClaim(words, (Quote(where or passage(), words, at),))


def ask(*claims: DraftClaim, sources: Texts | None = None, text: str = TEXT) -> Reply:
    return verify(Draft("Where?", claims), sources or Texts({"a.txt": text}))


def answer(*claims: DraftClaim, sources: Texts | None = None, text: str = TEXT) -> Answer:
    reply = ask(*claims, sources=sources, text=text)
    assert isinstance(reply, Answer)
    return reply


def abstention(*claims: DraftClaim, sources: Texts | None = None, text: str = TEXT) -> Abstention:
    reply = ask(*claims, sources=sources, text=text)
    assert isinstance(reply, Abstention)
    return reply


def test_a_quote_that_stands_is_cited_with_title_date_and_lines() -> None:
    (citation,) = answer(claim("The ministers met in Busan.")).citations
    assert (citation.n, citation.file, citation.title) == (1, "a.txt", "Talks open")
    assert citation.date == Date(2023, 11, 26)
    assert TEXT[citation.start : citation.end] == citation.quote == "The ministers met in Busan."
    assert citation.locator == Locator(3, 3)
    assert not citation.boilerplate


@pytest.mark.parametrize(
    "words",
    ["The ministers met in Pusan.", "the ministers met in Busan.", "They  ate.", "They ate. Wang"],
)
def test_a_quote_that_differs_by_a_character_is_rejected(words: str) -> None:
    reply = abstention(claim(words, start=12))
    assert reply.reason == "unverified"
    assert reply.rejected == (Rejected(words, "quote_not_found"),)


@pytest.mark.parametrize("words", ["", " ", "\n\n", " \t", "\ufeff", "\u200b", "…", "\r"])
def test_a_quote_without_a_word_is_rejected(words: str) -> None:
    text = TEXT + "\ufeff \u200b \t…"
    reply = abstention(claim(words, passage(text), 0), text=text)
    assert reply.rejected == (Rejected(words, "quote_not_found"),)


def test_a_claim_without_quotes_is_rejected() -> None:
    assert abstention(DraftClaim("Everyone was glad.", ())).reason == "unverified"


def test_every_quote_of_a_claim_must_stand() -> None:
    good, bad = claim("They ate."), claim("They drank.", start=5)
    both = DraftClaim("They ate and drank.", good.quotes + bad.quotes)
    reply = answer(both, good)
    assert [found.text for found in reply.claims] == ["They ate."]
    assert [found.quote for found in reply.citations] == ["They ate."]
    assert reply.rejected == (Rejected("They ate and drank.", "quote_not_found"),)


def test_an_extractive_claim_is_its_quotes_whatever_the_draft_says() -> None:
    quotes = claim("They ate.").quotes + claim("Park stayed.").quotes
    (found,) = answer(DraftClaim("They ate nothing at all.", quotes)).claims
    assert found.text == "They ate. Park stayed."


def test_a_generative_claim_keeps_its_own_words() -> None:
    proposed = DraftClaim(
        "In Busan the ministers met.", claim("The ministers met in Busan.").quotes
    )
    reply = verify(Draft("?", (proposed,), mode="generative", model="m"), Texts({"a.txt": TEXT}))
    assert isinstance(reply, Answer)
    assert reply.claims[0].text == "In Busan the ministers met."
    assert (reply.mode, reply.model) == ("generative", "m")


def test_citations_are_numbered_by_first_use_and_shared() -> None:
    reply = answer(claim("Park stayed."), claim("They ate."), claim("Park stayed."))
    assert [(c.n, c.quote) for c in reply.citations] == [(1, "Park stayed."), (2, "They ate.")]
    assert [c.citations for c in reply.claims] == [(1,), (2,), (1,)]


def test_a_claim_names_a_shared_citation_once() -> None:
    quotes = claim("They ate.").quotes
    (found,) = answer(DraftClaim("", quotes + quotes)).claims
    assert found.citations == (1,)
    assert found.text == "They ate."


@pytest.mark.parametrize("start", [-40, -1, 0, 11, 13, 60, 10_000])
def test_a_wrong_offset_is_put_right_within_the_passage(start: int) -> None:
    words = "The ministers met in Busan."
    (citation,) = answer(claim(words, start=start)).citations
    assert citation.start == TEXT.index(words)


@pytest.mark.parametrize(("start", "found"), [(0, 0), (3, 4), (4, 4), (7, 8), (2, 0), (50, 12)])
def test_of_several_places_the_nearest_is_cited(start: int, found: int) -> None:
    text = "abc abc abc abc"
    (citation,) = answer(claim("abc", passage(text), start), text=text).citations
    assert citation.start == found


def test_the_passage_goes_before_what_is_nearer() -> None:
    text = "one word. two. one word."
    (citation,) = answer(claim("one word.", passage(text, 10), 0), text=text).citations
    assert citation.start == 15


def test_words_of_the_same_article_are_found_beyond_the_passage() -> None:
    text = "First line.\nSecond line.\n"
    (citation,) = answer(claim("First line.", passage(text, 12), 12), text=text).citations
    assert citation.start == 0


def test_words_of_another_article_are_not_cited_under_this_ones_title() -> None:
    text = "First line.\nSecond line.\n"
    where = passage(text, 12, article=(12, len(text)))
    assert abstention(claim("First line.", where, 0), text=text).reason == "unverified"


def test_a_quote_at_its_offset_but_outside_the_article_is_rejected() -> None:
    text = "First line.\nSecond line.\n"
    where = passage(text, 12, article=(12, len(text)))
    assert abstention(claim("line.\nSecond", where, 6), text=text).reason == "unverified"


def test_a_changed_text_is_quoted_where_it_now_is() -> None:
    new = "Corrected.\n" + TEXT
    sources = Texts({"a.txt": new}, "changed")
    reply = answer(claim("They ate."), sources=sources)
    (citation,) = reply.citations
    assert new[citation.start : citation.end] == "They ate."
    assert citation.start == TEXT.index("They ate.") + len("Corrected.\n")
    assert citation.locator == Locator(4, 4)
    assert citation.title == "Talks open"
    assert [notice.kind for notice in reply.notices] == ["file_changed"]


def test_a_changed_text_is_searched_beyond_where_the_article_was() -> None:
    new = "A new paragraph. " * 100 + "\n" + TEXT
    sources = Texts({"a.txt": new}, "changed")
    (citation,) = answer(claim("They ate."), sources=sources).citations
    assert citation.start == new.index("They ate.")


def test_a_changed_text_without_the_words_is_not_quoted() -> None:
    sources = Texts({"a.txt": TEXT.replace("ate", "drank")}, "changed")
    reply = abstention(claim("They ate."), sources=sources)
    assert reply.reason == "unverified"
    assert [notice.kind for notice in reply.notices] == ["file_changed"]


def test_of_a_changed_text_it_is_said_what_is_quoted_and_what_is_withheld() -> None:
    changed = Texts({"a.txt": TEXT.replace("stayed", "left")}, "changed")
    found = "a.txt changed after it was indexed: the quote was found in its present text"
    (notice,) = answer(claim("They ate."), sources=changed).notices
    assert notice.message == f"{found}, with the title and date as indexed."
    reply = answer(claim("They ate."), claim("Park stayed."), sources=changed)
    (notice,) = reply.notices
    assert len(reply.rejected) == 1
    assert notice.message == (
        f"{found}, with the title and date as indexed; what is not in it any more is withheld."
    )


def test_of_a_changed_text_that_bears_no_claim_it_is_not_said_that_the_quote_went() -> None:
    sources = Texts({"a.txt": TEXT.replace("Wang", "Kang")}, "changed")
    quotes = (Quote(passage(), "They ate.", TEXT.find("They")),)
    draft = Draft("Who?", (DraftClaim("In 1871 they ate.", quotes),), mode="generative")
    (notice,) = verify(draft, sources).notices
    assert notice.message == "a.txt changed after it was indexed; nothing is quoted from it."


def test_a_headline_that_was_edited_away_is_not_shown() -> None:
    sources = Texts({"a.txt": TEXT.replace("Talks open", "Talks end")}, "changed")
    reply = answer(claim("They ate."), sources=sources)
    (citation,) = reply.citations
    assert citation.title is None
    assert citation.date is None
    assert "title" not in reply.notices[0].message


def test_a_file_that_is_gone_is_withheld() -> None:
    reply = abstention(claim("They ate."), sources=Texts({}))
    assert reply.reason == "unverified"
    (notice,) = reply.notices
    assert notice.kind == "file_missing"
    assert "a.txt" in notice.message


def test_a_file_with_another_name_is_cited_by_that() -> None:
    class Renamed(Texts):
        def read(self, file: str) -> SourceText:
            return replaced(super().read(file), file="b.txt", also=("c.txt", "d.txt"))

    reply = answer(claim("They ate."), claim("Park stayed."), sources=Renamed({"a.txt": TEXT}))
    assert [citation.file for citation in reply.citations] == ["b.txt", "b.txt"]
    assert reply.citations[0].also == ("c.txt", "d.txt")
    (notice,) = reply.notices
    assert notice == Notice(
        "file_renamed",
        "a.txt is no longer as it was indexed: the same text stands in b.txt.",
    )


def test_a_quote_is_cited_by_its_place_in_the_file() -> None:
    class Pages(Texts):
        def read(self, file: str) -> SourceText:
            return replaced(super().read(file), places=Places("page", (0, 12), (1, 2), (1, 2)))

    reply = answer(claim("They ate."), sources=Pages({"a.txt": TEXT}))
    assert reply.citations[0].locator == Locator(2, 2, "page")


def test_a_file_is_read_once_for_all_claims() -> None:
    sources = Texts({"a.txt": TEXT})
    answer(claim("They ate."), claim("Park stayed."), sources=sources)
    assert sources.reads == ["a.txt"]


def test_boilerplate_is_flagged_and_said() -> None:
    reply = answer(claim("They ate.", passage(kind=Kind.CAPTION)), claim("Park stayed."))
    assert [citation.boilerplate for citation in reply.citations] == [True, False]
    (notice,) = reply.notices
    assert notice.kind == "boilerplate"
    assert "[1]" in notice.message
    assert "[2]" not in notice.message


def test_an_articles_own_heading_is_no_boilerplate() -> None:
    reply = answer(claim("Talks open", passage(kind=Kind.HEADING)))
    assert not reply.citations[0].boilerplate
    assert reply.notices == ()


def test_front_matter_gives_the_source() -> None:
    record = FileRecord(
        1, "a.txt", (0, 0, 0, 0), "", "utf-8", 0, None, None, "https://a.example", 0, None, (),
        Place(0, 0, ()),
    )  # fmt: skip

    class Recorded(Texts):
        def read(self, file: str) -> SourceText:
            return SourceText(self.texts[file], "same", record)

    sources = Recorded({"a.txt": TEXT})
    (citation,) = answer(claim("They ate."), sources=sources).citations
    assert citation.source == "https://a.example"


def test_the_drafts_notices_and_hits_are_kept() -> None:
    draft = Draft("?", (claim("They ate."),), notices=(Notice("fallback", "No model."),))
    reply = verify(draft, Texts({"a.txt": TEXT}))
    assert reply.notices == (Notice("fallback", "No model."),)


@pytest.mark.parametrize("reason", ["not_in_corpus", "model_declined", "over_budget"])
def test_no_claims_is_an_abstention_for_the_drafts_reason(reason: Reason) -> None:
    reply = verify(Draft("?", reason=reason), Texts({}))
    assert isinstance(reply, Abstention)
    assert reply.reason == reason
    assert reply.message


def test_an_abstention_names_the_languages_to_ask_in() -> None:
    draft = Draft("부산에서?", reason="other_language", language="ko")
    reply = verify(draft, Texts({}), {"en": 0.9, "zh": 0.1})
    assert isinstance(reply, Abstention)
    assert "영어" in reply.message
    assert "중국어" in reply.message


@given(
    st.text(
        alphabet=st.sampled_from("ab \n\r\u3000\ufeff。가金\U0001f600é"), min_size=1, max_size=60
    ),
    st.data(),
)
def test_whatever_is_cited_stands_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    words = data.draw(st.one_of(st.just(text[start:end]), st.text("ab \n가", max_size=4)))
    at = data.draw(st.integers(-5, len(text) + 5))
    state: State = data.draw(st.sampled_from(["same", "changed"]))
    where = passage(text, start, end, title=None)
    reply = ask(claim(words, where, at), sources=Texts({"a.txt": text}, state))
    if isinstance(reply, Answer):
        for citation in reply.citations:
            assert text[citation.start : citation.end] == citation.quote == words
    else:
        assert not words.strip() or not any(map(str.isalnum, words)) or words not in text


def makers(source: str) -> int:
    """In how many places a program may make an Answer, or change what one claims."""
    found = 0
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom):
            found += any(each.name == "Answer" and each.asname for each in node.names)
        if isinstance(node, ast.Attribute):  # Answer.__new__
            found += isinstance(node.value, ast.Name) and node.value.id == "Answer"
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", "")
        touched = {word.arg for word in node.keywords}
        changes = name in ("replace", "replaced", "__replace__", "__setattr__", "__new__")
        found += name in ("Answer", "partial") and (
            name == "Answer" or any(getattr(each, "id", "") == "Answer" for each in node.args)
        )
        found += changes and bool(touched & {"claims", "citations"})
        # What cannot know of answers can change none, whatever it names.
        found += changes and None in touched and "answers" in source
        found += changes and any(getattr(each, "id", "") == "Answer" for each in node.args)
        # type(reply)(...)
        found += isinstance(called, ast.Call) and getattr(called.func, "id", "") == "type"
    return found


def test_only_verify_makes_an_answer() -> None:
    counts = {
        path.relative_to(ROOT).as_posix(): makers(path.read_text("utf-8"))
        for folder in ("bot", "index", "prompts")
        for path in sorted((ROOT / folder).rglob("*.py"))
    }
    # A record's own way to make one like it asks for its type; what it is called with is seen.
    assert counts.pop("index/record.py") == 2
    assert {file: count for file, count in counts.items() if count} == {"bot/verify.py": 1}


@pytest.mark.parametrize(
    "source",
    [
        "Answer('q', (), ())",
        "answers.Answer('q', (), ())",
        "from bot.answers import Answer as Reply",
        "Answer.__new__(Answer)",
        "object.__new__(Answer)",
        "partial(Answer, 'q')",
        "replaced(reply, claims=())",
        "import bot.answers; replaced(reply, **changes)",
        "copy.replace(reply, citations=())",
        "type(reply)(1, 2, 3)",
    ],
)
def test_every_way_to_make_an_answer_is_seen(source: str) -> None:
    assert makers(source)
