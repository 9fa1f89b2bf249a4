"""The history of runs: a line each, of any age and whoever else writes to it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.check.errors import CaseError
from bot.check.history import SHOWN, Past, add, past, read
from index.record import replaced
from tests.bot.check.runs import result, run, tried

NOW = past(run(result("a", "passed"), result("b", "failed", (tried(False),))), "qa extractive")


def test_what_is_kept_of_a_run() -> None:
    counts = {"failed": 1, "error": 0, "mended": 0, "known": 0, "passed": 1, "skipped": 0}
    assert Past("2026-01-02T03:04:05+00:00", 1.0, "qa extractive", counts, {"version": "0"}) == NOW


def test_what_is_written_is_read_oldest_first(tmp_path: Path) -> None:
    path = tmp_path / "h.jsonl"
    assert read(path, "qa extractive") == []
    later = replaced(NOW, begun="2026-01-03T03:04:05+00:00")
    for each in (NOW, later):
        add(path, each)
    assert read(path, "qa extractive") == [NOW, later]


def test_runs_of_other_cases_are_no_history_of_these(tmp_path: Path) -> None:
    add(tmp_path / "h", replaced(NOW, suite="qa -k busan extractive"))
    assert read(tmp_path / "h", "qa extractive") == []


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"[]", b"null", b"\xff", b'{"begun": "2026"}', b"[" * 99_999,
        b'{"begun": "yesterday", "seconds": 1, "suite": "qa extractive", "counts": {}}',
    ],
)  # fmt: skip
def test_a_line_that_tells_of_no_run_is_passed_over(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "h"
    path.write_bytes(line + b"\n")
    add(path, NOW)
    assert read(path, "qa extractive") == [NOW]


def test_a_line_that_was_cut_short_spoils_no_other(tmp_path: Path) -> None:
    add(tmp_path / "h", NOW)
    whole = (tmp_path / "h").read_bytes()
    (tmp_path / "h").write_bytes(whole + whole[:50])
    add(tmp_path / "h", NOW)
    add(tmp_path / "h", NOW)
    assert (tmp_path / "h").read_bytes() == whole + whole[:50] + b"\n" + 2 * whole


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("seconds", "x"), ("suite", 1), ("counts", []), ("about", {"mode": 1}), ("begun", 1),
        ("seconds", float("nan")), ("seconds", float("inf")), ("seconds", -1),
        ("counts", {**NOW.counts, "passed": 10**400}),
    ],
)  # fmt: skip
def test_a_value_of_another_kind_is_passed_over(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "h"
    add(path, NOW)
    whole = json.loads(path.read_bytes())
    path.write_text(json.dumps({**whole, name: value}) + "\n")
    assert read(path, "qa extractive") == []
    counts = {**whole["counts"], "failed": -1}
    path.write_text(json.dumps({**whole, "counts": counts}) + "\n")
    assert read(path, "qa extractive") == []


def test_the_last_are_shown_and_a_long_one_is_cut(tmp_path: Path) -> None:
    path = tmp_path / "h"
    for n in range(SHOWN + 9):
        add(path, replaced(NOW, seconds=float(n)))
    found = read(path, "qa extractive")
    assert [each.seconds for each in found] == [float(n) for n in range(9, SHOWN + 9)]
    line = path.read_bytes().splitlines(keepends=True)[-1]
    path.write_bytes(line * (1_000_000 // len(line) + 2))
    add(path, NOW)
    assert 400_000 < path.stat().st_size < 600_000
    assert read(path, "qa extractive")[-1] == NOW
    assert len(read(path, "qa extractive")) == SHOWN


def test_what_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be written"):
        add(tmp_path / "none" / "h", NOW)
