"""A disk that is full, read-only or failing costs an update, and never the index that stands."""

from __future__ import annotations

import json
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
from index.dense.embed import EmbedderOptions
from index.errors import StoreError
from index.store import Store
from tests.index.faults.attempts import rubbish
from tests.index.states import current_state, left_over, page, standing, write


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Documents of which an index takes some 100 KB."""
    return write(tmp_path / "corpus", **{f"d{n:02}": page(f"pier {n}") for n in range(30)})


@pytest.mark.parametrize("limit", [4_000, 16_000, 40_000])
def test_a_file_that_may_not_grow_fails_the_update_only(
    corpus: Path, tmp_path: Path, limit: int
) -> None:
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


def test_a_full_disk_keeps_the_index_it_has(disk: Path, corpus: Path) -> None:
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
    disk: Path, corpus: Path, megabytes: int
) -> None:
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(disk)], check=True)
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


def test_a_read_only_disk_is_read(disk: Path, corpus: Path) -> None:
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


def footnote(
    corpus: Path, store: Path, *words: str, limit: int = 0
) -> subprocess.CompletedProcess[str]:
    """The program, as a process that may write no file longer than `limit`."""

    def limited() -> None:
        if limit:
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    temporary = corpus.parent / "temporary"
    temporary.mkdir(exist_ok=True)
    return subprocess.run(
        [sys.executable, "-m", "bot", *words, "--corpus", str(corpus), "--store", str(store)],
        cwd=Path(__file__).parents[3],
        env={**os.environ, "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        preexec_fn=limited,
    )


ASKED = ("ask", "Who came to look at the pier 3?", "--json")


@pytest.mark.parametrize("trouble", ["full", "read-only", "limited"])
def test_the_program_says_what_to_do_and_answers_from_what_it_has(
    request: pytest.FixtureRequest, tmp_path: Path, corpus: Path, trouble: str
) -> None:
    limit = 60_000 if trouble == "limited" else 0
    disk = tmp_path if limit else request.getfixturevalue("disk")
    store = disk / "store"
    assert footnote(corpus, store, "index").returncode == 0
    write(corpus, large=noise(900_000), d01=page("crane"))
    if trouble == "read-only":
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    failed = footnote(corpus, store, "index", limit=limit)
    assert failed.returncode == 2
    told = {"full": "No space left", "read-only": "Read-only", "limited": "too large"}[trouble]
    assert told in failed.stderr
    assert "--store" in failed.stderr
    assert "Traceback" not in failed.stderr
    answered = footnote(corpus, store, *ASKED, limit=limit)
    assert answered.returncode == 0, answered.stderr
    kinds = [each["kind"] for each in json.loads(answered.stdout)["notices"]]
    assert "old_generation" in kinds
    if trouble == "read-only":
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    (corpus / "large.txt").unlink()
    assert footnote(corpus, store, "index").returncode == 0
    (place,) = store.iterdir()
    assert rubbish(place, tmp_path / "temporary", dense=False) == []
    assert current_state(Store(place)).texts["d01.txt"] == page("crane")
