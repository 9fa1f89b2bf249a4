"""A folder that is followed: what changes is indexed when it rests, whatever goes wrong."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bot import listening, watching
from bot.listening import Listener
from bot.settings import Settings
from bot.settling import Settling
from bot.watching import Follower, Outcome
from bot.wiring import reindex
from index.errors import CorpusError, LockedError, StoreError
from index.scan import FileStat
from index.store import Store

EVERY = 0.1


class Followed:
    """A folder that a thread follows, and what came of each look."""

    def __init__(self, tmp_path: Path) -> None:
        self.corpus = tmp_path / "corpus"
        self.corpus.mkdir()
        (self.corpus / "a.txt").write_text("The first document.\n")
        self.settings = Settings(self.corpus, tmp_path / "store", "extractive")
        reindex(self.settings).generation.close()
        self.outcomes: list[Outcome] = []
        self.follower = Follower(
            self.settings, self.outcomes.append, lambda: nullcontext(lambda *_: None), EVERY
        )
        self.thread = threading.Thread(target=self.follower.run)

    def start(self, hearing: bool = True) -> None:
        self.thread.start()
        until(lambda: self.outcomes and (self.follower._listener.hearing or not hearing))

    @property
    def done(self) -> list[str]:
        """What was added, changed and removed, in order."""
        return [
            f"{mark}{file}"
            for each in self.outcomes
            if each.report is not None
            for mark, files in zip(
                "+~-", (each.report.added, each.report.changed, each.report.removed), strict=True
            )
            for file in files
        ]

    @property
    def errors(self) -> list[str]:
        return [type(each.error).__name__ for each in self.outcomes if each.error is not None]


def until(what: Callable[[], object], seconds: float = 20.0) -> None:
    end = monotonic() + seconds
    while not what():
        assert monotonic() < end, "it did not come to that"
        sleep(0.01)


@pytest.fixture
def followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Followed]:
    monkeypatch.setattr(watching, "Settling", lambda: Settling(0.1, 0.2, 30.0))
    monkeypatch.setattr(listening, "_LONGEST", 50)
    monkeypatch.setattr(listening, "_AGAIN", 0.1)
    followed = Followed(tmp_path)
    yield followed
    followed.follower.stop()
    if followed.thread.ident is not None:
        followed.thread.join(10)
        assert not followed.thread.is_alive()


def test_each_change_is_indexed(followed: Followed) -> None:
    followed.start()
    assert followed.done == []
    a, b = followed.corpus / "a.txt", followed.corpus / "b.txt"
    b.write_text("The second document.\n")
    until(lambda: followed.done == ["+b.txt"])
    a.write_text("The first document, mended.\n")
    until(lambda: followed.done == ["+b.txt", "~a.txt"])
    b.unlink()
    until(lambda: followed.done == ["+b.txt", "~a.txt", "-b.txt"])


def test_what_the_system_does_not_tell_is_seen_all_the_same(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listener, "open", lambda _: None)
    followed.start(hearing=False)
    (followed.corpus / "b.txt").write_text("The second document.\n")
    until(lambda: followed.done == ["+b.txt"], 5)


def test_what_was_not_heard_raises_doubts(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk of another machine: the system says it listens, and tells nothing."""
    doubts: list[object] = []
    monkeypatch.setattr(Listener, "open", lambda each: setattr(each, "hearing", True))
    monkeypatch.setattr(Listener, "doubt", lambda each: doubts.append(each))
    followed.start()
    assert not doubts
    (followed.corpus / "b.txt").write_text("The second document.\n")
    until(lambda: followed.done == ["+b.txt"], 5)
    assert len(doubts) == 1
    assert not followed.follower._trusted
    followed.follower.look()
    assert followed.follower._trusted


class Writing:
    """Writes on and on at the end of a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        while not self._stop.wait(0.02):
            with self._path.open("a") as file:
                file.write("A line of the log.\n")

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


class Known(Settling):
    """Which files are being written is known here, so that a slow machine changes nothing."""

    moving: frozenset[str] = frozenset()
    waiting = False

    def waits(self) -> bool:
        return self.waiting

    def restless(self, changed: Iterable[FileStat]) -> frozenset[str]:
        return frozenset(each.file for each in changed) & self.moving


def test_a_file_is_left_alone_while_it_is_written_and_others_are_not(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Known(quiet=0.05)
    monkeypatch.setattr(followed.follower, "_settling", known)
    followed.start()
    a, log = followed.corpus / "a.txt", followed.corpus / "log.txt"
    known.moving = frozenset({"log.txt", "a.txt"})
    log.write_text("A line of the log.\n")
    (followed.corpus / "b.txt").write_text("The second document.\n")
    a.write_text("The first document, half\n")
    until(lambda: followed.done == ["+b.txt"])
    sleep(0.2)
    (followed.corpus / "b.txt").unlink()
    until(lambda: followed.done == ["+b.txt", "-b.txt"])
    with Store.for_corpus(followed.settings.store, followed.corpus).current() as generation:  # type: ignore[union-attr]
        assert generation.text("a.txt") == "The first document.\n"
    known.moving = frozenset()
    until(lambda: followed.done == ["+b.txt", "-b.txt", "+log.txt", "~a.txt"])


def test_a_file_that_never_rests_is_indexed_now_and_then(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(followed.follower, "_settling", Settling(1.0, 0.2, patience=0.6))
    times: list[float] = []
    inner = reindex

    def timed(*given: Any, **named: Any) -> Any:
        times.append(monotonic())
        return inner(*given, **named)

    monkeypatch.setattr(watching, "reindex", timed)
    followed.start()
    with Writing(followed.corpus / "log.txt"):
        until(lambda: followed.done[:2] == ["+log.txt", "~log.txt"])
    assert times[1] - times[0] > 0.5  # not without end


def test_what_rests_waits_for_the_rest_of_what_is_copied(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = Known(quiet=0.05)
    monkeypatch.setattr(followed.follower, "_settling", known)
    followed.start()
    known.moving, known.waiting = frozenset({"c.txt"}), True
    for name in ("c.txt", "b.txt"):
        (followed.corpus / name).write_text(f"The document {name}.\n")
    sleep(0.4)
    assert followed.done == []
    known.waiting = False
    until(lambda: followed.done == ["+b.txt"])
    known.moving = frozenset()
    until(lambda: followed.done == ["+b.txt", "+c.txt"])


def test_who_asks_is_answered_at_once(followed: Followed) -> None:
    followed.start()
    with Writing(followed.corpus / "log.txt"):
        sleep(0.3)
        found: list[Outcome] = []
        followed.follower.want(found.append)
        until(lambda: found, 5)
    assert found[0].report is not None
    assert found[0].report.added == ("log.txt",)


def test_a_folder_that_goes_and_comes_back(followed: Followed) -> None:
    followed.start()
    aside = followed.corpus.with_name("aside")
    followed.corpus.rename(aside)
    until(lambda: CorpusError.__name__ in followed.errors)
    aside.rename(followed.corpus)
    until(lambda: followed.outcomes[-1].error is None)
    assert followed.done == []
    (followed.corpus / "b.txt").write_text("The second document.\n")
    until(lambda: followed.done == ["+b.txt"])


def test_another_writer_is_waited_for(followed: Followed) -> None:
    followed.start()
    with Store.for_corpus(followed.settings.store, followed.corpus).lock():
        (followed.corpus / "b.txt").write_text("The second document.\n")
        until(lambda: followed.errors)
    assert set(followed.errors) == {LockedError.__name__}
    until(lambda: followed.done == ["+b.txt"])


def test_what_fails_is_tried_again_ever_more_seldom(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, tries = reindex, []

    def fails(*given: Any, **named: Any) -> Any:
        tries.append(monotonic())
        if len(tries) < 4:
            raise StoreError("The disk is full.") if len(tries) < 3 else OSError(5, "broken")
        return inner(*given, **named)

    monkeypatch.setattr(watching, "reindex", fails)
    followed.start()
    (followed.corpus / "b.txt").write_text("The second document.\n")
    until(lambda: followed.errors)
    (followed.corpus / "c.txt").write_text("Another, which hurries nobody.\n")
    until(lambda: followed.done == ["+b.txt", "+c.txt"])
    pauses = [later - earlier for earlier, later in pairwise(tries)]
    assert all(pause >= least for pause, least in zip(pauses, (0.1, 0.2, 0.4), strict=True))


def test_it_is_tidied_up_between_builds(
    followed: Followed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And again, where another process had the lock."""
    tidied: list[str] = []

    def tidy(_: Store) -> None:
        tidied.append(threading.current_thread().name)

    monkeypatch.setattr(Store, "tidy", tidy)
    monkeypatch.setattr(Store, "rubbish", lambda _: [1, 2, 3][len(tidied) :])
    followed.start()
    followed.follower.tidy()
    until(lambda: len(tidied) == 3)
    sleep(3 * EVERY)
    assert tidied == [followed.thread.name] * 3


def test_a_stop_is_heard_at_once(followed: Followed) -> None:
    followed.start()
    begun = monotonic()
    followed.follower.stop()
    followed.thread.join(10)
    assert monotonic() - begun < 2
    found: list[Outcome] = []
    followed.follower.want(found.append)
    assert found[0].error is not None
