"""Who writes in the store, what it takes, what nobody needs, and the vectors that were paid for."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from index.generation import Generation
from index.store import KEEP
from tests.bot.doctoring.conftest import Doctor, standing, store_of
from tests.index.states import page
from tests.index.test_lock import hold

Index = Callable[..., Generation]
HASHED = ("--embedder", "hashed")


def test_who_holds_the_lock(doctor: Doctor, index: Index, folder: Path) -> None:
    index()
    path = store_of(folder).folder / "lock"
    with hold(path, 60) as process:
        told = doctor().of("lock")
        assert told["level"] == "note"
        assert f"process {process.pid} on {os.uname().nodename}, since" in told["message"]
        signed = json.loads(path.read_text())
        # Signed by one who is gone: a child of his has it.
        with subprocess.Popen([sys.executable, "-c", ""]) as gone:
            pass
        path.write_text(json.dumps(signed | {"pid": gone.pid}))
        said = doctor()
        assert said.wrong == ["lock"]
        assert "has ended" in said.of("lock")["message"]
        path.write_text("rubbish")
        assert "a process" in doctor().of("lock")["message"]
        process.kill()
    assert doctor().of("lock")["message"] == "Nobody is writing the index."


def test_mending_waits_for_no_writer_for_ever(
    doctor: Doctor, index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.doctoring.mending._WAIT", 0.1)
    generation = index()
    shutil.rmtree(generation.path / "texts")
    with hold(store_of(folder).folder / "lock", 60) as process:
        said = doctor("--fix")
        assert {"texts", "mending"} <= set(said.wrong)
        assert f"process {process.pid}" in said.of("mending")["message"]
        process.kill()


def test_a_store_that_cannot_be_written(
    doctor: Doctor, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)  # root writes anywhere
    assert doctor().wrong == ["lock"]


def test_the_space(
    doctor: Doctor, index: Index, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    (folder / "seeds/mole.txt").write_text(page("mole"))
    generation = index()
    (generation.path.parent / "00000009-0123abcd.building").mkdir()
    told = doctor().of("space")
    assert told["message"].startswith("2 generations in ")
    # What two generations have in common is one file, and counts once.
    size = sum(
        {
            entry.stat().st_ino: entry.stat().st_size
            for entry in store_of(folder).folder.rglob("*")
            if entry.is_file()
        }.values()
    )
    assert f" {size / 1000:.1f} kB in all" in told["message"]
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=99_000_000))
    said = doctor()
    assert said.wrong == ["space", "rubbish"]
    assert "99.0 MB are free" in said.of("space")["message"]


def test_what_dead_processes_left_is_told_and_removed(
    doctor: Doctor, index: Index, folder: Path, tmp_path: Path
) -> None:
    generation = index()
    beside = generation.path.parent
    left = [
        beside / "00000009-0123abcd.building",
        tmp_path / "temporary/footnote-view-0123456789abcdef",
    ]
    for each in left:
        each.mkdir()
        (each / "file").write_bytes(bytes(5000))
    aside = store_of(folder).folder / "current.new"
    aside.touch()
    said = doctor()
    assert said.wrong == ["rubbish"]
    told = said.of("rubbish")
    assert sorted(told["details"]) == sorted(map(str, [*left, aside]))
    assert told["message"].startswith("3 things of 10.0 kB")
    assert all(each.exists() for each in left)
    said = doctor("--fix")
    assert (said.wrong, said.fixed) == ([], ["rubbish"])
    assert not any(each.exists() for each in (*left, aside))
    assert standing(folder).name == generation.name
    assert doctor().of("rubbish")["level"] == "ok"


def test_old_generations_go_unless_they_are_read(
    doctor: Doctor, index: Index, folder: Path
) -> None:
    for number in range(KEEP + 1):
        (folder / "seeds/mole.txt").write_text(page(f"mole {number}"))
        index("--keep", "9")
    names = sorted(os.listdir(store_of(folder).folder / "generations"))
    assert len(names) == KEEP + 1
    assert doctor("--keep", "9").of("rubbish")["level"] == "ok"
    oldest = store_of(folder).folder / "generations" / names[0]
    reader = os.open(oldest, os.O_RDONLY)
    fcntl.flock(reader, fcntl.LOCK_SH)
    said = doctor("--fix")
    assert (said.wrong, said.fixed) == ([], [])
    assert said.of("rubbish")["details"] == [str(oldest)]
    assert oldest.exists()
    os.close(reader)
    assert doctor().wrong == ["rubbish"]
    assert doctor("--fix").fixed == ["rubbish"]
    assert not oldest.exists()


def test_while_somebody_builds_what_he_builds_is_no_rubbish(
    doctor: Doctor, index: Index, folder: Path
) -> None:
    generation = index()
    (generation.path.parent / "00000009-0123abcd.building").mkdir()
    with hold(store_of(folder).folder / "lock", 60) as process:
        assert doctor("--fix").of("rubbish")["level"] == "ok"
        process.kill()


def test_the_cache_of_vectors(doctor: Doctor, index: Index, folder: Path) -> None:
    generation = index(*HASHED)
    path = store_of(folder).folder / "vectors.sqlite"
    assert doctor(*HASHED).of("cache")["level"] == "ok"
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 9000)
    said = doctor(*HASHED)
    assert said.wrong == ["cache"]
    assert "vectors.sqlite" in said.of("cache")["message"]
    said = doctor("--fix", *HASHED)
    assert (said.wrong, said.fixed) == ([], ["cache"])
    assert not path.exists()
    with standing(folder) as after:
        assert after.name == generation.name
        assert after.has_vectors()
    (folder / "seeds/mole.txt").write_text(page("mole"))
    index(*HASHED)
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT COUNT(*) FROM vectors").fetchone() >= (2,)
    base.close()
    assert doctor(*HASHED).wrong == []


def test_a_cache_that_is_written_is_not_looked_at(
    doctor: Doctor, index: Index, folder: Path
) -> None:
    index(*HASHED)
    path = store_of(folder).folder / "vectors.sqlite"
    path.write_bytes(b"rubbish")
    with hold(store_of(folder).folder / "lock", 60) as process:
        assert "being written now" in doctor().of("cache")["message"]
        process.kill()
    path.with_name("vectors.sqlite-wal").write_bytes(b"x")
    assert "taken up next time" in doctor().of("cache")["message"]
