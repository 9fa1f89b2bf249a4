"""To which try of which case a request belongs, as the thread that makes it carries it."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

_thread = threading.local()


class Trying:
    """The try `number`, counted from 0, of `case`; `asked` counts its requests by their prompts."""

    def __init__(self, case: str, number: int) -> None:
        self.case = case
        self.number = number
        self.asked: Counter[str] = Counter()


@contextmanager
def trying(case: str, number: int) -> Iterator[None]:
    """All that this thread asks a model meanwhile belongs to that try of that case."""
    _thread.trying = Trying(case, number)
    try:
        yield
    finally:
        _thread.trying = None


def of_thread() -> Trying | None:
    """The try that this thread is at."""
    found: Trying | None = getattr(_thread, "trying", None)
    return found
