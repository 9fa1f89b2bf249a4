"""Where questions wait: how many at most, how soon again, and in which threads they are answered.

It knows nothing of who asks or in what: it is given names to count by, and work to do.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from index.errors import FootnoteError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, TypeVar

    T = TypeVar("T")
    Why = Literal["busy", "cooldown", "closing"]

# How many questions are answered at once, by mode: one keeps this machine busy, the other waits
# for a model.
WORKERS = {"extractive": 8, "generative": 32}
# Small work beside the questions, such as a page of a list, does not wait behind them.
_ASIDE_WORKERS = 2
_MOST_ASIDE = 200
_MOST_REMEMBERED = 10_000  # who asked lately


class Refused(FootnoteError):
    """A question that is not taken now, and why."""

    def __init__(
        self,
        kind: Why,
        message: str,
        hint: str = "",
        *,
        phrase: str = "",
        figures: tuple[object, ...] = (),
    ) -> None:
        super().__init__(message, hint, phrase=phrase or kind, figures=figures)
        self.kind = kind


@record
class Limits:
    """What the reception takes: `workers` questions at once and `queue` more that wait.

    A user may ask again after `user` seconds, a server after `server`; 0 is at once.
    """

    workers: int = WORKERS["extractive"]
    queue: int = 100
    user: float = 0.0
    server: float = 0.0


@record
class Hands:
    """How much there is to do: questions that wait, those in hand, and refusals by kind."""

    waiting: int
    running: int
    most: int
    refused: tuple[tuple[str, int], ...] = ()


class Place:
    """A place in the queue, to be used once or left. It is held until its work is done."""

    def __init__(self, executor: ThreadPoolExecutor, left: Callable[[], None]) -> None:
        self._executor = executor
        self._left: Callable[[], None] | None = left

    async def do(self, work: Callable[[], T]) -> T:
        """What `work` returns, done in a thread. Who stops waiting does not stop the thread."""
        try:
            done = asyncio.get_running_loop().run_in_executor(self._executor, work)
        except BaseException:
            self.leave()
            raise
        done.add_done_callback(self._done)
        return await asyncio.shield(done)

    def leave(self) -> None:
        """Give the place up; more than once does no harm."""
        left, self._left = self._left, None
        if left is not None:
            left()

    def _done(self, done: asyncio.Future[Any]) -> None:
        self.leave()
        _seen(done)


class Reception:
    """Takes questions on an event loop and has them answered in threads.

    What is taken is counted until its thread is done with it, also where nobody waits any more.
    """

    def __init__(self, limits: Limits, clock: Callable[[], float] = monotonic) -> None:
        self.limits = limits
        self._clock = clock
        self._executor = ThreadPoolExecutor(limits.workers, thread_name_prefix="answer")
        self._aside = ThreadPoolExecutor(_ASIDE_WORKERS, thread_name_prefix="aside")
        self._taken = 0
        self._beside = 0
        self._refused: dict[str, int] = {}
        self._users: OrderedDict[Hashable, float] = OrderedDict()
        self._servers: OrderedDict[Hashable, float] = OrderedDict()
        self._closing = False

    async def submit(self, who: Hashable, server: Hashable | None, work: Callable[[], T]) -> T:
        """What `work` returns, done in a thread; Refused if it cannot be taken now."""
        return await self.admit(who, server).do(work)

    def admit(self, who: Hashable, server: Hashable | None) -> Place:
        """A place in the queue, at once; Refused if there is none."""
        try:
            self._check(who, server)
        except Refused as refused:
            self._refused[refused.kind] = self._refused.get(refused.kind, 0) + 1
            raise
        self._taken += 1
        return Place(self._executor, self._leave)

    async def aside(self, work: Callable[[], T]) -> T:
        """What `work`, which is small and no question, returns; done in a thread of its own."""
        if self._beside >= _MOST_ASIDE:
            raise Refused(
                "busy",
                "There is too much to do just now.",
                "Try again in a minute.",
                phrase="crowded",
            )
        done = asyncio.get_running_loop().run_in_executor(self._aside, work)
        self._beside += 1
        done.add_done_callback(self._gone_aside)
        return await asyncio.shield(done)

    @property
    def hands(self) -> Hands:
        """How much there is to do now."""
        running = min(self._taken, self.limits.workers)
        return Hands(
            self._taken - running, running, self.limits.queue, tuple(sorted(self._refused.items()))
        )

    def stop(self) -> None:
        """Take no more questions; those that were taken are answered."""
        self._closing = True

    async def finish(self, seconds: float) -> bool:
        """Stop, and wait for what was taken; whether all of it was done within `seconds`."""
        self.stop()
        until = monotonic() + seconds
        while self._taken or self._beside:
            if monotonic() >= until:
                return False
            await asyncio.sleep(0.02)
        return True

    def close(self) -> None:
        """Let the threads go; what only waits is dropped."""
        self.stop()
        self._executor.shutdown(wait=False, cancel_futures=True)
        self._aside.shutdown(wait=False, cancel_futures=True)

    def _check(self, who: Hashable, server: Hashable | None) -> None:
        if self._closing:
            raise Refused("closing", "I am about to be restarted.", "Ask again in a minute or two.")
        now = self._clock()
        wait = _whole(self._users.get(who, now) - now)
        if wait:
            raise Refused(
                "cooldown",
                f"One question after the other, please: the next one in {_seconds(wait)}.",
                figures=(wait,),
            )
        wait = _whole(self._servers.get(server, now) - now)
        if wait:
            raise Refused(
                "cooldown",
                f"This server has just asked; the next question in {_seconds(wait)}.",
                phrase="cooldown_server",
                figures=(wait,),
            )
        if self._taken >= self.limits.workers + self.limits.queue:
            raise Refused(
                "busy",
                f"{self._taken:,} questions are before yours, and no more can wait.",
                "Ask again in a minute.",
                figures=(self._taken,),
            )
        # Only what is taken counts: a polite refusal must not be the reason for the next.
        _remember(self._users, who, now, self.limits.user)
        if server is not None:
            _remember(self._servers, server, now, self.limits.server)

    def _leave(self) -> None:
        self._taken -= 1

    def _gone_aside(self, done: asyncio.Future[Any]) -> None:
        self._beside -= 1
        _seen(done)


def _remember(times: OrderedDict[Hashable, float], key: Hashable, now: float, span: float) -> None:
    """Note when `key` may ask again; who may by now is forgotten, and the oldest of too many."""
    if span <= 0:
        return
    times[key] = now + span
    times.move_to_end(key)
    while times:
        oldest = next(iter(times))
        if times[oldest] > now and len(times) <= _MOST_REMEMBERED:
            return
        del times[oldest]


def _seen(done: asyncio.Future[Any]) -> None:
    """Look at how work ended, lest asyncio complain of an error that nobody waited for."""
    if not done.cancelled():
        done.exception()


def _whole(wait: float) -> int:
    """Whole seconds after which it is no longer too soon."""
    return max(0, -int(-wait // 1))


def _seconds(wait: int) -> str:
    return f"{wait:,} second{'s' if wait != 1 else ''}"
