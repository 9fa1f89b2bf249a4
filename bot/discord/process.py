"""What a program needs that runs for months: memory that does not grow, and an end when told."""

from __future__ import annotations

import asyncio
import ctypes
import gc
import signal
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from typing import Any, TypeVar

T = TypeVar("T")

# glibc's names for its settings, and what they are set to here.
_ARENA_MAX, _TRIM_THRESHOLD, _MMAP_THRESHOLD = -8, -1, -3
_ARENAS, _BYTES = 2, 128 * 1024
_TIDY_SECONDS = 20.0


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main`, and at its end wait for no thread: one may be stuck with a server for long."""
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(main)
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.wait(left, timeout=1.0))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.close()


class Told:
    """Whether it was told to leave, `once` or `again`."""

    def __init__(self) -> None:
        self.once = asyncio.Event()
        self.again = asyncio.Event()

    def tell(self) -> None:
        """Leave: when what is in hand is done, and if told again, at once."""
        (self.again if self.once.is_set() else self.once).set()

    async def within(self, seconds: float) -> bool:
        """Whether it is told so within `seconds`."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self.once.wait(), seconds)
        return self.once.is_set()


@contextmanager
def signals() -> Iterator[Told]:
    """SIGTERM and SIGINT tell it to leave."""
    told = Told()
    loop = asyncio.get_running_loop()
    taken = []
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(ValueError, RuntimeError, NotImplementedError):  # not in the main thread
            loop.add_signal_handler(number, told.tell)
            taken.append(number)
    try:
        yield told
    finally:
        for number in taken:
            loop.remove_signal_handler(number)


@contextmanager
def collected_often() -> Iterator[None]:
    """Garbage is looked for as suits a process that runs for months: often, and in what is new."""
    before = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def frugal() -> None:
    """Have all threads take their memory from the same heaps, and give back what is free.

    glibc has a heap for each thread, which keeps what the thread once needed. Elsewhere, nothing.
    """
    with suppress(OSError, AttributeError):
        allocator = ctypes.CDLL(None)
        allocator.mallopt(_ARENA_MAX, _ARENAS)
        allocator.mallopt(_TRIM_THRESHOLD, _BYTES)
        allocator.mallopt(_MMAP_THRESHOLD, _BYTES)


async def tidy() -> None:
    """Give back memory that is free in the middle of the heaps, now and then; in a thread."""
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):  # another's allocator
        return
    while True:
        await asyncio.sleep(_TIDY_SECONDS)
        await asyncio.to_thread(trim, 0)


def settle() -> None:
    """What is there by now stays: to look through it for garbage would stop the loop for 0.1 s."""
    gc.collect()
    gc.freeze()
