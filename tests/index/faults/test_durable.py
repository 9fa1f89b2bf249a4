"""What the pointer names is on the disk before it is named: a power cut takes nothing from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from index.build import update
from index.store import Store
from tests.index.faults.listed import UNAVAILABLE
from tests.index.faults.shim import Unavailable, compiled
from tests.index.states import page, write

ROOT = Path(__file__).resolve().parents[3]
_CHANGES = ("write", "pwrite64", "sendfile", "copy_file_range", "ftruncate")
_NAMES = ("openat", "mkdir", "link", "unlink", "rename", "renameat", "rmdir")


class Disk:
    """What of the files and folders below `store` a power cut would take, call by call."""

    def __init__(self, store: Path) -> None:
        self._store = store
        self._loose: set[Path] = set()
        self.swapped = False
        self.trouble: list[str] = []

    def call(self, name: str, path: Path) -> None:
        if name in ("fsync", "fdatasync"):
            self._loose.discard(path)
        elif name in _CHANGES:
            self._loose.add(path)
        elif name in _NAMES:
            if name == "rename" and path == self._store / "current":
                self._swap()
            if name.startswith("rename") and ".building" not in path.name:
                self._loose = {self._moved(each, path) for each in self._loose}
            self._loose.add(path.parent)

    def _moved(self, path: Path, to: Path) -> Path:
        """Where a path lies when a generation got its name."""
        building = to.with_name(to.name + ".building")
        return to / path.relative_to(building) if path.is_relative_to(building) else path

    def _swap(self) -> None:
        self.swapped = True
        generations = self._store / "generations"
        new = max(generations.iterdir()).name
        own = (generations, generations / new, self._store / "current.new")
        self.trouble += sorted(
            str(path)
            for path in self._loose
            if path.exists() and any(path == each or each in path.parents for each in own[1:])
        ) + [str(path) for path in self._loose if path == generations]

    def at_end(self) -> list[str]:
        """What was loose when it was named, and the folder of the pointer if it is."""
        return self.trouble + [str(path) for path in self._loose if path == self._store]


def test_all_is_synced_before_it_is_named(tmp_path: Path) -> None:
    corpus = write(tmp_path / "corpus", a=page("crane"), b=page("mole"))
    store = Store(tmp_path / "store")
    update(corpus, store).generation.close()
    write(corpus, c=page("quay"))
    try:
        library = compiled(tmp_path)
    except Unavailable as error:
        pytest.skip(str(error))
    done = subprocess.run(
        [sys.executable, "-m", "tests.index.faults.listed"]
        + [str(each) for each in (library, store.folder, corpus, tmp_path / "log")],
        cwd=ROOT,
        timeout=60,
    )
    if done.returncode == UNAVAILABLE:
        pytest.skip("calls cannot be watched here")
    assert done.returncode == 0
    disk = Disk(store.folder.resolve())
    for line in (tmp_path / "log").read_text().splitlines():
        site, _, path = line.partition("\t")
        disk.call(site.partition(" ")[0], Path(path))
    assert disk.swapped
    assert disk.at_end() == []
