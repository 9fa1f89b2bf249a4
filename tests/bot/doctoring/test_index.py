"""An index that is missing, stale, of another version or embedder, or damaged; and mended."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli import main
from index import manifest
from index.generation import Generation
from index.soundness import Sound
from tests.bot.doctoring.conftest import CANARY, Doctor, standing, store_of
from tests.index.states import page
from tests.index.test_soundness import flip
from tests.servers import plays
from tests.servers.openai_like import Server
from tests.servers.vectors import Embeddings

Index = Callable[..., Generation]


def test_none_yet(doctor: Doctor, folder: Path) -> None:
    said = doctor("--fix")
    assert said.wrong == []
    assert "none yet" in said.of("index")["message"]
    assert not (folder / ".footnote").exists()  # nothing was made by looking


def test_one_of_the_documents_as_they_are(doctor: Doctor, index: Index) -> None:
    generation = index()
    said = doctor()
    assert said.wrong == []
    assert generation.name in said.of("index")["message"]
    assert said.of("index")["message"].endswith("as the documents are.")
    assert "built just now" in said.of("index")["message"]
    for name in ("texts", "search", "lock", "space", "rubbish"):
        assert said.of(name)["level"] == "ok"
    assert said.all_of("vectors") == said.all_of("chroma") == said.all_of("embedder") == []


def test_documents_that_changed(doctor: Doctor, index: Index, folder: Path) -> None:
    index()
    (folder / "seeds/mole.txt").write_text(page("mole"))
    (folder / "seeds/pier.txt").write_text(page("pier", 5))
    (folder / "seeds/crane.txt").unlink()
    said = doctor("--fix")
    assert said.wrong == []
    assert "1 new, 1 changed, 1 gone" in said.of("index")["message"]


def test_an_index_of_long_ago(doctor: Doctor, index: Index) -> None:
    path = index().path / manifest.NAME
    with sqlite3.connect(path) as base:
        base.execute("UPDATE meta SET value = '2020-01-02T03:04:05Z' WHERE key = 'created'")
    base.close()
    assert "days ago (2020-01-02T03:04:05Z)" in doctor().of("index")["message"]


def test_another_analysis(doctor: Doctor, index: Index) -> None:
    path = index().path / manifest.NAME
    with sqlite3.connect(path) as base:
        base.execute("UPDATE meta SET value = '0' WHERE key = 'parameters'")
    base.close()
    assert "another version" in doctor().of("index")["message"]


@pytest.mark.parametrize("pointer", ["footnote 1 00000001-01234567\n", "rubbish"])
def test_another_format_is_told_and_built_again(
    doctor: Doctor, index: Index, folder: Path, pointer: str
) -> None:
    index()
    (store_of(folder).folder / "current").write_text(pointer)
    said = doctor()
    assert said.wrong == ["index"]
    assert "format" in said.of("index")["message"]
    assert doctor("--fix").fixed == ["index"]
    assert doctor().wrong == []


def test_a_generation_that_is_missing(doctor: Doctor, index: Index) -> None:
    shutil.rmtree(index().path)
    assert doctor().wrong == ["index"]
    said = doctor("--fix")
    assert said.fixed == ["index"]
    assert doctor().wrong == []


def _flip_text(generation: Generation) -> None:
    (pack,) = (generation.path / "texts").iterdir()
    flip(pack, pack.stat().st_size // 2)


def _cut_texts(generation: Generation) -> None:
    shutil.rmtree(generation.path / "texts")


def _flip_search(generation: Generation) -> None:
    flip(next(generation.lexical_path.glob("*.idx")), 10)


def _cut_search(generation: Generation) -> None:
    next(generation.lexical_path.glob("*.term")).unlink()


def _flip_manifest(generation: Generation) -> None:
    path = generation.path / manifest.NAME
    data = bytearray(path.read_bytes())
    data[8192:8300] = b"\xff" * 108
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "name"),
    [
        (_flip_text, "texts"),
        (_cut_texts, "texts"),
        (_flip_search, "search"),
        (_cut_search, "search"),
        (_flip_manifest, "texts"),
    ],
)
def test_damage_is_told_and_mended(
    doctor: Doctor,
    index: Index,
    folder: Path,
    damage: Callable[[Generation], None],
    name: str,
) -> None:
    damaged = index()
    damage(damaged)
    said = doctor()
    assert name in said.wrong
    assert said.of(name)["level"] == "problem"
    assert "--fix" in said.of(name)["hint"]
    assert standing(folder).name == damaged.name  # to look changes nothing
    said = doctor("--fix")
    assert said.wrong == []
    assert name in said.fixed
    said = doctor()
    assert said.wrong == said.fixed == []
    with standing(folder) as mended:
        assert mended.name > damaged.name
        assert mended.text("pier.txt") == (folder / "seeds/pier.txt").read_text()
    assert main(["ask", "Who came to look at the pier?"]) == 0


def test_where_it_cannot_be_mended_that_is_told(doctor: Doctor, index: Index, folder: Path) -> None:
    damaged = index()
    _flip_text(damaged)
    shutil.rmtree(folder / "seeds")
    said = doctor("--fix", "--corpus", "seeds")
    assert {"texts", "documents", "mending"} <= set(said.wrong)
    assert said.fixed == []
    assert standing(folder).name == damaged.name


def test_of_what_takes_long_a_part_is_looked_at(
    doctor: Doctor, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index()
    monkeypatch.setattr("bot.doctoring.index._LOOK", -1.0)
    told = doctor().of("texts")
    assert told["level"] == "note"
    assert told["message"].startswith("0 of 2 texts could be looked at in time")
    assert Sound(0, 2).damaged == ""


HASHED = ("--embedder", "hashed")


def test_vectors_that_are_whole(doctor: Doctor, index: Index) -> None:
    count = index(*HASHED).passage_count
    told = doctor(*HASHED).of("vectors")
    assert told["level"] == "ok"
    assert told["message"].startswith(f"{count} of ")
    assert "hashed" in told["message"]
    assert doctor(*HASHED).of("embedder")["level"] == "ok"


def test_damaged_vectors(doctor: Doctor, index: Index) -> None:
    path = index(*HASHED).dense_path / "vectors.bin"
    data = path.read_bytes()
    path.unlink()
    path.write_bytes(bytes(100) + data[100:])
    assert doctor(*HASHED).wrong == ["vectors"]
    said = doctor("--fix", *HASHED)
    assert (said.wrong, said.fixed) == ([], ["vectors"])
    assert doctor(*HASHED).wrong == []


def test_a_collection_that_large_indexes_ask(
    doctor: Doctor, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.rmtree(index(*HASHED).dense_path / "chroma")
    assert doctor(*HASHED).wrong == []  # a small one compares all
    monkeypatch.setattr("index.dense.search.EXACT", 1)
    assert doctor(*HASHED).wrong == ["vectors"]
    assert doctor("--fix", *HASHED).fixed == ["vectors"]
    assert doctor(*HASHED).wrong == []


def test_another_embedder_than_is_set(doctor: Doctor, index: Index, folder: Path) -> None:
    index(*HASHED)
    assert "unused" in doctor().of("vectors")["message"]
    told = doctor(*HASHED, "--embedding-dimensions", "128").of("vectors")
    assert told["level"] == "note"
    assert "has those of hashed" in told["message"]
    (folder / "seeds/mole.txt").write_text(page("mole"))
    index()
    assert "has none" in doctor(*HASHED).of("vectors")["message"]


def test_passages_without_vectors(
    doctor: Doctor, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = [plays.status(401, f"Incorrect API key provided: {CANARY}")]
    monkeypatch.setenv("OPENAI_API_KEY", CANARY)
    embeddings = Embeddings(failure=lambda _: refused[0] if refused else None)
    with Server(embeddings=embeddings) as server:
        words = ["--embedder", "openai", "--embedding-model", "m"]
        words += ["--embedding-base-url", server.base_url]
        index(*words)
        said = doctor("--fix", *words)
        assert said.wrong == ["vectors", "embedder"]
        assert said.of("vectors")["level"] == "warning"
        assert "5 of 5 passages have none" in said.of("vectors")["message"]
        assert "key" in said.of("embedder")["message"] + said.of("embedder")["hint"]
        refused.clear()
        said = doctor("--fix", *words)
        assert (said.wrong, said.fixed) == ([], ["vectors"])
