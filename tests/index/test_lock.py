"""One writer at a time."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from index.errors import LockedError, StoreError
from index.lock import Holder, is_held, locked, signed

HOLD = """
import sys, time
from pathlib import Path
from index.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def hold(path: Path, seconds: float) -> subprocess.Popen[str]:
    """Another process that holds the lock."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_the_error_names_the_holder(tmp_path: Path) -> None:
    with hold(tmp_path / "lock", 60) as process:
        with pytest.raises(LockedError) as caught, locked(tmp_path / "lock"):
            pass
        process.kill()
    assert f"process {process.pid} on {os.uname().nodename}" in caught.value.message
    assert caught.value.hint


def test_a_killed_holder_holds_nothing(tmp_path: Path) -> None:
    with hold(tmp_path / "lock", 60) as process:
        process.kill()
    with locked(tmp_path / "lock"):
        signed = json.loads((tmp_path / "lock").read_text())
    assert signed["pid"] == os.getpid()


def test_whether_it_is_held_and_by_whom(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    assert not is_held(path)
    assert not path.exists()
    assert signed(path) is None
    with hold(path, 60) as process:
        assert is_held(path)
        holder = signed(path)
        assert holder is not None
        assert holder.pid == process.pid
        assert not holder.ended()
        process.kill()
    assert not is_held(path)
    assert holder.ended()
    assert not Holder(holder.pid, "elsewhere", holder.time).ended()  # who knows
    for rubbish in ('{"pid": -1, "host": "a", "time": "b"}', "[]", '{"pid": "x"}'):
        path.write_text(rubbish)
        assert signed(path) is None


def test_whether_readers_hold_it(tmp_path: Path) -> None:
    reader = os.open(tmp_path, os.O_RDONLY)
    assert not is_held(tmp_path, even_shared=True)
    fcntl.flock(reader, fcntl.LOCK_SH)
    assert is_held(tmp_path, even_shared=True)
    assert not is_held(tmp_path)
    os.close(reader)


def test_it_waits_as_long_as_it_is_told(tmp_path: Path) -> None:
    with hold(tmp_path / "lock", 0.5), locked(tmp_path / "lock", wait=20):
        pass
    with hold(tmp_path / "lock", 60) as process:
        started = time.monotonic()
        with pytest.raises(LockedError), locked(tmp_path / "lock", wait=0.2):
            pass
        assert 0.2 <= time.monotonic() - started < 10
        process.kill()


def test_threads_of_a_process_exclude_each_other(tmp_path: Path) -> None:
    inside: list[int] = []

    def work() -> None:
        with locked(tmp_path / "lock", wait=20):
            inside.append(len(inside))
            time.sleep(0.01)
            inside.pop()
            seen.append(len(inside))

    seen: list[int] = []
    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [0, 0, 0, 0]


def test_a_lock_file_with_rubbish_is_locked_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "lock").write_bytes(b"\xff{" * 5000)
    with locked(tmp_path / "lock"):
        assert json.loads((tmp_path / "lock").read_text())["pid"] == os.getpid()
        (tmp_path / "lock").write_bytes(b"\xff{" * 5000)
        with pytest.raises(LockedError, match="another process"), locked(tmp_path / "lock"):
            pass


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught, locked(tmp_path / "none" / "lock"):
        pass
    assert str(tmp_path / "none") in caught.value.message
