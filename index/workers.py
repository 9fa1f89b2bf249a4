"""Work on many files by several processes, its results in the order of the files."""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

BATCH = 128 << 10  # bytes of text that pay for a trip to another process
_WAITING = 3  # batches for each process under way or done: what bounds the memory


def in_order(
    work: Callable[[Item], Result], items: Sequence[Item], sizes: Sequence[int], jobs: int
) -> Generator[Result, None, None]:
    """`work` of each item, in order, by `jobs` processes; `sizes` are the items' in bytes.

    Where processes cannot be had, or one dies, this process does what is left.
    """
    if jobs < 2 or len(items) < 2:
        yield from map(work, items)
        return
    # These take 40 ms to import, which small updates do not need.
    from concurrent.futures.process import BrokenProcessPool

    done = 0
    try:
        for results in _pooled(work, batches(items, sizes), jobs):
            for result in results:
                done += 1
                yield result
    except (BrokenProcessPool, OSError, ImportError):
        yield from map(work, items[done:])


def processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def batches(items: Sequence[Item], sizes: Sequence[int]) -> Iterator[list[Item]]:
    """`items` in lists of some size."""
    batch: list[Item] = []
    total = 0
    for item, size in zip(items, sizes, strict=True):
        batch.append(item)
        total += size + 1024
        if total >= BATCH:
            yield batch
            batch, total = [], 0
    if batch:
        yield batch


def _pooled(
    work: Callable[[Item], Result], batches: Iterator[list[Item]], jobs: int
) -> Iterator[list[Result]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # Not fork: this process may have threads, and a lock that a child would go on holding.
    pool = ProcessPoolExecutor(jobs, get_context("spawn"), _start)
    try:
        waiting: deque[Any] = deque()
        for batch in batches:
            with _unnamed_main(), _uninterrupted():
                waiting.append(pool.submit(_each, work, batch))
            if len(waiting) >= jobs * _WAITING:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _unnamed_main() -> Iterator[None]:
    """Keep processes that start now from running the program's own file again.

    They would, to find functions there; ours are not, and a file that does its work when it is
    run, as small ones do, would do it in each of them.
    """
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Hold Ctrl-C back while processes start: they would tell of it before they leave it to us.

    They inherit what is blocked; another thread of ours may yet be told, and interrupts this one.
    """
    import signal
    from threading import current_thread, main_thread

    if not hasattr(signal, "pthread_sigmask") or current_thread() is not main_thread():
        yield
        return
    noted: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _: noted.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, handler)
        if noted:
            signal.raise_signal(signal.SIGINT)


def _each(work: Callable[[Item], Result], batch: list[Item]) -> list[Result]:
    return list(map(work, batch))


def _start() -> None:
    """Leave Ctrl-C to the parent, and die with it: a pool's processes would wait for ever."""
    import signal
    from multiprocessing import parent_process
    from threading import Thread

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent,), daemon=True).start()


def _follow(parent: Any) -> None:
    parent.join()
    os._exit(1)
