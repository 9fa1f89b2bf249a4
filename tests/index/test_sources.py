"""A source is what its file holds now, or missing: never what it held once."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import sources
from index.build import update
from index.formats import process
from index.formats.extracted import Extracted
from index.generation import Generation
from index.schema import Places
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


def test_without_the_folder_every_file_is_missing(generation: Generation, corpus: Path) -> None:
    corpus.rename(corpus.with_name("moved"))
    assert Sources(generation, corpus).read("a.txt").state == "missing"
    corpus.write_text("a file in its place")
    assert Sources(generation, corpus).read("a.txt").state == "missing"


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


def test_a_renamed_file_is_found_under_its_new_name(generation: Generation, corpus: Path) -> None:
    (corpus / "sub").mkdir()
    (corpus / "a.txt").rename(corpus / "sub" / "new.txt")
    found = Sources(generation, corpus).read("a.txt")
    assert (found.text, found.state) == ("The harbour was mended.\n", "same")
    assert (found.file, found.also) == ("sub/new.txt", ())
    assert found.record == generation.record("a.txt")


def test_a_file_that_was_renamed_and_edited_is_missing(
    generation: Generation, corpus: Path
) -> None:
    before = (corpus / "a.txt").stat()
    (corpus / "a.txt").rename(corpus / "c.txt")
    (corpus / "c.txt").write_text("The harbour was broken.\n")
    os.utime(corpus / "c.txt", ns=(before.st_atime_ns, before.st_mtime_ns))
    assert Sources(generation, corpus).read("a.txt").state == "missing"


@pytest.mark.parametrize("name", ["a.html", "a.txt.gz", "a.png", ".a.txt"])
def test_a_file_that_would_be_read_otherwise_is_missing(
    generation: Generation, corpus: Path, name: str
) -> None:
    (corpus / "a.txt").rename(corpus / name)
    assert Sources(generation, corpus).read("a.txt").state == "missing"


def test_a_file_that_left_the_corpus_is_missing(
    generation: Generation, corpus: Path, tmp_path: Path
) -> None:
    (corpus / "a.txt").rename(tmp_path / "out.txt")
    assert Sources(generation, corpus).read("a.txt").state == "missing"
    (corpus / "in.txt").symlink_to(tmp_path / "out.txt")
    assert Sources(generation, corpus).read("a.txt").state == "missing"


def test_a_file_exchanged_for_a_hard_link_to_outside_is_missing(
    generation: Generation, corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("Someone's secret.\n")
    (corpus / "a.txt").unlink()
    os.link(tmp_path / "secret.txt", corpus / "a.txt")
    assert Sources(generation, corpus).read("a.txt").text is None


@pytest.fixture
def copied(tmp_path: Path, corpus: Path) -> Iterator[Generation]:
    (corpus / "c.txt").write_bytes((corpus / "a.txt").read_bytes())
    with update(corpus, Store(tmp_path / "store")).generation as generation:
        yield generation


def test_the_other_names_of_the_same_bytes_are_told_while_they_stand(
    copied: Generation, corpus: Path
) -> None:
    assert Sources(copied, corpus).read("a.txt").also == ("c.txt",)
    assert Sources(copied, corpus).read("c.txt").also == ("a.txt",)
    assert Sources(copied, corpus).read("b.txt").also == ()
    (corpus / "c.txt").unlink()
    assert Sources(copied, corpus).read("a.txt").also == ()


@pytest.mark.parametrize("edited", [False, True])
def test_a_copy_takes_the_place_of_a_file_that_has_not_the_words_any_more(
    copied: Generation, corpus: Path, edited: bool
) -> None:
    if edited:
        (corpus / "a.txt").write_text("Other words.\n")
    else:
        (corpus / "a.txt").unlink()
    found = Sources(copied, corpus).read("a.txt")
    assert (found.text, found.state) == ("The harbour was mended.\n", "same")
    assert (found.file, found.also) == ("c.txt", ())
    (corpus / "c.txt").write_text("Other words, too.\n")
    assert Sources(copied, corpus).read("a.txt").state == ("changed" if edited else "missing")


def test_an_extracted_text_comes_with_its_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def extracted(_: str, __: str, data: bytes, encoding: str | None) -> Extracted:
        places = Places("page", (0,), (len(data),), (len(data),), ("iv",))
        return Extracted(f"{data.decode()} {encoding}", "utf-8", places=places)

    monkeypatch.setattr(process, "extracted", extracted)
    corpus = write(tmp_path / "corpus", b="Another.\n")
    (corpus / "a.pdf").write_bytes(b"words")
    with update(corpus, Store(tmp_path / "store"), jobs=1).generation as generation:
        found = Sources(generation, corpus).read("a.pdf")
        assert (found.text, found.state) == ("words None", "same")
        assert found.places == Places("page", (0,), (5,), (5,), ("iv",))
        assert Sources(generation, corpus).read("b.txt").places is None
        (corpus / "a.pdf").write_bytes(b"more words")
        found = Sources(generation, corpus).read("a.pdf")
        assert (found.text, found.state) == ("more words utf-8", "changed")
        assert found.places == Places("page", (0,), (10,), (10,), ("iv",))
