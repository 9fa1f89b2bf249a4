"""The time that a request has, as the thread that makes it carries it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

_thread = threading.local()


def of_thread() -> Clock | None:
    """The clock that this thread is under."""
    clock: Clock | None = getattr(_thread, "clock", None)
    return clock


class Clock:
    """The time a request has, and what of it was spent waiting.

    Inside its `with`, all that this thread does on the network stops at `deadline`.
    """

    __slots__ = ("cancelled", "deadline", "last", "waited", "wake")

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.waited = 0.0
        self.last = 0.0
        self.cancelled = False
        self.wake: Callable[[], None] | None = None  # of what is waited on

    def __enter__(self) -> None:
        _thread.clock = self

    def __exit__(self, *_: object) -> None:
        _thread.clock = None

    def cancel(self) -> None:
        """End what another thread waits for under this clock, now."""
        self.cancelled = True
        wake = self.wake
        if wake is not None:
            wake()

    def left(self) -> float:
        """The seconds that are left."""
        return 0.0 if self.cancelled else self.deadline - monotonic()
