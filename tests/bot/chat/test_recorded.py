"""A recorded model is read as the model itself is: its forms, refusals, prompts and costs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path
from typing import Any

import pytest

from bot.budget import Budget, Caps, Prices
from bot.chat.client import Chat
from bot.chat.recorded import Recorded
from bot.chat.recording import RecordingError
from bot.chat.recordings import Recordings
from bot.chat.trying import trying
from bot.conversation import Turn
from bot.generative import Writer, Writing
from tests.bot.hits import retrieval
from tests.bot.talks import LINES, QUESTION, RAIN, READ, SNOW, answer
from tests.servers import plays
from tests.servers.openai_like import Server

PRICES = Prices(1.0, 2.0)
TURNS = (Turn("What fell in Busan?", "Rain."),)


def soon() -> float:
    return time.monotonic() + 20


class Bench:
    """A writer on a recorded model, and what its answers took."""

    def __init__(self, folder: Path, chat: Chat | None, prompts: Path | None = None) -> None:
        recordings = Recordings(folder / "tape", chat is not None)
        model = Recorded(recordings, "scripted", temperature=0.0, max_tokens=1000, chat=chat)
        self.writer = Writer(model, today=lambda: Date(2024, 2, 29), prompts=prompts)
        caps = Caps(tokens_per_day=10_000)
        self.budget = Budget(folder / f"spent{chat is None}.sqlite", prices=PRICES, caps=caps)
        self.meter = self.budget.meter("scripted")

    def begin(self) -> Writing:
        found = retrieval(QUESTION, (RAIN, SNOW))
        return self.writer.begin(QUESTION, found, soon(), self.meter)


@pytest.fixture
def server() -> Iterator[Any]:
    """Opens servers that play a script, and clients of theirs."""
    open_: list[tuple[Server, Chat]] = []

    def begun(*script: plays.Play) -> tuple[Server, Chat]:
        server = Server(list(script)).__enter__()
        open_.append((server, Chat("scripted", base_url=server.base_url)))
        return open_[-1]

    yield begun
    for server, chat in open_:
        chat.close()
        server.__exit__(None, None, None)


@pytest.mark.parametrize("usage", [True, {"prompt_tokens": 70, "completion_tokens": 5}, False])
def test_a_replay_costs_what_it_cost_and_no_day_is_charged(
    tmp_path: Path, server: Any, usage: Any
) -> None:
    _, chat = server(plays.text(answer(), usage=usage))
    taken, given = Bench(tmp_path, chat), Bench(tmp_path, None)
    for bench in (taken, given):
        with trying("c", 0):
            assert list(bench.begin().claims()) == [READ]
    assert taken.meter.usage == given.meter.usage
    assert taken.meter.usage is not None
    assert taken.meter.usage.estimated is (usage is False)
    assert taken.budget.today().calls == 1
    assert given.budget.today().calls == 0


def test_a_refusal_is_a_refusal_again(tmp_path: Path, server: Any) -> None:
    _, chat = server(plays.text("", refusal="I cannot help with that."))
    for bench in (Bench(tmp_path, chat), Bench(tmp_path, None)):
        with trying("c", 0):
            writing = bench.begin()
            assert list(writing.claims()) == []
            assert writing.declined


def test_what_was_asked_twice_is_answered_twice(tmp_path: Path, server: Any) -> None:
    # What cannot write JSON is asked for lines, with the same prompt.
    served, chat = server(plays.text("It rained, I think."), plays.text(LINES))
    for bench in (Bench(tmp_path, chat), Bench(tmp_path, None)):
        with trying("c", 0):
            assert list(bench.begin().claims()) == [READ]
    assert len(served.chats) == 2


def test_a_plainer_form_is_known_again(tmp_path: Path, server: Any) -> None:
    _, chat = server(plays.refuses("response_format", plays.text(LINES)))
    for bench in (Bench(tmp_path, chat), Bench(tmp_path, None)):
        with trying("c", 0):
            assert list(bench.begin().claims()) == [READ]


def test_a_folder_of_prompts_holds_for_all_that_is_asked(tmp_path: Path, server: Any) -> None:
    own = tmp_path / "words"
    own.mkdir()
    for name in ("answer", "condense", "translate"):
        text = (Path(__file__).parents[3] / "prompts" / f"{name}.md").read_text()
        (own / f"{name}.md").write_text(text.replace("## user", f"Own {name}.\n\n## user"))
    served, chat = server(
        plays.text("What fell in Busan?"), plays.text("ko: 무엇이?"), plays.text(answer())
    )
    for bench in (Bench(tmp_path, chat, own), Bench(tmp_path, None, own)):
        with trying("c", 0):
            writer = bench.writer
            assert writer.standalone("And?", TURNS, soon(), bench.meter) == QUESTION
            assert writer.translated("What?", ["ko"], soon(), bench.meter) == {"ko": "무엇이?"}
            assert list(bench.begin().claims()) == [READ]
    said = [each["messages"][0]["content"] for each in served.chats]
    assert [f"Own {name}." in text for name, text in zip(
        ("condense", "translate", "answer"), said, strict=True
    )] == [True] * 3  # fmt: skip
    plain = Bench(tmp_path, None)
    with trying("c", 0), pytest.raises(RecordingError) as caught:
        plain.writer.standalone("And?", TURNS, soon(), plain.meter)
    assert "the prompt condense.md" in caught.value.message


def test_a_conversation_that_went_otherwise_is_told(tmp_path: Path, server: Any) -> None:
    _, chat = server(plays.text("What fell in Busan?"))
    taken = Bench(tmp_path, chat)
    with trying("c", 0):
        taken.writer.standalone("And?", TURNS, soon(), taken.meter)
    given = Bench(tmp_path, None)
    with trying("c", 0), pytest.raises(RecordingError) as caught:
        given.writer.standalone("And?", (Turn("Who?", "He."),), soon(), given.meter)
    assert caught.value.message.endswith("Changed since: what was said before.")
