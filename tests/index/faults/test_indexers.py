"""Several indexers at once: one wins, the others wait or say why not; readers see whole indexes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


def run(folder: Path, *arguments: str) -> str:
    """What the program says; a test that fails where anything was ever wrong."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.faults.indexers", str(folder / "faults"), *arguments],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_some_rounds_of_three_indexers(tmp_path: Path) -> None:
    said = run(tmp_path, "--indexers", "3", "--readers", "1", "--rounds", "5")
    assert "0 wrong" in said
    assert " 0 readings" not in said


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("indexers", ["2", "4"])
@pytest.mark.parametrize("arm", [[], ["--dense"]])
def test_two_hundred_rounds(tmp_path: Path, indexers: str, arm: list[str]) -> None:
    run(tmp_path, "--indexers", indexers, "--rounds", "200", *arm)
