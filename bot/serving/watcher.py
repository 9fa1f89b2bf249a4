"""The thread that keeps the index fresh: it looks for changes, builds, and swaps what it built in.

No question waits for it: what stood before stands until the next generation is whole.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from time import monotonic

from bot.answers import Notice
from bot.current import of_earlier
from bot.serving.figures import Building
from bot.serving.standing import Holder, Standing
from bot.settings import Settings
from bot.wiring import chroma_of, embedder_of, reindex
from index.build import Report, is_current
from index.errors import FootnoteError, LockedError, StoreError
from index.record import record
from index.scan import scan
from index.store import Store

EVERY = 2.0  # seconds between looks at the documents
# A look at very many files takes seconds itself: it may take this share of the time.
_SHARE = 0.1
_MOST_PATIENCE = 60.0  # seconds until a build that failed is tried again, at most


@record
class Outcome:
    """What came of a build that was asked for; the report's generation is closed."""

    report: Report | None
    error: FootnoteError | None = None


class Watcher:
    """Sees to it that `holder` holds a generation of the documents as they are.

    `trouble` is why the last look or build failed, `building` how far one is.
    """

    def __init__(self, settings: Settings, holder: Holder, every: float = EVERY) -> None:
        self.trouble: Notice | None = None
        self.building: Building | None = None
        self._settings = settings
        self._holder = holder
        self._every = every
        self._store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
        self._lock = threading.Lock()
        self._wanted: list[Callable[[Outcome], None]] = []
        self._wake = threading.Event()
        self._closing = False
        self._thread = threading.Thread(target=self._watch, name="index", daemon=True)

    def open(self) -> None:
        """Have the index that stands held, if one does, and begin to look."""
        try:
            self._holder.put(Standing(self._settings))
        except StoreError as error:
            # None yet, or one that this version cannot read: it is built at the first look.
            self.trouble = of_earlier(error)
        self._thread.start()

    def want(self, done: Callable[[Outcome], None]) -> None:
        """Look and build now; `done` is called from a thread when that stands, or failed."""
        with self._lock:
            if not self._closing:
                self._wanted.append(done)
                self._wake.set()
                return
        done(_restarted())

    def close(self) -> None:
        """Stop a build that is under way, and look no more."""
        with self._lock:
            self._closing = True
            self._wake.set()
        if self._thread.is_alive():
            self._thread.join(10.0)
        for done in self._wanted:
            done(_restarted())
        self._wanted = []

    def _watch(self) -> None:
        pause = patience = 0.0
        while True:
            self._wake.wait(pause)
            with self._lock:
                if self._closing:
                    return
                self._wake.clear()
                wanted, self._wanted = self._wanted, []
            begun = monotonic()
            outcome = self._refreshed(forced=bool(wanted))
            for done in wanted:
                done(outcome)
            if outcome.error is None or isinstance(outcome.error, LockedError):
                patience = 0.0
            else:
                patience = min(_MOST_PATIENCE, max(self._every, patience * 2))
            took = monotonic() - begun
            pause = max(self._every, patience, took / _SHARE if outcome.report is None else 0.0)

    def _refreshed(self, forced: bool) -> Outcome:
        """Look whether the documents changed; if so, build, and swap the new generation in."""
        try:
            report = self._update(forced)
        except _Stopped:
            return _restarted()
        except (FootnoteError, OSError) as error:
            told = error if isinstance(error, FootnoteError) else StoreError(str(error))
            trouble = of_earlier(told)
            if trouble != self.trouble:  # once, however often it is tried again
                _warn(told)
            self.trouble = trouble
            return Outcome(None, told)
        except Exception as error:  # a bug must not end the thread: the index would never change
            import logging

            logging.getLogger(__name__).exception("the index could not be refreshed")
            told = StoreError(f"The index could not be refreshed ({type(error).__name__}).")
            self.trouble = of_earlier(told)
            return Outcome(None, told)
        finally:
            self.building = None
        self.trouble = None
        return Outcome(report)

    def _update(self, forced: bool) -> Report | None:
        self._follow()
        if not forced and self._is_current():
            return None
        self.building = Building()
        report = reindex(self._settings, self._progress)
        report.generation.close()
        self._follow()
        return report

    def _is_current(self) -> bool:
        with self._holder.held() as standing:
            return standing is not None and is_current(
                standing.generation,
                scan(self._settings.corpus),
                embedder=embedder_of(self._settings),
                chroma=chroma_of(self._settings),
            )

    def _follow(self) -> None:
        """Swap in the generation that stands on the disk, be it ours or another process'."""
        name = self._store.standing()
        if name is not None and name != self._holder.generation:
            self._holder.put(Standing(self._settings))

    def _progress(self, done: int, total: int, stage: str) -> None:
        if self._closing:
            raise _Stopped
        self.building = Building(done, total, stage)


class _Stopped(Exception):
    """The build is no longer wanted: the program ends."""


def _warn(error: FootnoteError) -> None:
    import logging

    log = logging.getLogger(__name__)
    log.warning("the index could not be refreshed: %s", error.message)


def _restarted() -> Outcome:
    return Outcome(None, StoreError("I am about to be restarted.", phrase="closing"))
