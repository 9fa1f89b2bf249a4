"""Mutated files of every format take no indexer down, cost what they may, and are told of."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from index.formats import SUFFIXES, process
from index.formats.extracted import Extracted
from tests.index.formats.fuzz import fuzz
from tests.index.formats.mutating import mutated
from tests.index.formats.seeds import seeds

MEMORY = 500 << 20


def test_every_format_has_seeds_and_a_number_makes_one_file() -> None:
    whole, again = seeds(), seeds()
    assert set(whole) == set(SUFFIXES)
    made = [mutated(number, whole) for number in range(200)]
    assert made == [mutated(number, again) for number in range(200)]
    assert set(Counter(suffix for suffix, _ in made)) == set(SUFFIXES)
    assert len({data for _, data in made}) > 180
    assert sum(data in whole[suffix] for suffix, data in made) < 20


def test_mutated_files_are_indexed_or_skipped_with_a_reason(tmp_path: Path) -> None:
    outcome = fuzz(tmp_path, 96)
    assert outcome.faults == []
    assert outcome.indexed > 40
    assert outcome.skipped.total() > 5
    # What the tests before this one left in its process is not counted.
    assert 0 < outcome.memory - outcome.before < MEMORY


def test_a_fault_is_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_format: str, file: str, _data: bytes, _encoding: str | None) -> Extracted:
        raise AssertionError(file)

    monkeypatch.setattr(process, "extracted", broken)
    outcome = fuzz(tmp_path, 24)
    assert len(outcome.faults) == 24 - 8  # texts are read here
    assert all("cannot be cut" in fault for fault in outcome.faults)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_ten_thousand_mutated_files(tmp_path: Path) -> None:
    outcome = fuzz(tmp_path, 10_000)
    assert outcome.faults == []
    assert outcome.longest < process.SECONDS + process.STARTING + 5
    assert outcome.memory - outcome.before < MEMORY
