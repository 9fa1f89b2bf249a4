"""The file that remembers what was spent: a row a day and model, shared by all processes."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

from index.record import record

_KEPT_DAYS = 400
_MOST_STEPS = 5_000_000  # of SQLite's, in one statement; rows of years take thousands
_TABLE = """
CREATE TABLE IF NOT EXISTS spent (
    day INTEGER, model TEXT, calls INTEGER, input INTEGER, output INTEGER, nano_usd INTEGER,
    PRIMARY KEY (day, model)) WITHOUT ROWID
"""
_SUM = (
    "SELECT ifnull(sum(calls), 0), ifnull(sum(input), 0), ifnull(sum(output), 0),"
    " ifnull(sum(nano_usd), 0) FROM spent WHERE day = ?"
)
_ADD = """
INSERT INTO spent VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (day, model) DO UPDATE SET
    calls = calls + excluded.calls, input = input + excluded.input,
    output = output + excluded.output, nano_usd = nano_usd + excluded.nano_usd
"""


@record
class Spent:
    """What was spent. Money is counted in billionths, so that sums meet a cap exactly."""

    calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    nano_usd: int = 0

    @property
    def tokens(self) -> int:
        return self.input_tokens + self.output_tokens

    def plus(self, other: Spent, times: int = 1) -> Spent:
        return Spent(
            self.calls + times * other.calls,
            self.input_tokens + times * other.input_tokens,
            self.output_tokens + times * other.output_tokens,
            self.nano_usd + times * other.nano_usd,
        )


Entries = Mapping[tuple[int, str], Spent]  # by day, counted from 1970 in UTC, and model


class Unusable(Exception):
    """The file cannot be read or written; says why."""


class Ledger:
    """The file at `path`, made when it is first needed. One thread at a time may use it.

    With a write-ahead log a commit waits for no disk (0.05 ms), and what was committed survives
    the death of the process. A machine that loses its power may forget the last seconds; the
    file stays whole. `patience` is for how many seconds another process is waited for.
    """

    def __init__(self, path: Path, patience: float) -> None:
        self._path = path
        self._patience = patience
        self._file: sqlite3.Connection | None = None
        self._cleaned = 0  # the day on which old days were last forgotten

    def spent(self, day: int) -> Spent:
        """What all models took on `day`."""
        try:
            return _sum(self._opened(), day)
        except (sqlite3.Error, OSError) as error:
            self.close()
            raise Unusable(str(error)) from error

    def add(self, entries: Entries, day: int, check: Callable[[Spent], None] | None) -> None:
        """Add `entries`, unless `check`, given what was spent on `day`, raises something."""
        try:
            file = self._opened()
            file.execute("BEGIN IMMEDIATE")
            try:
                if check is not None:
                    check(_sum(file, day))
                file.executemany(_ADD, [(*at, *_row(spent)) for at, spent in entries.items()])
                if day > self._cleaned:
                    file.execute("DELETE FROM spent WHERE day < ?", (day - _KEPT_DAYS,))
                    self._cleaned = day
                file.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    file.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            self.close()  # who puts the file right is met by a new connection
            raise Unusable(str(error)) from error

    def close(self) -> None:
        """Let the file go."""
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
        self._file = None

    def _opened(self) -> sqlite3.Connection:
        if self._file is not None:
            return self._file
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if self._path.is_symlink():  # a store can come with documents; what it points to did not
            raise OSError("it is a link")
        until = monotonic() + self._patience
        while True:
            file = sqlite3.connect(
                self._path, timeout=self._patience, isolation_level=None, check_same_thread=False
            )
            # What calls itself the table may be a view without an end.
            file.set_progress_handler(lambda: 1, _MOST_STEPS)
            try:
                file.execute("PRAGMA journal_mode=WAL").fetchall()
                file.execute("PRAGMA synchronous=NORMAL")
                file.execute(_TABLE)
                break
            except sqlite3.Error as error:
                file.close()
                # SQLite does not wait for a lock while the journal is changed.
                if "locked" not in str(error) or monotonic() > until:
                    raise
                sleep(0.01)
        self._file = file
        return file


def _sum(file: sqlite3.Connection, day: int) -> Spent:
    return Spent(*file.execute(_SUM, (day,)).fetchone())


def _row(spent: Spent) -> tuple[int, ...]:
    return spent.calls, spent.input_tokens, spent.output_tokens, spent.nano_usd
