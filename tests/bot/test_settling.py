"""What counts as still being written, by the clock of the machine and of the disk."""

from __future__ import annotations

import time

import pytest

from bot import settling
from bot.settling import Settling
from index.scan import FileStat

EPOCH = 1_700_000_000


class Clock:
    now = 100.0

    def monotonic(self) -> float:
        return self.now

    def time_ns(self) -> int:
        return int((EPOCH + self.now) * 1e9)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(settling, "monotonic", clock.monotonic)
    monkeypatch.setattr(time, "time_ns", clock.time_ns)
    return clock


def stat(file: str, size: int, changed: float) -> FileStat:
    at = int((EPOCH + changed) * 1e9)
    return FileStat(file, size, at, at, 7)


def test_what_rests_already_is_not_waited_for(clock: Clock) -> None:
    found = Settling(quiet=0.5)
    assert found.restless([stat("old", 1, clock.now - 0.6)]) == set()
    assert found.restless([stat("new", 1, clock.now - 0.4)]) == {"new"}
    clock.now += 0.2
    assert found.restless([stat("new", 1, clock.now - 0.6)]) == set()


def test_what_grows_is_waited_for_until_it_rests(clock: Clock) -> None:
    found = Settling(quiet=0.5)
    for size in range(5):
        assert found.restless([stat("a", size, clock.now)]) == {"a"}
        clock.now += 0.4
    last = stat("a", 4, clock.now - 0.4)
    assert found.restless([last]) == {"a"}
    clock.now += 0.2
    assert found.restless([last]) == set()


@pytest.mark.parametrize("ahead", [3600.0, -3600.0])
def test_the_disk_may_have_another_clock(clock: Clock, ahead: float) -> None:
    """Only its first look can be wrong: from then on what counts is whether the file changes."""
    found = Settling(quiet=0.5)
    assert found.restless([stat("a", 1, clock.now + ahead)]) == ({"a"} if ahead > 0 else set())
    clock.now += 0.1
    assert found.restless([stat("a", 2, clock.now + ahead)]) == {"a"}
    clock.now += 0.6
    assert found.restless([stat("a", 2, clock.now - 0.6 + ahead)]) == set()


def test_patience_has_an_end_and_begins_anew(clock: Clock) -> None:
    found = Settling(quiet=0.5, patience=2.0)
    held = []
    for size in range(20):
        held.append(bool(found.restless([stat("log", size, clock.now)])))
        if not held[-1]:
            found.indexed()
        clock.now += 0.25
    assert held == [*[True] * 8, False, *[True] * 8, False, True, True]


def test_what_rests_waits_a_moment_for_what_does_not(clock: Clock) -> None:
    found = Settling(quiet=0.5, gather=1.0)
    assert not found.busy
    found.restless([stat("a", 1, clock.now)])
    assert found.busy
    assert found.waits()
    clock.now += 1.1
    found.restless([stat("a", 1, 0), stat("b", 1, clock.now)])
    assert not found.waits()
    found.indexed(but=frozenset({"b"}))
    assert found.busy
    found.indexed()
    assert not found.busy
