"""What a table's first row names is told by every row, and only where it names something."""

from __future__ import annotations

import pytest

from index.formats.extracted import Extracted
from tests.index.formats.placed import place
from tests.index.formats.test_docx import PARAGRAPH, body

HEAD = "<w:trPr><w:tblHeader/></w:trPr>"
BOLD = "<w:p><w:r><w:rPr><w:b/></w:rPr><w:t>{}</w:t></w:r></w:p>"
SHADE = '<w:tcPr><w:shd w:val="clear" w:fill="D9D9D9"/></w:tcPr>'
YEARS = ("항목 | 2023년 | 2024년", "청소비 | 12,000원 | 13,500원", "소독비 | 2,000원 | 2,300원")
STAFF = ("Name | Role", "Ingrid Olsen | harbour master", "Tom Beck | crane driver")


def row(said: str, head: str = "", paragraph: str = PARAGRAPH, cell: str = "") -> str:
    cells = "".join(f"<w:tc>{cell}{paragraph.format(each)}</w:tc>" for each in said.split(" | "))
    return f"<w:tr>{head}{cells}</w:tr>"


def table(*rows: str) -> Extracted:
    markup = "".join(each if each.startswith("<") else row(each) for each in rows)
    return body(f"<w:tbl>{markup}</w:tbl>{PARAGRAPH.format('After.')}")


def said_by(*rows: str) -> list[str]:
    return table(*rows).text.removesuffix("\n\nAfter.").split("\n\n")


def spanning(*cells: tuple[str, str], head: str = "") -> str:
    made = (f"<w:tc><w:tcPr>{how}</w:tcPr>{PARAGRAPH.format(text)}</w:tc>" for text, how in cells)
    return f"<w:tr>{head}{''.join(made)}</w:tr>"


def test_each_value_stands_after_the_name_of_its_column() -> None:
    found = table(*YEARS)
    assert found.text == (
        "항목: 청소비; 2023년: 12,000원; 2024년: 13,500원\n\n"
        "항목: 소독비; 2023년: 2,000원; 2024년: 2,300원\n\nAfter."
    )
    assert place(found, "13,500원") == (2, 2, "")
    assert place(found, "2,300원") == (3, 3, "")
    assert place(found, "After.") == (4, 4, "")


@pytest.mark.parametrize(
    "first",
    [row(STAFF[0], HEAD), row(STAFF[0], paragraph=BOLD), row(STAFF[0], cell=SHADE)],
    ids=["marked", "bold", "shaded"],
)
def test_a_row_that_is_marked_as_a_head_names_words_too(first: str) -> None:
    assert said_by(first, *STAFF[1:]) == [
        "Name: Ingrid Olsen; Role: harbour master",
        "Name: Tom Beck; Role: crane driver",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        STAFF,
        ("Name | Daniel", "Age | 34", "Weight | 70 kg"),
        ("성명 | 김철수 | 부서 | 총무과", "나이 | 34 | 근속 | 5년", "내선 | 120 | 층 | 3"),
        ("Busan | 12 | 13", "Ulsan | 4 | 5", "Incheon | 9 | 8"),
        ("Item | 2023 | 2024", "Cleaning | 12 | 13"),
        tuple(row(each, cell=SHADE) for each in STAFF),
        (row(STAFF[0], HEAD), row(STAFF[1], HEAD)),
        (row("x" * 70 + " | Role", HEAD), *STAFF[1:]),
        (row(STAFF[0], HEAD.replace("/>", ' w:val="0"/>', 1)), *STAFF[1:]),
        ("Only one | row",),
        (row(" | ".join(f"n{i}" for i in range(64)), HEAD), " | ".join("x" * 64)),
    ],
)
def test_where_no_row_is_a_head_rows_stay_as_they_are(rows: tuple[str, ...]) -> None:
    plain = table(*rows).text
    assert ": " not in plain
    assert " | " in plain
    assert plain.count("\n") == len(rows) - 1 + len("\n\n")


def test_titles_and_parts_of_a_table_stand_alone_and_the_first_column_may_have_no_name() -> None:
    assert said_by(
        "Costs of the house",
        " | 2023 | 2024",
        "Lift | £870 | £910",
        "Outside",
        "Garden | £310 | £285",
    ) == [
        "Costs of the house",
        "Lift; 2023: £870; 2024: £910",
        "Outside",
        "Garden; 2023: £310; 2024: £285",
    ]


def test_what_spans_columns_or_rows_belongs_to_each() -> None:
    two, begun, on = '<w:gridSpan w:val="2"/>', '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    assert said_by(
        spanning(("Port", begun), ("2023", two), head=HEAD),
        spanning(("", on), ("spring", ""), ("autumn", ""), head=HEAD),
        spanning(("Busan", begun), ("12", ""), ("13", "")),
        spanning(("", on), ("tons", ""), ("tons", "")),
        spanning(("Ulsan", ""), ("closed", two)),
    ) == [
        "Port: Busan; 2023 spring: 12; 2023 autumn: 13",
        "Port: Busan; 2023 spring: tons; 2023 autumn: tons",
        "Port: Ulsan; 2023 spring: closed",
    ]


def test_a_row_that_spans_columns_and_is_not_marked_names_none() -> None:
    wide = spanning(("Lift", ""), ("Costs", '<w:gridSpan w:val="2"/>'), ("Year", ""))
    assert ": " not in table(wide, "Old | 12 | 13 | 2004", "New | 14 | 15 | 2023").text


@pytest.mark.parametrize("span", ["999999999999", "-1", "x", "64"])
def test_what_a_table_says_of_its_width_is_not_believed(span: str) -> None:
    wide = spanning(("Item", f'<w:gridSpan w:val="{span}"/>'), ("2023", ""), head=HEAD)
    assert "12,000원" in table(wide, *YEARS[1:]).text
