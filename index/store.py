"""Generations on disk: built aside, made durable, swapped in by the rename of a pointer.

<store>/<corpus>/
    lock                    held by the one writer
    current                 the pointer: format and name of the generation that stands
    vectors.sqlite          vectors once computed, for all generations, if there is an embedder
    generations/<name>/     manifest.sqlite, lexical/, texts/, dense/: never changed again
    generations/<name>.building
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from index.disk import remove_tree, replace_file, sync, telling
from index.errors import FormatError, StoreError
from index.generation import Generation, Gone, wrong_format
from index.manifest import FORMAT
from index.views import sweep

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.building import Building

KEEP = 2  # generations: the one that stands and the one before, for readers in the midst of opening
_POINTER_NAME = "current"
_UNFINISHED = ".building"

_NAME = r"([0-9]{8,})-[0-9a-f]{8}"
_POINTER = rb"footnote ([0-9]+) ([0-9]{8,}-[0-9a-f]{8})\n"
_PRIME = 2**48 - 59
# What flock says on a disk without locks.
_NO_LOCKS = (errno.EINVAL, errno.ENOLCK, errno.ENOSYS, errno.ENOTSUP, errno.EOPNOTSUPP)


class Store:
    """The generations of one corpus, in `folder`.

    Of those that are whole, `keep` stay: the one that stands and the last before it. What a reader
    holds stays in any case, until it is let go and a writer or `tidy` comes by.
    """

    def __init__(self, folder: Path, keep: int = KEEP) -> None:
        self.folder = folder
        self.keep = max(1, keep)
        self._generations = folder / "generations"
        self._writing = False

    @staticmethod
    def for_corpus(root: Path, corpus: Path, keep: int = KEEP) -> Store:
        """The place in `root` of the corpus in a folder: its name, and a hash of its whole path."""
        whole = os.path.realpath(corpus)
        slug = re.sub(r"[^a-z0-9]+", "-", os.path.basename(whole).lower()).strip("-")[:32]
        # A remainder by a prime: hashlib costs every question 3 ms, to load OpenSSL.
        digest = int.from_bytes(os.fsencode(whole), "big") % _PRIME
        return Store(root / f"{slug or 'corpus'}-{digest:012x}", keep)

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
            self._prune()
            sweep()
            numbers = [_number(each) for each in self._names() if re.match(_NAME, each)]
            name = f"{max(numbers, default=0) + 1:08d}-{os.urandom(4).hex()}{_UNFINISHED}"
            return Building(self._generations / name, corpus, parameters, base, relex)

    def commit(self, building: Building) -> Generation:
        """Make a generation durable and let it stand; the earlier one stands if that fails."""
        final = building.path.with_suffix("")
        with telling(self.folder, "write"):
            building.finish()
            try:
                os.rename(building.path, final)
                sync(self._generations)
                pointer = f"footnote {FORMAT} {final.name}\n"
                replace_file(self.folder / _POINTER_NAME, pointer.encode())
            except BaseException:
                if self._is_apart(final.name):
                    remove_tree(final)
                raise
        with suppress(OSError):  # what stays is removed another time
            self._prune()
        return Generation(final)

    def rubbish(self) -> list[Path]:
        """What nobody needs, unless a reader holds it: old generations and what dead writers left.

        While a writer lives, what it builds is among it.
        """
        try:
            names = self._names()
            left = [self._generations / name for name in names if name.endswith(_UNFINISHED)]
            aside = self.folder / f"{_POINTER_NAME}.new"
            left += [aside] if os.path.lexists(aside) else []
        except OSError:
            return []
        standing = self.standing()
        if standing is None:  # then no generation is known to be old
            return left
        at = _number(standing)
        whole = sorted((name for name in names if re.fullmatch(_NAME, name)), key=_number)
        older = [name for name in whole if _number(name) < at]
        newer = [name for name in whole if _number(name) >= at and name != standing]
        # The newer are those whose writer was killed before it let them stand.
        gone = older[: max(0, len(older) - self.keep + 1)] + newer
        return left + [self._generations / name for name in gone]

    def tidy(self) -> tuple[Path, ...]:
        """Remove the `rubbish` that no reader holds, if no writer is at work; what is gone now.

        Views that dead readers left go, too. It never waits, and never fails.
        """
        sweep()
        if not self.rubbish():
            return ()
        try:
            with self.lock():
                return self._prune()
        except StoreError:
            return ()

    def _pointer(self) -> str | None:
        """The name of the generation that stands."""
        with telling(self.folder, "read"):
            try:
                pointer = (self.folder / _POINTER_NAME).read_bytes()
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

    def _is_apart(self, name: str) -> bool:
        """Whether it is known that the pointer names another generation, or none."""
        try:
            return self._pointer() != name
        except StoreError as error:  # a disk that fails tells nothing
            return isinstance(error, FormatError)

    def _prune(self) -> tuple[Path, ...]:
        """Remove the rubbish that no reader holds. Under the lock: nothing else is being built."""
        assert self._writing, "removing without the lock"
        found = self.rubbish()
        for path in found:
            if path.parent == self.folder:
                with suppress(OSError):
                    path.unlink()
            elif path.name.endswith(_UNFINISHED):
                remove_tree(path)
            else:
                _remove_unheld(path)
        return tuple(path for path in found if not os.path.lexists(path))


def _number(name: str) -> int:
    """The place of a generation among all: names are numbered as they are built."""
    return int(name.partition("-")[0])


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
        except OSError as error:
            if error.errno not in _NO_LOCKS:  # a disk that fails tells nothing
                return
        remove_tree(path)
    finally:
        os.close(descriptor)
