"""Kills or fails an update at each of its steps in turn, and says what is left. A program.

Each attempt is a process of its own, forked from one that has no threads. Arguments: a corpus
as it was, the same as it is now, a folder to work in, and "kill" or an errno's name.
"""

from __future__ import annotations

import errno
import os
import shutil
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import index.split  # noqa: F401  # imported once, not by every child
from index.build import update
from index.errors import StoreError
from index.lexical import LexicalWriter
from index.store import Store
from tests.index.states import State, current_state, left_over

STEPS = (
    (os, ("mkdir", "link", "rename", "replace", "unlink", "fsync", "open", "sendfile")),
    (LexicalWriter, ("add", "delete", "commit")),
)


class Trap:
    """Counts the steps of an update and, at one of them, does harm."""

    def __init__(self, at: int, harm: str) -> None:
        self.steps = 0
        self.sprung = ""
        self._at = at
        self._harm = harm
        for owner, names in STEPS:
            for name in names:
                setattr(owner, name, self._watched(getattr(owner, name), name))

    def _watched(self, inner: Callable[..., Any], name: str) -> Callable[..., Any]:
        def step(*args: Any, **named: Any) -> Any:
            if name == "open" and "/corpus/" in str(args[0]):
                return inner(*args, **named)  # a document that fails is another test's
            self.steps += 1
            if self.steps == self._at:
                self.sprung = name
                if self._harm == "kill":
                    os._exit(9)
                if name not in ("add", "delete", "commit"):  # those are Tantivy's to fail in
                    raise OSError(getattr(errno, self._harm), f"injected in {name}")
            return inner(*args, **named)

        return step


def unsynced(fd: Any) -> None:
    """Instead of os.fsync."""


def child(work: Callable[[], int]) -> int:
    """The exit status of a process that does `work`."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            status = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def main(old: Path, new: Path, folder: Path, harm: str) -> int:
    """Attempts until one is not harmed; the number of attempts goes to standard output."""
    # A killed process loses nothing that the kernel has: syncing is only slow here.
    os.fsync = unsynced
    corpus = folder / "corpus"
    wanted: dict[str, State] = {}

    def build(name: str) -> int:
        update(corpus, Store(folder / name)).generation.close()
        return 0

    def attempt(at: int) -> int:
        trap = Trap(at, harm)
        try:
            update(corpus, Store(folder / "store")).generation.close()
        except StoreError:
            return 8 if trap.sprung else 1
        return 7 if trap.sprung else 0

    def judge(at: int, status: int) -> int:
        store = Store(folder / "store")
        state = current_state(store)
        assert state in wanted.values(), "a mixed state"
        if status == 0:
            assert state == wanted["new"], "the update was not made"
        if at % 4 and status:
            return 0
        update(corpus, store).generation.close()
        assert current_state(store) == wanted["new"], "the next update did not mend it"
        assert left_over(store) == [], f"rubbish was left: {left_over(store)}"
        return 0

    # States are taken here, in a process that opens readers only: they start no threads.
    for name, source in (("old", old), ("new", new)):
        shutil.rmtree(corpus, ignore_errors=True)
        shutil.copytree(source, corpus)
        assert child(lambda name=name: build(name)) == 0  # type: ignore[misc]
        wanted[name] = current_state(Store(folder / name))
    at, seen, statuses = 0, 1, set()
    while seen:
        at += 1
        for place in ("store", "corpus"):
            shutil.rmtree(folder / place, ignore_errors=True)
        shutil.copytree(old, corpus)
        shutil.copytree(folder / "old", folder / "store")
        shutil.rmtree(corpus)
        shutil.copytree(new, corpus)
        seen = child(lambda at=at: attempt(at))  # type: ignore[misc]
        statuses.add(seen)
        if child(lambda at=at, status=seen: judge(at, status)):  # type: ignore[misc]
            print(f"attempt {at} ({harm}) ended wrongly", file=sys.stderr)
            return 1
    assert statuses <= {0, 7, 8, 9}, statuses
    print(at)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4]))
