"""Generations: what stands, what is removed, what a reader keeps."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import FormatError, StoreError
from index.generation import Generation
from index.manifest import FORMAT, NAME, Cut
from index.pack import BLOCK, compress
from index.reading import Skipped
from index.record import replaced
from index.schema import Article, Document, Kind
from index.store import KEEP, Store
from tests.index.states import left_over, standing


def cut(file: str, text: str, title: str | None = None) -> Cut:
    """A document of one article, a passage a line."""
    rows = []
    start = 0
    for line in text.splitlines(keepends=True):
        if line.strip():
            rows.append((start, start + len(line.rstrip("\n")), 0, int(Kind.BODY)))
        start += len(line)
    article = Article(0, len(text), title, None, "en")
    document = Document(file, text, "utf-8", title=title)
    blocks = compress(text)
    return Cut(
        replaced(document, text=""), (len(text), 1, 2, 3), "ab" * 32, blocks, (article,), rows
    )


def build(store: Store, base: Generation | None, *cuts: Cut) -> Generation:
    """A generation with these documents more than `base`."""
    with store.lock(), store.begin(Path("corpus"), "p", base) as building:
        for each in cuts:
            building.add(each)
        return store.commit(building)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def one(store: Store) -> Iterator[Generation]:
    with build(store, None, cut("a.txt", "first line\n\nsecond line\n", "A title")) as generation:
        yield generation


def test_nothing_stands_before_anything_was_built(store: Store, tmp_path: Path) -> None:
    assert store.current() is None
    assert store.standing() is None
    (tmp_path / "file").touch()
    assert Store(tmp_path / "file").current() is None
    assert not store.folder.exists()


def test_a_generation_gives_back_what_was_put_in(store: Store, one: Generation) -> None:
    with standing(store) as found:
        assert found is not one
        assert (found.name, found.parameters, found.passage_count) == (one.name, "p", 2)
        assert found.languages == {"en": 1.0}
        record = found.record("a.txt")
        assert record is not None
        assert found.files() == {"a.txt": record}
        assert (record.title, record.stat, record.sha256) == ("A title", (24, 1, 2, 3), "ab" * 32)
        assert found.file_name(record.id) == "a.txt"
        assert found.text("a.txt") == "first line\n\nsecond line\n"
        (second,) = found.passages([(record.id, 1)])
        assert (second.text, second.number, second.start, second.end) == ("second line", 1, 12, 23)
        assert second.article == found.articles("a.txt")[0]
        assert [each.number for each in found.every_passage()] == [0, 1]
    assert one.record("none.txt") is None
    with pytest.raises(KeyError):
        one.text("none.txt")


def test_passages_are_cut_from_long_texts_at_every_edge_of_a_block(store: Store) -> None:
    text = "".join(chr(0x4E00 + number % 7000) for number in range(3 * BLOCK + 10))
    edges = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK, 3 * BLOCK, 3 * BLOCK + 10]
    rows = [(a, b, 0, 0) for a in edges for b in edges if a < b]
    with build(store, None, replaced(cut("a.txt", text), passages=rows)) as generation:
        for passage in generation.every_passage():
            assert passage.text == text[passage.start : passage.end]
        assert generation.passage_count == len(rows)


def test_odd_words_are_stored_as_they_are(store: Store) -> None:
    title = "a lone \udcff, a NUL \0, 제목"
    with build(store, None, cut("ㅎ'\"?#%\n.txt", "\ud800 text\0", title)) as generation:
        (passage,) = generation.every_passage()
        assert (passage.file, passage.text) == ("ㅎ'\"?#%\n.txt", "\ud800 text\0")
        assert passage.article.title == title


@pytest.mark.parametrize(
    "name", ["it's a % 100", "a?mode=rw#x", "한국어 폴더", "new\nline", "%41&b=;"]
)
def test_folders_of_any_name_hold_a_store(tmp_path: Path, name: str) -> None:
    store = Store.for_corpus(tmp_path / name, tmp_path / name / "docs")
    build(store, None, cut("a.txt", "text")).close()
    with standing(store) as generation:
        assert generation.text("a.txt") == "text"
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]


def test_each_corpus_has_its_own_place(tmp_path: Path) -> None:
    (tmp_path / "x" / "docs").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "x" / "docs")
    place = Store.for_corpus(tmp_path, tmp_path / "x" / "docs").folder
    assert place.name.startswith("docs-")
    assert Store.for_corpus(tmp_path, tmp_path / "link").folder == place
    assert Store.for_corpus(tmp_path, tmp_path / "x" / ".." / "x" / "docs").folder == place
    assert Store.for_corpus(tmp_path, tmp_path / "y" / "docs").folder != place
    assert Store.for_corpus(tmp_path, Path("/")).folder.name.startswith("corpus-")


def test_files_and_folders_are_found_by_name(store: Store) -> None:
    names = ["a.txt", "a/b.txt", "a/c/d.txt", "a-b.txt", "ab/c.txt", "가/나.txt"]
    with build(store, None, *(cut(name, "text") for name in names)) as generation:

        def matching(*files: str) -> set[str]:
            return {generation.file_name(id) for id in generation.matching(files)}

        assert matching("a.txt") == {"a.txt"}
        assert matching("a") == matching("a/") == matching("./a//") == {"a/b.txt", "a/c/d.txt"}
        assert matching("a/c", "가") == {"a/c/d.txt", "가/나.txt"}
        assert matching(".") == matching("") == set(names)
        assert matching("b", "a/b", "A.txt", "%", "a*") == set()


def test_ids_stay_and_are_not_used_twice(store: Store) -> None:
    first = build(store, None, cut("a.txt", "a"), cut("b.txt", "b"))
    ids = {file: record.id for file, record in first.files().items()}
    with first, store.lock(), store.begin(Path(), "p", first) as building:
        building.remove(ids["b.txt"])
        second = store.commit(building)
    with second, build(store, second, cut("c.txt", "c")) as third:
        assert {record.id for record in second.files().values()} == {ids["a.txt"]}
        assert third.files()["a.txt"].id == ids["a.txt"]
        assert third.files()["c.txt"].id not in ids.values()
        assert third.deleted_count == 1


def test_an_update_links_the_packs_and_leaves_the_base_alone(store: Store) -> None:
    noise = "".join(chr(33 + number * number % 90) for number in range(20_000))
    with build(store, None, cut("a.txt", noise)) as base:
        before = contents(base.path)
        with build(store, base, cut("b.txt", "small")) as second:
            packs = {path.name: path.stat().st_ino for path in (second.path / "texts").iterdir()}
            (old,) = (base.path / "texts").iterdir()
            assert packs[old.name] == old.stat().st_ino
            assert len(packs) == 2
            assert second.text("a.txt") == noise
        assert {
            path: path.read_bytes() for path in base.path.rglob("*") if path.is_file()
        } == before


def contents(folder: Path) -> dict[Path, bytes]:
    """Every file's bytes."""
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_packs_stay_few_and_hold_little_garbage(store: Store) -> None:
    text = "".join(chr(33 + number * number * 7 % 90) for number in range(300))
    generation = build(store, None)
    for number in range(40):
        ids = {record.file: record.id for record in generation.files().values()}
        with generation, store.lock(), store.begin(Path(), "p", generation) as building:
            if number % 3 == 2:
                building.remove(ids[f"{number - 2}.txt"])
            building.add(cut(f"{number}.txt", f"{number} {text}"))
            generation = store.commit(building)
        sizes = [path.stat().st_size for path in (generation.path / "texts").iterdir()]
        live = sum(record.place.size for record in generation.files().values())
        assert len(sizes) <= 7
        assert live <= sum(sizes) <= 1.12 * live
    with generation:
        assert {file: generation.text(file) for file in generation.files()} == {
            f"{number}.txt": f"{number} {text}"
            for number in range(40)
            if number % 3 or number == 39
        }


def test_a_damaged_text_is_an_error(one: Generation) -> None:
    (pack,) = (one.path / "texts").iterdir()
    pack.write_bytes(b"8" + bytes(pack.stat().st_size - 1))
    with pytest.raises(StoreError, match="damaged") as caught:
        one.text("a.txt")
    assert "footnote index" in caught.value.hint


def test_another_format_is_said(store: Store) -> None:
    build(store, None, cut("a.txt", "old")).close()
    pointer = (store.folder / "current").read_text()
    (store.folder / "current").write_text(pointer.replace(f" {FORMAT} ", f" {FORMAT + 1} "))
    with pytest.raises(FormatError, match=f"format {FORMAT + 1}") as caught:
        store.current()
    assert "footnote index" in caught.value.hint
    for rubbish in ("", "footnote", pointer.strip(), pointer * 2, "footnote 1 ../../etc\n"):
        (store.folder / "current").write_text(rubbish)
        with pytest.raises(FormatError):
            store.current()
    build(store, None, cut("b.txt", "new")).close()
    with standing(store) as found:
        assert list(found.files()) == ["b.txt"]


@pytest.mark.parametrize("damage", ["gone", "empty", "rubbish", "no manifest"])
def test_a_damaged_generation_is_said(store: Store, damage: str) -> None:
    with build(store, None, cut("a.txt", "text")) as generation:
        path = generation.path
    if damage == "gone":
        path.rename(store.folder / "elsewhere")
    elif damage == "no manifest":
        (path / NAME).unlink()
    else:
        (path / NAME).write_bytes(b"rubbish" * 1000 if damage == "rubbish" else b"")
    with pytest.raises(StoreError) as caught:
        store.current()
    assert "footnote index" in caught.value.hint


def test_old_generations_go_and_held_ones_stay(store: Store) -> None:
    generations = [build(store, None, cut("a.txt", "0"))]
    held = store.current()
    assert held is not None
    for number in range(1, 6):
        generations.append(build(store, None, cut("a.txt", str(number))))
        generations[-2].close()
        assert held.text("a.txt") == "0"  # opened only now
    names = {path.name for path in (store.folder / "generations").iterdir()}
    assert names == {held.name, *(each.name for each in generations[-KEEP:])}
    held.close()
    build(store, None, cut("a.txt", "last")).close()
    assert left_over(store) == []
    generations[-1].close()


@pytest.mark.parametrize(
    ("says", "goes"), [(errno.EIO, False), (errno.ENOLCK, True), (errno.EOPNOTSUPP, True)]
)
def test_where_no_one_can_say_who_holds_a_generation_it_stays(
    store: Store, monkeypatch: pytest.MonkeyPatch, says: int, goes: bool
) -> None:
    old = build(store, None, cut("a.txt", "0"))
    for number in range(1, 4):
        build(store, None, cut("a.txt", str(number))).close()
    inner = fcntl.flock

    def fail(descriptor: int, how: int) -> None:
        if how == fcntl.LOCK_EX | fcntl.LOCK_NB and os.path.samestat(
            os.fstat(descriptor), old.path.stat()
        ):
            raise OSError(says, os.strerror(says))
        inner(descriptor, how)

    monkeypatch.setattr(fcntl, "flock", fail)
    assert store.tidy() == ((old.path,) if goes else ())
    assert old.path.exists() != goes
    old.close()


@pytest.mark.parametrize("keep", [1, 2, 4])
def test_as_many_generations_stay_as_are_asked_for(tmp_path: Path, keep: int) -> None:
    store = Store(tmp_path / "store", keep)
    names = []
    for number in range(6):
        with build(store, None, cut("a.txt", str(number))) as generation:
            names.append(generation.name)
    assert sorted(os.listdir(store.folder / "generations")) == names[-keep:]
    assert store.rubbish() == []
    assert store.tidy() == ()
    assert [path.name for path in Store(store.folder, 1).tidy()] == names[-keep:-1]
    assert os.listdir(store.folder / "generations") == names[-1:]


def test_generations_past_eight_digits_are_in_order(store: Store) -> None:
    with build(store, None, cut("a.txt", "0")) as generation:
        last = generation.path.with_name("99999999-ffffffff")
        generation.path.rename(last)
    (store.folder / "current").write_text(f"footnote {FORMAT} {last.name}\n")
    for number in range(1, 4):
        build(store, None, cut("a.txt", str(number))).close()
    with standing(store) as found:
        assert found.text("a.txt") == "3"
        assert found.name.startswith("100000002-")
    assert not last.exists()
    assert left_over(store) == []


def test_what_a_reader_lets_go_is_tidied_away_and_a_writer_left_alone(store: Store) -> None:
    old = build(store, None, cut("a.txt", "0"))
    for number in range(1, 4):
        build(store, None, cut("a.txt", str(number))).close()
    assert store.rubbish() == [old.path]
    assert store.tidy() == ()
    assert old.text("a.txt") == "0"
    old.close()
    with Store(store.folder).lock() as _:
        assert store.tidy() == ()  # a writer is at work
    assert store.tidy() == (old.path,)
    left = store.folder / "generations" / "00000009-0123abcd.building"
    left.mkdir()
    (store.folder / "current.new").touch()
    assert set(store.tidy()) == {left, store.folder / "current.new"}
    assert left_over(store) == []


def test_there_is_nothing_to_tidy_where_nothing_was_built(tmp_path: Path) -> None:
    assert Store(tmp_path / "store").tidy() == ()
    assert not (tmp_path / "store").exists()
    (tmp_path / "file").touch()
    assert Store(tmp_path / "file").tidy() == ()


@pytest.mark.usefixtures("one")
def test_a_pointer_that_cannot_be_read_takes_nothing_away(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The disk fails once the new generation stands, and goes on failing.

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    def replaced(path: Path, content: bytes) -> None:
        path.write_bytes(content)
        monkeypatch.setattr(Path, "read_bytes", fails)
        fails()

    monkeypatch.setattr("index.store.replace_file", replaced)
    with pytest.raises(StoreError, match="Input/output"):
        build(store, None, cut("a.txt", "new"))
    monkeypatch.undo()
    with standing(store) as found:
        assert found.text("a.txt") == "new"


def test_what_dead_writers_left_goes_with_the_next(store: Store) -> None:
    with store.lock():
        store.begin(Path(), "p", None)._close()  # as a killed process leaves it
    orphan = store.folder / "generations" / "00000009-0123abcd"  # renamed, never pointed to
    orphan.mkdir()
    (store.folder / "current.new").write_text("footnote")
    assert len(left_over(store)) == 2
    build(store, None, cut("a.txt", "0")).close()
    build(store, None, cut("a.txt", "1")).close()
    assert left_over(store) == []
    assert not orphan.exists()


def test_a_reader_that_comes_too_late_takes_the_new_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = []
    for number in range(KEEP + 1):
        with build(store, None, cut("a.txt", str(number))) as generation:
            names.append(generation.name)
    late = iter([names[0]])  # the pointer as it was before the writer was done
    read = store._pointer
    monkeypatch.setattr(store, "_pointer", lambda: next(late, None) or read())
    with standing(store) as found:
        assert found.text("a.txt") == str(KEEP)


def test_a_failed_build_leaves_nothing(store: Store, one: Generation) -> None:
    broken = replaced(cut("b.txt", "text"), sha256="no digits")
    with pytest.raises(ValueError, match="hexadecimal"):
        build(store, one, cut("c.txt", "text"), broken)
    assert left_over(store) == []
    assert store.standing() == one.name


def test_the_skipped_are_kept_with_their_reasons(store: Store) -> None:
    found = [Skipped("b.txt", "binary", "no text"), Skipped("a\udcff", "link", "\udcff leads out")]
    with store.lock(), store.begin(Path(), "p", None) as building:
        building.skip([(found[0], (1, 2, 3, 4)), (found[1], None)], {"link": 1200, "binary": 1})
        generation = store.commit(building)
    with generation:
        assert sorted(generation.skipped(), key=repr) == sorted(found, key=repr)
        assert generation.skipped_counts == {"link": 1200, "binary": 1}
        assert generation.stats() == [("b.txt", 1, 2, 3, 4)]


def test_no_descriptor_stays_open(store: Store) -> None:
    build(store, None, cut("a.txt", "text")).close()
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(3):
        with standing(store) as generation:
            generation.text("a.txt")
        build(store, None, cut("a.txt", "text")).close()
    assert len(os.listdir("/proc/self/fd")) == before
