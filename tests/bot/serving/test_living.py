"""Under load, documents change all the time: no question fails, and nothing deleted is quoted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bot.serving.living import Figures, run


def sound(found: Figures) -> None:
    assert found.failed == []
    assert found.stale == []
    assert found.unanswered == 0
    assert found.answered > found.asked / 3
    assert found.generations <= 5  # two, what is being built, and what a question still reads
    assert found.left == 2


@pytest.mark.parametrize("other", [False, True])
def test_a_hall_while_a_few_documents_change(tmp_path: Path, other: bool) -> None:
    found = run(tmp_path, 3, other=other)
    assert len(found.known) == 3
    sound(found)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("other", [False, True])
def test_a_hall_while_a_hundred_documents_change(tmp_path: Path, other: bool) -> None:
    found = run(tmp_path, 100, other=other)
    assert len(found.known) == 100
    sound(found)
    assert max(found.seen) <= 2.0, found.told()
