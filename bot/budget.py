"""What models may cost and what they did cost: by question, by day, across restarts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, sleep, time

from bot.answers import Usage
from bot.failures import ModelError
from index.errors import UsageError
from index.record import record

_DAY = 86_400
_KEPT_DAYS = 400
_NANO = 1_000_000_000
# What servers report is bounded, lest one of them writes a number that SQLite cannot hold.
_MOST_TOKENS = 100_000_000
# Seconds to wait for another process that writes: long where a cap hangs on it.
_PATIENCE, _LITTLE_PATIENCE = 2.0, 0.1
_RETRY_SECONDS = 30.0

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
class Prices:
    """What a model's tokens cost, in US dollars a million."""

    input: float
    output: float


@record
class Caps:
    """What may be spent at most; None is no cap. Days are UTC's."""

    tokens_per_question: int | None = None
    tokens_per_day: int | None = None
    dollars_per_question: float | None = None
    dollars_per_day: float | None = None


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


_Owed = dict[tuple[int, str], Spent]


class Budget:
    """What may still be spent, and the file at `path` that remembers it for all processes.

    A call is counted before it is made, by estimate, and corrected after it: whoever is killed
    in between has counted too much, and questions asked together cannot pass a cap together.
    """

    def __init__(
        self,
        path: Path,
        *,
        prices: Prices | None = None,
        caps: Caps = Caps(),  # noqa: B008 - frozen
        now: Callable[[], float] = time,
    ) -> None:
        in_dollars = caps.dollars_per_question, caps.dollars_per_day
        if prices is None and any(cap is not None for cap in in_dollars):
            raise UsageError(
                "A cap in dollars needs to know what tokens cost.",
                "Set price_input and price_output, in dollars a million tokens.",
            )
        self.prices = prices
        self.caps = caps
        self._path = path
        self._now = now
        self._by_day = caps.tokens_per_day is not None or caps.dollars_per_day is not None
        self._lock = Lock()
        self._file: sqlite3.Connection | None = None
        self._cleaned = 0  # the day on which old days were last forgotten
        self._owed: _Owed = {}  # what could not be written yet
        self._retry = 0.0

    def meter(self, model: str) -> Meter:
        """A meter for one question."""
        return Meter(self, model)

    def today(self) -> Spent:
        """What was spent since midnight UTC, by all processes."""
        day = self.day()
        with self._lock:
            spent = Spent()
            with suppress(sqlite3.Error, OSError):
                spent = _sum(self._opened(), day)
            for (owed_on, _), each in self._owed.items():
                spent = spent.plus(each) if owed_on == day else spent
            return spent

    def day(self) -> int:
        """Today, in days since 1970, UTC."""
        return int(self._now() // _DAY)

    def cost(self, input_tokens: int, output_tokens: int) -> int:
        """What the tokens cost, in billionths of a dollar; 0 where no prices are set."""
        if self.prices is None:
            return 0
        return round(1000 * (input_tokens * self.prices.input + output_tokens * self.prices.output))

    def reserve(self, day: int, model: str, amount: Spent, question: Spent) -> None:
        """Count a call that may take `amount`; ModelError where a cap forbids it.

        `question` is what its question took before.
        """
        self._within("question", question, amount)
        patience = _PATIENCE if self._by_day else _LITTLE_PATIENCE
        # Threads that wait for each other must not add up their waits for another process.
        if not self._lock.acquire(timeout=patience):
            if self._by_day:
                raise self._unreadable("it is locked")
            return
        try:
            self._write(day, model, amount, capped=self._by_day)
        except (sqlite3.Error, OSError) as error:
            if self._by_day:
                raise self._unreadable(str(error)) from error
        finally:
            self._lock.release()

    def correct(self, day: int, model: str, difference: Spent) -> None:
        """Put right what a call was counted as; what cannot be written now waits in memory."""
        with self._lock, suppress(sqlite3.Error, OSError):
            self._write(day, model, difference, capped=False)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._forget()

    def _forget(self) -> None:
        if self._file is not None:
            with suppress(sqlite3.Error):
                self._file.close()
        self._file = None

    def _write(self, day: int, model: str, amount: Spent, *, capped: bool) -> None:
        """Add `amount`, and what is owed, to the file.

        Where that fails it is owed, unless `capped`, for then the call is not made.
        """
        owed = dict(self._owed)
        owed[day, model] = owed.get((day, model), Spent()).plus(amount)
        try:
            if not self._by_day and monotonic() < self._retry:
                raise sqlite3.OperationalError("it could not be written a moment ago")
            file = self._opened()
            file.execute("BEGIN IMMEDIATE")
            try:
                if capped:
                    spent = _sum(file, day)
                    for (owed_on, _), each in self._owed.items():
                        spent = spent.plus(each) if owed_on == day else spent
                    self._within("day", spent, amount)
                file.executemany(_ADD, _rows(owed))
                file.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    file.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError):
            self._retry = monotonic() + _RETRY_SECONDS
            if not capped:
                self._owed = owed
            self._forget()  # who puts the file right is met by a new connection
            raise
        self._owed = {}
        if day > self._cleaned:
            file.execute("DELETE FROM spent WHERE day < ?", (day - _KEPT_DAYS,))
            self._cleaned = day

    def _opened(self) -> sqlite3.Connection:
        """The file, made if it is not there.

        With a write-ahead log a commit waits for no disk (0.05 ms), and what was committed
        survives the death of the process. A machine that loses its power may forget the last
        seconds; the file stays whole.
        """
        if self._file is not None:
            return self._file
        patience = _PATIENCE if self._by_day else _LITTLE_PATIENCE
        self._path.parent.mkdir(parents=True, exist_ok=True)
        until = monotonic() + patience
        while True:
            file = sqlite3.connect(
                self._path, timeout=patience, isolation_level=None, check_same_thread=False
            )
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

    def _within(self, span: str, spent: Spent, more: Spent) -> None:
        """ModelError where `more` on top of `spent` passes a cap of `span`, question or day."""
        caps = self.caps
        if span == "day":
            tokens, dollars, renews = caps.tokens_per_day, caps.dollars_per_day, self._renews()
        else:
            tokens, dollars, renews = caps.tokens_per_question, caps.dollars_per_question, ""
        if tokens is not None and spent.tokens + more.tokens > tokens:
            raise ModelError(
                "over_budget",
                f"A {span} may take {tokens:,} tokens; {spent.tokens:,} of them are used, and the "
                f"next call may take {more.tokens:,}.{renews}",
                f"The cap is the setting tokens_per_{span}.",
            )
        if dollars is not None and spent.nano_usd + more.nano_usd > round(dollars * _NANO):
            raise ModelError(
                "over_budget",
                f"A {span} may cost ${dollars:,}; ${_dollars(spent)} of it is spent, and the next "
                f"call may cost ${_dollars(more)}.{renews}",
                f"The cap is the setting dollars_per_{span}.",
            )

    def _renews(self) -> str:
        minutes = int(_DAY - self._now() % _DAY) // 60
        return f" It renews at midnight UTC, in {minutes // 60} h {minutes % 60} min."

    def _unreadable(self, why: str) -> ModelError:
        return ModelError(
            "over_budget",
            f"What was spent today is not known, for {self._path} cannot be used: {why}. There is "
            "a cap on a day, so nothing more is spent.",
            "See to that file, or move it away: the day's count then begins anew.",
        )


class Meter:
    """What the calls for one question take. `waited` is the time spent waiting for the model."""

    def __init__(self, budget: Budget, model: str) -> None:
        self.waited = 0.0
        self._budget = budget
        self._model = model
        self._lock = Lock()
        self._spent = Spent()
        self._reserved: tuple[int, Spent] | None = None
        self._estimated = False

    def reserve(self, input_tokens: int, output_tokens: int) -> None:
        """Count a call that may take so many tokens; ModelError "over_budget" where a cap is."""
        with self._lock:
            amount = self._amount(input_tokens, output_tokens)
            day = self._budget.day()
            self._budget.reserve(day, self._model, amount, self._spent)
            self._estimated |= self._reserved is not None  # nobody said what the last one took
            self._spent = self._spent.plus(amount)
            self._reserved = day, amount

    def count(self, input_tokens: int, output_tokens: int, estimated: bool) -> None:
        """Say what the call that was reserved last really took."""
        with self._lock:
            amount = self._amount(input_tokens, output_tokens)
            day, reserved = self._reserved or (self._budget.day(), Spent())
            difference = amount.plus(reserved, -1)
            self._reserved = None
            self._estimated |= estimated
            self._spent = self._spent.plus(difference)
            if difference != Spent():
                self._budget.correct(day, self._model, difference)

    @property
    def usage(self) -> Usage | None:
        """What was taken so far; None before the first call."""
        spent = self._spent
        if not spent.calls:
            return None
        return Usage(
            calls=spent.calls,
            input_tokens=spent.input_tokens,
            output_tokens=spent.output_tokens,
            cost_usd=None if self._budget.prices is None else spent.nano_usd / _NANO,
            estimated=self._estimated or self._reserved is not None,
        )

    def _amount(self, input_tokens: int, output_tokens: int) -> Spent:
        taken, written = (
            min(max(0, tokens), _MOST_TOKENS) for tokens in (input_tokens, output_tokens)
        )
        return Spent(1, taken, written, self._budget.cost(taken, written))


def _sum(file: sqlite3.Connection, day: int) -> Spent:
    return Spent(*file.execute(_SUM, (day,)).fetchone())


def _rows(owed: Mapping[tuple[int, str], Spent]) -> list[tuple[int | str, ...]]:
    return [
        (day, model, each.calls, each.input_tokens, each.output_tokens, each.nano_usd)
        for (day, model), each in owed.items()
    ]


def _dollars(spent: Spent) -> str:
    return f"{spent.nano_usd / _NANO:,.4f}"
