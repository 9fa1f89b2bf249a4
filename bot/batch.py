"""Many questions from one file: a line each, plain or a JSON object with `id` and `question`."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from math import isfinite
from typing import BinaryIO

from index.errors import UsageError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import TypeVar

    T = TypeVar("T")

Id = str | int | float | bool | None


@record
class Line:
    """A question of a batch, or what is wrong with its line.

    `id` is the one given, or the number of the line, counted from 1.
    """

    id: Id
    question: str = ""
    error: UsageError | None = None


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    """The batch in the file of that name; `-` is standard input."""
    if name == "-":
        if sys.stdin is None:
            raise UsageError(
                "Standard input is closed, and the batch is to be read from it.",
                "Pipe the questions in, or name a file with a question a line.",
            )
        yield sys.stdin.buffer
        return
    try:
        file = open(name, "rb")  # noqa: SIM115 - closed below
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UsageError(
            f"The batch {name!r} cannot be read: {why}.",
            "Name a file with a question a line, or - for standard input.",
        ) from error
    with file:
        yield file


def questions(file: BinaryIO) -> Iterator[Line]:
    """The questions in `file`, read as they are asked for; blank lines hold none."""
    for number, data in enumerate(file, 1):
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if data.strip():
            yield _line(number, data)


def in_order(
    lines: Iterable[Line], work: Callable[[Line], T], at_once: int
) -> Iterator[tuple[Line, Callable[[], T]]]:
    """Each of `lines`, and what gives what `work` made of it, or raises what that raised.

    `at_once` of them are worked on at the same time; they come out in order, each as soon as it and
    those before it are done, even while the next line is still being waited for: a program may
    write one, and read its answer before it writes another.
    """
    if at_once <= 1:
        for line in lines:
            yield line, partial(work, line)
        return
    from concurrent.futures import ThreadPoolExecutor
    from queue import Queue
    from threading import Thread

    pool = ThreadPoolExecutor(at_once)
    begun: Queue[tuple[Line, Future[T]] | BaseException | None] = Queue(at_once)

    def begin() -> None:
        try:
            for line in lines:
                begun.put((line, pool.submit(work, line)))
            begun.put(None)
        except BaseException as error:  # it is raised where the answers are read
            begun.put(error)

    # Nobody waits for it: it may be reading from someone who never writes again.
    Thread(target=begin, daemon=True).start()
    try:
        while (each := begun.get()) is not None:
            if isinstance(each, BaseException):
                raise each
            yield each[0], each[1].result
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _line(number: int, data: bytes) -> Line:
    try:
        text = data.decode("utf-8").strip()
    except UnicodeDecodeError:
        return Line(number, error=_bad(number, "it is not UTF-8", "Save the file as UTF-8."))
    if not text.startswith("{"):
        return Line(number, text)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return Line(number, error=_bad(number, "it begins with { but is not a JSON object"))
    id = value.get("id", number)
    if not isinstance(id, Id) or (isinstance(id, float) and not isfinite(id)):
        return Line(number, error=_bad(number, "its id is neither text nor a number"))
    question = value.get("question")
    if not isinstance(question, str):
        return Line(id, error=_bad(number, "it has no question, or one that is not text"))
    return Line(id, question)


def _bad(
    number: int, why: str, hint: str = 'A line looks like: {"id": "q1", "question": "Who met?"}'
) -> UsageError:
    return UsageError(f"Line {number} of the batch cannot be asked: {why}.", hint)
