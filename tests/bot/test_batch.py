"""Batches: what is a question, and what is said of a line that is none."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.batch import Line, in_order, opened, questions
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


def lines_of(*texts: str) -> list[Line]:
    return [Line(number, text) for number, text in enumerate(texts, 1)]


@pytest.mark.parametrize("at_once", [1, 2, 7])
def test_results_come_in_the_order_of_the_lines(at_once: int) -> None:
    def work(line: Line) -> str:
        time.sleep(0.02 if line.question in "ad" else 0)
        return line.question.upper()

    done = [(line.id, result()) for line, result in in_order(lines_of(*"abcdefgh"), work, at_once)]
    assert done == list(enumerate("ABCDEFGH", 1))


def test_several_are_worked_on_at_once_and_no_more() -> None:
    working, most, lock = 0, 0, threading.Lock()

    def work(_: Line) -> None:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        time.sleep(0.02)
        with lock:
            working -= 1

    for _, result in in_order(lines_of(*"abcdefghijkl"), work, 4):
        result()
    assert most == 4


def test_an_answer_comes_before_the_next_line_is_written() -> None:
    answered = threading.Event()

    def lines() -> Iterator[Line]:
        yield Line(1, "first")
        assert answered.wait(10), "the first answer did not come"
        yield Line(2, "second")

    seen = []
    for line, result in in_order(lines(), lambda line: line.question, 4):
        seen.append((line.id, result()))
        answered.set()
    assert seen == [(1, "first"), (2, "second")]


@pytest.mark.parametrize("at_once", [1, 3])
def test_what_work_raises_is_raised_for_its_line_alone(at_once: int) -> None:
    def work(line: Line) -> str:
        if line.question == "b":
            raise UsageError("no")
        return line.question

    seen = []
    for _, result in in_order(lines_of(*"abc"), work, at_once):
        try:
            seen.append(result())
        except UsageError as error:
            seen.append(error.message)
    assert seen == ["a", "no", "c"]


@pytest.mark.parametrize("at_once", [1, 3])
def test_what_reading_raises_ends_the_batch(at_once: int) -> None:
    def lines() -> Iterator[Line]:
        yield Line(1, "a")
        raise OSError("gone")

    results = in_order(lines(), lambda line: line.question, at_once)
    assert next(results)[1]() == "a"
    with pytest.raises(OSError, match="gone"):
        next(results)
