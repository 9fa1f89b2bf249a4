"""A stat that was recorded changes with any later change of the bytes."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from index.errors import DocumentError
from index.rest import read_at_rest, stat_of
from index.scan import scan


def test_it_is_the_stat_of_a_scan(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / "link.txt").symlink_to("a.txt")
    for file in scan(tmp_path).files:
        assert stat_of(tmp_path, file.file) == file[1:]
    assert stat_of(tmp_path, "none.txt") is None
    assert stat_of(tmp_path, "\0") is None


@pytest.mark.parametrize("size", [1, 100])
def test_edits_right_after_it_was_read_show(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.txt"
    for number in range(30):
        path.write_bytes(b"x" * size)
        data, stat = read_at_rest(tmp_path, "a.txt")
        path.write_bytes(bytes([number]) * size)  # same length, and the same tick if it can be
        assert stat_of(tmp_path, "a.txt") != stat
        assert data == b"x" * size


def test_the_tick_of_the_last_change_is_waited_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("a")
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    now = time.time_ns()
    whole = now - now % 1_000_000_000

    def stat_in(times: int) -> None:
        monkeypatch.setattr("index.rest.stat_of", lambda *_: (1, times, times, path.stat().st_ino))
        read_at_rest(tmp_path, "a.txt")

    stat_in(whole)  # no fraction of a second: the disk counts in seconds
    assert 0 < slept.pop() <= 2
    stat_in(now | 1)
    assert 0 < slept.pop() <= 0.02
    stat_in((now - 1_000_000_000) | 1)
    assert not slept
    stat_in(whole - 5_000_000_000)
    assert not slept
    stat_in(now + 3_600_000_000_001)  # a clock that was set back: later changes differ anyway
    assert not slept


def test_old_files_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.txt").write_text("a")
    time.sleep(0.03)
    monkeypatch.setattr(time, "sleep", pytest.fail)
    assert read_at_rest(tmp_path, "a.txt")[0] == b"a"


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for name in ("pipe.txt", "none.txt"):
        with pytest.raises(DocumentError):
            read_at_rest(tmp_path, name)
