"""`footnote` as a process, and what it said, how long it took and what it held in memory."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.index.formats.fuzz import Memory

ROOT = Path(__file__).resolve().parents[3]
GOOD = "The harbour master of Busan is Kim Minsu, who was chosen in 2021 by the city council.\n"
QUESTION = "Who is the harbour master of Busan?"
# The format's reader has so much of its own, beside the indexer: see docs/index.md.
MEMORY = 600 << 20
_MAIN = "from bot.cli import main; import sys; sys.exit(main())"
_STEERS = re.compile(r"[\0-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_TAGS = re.compile("[\U000e0000-\U000e0fff]")


@dataclass(frozen=True)
class Ran:
    """What came of a command; `memory` in bytes, of all its processes together."""

    status: int
    out: str
    err: str
    seconds: float
    memory: int

    @property
    def value(self) -> dict[str, Any]:
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


@dataclass(frozen=True)
class Place:
    """A folder of documents with one good file in it, and a place for its index."""

    corpus: Path
    store: Path

    def run(
        self,
        command: str,
        *words: str,
        before: str = "pass",
        timeout: float = 60,
        meanwhile: Callable[[], None] = lambda: None,
    ) -> Ran:
        """Runs `footnote`; what hangs is ended, and nothing that it prints steers a terminal."""
        flags = ("--corpus", str(self.corpus), "--store", str(self.store))
        begun = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-c", f"{before}\n{_MAIN}", command, *flags, *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self.store.parent,
            env=_environment(),
        )
        watch = Memory(str(process.pid))
        watch.start()
        try:
            meanwhile()
            out, err = process.communicate(timeout=timeout)
        finally:
            process.kill()
            process.wait()
            memory = watch.stop()
        told = Ran(process.returncode, out.decode(), err.decode(), time.monotonic() - begun, memory)
        for text in (told.out, told.err):
            assert not _STEERS.search(text), ascii(text)
            assert not _TAGS.search(text), ascii(text)
        assert "Traceback" not in told.err
        assert "bug in Footnote" not in told.err, told.err
        return told

    def in_terminal(self, *command: str) -> str:
        """What a terminal gets of a command."""
        flags = ("--corpus", str(self.corpus), "--store", str(self.store))
        ours, theirs = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", _MAIN, *command, *flags],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=self.store.parent,
            env={**_environment(), "TERM": "xterm"},
        )
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # where the terminal has ended
            while piece := os.read(ours, 1 << 16):
                shown += piece
        os.close(ours)
        process.wait(timeout=30)
        return shown.decode()

    def indexed(self, **how: Any) -> tuple[Ran, dict[str, Any]]:
        """What `footnote index` says to a person, and then as JSON; the good file answers."""
        first = self.run("index", **how)
        assert first.status == 0, first.err
        again = self.run("index", "--json", before=how.get("before", "pass"))
        assert again.status == 0, again.err
        reply = self.run("ask", QUESTION, "--json", before=how.get("before", "pass"))
        assert reply.status == 0, (reply.out, reply.err)
        assert "Kim Minsu" in reply.value["answer"]
        assert max(each.memory for each in (first, again, reply)) <= MEMORY
        return first, again.value


def _environment() -> Mapping[str, str]:
    others = {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "OPENAI_"))}
    return {**others, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def reasons(value: dict[str, Any]) -> dict[str, str]:
    """Why each file was passed over, by its name as it is told."""
    return {each["file"]: each["reason"] for each in value["skipped"]}
