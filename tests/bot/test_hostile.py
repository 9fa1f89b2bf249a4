"""What a hostile or clumsy caller does to the command ends in a message, never in a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SEEDS = str(ROOT / "seeds")


def _footnote(
    *words: str, cwd: Path, stdin: bytes | None = b"", before: str = "pass"
) -> subprocess.CompletedProcess[bytes]:
    code = f"{before}; from bot.cli import main; import sys; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_a_working_folder_that_was_deleted(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    store = str(tmp_path / "store")
    done = _footnote(
        *("ask", "--corpus", SEEDS, "--store", store, "In which port city did the ministers meet?"),
        cwd=gone,
        before="import os; os.rmdir(os.getcwd())",
    )
    assert done.returncode == 0, done.stderr
    assert b"Busan" in done.stdout


def test_a_batch_from_a_closed_input(tmp_path: Path) -> None:
    done = _footnote(
        *("ask", "--corpus", SEEDS, "--store", str(tmp_path), "--batch", "-"),
        cwd=tmp_path,
        before="import sys; sys.stdin = None",
    )
    assert done.returncode == 2
    assert b"Standard input is closed" in done.stderr
    assert b"bug" not in done.stderr


def test_an_id_that_json_does_not_know(tmp_path: Path) -> None:
    lines = b'{"id": NaN, "question": "Busan?"}\n{"id": 1e999, "question": "Busan?"}\n'
    done = _footnote(
        *("ask", "--corpus", SEEDS, "--store", str(tmp_path), "--batch", "-"),
        cwd=tmp_path,
        stdin=lines,
    )
    assert done.returncode == 0

    def refuse(name: str) -> None:
        raise AssertionError(name)

    found = [json.loads(line, parse_constant=refuse) for line in done.stdout.splitlines()]
    assert [each["id"] for each in found] == [1, 2]
    assert all("error" in each for each in found)


def test_a_setting_with_a_nul(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('corpus = "a\\u0000b"\n')
    done = _footnote("ask", "Busan?", cwd=tmp_path)
    assert done.returncode == 2
    assert b"NUL" in done.stderr
