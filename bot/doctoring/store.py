"""The store: who writes in it, the room that it takes, what nobody needs, the cache of vectors."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.doctoring.patient import Patient
from bot.doctoring.words import many, of_size
from bot.finding import Finding, well, wrong
from index.lock import is_held, signed

_LOOK = 20.0  # seconds for the cache
_LEAST = 100_000_000  # bytes that should be free, or as many as the index takes
_TIDY = "`footnote doctor --fix` removes it; so does the next change of the index."


def of_lock(patient: Patient) -> Iterator[Finding]:
    """Who writes in the store, and whether that process lives."""
    path = patient.store.folder / "lock"
    if not is_held(path):
        if patient.store.folder.exists() and not os.access(patient.store.folder, os.W_OK):
            message = f"{patient.store.folder} cannot be written: the index answers as it is."
            yield Finding("lock", "warning", message, "Name another folder with --store.")
        else:
            yield well("lock", "Nobody is writing the index.")
        return
    holder = signed(path)
    if holder is not None and holder.ended():
        message = f"It is held, and not by who signed it: {holder}, has ended."
        hint = "Look for a child of that process, or for one in another container."
        yield Finding("lock", "warning", message, hint)
    else:
        yield Finding("lock", "note", f"The index is being written by {holder or 'a process'}.")


def of_space(patient: Patient) -> Iterator[Finding]:
    """The generations, the room that all of it takes, and what is free."""
    folder = patient.store.folder
    if not folder.exists():
        return
    generations = folder / "generations"
    names = os.listdir(generations) if generations.is_dir() else []
    count = sum(not name.endswith(".building") for name in names)
    size = _size([folder])
    standing = patient.generation
    index = _size([standing.path]) if standing is not None else 0
    free = shutil.disk_usage(folder).free
    message = (
        f"{many(count, 'generation')} in {folder}, "
        f"{of_size(size)} in all; {of_size(free)} are free."
    )
    if free < max(_LEAST, index):
        hint = "Free some: an index that is built whole needs its own size once more."
        yield Finding("space", "warning", message, hint)
    else:
        yield well("space", message)


def of_rubbish(patient: Patient) -> Iterator[Finding]:
    """What dead processes left, in the store and among the temporary folders."""
    from index.views import abandoned

    left = [] if is_held(patient.store.folder / "lock") else patient.store.rubbish()
    read = [path for path in left if is_held(path, even_shared=True)]
    paths = [*(path for path in left if path not in read), *map(Path, abandoned())]
    if read:
        message = f"{many(len(read), 'old generation')} of {of_size(_size(read))} still read."
        yield Finding("rubbish", "note", message, details=tuple(map(str, read)))
    elif not paths:
        yield well("rubbish", "There is nothing that nobody needs.")
    if not paths:
        return
    message = f"{many(len(paths), 'thing')} of {of_size(_size(paths))} that nobody needs."
    details = tuple(map(str, paths))
    yield Finding("rubbish", "warning", message, _TIDY, details, "tidy")


def of_cache(patient: Patient) -> Iterator[Finding]:
    """Whether the vectors that were paid for can be read."""
    from index.soundness import cache

    path = patient.store.folder / "vectors.sqlite"
    if not path.exists():
        return
    size = of_size(path.stat().st_size)
    if is_held(patient.store.folder / "lock"):
        yield Finding("cache", "note", f"Vectors of {size} are kept; they are being written now.")
        return
    journal = path.with_name(path.name + "-wal")
    if journal.exists() and journal.stat().st_size:
        message = f"Vectors of {size} are kept; what a killed process wrote is taken up next time."
        yield Finding("cache", "note", message)
        return
    if damage := cache(path, time.monotonic() + _LOOK):
        hint = (
            "`footnote doctor --fix` throws it away: what the index has is kept, and the rest is "
            "embedded again."
        )
        yield wrong("cache", f"The vectors that are kept are damaged: {damage}", hint, "forget")
    else:
        yield well("cache", f"Vectors of {size} are kept, so that no text is embedded twice.")


def _size(paths: Iterable[Path]) -> int:
    """The bytes of files and of all below folders; what has several names counts once."""
    seen: set[tuple[int, int]] = set()
    total, left = 0, [str(path) for path in paths]
    while left:
        path = left.pop()
        try:
            status = os.lstat(path)
            if os.path.isdir(path) and not os.path.islink(path):
                left += [entry.path for entry in os.scandir(path)]
            elif (status.st_dev, status.st_ino) not in seen:
                seen.add((status.st_dev, status.st_ino))
                total += status.st_size
        except OSError:  # it went meanwhile
            continue
    return total
