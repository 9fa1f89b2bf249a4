"""Whatever Chroma, the embedder or the cache fails at, no vector is paid for twice."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.index.states import page, write


def test_at_some_steps_of_the_dense_part(tmp_path: Path) -> None:
    _dense_crashes(tmp_path, "fail", 16)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("harm", ["kill", "fail", "signal"])
def test_at_every_step_of_the_dense_part(tmp_path: Path, harm: str) -> None:
    assert _dense_crashes(tmp_path, harm, 1) > 20


def _dense_crashes(tmp_path: Path, harm: str, stride: int) -> int:
    old = write(tmp_path / "old", **{f"d{n:02}": page(f"pier {n}") for n in range(10)})
    new = tmp_path / "new"
    shutil.copytree(old, new)
    write(new, d01=page("crane"), d31=page("mole"))
    (new / "d02.txt").unlink()
    (new / "d03.txt").rename(new / "moved.txt")
    folder = tmp_path / "work"
    folder.mkdir()
    arguments = [str(old), str(new), str(folder), harm, str(stride)]
    ran = subprocess.run(
        [sys.executable, "-m", "tests.index.dense_crashes", *arguments],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 0, ran.stderr
    return int(ran.stdout)
