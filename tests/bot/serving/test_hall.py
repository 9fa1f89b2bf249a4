"""The core behind a chat: asked by many threads while its index is built, swapped and let go."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest

from bot import watching
from bot.answers import Answer
from bot.listening import Listener
from bot.serving import watcher
from bot.serving.figures import Building
from bot.serving.hall import Hall
from bot.serving.standing import Standing
from bot.settings import Settings
from bot.settling import Settling
from bot.watching import Outcome
from bot.wiring import reindex
from index.errors import LockedError, StoreError
from index.generation import Generation
from index.record import replaced
from tests.bot.conftest import NOT_THERE, PORT, ROOT

EVERY = 0.1


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    return Settings(tmp_path / "seeds", tmp_path / "store", "extractive")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Documents that no test changes, and their index, built once."""
    folder = tmp_path_factory.mktemp("hall")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    settings = Settings(folder / "seeds", folder / "store", "extractive")
    reindex(settings).generation.close()
    return settings


@pytest.fixture
def still(built: Settings) -> Iterator[Hall]:
    """A hall whose documents stay as they are."""
    hall = Hall(built, every=EVERY)
    hall.open()
    yield hall
    hall.close()


@pytest.fixture
def hall(settings: Settings) -> Iterator[Hall]:
    hall = Hall(settings, every=EVERY)
    hall._watcher._follower._settling = Settling(0.05, 0.1)
    hall.open()
    assert hall.wait(60)
    yield hall
    hall.close()


def until(what: Any, seconds: float = 20.0) -> None:
    """Wait until `what()`."""
    end = monotonic() + seconds
    while not what():
        assert monotonic() < end, "it did not come to that"
        sleep(0.01)


def test_the_first_index_is_built_in_the_background(settings: Settings) -> None:
    hall = Hall(settings, every=EVERY)
    with pytest.raises(StoreError, match="being read"):
        hall.ask(PORT)
    hall.open()
    try:
        assert hall.wait(60)
        assert isinstance(hall.ask(PORT).reply, Answer)
        assert hall.figures().failed == 1
    finally:
        hall.close()
    with pytest.raises(StoreError):
        hall.ask(PORT)


def test_an_index_that_stands_is_there_at_once(still: Hall) -> None:
    other = Hall(still.settings, every=EVERY)
    other.open()
    try:
        assert isinstance(other.ask(PORT).reply, Answer)
    finally:
        other.close()


def test_what_changes_is_known_soon_and_no_question_waits_for_it(hall: Hall) -> None:
    question = "When was the lighthouse of Zanthor built?"
    assert not isinstance(hall.ask(question).reply, Answer)
    first = hall.figures().generation
    (hall.settings.corpus / "new.txt").write_text("The lighthouse of Zanthor was built in 1871.\n")
    until(lambda: isinstance(hall.ask(question).reply, Answer))
    assert hall.figures().generation != first
    (hall.settings.corpus / "new.txt").unlink()
    until(lambda: not isinstance(hall.ask(question).reply, Answer))


def test_no_question_fails_while_generations_are_swapped(hall: Hall) -> None:
    """Eight threads ask without end while the documents change all the time."""
    stop = threading.Event()
    seen: set[str] = set()

    def ask() -> int:
        count = 0
        while not stop.is_set():
            reply = hall.ask(PORT).reply
            assert isinstance(reply, Answer)
            seen.add(reply.generation)
            count += 1
        return count

    with ThreadPoolExecutor(8) as threads:
        asking = [threads.submit(ask) for _ in range(8)]
        for n in range(6):
            before = hall.figures().generation
            (hall.settings.corpus / f"{n}.txt").write_text(f"Number {n} of the swaps.\n")
            until(lambda before=before: hall.figures().generation != before)
        stop.set()
        assert sum(each.result() for each in asking) > 50
    assert len(seen) >= 5
    assert hall.figures().failed == 0


def test_a_generation_is_closed_after_its_last_question(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed: list[str] = []
    inner = Generation.close

    def close(generation: Generation) -> None:
        if generation._manifest is not None:
            closed.append(generation.name)
        inner(generation)

    first = hall.figures().generation
    with hall.asker() as asker:
        monkeypatch.setattr(Generation, "close", close)
        (hall.settings.corpus / "new.txt").write_text("Something new.\n")
        until(lambda: hall.figures().generation != first)
        before = closed.count(first)  # by the build, which reads it through another handle
        assert isinstance(asker.ask(PORT), Answer)
        sleep(3 * EVERY)
        assert closed.count(first) == before
    assert closed.count(first) == before + 1


def test_an_index_that_another_process_built_is_taken_up_within_two_seconds(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Listener, "open", lambda _: None)
    settings = replaced(built, store=tmp_path / "store")
    reindex(settings).generation.close()
    hall = Hall(settings, every=3600.0)  # of the documents it sees nothing any more
    hall.open()
    try:
        first = hall.figures().generation
        (settings.corpus / "new.txt").write_text("Something new.\n")
        report = reindex(settings)
        report.generation.close()
        until(lambda: hall.figures().generation == report.generation.name, 2.0)
        assert first != report.generation.name
    finally:
        (settings.corpus / "new.txt").unlink()
        hall.close()


def test_another_process_index_is_taken_up_while_a_build_of_ours_is_under_way(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, goes_on = reindex, threading.Event()

    def slowly(*_: Any, **__: Any) -> None:
        assert goes_on.wait(20)
        raise LockedError("Process 7 is building.")

    monkeypatch.setattr(watching, "reindex", slowly)
    (hall.settings.corpus / "new.txt").write_text("Something new.\n")
    until(lambda: hall.building is not None)
    report = inner(hall.settings)
    report.generation.close()
    until(lambda: hall.figures().generation == report.generation.name, 2.0)
    assert hall.building is not None
    goes_on.set()


def test_a_generation_that_cannot_be_opened_is_told_once_and_tried_again(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    inner, tries = Standing, []

    def fails(settings: Settings) -> Standing:
        tries.append(settings)
        if len(tries) < 3:
            raise StoreError("The disk cannot be read.")
        return inner(settings)

    monkeypatch.setattr(watcher, "Standing", fails)
    first = hall.figures().generation
    (hall.settings.corpus / "new.txt").write_text("Something new.\n")
    until(lambda: hall.figures().trouble is not None)
    (notice,) = hall.ask(PORT).reply.notices
    assert notice.message == "The disk cannot be read. Answered from the earlier index."
    until(lambda: hall.figures().generation != first)
    until(lambda: hall.figures().trouble is None)
    assert len(tries) == 3
    assert [each.getMessage() for each in caplog.records] == [
        "the index could not be refreshed: The disk cannot be read."
    ]


def test_old_generations_go_with_their_last_question(hall: Hall) -> None:
    """No build comes after it that would remove them."""
    folder = hall.settings.store
    with hall.asker():
        for n in range(4):
            before = hall.figures().generation
            (hall.settings.corpus / "new.txt").write_text(f"Something new: {n}.\n")
            until(lambda before=before: hall.figures().generation != before)
        until(lambda: len(list(folder.glob("*/generations/*"))) == 3)  # the one in use, and two
    until(lambda: len(list(folder.glob("*/generations/*"))) == 2)


def test_documents_that_do_not_change_are_not_built_again(
    still: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Settings] = []
    monkeypatch.setattr(watching, "reindex", lambda settings, *_, **__: calls.append(settings))
    sleep(5 * EVERY)
    assert calls == []
    assert still.figures().trouble is None


def test_a_touched_file_is_looked_at_once(hall: Hall) -> None:
    first = hall.figures().generation
    next(iter(hall.settings.corpus.iterdir())).touch()
    until(lambda: hall.figures().generation != first)
    second = hall.figures().generation
    sleep(4 * EVERY)
    assert hall.figures().generation == second


def test_a_build_on_demand_says_what_it_did_and_how_far_it_is(
    hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = reindex
    far: list[Building | None] = []

    def slowly(settings: Settings, progress: Any, **more: Any) -> Any:
        def seen(done: int, total: int, stage: str) -> None:
            progress(done, total, stage)
            far.append(hall.building)

        return inner(settings, seen, **more)

    monkeypatch.setattr(watching, "reindex", slowly)
    (hall.settings.corpus / "new.txt").write_text("Something new.\n")
    done: list[Outcome] = []
    hall.reindex(done.append)
    until(lambda: done)
    assert done[0].error is None
    assert done[0].report is not None
    until(lambda: hall.building is None)
    assert all(each is not None and each.total for each in far)
    assert far


def test_a_build_that_fails_leaves_the_earlier_index_and_says_so(
    still: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise StoreError("The disk is full.")

    inner = reindex
    monkeypatch.setattr(watching, "reindex", fails)
    done: list[Outcome] = []
    still.reindex(done.append)
    until(lambda: done)
    assert done[0].error is not None
    reply = still.ask(PORT).reply
    assert isinstance(reply, Answer)
    assert [each.kind for each in reply.notices] == ["old_generation"]
    assert still.figures().trouble is not None
    monkeypatch.setattr(watching, "reindex", inner)
    still.reindex(done.append)
    until(lambda: len(done) == 2)
    assert still.ask(PORT).reply.notices == ()


def test_a_build_that_fails_stands_in_the_log_once(
    still: Hall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr(watching, "reindex", fails)
    done: list[Outcome] = []
    for count in (1, 2, 3):
        still.reindex(done.append)
        until(lambda count=count: len(done) == count)
    (said,) = (each.getMessage() for each in caplog.records)
    assert "The disk is full." in said


def test_a_bug_in_a_build_does_not_end_the_looking(
    hall: Hall, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise ZeroDivisionError

    inner = reindex
    monkeypatch.setattr(watching, "reindex", fails)
    done: list[Outcome] = []
    hall.reindex(done.append)
    until(lambda: done)
    assert done[0].error is not None
    assert "ZeroDivisionError" in done[0].error.message
    assert any(each.exc_info for each in caplog.records)
    monkeypatch.setattr(watching, "reindex", inner)
    first = hall.figures().generation
    (hall.settings.corpus / "new.txt").write_text("Something new.\n")
    until(lambda: hall.figures().generation != first)


def test_another_writer_is_named_and_waited_for(
    still: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: Any, **__: Any) -> None:
        raise LockedError("Process 7 is building.")

    monkeypatch.setattr(watching, "reindex", fails)
    done: list[Outcome] = []
    still.reindex(done.append)
    until(lambda: done)
    (notice,) = still.ask(PORT).reply.notices
    assert "The documents changed. Process 7 is building." in notice.message


def test_closing_stops_a_build(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    started = threading.Event()

    def endless(_: Settings, progress: Any, **__: Any) -> None:
        while True:
            progress(1, 2, "reading")
            started.set()
            sleep(0.01)

    monkeypatch.setattr(watching, "reindex", endless)
    hall = Hall(settings, every=EVERY)
    hall.open()
    done: list[Outcome] = []
    assert started.wait(10)
    with pytest.raises(StoreError, match="1 of 2"):
        hall.ask(PORT)
    hall.reindex(done.append)
    begun = monotonic()
    hall.close()
    assert monotonic() - begun < 5
    assert not any(each.is_alive() for each in hall._watcher._threads)
    assert len(done) == 1
    assert done[0].error is not None
    hall.reindex(done.append)
    assert len(done) == 2  # whoever asks later is told, too


def test_a_question_in_hand_is_answered_though_the_hall_closes(still: Hall) -> None:
    with still.asker() as asker:
        still.close()
        assert isinstance(asker.ask(PORT), Answer)


def test_conversations_are_told_apart_and_bounded(still: Hall) -> None:
    still.ask(PORT, "one")
    still.ask(NOT_THERE, "two")
    still.ask(PORT)
    assert [turn.question for turn in still._said_before("one")] == [PORT]
    assert [turn.question for turn in still._said_before("two")] == [NOT_THERE]
    assert None not in still._conversations
    still.carry("one", "three")
    still.carry("nobody", "four")
    assert still._said_before("three") == still._said_before("one")
    for n in range(600):
        still._remember(n, "q", "a")
    assert len(still._conversations) == 500
    assert 599 in still._conversations


def test_figures(still: Hall) -> None:
    assert still.figures().p99_ms == 0.0
    for question in (PORT, PORT, NOT_THERE):
        still.ask(question)
    figures = still.figures()
    assert (figures.answered, figures.abstained, figures.failed) == (2, 1, 0)
    assert (figures.documents, figures.mode, figures.model) == (4, "extractive", None)
    assert figures.passages > 4
    assert figures.spent is None
    assert 0 < figures.p50_ms <= figures.p99_ms
    assert figures.in_hand == 0


def test_documents_come_in_pages(still: Hall) -> None:
    whole, count = still.documents(0, 10)
    assert count == len(whole) == 4
    assert [each.file for each in whole] == sorted(each.file for each in whole)
    assert still.documents(2, 1) == ((whole[2],), 4)
    assert still.documents(4, 10) == ((), 4)
    assert still.documents(-5, 1) == ((whole[0],), 4)
    third = whole[2]
    assert third.date is not None
    assert third.until is not None
    assert third.date < third.until
    assert sum(each.passages for each in whole) == still.figures().passages


def test_the_lines_of_what_comes_nearest(still: Hall) -> None:
    reply = still.ask("What is the boiling point of tungsten in Busan?").reply
    assert not isinstance(reply, Answer)
    assert reply.nearest
    found = still.lines(reply)
    assert len(found) == len(reply.nearest)
    assert all(each is not None and each.first <= each.last for each in found)
    assert still.lines(replaced(reply, generation="another")) == ()
    assert still.lines(still.ask(PORT).reply) == ()


def test_a_message_is_checked(still: Hall) -> None:
    said = (
        "The meeting of foreign ministers, which will take place in the South Korean port city "
        "of Busan, is also the first such meeting since 2019."
    )
    (verdict,) = still.check(said)
    assert verdict.kind == "supported"
    assert verdict.citation is not None
    (verdict,) = still.check(said.replace("2019", "2012"))
    assert verdict.kind == "contradicted"
