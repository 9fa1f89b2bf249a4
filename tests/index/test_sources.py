"""A source is what its file holds now, or missing: never what it held once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import sources
from index.build import update
from index.generation import Generation
from index.sources import Sources
from index.store import Store
from tests.index.states import write


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", a="The harbour was mended.\n", b="Another.\n")


@pytest.fixture
def generation(tmp_path: Path, corpus: Path) -> Iterator[Generation]:
    with update(corpus, Store(tmp_path / "store")).generation as generation:
        yield generation


def test_an_unchanged_file_is_not_opened(
    generation: Generation, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sources, "read", pytest.fail)
    found = Sources(generation, corpus).read("a.txt")
    assert (found.text, found.state) == ("The harbour was mended.\n", "same")
    assert found.record == generation.record("a.txt")


def test_a_touched_file_is_the_same(generation: Generation, corpus: Path) -> None:
    (corpus / "a.txt").write_bytes((corpus / "a.txt").read_bytes())
    assert Sources(generation, corpus).read("a.txt").state == "same"


def test_a_changed_file_is_read_anew(generation: Generation, corpus: Path) -> None:
    before = (corpus / "a.txt").stat()
    (corpus / "a.txt").write_text("The harbour was broken.\n")
    os.utime(corpus / "a.txt", ns=(before.st_atime_ns, before.st_mtime_ns))  # no trace in these
    found = Sources(generation, corpus).read("a.txt")
    assert (found.text, found.state) == ("The harbour was broken.\n", "changed")
    assert found.record == generation.record("a.txt")


def test_the_encoding_is_that_of_indexing(tmp_path: Path) -> None:
    text = "부산항은 오래된 항구이다. 배가 많이 드나들고 사람들이 물가에 모여 산다.\n" * 9
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_bytes(text.encode("cp949"))
    with update(corpus, Store(tmp_path / "store")).generation as generation:
        assert generation.text("a.txt") == text
        # Of these few bytes no one could tell the encoding.
        (corpus / "a.txt").write_bytes("항구".encode("cp949"))
        assert Sources(generation, corpus).read("a.txt").text == "항구"


@pytest.mark.parametrize("how", ["removed", "folder", "pipe", "dangling", "outside"])
def test_what_cannot_be_read_is_missing(
    generation: Generation, corpus: Path, tmp_path: Path, how: str
) -> None:
    path = corpus / "a.txt"
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how == "pipe":
        os.mkfifo(path)
    elif how == "dangling":
        path.symlink_to("none.txt")
    elif how == "outside":
        (tmp_path / "secret.txt").write_text("secret")
        path.symlink_to(tmp_path / "secret.txt")
    found = Sources(generation, corpus).read("a.txt")
    assert (found.text, found.state) == (None, "missing")
    assert Sources(generation, corpus).read("b.txt").state == "same"


def test_an_unreadable_file_is_missing(
    generation: Generation, corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (corpus / "a.txt").chmod(0)

    def refuse(path: str, *_: int) -> int:  # as the kernel does, unless it is root who asks
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "open", refuse)
    assert Sources(generation, corpus).read("a.txt").state == "missing"


def test_a_folder_changed_for_a_link_leads_nowhere(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus" / "sub", a="The harbour.\n").parent
    with update(corpus, Store(tmp_path / "store")).generation as generation:
        write(tmp_path / "elsewhere", a="Someone's secret.\n")
        subprocess.run(["rm", "-r", str(corpus / "sub")], check=True)
        (corpus / "sub").symlink_to(tmp_path / "elsewhere")
        assert Sources(generation, corpus).read("sub/a.txt").text is None


def test_a_name_that_was_not_indexed_is_missing(generation: Generation, corpus: Path) -> None:
    write(corpus, c="new\n")
    for name in ("c.txt", "../corpus/a.txt", "", "/etc/passwd", "\0"):
        assert Sources(generation, corpus).read(name).state == "missing"


def test_a_question_sees_one_state_of_a_file(generation: Generation, corpus: Path) -> None:
    port = Sources(generation, corpus)
    first = port.read("a.txt")
    (corpus / "a.txt").write_text("changed in the middle of a question\n")
    assert port.read("a.txt") is first
    assert Sources(generation, corpus).read("a.txt").state == "changed"
