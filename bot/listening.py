"""Hears from the system that something in a folder changed, where the system tells.

A disk of another machine tells nothing, and there are no more watches than the system allows:
who listens must look, too, now and then.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from index.reading import unprintable

_MOST_FOLDERS = 10_000  # each takes one of the system's watches, which are for all programs
_GROUPED = 100  # milliseconds in which what happens is told at once
_STEP = 50
_LONGEST = 250  # milliseconds until the listener looks after itself
_AGAIN = 2.0  # seconds until what could not be listened to is tried again


class Listener:
    """Calls `heard` from a thread after something in `folder` changed.

    It follows no links, and listens in no folder that a scan passes over.
    """

    def __init__(self, folder: Path, heard: Callable[[], None]) -> None:
        self.hearing = False
        self._folder = folder
        self._heard = heard
        self._stop = threading.Event()
        self._anew = False
        self._thread = threading.Thread(target=self._listen, name="listener", daemon=True)

    def open(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def doubt(self) -> None:
        """Something changed unheard: set up all anew."""
        self._anew = True

    def close(self) -> None:
        """Listen no more."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(5.0)

    def _listen(self) -> None:
        while not self._stop.is_set():
            with suppress(Exception):  # the system's no, or a fault of the library's: then looks do
                self._listen_once()
            self.hearing = False
            self._stop.wait(0.0 if self._anew else _AGAIN)

    def _listen_once(self) -> None:
        """Until the folders are others than before; then `_anew` is set."""
        self._anew = False
        before = _identity(self._folder)
        folders = _folders(self._folder)
        if before is None or not folders:
            return
        from watchfiles import Change, watch

        for changes in watch(
            *folders,
            watch_filter=None,
            debounce=_GROUPED,
            step=_STEP,
            stop_event=self._stop,
            rust_timeout=_LONGEST,
            yield_on_timeout=True,
            raise_interrupt=False,
            recursive=False,  # else links would be followed, out of the folder and in circles
            force_polling=False,
            ignore_permission_denied=True,
        ):
            if changes or not self.hearing:  # what happened before is looked for, too
                self._heard()
            self.hearing = True
            new = any(how == Change.added and os.path.isdir(path) for how, path in changes)
            if new or self._anew or _identity(self._folder) != before:
                self._anew = True
                return


def _identity(folder: Path) -> tuple[int, int] | None:
    """What tells a folder from another of its name."""
    try:
        status = os.stat(folder)
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _folders(root: Path) -> list[str]:
    """`root` and the folders below that a scan goes into; none where there are too many."""
    found = [os.path.realpath(root)]
    for folder in found:
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name
                if name.startswith(".") or (not name.isprintable() and unprintable(name)):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    found.append(entry.path)
        if len(found) > _MOST_FOLDERS:
            return []
    return found
