"""Follows a folder of documents: whenever they change and rest, the index is brought up to date."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from time import monotonic

from bot.current import Progress
from bot.listening import Listener
from bot.settings import Settings
from bot.settling import Settling
from bot.wiring import chroma_of, embedder_of, reindex
from index.build import Report, is_current
from index.errors import CorpusError, FootnoteError, LockedError, StoreError
from index.generation import Generation
from index.record import record, replaced
from index.scan import FileStat, Scan, scan
from index.store import Store

EVERY = 2.0  # seconds between looks at the documents, where the system does not tell of changes
# A look at very many files takes seconds itself: it may take this share of the time, and this
# where the system tells of changes.
_SHARE, _SHARE_HEARD = 0.1, 0.01
_LONGEST = 60.0  # seconds between looks, and until a build that failed is tried again, at most
_SOONER = 5.0  # seconds until then, where something changed: what filled the disk may be gone
_WAIT = 1.0  # seconds for another process that builds: most changes take it less
_TIDYINGS = 5  # looks at which what was let go is removed, if another process builds meanwhile


@record
class Outcome:
    """What came of a look at the documents: nothing, if nothing was to be done.

    The report's generation is closed.
    """

    report: Report | None = None
    error: FootnoteError | None = None


class Follower:
    """Sees to it that the index of some documents is up to date, from `run` to `stop`.

    `told` hears what came of each look; `shown` gives what shows how far a build is.
    """

    def __init__(
        self,
        settings: Settings,
        told: Callable[[Outcome], None],
        shown: Callable[[], AbstractContextManager[Progress]],
        every: float = EVERY,
    ) -> None:
        self._settings = settings
        self._told = told
        self._shown = shown
        self._every = every
        self._store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
        self._listener = Listener(settings.corpus, self.look)
        self._settling = Settling()
        self._turn = threading.Condition()
        # What is to be done, under the condition's lock.
        self._wanted: list[Callable[[Outcome], None]] = []
        self._heard = False
        self._untidy = False
        self._tidyings = 0  # how often more it is tried
        self._stopping = False
        # When the next look is due: after something was heard, and in any case.
        self._soonest = self._latest = 0.0
        self._patience = 0.0
        self._held = False  # the last look left some file alone
        self._trusted = True  # what changed last was heard

    def want(self, done: Callable[[Outcome], None]) -> None:
        """Look and build now, whatever is being written; `done` is told when that is over."""
        with self._turn:
            if not self._stopping:
                self._wanted.append(done)
                self._turn.notify()
                return
        done(_stopped())

    def look(self) -> None:
        """Something may have changed."""
        with self._turn:
            self._heard = self._trusted = True
            self._turn.notify()

    def tidy(self) -> None:
        """Somebody let an old generation go."""
        with self._turn:
            self._untidy, self._tidyings = True, _TIDYINGS
            self._turn.notify()

    def stop(self) -> None:
        """Let `run` come to its end; a build that is under way is given up."""
        with self._turn:
            self._stopping = True
            wanted, self._wanted = self._wanted, []
            self._turn.notify()
        for done in wanted:
            done(_stopped())

    def run(self) -> None:
        """Look, build and wait, in turn."""
        self._listener.open()
        try:
            while self._awaited():
                with self._turn:
                    wanted, self._wanted = self._wanted, []
                    heard, self._heard = self._heard, False
                outcome = self._looked(heard, forced=bool(wanted))
                if outcome.error or outcome.report or not self._held:  # else it has just begun
                    self._told(outcome)
                for done in wanted:
                    done(outcome)
        finally:
            self._listener.close()
            self.stop()

    def _awaited(self) -> bool:
        """Wait until the next look is due; False when there is to be none any more."""
        while True:
            with self._turn:
                left = (self._soonest if self._heard else self._latest) - monotonic()
                if not (self._stopping or self._wanted or self._untidy or left <= 0):
                    self._turn.wait(left)
                    continue
                if self._stopping:
                    return False
                untidy, self._untidy = self._untidy, False
                tries = self._tidyings
                self._tidyings = max(0, tries - 1)
            if tries:
                self._store.tidy()  # here, lest a build of ours finds the lock taken
                if not self._store.rubbish():
                    self._tidyings = 0
            if not untidy:
                return True

    def _looked(self, heard: bool, forced: bool) -> Outcome:
        """Look, build where something changed, and say when to look again."""
        begun = monotonic()
        outcome = self._outcome(heard, forced)
        took = monotonic() - begun
        error = outcome.error
        if error is not None and not isinstance(error, (CorpusError, LockedError)):
            self._patience = min(_LONGEST, max(self._every, self._patience * 2))
        elif outcome.report is not None or not self._held:
            self._patience = 0.0
        if self._held and error is None:
            soonest = latest = max(self._settling.quiet, 2 * took)
        elif outcome.report is not None:  # others should have a processor, too
            soonest, latest = took, max(self._every, took)
        else:
            certain = self._trusted and self._listener.hearing and error is None
            soonest = took / _SHARE
            latest = min(_LONGEST, took / (_SHARE_HEARD if certain else _SHARE))
            latest = max(self._every, self._patience, soonest, latest)
            soonest = max(soonest, min(self._patience, _SOONER))
        now = monotonic()
        self._soonest, self._latest = now + soonest, now + latest
        return outcome

    def _outcome(self, heard: bool, forced: bool) -> Outcome:
        try:
            report = self._update(heard, forced)
        except _Stopped:
            return _stopped()
        except FootnoteError as error:
            return Outcome(error=error)
        except OSError as error:
            return Outcome(error=StoreError(str(error)))
        except Exception as error:  # a bug must not end it: the index would never change again
            import logging

            logging.getLogger(__name__).exception("the index could not be refreshed")
            name = type(error).__name__
            return Outcome(error=StoreError(f"The index could not be refreshed ({name})."))
        return Outcome(report)

    def _update(self, heard: bool, forced: bool) -> Report | None:
        self._held = False
        scanned, held = scan(self._settings.corpus), frozenset[str]()
        if not forced and (generation := self._standing()) is not None:
            with generation:
                if self._is_current(generation, scanned):
                    self._settling.indexed()
                    return None
                if not heard and self._listener.hearing and not self._settling.busy:
                    self._trusted = False
                    self._listener.doubt()
                held = self._settling.restless(_changed(generation, scanned))
                self._held = bool(held)
                if held:
                    scanned = _but(scanned, held, generation)
                    if self._settling.waits() or self._is_current(generation, scanned):
                        return None
        with self._shown() as progress:
            stoppable = self._stoppable(progress)
            report = reindex(self._settings, stoppable, scanned=scanned, wait=_WAIT)
        report.generation.close()
        self._settling.indexed(but=held)
        return report

    def _standing(self) -> Generation | None:
        try:
            return self._store.current()
        except StoreError:  # of another version, or damaged: it is built anew
            return None

    def _is_current(self, generation: Generation, scanned: Scan) -> bool:
        return is_current(
            generation,
            scanned,
            embedder=embedder_of(self._settings),
            chroma=chroma_of(self._settings),
        )

    def _stoppable(self, progress: Progress) -> Progress:
        def seen(done: int, total: int, stage: str) -> None:
            if self._stopping:
                raise _Stopped
            progress(done, total, stage)

        return seen


class _Stopped(Exception):
    """The build is no longer wanted: the program ends."""


def _stopped() -> Outcome:
    return Outcome(error=StoreError("I am about to be restarted.", phrase="closing"))


def _changed(generation: Generation, scanned: Scan) -> list[FileStat]:
    """The files that are not as `generation` has them."""
    known = set(generation.stats())
    return [each for each in scanned.files if each not in known]


def _but(scanned: Scan, held: frozenset[str], generation: Generation) -> Scan:
    """`scanned`, had the files of `held` not changed since `generation`."""
    known = {stat[0]: FileStat(*stat) for stat in generation.stats()}
    files = (known.get(each.file) if each.file in held else each for each in scanned.files)
    return replaced(scanned, files=tuple(each for each in files if each is not None))
