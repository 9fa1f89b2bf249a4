"""An update works on what changed, and ends in what a fresh build would be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from tempfile import mkdtemp

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index import build, plan, prepare, split
from index.build import Report, is_current, update
from index.errors import CorpusError, LockedError, StoreError
from index.formats import kind_of
from index.lexical import Entry, LexicalReader, LexicalWriter
from index.prepare import Failed, Prepared
from index.scan import scan
from index.schema import Document, Passage
from index.store import Store
from tests.index.states import WORD, current_state, left_over, page, standing, state_of, write
from tests.index.test_lock import hold


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return write(tmp_path / "corpus", **{f"d{n:02}": page(f"pier {n}") for n in range(30)})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often files are read, cut and analysed from now on, if there are many of them.

    Of what did not change a few passages are analysed to be looked up: here none.
    """
    counts: Counter[str] = Counter()
    monkeypatch.setattr("index.filling.SMALL", 0)
    monkeypatch.setattr("index.filling.OTHERS", 0)

    def count(module: object, name: str, label: str) -> None:
        inner: Callable[..., object] = getattr(module, name)

        def counted(*args: object) -> object:
            counts[label] += 1
            return inner(*args)

        monkeypatch.setattr(module, name, counted)

    count(prepare, "read_at_rest", "read")
    count(plan, "read_at_rest", "hashed")
    count(prepare, "passages", "cut")
    count(prepare, "analyse", "analysed")
    return counts


def run(corpus: Path, store: Store) -> Report:
    """An update, after which what stands is what a fresh build makes."""
    report = update(corpus, store)
    report.generation.close()
    return report


def fresh(corpus: Path, folder: Path) -> object:
    """The state that a build from nothing has."""
    store = Store(folder)
    update(corpus, store).generation.close()
    state = current_state(store)
    shutil.rmtree(folder)
    return state


def test_an_unchanged_corpus_costs_nothing(
    corpus: Path, store: Store, work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = run(corpus, store)
    assert work == {"read": 30, "cut": 30, "analysed": 30}
    work.clear()
    monkeypatch.setattr(Store, "lock", pytest.fail)
    second = run(corpus, store)
    assert not work
    assert second.generation.name == first.generation.name
    assert (second.unchanged, second.added, second.changed, second.removed) == (30, (), (), ())
    with standing(store) as generation:
        assert is_current(generation, scan(corpus))


def test_an_edit_costs_its_file(
    corpus: Path, store: Store, work: Counter[str], tmp_path: Path
) -> None:
    run(corpus, store)
    work.clear()
    write(corpus, d07=page("crane"))
    with standing(store) as generation:
        assert not is_current(generation, scan(corpus))
    report = run(corpus, store)
    assert report.changed == ("d07.txt",)
    assert report.unchanged == 29
    assert work == {"read": 1, "cut": 1, "analysed": 1}
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


def test_files_come_and_go(corpus: Path, store: Store, work: Counter[str], tmp_path: Path) -> None:
    run(corpus, store)
    work.clear()
    write(corpus, new=page("crane"))
    (corpus / "d03.txt").unlink()
    report = run(corpus, store)
    assert (report.added, report.removed, report.unchanged) == (("new.txt",), ("d03.txt",), 29)
    assert work == {"read": 1, "cut": 1, "analysed": 1}
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")
    (corpus / "new.txt").unlink()
    report = run(corpus, store)
    assert (report.added, report.removed, report.unchanged) == ((), ("new.txt",), 29)
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


def test_a_rename_costs_nothing_but_the_name(
    corpus: Path, store: Store, work: Counter[str], tmp_path: Path
) -> None:
    run(corpus, store)
    work.clear()
    (corpus / "sub").mkdir()
    (corpus / "d03.txt").rename(corpus / "sub" / "moved.txt")
    (corpus / "d04.txt").rename(corpus / "d04.md")  # plain text by either name
    report = run(corpus, store)
    assert report.renamed == (("d03.txt", "sub/moved.txt"), ("d04.txt", "d04.md"))
    assert (report.added, report.changed, report.removed, report.unchanged) == ((), (), (), 28)
    assert work == {"hashed": 2}
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


def test_the_same_bytes_are_indexed_once(
    corpus: Path, store: Store, work: Counter[str], tmp_path: Path
) -> None:
    shutil.copy(corpus / "d03.txt", corpus / "sub.txt")
    first = run(corpus, store)
    assert first.duplicates == (("d03.txt", "sub.txt"),)
    assert len(first.added) == 31
    assert first.passages == 60
    work.clear()
    shutil.copy(corpus / "d03.txt", corpus / "a.txt")  # it sorts before the others
    report = run(corpus, store)
    assert report.added == ("a.txt",)
    assert report.duplicates == (("a.txt", "d03.txt", "sub.txt"),)
    assert work == {"hashed": 1}
    with standing(store) as generation:
        assert is_current(generation, scan(corpus))
        record, copy = generation.record("a.txt"), generation.record("sub.txt")
        assert record is not None
        assert copy is not None
        assert (copy.id, copy.file) == (record.id, "sub.txt")
        assert copy.stat[3] == (corpus / "sub.txt").stat().st_ino
        assert generation.copies_of(record.id) == ("d03.txt", "sub.txt")
        assert generation.copies_of(record.id + 1) == ()
        assert generation.text("sub.txt") == generation.text("a.txt") == page("pier 3")
        assert generation.articles("sub.txt") == generation.articles("a.txt") != ()
        for name in ("a.txt", "d03.txt", "sub.txt"):
            assert generation.matching([name]) == {record.id}
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


def test_each_name_of_the_same_bytes_goes_its_way(
    corpus: Path, store: Store, work: Counter[str], tmp_path: Path
) -> None:
    for name in ("a.txt", "b.txt", "z.txt"):
        shutil.copy(corpus / "d03.txt", corpus / name)
    run(corpus, store)

    def step(expected: Counter[str]) -> Report:
        work.clear()
        report = run(corpus, store)
        assert work == expected
        with standing(store) as generation:
            assert is_current(generation, scan(corpus))
        assert current_state(store) == fresh(corpus, tmp_path / "fresh")
        return report

    (corpus / "a.txt").unlink()  # the name it goes by
    report = step(Counter())
    assert (report.removed, report.changed, report.added) == (("a.txt",), (), ())
    assert report.duplicates == (("b.txt", "d03.txt", "z.txt"),)
    write(corpus, b=page("crane"))
    report = step(Counter(read=1, cut=1, analysed=1))
    assert (report.changed, report.added, report.removed) == (("b.txt",), (), ())
    assert report.duplicates == (("d03.txt", "z.txt"),)
    write(corpus, z=page("pier 4"))  # from a copy of one to a copy of another
    report = step(Counter(hashed=1))
    assert report.changed == ("z.txt",)
    assert report.duplicates == (("d04.txt", "z.txt"),)
    (corpus / "z.txt").replace(corpus / "d03.txt")
    report = step(Counter(hashed=1))
    assert report.renamed == (("z.txt", "d03.txt"),)
    assert report.duplicates == (("d03.txt", "d04.txt"),)
    os.utime(corpus / "d04.txt", ns=(1, 1))
    assert step(Counter(hashed=1)).unchanged == 31


def test_files_that_become_the_same_while_they_are_read_are_indexed_once(
    corpus: Path, store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run(corpus, store)
    write(corpus, new=page("crane"))
    inner = prepare.prepare

    def late(where: Path, file: str) -> Prepared | Failed:
        write(corpus, new=page("pier 3"))
        return inner(where, file)

    monkeypatch.setattr("index.filling.prepare", late)
    assert run(corpus, store).duplicates == (("d03.txt", "new.txt"),)
    monkeypatch.undo()
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a.txt", "b/C.MD", True),
        ("a.txt", "a.pdf", False),
        ("a.csv", "b.CSV", True),
        ("a.csv", "a.tsv", False),
        ("a.csv.gz", "b.csv.gz", True),
        ("a.csv.gz", "a.txt.gz", False),
        ("a", "b.txt", False),
    ],
)
def test_a_copy_is_read_as_the_original_is(one: str, other: str, alike: bool) -> None:
    assert (kind_of(one) == kind_of(other)) == alike


def test_names_that_change_places_are_right(corpus: Path, store: Store, tmp_path: Path) -> None:
    run(corpus, store)
    (corpus / "d01.txt").rename(corpus / "x")
    (corpus / "d02.txt").rename(corpus / "d01.txt")
    (corpus / "x").rename(corpus / "d02.txt")
    shutil.copy(corpus / "d05.txt", corpus / "twin.txt")
    (corpus / "d06.txt").rename(corpus / "d060.txt")
    shutil.copy(corpus / "d060.txt", corpus / "d061.txt")
    run(corpus, store)
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


def test_a_touched_file_is_not_worked_on(corpus: Path, store: Store, work: Counter[str]) -> None:
    run(corpus, store)
    work.clear()
    os.utime(corpus / "d07.txt", ns=(1, 1))
    (corpus / "d08.txt").write_bytes((corpus / "d08.txt").read_bytes())
    report = run(corpus, store)
    assert (report.changed, report.unchanged) == ((), 30)
    assert work == {"hashed": 2}
    with standing(store) as generation:
        assert is_current(generation, scan(corpus))  # next time it is not even hashed


def test_an_edit_that_keeps_size_and_time_is_seen(corpus: Path, store: Store) -> None:
    path = corpus / "d07.txt"
    run(corpus, store)
    for number in (1, 2, 3, 4, 5, 6):
        before = path.stat()
        path.write_text(page(f"pier {number}"))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        assert path.stat().st_size == before.st_size
        assert run(corpus, store).changed == ("d07.txt",)
        with standing(store) as generation:
            assert generation.text("d07.txt") == path.read_text()


def test_past_a_tenth_deleted_the_index_is_built_whole(
    corpus: Path, store: Store, work: Counter[str], tmp_path: Path
) -> None:
    run(corpus, store)
    for number in range(3):
        write(corpus, **{f"d{number:02}": page(f"crane {number}")})
        run(corpus, store)
    with standing(store) as generation:
        assert generation.deleted_count == 6
    work.clear()
    write(corpus, d03=page("crane 3"))
    run(corpus, store)
    with standing(store) as generation:
        assert generation.deleted_count == 0
        # The others are not read: their terms are made from the generation's own text.
        assert (work["read"], work["cut"]) == (1, 1)
        assert scores(generation.lexical_path) == scores_of_fresh(corpus, tmp_path / "fresh")


def test_a_small_index_scores_as_one_built_anew(corpus: Path, store: Store, tmp_path: Path) -> None:
    run(corpus, store)
    for step in range(3):
        if step < 2:
            write(corpus, **{f"d{step:02}": page(f"crane {step}", 9)})
        else:
            (corpus / "d02.txt").unlink()
        run(corpus, store)
        with standing(store) as generation:
            assert generation.deleted_count == 0
            assert scores(generation.lexical_path) == scores_of_fresh(corpus, tmp_path / str(step))


def test_an_index_that_became_small_is_built_whole_even_for_a_copy(
    corpus: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.filling.SMALL", 0)
    run(corpus, store)
    write(corpus, d00=page("crane"))
    run(corpus, store)
    monkeypatch.undo()
    with standing(store) as generation:
        assert generation.deleted_count == 2
    shutil.copy(corpus / "d01.txt", corpus / "copy.txt")
    run(corpus, store)  # its name alone is noted
    monkeypatch.setattr("index.plan._stands", lambda *_: False)  # as if it changed meanwhile
    shutil.copy(corpus / "d02.txt", corpus / "another.txt")
    report = run(corpus, store)
    assert report.duplicates == (("another.txt", "d02.txt"), ("copy.txt", "d01.txt"))
    with standing(store) as generation:
        assert generation.deleted_count == 0


def test_passages_that_the_index_lost_are_put_in_again(
    corpus: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = LexicalWriter.add
    losing = [2]

    def lose(writer: LexicalWriter, entries: Iterable[Entry]) -> None:
        kept = list(entries)
        if losing[0]:
            losing[0] -= 1
            kept = kept[:-1]
        inner(writer, kept)

    monkeypatch.setattr(LexicalWriter, "add", lose)
    assert run(corpus, store).notices == ("The search index lost passages and was built whole.",)
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")
    losing[0] = 10**6
    write(corpus, new=page("mole"))
    with pytest.raises(StoreError) as caught:
        run(corpus, store)
    assert "does not find passages" in caught.value.message
    losing[0] = 0
    assert left_over(store) == []
    assert "new.txt" not in current_state(store).texts


def test_an_unchanged_passage_that_is_lost_is_found_out(
    corpus: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(corpus, store)
    inner = LexicalWriter.commit

    def spoil(writer: LexicalWriter) -> None:
        monkeypatch.undo()
        for id in range(1, 31):
            writer.delete(id)
        inner(writer)

    monkeypatch.setattr(LexicalWriter, "commit", spoil)
    write(corpus, new=page("mole"))
    assert run(corpus, store).notices
    assert current_state(store) == fresh(corpus, tmp_path / "fresh")


def scores(path: Path) -> list[float]:
    return sorted(found.score for found in LexicalReader(path).search({WORD: 1.0}, {}, k=100))


def scores_of_fresh(corpus: Path, folder: Path) -> list[float]:
    with update(corpus, Store(folder)).generation as generation:
        return scores(generation.lexical_path)


def test_two_builds_order_alike(corpus: Path, tmp_path: Path) -> None:
    orders = []
    for name in ("one", "two"):
        with update(corpus, Store(tmp_path / name)).generation as generation:
            found = LexicalReader(generation.lexical_path).search({WORD: 1.0, "pier": 2.0}, {}, 7)
            named = [(-each.score, generation.file_name(each.file), each.number) for each in found]
            orders.append(sorted(named))
    assert orders[0] == orders[1]
    assert len(orders[0]) >= 7


def test_several_processes_do_as_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = write(tmp_path / "corpus", **{f"d{n}": page(f"pier {n}", 90) for n in range(40)})
    (corpus / "bad.txt").write_bytes(BINARY)
    states = []
    progress: list[tuple[int, int, str]] = []
    monkeypatch.setattr("index.filling._POOL_BYTES", 1)
    for jobs in (1, 2):
        store = Store(tmp_path / str(jobs))
        report = update(corpus, store, jobs=jobs, progress=lambda *step: progress.append(step))
        with report.generation as generation:
            states.append((state_of(generation), report.added, report.skipped))
            assert [each.reason for each in report.skipped] == ["binary"]
    assert states[0] == states[1]
    half = len(progress) // 2
    assert progress[:half] == progress[half:]
    assert progress[0][0] == 0
    assert progress[-1][:2] == (progress[0][1],) * 2
    assert [step[2] for step in progress[1:half]] == sorted(path.name for path in corpus.iterdir())
    # And so when the lexical index is built whole from the generation's own text.
    for path in sorted(corpus.glob("d1*.txt")):
        path.write_text(page("crane"))
    update(corpus, Store(tmp_path / "2"), jobs=2).generation.close()
    assert current_state(Store(tmp_path / "2")) == fresh(corpus, tmp_path / "fresh")


@pytest.mark.parametrize("reason", ["binary", "unreadable"])
def test_a_file_that_fails_is_dropped_and_said(
    corpus: Path, store: Store, work: Counter[str], monkeypatch: pytest.MonkeyPatch, reason: str
) -> None:
    run(corpus, store)
    path = corpus / "d07.txt"
    text = path.read_text()
    if reason == "unreadable":
        path.unlink()
        path.write_text("to be refused")
        inner = os.open

        def refuse(name: str, *args: int, **named: int) -> int:
            if str(name) == str(path):
                raise PermissionError(13, "Permission denied", str(path))
            return inner(name, *args, **named)

        monkeypatch.setattr(os, "open", refuse)
    else:
        path.write_bytes(BINARY)
    report = run(corpus, store)
    assert [each.file for each in report.skipped] == ["d07.txt"]
    assert report.removed == ("d07.txt",)
    assert report.changed == ()
    with standing(store) as generation:
        assert generation.record("d07.txt") is None
        assert [each.file for each in generation.skipped()] == ["d07.txt"]
        assert is_current(generation, scan(corpus))  # a failure is not tried again
    work.clear()
    again = run(corpus, store)
    assert again.generation.name == report.generation.name
    assert again.skipped == report.skipped
    assert not work
    monkeypatch.undo()
    path.write_text(text)
    assert run(corpus, store).added == ("d07.txt",)


@pytest.mark.parametrize("empty", [False, True])
def test_a_file_that_failed_and_went_is_forgotten(
    corpus: Path, store: Store, work: Counter[str], empty: bool
) -> None:
    path = corpus / "d07.txt"
    path.write_bytes(BINARY)
    run(corpus, store)
    before = current_state(store)
    work.clear()
    if empty:
        path.write_bytes(b"")
    else:
        path.unlink()
    report = run(corpus, store)
    assert [each.reason for each in report.skipped] == ["empty"] * empty
    assert not work
    with standing(store) as generation:
        # Else each question would bring it up to date again, in vain.
        assert is_current(generation, scan(corpus))
    assert current_state(store) == before


def test_a_file_that_becomes_readable_is_taken_in(
    corpus: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = split.passages

    def fail(document: Document) -> tuple[Passage, ...]:
        if document.file == "d07.txt":
            raise RecursionError("a bug")
        return inner(document)

    monkeypatch.setattr(prepare, "passages", fail)
    (skipped,) = run(corpus, store).skipped
    assert "d07.txt" in skipped.message
    assert "RecursionError" in skipped.message
    monkeypatch.undo()
    assert run(corpus, store).added == ("d07.txt",)
    assert current_state(store).texts["d07.txt"] == page("pier 7")


def test_without_documents_the_earlier_index_stays(corpus: Path, store: Store) -> None:
    before = run(corpus, store).generation.name
    for path in corpus.iterdir():
        path.write_bytes(BINARY)
    with pytest.raises(CorpusError) as caught:
        update(corpus, store)
    assert "None of the 30 documents" in caught.value.message
    shutil.rmtree(corpus)
    with pytest.raises(CorpusError):
        update(corpus, store)
    corpus.mkdir()
    with pytest.raises(CorpusError):
        update(corpus, store)
    assert store.standing() == before
    assert left_over(store) == []


def test_other_parameters_build_anew(corpus: Path, store: Store, work: Counter[str]) -> None:
    first = run(corpus, store)
    work.clear()
    with standing(store) as generation:
        assert not is_current(generation, scan(corpus), "other")
    report = update(corpus, store, parameters="other")
    report.generation.close()
    assert work["cut"] == 30
    assert report.notices
    assert report.generation.name != first.generation.name


@pytest.mark.parametrize("version", ["TERMS_VERSION", "CUT_VERSION"])
def test_another_analysis_has_other_parameters(
    monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    before = build.analysis()
    assert build.analysis() == before
    monkeypatch.setattr(build, version, 99)
    assert build.analysis() != before


@pytest.mark.parametrize("damage", [b"footnote 0 00000001-01234567\n", b"rubbish", b""])
def test_a_store_that_cannot_be_read_is_built_anew(
    corpus: Path, store: Store, damage: bytes
) -> None:
    run(corpus, store)
    (store.folder / "current").write_bytes(damage)
    report = run(corpus, store)
    assert len(report.added) == 30
    assert report.notices
    assert len(current_state(store).texts) == 30


def test_a_writer_is_named_and_waited_for(corpus: Path, store: Store) -> None:
    run(corpus, store)
    write(corpus, new=page("crane"))
    with hold(store.folder / "lock", 60) as process:
        with pytest.raises(LockedError, match=str(process.pid)):
            update(corpus, store)
        assert len(current_state(store).texts) == 30
        process.kill()
    with hold(store.folder / "lock", 0.5):
        update(corpus, store, wait=20).generation.close()
    assert len(current_state(store).texts) == 31


def test_times_that_cannot_be_noted_do_no_harm(corpus: Path, store: Store) -> None:
    first = run(corpus, store)
    os.utime(corpus / "d07.txt")
    with hold(store.folder / "lock", 60) as process:
        report = run(corpus, store)
        process.kill()
    assert report.generation.name == first.generation.name


def test_the_work_of_another_writer_is_not_done_again(
    corpus: Path, store: Store, work: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Store(store.folder)
    inner = store.lock

    def late(wait: float = 0.0) -> object:
        update(corpus, other).generation.close()
        return inner(wait)

    monkeypatch.setattr(store, "lock", late)
    run(corpus, store)
    assert work["cut"] == 30
    write(corpus, d07=page("crane"))
    run(corpus, store)
    assert work["cut"] == 31
    assert len(current_state(store).texts) == 30


@pytest.mark.parametrize("name", ['it\'s 100% "odd"', "a?b#c", "한국어", "new\nline", " "])
def test_corpora_of_any_name_are_indexed(tmp_path: Path, name: str) -> None:
    corpus = write(tmp_path / name, a=page("pier"), 부산=page("crane"))
    store = Store.for_corpus(tmp_path / "store", corpus)
    assert run(corpus, store).added == ("a.txt", "부산.txt")
    assert run(corpus, store).unchanged == 2
    assert set(current_state(store).texts) == {"a.txt", "부산.txt"}


def test_what_a_question_imports_is_light() -> None:
    code = (
        "import sys, index.build, index.sources\n"
        "heavy = {'multiprocessing', 'concurrent.futures', 'index.split', 'index.filling',"
        " 'index.prepare', 'shutil', 'tempfile', 'yaml'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


BINARY = b"\x89PNG\r\n\x1a\n" + bytes(3000)
NAMES = st.sampled_from(["a.txt", "b.txt", "c.md", "가.txt", "sub/a.txt", "sub/d.txt"])
TEXTS = st.builds(page, st.sampled_from(["crane", "pier", "부두", "mole"]), st.integers(1, 4))
EDITS = st.one_of(
    st.tuples(st.just("write"), NAMES, TEXTS),
    st.tuples(st.just("remove"), NAMES, st.none()),
    st.tuples(st.just("rename"), NAMES, NAMES),
    st.tuples(st.just("copy"), NAMES, NAMES),
    st.tuples(st.just("spoil"), NAMES, st.none()),
    st.tuples(st.just("update"), st.none(), st.none()),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(EDITS, min_size=2, max_size=14))
def test_after_any_edits_it_is_as_if_built_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, edits: list[tuple[str, str, str]]
) -> None:
    monkeypatch.setattr(os, "fsync", lambda _: None)  # slow, and no machine fails here
    root = Path(mkdtemp(dir=tmp_path))
    corpus = write(root / "corpus", always=page("always"))
    (corpus / "sub").mkdir()
    store = Store(root / "store")
    for edit, name, other in [*edits, ("update", "", "")]:
        if edit == "write":
            (corpus / name).write_text(other)
        elif edit == "spoil":
            (corpus / name).write_bytes(BINARY)
        elif edit == "remove":
            (corpus / name).unlink(missing_ok=True)
        elif edit == "rename" and (corpus / name).exists():
            (corpus / name).replace(corpus / other)
        elif edit == "copy" and name != other and (corpus / name).exists():
            shutil.copy(corpus / name, corpus / other)
        elif edit == "update":
            run(corpus, store)
    assert current_state(store) == fresh(corpus, root / "fresh")
    shutil.rmtree(root)
