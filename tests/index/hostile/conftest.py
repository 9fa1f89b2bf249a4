"""A folder with one good document, and a folder outside of it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.index.hostile.running import GOOD, Place


@pytest.fixture
def place() -> Iterator[Place]:
    # No folder of pytest's own: what is so deep it cannot remove, and stumbles over ever after.
    work = Path(tempfile.mkdtemp(prefix="footnote-hostile-"))
    corpus = work / "documents"
    corpus.mkdir()
    (work / "outside").mkdir()
    (corpus / "good.txt").write_text(GOOD)
    try:
        yield Place(corpus, work / "store")
    finally:
        subprocess.run(["rm", "-rf", work], check=True)
