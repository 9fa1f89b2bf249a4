"""After any history of its documents and of itself an index equals a model made of bytes alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *arguments: str) -> str:
    """What the program says; a test that fails where the index was ever wrong."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.histories", *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "TMPDIR": str(folder)},
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_some_histories(tmp_path: Path) -> None:
    said = run(tmp_path, "--runs", "4", "--steps", "30", "--seed", "2")
    assert "0 wrong" in said


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("seed", range(5))
def test_a_hundred_long_histories(tmp_path: Path, seed: int) -> None:
    said = run(tmp_path, "--runs", "100", "--steps", "60", "--seed", str(seed))
    for what in ("reindexed", "withheld", "under another name", "of copies", "harmed"):
        assert re.search(rf"{what}': [1-9]", said), said


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_long_histories_with_vectors(tmp_path: Path) -> None:
    run(tmp_path, "--runs", "30", "--steps", "60", "--dense")
