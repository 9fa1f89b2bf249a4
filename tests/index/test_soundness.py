"""Damage that no size tells is found: in the texts, the search index, the vectors and the cache."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from index import soundness
from index.build import update
from index.dense import flat
from index.dense.embed import EmbedderOptions
from index.dense.flat import node_id
from index.dense.search import DenseWriter
from index.generation import Generation
from index.soundness import Sound
from index.store import Store
from tests.index.states import page, write

LONG = 60.0


@pytest.fixture
def generation(tmp_path: Path) -> Iterator[Generation]:
    corpus = write(tmp_path / "corpus", pier=page("pier"), crane=page("crane", 40))
    options = EmbedderOptions("hashed")
    with update(corpus, Store(tmp_path / "store"), embedder=options).generation as generation:
        yield generation


def flip(path: Path, at: int) -> None:
    """Change one byte, as a disk does that fails: the file keeps its size."""
    data = bytearray(path.read_bytes())
    data[at] ^= 0x10
    path.unlink()
    path.write_bytes(data)


def until(seconds: float = LONG) -> float:
    return monotonic() + seconds


def test_all_is_sound(generation: Generation) -> None:
    assert soundness.texts(generation, until()) == Sound(2, 2)
    found = soundness.search_index(generation, until())
    assert found.looked == found.parts >= 5
    assert not found.damaged
    assert soundness.vectors(generation) == ""
    assert soundness.cache(generation.path.parents[1] / "vectors.sqlite", until()) == ""


def test_each_byte_of_a_text_counts(generation: Generation) -> None:
    (pack,) = (generation.path / "texts").iterdir()
    for at in (3, pack.stat().st_size // 2, pack.stat().st_size - 1):
        flip(pack, at)
        with Generation(generation.path) as again:
            assert "a text is damaged" in soundness.texts(again, until()).damaged
        flip(pack, at)
    assert soundness.texts(generation, until()).damaged == ""


def test_damaged_tables(generation: Generation) -> None:
    path = generation.path / "manifest.sqlite"
    data = bytearray(path.read_bytes())
    for start in range(4096, len(data), 4096):  # all pages but the first
        data[start : start + 40] = b"\xff" * 40
    path.unlink()
    path.write_bytes(data)
    assert "manifest.sqlite" in soundness.texts(generation, until()).damaged


def test_each_file_of_the_search_index_counts(generation: Generation) -> None:
    files = [file for file in generation.lexical_path.iterdir() if file.suffix != ".json"]
    seen = 0
    for file in files:
        if file.name.startswith("."):
            continue
        for at in (0, file.stat().st_size - 4):  # what is summed, and the mark of the sum
            flip(file, at)
            assert file.name in soundness.search_index(generation, until()).damaged
            flip(file, at)
        seen += 1
    assert seen >= 5
    assert not soundness.search_index(generation, until()).damaged


def test_a_search_index_that_lacks_a_file_or_does_not_open(generation: Generation) -> None:
    meta = generation.lexical_path / "meta.json"
    whole = meta.read_bytes()
    meta.write_text("{")
    assert soundness.search_index(generation, until()).damaged
    meta.write_bytes(whole)
    next(generation.lexical_path.glob("*.idx")).unlink()
    assert soundness.search_index(generation, until()).damaged


def test_vectors_that_are_none_or_those_of_others(generation: Generation) -> None:
    path = generation.dense_path / flat.VECTORS
    whole = path.read_bytes()
    path.unlink()
    path.write_bytes(bytes(200) + whole[200:])
    assert "no vectors" in soundness.vectors(generation)
    path.write_bytes(whole[:-4])
    assert "cut short" in soundness.vectors(generation)
    path.write_bytes(whole)
    rows = np.fromfile(generation.dense_path / flat.ROWS, dtype=flat.ROW)
    rows["number"][0] += 1000
    (generation.dense_path / flat.ROWS).unlink()
    rows.tofile(generation.dense_path / flat.ROWS)
    assert "other passages" in soundness.vectors(generation)
    rows[1:].tofile(generation.dense_path / flat.ROWS)
    path.write_bytes(whole[: (len(rows) - 1) * len(whole) // len(rows)])
    assert soundness.vectors(generation).startswith(f"There are {len(rows) - 1}")


def test_a_collection_is_asked(generation: Generation) -> None:
    assert soundness.collection(generation) == ""
    (folder,) = (each for each in (generation.dense_path / "chroma").iterdir() if each.is_dir())
    base = generation.dense_path / "chroma" / "chroma.sqlite3"
    whole = base.read_bytes()
    before = {file: file.read_bytes() for file in folder.iterdir()}
    base.write_bytes(whole[:4096] + bytes(len(whole) - 4096))
    assert soundness.collection(generation)
    base.write_bytes(whole)
    assert {file: file.read_bytes() for file in folder.iterdir()} == before  # nothing is written
    writer = DenseWriter(generation.dense_path / "chroma", "passages")
    writer.delete([node_id(1, 0)])
    writer.close()
    assert "holds" in soundness.collection(generation)


def test_a_damaged_cache(generation: Generation) -> None:
    path = generation.path.parents[1] / "vectors.sqlite"
    with sqlite3.connect(path) as base:
        assert base.execute("SELECT COUNT(*) FROM vectors").fetchone() != (0,)
    base.close()
    path.write_bytes(path.read_bytes()[:4096] + b"\xff" * 8192)
    assert "vectors.sqlite" in soundness.cache(path, until())
    path.write_bytes(b"this is no database at all, and never was")
    assert "not a database" in soundness.cache(path, until())


def test_what_takes_too_long_is_left(generation: Generation) -> None:
    assert soundness.texts(generation, until(-1.0)) == Sound(0, 2)
    found = soundness.search_index(generation, until(-1.0))
    assert (found.looked, found.damaged) == (0, "")
    assert found.parts >= 5
