"""The generation that stands, while many threads use it: it is closed after its last question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bot.settings import Settings
from bot.wiring import Desk
from index.schema import Retrieval
from index.sources import Sources


class Standing:
    """A generation in use: its Asker, and the names of its documents."""

    def __init__(self, settings: Settings) -> None:
        self.users = 0
        self.retired = False
        self._corpus = settings.corpus
        self._desk = Desk(settings, update=False)
        try:
            self.asker = self._desk.asker()
            self.generation = self._desk.generation  # the one that the Asker reads
            self.names = list(self.generation.files())  # now, for nobody waits for it yet
        except BaseException:
            self._desk.close()
            raise

    def retrieve(self, question: str, k: int = 10) -> Retrieval:
        """What a check of a text asks: passages."""
        return self.asker.retrieve(question, k)

    def sources(self) -> Sources:
        """And the documents as they are now."""
        return Sources(self.generation, self._corpus)

    def close(self) -> None:
        """Let the generation go; nobody may use it any more."""
        self._desk.close()


class Holder:
    """Holds the generation that stands, until another is put in its place.

    `gone` is called when one was let go, from the thread of its last user.
    """

    def __init__(self) -> None:
        self.gone: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._standing: Standing | None = None

    @property
    def generation(self) -> str | None:
        """The name of the generation that stands."""
        standing = self._standing
        return standing.generation.name if standing is not None else None

    @contextmanager
    def held(self) -> Iterator[Standing | None]:
        """What stands now, if anything does; it stays open meanwhile."""
        with self._lock:
            standing = self._standing
            if standing is not None:
                standing.users += 1
        if standing is None:
            yield None
            return
        try:
            yield standing
        finally:
            with self._lock:
                standing.users -= 1
                last = standing.retired and not standing.users
            if last:
                self._let_go(standing)

    def put(self, new: Standing | None) -> None:
        """Let `new` stand from now on; the one before goes when its last user has gone."""
        with self._lock:
            old, self._standing = self._standing, new
            if old is not None:
                old.retired = True
            idle = old is not None and not old.users
        if old is not None and idle:
            self._let_go(old)

    def _let_go(self, standing: Standing) -> None:
        standing.close()
        self.gone()
