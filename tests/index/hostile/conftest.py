"""A folder with one good document, and a folder outside of it."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index.hostile.running import GOOD, Place


@pytest.fixture
def place() -> Iterator[Place]:
    yield from _made(None)


@pytest.fixture
def vast() -> Iterator[Place]:
    """A place in memory, if there is one: a disk takes minutes for a million files."""
    memory = "/dev/shm"
    yield from _made(memory if os.access(memory, os.W_OK) else None)


def _made(where: str | None) -> Iterator[Place]:
    # No folder of pytest's own: what is so deep it cannot remove, and stumbles over ever after.
    work = Path(tempfile.mkdtemp(prefix="footnote-hostile-", dir=where))
    corpus = work / "documents"
    corpus.mkdir()
    (work / "outside").mkdir()
    (corpus / "good.txt").write_text(GOOD)
    try:
        yield Place(corpus, work / "store")
    finally:
        subprocess.run(["rm", "-rf", work], check=True)
