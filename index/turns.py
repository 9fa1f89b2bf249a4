"""Whose turn it is to work, of the hundreds of questions that a process may be asked at once.

Python runs one thread at a time, and one that asks to be next may wait 5 ms for each that asked
as well. So one works at a time: the others wait here, and an event loop beside them is not held
up. Who waits for the network, or for anybody else, stands aside meanwhile.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ParamSpec, TypeVar

    P = ParamSpec("P")
    T = TypeVar("T")

_AT_ONCE = 1


class Turns:
    """A turn, for the thread that enters it; several threads may share one object."""

    def __init__(self, at_once: int = _AT_ONCE) -> None:
        self._free = threading.BoundedSemaphore(at_once)
        self._thread = threading.local()

    def __enter__(self) -> None:
        self._free.acquire()
        self._thread.has_one = True

    def __exit__(self, *_: object) -> None:
        self._thread.has_one = False
        self._free.release()

    @contextmanager
    def aside(self) -> Iterator[None]:
        """Let others have this thread's turn meanwhile, if it has one."""
        if not getattr(self._thread, "has_one", False):
            yield
            return
        self.__exit__()
        try:
            yield
        finally:
            self.__enter__()

    def left(self, waiting: Callable[P, T]) -> Callable[P, T]:
        """`waiting`, which others have this thread's turn during."""

        @wraps(waiting)
        def aside(*args: P.args, **named: P.kwargs) -> T:
            with self.aside():
                return waiting(*args, **named)

        return aside


turns = Turns()
