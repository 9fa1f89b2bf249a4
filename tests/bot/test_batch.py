"""Batches: what is a question, and what is said of a line that is none."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from bot.batch import Line, opened, questions
from index.errors import UsageError


def lines(data: bytes) -> list[Line]:
    return list(questions(io.BytesIO(data)))


def test_plain_lines_are_numbered() -> None:
    data = "\ufeffWho?\r\n\n  \n누가?\nlast".encode()
    assert lines(data) == [Line(1, "Who?"), Line(4, "누가?"), Line(5, "last")]


def test_objects_give_their_id() -> None:
    data = (
        b'{"id": "a", "question": "Who?", "other": 1}\n{"question": "?"}\n{"id": 7, "question": ""}'
    )
    assert lines(data) == [Line("a", "Who?"), Line(2, "?"), Line(7, "")]


def test_null_is_an_id() -> None:
    assert lines(b'{"id": null, "question": "?"}') == [Line(None, "?")]


@pytest.mark.parametrize(
    ("data", "id"),
    [
        (b"\xff\xfe", 1),
        (b"{", 1),
        (b'{"id": "a"}', "a"),
        (b'{"id": "a", "question": 3}', "a"),
        (b'{"id": ["a"], "question": "?"}', 1),
        (b'{"a":' * 100_000, 1),
        (b'{"id": ' + b"9" * 5000 + b', "question": "?"}', 1),
        (b'{"question": "?"} {}', 1),
    ],
)
def test_a_bad_line_is_told_in_its_place(data: bytes, id: str | int) -> None:
    bad, good = lines(data + b"\nWho?")
    assert bad.id == id
    assert bad.error is not None
    assert "Line 1 " in bad.error.message
    assert bad.error.hint
    assert good == Line(2, "Who?")


@pytest.mark.parametrize("name", ["missing", ".", "a\0b"])
def test_a_batch_that_cannot_be_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError) as caught, opened(name):
        pass
    assert caught.value.hint
