"""A row of a table is an article whose values stand after the names of their columns."""

from __future__ import annotations

from datetime import date as Date

import pytest

from index.formats import composing, rows
from index.formats.extracted import Extracted, Refused
from index.formats.rows import extract
from tests.index.formats.placed import pieces, place

COUNTRIES = """Country,Capital,Population
France,Paris,68 million
Japan,Tokyo,124 million
"""


def table(text: str, encoding: str = "utf-8") -> Extracted:
    return extract(text.encode(encoding), None)


def test_a_row_says_in_one_line_what_its_columns_are_and_where_it_stands() -> None:
    read = table(COUNTRIES)
    assert pieces(read) == [
        "Country: France; Capital: Paris; Population: 68 million",
        "Country: Japan; Capital: Tokyo; Population: 124 million",
    ]
    assert place(read, "Paris") == (2, 2, "")
    assert place(read, "Tokyo") == (3, 3, "")
    assert read.places is not None
    assert read.places.kind == "row"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_told_by_what_parts_the_rows_alike(delimiter: str) -> None:
    rows = [["name", "said"], ["a", "x: 1,5; y"], ["b", "tab\tand | bar"], ["c", "plain"]]
    text = "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)
    assert pieces(table(text)) == [
        "name: a; said: x: 1,5; y",
        "name: b; said: tab\tand | bar",
        "name: c; said: plain",
    ]


def test_a_declared_delimiter_holds_and_its_line_is_no_row() -> None:
    read = table("sep=;\r\nCity;Area\r\nBonn;1,5\r\nKiel;2,5\r\n")
    assert pieces(read) == ["City: Bonn; Area: 1,5", "City: Kiel; Area: 2,5"]
    assert place(read, "Bonn") == (2, 2, "")


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_counted_as_a_spreadsheet_counts_them(end: str) -> None:
    text = end.join(['a,"b', 'b"', "", '1,"two', "", 'lines"', "3,four", ""])
    read = table(text.replace(f'a,"b{end}b"', "a,b"))
    assert place(read, "3") == (4, 4, "")
    assert place(read, "lines") == (3, 3, "")


def test_titles_and_dates_come_from_the_columns_named_so() -> None:
    read = table("id,Headline,Published,text\n7,Port opens,2023-11-26,It opened.\n8,,20240102,x\n")
    assert [(piece.title, piece.date) for piece in read.pieces] == [
        ("Port opens", Date(2023, 11, 26)),
        (None, Date(2024, 1, 2)),
    ]
    korean = table("번호,제목,날짜\n1,부산 회의,2023년 11월 26일\n2,서울,2023. 1. 2.\n", "cp949")
    assert [(piece.title, piece.date) for piece in korean.pieces] == [
        ("부산 회의", Date(2023, 11, 26)),
        ("서울", Date(2023, 1, 2)),
    ]
    assert korean.encoding == "cp949"


def test_a_long_value_is_a_paragraph_of_its_own() -> None:
    long = "The minister spoke of trade. " * 10
    read = table(f'id,content,notes\n1,"{long}","{long}"\n2,short,none\n')
    first, _ = pieces(read)
    assert first == f"id: 1\n\n{long.strip()}\n\nnotes:\n{long.strip()}"


def test_without_a_header_no_value_names_a_column() -> None:
    read = table("Paris,France,city\nLyon,France,city\nBonn,Germany,city\n")
    assert pieces(read)[0] == "Paris; France; city"
    assert place(read, "Paris") == (1, 1, "")
    assert pieces(table("1,2\n3,4\n"))[0] == "1; 2"


def test_a_title_above_the_header_and_a_blank_corner_are_known() -> None:
    read = table("Table 1: Areas\n\n,2019,2020\nBonn,141,142\nKiel,118,119\n")
    assert pieces(read) == [
        "Table 1: Areas",
        "Bonn; 2019: 141; 2020: 142",
        "Kiel; 2019: 118; 2020: 119",
    ]
    assert place(read, "Bonn") == (4, 4, "")


def test_a_quotation_mark_that_nobody_closes_swallows_no_rows() -> None:
    rows = "".join(f"{i},name {i}\n" for i in range(50))
    read = table(f'id,name\n0,"open\n{rows}')
    assert len(read.pieces) == 51
    assert place(read, "name: name 49") == (52, 52, "")
    assert read.left_out == (
        "the quotation mark in row 2 is never closed: it is read as it stands",
    )


def test_ragged_rows_and_empty_cells_lose_and_invent_nothing() -> None:
    read = table("a,b,c\n1,,\n1,2,3,4\n5\n,,\n")
    assert pieces(read) == ["a: 1", "a: 1; b: 2; c: 3; 4", "a: 5"]


def test_undecodable_and_empty_tables_are_refused_with_a_reason() -> None:
    for data, reason in ((b"", "empty"), (b"\n\n,,\n", "empty"), (bytes(range(256)) * 9, "binary")):
        with pytest.raises(Refused) as refused:
            extract(data, None)
        assert refused.value.reason == reason


def test_rows_beyond_the_limits_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "MAX_PIECES", 3)
    read = table("a,b\n" + "1,2\n" * 9)
    assert len(read.pieces) == 3
    assert read.left_out == ("the rows from 5 on: the file is too large",)


def test_what_no_row_can_be_is_read_by_lines_or_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_SPANNED", 20)
    read = table('id,name\n1,"open\n' + "".join(f"{i},name {i}\n" for i in range(99)) + '7,"b"\n')
    assert len(read.pieces) == 101
    assert place(read, "name 98") == (101, 101, "")
    monkeypatch.setattr(rows, "_CELL", 1000)
    with pytest.raises(Refused) as refused:
        table("a,b\n1," + "x" * 1001)
    assert refused.value.reason == "too_costly"
