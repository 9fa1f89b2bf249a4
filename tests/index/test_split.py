"""Passages stand where they say, cover the text, and never cross an article or a mark."""

from __future__ import annotations

from datetime import date as Date
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.clean import marks
from index.record import replaced
from index.schema import Document, Kind, Piece, Places
from index.split import articles, passages
from tests.index.test_clean import CHINESE, JAPANESE, KOREAN, OTHERS, STORY, page

ENDS = ["\n", "\r\n", "\r", "\u2028", "\u2029", "\x85", "\v", "\f", "\x1c", "\n\n", "\n \n"]
LINES = [
    *STORY,
    *KOREAN,
    *CHINESE,
    *JAPANESE,
    *OTHERS,
    "Related stories",
    "By Some One",
    "May 3, 2020",
    "April 4, 2021 01:30 JSTBEIJING -- A ship",
    "SEOUL (Reuters) - " + STORY[0],
    "Log in",
    "(",
    "---",
    "# A title",
    "## A section",
    "- an item",
    "| a | b |",
    "Photo: a ship",
    "UPDATED",
    "",
    STORY[0] * 12,
    CHINESE[0] * 12,
    "x" * 3000,
    "\0\0",
    "\ufeff",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 😀🇰🇷",
    "\ud7ff\ue000\U0010ffff",
    "e\u0301a\u0308",
    "\u200b\u200d",
    "नमस्ते दुनिया।",
    "שלום עולם",
    "\u3000全角\u3000",
]
TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=300),
    st.lists(
        st.tuples(st.one_of(st.sampled_from(LINES), st.text(max_size=40)), st.sampled_from(ENDS)),
        max_size=25,
    ).map(lambda parts: "".join(line + end for line, end in parts)),
)


def document(text: str, body: int = 0) -> Document:
    return Document("x.txt", text, "utf-8", body)


def check(given_document: Document) -> None:
    text = given_document.text
    found = passages(given_document)
    position = given_document.body
    pieces = articles(given_document)
    for number, passage in enumerate(found):
        assert passage.text == text[passage.start : passage.end]
        assert passage.text == passage.text.strip() != ""
        assert passage.number == number
        assert passage.file == "x.txt"
        assert passage.start >= position
        assert not text[position : passage.start].strip()
        assert passage.article in pieces
        assert passage.article.start <= passage.start < passage.end <= passage.article.end
        assert len(passage.text) <= 1200
        position = passage.end
    assert not text[position:].strip()
    marked = [(mark.start, mark.end, mark.kind) for mark in marks(given_document)]
    for start, end, kind in marked:
        inside = [p for p in found if p.start < end and start < p.end]
        assert inside
        assert all(p.kind is kind for p in inside)
    for first, second in pairwise(pieces):
        assert first.end <= second.start


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.integers(0, 50))
def test_passages_of_any_text_stand_where_they_say(text: str, body: int) -> None:
    check(document(text, min(body, len(text))))


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.lists(st.integers(0, 400), max_size=12), st.integers(0, 50), st.booleans())
def test_passages_of_told_articles_stand_in_them(
    text: str, cuts: list[int], body: int, all_told: bool
) -> None:
    body = min(body, len(text))
    bounds = sorted({body, *(min(cut, len(text)) for cut in cuts if cut > body)})
    told = [Piece(start, end, f"T{start}") for start, end in pairwise(bounds)]
    told = told if all_told else told[::2]
    places = Places("row", (0,), (1,), (1,))
    given_document = replaced(document(text, body), pieces=tuple(told), places=places)
    check(given_document)
    assert marks(given_document) == ()
    for article in articles(given_document):
        around = [each for each in told if each.start < article.end and article.start < each.end]
        assert len(around) <= 1
        assert article.title == (around[0].title if around else None)


def test_what_a_format_tells_is_not_guessed() -> None:
    # As a page that was pasted together: its headlines, captions and datelines would count.
    lines = [*STORY, "Related stories", *OTHERS, "By Some One", "May 3, 2020", *STORY]
    text = "\n\n".join(lines)
    assert marks(document(text))
    told = replaced(
        document(text), title="T", date=Date(2024, 1, 1), places=Places("page", (0,), (1,), (9,))
    )
    check(told)
    (article,) = articles(told)
    assert (article.title, article.date) == ("T", Date(2024, 1, 1))
    assert all(passage.kind is Kind.BODY for passage in passages(told))


def test_a_told_article_has_its_title_and_date_or_else_the_documents() -> None:
    text = "One row.\n\nAnother row.\n\nBeside them."
    told = replaced(
        document(text),
        title="T",
        date=Date(2024, 1, 1),
        pieces=(Piece(0, 8, "A", Date(2023, 1, 1)), Piece(10, 22)),
        places=Places("row", (0,), (1,), (1,)),
    )
    check(told)
    assert [(p.text, p.article.title, p.article.date) for p in passages(told)] == [
        ("One row.", "A", Date(2023, 1, 1)),
        ("Another row.", "T", Date(2024, 1, 1)),
        ("Beside them.", "T", Date(2024, 1, 1)),
    ]


def test_a_long_told_article_is_cut_as_any_other() -> None:
    text = (STORY[0] + " ") * 40
    told = replaced(document(text), pieces=(Piece(0, len(text), "A"),))
    check(told)
    assert [p.text for p in passages(told)] == [p.text for p in passages(document(text))]


@pytest.mark.parametrize("end", ENDS)
def test_every_kind_of_line_end_parts_lines(end: str) -> None:
    given_document = document(end.join([*STORY, "Related stories", *OTHERS]))
    check(given_document)
    assert [p.text for p in passages(given_document)][:3] == STORY


def test_an_empty_document_has_no_passages() -> None:
    assert passages(document("")) == ()
    assert articles(document("")) == ()
    assert passages(document("---\na: b\n---\n \n", 13)) == ()


def test_a_long_paragraph_is_cut_between_sentences() -> None:
    for sentence, count in ((STORY[0] + " ", 40), (CHINESE[1], 60)):
        text = (sentence * count).strip()
        check(document(text))
        found = passages(document(text))
        assert len(found) > 2
        assert all(p.text[-1] in ".。" for p in found)
        assert min(len(p.text) for p in found) > 600


def test_sentences_of_any_length_are_cut_cleanly() -> None:
    lengths = (3, 170, 150, 165, 3, 160, 240, 2, 2, 2, 600, 1)
    text = "".join(f"Islands {'island ' * n}end.  " for n in lengths)
    check(document(text))
    ends = [p.text[-4:] for p in passages(document(text))]
    assert ends.count("end.") >= len(lengths) // 2


@pytest.mark.parametrize("word", ["island ", "of  ", "lighthouses\t ", "x" * 398 + "   "])
def test_a_line_without_sentences_is_cut_between_words(word: str) -> None:
    check(document(word * 2000))
    found = passages(document(word * 2000))
    assert len(found) > 5
    assert {part for p in found for part in p.text.split()} == {word.strip()}
    check(document("x" * 10_000))


def test_short_lines_are_joined_and_paragraphs_are_not() -> None:
    verse = page(*("A line of the song that has no end" for _ in range(40)))
    assert {len(p.text) > 500 for p in passages(document(verse))[:-1]} == {True}
    assert [p.text for p in passages(document(page(*STORY)))] == STORY


def test_a_section_heading_stands_with_its_text() -> None:
    text = page("# The ferry", "", STORY[0], "", "## Fares", "", STORY[1], "", STORY[2])
    assert [p.text for p in passages(document(text))] == [
        "# The ferry",
        STORY[0],
        "## Fares\n\n" + STORY[1],
        STORY[2],
    ]


@pytest.mark.parametrize(
    ("opening", "date"),
    [
        (["The old school burns down", "May 3, 2020"], Date(2020, 5, 3)),
        (["The old school burns down", "By Some One", "2020-05-03T10:15:00Z"], Date(2020, 5, 3)),
        (["옛 학교에 불이 났다는 소식", "2020년 5월 3일 홍길동 기자"], Date(2020, 5, 3)),
        (["The old school burns down", "By Some One"], None),
    ],
)
def test_a_headline_with_date_or_author_opens_an_article(
    opening: list[str], date: Date | None
) -> None:
    found = articles(document(page("The ferry runs again", "2 May 2020", *STORY, *opening, *STORY)))
    assert [(a.title, a.date) for a in found] == [
        ("The ferry runs again", Date(2020, 5, 2)),
        (opening[0], date),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "TOWN (Agency) - ",
        "Town, May 3 (Agency)--",
        "新华社北京5月3日电 ",
        "(서울=통신) ",
        "【東京共同】",
    ],
)
def test_a_headline_above_a_dateline_opens_an_article(line: str) -> None:
    text = page(
        "The ferry runs again", "2 May 2020", *STORY, "The old school burns", line + STORY[0]
    )
    found = articles(document(text))
    assert [a.title for a in found] == ["The ferry runs again", "The old school burns"]
    # A day without a year takes that of its neighbour, within a month.
    assert found[1].date == (Date(2020, 5, 3) if "3" in line else None)


def test_a_section_opens_no_article() -> None:
    found = articles(document(page(*STORY, "The old school", *STORY, "1 May 1900 – 3 June 1980")))
    assert len(found) == 1
    assert found[0].date is None


def test_dates_within_a_report_are_not_its_date() -> None:
    for start in ("On May 3, 2020 ", "2020年5月3日，", "May 3, 2020 was when "):
        (article,) = articles(document(page("The ferry runs again", "", start + STORY[0], *STORY)))
        assert article.date is None


def test_a_date_above_the_headline_is_not_the_articles() -> None:
    title = "The ferry of the northern islands runs again"
    for dates, date in ((["2 April 2020"], Date(2020, 4, 2)), ([], None)):
        text = page("Friday, 1 May 2020", "Log in", title, *dates, *STORY)
        assert [article.date for article in articles(document(text))] == [date]


def test_a_captions_date_is_not_the_articles() -> None:
    caption = "The ferry leaves, May 7, 2023. REUTERS/Some One"
    (article,) = articles(document(page("The ferry runs again", caption, *STORY)))
    assert (article.title, article.date) == ("The ferry runs again", None)


def test_an_entry_of_a_diary_does_not_take_the_day_before() -> None:
    found = articles(document(page("3 May 2020", STORY[0], "4 May 2020", STORY[1])))
    assert [article.date for article in found] == [Date(2020, 5, 3), Date(2020, 5, 4)]


def test_an_article_in_two_scripts_is_two_of_one_title_and_date() -> None:
    text = page("The ferry runs again", "May 3, 2020", *CHINESE, *STORY)
    found = articles(document(text))
    assert [(a.language, a.title, a.date) for a in found] == [
        ("zh", "The ferry runs again", Date(2020, 5, 3)),
        ("en", "The ferry runs again", Date(2020, 5, 3)),
    ]


@pytest.mark.parametrize(
    ("lines", "language"), [(STORY, "en"), (KOREAN, "ko"), (CHINESE, "zh"), (JAPANESE, "ja")]
)
def test_an_article_knows_its_language(lines: list[str], language: str) -> None:
    assert {article.language for article in articles(document(page(*lines)))} == {language}


def test_front_matter_names_an_article_and_dates_it() -> None:
    text = page("Found in the text", "4 May 2020", *STORY)
    front = Document("x.txt", text, "utf-8", 0, "From the front", Date(2020, 5, 3))
    (article,) = articles(front)
    assert (article.title, article.date) == ("From the front", Date(2020, 5, 3))
    (bare,) = articles(Document("x.txt", page(*STORY), "utf-8", 0, "From the front"))
    assert (bare.title, bare.date) == ("From the front", None)


def test_headings_keep_their_kind() -> None:
    found = passages(document(page("The ferry runs again", "", *STORY, "Related stories", *OTHERS)))
    assert [p.kind for p in found] == [
        Kind.HEADING,
        Kind.BODY,
        Kind.BODY,
        Kind.BODY,
        Kind.NAVIGATION,
        Kind.HEADLINES,
    ]
    assert [p.boilerplate for p in found] == [False] * 4 + [True] * 2


MEGABYTE = 1 << 20
HARD = {
    "a line": "word " * (MEGABYTE // 5),
    "one word": "x" * MEGABYTE,
    "han": "漢" * (MEGABYTE // 3),
    "newlines": "\n" * MEGABYTE,
    "brackets": "(" * MEGABYTE,
    "quotes": '"' * MEGABYTE,
    "stops": ". " * (MEGABYTE // 2),
    "initials": "A." * (MEGABYTE // 2),
    "spaces": " " * MEGABYTE,
    "lines of brackets": ("[(【" * 40 + "\n") * (MEGABYTE // 200),
    "lines of capitals": ("AB " * 40 + "\n") * (MEGABYTE // 121),
    "lines of names": ("Abc " * 30 + "\n") * (MEGABYTE // 121),
    "bullets": "- \n" * (MEGABYTE // 6),
    "titles": "A title of a thing\n" * (MEGABYTE // 19),
    "dates": "2021-04-04 " * (MEGABYTE // 11),
}


@pytest.mark.parametrize("text", HARD.values(), ids=HARD)
def test_a_megabyte_of_anything_takes_seconds(text: str) -> None:
    start = process_time()
    passages(document(text))
    assert process_time() - start < 10  # quadratic work takes minutes
