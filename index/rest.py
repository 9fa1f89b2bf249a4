"""Files read at rest: bytes with a stat that any later change would change."""

from __future__ import annotations

import os
import time
from pathlib import Path

from index.manifest import Stat
from index.reading import Unloadable, read

# Two changes within one tick of a file system's clock leave one time: Linux counts in up to
# 10 ms, FAT and some servers in up to 2 s.
_TICK = 20_000_000
_COARSE_TICK = 2_000_000_000
_SECOND = 1_000_000_000


def stat_of(corpus: Path, file: str) -> Stat | None:
    """Size, times and inode of a file as a scan gives them; None if it is not there."""
    try:
        status = os.stat(os.path.join(corpus, file))
    except (OSError, ValueError):
        return None
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def read_at_rest(corpus: Path, file: str) -> tuple[bytes, Stat]:
    """A file's bytes, and a stat that any change since would have changed; raises Unloadable.

    The stat comes before the bytes, and the bytes only when the clock has left the tick in
    which the file last changed: a later change, even one while it is read, shows in its times.
    """
    stat = stat_of(corpus, file)
    if stat is not None:
        tick = _TICK if any(time % _SECOND for time in stat[1:3]) else _COARSE_TICK
        age = time.time_ns() - max(stat[1:3])
        if -tick < age < tick:
            time.sleep((tick - age) / _SECOND)
    data = read(corpus, file)
    if stat is None:
        raise Unloadable(file, "unreadable", "it was exchanged while it was read")
    return data, stat
