"""Harm at every system call of an update that touches the index, one after the other."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from pathlib import Path

from tests.index.faults.attempts import DONE, KILLED, REFUSED, Attempts, forked
from tests.index.faults.shim import Shim, Unavailable

_MEND = 3  # every so manieth is brought up to date afterwards; with a stride, each


class Everywhere:
    """The attempts with one harm."""

    def __init__(self, attempts: Attempts, library: Path, harm: str, *, reads: bool) -> None:
        self._attempts = attempts
        self._library = library
        self._mark = attempts.folder / "sprung"  # what a process leaves that came to harm
        self._reads = reads
        self._name = self._harm = harm
        self._error = 0
        if harm.upper() == harm:
            self._error = getattr(errno, harm.rstrip("+"))
            self._harm = "forever" if harm.endswith("+") else "fail"

    def run(self, first: int, stride: int) -> int:
        """Attempts until one is not harmed; how often the index was wrong."""
        if forked(lambda: self._arm(0, "count").sprung):
            raise Unavailable("calls cannot be watched here")
        calls = self._calls()
        print(f"{len(calls)} calls: {dict(Counter(calls).most_common())}", flush=True)
        statuses: Counter[int] = Counter()
        wrong = 0
        at = first
        while True:
            self._attempts.fresh()
            self._mark.unlink(missing_ok=True)
            status = forked(lambda at=at: self._attempt(at))  # type: ignore[misc]
            harmed = status == KILLED or self._mark.exists()
            if not harmed and status == DONE:
                break
            statuses[status] += 1
            mend = stride > 1 or at % _MEND == 0
            judged = forked(lambda: self._attempts.judge(status, mend=mend))  # noqa: B023
            if judged or status not in (DONE, REFUSED, KILLED):
                wrong += 1
                call = calls[at - 1] if at <= len(calls) else "a call"
                print(f"wrong: {self._name} at {at}, {call}: ended {status}", file=sys.stderr)
            at += stride
        count = sum(statuses.values())
        print(f"{self._name}: {count} attempts, {wrong} wrong, ended {dict(statuses)}", flush=True)
        return wrong

    def _arm(self, at: int, harm: str, log: int = -1) -> Shim:
        shim = Shim(self._library)
        watched = [self._attempts.store, self._attempts.temporary]
        shim.arm(watched, at, harm, self._error, log, reads=self._reads)
        return shim

    def _attempt(self, at: int) -> int:
        shim = self._arm(at, self._harm)
        try:
            return self._attempts.update()
        finally:
            if shim.sprung:
                self._mark.touch()

    def _calls(self) -> list[str]:
        """The names of the calls of an update to which nothing happens."""
        self._attempts.fresh()
        path = self._attempts.folder / "calls"
        log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)

        def count() -> int:
            self._arm(0, "count", log)
            return self._attempts.update()

        assert forked(count) == DONE
        os.close(log)
        return [line.split(" ")[0] for line in path.read_text().splitlines()]
