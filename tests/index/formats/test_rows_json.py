"""A line of JSON is an article whose values stand after the names that lead to them."""

from __future__ import annotations

import json
from datetime import date as Date

import pytest

from index.formats import composing
from index.formats.extracted import Refused
from index.formats.rows_json import extract
from tests.index.formats.placed import pieces, place


def lines(*values: object) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values).encode()


def test_nested_values_are_named_by_the_way_to_them() -> None:
    read = extract(
        lines({"id": 1, "by": {"name": "Kim", "tags": ["a", "b"]}, "none": None, "ok": True}), None
    )
    assert pieces(read) == ["id: 1; by.name: Kim; by.tags: a, b; ok: true"]
    read = extract(lines({"list": [{"x": 1}, {"x": "둘"}]}), None)
    assert pieces(read) == ["list.1.x: 1; list.2.x: 둘"]


def test_title_and_date_are_the_objects_own() -> None:
    value = {"author": {"name": "Kim"}, "title": "부산", "meta": {"date": "2024-05-06T07:08:09Z"}}
    (piece,) = extract(lines(value), None).pieces
    assert (piece.title, piece.date) == ("부산", Date(2024, 5, 6))
    (piece,) = extract(lines({"author": {"name": "Kim"}}), None).pieces
    assert piece.title is None


def test_a_row_is_its_line_whatever_separators_its_strings_hold() -> None:
    data = b"\xef\xbb\xbf" + lines({"a": "one\u2028still one"}) + b"\r\n" + lines({"a": "four"})
    read = extract(data.replace(b"four", b"three"), None)
    assert place(read, "one\u2028still one") == (1, 1, "")
    assert place(read, "three") == (3, 3, "")


def test_bad_lines_are_left_out_and_said() -> None:
    deep = "[" * 100_000
    data = lines({"a": 1}) + f"nonsense\n{deep}\n".encode() + lines("a string", 7)
    read = extract(data, None)
    assert pieces(read) == ["a: 1", "a string", "7"]
    assert read.left_out == ("lines that are no JSON: 2, 3",)
    with pytest.raises(Refused) as refused:
        extract(b"{\n}\n", None)
    assert refused.value.reason == "damaged"


def test_lone_surrogates_become_replacement_characters() -> None:
    read = extract(b'{"title": "a\\ud800b", "\\udc00": "x"}\n', None)
    assert pieces(read) == ["title: a\ufffdb; \ufffd: x"]
    assert read.pieces[0].title == "a\ufffdb"


def test_deep_and_wide_values_are_bounded() -> None:
    value: object = "end"
    for _ in range(200):
        value = {"d": value}
    read = extract(lines(value), None)
    assert "end" in read.text
    assert read.text.startswith(".".join("d" * 20) + ":")
    read = extract(lines({str(i): i for i in range(10_050)}), None)
    assert "9999: 9999" in read.text
    assert "10000: 10000" not in read.text
    assert read.left_out == ("what lines hold beyond 10,000 values: 1",)


def test_lines_beyond_the_limits_are_left_out_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(composing, "MAX_CHARACTERS", 30)
    read = extract(lines(*[{"a": "x" * 7}] * 9), None)
    assert len(read.pieces) == 2
    assert read.left_out == ("the lines from 3 on: the file is too large",)
