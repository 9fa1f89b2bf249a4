"""The compiled shim: system calls below some folders are counted, and one of them is harmed."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

_SOURCE = Path(__file__).with_name("shim.c")
_HARMS = ("fail", "kill", "torn", "short", "forever", "count")


class Unavailable(Exception):
    """There is no compiler here, or the kernel lets no process watch its own calls."""


def compiled(folder: Path) -> Path:
    """The shim as a library in `folder`."""
    library = folder / "shim.so"
    compiler = shutil.which("cc")
    if compiler is None:
        raise Unavailable("there is no C compiler")
    done = subprocess.run(
        [compiler, "-O1", "-shared", "-fPIC", "-o", str(library), str(_SOURCE)],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise Unavailable(f"the shim does not compile here: {done.stderr[:500]}")
    return library


class Shim:
    """The shim in this process: once armed it stays."""

    def __init__(self, library: Path) -> None:
        self._library = ctypes.CDLL(str(library))
        self._library.shim_seen.restype = ctypes.c_long

    def arm(
        self,
        folders: Sequence[Path],
        at: int,
        harm: str,
        error: int = 0,
        log: int = -1,
        *,
        sync: bool = False,
        reads: bool = False,
        site: str = "",
    ) -> None:
        """Harm call number `at`: "fail" it, "kill" before it, leave a write half done and kill
        ("torn") or say so ("short"), "fail" it and all after it ("forever"), or only "count".

        With `reads` calls that read count, too; with `site` only those made there: a call's name
        and path, without what differs from run to run. The descriptor `log` gets a line a call:
        its site, a tab and the whole path. Without `sync` nothing waits for the disk: a killed
        process loses nothing that the kernel has.
        """
        paths = (ctypes.c_char_p * len(folders))(*(os.fsencode(each.resolve()) for each in folders))
        refused = self._library.shim_arm(
            paths,
            len(folders),
            ctypes.c_long(at),
            _HARMS.index(harm),
            error,
            log,
            int(not sync),
            int(reads),
            os.fsencode(site),
        )
        if refused:
            raise Unavailable(f"calls cannot be watched here: {os.strerror(refused)}")

    @property
    def seen(self) -> int:
        """How many calls there were."""
        return int(self._library.shim_seen())

    @property
    def sprung(self) -> bool:
        """Whether harm was done."""
        return bool(self._library.shim_sprung())
