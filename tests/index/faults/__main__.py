"""Harms updates of an index, call by call or at random moments, and says what is left. A program.

    python -m tests.index.faults FOLDER [--dense] [--harm HARM …] [--reads] [--stride N] [--first N]
    python -m tests.index.faults FOLDER [--dense] --kills N [--seed N]

A HARM is an errno's name for a call that fails; with `+` behind it, for that and all after it;
`kill` for SIGKILL before the call; `torn` for half a write and SIGKILL; `short` for half a write
that says so. It is done at every system call that touches the index, one after the other, or at
every `--stride`th; with `--reads`, to calls that read as well. With `--kills` SIGKILL comes from
outside at random moments, so often. The exit status is 1 where the index was ever wrong.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from tests.index.faults.attempts import Attempts
from tests.index.faults.everywhere import Everywhere
from tests.index.faults.kills import kills
from tests.index.faults.shim import Unavailable, compiled

UNAVAILABLE = 77


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--harm", nargs="*", default=[])
    parser.add_argument("--reads", action="store_true")
    parser.add_argument("--stride", type=int, default=1)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--kills", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    shutil.rmtree(given.folder, ignore_errors=True)
    given.folder.mkdir(parents=True)
    attempts = Attempts(given.folder / "work", dense=given.dense)
    wrong = kills(attempts, given.kills, given.seed) if given.kills else 0
    if given.harm:
        try:
            library = compiled(given.folder)
            for harm in given.harm:
                everywhere = Everywhere(attempts, library, harm, reads=given.reads)
                wrong += everywhere.run(given.first, given.stride)
        except Unavailable as error:
            print(error)
            return UNAVAILABLE
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
