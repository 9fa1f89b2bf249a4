"""Where questions wait: limits, cooldowns, and what becomes of work that nobody waits for."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.serving.reception import Limits, Reception, Refused

pytestmark = pytest.mark.asyncio


@asynccontextmanager
async def receiving(
    limits: Limits, clock: Callable[[], float] = lambda: 0.0
) -> AsyncIterator[Reception]:
    reception = Reception(limits, clock)
    try:
        yield reception
    finally:
        reception.close()


async def test_work_is_done_in_a_thread_and_its_result_returned() -> None:
    async with receiving(Limits()) as reception:
        name = await reception.submit("ann", "here", lambda: threading.current_thread().name)
        assert name.startswith("answer")


async def test_what_work_raises_is_raised() -> None:
    def fails() -> None:
        raise ValueError("no")

    async with receiving(Limits()) as reception:
        with pytest.raises(ValueError, match="no"):
            await reception.submit("ann", None, fails)
        assert reception.hands.running == 0


async def test_so_many_at_once_so_many_wait_and_the_rest_are_refused() -> None:
    gate = threading.Event()
    running, most = 0, 0
    lock = threading.Lock()

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        gate.wait(10)
        with lock:
            running -= 1

    async with receiving(Limits(workers=2, queue=3)) as reception:
        tasks = [asyncio.create_task(reception.submit(n, None, work)) for n in range(8)]
        await asyncio.sleep(0.05)
        assert (reception.hands.running, reception.hands.waiting) == (2, 3)
        gate.set()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        refused = [each for each in results if isinstance(each, Refused)]
        assert len(refused) == 3
        assert {each.kind for each in refused} == {"busy"}
        assert "5 questions" in refused[0].message
        assert most == 2
        assert reception.hands.refused == (("busy", 3),)
        await reception.submit("late", None, lambda: None)


async def test_a_user_waits_and_others_do_not() -> None:
    now = 0.0
    async with receiving(Limits(user=3.0), lambda: now) as reception:
        await reception.submit("ann", "here", lambda: None)
        with pytest.raises(Refused, match="3 seconds") as caught:
            await reception.submit("ann", "there", lambda: None)
        assert caught.value.figures == (3,)
        await reception.submit("bob", "here", lambda: None)
        now = 2.5
        with pytest.raises(Refused, match=r"1 second\."):
            await reception.submit("ann", "here", lambda: None)
        now = 3.0
        await reception.submit("ann", "here", lambda: None)


async def test_a_server_waits_as_a_whole_and_private_messages_have_none() -> None:
    async with receiving(Limits(server=10.0)) as reception:
        await reception.submit("ann", "here", lambda: None)
        with pytest.raises(Refused, match="This server") as caught:
            await reception.submit("bob", "here", lambda: None)
        assert (caught.value.phrase, caught.value.figures) == ("cooldown_server", (10,))
        await reception.submit("bob", "there", lambda: None)
        for _ in range(2):
            await reception.submit("cat", None, lambda: None)


async def test_a_refusal_is_no_reason_for_the_next() -> None:
    now = 0.0
    async with receiving(Limits(workers=1, queue=0, user=5.0), lambda: now) as reception:
        place = reception.admit("bob", None)
        with pytest.raises(Refused, match="before yours"):
            reception.admit("ann", None)
        place.leave()
        reception.admit("ann", None).leave()  # not held to have asked
        now = 4.0
        with pytest.raises(Refused, match="1 second"):
            reception.admit("ann", None)
        now = 5.0
        reception.admit("ann", None).leave()


async def test_a_place_that_is_left_is_free_once() -> None:
    async with receiving(Limits(workers=1, queue=0)) as reception:
        place = reception.admit("ann", None)
        place.leave()
        place.leave()
        reception.admit("bob", None)
        with pytest.raises(Refused):
            reception.admit("cat", None)


async def test_who_stops_waiting_does_not_free_a_thread_that_works() -> None:
    gate = threading.Event()
    async with receiving(Limits(workers=1, queue=0)) as reception:
        task = asyncio.create_task(reception.submit("ann", None, lambda: gate.wait(10)))
        await asyncio.sleep(0.05)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        with pytest.raises(Refused):
            reception.admit("bob", None)
        gate.set()
        assert await reception.finish(5)
        assert reception.hands.running == 0


async def test_an_error_that_nobody_waits_for_is_no_complaint() -> None:
    gate = threading.Event()

    def fails() -> None:
        gate.wait(10)
        raise ValueError("unseen")

    async with receiving(Limits(workers=1)) as reception:
        task = asyncio.create_task(reception.submit("ann", None, fails))
        await asyncio.sleep(0.05)
        task.cancel()
        gate.set()
        assert await reception.finish(5)


async def test_finishing_waits_for_what_is_in_hand_and_takes_no_more() -> None:
    gate = threading.Event()
    async with receiving(Limits(workers=1)) as reception:
        tasks = [
            asyncio.create_task(reception.submit(n, None, lambda: gate.wait(10))) for n in range(3)
        ]
        await asyncio.sleep(0.05)
        assert not await reception.finish(0.1)
        with pytest.raises(Refused, match="restarted") as caught:
            reception.admit("late", None)
        assert caught.value.kind == "closing"
        gate.set()
        assert await reception.finish(5)
        assert await asyncio.gather(*tasks) == [True] * 3


async def test_small_work_does_not_wait_behind_questions() -> None:
    gate = threading.Event()
    async with receiving(Limits(workers=1)) as reception:
        task = asyncio.create_task(reception.submit("ann", None, lambda: gate.wait(10)))
        assert await asyncio.wait_for(reception.aside(lambda: "a page"), 5) == "a page"
        gate.set()
        await task


async def test_small_work_is_bounded_too() -> None:
    gate = threading.Event()
    async with receiving(Limits()) as reception:
        tasks = [asyncio.create_task(reception.aside(lambda: gate.wait(10))) for _ in range(200)]
        await asyncio.sleep(0.05)
        with pytest.raises(Refused, match="too much"):
            await reception.aside(lambda: None)
        gate.set()
        await asyncio.gather(*tasks)


async def test_who_asked_lately_is_remembered_within_bounds() -> None:
    now = 0.0
    async with receiving(Limits(user=10.0), lambda: now) as reception:
        for n in range(12_000):
            reception.admit(n, None).leave()
        assert len(reception._users) == 10_000
        now = 10.0
        reception.admit("one more", None).leave()
        assert len(reception._users) == 1
