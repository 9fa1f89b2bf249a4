"""A scan is bounded, and passes over what is empty or stands outside of the corpus as well."""

from __future__ import annotations

import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from time import process_time

import pytest

from index.build import Report, update
from index.errors import CorpusError
from index.formats import process
from index.formats.extracted import Extracted
from index.scan import TOLD, Scan, scan
from index.store import Store


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text("A plain text.\n")
    return folder


def names(scanned: Scan) -> list[str]:
    return [status.file for status in scanned.files]


def reasons(scanned: Scan) -> dict[str, str]:
    return {skip.file: skip.reason for skip in scanned.skipped}


def test_an_empty_file_is_passed_over(corpus: Path) -> None:
    (corpus / "b.txt").write_bytes(b"")
    (corpus / "c.txt").symlink_to("b.txt")
    scanned = scan(corpus)
    assert names(scanned) == ["a.txt"]
    assert reasons(scanned) == {"b.txt": "empty", "c.txt": "empty"}
    assert scanned.skipped[0].message == "b.txt: there is nothing in it"


def test_a_file_that_has_another_name_elsewhere_is_passed_over(
    corpus: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    os.link(tmp_path / "secret.txt", corpus / "in.txt")
    os.link(tmp_path / "secret.txt", corpus / "again.txt")
    (corpus / "to.txt").symlink_to("in.txt")  # is no name of its own
    scanned = scan(corpus)
    assert names(scanned) == ["a.txt"]
    assert reasons(scanned) == {"in.txt": "link", "again.txt": "link", "to.txt": "link"}
    assert scanned.skipped[0].message.endswith("Copy it, if it is to be read.")


def test_a_file_whose_names_are_all_in_the_corpus_is_read(corpus: Path) -> None:
    (corpus / "b").mkdir()
    os.link(corpus / "a.txt", corpus / "b" / "a.txt")
    (corpus / "to.txt").symlink_to("a.txt")
    scanned = scan(corpus)
    assert names(scanned) == ["a.txt", "b/a.txt", "to.txt"]
    assert scanned.skipped == ()


def test_of_each_reason_the_first_are_told_and_all_are_counted(corpus: Path) -> None:
    for number in range(2 * TOLD + 10):
        (corpus / f"{number:05}.png").touch()
    for number in range(3):
        (corpus / f"{number}.txt").touch()
    scanned = scan(corpus)
    assert scanned.counts == {"unsupported": 2 * TOLD + 10, "empty": 3}
    assert [skip.file for skip in scanned.skipped if skip.reason == "unsupported"] == [
        f"{number:05}.png" for number in range(TOLD)
    ]
    assert [skip.file for skip in scanned.skipped if skip.reason == "empty"] == [
        "0.txt", "1.txt", "2.txt",
    ]  # fmt: skip
    assert list(scanned.skipped) == sorted(scanned.skipped, key=lambda skip: skip.file)
    (corpus / "a.txt").unlink()
    with pytest.raises(CorpusError) as caught:
        scan(corpus)
    assert "; 2,013 others were passed over" in caught.value.hint


def bounded(corpus: Path, count: int) -> None:
    """A scan of `count` empty files takes seconds, and no memory for each."""
    code = (
        f"import os; os.chdir({str(corpus)!r})\n"
        f"for n in range({count}): os.close(os.open(f'{{n:07}}.txt', os.O_CREAT))"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    before = process_time()
    scanned = scan(corpus)
    took = process_time() - before
    assert scanned.counts == {"empty": count}
    assert len(scanned.skipped) == min(count, TOLD)
    assert took < 3 + count * 20e-6
    tracemalloc.start()
    try:
        scan(corpus)
        assert tracemalloc.get_traced_memory()[1] < 1 << 20
    finally:
        tracemalloc.stop()


def test_many_empty_files_take_no_memory(corpus: Path) -> None:
    bounded(corpus, 10_000)


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_a_million_empty_files_take_no_memory(corpus: Path) -> None:
    bounded(corpus, 1_000_000)


def test_a_report_counts_what_was_passed_over_and_tells_what_was_left_out(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = Extracted("A text.", "utf-8", left_out=("pictures", "a table"), extractor="docx")
    monkeypatch.setattr(process, "extracted", lambda *_: made)
    (corpus / "b.docx").write_bytes(b"PK")
    (corpus / "c.png").write_bytes(b"x")
    (corpus / "d.txt").write_bytes(b"")
    (corpus / "e.txt").write_bytes(bytes(range(256)) * 9)

    def check(report: Report) -> None:
        assert report.skipped_counts == {"unsupported": 1, "empty": 1, "binary": 1}
        assert [each.file for each in report.skipped] == ["c.png", "d.txt", "e.txt"]
        assert report.left_out == (("b.docx", "pictures"), ("b.docx", "a table"))

    store = Store(tmp_path / "store")
    for _ in range(2):  # as it is built, and as it stands
        report = update(corpus, store, jobs=1)
        with report.generation as generation:
            check(report)
            assert generation.skipped_counts == report.skipped_counts
