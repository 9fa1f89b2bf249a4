"""What is told of the hall: its documents, and how it stands."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date as Date
    from typing import Literal

    from bot.ledger import Spent
    from index.generation import Generation

    End = Literal["answered", "abstained"]

_LATENCIES = 1000


@record
class Document:
    """A document as lists show it; `date` to `until` are those of its articles."""

    file: str
    title: str | None
    date: Date | None
    until: Date | None
    passages: int


@record
class Building:
    """How far a build is: `done` of `total` steps of a stage."""

    done: int = 0
    total: int = 0
    stage: str = ""


@record
class Figures:
    """How the hall stands. Latencies are milliseconds of the last questions; 0 before the first.

    `spent` is today's, UTC, None without a model; `priced` says whether its dollars mean anything.
    """

    generation: str
    created: str
    documents: int
    passages: int
    mode: str
    model: str | None
    spent: Spent | None
    priced: bool
    answered: int
    abstained: int
    failed: int
    in_hand: int
    p50_ms: float
    p99_ms: float
    building: Building | None
    trouble: str | None


@record
class Counts:
    """Questions by how they ended, and how long the last of them took."""

    answered: int
    abstained: int
    failed: int
    in_hand: int
    p50_ms: float
    p99_ms: float


class Counter:
    """Counts questions, from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends = {"answered": 0, "abstained": 0, "failed": 0}
        self._latencies: deque[float] = deque(maxlen=_LATENCIES)
        self._in_hand = 0

    @contextmanager
    def one(self) -> Iterator[Callable[[End], None]]:
        """A question in hand. What is yielded is told how it ended; else it failed."""
        begun = perf_counter()
        end = "failed"

        def ended(how: End) -> None:
            nonlocal end
            end = how

        with self._lock:
            self._in_hand += 1
        try:
            yield ended
        finally:
            with self._lock:
                self._in_hand -= 1
                self._ends[end] += 1
                if end != "failed":
                    self._latencies.append((perf_counter() - begun) * 1000)

    def counts(self) -> Counts:
        """What was counted so far."""
        with self._lock:
            times, ends, in_hand = sorted(self._latencies), dict(self._ends), self._in_hand
        return Counts(
            **ends, in_hand=in_hand, p50_ms=_quantile(times, 0.50), p99_ms=_quantile(times, 0.99)
        )


def document(generation: Generation, file: str) -> Document:
    """What lists show of `file`, which is one of the generation's own names."""
    found = generation.record(file)
    assert found is not None, "it is one of the generation's own names"
    articles = generation.articles(file)
    dates = sorted(each.date for each in articles if each.date is not None)
    titles = [found.title, *(each.title for each in articles)]
    return Document(
        file,
        next((title for title in titles if title), None),
        dates[0] if dates else found.date,
        dates[-1] if dates else found.date,
        generation.count(found.id),
    )


def _quantile(ordered: list[float], share: float) -> float:
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
