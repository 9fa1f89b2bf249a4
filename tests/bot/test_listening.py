"""What is heard of a folder, and what is not."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from bot import listening
from bot.listening import Listener


class Ears:
    """A listener, and when it heard something."""

    def __init__(self, folder: Path) -> None:
        self._heard = threading.Event()
        self.listener = Listener(folder, self._heard.set)
        self.listener.open()
        wait(lambda: self.listener.hearing)

    def heard(self, what: Callable[[], object], seconds: float = 2.0) -> bool:
        sleep(0.15)  # so that what came before is told before
        self._heard.clear()
        what()
        return self._heard.wait(seconds)


def wait(what: Callable[[], object]) -> None:
    end = monotonic() + 10
    while not what():
        assert monotonic() < end
        sleep(0.01)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(listening, "_LONGEST", 100)
    monkeypatch.setattr(listening, "_AGAIN", 0.1)
    corpus = tmp_path / "corpus"
    (corpus / "sub").mkdir(parents=True)
    (corpus / "a.txt").write_text("one\n")
    return corpus


@pytest.fixture
def ears(folder: Path) -> Iterator[Ears]:
    ears = Ears(folder)
    yield ears
    ears.listener.close()


def test_changes_are_heard_and_reading_is_not(ears: Ears, folder: Path) -> None:
    assert ears.heard(lambda: (folder / "a.txt").write_text("two\n"))
    assert ears.heard(lambda: (folder / "sub" / "b.txt").write_text("new\n"))
    assert ears.heard(lambda: (folder / "a.txt").rename(folder / "c.txt"))
    assert ears.heard((folder / "c.txt").unlink)
    assert not ears.heard((folder / "sub" / "b.txt").read_text, 0.4)


def test_a_new_folder_is_listened_to(ears: Ears, folder: Path) -> None:
    new = folder / "sub" / "new"
    assert ears.heard(new.mkdir)
    wait(lambda: ears.heard(lambda: (new / "b.txt").write_text("x"), 0.3))


def test_links_are_not_followed_nor_hidden_folders(folder: Path) -> None:
    outside, hidden = folder.parent / "outside", folder / ".git"
    outside.mkdir()
    hidden.mkdir()
    (folder / "out").symlink_to(outside)
    (folder / "round").symlink_to(folder)
    ears = Ears(folder)
    try:
        assert not ears.heard(lambda: (outside / "b.txt").write_text("x"), 0.3)
        assert not ears.heard(lambda: (hidden / "b.txt").write_text("x"), 0.3)
    finally:
        ears.listener.close()


def test_a_folder_that_goes_and_comes_back_is_listened_to(ears: Ears, folder: Path) -> None:
    shutil.rmtree(folder)
    wait(lambda: not ears.listener.hearing)
    folder.mkdir()
    wait(lambda: ears.listener.hearing)
    assert ears.heard(lambda: (folder / "a.txt").write_text("again\n"))


def test_more_folders_than_may_be_watched_are_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_MOST_FOLDERS", 1)
    listener = Listener(folder, lambda: None)
    listener.open()
    sleep(0.2)
    assert not listener.hearing
    listener.close()


def test_names_that_no_text_can_hold_are_passed_over(folder: Path) -> None:
    (Path(str(folder)) / "b\udcffd").mkdir()
    ears = Ears(folder)
    assert ears.heard(lambda: (folder / "a.txt").write_text("two\n"))
    ears.listener.close()


def test_what_happened_before_it_could_listen_is_looked_for(folder: Path) -> None:
    heard: list[bool] = []
    listener = Listener(folder, lambda: heard.append(listener.hearing))
    listener.open()
    wait(lambda: listener.hearing)
    listener.close()
    assert heard == [False]


def test_doubt_sets_all_up_anew(ears: Ears, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Path] = []
    inner = listening._folders

    def seen(root: Path) -> list[str]:
        calls.append(root)
        return inner(root)

    monkeypatch.setattr(listening, "_folders", seen)
    ears.listener.doubt()
    wait(lambda: calls)
