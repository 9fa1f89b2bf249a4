"""What models may cost and what they did cost: by question, by day, across restarts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from time import monotonic, time

from bot.answers import Usage
from bot.failures import ModelError
from bot.ledger import Ledger, Spent, Unusable
from index.errors import UsageError
from index.record import record

_DAY = 86_400
_NANO = 1_000_000_000
# What servers report is bounded, lest one of them writes a number that SQLite cannot hold.
_MOST_TOKENS = 100_000_000
# Seconds to wait for another process that writes: long where a cap hangs on it.
_PATIENCE, _LITTLE_PATIENCE = 2.0, 0.1
_RETRY_SECONDS = 30.0


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
        self._patience = _PATIENCE if self._by_day else _LITTLE_PATIENCE
        self._lock = Lock()
        self._ledger = Ledger(path, self._patience)
        self._owed: dict[tuple[int, str], Spent] = {}  # what could not be written yet
        self._retry = 0.0

    def meter(self, model: str) -> Meter:
        """A meter for one question."""
        return Meter(self, model)

    def today(self) -> Spent:
        """What was spent since midnight UTC, by all processes."""
        day = self.day()
        with self._lock:
            spent = Spent()
            with suppress(Unusable):
                spent = self._ledger.spent(day)
            return self._with_owed(spent, day)

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
        # Threads that wait for each other must not add up their waits for another process.
        if not self._lock.acquire(timeout=self._patience if self._by_day else -1):
            raise self._unreadable("it is locked")
        try:
            if self._by_day:
                self._capped(day, model, amount)
            else:
                self._write(day, model, amount)
        finally:
            self._lock.release()

    def correct(self, day: int, model: str, difference: Spent) -> None:
        """Put right what a call was counted as; what cannot be written now waits in memory."""
        with self._lock:
            self._write(day, model, difference)

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._ledger.close()

    def _capped(self, day: int, model: str, amount: Spent) -> None:
        """Add `amount` to the file, or raise: what a cap hangs on is not spent uncounted."""
        entries = self._and_owed(day, model, amount)

        def check(spent: Spent) -> None:
            self._within("day", self._with_owed(spent, day), amount)

        try:
            self._ledger.add(entries, day, check)
        except Unusable as error:
            self._retry = monotonic() + _RETRY_SECONDS
            raise self._unreadable(str(error)) from error
        self._owed, self._retry = {}, 0.0

    def _write(self, day: int, model: str, amount: Spent) -> None:
        """Add `amount` to the file, or to what is owed to it."""
        entries = self._and_owed(day, model, amount)
        if monotonic() < self._retry:
            self._owed = entries
            return
        try:
            self._ledger.add(entries, day, None)
        except Unusable:
            self._owed = entries
            self._retry = monotonic() + _RETRY_SECONDS
        else:
            self._owed = {}

    def _and_owed(self, day: int, model: str, amount: Spent) -> dict[tuple[int, str], Spent]:
        owed = self._owed.get((day, model), Spent())
        return {**self._owed, (day, model): owed.plus(amount)}

    def _with_owed(self, spent: Spent, day: int) -> Spent:
        for (owed_on, _), each in self._owed.items():
            spent = spent.plus(each) if owed_on == day else spent
        return spent

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

    def recall(self, input_tokens: int, output_tokens: int, estimated: bool) -> None:
        """Count a call that was made, and paid for, in an earlier run: no day is charged for it."""
        with self._lock:
            self._spent = self._spent.plus(self._amount(input_tokens, output_tokens))
            self._estimated |= estimated

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


def _dollars(spent: Spent) -> str:
    return f"{spent.nano_usd / _NANO:,.4f}"
