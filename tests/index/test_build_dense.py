"""The dense part of a generation is paid for once, true to the passages, and never in the way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.build import Report, Vectors, is_current, update
from index.dense import flat, vectors
from index.dense import search as dense
from index.dense.arm import open_arm
from index.dense.chroma import close, server
from index.dense.collections import FOLDER, copy_folder
from index.dense.embed import EmbedderOptions, embedder_id, text_of
from index.dense.embedders import make
from index.dense.flat import Flat, node_id
from index.dense.search import DenseReader, DenseWriter
from index.disk import remove_tree
from index.errors import LockedError, UsageError
from index.generation import Generation
from index.manifest import VECTOR_FILES
from index.scan import scan
from index.store import KEEP, Store
from tests.index.states import current_state, left_over, page, standing, write
from tests.index.test_lock import hold
from tests.servers import chroma
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, status
from tests.servers.vectors import Embeddings, words_vector

ROOT = Path(__file__).parents[2]
SIZE = 64
FEW = ("pier", "crane", "mole", "quay")  # fewer passages than there is trust to be measured


class Place:
    """A corpus, its store, and a server that embeds."""

    def __init__(self, folder: Path, server: Server) -> None:
        self.corpus = write(folder / "corpus", **{each: page(each) for each in FEW})
        self.store = Store(folder / "store")
        self.server = server
        self.options = self.of(server)
        self._seen = 0

    @staticmethod
    def of(server: Server, **more: Any) -> EmbedderOptions:
        return EmbedderOptions("openai", "m", base_url=server.base_url, retries=0, **more)

    def update(self, **more: Any) -> Report:
        report = update(self.corpus, self.store, **{"embedder": self.options} | more)
        report.generation.close()
        assert left_over(self.store) == []
        return report

    def sent(self) -> list[str]:
        """The texts that were sent since this was asked last."""
        new, self._seen = self.server.requests[self._seen :], len(self.server.requests)
        return [text for each in new for text in each["input"]]

    def current(self, generation: Generation, **more: Any) -> bool:
        return is_current(generation, scan(self.corpus), **{"embedder": self.options} | more)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Server(embeddings=Embeddings(SIZE)) as server:
        yield Place(tmp_path, server)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma.running(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@contextmanager
def client_of(address: str) -> Iterator[Any]:
    client = server(address)
    try:
        yield client
    finally:
        close(client)


def texts_in(generation: Generation) -> dict[str, str]:
    """What is embedded of each passage, by its name in a collection."""
    ids = {file: record.id for file, record in generation.files().items()}
    return {
        node_id(ids[each.file], each.number): text_of(each) for each in generation.every_passage()
    }


def assert_true(store: Store, size: int = SIZE, missing: int = 0) -> None:
    """Every passage has the vector of its text: for readers, and in Chroma's own folder."""
    with standing(store) as generation:
        texts = texts_in(generation)
        part = generation.dense
        assert part is not None
        assert (part.dimension, part.missing) == (size, missing)
        held = Flat(generation.dense_path, size)
        names = [node_id(*row) for row in held.rows[["file", "number"]].tolist()]
        assert len(names) == len(texts) - missing == len(set(names))
        assert set(names) <= texts.keys()
        for name, vector in zip(names, held.vectors, strict=True):
            assert np.allclose(vector, words_vector(texts[name], size), atol=1e-6)
        if part.address:
            with client_of(part.address) as client:
                collection = client.get_collection(part.collection, embedding_function=None)
                found = collection.get(include=["embeddings"])
            in_chroma = dict(zip(found["ids"], np.asarray(found["embeddings"]), strict=True))
        else:
            copy = store.folder / "copy"  # to open the folder itself would be to write in it
            copy_folder(generation.dense_path / FOLDER, copy)
            writer = DenseWriter(copy, part.collection)
            in_chroma = writer.vectors(names)
            assert writer.count() == len(names)
            writer.close()
            remove_tree(copy)
        assert in_chroma.keys() == set(names)
        for name, vector in zip(names, held.vectors, strict=True):
            assert np.allclose(in_chroma[name], vector, atol=1e-6)


def test_each_text_is_embedded_once(place: Place) -> None:
    write(place.corpus, copy=page("pier"), other=page("pier") + "\n" + page("wharf"))
    place.update()
    sent = place.sent()
    with standing(place.store) as generation:
        texts = set(texts_in(generation).values())
        assert len(texts) == 10 < len(texts_in(generation))
        # Beside them there are questions, to measure the trust.
        assert sorted(text for text in sent if text in texts) == sorted(texts)
        assert place.current(generation)
        assert generation.has_vectors()
    assert_true(place.store)


def test_what_did_not_change_costs_nothing(place: Place) -> None:
    first = place.update().generation.name
    place.sent()
    assert place.update().generation.name == first
    assert place.sent() == []
    (place.corpus / "pier.txt").rename(place.corpus / "moved.txt")
    assert place.update().renamed == (("pier.txt", "moved.txt"),)
    os.utime(place.corpus / "mole.txt", (1, 1))
    place.update()
    (place.corpus / "crane.txt").unlink()
    place.update()
    write(place.corpus, again=page("crane"))  # its vectors are still known
    place.update()
    place.update(parameters="another version")
    assert place.sent() == []
    assert_true(place.store)
    write(place.corpus, mole=page("mole") + "\nOne more thing was said of the harbour.\n")
    place.update()
    (sent,) = place.sent()
    assert "One more thing" in sent
    assert_true(place.store)


@pytest.mark.parametrize("where", ["folder", "server"])
def test_a_rename_or_a_copy_is_not_worked_on(
    place: Place, where: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    chroma = "" if where == "folder" else request.getfixturevalue("address")
    place.update(chroma=chroma)
    place.sent()
    with standing(place.store) as before:
        files = {path.name: path.stat().st_ino for path in before.dense_path.rglob("*")}
        vectors = before.dense
    monkeypatch.setitem(sys.modules, "index.dense.vectorise", None)  # nobody needs it
    for number in range(KEEP + 1):  # until nothing is left of what stored them
        (place.corpus / ("pier.txt" if not number else f"p{number}.txt")).rename(
            place.corpus / f"p{number + 1}.txt"
        )
        report = place.update(chroma=chroma)
        assert len(report.renamed) == 1
        assert report.vectors == Vectors(report.passages)
    (place.corpus / "copy.txt").write_bytes((place.corpus / "crane.txt").read_bytes())
    assert place.update(chroma=chroma).duplicates == (("copy.txt", "crane.txt"),)
    assert_true(place.store)
    with standing(place.store) as generation:
        assert generation.dense == vectors
        held = {path.name: path.stat().st_ino for path in generation.dense_path.rglob("*")}
        assert {name for name in held if held[name] == files[name]} >= set(VECTOR_FILES)
    monkeypatch.undo()
    assert place.sent() == []
    if chroma and vectors is not None:  # one is kept for as long as a generation needs it
        prefix = prefix_of(vectors.collection)
        for number in range(KEEP + 1):
            write(place.corpus, new=page(f"new {number}"))
            place.update(chroma=chroma)
            ours = {each for each in collections(chroma) if each.startswith(prefix)}
            assert (vectors.collection in ours) == (number < KEEP - 1)
            assert len(ours) <= KEEP
        assert_true(place.store)


def test_the_same_bytes_read_in_two_ways_are_two_documents(place: Place) -> None:
    rows = (
        "name,what was said of it\nThe crane,It was mended by the harbour in the spring of 1983\n"
    )
    for name in ("same.csv", "same.txt"):
        (place.corpus / name).write_text(rows)
    place.update()
    assert_true(place.store)


def test_many_updates_end_in_what_one_build_makes(place: Place, tmp_path: Path) -> None:
    write(place.corpus, **{f"d{n:02}": page(f"berth {n}") for n in range(30)})
    place.update()
    for n in range(4):
        write(place.corpus, **{f"d{n:02}": page(f"lock {n}"), f"e{n}": page(f"weir {n}")})
        (place.corpus / f"d{n + 10}.txt").unlink()
        place.update()
        assert_true(place.store)
    fresh = Store(tmp_path / "fresh")
    update(place.corpus, fresh, embedder=place.options).generation.close()
    answers = []
    for store in (place.store, fresh):
        with standing(store) as generation:
            arm = open_arm(generation, place.options)
            assert arm is not None
            answers.append(
                [
                    [(generation.file_name(each.file), each.number, each.score) for each in found]
                    for found in (arm.search(f"the weir {n} of berth", 5) for n in range(6))
                ]
            )
            arm.close()
    assert [sorted(each) for each in answers[0]] == [sorted(each) for each in answers[1]]


def test_killed_while_embedding_it_goes_on_where_it_was(tmp_path: Path) -> None:
    with Server(embeddings=Embeddings(SIZE, delay=0.4)) as server:
        place = Place(tmp_path, server)
        write(place.corpus, **{f"d{n:02}": page(f"berth {n}", 20) for n in range(20)})
        code = (
            "import sys; from pathlib import Path\n"
            "from index.build import update; from index.dense.embed import EmbedderOptions\n"
            "from index.store import Store\n"
            "options = EmbedderOptions('openai', 'm', base_url=sys.argv[3], concurrency=1)\n"
            "update(Path(sys.argv[1]), Store(Path(sys.argv[2])), embedder=options)\n"
        )
        arguments = [str(place.corpus), str(place.store.folder), server.base_url]
        with subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT) as process:
            while len(server.requests) < 4:
                assert process.poll() is None
                time.sleep(0.01)
            process.send_signal(signal.SIGKILL)
        assert process.returncode == -signal.SIGKILL
        assert place.store.current() is None
        before = place.sent()
        place.update()
        queries = 100  # those that the trust is measured with, at the most
        # Paid for twice are at most the batch that was under way when it died, and the one before
        # it, which had come and was being kept.
        again = set(before) & set(place.sent())
        assert len(again) <= 2 * 64
        assert len(before) >= 4 * 64
        assert len(server.requests) < (len(before) + 400 + queries) / 64 + 4
        assert_true(place.store)


def failing_from(count: int) -> Embeddings:
    """A server whose key has expired after `count` requests."""
    expired = status(401, "Your key has expired")

    def failure(received: Received) -> Play | None:
        return expired if received.n >= count else None

    return Embeddings(SIZE, failure=failure)


def test_where_embedding_fails_the_rest_stands_and_it_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.dense.remote.BATCH_TEXTS", 2)
    with Server(embeddings=failing_from(2)) as server:
        place = Place(tmp_path, server)
        place.options = place.of(server, concurrency=1)
        report = place.update()
        (notice,) = report.notices
        assert "expired" in notice
        assert "4 of 8 passages" in notice
        assert len(current_state(place.store).found) == 8
        assert_true(place.store, missing=4)
        with standing(place.store) as generation:
            assert place.current(generation)  # a question does not try again
        again = place.update()
        assert again.generation.name == report.generation.name
        assert "expired" in again.notices[0]
    with Server(embeddings=Embeddings(SIZE)) as server:
        place.server, place.options, place._seen = server, place.of(server), 0
        done = place.update()
        assert done.notices == ()
        assert done.generation.name != report.generation.name
        assert len(place.sent()) == 4
    assert_true(place.store)


def test_without_any_vector_it_is_searched_by_words(tmp_path: Path) -> None:
    with Server(embeddings=failing_from(0)) as server:
        place = Place(tmp_path, server)
        (notice,) = place.update().notices
        assert "expired" in notice
        assert "found by their words alone" in notice
        with standing(place.store) as generation:
            assert open_arm(generation, place.options) is None
            assert place.current(generation)
            assert not generation.dense_path.exists()
        assert len(current_state(place.store).found) == 8
        write(place.corpus, pier=page("wharf"))
        place.update()
        assert len(current_state(place.store).found) == 8


def test_another_embedder_or_dimension_is_another_generation(place: Place) -> None:
    place.update()
    before = place.options
    others = (
        (place.of(place.server, dimensions=16), 16),
        (EmbedderOptions("openai", "n", base_url=place.server.base_url), SIZE),
    )
    for options, size in others:
        with standing(place.store) as generation:
            assert not place.current(generation, embedder=options)
            assert open_arm(generation, options) is None
        place.update(embedder=options)
        assert_true(place.store, size)
    place.sent()
    place.update(embedder=before)
    assert place.sent() == []  # they were kept
    with pytest.raises(UsageError, match="bert"):
        update(place.corpus, place.store, embedder=EmbedderOptions("bert"))


def test_a_server_that_gives_other_dimensions_now_is_asked_for_all(place: Place) -> None:
    place.update()
    with Server(embeddings=Embeddings(32)) as server:
        place.server, place.options, place._seen = server, place.of(server), 0
        write(place.corpus, pier=page("wharf"))
        report = place.update()
        assert report.notices == ()
        assert len(set(place.sent())) == 8
    assert_true(place.store, 32)


def test_without_an_embedder_the_vectors_are_kept_for_later(place: Place) -> None:
    place.update()
    write(place.corpus, pier=page("wharf"))
    place.sent()
    place.update(embedder=None)
    with standing(place.store) as generation:
        assert generation.dense is None
        assert not generation.dense_path.exists()
        assert not place.current(generation)
        assert place.current(generation, embedder=None)
    place.update()
    assert len(place.sent()) == 2
    assert_true(place.store)


def noise(path: Path) -> None:
    data = np.fromfile(path, dtype="<f4")
    np.roll(data, SIZE).astype("<f4").tofile(path)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:100])


@pytest.mark.parametrize(
    ("name", "harm", "told_by_sizes"),
    [
        (flat.VECTORS, noise, False),
        (flat.VECTORS, cut, True),
        (flat.ROWS, cut, True),
        (flat.ROWS, Path.unlink, True),
        ("chroma/chroma.sqlite3", cut, False),
        ("chroma/chroma.sqlite3", Path.unlink, False),
    ],
)
def test_a_damaged_dense_part_is_made_again_from_what_is_kept(
    place: Place, name: str, harm: Any, told_by_sizes: bool
) -> None:
    report = place.update()
    harm(report.generation.path / "dense" / name)
    place.sent()
    if not told_by_sizes:
        write(place.corpus, wharf=page("wharf", 1))
    again = place.update()
    assert again.notices == ()
    assert len(place.sent()) == (0 if told_by_sizes else 1)
    assert again.generation.name != report.generation.name
    assert_true(place.store)


def test_a_lost_cache_costs_what_changed_only(place: Place) -> None:
    place.update()
    (place.store.folder / vectors.NAME).unlink()
    write(place.corpus, wharf=page("wharf", 1))
    place.sent()
    place.update()
    assert len(place.sent()) == 1
    assert_true(place.store)


@pytest.mark.parametrize("server", [False, True])
def test_a_collection_built_whole_costs_nothing_even_so(
    place: Place, address: str, server: bool
) -> None:
    more = {"chroma": address} if server else {}
    place.update(**more)
    (place.store.folder / vectors.NAME).unlink()
    (place.corpus / "crane.txt").unlink()  # a quarter of all
    place.sent()
    with standing(place.store) as generation:
        assert generation.dense is not None
        before = prefix_of(generation.dense.collection)
    place.update(**more)
    assert place.sent() == []
    with standing(place.store) as generation:
        assert generation.dense is not None
        assert generation.dense.deleted == 0
        assert prefix_of(generation.dense.collection) == before  # so that it is cleared away
    assert_true(place.store)


def test_who_cannot_embed_because_another_writes_is_told(place: Place) -> None:
    place.update(embedder=None)
    with hold(place.store.folder / "lock", 60) as process:
        with pytest.raises(LockedError):
            place.update()
        process.kill()


def test_vectors_that_do_not_find_themselves_are_not_used(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner, written = flat.write, []

    def shuffled(folder: Path, rows: Any, parts: Any) -> None:
        written.append(folder)
        inner(folder, rows, [(matrix, places[::-1]) for matrix, places in parts])

    monkeypatch.setattr(flat, "write", shuffled)
    (notice,) = place.update().notices
    assert "do not find themselves" in notice
    assert "words alone" in notice
    assert len(written) == 2  # it was made again before it was given up
    with standing(place.store) as generation:
        assert open_arm(generation, place.options) is None
    assert len(current_state(place.store).found) == 8
    monkeypatch.undo()
    place.update()
    assert_true(place.store)


def test_what_chroma_lost_is_noticed(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = DenseWriter.vectors

    def without_one(self: DenseWriter, ids: Any) -> Any:
        return {id: vector for id, vector in inner(self, ids).items() if id != ids[0]}

    monkeypatch.setattr(DenseWriter, "vectors", without_one)
    (notice,) = place.update().notices
    assert "does not hold the vectors" in notice


def test_trust_is_measured_and_carried_over(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.dense.vectorise.SMALL", 0)
    write(place.corpus, **{f"d{n:02}": page(f"berth {n}") for n in range(30)})
    place.update()
    texts = place.sent()
    with standing(place.store) as generation:
        assert generation.dense is not None
        trust = generation.dense.trust
        assert len(texts) > len(set(texts_in(generation).values()))  # and questions
    assert set(trust) == {"en"}
    write(place.corpus, e=page("weir"))
    place.update()
    assert len(place.sent()) == 2
    with standing(place.store) as generation:
        assert generation.dense is not None
        assert generation.dense.trust == trust
        assert generation.dense.drift == 2


def test_trust_in_a_small_index_is_as_in_one_built_anew(place: Place, tmp_path: Path) -> None:
    write(place.corpus, **{f"d{n:02}": page(f"berth {n}", n % 3 + 1) for n in range(30)})
    place.update()
    write(place.corpus, d07=page("weir", 2))
    (place.corpus / "d09.txt").unlink()
    (place.corpus / "d08.txt").rename(place.corpus / "moved.txt")
    place.update()
    (place.corpus / "d10.txt").rename(place.corpus / "moved again.txt")
    place.update()
    found = []
    for store in (place.store, Store(tmp_path / "fresh")):
        update(place.corpus, store, embedder=place.options).generation.close()
        with standing(store) as generation:
            assert generation.dense is not None
            found.append((generation.dense.trust, generation.dense.drift))
    assert found[0] == found[1]
    assert found[0][0]


def collections(address: str) -> set[str]:
    with client_of(address) as client:
        return {each.name for each in client.list_collections()}


def prefix_of(collection: str) -> str:
    """What the names of a store's collections begin with."""
    return collection[: -len("00000001-00000000")]


def create(address: str, name: str) -> None:
    with client_of(address) as client:
        client.create_collection(name, embedding_function=None)


def test_a_server_has_a_collection_for_each_generation(place: Place, address: str) -> None:
    create(address, "somebody-elses")
    place.update()
    with standing(place.store) as generation:
        assert not place.current(generation, chroma=address)
    place.sent()
    for n in range(4):
        write(place.corpus, pier=page(f"pier {n}"))
        place.update(chroma=address + "/")
        assert_true(place.store)
        assert len(place.sent()) == 2
    with standing(place.store) as generation:
        assert place.current(generation, chroma=address)
        part = generation.dense
        assert part is not None
        ours = {
            each for each in collections(address) if each.startswith(prefix_of(part.collection))
        }
        assert len(ours) == KEEP
        assert part.collection in ours
        assert part.collection.endswith(generation.name)
        reader = DenseReader(generation.dense_path, part, exact=0)
        assert reader._asked(reader.flat.vectors[3:4], 1) == [[3]]
        assert reader.search(reader.flat.vectors[3], 1) == reader.flat.search(
            reader.flat.vectors[3], 1
        )
        reader.close()
    assert not (generation.dense_path / FOLDER).exists()
    orphan = part.collection[:-8] + "00000000"
    create(address, orphan)
    write(place.corpus, pier=page("weir"))
    place.update(chroma=address)
    assert orphan not in collections(address)
    assert "somebody-elses" in collections(address)


def test_a_server_that_is_gone_leaves_the_words(place: Place, address: str) -> None:
    gone = f"http://127.0.0.1:{chroma.free_port()}"
    (notice,) = place.update(chroma=gone).notices
    assert gone in notice
    assert "words alone" in notice
    assert len(current_state(place.store).found) == 8
    with standing(place.store) as generation:
        assert place.current(generation, chroma=gone)
    place.sent()
    place.update(chroma=address)
    assert place.sent() == []
    assert_true(place.store)


def test_progress_is_told(place: Place) -> None:
    told: list[tuple[int, int, str]] = []
    place.update(progress=lambda *each: told.append(each))
    assert (8, 8, "embedding") in told
    assert (8, 8, "storing vectors") in told


def test_an_id_is_in_the_manifest(place: Place) -> None:
    place.update()
    with standing(place.store) as generation:
        assert generation.has_dense(embedder_id(place.options), "")


def test_a_build_without_an_embedder_imports_none(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", pier=page("pier"))
    code = (
        "import sys; from pathlib import Path; from index.build import update\n"
        "from index.store import Store\n"
        "update(Path(sys.argv[1]), Store(Path(sys.argv[2])))\n"
        "print(*{name.partition('.')[0] for name in sys.modules})\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, corpus, tmp_path / "store"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    heavy = {"numpy", "chromadb", "llama_index", "openai", "httpx", "pydantic"}
    assert not heavy & set(ran.stdout.split())


@pytest.mark.parametrize(
    ("missed", "fine", "good"), [(0.01, False, False), (0.04, True, True), (0.08, True, False)]
)
def test_no_passage_may_be_missed_but_a_few_by_an_index(
    place: Place, monkeypatch: pytest.MonkeyPatch, missed: float, fine: bool, good: bool
) -> None:
    inner = DenseReader.tops

    def tops(self: DenseReader, vectors: Any) -> Any:
        found = inner(self, vectors)
        found[: round(missed * len(found))] = 0.5
        return found

    monkeypatch.setattr(DenseReader, "tops", tops)
    if fine:
        monkeypatch.setattr("index.dense.vectorise.EXACT", 50)
    write(place.corpus, **{f"d{n:02}": page(f"berth {n}") for n in range(46)})  # 100 passages
    notices = place.update().notices
    assert good == (notices == ())
    assert good or "do not find themselves" in notices[0]


def test_every_passage_that_changed_is_searched_for(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    inner = DenseReader.tops

    def tops(self: DenseReader, vectors: Any) -> Any:
        asked.append(len(vectors))
        return inner(self, vectors)

    monkeypatch.setattr(DenseReader, "tops", tops)
    monkeypatch.setattr("index.dense.checking._COMPARED", 64)
    monkeypatch.setattr("index.dense.checking._OTHERS", 10)
    write(place.corpus, **{f"d{n:03}": page(f"berth {n}", 3) for n in range(200)})
    place.update()
    assert sum(asked) == 608
    asked.clear()
    write(place.corpus, pier=page("weir"))
    place.update()
    assert sum(asked) == 2 + 10


def test_a_mix_up_of_two_passages_among_many_is_noticed(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = flat.write

    def swapped(folder: Path, rows: Any, parts: Any) -> None:
        ((matrix, places),) = parts
        places = places.copy()
        places[[-1, -2]] = places[[-2, -1]]
        inner(folder, rows, [(matrix, places)])

    monkeypatch.setattr(flat, "write", swapped)
    write(place.corpus, **{f"d{n:03}": page(f"berth {n}", 3) for n in range(300)})
    (notice,) = place.update().notices
    assert "do not find themselves" in notice


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_past_the_limit_of_exact_search_nearly_all_is_found(tmp_path: Path) -> None:
    options = EmbedderOptions("hashed", dimensions=48)
    draw = random.Random(7)
    words = ["".join(draw.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(3000)]
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for n in range(510):
        paragraphs = (" ".join(draw.choices(words, k=30)).capitalize() + "." for _ in range(100))
        (corpus / f"{n:03}.txt").write_text("\n\n".join(paragraphs))
    store = Store(tmp_path / "store")
    report = update(corpus, store, embedder=options)
    assert report.notices == ()
    assert report.vectors is not None
    assert report.vectors.count == report.passages > dense.EXACT
    with report.generation as generation:
        assert generation.dense is not None
        reader = DenseReader(generation.dense_path, generation.dense)
        embedder = make(options)
        right = 0
        for _ in range(200):
            vector = embedder.query(" ".join(draw.choices(words, k=8)))
            exact = {(each.file, each.number) for each in reader.flat.search(vector, 10)}
            found = {(each.file, each.number) for each in reader.search(vector, 10)}
            right += len(exact & found)
        assert reader._view is not None  # it was Chroma that was asked
        assert right / 2000 >= 0.95, right
        own = reader.flat.vectors[:: len(reader.flat.vectors) // 1000]
        assert (reader.tops(own) > 1 - 1e-4).mean() >= 0.95
        reader.close()
    (corpus / "000.txt").write_text("A lighthouse stands on the mole.")
    again = update(corpus, store, embedder=options)
    again.generation.close()
    assert again.notices == ()
    assert again.vectors is not None
    assert again.vectors.made == 1
