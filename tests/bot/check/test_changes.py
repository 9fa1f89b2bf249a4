"""What moved is told: each kind of it, what matters most first, and no more than can be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from bot.check.against import Compared, Moved
from bot.check.changes import against, between
from bot.check.comparing import compare
from bot.check.results import Result, Run, Try
from bot.render.style import Style
from tests.bot.check.asking import case

if TYPE_CHECKING:
    from bot.check.results import Status

PLAIN = Style()


def result(id: str, status: Status = "passed") -> Result:
    return Result(case(id), "extractive", status, (Try((), "" if status == "passed" else "no"),))


def moved(*ids: str) -> tuple[Moved, ...]:
    return tuple(Moved(f"qa.yaml::{id}", None, result(id), f"{id} was otherwise") for id in ids)


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("regressions", "2 passed before, and no longer"),
        ("untrue", "2 with a citation that is not true"),
        ("errors", "2 that could be asked before, and no longer"),
        ("new_failures", "2 new, and failing"),
        ("wavering", "2 failing now, as chance may have it"),
        ("still_failing", "2 failing as before"),
        ("fixed", "2 failing before, and no longer"),
        ("new_passes", "2 new, and passing"),
        ("changed_citations", "2 with other citations than before"),
    ],
)
def test_each_kind_of_change_is_named_with_its_cases(kind: str, told: str) -> None:
    found: dict[str, Any] = {kind: moved("a", "b")}
    assert against(Compared(**found), "base.json", PLAIN).splitlines() == [
        "Against base.json:", told,
        "  qa.yaml::a", "    a was otherwise", "  qa.yaml::b", "    b was otherwise",
    ]  # fmt: skip


def test_what_is_gone_and_what_matters_most() -> None:
    told = against(Compared(fixed=moved("b"), regressions=moved("a"), gone=("c",)), "b", PLAIN)
    heads = [line for line in told.splitlines() if line[0] not in " A"]
    assert heads == [
        "1 passed before, and no longer", "1 failing before, and no longer",
        "1 in the baseline alone",
    ]  # fmt: skip
    assert against(Compared(), "b.json", PLAIN) == "Against b.json: nothing changed."


def test_of_many_the_first_are_named() -> None:
    told = against(Compared(new_passes=moved(*map(str, range(33)))), "b", PLAIN)
    assert told.count("qa.yaml::") == 20
    assert told.endswith("\n  and 13 more")


def test_two_settings() -> None:
    first = Run((result("a"), result("b"), result("c", "error")), "", 1, {})
    second = Run((result("a", "failed"), result("b"), result("c")), "", 1, {})
    told = between(compare(first, second), "a\x1b.toml", "b.toml", PLAIN)
    assert told.splitlines()[:4] == [
        "1 passing under a\\x1b.toml alone", "  qa.yaml::a[extractive]", "    passed, then failed",
        "1 not asked on both sides",
    ]  # fmt: skip
    assert "Of 2 cases, 1 pass under both and 0 under neither; 1 pass only under a" in told
