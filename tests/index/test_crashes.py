"""Killed, out of space or refused at any step, an index answers as it did or as it should."""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import update
from index.embed import EmbedderOptions
from index.errors import StoreError
from index.store import Store
from tests.index.states import current_state, left_over, page, standing, write


@pytest.fixture
def corpora(tmp_path: Path) -> tuple[Path, Path]:
    """A corpus, and what becomes of it: an edit, a removal, a new file, a rename, a touch."""
    old = write(tmp_path / "old", **{f"d{n:02}": page(f"pier {n}") for n in range(30)})
    new = tmp_path / "new"
    shutil.copytree(old, new)
    write(new, d01=page("crane"), d31=page("mole"))
    (new / "d02.txt").unlink()
    (new / "d03.txt").rename(new / "moved.txt")
    return old, new


@pytest.mark.parametrize("harm", ["kill", "EIO"])
def test_at_every_step_old_or_new(corpora: tuple[Path, Path], tmp_path: Path, harm: str) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    arguments = [*map(str, corpora), str(folder), harm]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.crashes", *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) > 40  # steps


# For every step by itself, run it with a stride of 1: it takes minutes.
@pytest.mark.parametrize(("harm", "stride"), [("kill", 6), ("fail", 6), ("signal", 2)])
def test_at_steps_of_the_dense_part_old_or_new_and_nothing_is_paid_for_twice(
    tmp_path: Path, harm: str, stride: int
) -> None:
    _dense_crashes(tmp_path, harm, stride)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("harm", ["kill", "fail", "signal"])
def test_at_every_step_of_the_dense_part(tmp_path: Path, harm: str) -> None:
    assert _dense_crashes(tmp_path, harm, 1) > 20


def _dense_crashes(tmp_path: Path, harm: str, stride: int) -> int:
    old = write(tmp_path / "old", **{f"d{n:02}": page(f"pier {n}") for n in range(10)})
    new = tmp_path / "new"
    shutil.copytree(old, new)
    write(new, d01=page("crane"), d31=page("mole"))
    (new / "d02.txt").unlink()
    (new / "d03.txt").rename(new / "moved.txt")
    folder = tmp_path / "work"
    folder.mkdir()
    arguments = [str(old), str(new), str(folder), harm, str(stride)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.dense_crashes", *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)


@pytest.mark.parametrize("limit", [4_000, 16_000, 40_000])
def test_a_file_that_may_not_grow_fails_the_update_only(
    corpora: tuple[Path, Path], tmp_path: Path, limit: int
) -> None:
    corpus, _ = corpora
    store = Store(tmp_path / "store")
    update(corpus, store).generation.close()
    before = current_state(store)
    write(corpus, large=noise(90_000))
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
            update(corpus, store)
        except StoreError as error:
            status = 0 if error.hint and "large" in error.message else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert current_state(store) == before
    update(corpus, store).generation.close()
    assert "large.txt" in current_state(store).texts
    assert left_over(store) == []


def noise(size: int) -> str:
    """Text that no compression makes much smaller."""
    choose = random.Random(1).choice
    return "".join(choose("abcdefghijklmnopqrstuvwxyz ,.가나다라마바사") for _ in range(size))


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 1 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("a disk cannot be mounted here")
    yield place
    # Lazily: the traceback of a test that failed keeps files open.
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_keeps_the_index_it_has(disk: Path, corpora: tuple[Path, Path]) -> None:
    corpus, _ = corpora
    store = Store(disk / "store")
    update(corpus, store).generation.close()
    before = current_state(store)
    write(corpus, large=noise(900_000))
    with pytest.raises(StoreError) as caught:
        update(corpus, store)
    assert "No space left" in caught.value.message
    assert "space" in caught.value.hint
    assert current_state(store) == before
    assert left_over(store) == []
    (corpus / "large.txt").unlink()
    write(corpus, small=page("crane"))
    update(corpus, store).generation.close()
    assert "small.txt" in current_state(store).texts


@pytest.mark.parametrize("megabytes", [5, 8])
def test_a_disk_too_full_for_vectors_keeps_the_index_it_has(
    disk: Path, corpora: tuple[Path, Path], megabytes: int
) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(disk)], check=True)
    corpus, _ = corpora
    store = Store(disk / "store")
    options = EmbedderOptions("hashed", dimensions=512)
    assert update(corpus, store, embedder=options).notices == ()
    before = current_state(store)
    write(corpus, **{f"e{n:03}": page(f"weir {n}", 20) for n in range(80)})  # 3 MB of vectors
    report = None
    try:
        report = update(corpus, store, embedder=options)
        report.generation.close()
    except StoreError:
        assert current_state(store) == before
    if report is not None:  # without them there was room enough
        assert report.vectors is not None
        assert report.vectors.count == 0
        assert report.notices
        assert len(current_state(store).found) > len(before.found)
    assert left_over(store) == []
    subprocess.run(["mount", "-o", "remount,size=60m", str(disk)], check=True)
    done = update(corpus, store, embedder=options)
    done.generation.close()
    assert done.notices == ()
    assert done.vectors is not None
    assert done.vectors.missing == 0
    assert left_over(store) == []


def test_a_read_only_disk_is_read(disk: Path, corpora: tuple[Path, Path]) -> None:
    corpus, _ = corpora
    store = Store(disk / "store")
    update(corpus, store).generation.close()
    before = current_state(store)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert current_state(store) == before
    (corpus / "d01.txt").touch()
    with update(corpus, store).generation as generation:  # only times changed
        assert generation.name == store.standing()
    write(corpus, d01=page("crane"))
    with pytest.raises(StoreError) as caught:
        update(corpus, store)
    assert "Read-only" in caught.value.message
    assert "--store" in caught.value.hint
    with standing(store) as generation:
        assert generation.text("d01.txt") == page("pier 1")
    with pytest.raises(StoreError, match="Read-only"):
        update(corpus, Store(disk / "another"))
