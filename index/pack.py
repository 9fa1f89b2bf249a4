"""Texts of documents on disk: compressed blocks, appended to files that are never rewritten.

A text is cut into blocks of so many characters, so that a passage of a long document costs
a block or two, not the document. A block is UTF-8 or UTF-16, whichever is shorter: Chinese
and Korean take a tenth less so, compressed, and less time.
"""

from __future__ import annotations

import errno
import os
import zlib
from collections.abc import Sequence
from pathlib import Path

from index.closing import Closing
from index.record import record

BLOCK = 8192  # characters: 0.1 ms to open; blocks of 32,768 are 5 % smaller, but take 0.4 ms
_LEVEL = 3  # 6 saves 2 % more and takes twice as long
_NARROW, _WIDE = b"8", b"W"  # the first byte of a block


@record
class Place:
    """Where a text lies: its blocks stand one after the other in pack `pack` from `offset`."""

    pack: int
    offset: int
    blocks: tuple[int, ...]  # the size of each in bytes

    @property
    def size(self) -> int:
        """How many bytes it takes."""
        return sum(self.blocks)


def compress(text: str) -> list[bytes]:
    """The blocks of `text`; of an empty text, none."""
    return [_compress(text[start : start + BLOCK]) for start in range(0, len(text), BLOCK)]


def decompress(block: bytes) -> str:
    """The text of one block; an OSError, as a disk gives it, where it is damaged."""
    try:
        data = zlib.decompress(memoryview(block)[1:])
        return data.decode("utf-16-le" if block[:1] == _WIDE else "utf-8", "surrogatepass")
    except (zlib.error, UnicodeError) as error:
        raise OSError(errno.EIO, f"a text is damaged ({error})") from error


def _compress(text: str) -> bytes:
    # Some decoders leave lone surrogates, which these refuse unless they are told. UTF-16
    # would join two that make a pair, UTF-8 keeps them apart.
    narrow = text.encode("utf-8", "surrogatepass")
    if len(narrow) > 2 * len(text):
        wide = text.encode("utf-16-le", "surrogatepass")
        if wide.decode("utf-16-le", "surrogatepass") == text:
            return _WIDE + zlib.compress(wide, _LEVEL)
    return _NARROW + zlib.compress(narrow, _LEVEL)


def pack_path(folder: Path, number: int) -> Path:
    """The file of pack `number`."""
    return folder / f"{number:06d}.pack"


class PackWriter:
    """Appends blocks to a new pack."""

    def __init__(self, folder: Path, number: int) -> None:
        self.number = number
        self.size = 0
        self._file = pack_path(folder, number).open("xb")

    def append(self, blocks: Sequence[bytes]) -> Place:
        """Write a text's blocks, and say where."""
        place = Place(self.number, self.size, tuple(map(len, blocks)))
        self._file.write(b"".join(blocks))
        self.size += place.size
        return place

    def flush(self) -> None:
        """Let readers see what was appended."""
        self._file.flush()

    def close(self) -> None:
        """Write what waits."""
        self._file.close()


class PackReader(Closing):
    """Reads texts from the packs in a folder; safe for several threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._descriptors: dict[int, int] = {}

    def raw(self, place: Place, first: int = 0, last: int | None = None) -> list[bytes]:
        """Blocks `first` up to, not including, `last`, as they stand."""
        sizes = place.blocks[first:last]
        offset = place.offset + sum(place.blocks[:first])
        data = os.pread(self._descriptor(place.pack), sum(sizes), offset)
        if len(data) != sum(sizes):
            raise OSError(errno.EIO, "a text is cut short")
        blocks, start = [], 0
        for size in sizes:
            blocks.append(data[start : start + size])
            start += size
        return blocks

    def size(self, pack: int) -> int:
        """The bytes of a pack; 0 if it is not there."""
        try:
            return os.stat(pack_path(self._folder, pack)).st_size
        except OSError:
            return 0

    def _descriptor(self, pack: int) -> int:
        descriptor = self._descriptors.get(pack)
        if descriptor is None:
            opened = os.open(pack_path(self._folder, pack), os.O_RDONLY | os.O_CLOEXEC)
            descriptor = self._descriptors.setdefault(pack, opened)
            if descriptor != opened:  # another thread was faster
                os.close(opened)
        return descriptor

    def close(self) -> None:
        """Close the packs."""
        while self._descriptors:
            os.close(self._descriptors.popitem()[1])
