"""Flags before variables before the file, and slips of the pen are told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.settings import Settings, load
from index.errors import UsageError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "seeds").mkdir()
    return tmp_path


def test_the_defaults(folder: Path) -> None:
    assert load({}, {}, folder) == Settings(folder / "seeds", folder / ".footnote", "extractive")


def test_flags_before_variables_before_the_file(folder: Path) -> None:
    (folder / "footnote.toml").write_text('corpus = "file"\nstore = "file"\nmode = "extractive"\n')
    environment = {"FOOTNOTE_CORPUS": "variable", "FOOTNOTE_STORE": "variable"}
    found = load({"corpus": "flag", "store": None}, environment, folder)
    assert found.corpus == folder / "flag"
    assert found.store == folder / "variable"
    assert load({}, {}, folder).corpus == folder / "file"


def test_absolute_paths_and_homes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/someone")
    found = load({"corpus": "/docs", "store": "~/indexes"}, {}, folder)
    assert found.corpus == Path("/docs")
    assert found.store == Path("/home/someone/indexes")


def test_an_empty_variable_is_not_set(folder: Path) -> None:
    assert load({}, {"FOOTNOTE_CORPUS": ""}, folder).corpus == folder / "seeds"


def test_a_missing_corpus_says_how_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load({}, {}, tmp_path)
    for way in ("--corpus", "FOOTNOTE_CORPUS", "footnote.toml"):
        assert way in caught.value.hint


def test_an_unknown_key_is_refused_with_what_was_meant(folder: Path) -> None:
    (folder / "footnote.toml").write_text('corpsu = "x"\n')
    with pytest.raises(UsageError, match="corpsu") as caught:
        load({}, {}, folder)
    assert caught.value.hint == "Did you mean 'corpus'?"


def test_an_unknown_key_like_none_lists_all(folder: Path) -> None:
    (folder / "footnote.toml").write_text("[zzz]\n")
    with pytest.raises(UsageError) as caught:
        load({}, {}, folder)
    assert "corpus" in caught.value.hint


def test_a_misspelt_variable_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="FOOTNOTE_CORPSE") as caught:
        load({}, {"FOOTNOTE_CORPSE": "x"}, folder)
    assert caught.value.hint == "Did you mean FOOTNOTE_CORPUS?"


def test_variables_of_others_are_left_alone(folder: Path) -> None:
    load({}, {"FOOTNOTE_DEBUG": "1", "FOOTNOTE_ZZZ": "1"}, folder)


@pytest.mark.parametrize("content", [b"corpus = ", b"\xff\xfe", b'corpus = ["a"]', b"corpus = 1"])
def test_a_file_that_is_no_settings_is_refused(folder: Path, content: bytes) -> None:
    (folder / "footnote.toml").write_bytes(content)
    with pytest.raises(UsageError, match=r"footnote\.toml"):
        load({}, {}, folder)


def test_a_byte_order_mark_in_the_file_is_no_matter(folder: Path) -> None:
    (folder / "footnote.toml").write_bytes(b'\xef\xbb\xbfcorpus = "docs"\n')
    assert load({}, {}, folder).corpus == folder / "docs"


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads what it likes")
def test_a_file_that_cannot_be_read_is_told(folder: Path) -> None:
    (folder / "footnote.toml").touch(mode=0)
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, folder)


def test_a_folder_in_the_files_place_is_told(folder: Path) -> None:
    (folder / "footnote.toml").mkdir()
    with pytest.raises(UsageError, match="cannot be read"):
        load({}, {}, folder)


def test_the_mode_follows_from_the_model(folder: Path) -> None:
    assert load({"model": "m"}, {}, folder).mode == "generative"
    assert load({"model": "m", "mode": "extractive"}, {}, folder).mode == "extractive"
    assert load({}, {"FOOTNOTE_MODEL": "m"}, folder).model == "m"


def test_generative_without_a_model_says_how_to_name_one(folder: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load({"mode": "generative"}, {}, folder)
    for way in ("--model", "FOOTNOTE_MODEL", "footnote.toml"):
        assert way in caught.value.hint


def test_an_unknown_mode_is_refused(folder: Path) -> None:
    with pytest.raises(UsageError, match="magic"):
        load({"mode": "magic"}, {}, folder)
