"""The lexical arm: BM25 as an implementation of our own has it; ties, filters, and the folder."""

from __future__ import annotations

import errno
import fcntl
import math
import os
import random
import stat
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from index import views
from index.errors import FormatError, StoreError
from index.lexical import Entry, Found, LexicalReader, LexicalWriter
from index.schema import Kind

WORDS = [f"w{i}" for i in range(40)]


def entry(
    body: str,
    file: int = 0,
    number: int = 0,
    *,
    date: int = 0,
    kind: Kind = Kind.BODY,
    title: str = "",
) -> Entry:
    return Entry(file, number, date, int(kind), body, title)


def built(folder: Path, entries: Iterable[Entry], threads: int = 1) -> LexicalReader:
    folder.mkdir(parents=True, exist_ok=True)
    writer = LexicalWriter(folder, threads)
    writer.add(entries)
    writer.commit()
    return LexicalReader(folder)


def places(found: Sequence[Found]) -> list[tuple[int, int]]:
    return [(each.file, each.number) for each in found]


def invented(count: int, seed: int = 1) -> list[Entry]:
    """Passages of up to 40 words: Tantivy keeps lengths in a byte, exact up to 40."""
    chance = random.Random(seed)
    return [
        entry(
            " ".join(chance.choices(WORDS, range(40, 0, -1), k=chance.randint(1, 40))),
            file=i // 7,
            number=i % 7,
            date=chance.choice([0, 738_000, 738_100, 738_200]),
            kind=chance.choice(list(Kind)),
            title=" ".join(chance.choices(WORDS, k=chance.randint(0, 6))),
        )
        for i in range(count)
    ]


def bm25(texts: list[list[str]], query: dict[str, float]) -> list[float]:
    """Robertson's formula with Lucene's smoothing, k1 = 1.2 and b = 0.75."""
    mean = sum(map(len, texts)) / len(texts)
    scores = [0.0] * len(texts)
    for term, weight in query.items():
        bags = [Counter(text) for text in texts]
        holding = sum(term in bag for bag in bags)
        rarity = math.log(1 + (len(texts) - holding + 0.5) / (holding + 0.5))
        for i, (text, bag) in enumerate(zip(texts, bags, strict=True)):
            if often := bag[term]:
                norm = 1.2 * (1 - 0.75 + 0.75 * len(text) / mean)
                scores[i] += weight * rarity * often * 2.2 / (often + norm)
    return scores


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files that nothing else uses."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("seed", range(5))
def test_scores_are_those_of_bm25(tmp_path: Path, seed: int) -> None:
    entries = invented(300, seed)
    reader = built(tmp_path, entries)
    chance = random.Random(seed)
    query = {word: chance.choice([0.3, 0.7, 1.0]) for word in chance.sample(WORDS, 5)}
    titles = {word: weight * 0.3 for word, weight in query.items()}
    bodies = bm25([each.body.split() for each in entries], query)
    headings = bm25([each.title.split() for each in entries], titles)
    expected = {
        (each.file, each.number): body + heading
        for each, body, heading in zip(entries, bodies, headings, strict=True)
    }
    found = reader.search(query, titles, k=300)
    assert len(found) == sum(score > 0 for score in expected.values()) > 100
    for each in found:
        assert each.score == pytest.approx(expected[each.file, each.number], rel=1e-4)
    assert [each.score for each in found] == sorted((each.score for each in found), reverse=True)


def test_the_fields_weigh_apart(tmp_path: Path) -> None:
    reader = built(tmp_path, [entry("a", 1, title="b"), entry("b", 2, title="a")])
    assert places(reader.search({"a": 1.0}, {}, 5)) == [(1, 0)]
    assert places(reader.search({}, {"a": 1.0}, 5)) == [(2, 0)]
    assert places(reader.search({"a": 1.0}, {"a": 0.3}, 5)) == [(1, 0), (2, 0)]
    assert reader.search({"a": 0.0}, {}, 5) == []


@pytest.mark.parametrize("tied", [1, 8, 9, 10, 50, 500])
def test_ties_at_the_cut_off_come_whole(tmp_path: Path, tied: int) -> None:
    best = [entry("term term", 0, i) for i in range(2)]
    same = [entry("term other", 1, i) for i in range(tied)]
    worse = [entry("term other other other", 2, i) for i in range(20)]
    reader = built(tmp_path, [*worse, *same, *best])
    found = reader.search({"term": 1.0}, {}, 3)
    assert set(places(found)) == {(0, 0), (0, 1), *((1, i) for i in range(tied))}
    assert places(reader.search({"term": 1.0}, {}, 2))[2:] == []


def test_two_builds_of_several_threads_find_the_same(tmp_path: Path) -> None:
    entries = invented(3000)
    one = built(tmp_path / "one", entries, threads=4)
    (tmp_path / "two").mkdir()
    # Several segments, in another order, with as many threads.
    for part in (entries[2000:], entries[:1000], entries[1000:2000]):
        writer = LexicalWriter(tmp_path / "two", 3)
        writer.add(reversed(part))
        writer.commit()
    two = LexicalReader(tmp_path / "two")
    assert one.num_docs == two.num_docs == 3000
    for word in WORDS:
        for k in (1, 10, 100):
            query = {word: 1.0, "w0": 0.3}
            found, again = (reader.search(query, query, k) for reader in (one, two))
            assert sorted((-each.score, each.file, each.number) for each in found) == sorted(
                (-each.score, each.file, each.number) for each in again
            )


def test_dates_bound_from_both_sides_and_leave_the_undated_out(tmp_path: Path) -> None:
    dates = [0, 100, 200, 300]
    reader = built(tmp_path, [entry("term", i, date=date) for i, date in enumerate(dates)])

    def dated(since: int = 0, until: int = 0) -> list[int]:
        found = reader.search({"term": 1.0}, {}, 10, since, until)
        return sorted(dates[each.file] for each in found)

    assert dated() == dates
    assert dated(since=100) == [100, 200, 300]
    assert dated(since=101) == [200, 300]
    assert dated(until=200) == [100, 200]
    assert dated(until=199) == [100]
    assert dated(200, 200) == [200]
    assert dated(201, 299) == dated(300, 100) == []


def test_files_and_kinds(tmp_path: Path) -> None:
    entries = [entry("term", file, int(kind), kind=kind) for file in range(3) for kind in Kind]
    reader = built(tmp_path, entries)
    query = {"term": 1.0}
    assert len(reader.search(query, {}, 99)) == len(entries)
    assert {each.file for each in reader.search(query, {}, 99, files=[0, 2])} == {0, 2}
    assert reader.search(query, {}, 99, files=[]) == []
    assert reader.search(query, {}, 99, files=[77]) == []
    assert reader.search(query, {}, 99, kinds=[]) == []
    captions = reader.search(query, {}, 99, kinds=[Kind.CAPTION])
    assert sorted(places(captions)) == [(file, int(Kind.CAPTION)) for file in range(3)]
    assert {each.kind for each in captions} == {Kind.CAPTION}
    both = reader.search(query, {}, 99, files=[1], kinds=[Kind.BODY, Kind.HEADING])
    assert sorted(places(both)) == [(1, Kind.BODY), (1, Kind.HEADING)]


def test_filters_leave_scores_as_they_are(tmp_path: Path) -> None:
    entries = [entry(f"term {'other ' * i}".strip(), i, date=10 + i) for i in range(20)]
    reader = built(tmp_path, entries)
    free = {each.file: each.score for each in reader.search({"term": 1.0}, {}, 99)}
    held = reader.search({"term": 1.0}, {}, 99, 12, 22, files=range(5, 30), kinds=list(Kind))
    assert {each.file: each.score for each in held} == {
        file: pytest.approx(free[file], rel=1e-6) for file in range(5, 13)
    }


def test_a_deleted_file_is_gone_and_may_come_again(tmp_path: Path) -> None:
    entries = [entry("term", file, number) for file in range(3) for number in range(4)]
    before = built(tmp_path, entries)
    writer = LexicalWriter(tmp_path)
    writer.delete(1)
    writer.delete(2)
    writer.delete(99)
    writer.add([entry("term anew", 2, 0)])
    writer.commit()
    after = LexicalReader(tmp_path)
    kept = [(0, number) for number in range(4)]
    assert sorted(places(after.search({"term": 1.0}, {}, 99))) == [*kept, (2, 0)]
    assert after.num_docs == 5
    # The older reader goes on reading what it opened.
    assert len(before.search({"term": 1.0}, {}, 99)) == before.num_docs == 12


def test_what_is_not_committed_is_not_there(tmp_path: Path) -> None:
    built(tmp_path, [entry("term")])
    writer = LexicalWriter(tmp_path)
    writer.add([entry("term", 5)])
    writer.delete(0)
    writer.close()
    writer.close()
    reader = LexicalReader(tmp_path)
    assert places(reader.search({"term": 1.0}, {}, 9)) == [(0, 0)]


@pytest.mark.parametrize(
    "term", ["中国", "한국", "1190", "3.5", "a\x00b", '"', "(", "body:x", "é", "*"]
)
def test_a_term_is_taken_as_it_is(tmp_path: Path, term: str) -> None:
    reader = built(tmp_path, [entry(f"x {term} y", 1), entry("other", 2)])
    assert places(reader.search({term: 1.0}, {}, 9)) == [(1, 0)]
    assert reader.frequency(term) == 1


def test_how_often_a_term_stands(tmp_path: Path) -> None:
    entries = [entry("a a b", 1, title="c"), entry("a", 2, title="c"), entry("", 3, title="c b")]
    reader = built(tmp_path, entries)
    assert [reader.frequency(term) for term in "abcd"] == [2, 1, 3, 0]


def test_no_question_no_answer(tmp_path: Path) -> None:
    reader = built(tmp_path / "full", [entry("term")])
    assert reader.search({}, {}, 10) == reader.search({"none": 1.0}, {}, 10) == []
    assert reader.search({"term": 1.0}, {}, 0) == reader.search({"term": 1.0}, {}, -3) == []
    assert len(reader.search({"term": 1.0}, {}, 10**7)) == 1
    empty = built(tmp_path / "empty", [])
    assert empty.num_docs == 0
    assert empty.search({"term": 1.0}, {}, 10) == []


def snapshot(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    stats = {each: each.stat() for each in (folder, *sorted(folder.iterdir()))}
    return {
        each.name: (stat.st_mtime_ns, stat.st_mode, each.read_bytes() if each.is_file() else b"")
        for each, stat in stats.items()
    }


def test_a_reader_leaves_the_folder_as_it_was(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / "index"
    built(folder, invented(50)).close()
    before = snapshot(folder)
    reader = LexicalReader(folder)
    assert list(temporary.iterdir()) == []
    assert reader.search({"w0": 1.0}, {}, 10)
    reader.close()
    assert snapshot(folder) == before
    assert list(temporary.iterdir()) == []


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "index"
    built(folder, invented(50)).close()
    (folder / ".tantivy-writer.lock").unlink(missing_ok=True)
    for each in folder.iterdir():
        each.chmod(0o400)
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


def test_a_folder_that_cannot_be_written_is_read(read_only: Path, temporary: Path) -> None:
    reader = LexicalReader(read_only)
    assert reader.search({"w0": 1.0}, {}, 10)
    assert list(temporary.iterdir()) == []


def test_a_reader_heeds_no_lock_in_the_folder(tmp_path: Path) -> None:
    built(tmp_path, [entry("term")]).close()
    held = []
    for name in (".tantivy-meta.lock", ".tantivy-writer.lock"):
        held.append((tmp_path / name).open("w"))
        fcntl.flock(held[-1], fcntl.LOCK_EX)
    assert LexicalReader(tmp_path).num_docs == 1
    for each in held:
        each.close()


def test_a_folder_by_a_relative_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path / "index", [entry("term")]).close()
    monkeypatch.chdir(tmp_path)
    assert LexicalReader(Path("index")).num_docs == 1


@pytest.mark.parametrize("made", [False, True])
def test_where_there_is_no_index(tmp_path: Path, temporary: Path, made: bool) -> None:
    folder = tmp_path / "none"
    if made:
        folder.mkdir()
    with pytest.raises(FormatError, match="no search index") as raised:
        LexicalReader(folder)
    assert "footnote index" in raised.value.hint
    assert list(temporary.iterdir()) == []


def test_a_file_in_the_folders_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreError, match="cannot be read") as raised:
        LexicalReader(tmp_path / "file")
    assert raised.value.hint


def test_a_broken_index_says_what_to_do(tmp_path: Path, temporary: Path) -> None:
    folder = tmp_path / "index"
    built(folder, [entry("term")]).close()
    (folder / "meta.json").write_text("{")
    with pytest.raises(StoreError, match="search index") as raised:
        LexicalReader(folder)
    assert "footnote index" in raised.value.hint
    assert list(temporary.iterdir()) == []


def test_a_temporary_folder_that_cannot_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path / "index", [entry("term")]).close()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(views, "_MEMORY", str(tmp_path / "nowhere"))
    monkeypatch.setattr(views, "_DISKS", ())
    with pytest.raises(StoreError, match="temporary folder") as raised:
        LexicalReader(tmp_path / "index")
    assert "TMPDIR" in raised.value.hint


def test_a_full_disk_leaves_nothing_behind(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path / "index", [entry("term")]).close()

    def full(source: str, target: str) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", source, None, target)

    monkeypatch.setattr(os, "symlink", full)
    with pytest.raises(StoreError, match="No space left"):
        LexicalReader(tmp_path / "index")
    assert list(temporary.iterdir()) == []


def test_a_folder_that_cannot_hold_an_index(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as raised:
        LexicalWriter(tmp_path / "missing")
    assert raised.value.hint


def test_a_folder_that_cannot_hold_the_view_is_passed_over(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr(views, "_MEMORY", str(tmp_path / "nowhere"))
    monkeypatch.setattr(views, "_DISKS", (str(temporary),))
    reader = built(tmp_path / "index", [entry("term")])
    assert reader.num_docs == 1


def test_nobody_else_may_look_into_the_view(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(tmp_path / "index", [entry("term")]).close()
    modes = set()
    link = os.symlink

    def linked(source: str, target: str) -> None:
        assert Path(target).parent.parent == temporary
        modes.add(stat.S_IMODE(os.stat(Path(target).parent).st_mode))
        link(source, target)

    monkeypatch.setattr(os, "symlink", linked)
    LexicalReader(tmp_path / "index").close()
    assert modes == {0o700}
