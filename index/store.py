"""Generations on disk: built aside, made durable, swapped in by the rename of a pointer.

<store>/<corpus>/
    lock                    held by the one writer
    current                 the pointer: format and name of the generation that stands
    vectors.sqlite          vectors once computed, for all generations, if there is an embedder
    generations/<name>/     manifest.sqlite, lexical/, texts/, dense/: never changed again
    generations/<name>.building
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.disk import remove_tree, replace_file, sync, telling
from index.errors import StoreError
from index.generation import Generation, Gone, wrong_format
from index.manifest import FORMAT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.building import Building

KEEP = 2  # generations: the one that stands and the one before, for readers in the midst of opening

_NAME = r"([0-9]{8,})-[0-9a-f]{8}"
_POINTER = rb"footnote ([0-9]+) ([0-9]{8,}-[0-9a-f]{8})\n"
_PRIME = 2**48 - 59


class Store:
    """The generations of one corpus, in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._generations = folder / "generations"
        self._writing = False

    @staticmethod
    def for_corpus(root: Path, corpus: Path) -> Store:
        """The place in `root` of the corpus in a folder: its name, and a hash of its whole path."""
        whole = os.path.realpath(corpus)
        slug = re.sub(r"[^a-z0-9]+", "-", os.path.basename(whole).lower()).strip("-")[:32]
        # A remainder by a prime: hashlib costs every question 3 ms, to load OpenSSL.
        digest = int.from_bytes(os.fsencode(whole), "big") % _PRIME
        return Store(root / f"{slug or 'corpus'}-{digest:012x}")

    def current(self) -> Generation | None:
        """The generation that stands; None if none was ever built.

        FormatError if another version built it, StoreError if it cannot be read.
        """
        before = None
        while (name := self._pointer()) is not None:
            try:
                return Generation(self._generations / name)
            except Gone:
                # A writer swapped in another one and removed this in the meantime; the same
                # name twice means that it is not there.
                if name == before:
                    raise StoreError(
                        f"The index in {self.folder} is damaged: generation {name} is missing.",
                        "Run `footnote index` to build it again.",
                    ) from None
                before = name
        return None

    @contextmanager
    def lock(self, wait: float = 0.0) -> Iterator[None]:
        """Be the one writer; LockedError names another if it holds on for `wait` seconds."""
        with telling(self.folder, "write"):
            self._generations.mkdir(parents=True, exist_ok=True)
        from index.lock import locked

        with locked(self.folder / "lock", wait):
            self._writing = True
            try:
                yield
            finally:
                self._writing = False

    def begin(
        self, corpus: Path, parameters: str, base: Generation | None, relex: bool = False
    ) -> Building:
        """Start a generation, under the lock: a copy of `base` to be edited, or an empty one.

        With `relex` the copy's lexical index is empty. What dead writers left is removed first.
        """
        from index.building import Building

        assert self._writing, "begin without the lock"
        with telling(self.folder, "write"):
            self._prune(self.standing())
            matches = (re.match(_NAME, each) for each in self._names())
            numbers = [int(found[1]) for found in matches if found]
            name = f"{max(numbers, default=0) + 1:08d}-{os.urandom(4).hex()}"
            return Building(self._generations / f"{name}.building", corpus, parameters, base, relex)

    def commit(self, building: Building) -> Generation:
        """Make a generation durable and let it stand; the earlier one stands if that fails."""
        final = building.path.with_suffix("")
        with telling(self.folder, "write"):
            building.finish()
            try:
                os.rename(building.path, final)
                sync(self._generations)
                replace_file(self.folder / "current", f"footnote {FORMAT} {final.name}\n".encode())
            except BaseException:
                if self.standing() != final.name:
                    remove_tree(final)
                raise
            self._prune(final.name)
        return Generation(final)

    def _pointer(self) -> str | None:
        """The name of the generation that stands."""
        with telling(self.folder, "read"):
            try:
                pointer = (self.folder / "current").read_bytes()
            except (FileNotFoundError, NotADirectoryError):
                return None
        found = re.fullmatch(_POINTER, pointer)
        if not found:
            raise wrong_format(self.folder, pointer[:40].decode("utf-8", "replace").strip())
        if int(found[1]) != FORMAT:
            raise wrong_format(self.folder, int(found[1]))
        return found[2].decode()

    def standing(self) -> str | None:
        """As `_pointer`; None, too, where the pointer is none that we can read."""
        try:
            return self._pointer()
        except StoreError:
            return None

    def _names(self) -> list[str]:
        return os.listdir(self._generations)

    def _prune(self, standing: str | None) -> None:
        """Remove unfinished generations and, beyond KEEP, old ones that no reader holds.

        Nothing is unfinished while another writer lives: we hold the lock. Where the pointer
        cannot be read, no generation is known to be old.
        """
        for name in self._names():
            if name.endswith(".building"):
                remove_tree(self._generations / name)
        if standing is None:
            return
        whole = sorted(name for name in self._names() if re.fullmatch(_NAME, name))
        older = [name for name in whole if name < standing]
        newer = [name for name in whole if name > standing]  # killed before they were pointed to
        for name in newer + older[: max(0, len(older) - KEEP + 1)]:
            _remove_unheld(self._generations / name)


def _remove_unheld(path: Path) -> None:
    """Remove a generation, unless a reader holds it."""
    import fcntl

    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError:
        return
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        except OSError:
            pass  # a disk without locks
        remove_tree(path)
    finally:
        os.close(descriptor)
