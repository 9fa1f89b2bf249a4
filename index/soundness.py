"""Whether the files of a generation still hold what was written into them: sums are compared.

What does not reach its end in time says how far it came; what is read next time differs.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from time import monotonic

from index import manifest
from index.disk import telling
from index.errors import StoreError
from index.generation import Generation
from index.lexical import LexicalReader
from index.record import record

_AT_ONCE = 1 << 20  # bytes
_STEPS = 10_000  # of SQLite's between two looks at the clock
# At the end of each of Tantivy's files: what describes it, how long that is, and this number.
_FOOTER_MARK = (1337).to_bytes(4, "little")
_LONGEST_FOOTER = 1000
_UNSIGNED = ".json"
_ASKED, _MISSED = 20, 2  # vectors that are searched for, and how many an index may miss


@record
class Sound:
    """So many of all `parts` were looked at, and the first that is `damaged`, if any."""

    looked: int
    parts: int
    damaged: str = ""


class _Late(Exception):
    """The time is up."""


def texts(generation: Generation, until: float) -> Sound:
    """The documents' texts, and the tables that say where each stands."""
    if damage := _tables(generation.path / manifest.NAME, until):
        return Sound(0, 1, damage)
    names = list(generation.files())
    random.shuffle(names)
    for done, name in enumerate(names):
        if monotonic() > until:
            return Sound(done, len(names))
        try:
            generation.text(name)
        except (StoreError, KeyError) as error:
            return Sound(done, len(names), getattr(error, "message", str(error)))
    return Sound(len(names), len(names))


def search_index(generation: Generation, until: float) -> Sound:
    """The files of the lexical index, each of which ends with a sum, and whether it opens."""
    files = [
        entry.path
        for entry in os.scandir(generation.lexical_path)
        if not entry.name.startswith(".") and not entry.name.endswith(_UNSIGNED)
    ]
    random.shuffle(files)
    done = 0
    try:
        with telling(generation.path, "read"):
            for done, file in enumerate(files):
                if not _is_summed(file, until):
                    return Sound(done, len(files), f"{os.path.basename(file)} is damaged.")
            done = len(files)
    except _Late:
        pass
    except StoreError as error:
        return Sound(done, len(files), error.message)
    reader = None
    try:
        reader = LexicalReader(generation.lexical_path)
        if reader.num_docs != generation.passage_count:
            found, wanted = reader.num_docs, generation.passage_count
            return Sound(done, len(files), f"It holds {found:,} of {wanted:,} passages.")
    except StoreError as error:
        return Sound(done, len(files), error.message)
    finally:
        if reader is not None:
            reader.close()
    return Sound(done, len(files))


def vectors(generation: Generation) -> str:
    """What is wrong with the vectors that readers compare; "" for nothing."""
    from index.dense.checking import EQUAL
    from index.dense.flat import Flat

    part = generation.dense
    if part is None or not part.dimension:
        return ""
    try:
        flat = Flat(generation.dense_path, part.dimension)
    except StoreError as error:
        return error.message
    if len(flat.rows) != generation.passage_count - part.missing:
        return f"There are {len(flat.rows):,} for {generation.passage_count:,} passages."
    if not set(flat.rows[["file", "number", "kind"]].tolist()) <= _passages(generation):
        return "They are those of other passages."
    return "" if flat.are_unit(EQUAL) else "Some are no vectors."


def collection(generation: Generation) -> str:
    """What is wrong with the collection in a generation's folder, which is copied for that: Chroma
    writes in what it opens. "" for nothing."""
    import numpy as np

    from index.dense.checking import EQUAL
    from index.dense.chroma import chroma_errors, close, folder
    from index.dense.collections import FOLDER, view
    from index.dense.flat import Flat

    part = generation.dense
    assert part is not None, "a generation without vectors has no collection"
    try:
        flat = Flat(generation.dense_path, part.dimension)
        with view(generation.dense_path / FOLDER) as copy:
            client = folder(Path(copy.path) / FOLDER)
            try:
                with chroma_errors(str(generation.dense_path)):
                    held = client.get_collection(part.collection, embedding_function=None)
                    if held.count() != len(flat.rows):
                        return f"Chroma's folder holds {held.count():,} of {len(flat.rows):,}."
                    some = flat.vectors[np.linspace(0, len(flat.rows) - 1, _ASKED).astype(int)]
                    found = held.query(query_embeddings=list(some), n_results=1)
            finally:
                close(client)
    except StoreError as error:
        return error.message
    near = [each for distances in found["distances"] for each in distances]
    missed = _ASKED - sum(distance <= 10 * EQUAL for distance in near)
    return "Vectors do not find themselves by Chroma's index." if missed > _MISSED else ""


def cache(path: Path, until: float) -> str:
    """What is wrong with the store's cache of vectors; "" for nothing, or where time is up.

    What a writer left to be taken up is not looked at.
    """
    return _tables(path, until)


def _passages(generation: Generation) -> set[tuple[int, int, int]]:
    path = generation.path / manifest.NAME
    with telling(path, "read"), closing(manifest.opened(path)) as connection:
        return set(connection.execute("SELECT file, number, kind FROM passages"))


def _tables(path: Path, until: float) -> str:
    try:
        connection = manifest.opened(path)
    except sqlite3.Error as error:
        return f"{path.name}: {error}."
    try:
        connection.set_progress_handler(lambda: monotonic() > until, _STEPS)
        ((said,),) = connection.execute("PRAGMA quick_check(1)").fetchall()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT:
            return ""
        return f"{path.name}: {error}."
    finally:
        connection.close()
    return "" if said == "ok" else f"{path.name}: {' '.join(str(said).split())[:200]}."


def _is_summed(path: str, until: float) -> bool:
    """Whether a file of Tantivy's holds what its footer says."""
    with open(path, "rb") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(max(0, size - 8))
        end = file.read(8)
        length = int.from_bytes(end[:4], "little")
        if end[4:] != _FOOTER_MARK or length > min(_LONGEST_FOOTER, size - 8):
            return False
        file.seek(size - 8 - length)
        try:
            wanted = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError):
            return False
        file.seek(0)
        left, sum = size - 8 - length, 0
        while left:
            if monotonic() > until:
                raise _Late
            data = file.read(min(_AT_ONCE, left))
            if not data:
                return False
            sum = zlib.crc32(data, sum)
            left -= len(data)
    return bool(sum == wanted)
