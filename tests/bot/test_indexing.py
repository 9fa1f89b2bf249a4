"""`footnote index --watch` as a process: what it says of each update, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bot.indexing import _Told
from bot.output import Output
from bot.render.style import Style
from bot.render.updates import of_update
from bot.watching import Outcome
from index.build import Report
from index.errors import StoreError
from index.reading import Skipped
from index.store import Store
from tests.bot.conftest import ROOT, Command


class Watch:
    """The process, and what it wrote so far."""

    def __init__(self, folder: Path, *more: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "bot", "index", "--watch", *more],
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.out: list[str] = []
        self.err: list[str] = []
        self._threads = [
            threading.Thread(target=lambda: self.out.extend(self.process.stdout or ())),
            threading.Thread(target=lambda: self.err.extend(self.process.stderr or ())),
        ]
        for each in self._threads:
            each.start()

    def until(self, what: Callable[[], object]) -> None:
        end = monotonic() + 30
        while not what():
            assert monotonic() < end, (self.out, self.err)
            assert self.process.poll() is None, (self.out, self.err)
            sleep(0.01)

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        for each in self._threads:
            each.join()
        for stream in (self.process.stdout, self.process.stderr):
            assert stream is not None
            stream.close()


@pytest.fixture
def few(folder: Path) -> Path:
    """A corpus that is indexed in no time."""
    for each in (folder / "seeds").iterdir():
        each.unlink()
    (folder / "seeds" / "a.txt").write_text("The first document.\n")
    return folder


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_each_update_is_a_line_and_a_signal_ends_it(few: Path, how: signal.Signals) -> None:
    with Watch(few) as watch:
        watch.until(lambda: watch.out)
        assert watch.out[0].startswith("1 file, 1 passage: 1 added")
        (few / "seeds" / "b.txt").write_text("The second document.\n")
        watch.until(lambda: len(watch.out) == 2)
        assert "  added b.txt (" in watch.out[1]
        watch.process.send_signal(how)
        assert watch.process.wait(30) == 0
    assert watch.err == []


def test_programs_get_an_object_for_each_update_and_each_error(few: Path) -> None:
    with Watch(few, "--json") as watch:
        watch.until(lambda: watch.out)
        (few / "seeds").rename(few / "aside")
        watch.until(lambda: len(watch.out) == 2)
        (few / "aside" / "b.txt").write_text("The second document.\n")
        (few / "aside").rename(few / "seeds")
        watch.until(lambda: len(watch.out) == 3)
    first, error, update = map(json.loads, watch.out)
    assert (first["added"], update["added"]) == (["a.txt"], ["b.txt"])
    assert "does not exist" in error["error"]
    assert sum("does not exist" in line for line in watch.err) == 1


def test_another_writer_is_waited_for(footnote: Command, few: Path) -> None:
    with Store.for_corpus(few / ".footnote", few / "seeds").lock():
        assert footnote("index").code == 2
        watch = Watch(few)
        watch.until(lambda: watch.err)
        assert "The index is being written by process" in watch.err[0]
    with watch:
        watch.until(lambda: watch.out)
        assert "  added a.txt (" in watch.out[0]


def test_no_folder_at_first_is_an_error(footnote: Command, few: Path) -> None:
    run = footnote("index", "--watch", "--corpus", str(few / "none"))
    assert (run.code, run.out) == (2, "")
    assert "does not exist" in run.err


def report(**more: Any) -> Report:
    return Report(generation=None, seconds=0.25, **more)  # type: ignore[arg-type]


def test_what_is_wrong_or_skipped_is_said_once(capsys: pytest.CaptureFixture[str]) -> None:
    told = _Told(Output({}), json=False)
    one, two = (Skipped(f, "binary", f"{f}: it holds no text") for f in ("one", "two"))
    told.first(report(added=("a.txt",), skipped=(one,), notices=("Something odd.",)))
    full = Outcome(error=StoreError("The disk is full.", "Make room."))
    told(full)
    told(full)
    told(Outcome())
    told(Outcome())
    told(Outcome(report(changed=("a.txt",), skipped=(one, two), notices=("Something odd.",))))
    told(full)
    said = capsys.readouterr()
    assert [said.out.count(each) for each in ("one: ", "two: ", "changed a.txt")] == [1, 1, 1]
    counts = [said.err.count(each) for each in ("disk is full", "Make room", "brought up to date")]
    assert counts == [2, 2, 1]
    assert said.out.count("Something odd.") + said.err.count("Something odd.") == 1


def test_an_update_names_a_few_files_of_each_kind() -> None:
    whole = report(
        added=tuple(f"{n}.txt" for n in range(1204)),
        removed=("a\x1b[2J.txt",),
        renamed=(("b.txt", "c.txt"),),
    )
    assert of_update(whole, "12:00:00", Style()) == (
        "12:00:00  added 0.txt, 1.txt, 2.txt and 1,201 more; removed a\\x1b[2J.txt; "
        "renamed b.txt to c.txt (0.25 s)"
    )
    lines = of_update(whole, "12:00:00", Style(columns=40)).splitlines()
    assert all(line.startswith(" " * 10) for line in lines[1:])
    assert max(map(len, lines)) <= 40
    assert of_update(report(unchanged=3), "12:00:00", Style()) == ""
