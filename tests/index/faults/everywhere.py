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
_COUNTS = 3  # threads make now one call more, now one less: so often the calls are counted


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
        """Harm each call of an update in turn; how often the index was wrong."""
        if forked(lambda: self._arm(0, "count").sprung):
            raise Unavailable("calls cannot be watched here")
        calls = self._calls()
        names = Counter(site.split(" ")[0] for site, _ in calls)
        print(f"{len(calls)} calls: {dict(names.most_common())}", flush=True)
        statuses: Counter[int] = Counter()
        wrong = unreached = 0
        for number in range(first - 1, len(calls), stride):
            site, at = calls[number]
            self._attempts.fresh()
            self._mark.unlink(missing_ok=True)
            status = forked(lambda: self._attempt(site, at))  # noqa: B023
            if status == DONE and not self._mark.exists():
                unreached += 1
                continue
            statuses[status] += 1
            mend = stride > 1 or number % _MEND == 0
            judged = forked(lambda: self._attempts.judge(status, mend=mend))  # noqa: B023
            if judged or status not in (DONE, REFUSED, KILLED):
                wrong += 1
                print(f"wrong: {self._name} at {site}, {at}: ended {status}", file=sys.stderr)
        print(
            f"{self._name}: {sum(statuses.values())} attempts, {wrong} wrong, {unreached} calls not"
            f" made this time, ended {dict(statuses)}",
            flush=True,
        )
        return wrong

    def _arm(self, at: int, harm: str, log: int = -1, site: str = "") -> Shim:
        shim = Shim(self._library)
        watched = [self._attempts.store, self._attempts.temporary]
        shim.arm(watched, at, harm, self._error, log, reads=self._reads, site=site)
        return shim

    def _attempt(self, site: str, at: int) -> int:
        shim = self._arm(at, self._harm, site=site)
        try:
            return self._attempts.update()
        finally:
            if shim.sprung:
                self._mark.touch()

    def _calls(self) -> list[tuple[str, int]]:
        """The calls of an update to which nothing happens: where each is made, and its number
        among those made there."""
        most: Counter[str] = Counter()
        path = self._attempts.folder / "calls"
        for _ in range(_COUNTS):
            self._attempts.fresh()
            log = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND)

            def count() -> int:
                self._arm(0, "count", log)  # noqa: B023
                return self._attempts.update()

            assert forked(count) == DONE
            os.close(log)
            lines = path.read_text().splitlines()
            most |= Counter(line.partition("\t")[0] for line in lines)
        return [(site, number) for site in most for number in range(1, most[site] + 1)]
