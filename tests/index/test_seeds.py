"""The four seeds, line by line: their articles, dates, and what stands beside them."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path

import pytest

from index.load import load
from index.scan import scan
from index.schema import Article, Document, Kind, Passage
from index.split import articles, passages

SEEDS = Path(__file__).parents[2] / "seeds"
TRILATERAL = "000_8d866baa6915a99d.txt"
MENU = "001_d3458e2f0d2f312a.txt"
PASTED = "002_f61767d183f80fa3.txt"
BILINGUAL = "003_7dd759d3260042dc.txt"


def by_line(file: str) -> dict[int, Passage]:
    """The passage in which each line that is not blank stands, by its number."""
    document = load(SEEDS, file)
    found = {}
    position = 0
    for number, line in enumerate(document.text.splitlines(keepends=True), 1):
        if line.strip():
            start = position + len(line) - len(line.lstrip())
            (found[number],) = [p for p in passages(document) if p.start <= start < p.end]
        position += len(line)
    return found


def kinds(file: str) -> dict[Kind, list[int]]:
    lines = by_line(file)
    return {
        kind: [number for number, passage in lines.items() if passage.kind is kind]
        for kind in Kind
        if any(passage.kind is kind for passage in lines.values())
    }


def test_there_are_four() -> None:
    assert [status.file for status in scan(SEEDS).files] == [TRILATERAL, MENU, PASTED, BILINGUAL]


def test_the_first_ends_in_titles_of_other_stories() -> None:
    assert kinds(TRILATERAL) == {
        Kind.BODY: [*range(2, 9)],
        Kind.HEADLINES: [*range(9, 47)],
        Kind.HEADING: [1],
    }
    (article,) = articles(load(SEEDS, TRILATERAL))
    assert (article.title, article.date, article.language) == (
        "Trilateral talks open on Korea",
        None,
        "en",
    )


def test_the_second_repeats_its_headline_in_a_menu() -> None:
    assert kinds(MENU) == {
        Kind.BODY: [*range(9, 32, 2)],
        Kind.NAVIGATION: [1, 3, 5, 33],
        Kind.HEADING: [7],
    }
    (article,) = articles(load(SEEDS, MENU))
    title = "China, Japan and South Korea agree to strengthen trilateral relations"
    assert (article.title, article.date) == (title, None)


def test_the_third_is_four_articles_under_a_blogs_headings_and_above_its_comments() -> None:
    # The first line of the first report, 6, is in two: its date is cut off the front.
    assert kinds(PASTED) == {
        Kind.BODY: [*range(7, 18), *range(21, 27), 28, 29, *range(31, 36)],
        Kind.NAVIGATION: [1, 2, 5, 36, 37, 38],
        Kind.HEADING: [3, 4, 6, 18, 19, 20, 27, 30],
    }
    found = articles(load(SEEDS, PASTED))
    assert [(article.title, article.date) for article in found] == [
        (
            "China and Seoul vow to cooperate on Korean Peninsula denuclearization",
            Date(2021, 4, 4),
        ),
        ("China, ROK foreign ministers meet in Xiamen", Date(2021, 4, 3)),
        ("South Korea to invite Chinese President Xi when COVID-19 stabilises: Yonhap", None),
        # "April 2", and the articles that it was pasted between are of April 2021.
        ("Japan, U.S., S. Korea Reaffirm Concerted Approach to North", Date(2021, 4, 2)),
    ]
    lines = by_line(PASTED)
    numbers = {
        number: [article.start for article in found].index(passage.article.start)
        for number, passage in lines.items()
    }
    assert [numbers[line] for line in (1, 6, 17, 18, 26, 27, 29, 30, 35, 38)] == [
        0, 0, 0, 1, 1, 2, 2, 3, 3, 3,
    ]  # fmt: skip


def test_a_report_with_a_date_glued_to_it_begins_at_its_dateline() -> None:
    document = load(SEEDS, PASTED)
    (report,) = [p for p in passages(document) if "BEIJING/SEOUL" in p.text]
    assert report.kind is Kind.BODY
    assert report.text.startswith("BEIJING/SEOUL -- China and South Korea will strengthen")
    assert report.text.endswith(
        "with plans for senior-level security talks in the first half of the year."
    )
    (stamp,) = [p for p in passages(document) if p.end == report.start]
    assert (stamp.text, stamp.kind) == ("April 4, 2021 01:30 JST", Kind.HEADING)


def test_the_fourth_has_a_chinese_summary_an_english_report_and_a_caption() -> None:
    assert kinds(BILINGUAL) == {
        Kind.BODY: [7, *range(12, 27, 2)],
        Kind.NAVIGATION: [1],
        Kind.CAPTION: [10],
        Kind.HEADING: [3, 5, 9],
    }
    lines = by_line(BILINGUAL)
    assert lines[7].article.language == "zh"
    assert lines[12].article.language == "en"
    for passage in lines.values():
        assert passage.article.title == (
            "Reuters-Foreign ministers of SKorea China Japan to discuss trilateral summit"
        )
        assert passage.article.date == Date(2023, 11, 24)  # not the caption's May 7


@pytest.mark.parametrize("file", [TRILATERAL, MENU, PASTED, BILINGUAL])
def test_every_line_stands_in_one_passage_of_its_article(file: str) -> None:
    document = load(SEEDS, file)
    assert by_line(file)
    for passage in passages(document):
        assert document.text[passage.start : passage.end] == passage.text
        assert passage.article.start <= passage.start < passage.end <= passage.article.end
        assert passage.article in articles(document)


def copy(document: Document, text: str) -> Document:
    return Document(document.file, text, document.encoding)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\u2028"])
def test_other_line_ends_change_nothing(end: str) -> None:
    def shape(document: Document) -> list[tuple[str, Kind, str | None, Date | None]]:
        return [
            (" ".join(p.text.split()), p.kind, p.article.title, p.article.date)
            for p in passages(document)
        ]

    for file in (TRILATERAL, MENU, PASTED, BILINGUAL):
        document = load(SEEDS, file)
        assert shape(copy(document, document.text.replace("\n", end))) == shape(document)


def test_an_article_keeps_its_bounds_when_another_is_pasted_below() -> None:
    first, second = load(SEEDS, MENU), load(SEEDS, PASTED)
    pasted = "\n".join(second.text.splitlines(keepends=False)[17:])
    found: tuple[Article, ...] = articles(copy(first, first.text + "\n" + pasted))
    assert [article.date for article in found] == [None, Date(2021, 4, 3), None, Date(2021, 4, 2)]
