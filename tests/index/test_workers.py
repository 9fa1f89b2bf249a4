"""Several processes do the work, in order, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.workers import _uninterrupted, batches, in_order

ROOT = Path(__file__).parents[2]
SIZE = 200_000  # more than a batch


def double(number: int) -> tuple[int, int]:
    """Work whose later pieces are done first."""
    time.sleep(0.02 / (number + 1))
    return number * 2, os.getpid()


def die_in_a_worker(number: int) -> int:
    """Work that ends any process but the tests' own."""
    if os.environ["FOOTNOTE_TEST_PID"] != str(os.getpid()):
        os._exit(9)
    return number


def test_results_come_in_order_from_other_processes() -> None:
    results = list(in_order(double, range(12), [SIZE] * 12, 2))
    assert [number for number, _ in results] == [number * 2 for number in range(12)]
    assert os.getpid() not in {process for _, process in results}


@pytest.mark.parametrize(("count", "jobs"), [(12, 1), (1, 4), (0, 4)])
def test_little_work_is_done_here(count: int, jobs: int) -> None:
    results = list(in_order(double, range(count), [SIZE] * count, jobs))
    assert results == [(number * 2, os.getpid()) for number in range(count)]


def test_what_dead_processes_leave_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_TEST_PID", str(os.getpid()))
    assert list(in_order(die_in_a_worker, range(9), [SIZE] * 9, 2)) == list(range(9))


def held_back(_: int) -> bool:
    """Work that tells whether its process was started with Ctrl-C held back."""
    return signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])


def test_ctrl_c_while_processes_start_is_ours_alone() -> None:
    """It comes to the whole group: one that starts would tell of it by a traceback."""
    assert all(in_order(held_back, range(4), [SIZE] * 4, 2))
    assert not held_back(0)


def test_ctrl_c_while_processes_start_comes_once_they_have() -> None:
    started = []

    def start() -> None:
        with _uninterrupted():
            signal.raise_signal(signal.SIGINT)
            # As where a thread is told that nothing holds back.
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
            started.append(True)

    with pytest.raises(KeyboardInterrupt):
        start()
    assert started
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_batches_hold_all_in_order() -> None:
    sizes = [10, SIZE, 10, 10, SIZE * 9, 10]
    found = list(batches(range(6), sizes))
    assert [item for batch in found for item in batch] == list(range(6))
    assert len(found) == 3


def test_memory_is_bounded() -> None:
    taken = []

    def items() -> Iterator[int]:
        yield from range(200)

    class Numbers(list[int]):
        def __iter__(self) -> Iterator[int]:
            for number in items():
                taken.append(number)
                yield number

    results = in_order(double, Numbers(range(200)), [SIZE] * 200, 2)
    next(results)
    assert len(taken) < 20
    results.close()


def children(pid: int) -> set[int]:
    """The processes that a process started."""
    return {
        int(found)
        for task in Path(f"/proc/{pid}/task").iterdir()
        for found in (task / "children").read_text().split()
    }


SCRIPT = """
import time
print("run", flush=True)
from index.workers import in_order
from tests.index.test_workers import double
for number, _ in in_order(double, range(400), [200_000] * 400, 2):
    print(number, flush=True)
"""


def test_the_program_is_run_once_and_its_processes_die_with_it(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "run\n"
        assert process.stdout.readline() == "0\n"
        started = children(process.pid)
        assert len(started) >= 2
        process.kill()
        assert "run\n" not in process.stdout.read()
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in started):
            return
        time.sleep(0.1)
    pytest.fail("processes outlive the program")
