"""Temporary folders: held while they are used, and gone when their process is."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from index import views
from index.views import View, abandoned, sweep


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where views lie, and nowhere else."""
    place = tmp_path / "temporary"
    place.mkdir()
    monkeypatch.setenv("TMPDIR", str(place))
    monkeypatch.setattr(views, "_MEMORY", str(place))
    monkeypatch.setattr(views, "_DISKS", ())
    return place


def test_what_a_killed_process_left_goes_and_what_lives_stays(place: Path) -> None:
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        view = View()
        (Path(view.path) / "deep").mkdir()
        (Path(view.path) / "deep" / "file").write_text("x")
        os.write(write, b"x")
        signal.pause()
    os.read(read, 1)
    with View() as mine:
        (theirs,) = set(place.iterdir()) - {Path(mine.path)}
        sweep()
        assert theirs.is_dir()
        assert abandoned() == []
        assert abandoned() == []
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert abandoned() == [str(theirs)]
        assert theirs.is_dir()
        sweep()
        assert list(place.iterdir()) == [Path(mine.path)]
    assert list(place.iterdir()) == []
    os.close(read)
    os.close(write)


def test_nothing_else_is_taken_away(place: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").touch()
    (place / "footnote-view-0123456789abcdef").symlink_to(tmp_path / "outside")
    for name in ("footnote-bench-0123456789abcdef", "footnote-view-other", "footnote"):
        (place / name).mkdir()
    (place / "footnote-view-0123456789abcdee").touch()
    before = sorted(place.iterdir())
    sweep()
    assert sorted(place.iterdir()) == before
    assert (tmp_path / "outside" / "file").exists()


def test_another_user_s_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "footnote-view-0123456789abcdef").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    sweep()
    assert len(list(place.iterdir())) == 1
    monkeypatch.undo()


def test_a_view_that_is_swept_before_it_is_held_is_made_again(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir
    swept: list[str] = []

    def made(path: str, mode: int) -> None:
        make(path, mode)
        if not swept:
            swept.append(path)
            sweep()

    monkeypatch.setattr(os, "mkdir", made)
    with View() as view:
        assert list(place.iterdir()) == [Path(view.path)]
        assert view.path != swept[0]


def test_closing_twice_does_nothing() -> None:
    view = View()
    view.close()
    os.mkdir(view.path)
    view.close()
    assert Path(view.path).exists()
