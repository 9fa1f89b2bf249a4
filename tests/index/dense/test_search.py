"""The dense arm finds what is nearest: exactly, under every filter, in one order."""

from __future__ import annotations

import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from index.dense import collections, flat
from index.dense.embed import EmbedderOptions
from index.dense.flat import ROW, Flat, node_id
from index.dense.search import DenseReader, DenseWriter
from index.dense.vectors import key_of
from index.errors import StoreError
from index.lexical import Found
from index.manifest import DensePart
from index.schema import Kind
from tests.servers.chroma import free_port

if TYPE_CHECKING:
    from index.dense.embed import Matrix

COUNT, SIZE = 600, 24
HASHED = EmbedderOptions("hashed", dimensions=SIZE)


def unit(rows: Matrix) -> Matrix:
    scaled: Matrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return scaled


class Index:
    """A dense part with random vectors, 3 passages a file; every 50th has the same vector."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "dense"
        self.folder.mkdir(parents=True)
        draw = np.random.default_rng(3)
        self.vectors = unit(draw.standard_normal((COUNT, SIZE), dtype=np.float32))
        self.vectors[::50] = self.vectors[0]
        self.rows = [(n // 3, n % 3, n % 5, n % 7) for n in range(COUNT)]
        self.keys = [key_of(f"text {n}") for n in range(COUNT)]
        vectors = dict(zip(self.keys, self.vectors, strict=True))
        writer = DenseWriter(self.folder / collections.FOLDER, collections.LOCAL)
        stored = [(row, f"text {n}") for n, row in enumerate(self.rows)]
        writer.add(stored, lambda keys: {key: vectors[key] for key in keys})
        self.held = writer.vectors([node_id(*row[:2]) for row in self.rows])
        assert writer.count() == COUNT
        writer.close()
        rows = np.array([(*row, key) for row, key in zip(self.rows, self.keys, strict=True)], ROW)
        order = draw.permutation(COUNT)
        flat.write(self.folder, rows[order], [(self.vectors, order)])
        self.part = DensePart("hashed", SIZE, collections.LOCAL, "", 0, {})

    def expected(self, vector: Matrix, k: int, **filters: object) -> list[tuple[int, int]]:
        """By a way of its own: all scores, sorted, cut behind the ties."""
        since, until = filters.get("since", 0), filters.get("until", 0)
        files, kinds = filters.get("files"), filters.get("kinds")
        scored = []
        for (file, number, kind, date), each in zip(self.rows, self.vectors, strict=True):
            if (since and date < since) or (until and not 0 < date <= until):  # type: ignore[operator]
                continue
            if files is not None and file not in files:  # type: ignore[operator]
                continue
            if kinds is not None and kind not in kinds:  # type: ignore[operator]
                continue
            score = float(np.dot(vector.astype(np.float64), each.astype(np.float64)))
            scored.append((-round(score, 12), file, number))
        scored.sort()
        cut = scored[k - 1][0] if len(scored) >= k else 2.0
        return [(file, number) for score, file, number in scored if score <= cut]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return Index(tmp_path_factory.mktemp("index"))


def named(found: list[Found]) -> list[tuple[int, int]]:
    return [(each.file, each.number) for each in found]


def test_chroma_holds_the_vectors_that_it_was_given(index: Index) -> None:
    for row, vector in zip(index.rows, index.vectors, strict=True):
        assert np.array_equal(index.held[node_id(*row[:2])], vector)


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"since": 3},
        {"until": 2},
        {"since": 2, "until": 4},
        {"files": {1, 5, 20, 999}},
        {"kinds": (Kind.BODY, Kind.HEADING)},
        {"since": 1, "files": set(range(100)), "kinds": (Kind.CAPTION,)},
        {"files": set()},
    ],
)
def test_what_is_found_is_what_comparing_all_finds(
    index: Index, filters: dict[str, object]
) -> None:
    reader = DenseReader(index.folder, index.part)
    for vector in index.vectors[:60:7]:
        for k in (1, 10, COUNT + 5):
            found = reader.search(vector, k, **filters)  # type: ignore[arg-type]
            assert named(found) == index.expected(vector, k, **filters)


def test_equal_vectors_tie_and_are_fetched_whole(index: Index) -> None:
    reader = DenseReader(index.folder, index.part)
    found = reader.search(index.vectors[0], 2)
    assert named(found) == [(n // 3, n % 3) for n in range(0, COUNT, 50)]
    assert len({each.score for each in found}) == 1
    assert found[0].score == pytest.approx(1.0)
    assert reader.search(index.vectors[0], 0) == []


@pytest.mark.parametrize("filters", [{}, {"kinds": (Kind.BODY, Kind.NAVIGATION)}])
def test_past_the_limit_chroma_is_asked_and_its_folder_left_alone(
    index: Index, filters: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = stamps(index.folder)
    monkeypatch.setattr(Flat, "search", pytest.fail)
    reader = DenseReader(index.folder, index.part, exact=200)
    wanted = [index.expected(vector, 5, **filters) for vector in index.vectors[:40]]
    found = [named(reader.search(v, 5, **filters)) for v in index.vectors[:40]]  # type: ignore[arg-type]
    right = sum(found == expected for found, expected in zip(found, wanted, strict=True))
    assert right >= 39  # an index may miss one
    assert reader._view is not None
    view = Path(reader._view.path)
    assert view.is_dir()
    reader.close()
    assert not view.exists()
    assert stamps(index.folder) == before


def stamps(folder: Path) -> dict[str, tuple[int, bytes]]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def test_where_chroma_fails_all_are_compared(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "dense"
    shutil.copytree(index.folder, folder)
    (folder / collections.FOLDER / "chroma.sqlite3").write_bytes(b"no database")
    local = DenseReader(folder, index.part, exact=10)
    address = f"http://127.0.0.1:{free_port()}"
    remote = DenseReader(folder, DensePart("hashed", SIZE, "gone", address, 0, {}), exact=10)
    for reader in (local, remote):
        found = reader.search(index.vectors[7], 5)
        assert named(found) == index.expected(index.vectors[7], 5)
        reader.close()


def test_a_read_only_folder_is_read(index: Index, tmp_path: Path) -> None:
    folder = tmp_path / "mounted"
    folder.mkdir()
    if subprocess.run(["mount", "--bind", index.folder, folder], capture_output=True).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        subprocess.run(["mount", "-o", "remount,ro,bind", folder], check=True)
        for exact in (0, COUNT):
            reader = DenseReader(folder, index.part, exact=exact)
            assert named(reader.search(index.vectors[4], 1)) == [(1, 1)]
            reader.close()
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


@pytest.mark.parametrize("name", [flat.ROWS, flat.VECTORS])
def test_files_cut_short_are_told(index: Index, tmp_path: Path, name: str) -> None:
    for file in (flat.ROWS, flat.VECTORS):
        shutil.copy(index.folder / file, tmp_path)
    with (tmp_path / name).open("r+b") as opened:
        opened.truncate(COUNT * 10)
    with pytest.raises(StoreError, match="cut short"):
        Flat(tmp_path, SIZE)
    (tmp_path / name).unlink()
    with pytest.raises(StoreError, match="No such file"):
        Flat(tmp_path, SIZE)


def test_deleted_vectors_are_gone(index: Index, tmp_path: Path) -> None:
    collections.copy_folder(index.folder / collections.FOLDER, tmp_path / "copy")
    writer = DenseWriter(tmp_path / "copy", collections.LOCAL)
    writer.delete(["0.0", "0.1", "never.1"])
    assert writer.count() == COUNT - 2
    assert set(writer.vectors(["0.0", "0.2"])) == {"0.2"}
    writer.close()


class Multiplying(np.ndarray[Any, Any]):
    """Vectors that note how many multiplications are under way at once at most."""

    now = most = 0

    def __matmul__(self, other: Any) -> Any:
        Multiplying.now += 1
        Multiplying.most = max(Multiplying.most, Multiplying.now)
        time.sleep(0.001)
        Multiplying.now -= 1
        return np.asarray(self) @ other


def test_two_hundred_questions_at_once_do_not_get_in_each_others_way(tmp_path: Path) -> None:
    # A multiplication takes all processors: 200 at once take 25 times as long as one by one.
    count, size = 200, 40
    matrix = unit(np.random.default_rng(5).standard_normal((count, size), dtype=np.float32))
    rows = np.zeros(count, dtype=ROW)
    rows["file"] = np.arange(count)
    flat.write(tmp_path, rows, [(matrix, np.arange(count))])
    searched = Flat(tmp_path, size)
    searched.vectors = searched.vectors.view(Multiplying)
    with ThreadPoolExecutor(200) as pool:
        found = list(pool.map(lambda n: searched.search(matrix[n], 1)[0].file, range(200)))
    assert found == list(range(200))
    assert Multiplying.most == 1
