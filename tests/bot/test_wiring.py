"""The desk that a prompt asks at: it takes up what stands, and old generations go with it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answers import Answer
from bot.settings import Settings
from bot.wiring import Desk, reindex
from index.errors import CorpusError
from index.generation import Generation
from index.store import Store


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("The lighthouse of Zanthor was built in 1871.\n")
    return Settings(tmp_path / "corpus", tmp_path / "store", "extractive")


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    with Desk(settings) as desk:
        yield desk


def others_build(settings: Settings, times: int) -> None:
    """Other processes build generations that this one has not seen."""
    for year in range(1901, 1901 + times):
        text = f"The lighthouse of Zanthor was built in {year}.\n"
        (settings.corpus / "a.txt").write_text(text)
        reindex(settings).generation.close()


def generations(settings: Settings) -> int:
    return len(list(settings.store.glob("*/generations/*")))


QUESTION = "When was the lighthouse of Zanthor built?"


def test_the_next_question_is_answered_from_what_others_built(
    desk: Desk, settings: Settings
) -> None:
    desk.asker()
    others_build(settings, 3)
    assert generations(settings) == 3  # with the one that is held
    reply = desk.asker().ask(QUESTION)
    assert isinstance(reply, Answer)
    assert "1903" in reply.citations[0].quote
    assert generations(settings) == 2


def test_old_generations_go_when_the_prompt_is_left(settings: Settings) -> None:
    with Desk(settings) as desk:
        desk.asker()
        others_build(settings, 3)
        assert generations(settings) == 3
    assert generations(settings) == 2


def test_a_folder_that_went_lets_the_generation_go(
    desk: Desk, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.asker()
    opened, closed = [], []
    inner = Generation.close

    def current(store: Store) -> Generation | None:
        opened.append(store)
        return standing(store)

    def close(generation: Generation) -> None:
        closed.append(generation.name)
        inner(generation)

    standing = Store.current
    monkeypatch.setattr(Store, "current", current)
    monkeypatch.setattr(Generation, "close", close)
    settings.corpus.rename(settings.corpus.with_name("aside"))
    with pytest.raises(CorpusError):
        desk.asker()
    assert len(opened) == len(closed) == 1
