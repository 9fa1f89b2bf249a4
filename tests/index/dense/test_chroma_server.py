"""A Chroma server may fail as it likes: the words answer, nobody waits, and it is made good."""

from __future__ import annotations

import shutil
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.build import update
from index.dense import chroma as chromas
from index.dense import collections as kept
from index.dense.arm import open_arm
from index.dense.search import EXACT, DenseReader, DenseWriter
from index.disk import remove_tree
from index.errors import StoreError
from index.store import KEEP, Store
from tests.index.states import current_state, page, standing, write
from tests.index.test_build_dense import (
    Place,
    assert_true,
    client_of,
    collections,
    prefix_of,
)
from tests.servers import chroma
from tests.servers.between import Between
from tests.servers.openai_like import Server
from tests.servers.vectors import Embeddings

SIZE = 64
PATIENCE = 0.7


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma.running(tmp_path_factory.mktemp("chroma")) as address:
        yield address


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with Server(embeddings=Embeddings(SIZE)) as server:
        yield Place(tmp_path, server)


@pytest.fixture
def between(address: str) -> Iterator[Between]:
    import index.dense.nodes  # noqa: F401  # which takes seconds that are not the server's

    chromas._hasty()
    with Between(address) as server:
        yield server


def ours(place: Place, address: str) -> set[str]:
    """The collections of a store."""
    with standing(place.store) as generation:
        assert generation.dense is not None
        prefix = prefix_of(generation.dense.collection)
    return {each for each in collections(address) if each.startswith(prefix)}


def by_words(place: Place, chroma: str, said: str) -> None:
    """An update is made, says what is wrong, and answers by words."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chromas, "_PATIENCE", PATIENCE)
        patch.setattr(chromas, "_CONNECT", PATIENCE)
        started = time.monotonic()
        (notice,) = place.update(chroma=chroma).notices
    assert time.monotonic() - started < 3 * PATIENCE + 6.0  # not half a minute
    assert chroma in notice
    assert said in notice
    assert "words alone" in notice
    with standing(place.store) as generation:
        assert open_arm(generation, place.options) is None
        assert place.current(generation, chroma=chroma)  # questions do not try again
        assert not generation.dense_path.exists()
        files = len(generation.files())
    assert len(current_state(place.store).found) == 2 * files


@pytest.mark.parametrize(
    ("fate", "said"),
    [
        ("hang", "it does not answer"),
        ("drop", "disconnected"),
        (500, "500"),
        (404, "answers as no Chroma server from version 1 on does (404)"),
        (410, "answers as no Chroma server from version 1 on does (410)"),
    ],
)
def test_a_server_that_fails_from_the_start_is_told_and_made_good(
    place: Place, between: Between, fate: str | int, said: str
) -> None:
    between.fate = lambda *_: fate
    by_words(place, between.address, said)
    place.sent()
    between.fate = lambda *_: None
    assert place.update(chroma=between.address).notices == ()
    assert place.sent() == []
    assert_true(place.store)
    assert len(ours(place, between.address)) == 1


@pytest.mark.parametrize(
    ("fate", "what"),
    [("hang", "/add"), ("drop", "/add"), (500, "/add"), ("drop", "/get"), (500, "/count")],
)
def test_a_server_that_fails_in_the_middle_is_told_and_made_good(
    place: Place, between: Between, fate: str | int, what: str
) -> None:
    place.update(chroma=between.address)
    write(place.corpus, pier=page("wharf"))

    between.fate = lambda _n, _method, path: fate if path.endswith(what) else None
    by_words(place, between.address, "")
    place.sent()
    between.fate = lambda *_: None
    assert place.update(chroma=between.address).notices == ()
    assert place.sent() == []
    assert_true(place.store)
    with standing(place.store) as generation:
        assert generation.dense is not None
        assert generation.dense.collection in ours(place, between.address)
        assert len(ours(place, between.address)) <= KEEP


def test_the_first_answer_is_waited_for_some_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert chromas._CONNECT <= 5.0
    monkeypatch.setattr(chromas, "_CONNECT", PATIENCE)
    with socket.create_server(("127.0.0.1", 0)) as listener:  # accepts, and says nothing
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        started = time.monotonic()
        with pytest.raises(StoreError, match="does not answer"):
            DenseWriter(tmp_path, "passages", address)
        assert time.monotonic() - started < 3 * PATIENCE


def test_one_that_is_not_asked_at_first_may_still_hang(place: Place, between: Between) -> None:
    """Its tenant is asked for by another connection than the first question."""
    between.fate = lambda n, *_: "hang" if n else None
    by_words(place, between.address, "does not answer")


def test_a_lost_collection_is_made_good_and_questions_do_not_notice(
    place: Place, address: str
) -> None:
    place.update(chroma=address)
    with standing(place.store) as generation:
        part = generation.dense
        assert part is not None
        with client_of(address) as client:
            client.delete_collection(part.collection)
        for exact in (EXACT, 0):
            reader = DenseReader(generation.dense_path, part, exact=exact)
            assert reader.search(reader.flat.vectors[3], 1)[0].score == pytest.approx(1.0)
            reader.close()
        assert place.current(generation, chroma=address)
    place.sent()
    report = place.update(chroma=address)
    assert report.notices == ()
    assert report.generation.name != generation.name
    assert place.sent() == []
    assert_true(place.store)
    assert place.update(chroma=address).generation.name == report.generation.name


def test_vectors_that_a_collection_lost_are_made_good(place: Place, address: str) -> None:
    before = place.update(chroma=address).generation
    assert before.dense is not None
    with client_of(address) as client:
        collection = client.get_collection(before.dense.collection, embedding_function=None)
        collection.delete(ids=collection.get()["ids"][:1])
    assert place.update(chroma=address).generation.name != before.name
    assert_true(place.store)


def test_a_server_that_is_away_when_nothing_changed_is_told(place: Place, between: Between) -> None:
    before = place.update(chroma=between.address).generation.name
    between.fate = lambda *_: 500
    report = place.update(chroma=between.address)
    assert report.generation.name == before
    assert "has a copy of its vectors" in report.notices[0]
    with standing(place.store) as generation:
        arm = open_arm(generation, place.options)
        assert arm is not None
        assert arm.search("pier", 1)
        arm.close()


def test_what_was_lost_is_not_stored_again_at_the_price_of_the_copy(
    place: Place, between: Between
) -> None:
    before = place.update(chroma=between.address).generation
    assert before.dense is not None
    with client_of(between.address) as client:
        client.delete_collection(before.dense.collection)
    between.fate = lambda _n, _method, path: 500 if path.endswith("/add") else None
    report = place.update(chroma=between.address)
    assert report.notices
    assert report.generation.name == before.name
    assert_true_but_for_chroma(place)


def assert_true_but_for_chroma(place: Place) -> None:
    with standing(place.store) as generation:
        arm = open_arm(generation, place.options)
        assert arm is not None
        assert len(arm.search("pier", 100)) == 8
        arm.close()


def test_two_stores_and_a_copy_of_one_leave_each_others_collections(
    place: Place, address: str, tmp_path: Path
) -> None:
    place.update(chroma=address)
    other = Place(tmp_path / "other", place.server)
    other.update(chroma=address)
    copied = Place(tmp_path / "third", place.server)
    shutil.copytree(place.store.folder, copied.store.folder)
    before = {place: ours(place, address), other: ours(other, address)}
    for n in range(KEEP + 1):
        write(copied.corpus, pier=page(f"pier {n}"))
        copied.update(chroma=address)
        write(other.corpus, pier=page(f"quay {n}"))
        other.update(chroma=address)
    assert ours(place, address) == before[place]
    assert len(ours(other, address)) == len(ours(copied, address)) == KEEP
    assert not ours(other, address) & ours(copied, address)


def test_collections_at_a_server_that_was_left_are_cleared_away(
    place: Place, address: str, tmp_path: Path
) -> None:
    with chroma.running(tmp_path / "second") as second:
        place.update(chroma=second)
        assert len(collections(second)) == 1
        for n in range(KEEP):
            write(place.corpus, pier=page(f"pier {n}"))
            place.update(chroma=address if n else None)
        assert collections(second) == set()
    for n in range(2):  # it is gone, and nobody misses it
        write(place.corpus, pier=page(f"mole {n}"))
        assert place.update().notices == ()
    assert_true(place.store)


def test_a_server_that_went_with_collections_is_forgotten_at_last(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.dense.tidying._FORGOTTEN", 1)
    with chroma.running(tmp_path / "second") as second:
        place.update(chroma=second)
    swept: list[str] = []
    inner = kept.sweep

    def counted(address: str, *more: object) -> bool:
        swept.append(address)
        return inner(address, *more)  # type: ignore[arg-type]

    monkeypatch.setattr("index.dense.tidying.sweep", counted)
    for n in range(4):
        write(place.corpus, pier=page(f"pier {n}"))
        assert place.update().notices == ()
    assert swept == [second] * 2


def test_of_many_collections_all_are_seen(place: Place, address: str) -> None:
    place.update(chroma=address)
    with standing(place.store) as generation:
        assert generation.dense is not None
        prefix = prefix_of(generation.dense.collection)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kept, "_PAGE", 2)
        with client_of(address) as client:
            for n in range(5):
                client.create_collection(f"{prefix}0000000{n}-00000000", embedding_function=None)
        write(place.corpus, pier=page("weir"))
        place.update(chroma=address)
    assert len(ours(place, address)) == KEEP


def test_a_store_built_anew_has_a_name_of_its_own(address: str, tmp_path: Path) -> None:
    with Server(embeddings=Embeddings(SIZE)) as server:
        place = Place(tmp_path, server)
        place.update(chroma=address)
        left = ours(place, address)
        remove_tree(place.store.folder)
        update(place.corpus, place.store, embedder=place.options, chroma=address).generation.close()
        assert left <= collections(address)
        assert not left & ours(place, address)
        assert Store(place.store.folder).current() is not None
