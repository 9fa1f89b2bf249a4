"""A record behaves as a frozen dataclass with slots does, to all that use it."""

from __future__ import annotations

import copy
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from index.record import record, replaced
from index.schema import Article, Passage

ROOT = Path(__file__).resolve().parents[2]


@record
class Point:
    """Where."""

    x: int
    y: int
    name: str = "origin"
    tags: tuple[str, ...] = ()

    @property
    def sum(self) -> int:
        return self.x + self.y


@record
class Single:
    only: object


def _twin() -> type:
    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int
        name: str = "origin"
        tags: tuple[str, ...] = ()

    return Point


TWIN = _twin()


@pytest.mark.parametrize(
    ("values", "named"),
    [((1, 2), {}), ((1, 2, "a", ("b",)), {}), ((1,), {"y": 2}), ((), {"tags": (), "y": 2, "x": 1})],
)
def test_it_is_made_and_shown_as_the_dataclass_is(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    made, twin = Point(*values, **named), TWIN(*values, **named)
    fields = ("x", "y", "name", "tags")
    assert [getattr(made, name) for name in fields] == [getattr(twin, name) for name in fields]
    assert repr(made) == repr(twin).replace("_twin.<locals>.", "")
    assert hash(made) == hash(twin)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ((), {}),
        ((1,), {}),
        ((1,), {"x": 1, "y": 2}),
        ((1, 2), {"other": 3}),
        ((1, 2, "a", (), 5), {}),
        ((), {"y": 2}),
    ],
)
def test_wrong_arguments_are_refused_as_the_dataclass_refuses_them(
    values: tuple[Any, ...], named: dict[str, Any]
) -> None:
    for each in (Point, TWIN):
        with pytest.raises(TypeError):
            each(*values, **named)


def test_equal_are_those_of_one_class_with_equal_fields() -> None:
    assert Point(1, 2) == Point(1, 2, "origin")
    assert Point(1, 2) != Point(1, 3)
    assert Point(1, 2) != TWIN(1, 2)
    as_tuple: object = (1, 2, "origin", ())
    assert Point(1, 2) != as_tuple
    assert len({Point(1, 2), Point(1, 2), Point(2, 1)}) == 2
    assert Single(1) == Single(1)
    assert hash(Single(1)) == hash(Single(1))
    assert repr(Single([1])) == "Single(only=[1])"
    with pytest.raises(TypeError, match="unhashable"):
        hash(Single([1]))


def test_nothing_can_be_set_or_deleted() -> None:
    point: Any = Point(1, 2)
    for name in ("x", "other", "sum", "__class__"):
        with pytest.raises(AttributeError, match=name):
            setattr(point, name, 3)
    with pytest.raises(AttributeError, match="x"):
        del point.x
    assert not hasattr(point, "__dict__")
    assert point == Point(1, 2)


def test_defaults_stand_in_no_class_attribute() -> None:
    assert Point.__slots__ == ("x", "y", "name", "tags")  # type: ignore[attr-defined]
    assert Point.__doc__ == "Where."
    assert Point.__module__ == __name__
    assert Point(1, 2).sum == 3


def test_replaced_changes_what_is_named_and_nothing_else() -> None:
    point = Point(1, 2, "a", ("b",))
    assert replaced(point, y=5) == Point(1, 5, "a", ("b",))
    assert replaced(point) == point
    assert point.y == 2
    assert replaced(Single(1), only=2) == Single(2)
    with pytest.raises(TypeError, match="other"):
        replaced(point, other=1)


def test_it_is_matched_by_place_and_name() -> None:
    match Point(1, 2, "here"):
        case Point(1, y, name=name):
            assert (y, name) == (2, "here")
        case _:
            raise AssertionError


def test_copies_and_pickles_are_equal() -> None:
    point = Point(1, 2, "a", ("b",))
    assert copy.copy(point) == point
    assert copy.deepcopy(Single([point])) == Single([point])
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(point, protocol)) == point


def test_another_process_reads_its_pickle() -> None:
    passage = Passage("a.txt", 0, 0, 4, "text", Article(0, 4, title="T"))
    reading = "import pickle, sys; print(pickle.load(sys.stdin.buffer))"
    done = subprocess.run(
        [sys.executable, "-c", reading], input=pickle.dumps(passage), cwd=ROOT, capture_output=True
    )
    assert done.stdout.decode().strip() == repr(passage)
