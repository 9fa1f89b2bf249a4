"""An update of which every call is listed. A program: a library, a store, a corpus and a log.

It is a process of its own: one that was forked from the tests' has the locks of their threads.
Exit status: UNAVAILABLE where calls cannot be watched here.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from index.build import update
from index.store import Store
from tests.index.faults.shim import Shim, Unavailable

UNAVAILABLE = 77


def main(library: Path, folder: Path, corpus: Path, log: Path) -> int:
    """Update, with what waits for the disk waited for."""
    store = Store(folder)
    descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    try:
        Shim(library).arm([folder], 0, "count", log=descriptor, sync=True)
    except Unavailable:
        return UNAVAILABLE
    update(corpus, store).generation.close()
    return 0


if __name__ == "__main__":
    library, folder, corpus, log = map(Path, sys.argv[1:5])
    sys.exit(main(library, folder, corpus, log))
