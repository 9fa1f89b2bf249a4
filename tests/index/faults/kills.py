"""SIGKILL from outside at random moments; each update starts from what the last one left."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter

from tests.index.faults.attempts import DONE, KILLED, Attempts, forked, killed_after

_PEACE = 5  # every so manieth update is left in peace
_OTHER = 0.85  # the share of updates that have anything to do
# Shares of the time that an update takes: from, to, and about where most is at stake.
_MOMENTS = (0.0, 1.15, 0.95)


def kills(attempts: Attempts, number: int, seed: int) -> int:
    """Kill so many updates; how often the index was wrong."""
    chance = random.Random(seed)
    attempts.fresh()
    takes, _ = _timed(attempts)
    attempts.fresh()
    killed = wrong = whole = 0
    stood = "old"
    left: Counter[str] = Counter()
    while killed < number:
        other = {"old": "new", "new": "old"}[stood]
        wanted = other if chance.random() < _OTHER else stood
        attempts.turn(wanted)
        peace = chance.randrange(_PEACE) == 0
        if peace:
            takes, status = _timed(attempts)
        else:
            status = killed_after(attempts.update, takes * chance.triangular(*_MOMENTS))
        killed += status == KILLED
        whole += status == DONE
        name = _looked_at(attempts, stood, wanted, status, peace=peace)
        if name is None:
            wrong += 1
            print(f"wrong after {killed} kills (seed {seed}), ended {status}", file=sys.stderr)
            attempts.fresh()
            name = "old"
        if status == KILLED and stood != wanted:
            left["before" if name == stood else "after"] += 1
        stood = name
    print(
        f"{killed} kills, {wrong} wrong; {whole} updates ended; of those killed with something to"
        f" do the index stood {dict(left)}",
        flush=True,
    )
    return wrong


def _looked_at(
    attempts: Attempts, stood: str, wanted: str, status: int, *, peace: bool
) -> str | None:
    """Which of the two corpora the index is of now, `stood` or `wanted`; None where it is wrong.

    It is looked at in a process of its own, so that this one never has threads.
    """

    def look() -> int:
        name, missing = attempts.of()
        assert name in (stood, wanted), f"a mixed state: {name}"
        assert not missing, "a generation that was not finished"
        assert status == KILLED or name == wanted, "the update was not made"
        assert status in (DONE, KILLED), f"the update ended with {status}"
        if peace:
            assert attempts.rubbish() == []
        return 10 + (name == "new")

    found = forked(look)
    return {10: "old", 11: "new"}.get(found)


def _timed(attempts: Attempts) -> tuple[float, int]:
    """How long an update takes that is left in peace, and how it ended."""
    began = time.monotonic()
    status = forked(attempts.update)
    return time.monotonic() - began, status
