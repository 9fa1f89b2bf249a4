"""One works at a time, and whoever waits for somebody else lets the others work."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from index.turns import Turns


def test_who_waits_for_others_lets_them_work_and_works_alone_afterwards() -> None:
    turns = Turns()
    lock = threading.Lock()
    working = most = waiting = most_waiting = 0

    @turns.left
    def wait() -> None:
        nonlocal waiting, most_waiting
        with lock:
            waiting += 1
            most_waiting = max(most_waiting, waiting)
        time.sleep(0.05)
        with lock:
            waiting -= 1

    def work() -> None:
        nonlocal working, most
        working += 1
        most = max(most, working)
        time.sleep(0.001)
        working -= 1

    def run(_: int) -> None:
        with turns:
            work()
            wait()
            work()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(run, range(20)))
    assert most == 1
    assert most_waiting > 5


def test_a_turn_is_given_back_when_something_goes_wrong_in_it_or_aside_of_it() -> None:
    turns = Turns()
    with pytest.raises(KeyError), turns, turns.aside():
        raise KeyError
    with turns.aside():  # without a turn there is nothing to give
        pass
    with turns:
        pass
