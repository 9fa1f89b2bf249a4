"""Killed at any moment, failed at any call, the index is as it was or as it should be.

The short forms here take samples. The long forms, by `pytest -m slow`, harm every call in turn and
kill a thousand times; `python -m tests.index.faults` runs any of them by hand.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.faults.__main__ import UNAVAILABLE

EVERY = ["kill", "torn", "short", "EIO", "ENOSPC", "EIO+", "ENOSPC+"]


def run(folder: Path, *arguments: str) -> str:
    """What the program says; a test that fails where the index was ever wrong."""
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.faults", str(folder / "faults"), *arguments],
        cwd=Path(__file__).parents[3],
        capture_output=True,
        text=True,
    )
    if ran.returncode == UNAVAILABLE:
        pytest.skip(ran.stdout.strip().splitlines()[-1])
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_at_some_calls_and_moments(tmp_path: Path) -> None:
    said = run(tmp_path, "--harm", "kill", "EIO+", "--stride", "41", "--kills", "5")
    assert "5 kills, 0 wrong" in said
    assert len(re.findall(r": [3-9] attempts, 0 wrong", said)) == 2


def test_at_some_calls_and_moments_of_the_dense_part(tmp_path: Path) -> None:
    said = run(tmp_path, "--dense", "--harm", "ENOSPC", "--stride", "149", "--kills", "3")
    assert "3 kills, 0 wrong" in said


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("reads", [[], ["--reads"]])
def test_at_every_call(tmp_path: Path, reads: list[str]) -> None:
    run(tmp_path, "--harm", *EVERY, *reads)


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
@pytest.mark.parametrize("harm", EVERY)
def test_at_every_call_of_the_dense_part(tmp_path: Path, harm: str) -> None:
    run(tmp_path, "--dense", "--harm", harm)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("arm", [[], ["--dense"]])
def test_killed_five_hundred_times(tmp_path: Path, arm: list[str]) -> None:
    run(tmp_path, *arm, "--kills", "500")
