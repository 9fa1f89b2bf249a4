"""Vectors once computed are there for good, and never another embedder's."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.dense import vectors
from index.dense.vectors import VectorCache, key_of

KEYS = [key_of(str(n)) for n in range(1200)]
MATRIX = np.arange(1200 * 3, dtype=np.float32).reshape(1200, 3)


def test_what_was_put_is_there_when_it_is_opened_again(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "a") as cache:
        assert cache.dimension is None
        cache.put(KEYS, MATRIX)
    with VectorCache(tmp_path, "a") as cache:
        assert cache.dimension == 3
        assert cache.present([*KEYS, key_of("another")]) == set(KEYS)
        found = cache.get(KEYS)
    assert np.array_equal(np.stack([found[key] for key in KEYS]), MATRIX)


def test_each_embedder_has_its_own(tmp_path: Path) -> None:
    with VectorCache(tmp_path, "a") as cache:
        cache.put(KEYS[:2], MATRIX[:2])
    with VectorCache(tmp_path, "b") as cache:
        assert not cache.present(KEYS)
        cache.put(KEYS[:1], np.ones((1, 5), dtype=np.float32))
    with VectorCache(tmp_path, "a") as cache:
        assert cache.present(KEYS) == set(KEYS[:2])
        cache.forget()
        assert cache.dimension is None
        assert not cache.present(KEYS)
    with VectorCache(tmp_path, "b") as cache:
        assert cache.present(KEYS) == {KEYS[0]}


def test_a_killed_process_loses_nothing_that_was_put(tmp_path: Path) -> None:
    code = (
        "import os, sys, numpy as np; from pathlib import Path\n"
        "from index.dense.vectors import VectorCache, key_of\n"
        "cache = VectorCache(Path(sys.argv[1]), 'a')\n"
        "for n in range(20):\n"
        "    cache.put([key_of(str(n))], np.full((1, 3), n, dtype=np.float32))\n"
        "os.kill(os.getpid(), 9)\n"
    )
    root = Path(__file__).parents[3]
    assert subprocess.run([sys.executable, "-c", code, tmp_path], cwd=root).returncode == -9
    with VectorCache(tmp_path, "a") as cache:
        assert [cache.get(KEYS[:20])[key][0] for key in KEYS[:20]] == list(range(20))


@pytest.mark.parametrize("damage", [b"no database", None])
def test_a_damaged_file_is_thrown_away(tmp_path: Path, damage: bytes | None) -> None:
    with VectorCache(tmp_path, "a") as cache:
        cache.put(KEYS, MATRIX)
    path = tmp_path / vectors.NAME
    data = path.read_bytes()
    # Whole, or past its first page only, so that it is found out when it is read.
    path.write_bytes(damage or data[:4096] + b"\xff" * (len(data) - 4096))
    with VectorCache(tmp_path, "a") as cache:
        assert cache.get(KEYS) == {}
        cache.put(KEYS[:1], MATRIX[:1])
        assert cache.present(KEYS) == {KEYS[0]}


def test_what_nobody_uses_goes_the_oldest_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "_SLACK", 10)
    with VectorCache(tmp_path, "a") as cache:
        for start in range(0, 100, 10):
            cache.put(KEYS[start : start + 10], MATRIX[start : start + 10])
        cache.prune(KEYS[:5])
        assert cache.present(KEYS) == {*KEYS[:5], *KEYS[90:100]}


def test_stores_have_names_that_differ_and_stay(tmp_path: Path) -> None:
    names = []
    for place in ("one", "one", "two"):
        (tmp_path / place).mkdir(exist_ok=True)
        with VectorCache(tmp_path / place, "a") as cache:
            names.append(cache.store_name)
    assert names[0] == names[1] != names[2]
