"""The threads that keep what is answered from fresh: one sees to the index, one takes up the new.

No question waits for them: what stood before stands until the next generation is whole.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

from bot.answers import Notice
from bot.current import Progress, of_earlier
from bot.serving.figures import Building
from bot.serving.standing import Holder, Standing
from bot.settings import Settings
from bot.watching import EVERY, Follower, Outcome
from index.errors import FootnoteError, StoreError
from index.store import Store

_GLANCE = 0.25  # seconds between looks at which generation stands; one takes 0.02 ms


class Watcher:
    """Sees to it that `holder` holds a generation of the documents as they are.

    `building` is how far a build is.
    """

    def __init__(self, settings: Settings, holder: Holder, every: float = EVERY) -> None:
        self.building: Building | None = None
        self._settings = settings
        self._holder = holder
        self._every = every
        self._store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
        self._follower = Follower(settings, self._tell, self._shown, every)
        # Why the last look or build failed, and why the generation that stands is not taken up.
        self._unbuilt: Notice | None = None
        self._unread: Notice | None = None
        self._refused: tuple[str, float] = ("", 0.0)  # which one, and until when
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._threads = [
            threading.Thread(target=self._follower.run, name="index", daemon=True),
            threading.Thread(target=self._glance, name="generation", daemon=True),
        ]
        holder.gone = self._follower.tidy

    @property
    def trouble(self) -> Notice | None:
        """Why what is answered from may not be of the documents as they are."""
        return self._unbuilt or self._unread

    def open(self) -> None:
        """Have the index that stands held, if one does, and begin to look."""
        try:
            self._holder.put(Standing(self._settings))
        except StoreError as error:
            # None yet, or one that this version cannot read: it is built at the first look.
            self._unbuilt = of_earlier(error)
        for each in self._threads:
            each.start()

    def want(self, done: Callable[[Outcome], None]) -> None:
        """Look and build now; `done` is called from a thread when that stands, or failed."""
        self._follower.want(done)

    def close(self) -> None:
        """Stop a build that is under way, and look no more."""
        self._closing.set()
        self._follower.stop()
        for each in self._threads:
            if each.is_alive():
                each.join(10.0)

    def _glance(self) -> None:
        """Swap in what other processes build, even while one of ours is under way."""
        while not self._closing.wait(_GLANCE):
            if self._take_up():
                self._follower.look()  # what was wrong before may be right now

    def _take_up(self) -> bool:
        """Swap in the generation that stands on the disk, if it is another; whether it was."""
        with self._lock:
            name = self._store.standing()
            if name is None or name == self._holder.generation:
                return False
            refused, until = self._refused
            if name == refused and monotonic() < until:
                return False
            try:
                self._holder.put(Standing(self._settings))
            except Exception as error:
                told = error if isinstance(error, FootnoteError) else StoreError(_bug(error))
                self._unread = _noted(told, self._unread)
                self._refused = name, monotonic() + self._every
                return False
            self._unread = None
            return True

    def _tell(self, outcome: Outcome) -> None:
        """Hear what came of a look; those who wait for it are told after this."""
        self._take_up()
        error = outcome.error
        self._unbuilt = None if error is None else _noted(error, self._unbuilt)

    @contextmanager
    def _shown(self) -> Iterator[Progress]:
        self.building = Building()
        try:
            yield self._progress
        finally:
            self.building = None

    def _progress(self, done: int, total: int, stage: str) -> None:
        self.building = Building(done, total, stage)


def _bug(error: Exception) -> str:
    return f"The index could not be opened ({type(error).__name__}: {error})."


def _noted(error: FootnoteError, before: Notice | None) -> Notice:
    """`error` as readers are told of it; the log is told once, however often it is tried again."""
    import logging

    trouble = of_earlier(error)
    if trouble != before:
        log = logging.getLogger(__name__)
        log.warning("the index could not be refreshed: %s", error.message)
    return trouble
