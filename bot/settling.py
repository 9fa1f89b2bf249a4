"""Which changed documents are still being written: they are left alone until they rest."""

from __future__ import annotations

import time
from collections.abc import Iterable
from time import monotonic

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.scan import FileStat

QUIET = 0.4  # seconds in which a file's size and times stay as they are, if nobody writes it
GATHER = 1.0  # seconds that what rests waits for what does not: copies of many files come at once
PATIENCE = 30.0  # seconds until a file that never rests, such as a log, is read as it is


@record
class _Seen:
    """A file that is not as it was indexed: how it was last seen, since when, and since when it
    is not as it was."""

    stat: FileStat
    since: float
    first: float


class Settling:
    """Told at each look which files changed since they were indexed, it knows which are at rest."""

    def __init__(
        self, quiet: float = QUIET, gather: float = GATHER, patience: float = PATIENCE
    ) -> None:
        self.quiet = quiet
        self._gather = gather
        self._patience = patience
        self._seen: dict[str, _Seen] = {}

    def restless(self, changed: Iterable[FileStat]) -> frozenset[str]:
        """Those of `changed` that are still being written, as far as can be told."""
        now = monotonic()
        seen = {each.file: self._look(each, now) for each in changed}
        self._seen = seen
        return frozenset(
            file
            for file, each in seen.items()
            if now - each.since < self.quiet and now - each.first < self._patience
        )

    def waits(self) -> bool:
        """Whether what is at rest should wait for the others: all may come from one copying."""
        first = min((each.first for each in self._seen.values()), default=0.0)
        return monotonic() - first < self._gather

    @property
    def busy(self) -> bool:
        """Whether it knows of files that changed and are not indexed yet."""
        return bool(self._seen)

    def indexed(self, but: frozenset[str] = frozenset()) -> None:
        """All that changed is indexed now, `but` some."""
        self._seen = {file: each for file, each in self._seen.items() if file in but}

    def _look(self, stat: FileStat, now: float) -> _Seen:
        before = self._seen.get(stat.file)
        if before is not None:
            return before if before.stat == stat else _Seen(stat, now, before.first)
        # How long it rests already, by a clock that may be another machine's.
        age = (time.time_ns() - max(stat.mtime_ns, stat.ctime_ns)) / 1e9
        return _Seen(stat, now - age if age > 0 else now, now)
