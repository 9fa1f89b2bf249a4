"""An index that lost files is told, answered with a hint, and built again by the next run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from index.build import update
from index.errors import LockedError, StoreError
from index.generation import Generation
from index.retrieve import Retriever
from index.store import Store


def _lexical_gone(generation: Generation) -> None:
    for file in generation.lexical_path.iterdir():
        file.unlink()


def _lexical_cut(generation: Generation) -> None:
    (generation.lexical_path / "meta.json").write_text("{")


def _lexical_garbled(generation: Generation) -> None:
    for file in generation.lexical_path.glob("*.fast"):
        data = file.read_bytes()
        file.unlink()
        file.write_bytes(data[:10] + bytes(255 - byte for byte in data[10:]))


def _texts_gone(generation: Generation) -> None:
    shutil.rmtree(generation.path / "texts")


def _texts_cut(generation: Generation) -> None:
    for file in (generation.path / "texts").iterdir():
        data = file.read_bytes()
        file.unlink()
        file.write_bytes(data[: len(data) // 2])


@pytest.mark.parametrize(
    "damage", [_lexical_gone, _lexical_cut, _lexical_garbled, _texts_gone, _texts_cut]
)
def test_a_damaged_index_is_built_again(
    tmp_path: Path, damage: Callable[[Generation], None]
) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "busan.txt").write_text("The ministers met in the port city of Busan.\n" * 3)
    store = Store(tmp_path / "store")
    first = update(corpus, store).generation
    damage(first)
    with pytest.raises(StoreError) as told:
        Retriever(first).retrieve("Busan port city")
    assert told.value.hint
    first.close()
    report = update(corpus, store)
    with report.generation as mended:
        assert mended.name != first.name
        assert report.notices
        retriever = Retriever(mended)
        assert retriever.retrieve("Busan port city").hits
        retriever.close()


def test_damage_that_no_update_sees_goes_where_all_is_made_anew(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "busan.txt").write_text("The ministers met in the port city of Busan.\n" * 3)
    store = Store(tmp_path / "store")
    with update(corpus, store).generation as first:
        (pack,) = (first.path / "texts").iterdir()
    data = bytearray(pack.read_bytes())
    data[len(data) // 2] ^= 1
    pack.write_bytes(data)
    with update(corpus, store).generation as seen:
        assert seen.name == first.name
        with pytest.raises(StoreError):
            seen.text("busan.txt")
    with update(corpus, store, anew=True).generation as mended:
        assert mended.name != first.name
        assert mended.text("busan.txt") == (corpus / "busan.txt").read_text()
    with store.lock(), pytest.raises(LockedError):
        update(corpus, store, anew=True)
