"""The bot over the wire: in time, once, whatever becomes of sockets, requests and sessions."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from itertools import cycle, pairwise

import pytest

from bot.discord_cog import Options
from bot.serving.reception import Limits
from bot.settings import Settings, load
from tests.bot.conftest import PORT
from tests.bot.discord.wire import ANSWER, Wired, over_seeds, pings, said, wired
from tests.servers.answering import first_sentences, writes
from tests.servers.discord_like.refusal import JSON
from tests.servers.openai_like import Server

# Beside an answer that is lost, one that is cut off is seldom another thing.
CUT = pytest.param("cut answer", marks=pytest.mark.slow)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The seeds, indexed once."""
    return over_seeds(tmp_path_factory.mktemp("wire"))


@pytest.fixture
def bot(settings: Settings) -> Iterator[Wired]:
    with wired(settings, Options(direct_messages=True)) as made:
        yield made


def test_a_question_is_answered_in_time_with_its_sources(bot: Wired) -> None:
    asked = bot.ask()
    (answer,) = bot.answered(asked)
    assert asked.waited < 1
    assert ANSWER in said([answer])
    source = said([answer]).partition("¹ ")[2]
    assert re.search(r"\.txt.* lines? \d+", source)
    assert ANSWER in source
    assert pings([answer]) == []
    assert all(
        call.body["allowed_mentions"] == {"parse": []} for call in bot.server.called("PATCH")
    )


def test_the_first_response_does_not_wait_for_the_core(bot: Wired) -> None:
    bot.hall.takes = 0.6
    bot.hall.gate.clear()
    asked = [bot.ask(by=f"Ann {n}") for n in range(16)]
    bot.server.wait(lambda: all(each.first for each in asked))
    assert max(each.waited for each in asked) < 1
    bot.hall.gate.set()
    for each in asked:
        assert ANSWER in said(bot.answered(each))


def test_who_asks_when_the_queue_is_full_is_told_so_at_once(settings: Settings) -> None:
    with wired(settings, limits=Limits(workers=2, queue=3)) as bot:
        bot.hall.gate.clear()
        asked = [bot.ask(by=f"Ann {n}") for n in range(12)]
        bot.server.wait(lambda: all(each.first for each in asked))
        assert max(each.waited for each in asked) < 1
        refused = [each for each in asked if bot.server.replies(each)[0]["content"]]
        assert len(refused) == 12 - 5
        told = [said(bot.server.replies(each)) for each in refused]
        assert [each for each in told if "wait" not in each] == []
        bot.hall.gate.set()
        for each in asked:
            if each not in refused:
                assert ANSWER in said(bot.answered(each))


@pytest.mark.parametrize(
    ("kind", "status", "seconds"),
    [
        pytest.param("status", 500, 0.0, marks=pytest.mark.slow),
        ("status", 502, 0.0),
        ("limited", 0, 0.5),
        ("slow answer", 0, 0.5),
    ],
)
def test_answers_that_fail_for_a_while_arrive_once(
    bot: Wired, kind: str, status: int, seconds: float
) -> None:
    for route in ("POST /interactions", "PATCH /webhooks", "POST /channels/{channel}/messages"):
        bot.server.trouble(kind, route, status=status or 500, seconds=seconds)
    asked = bot.ask()
    said_to = bot.server.people.say(PORT, "Bob", mention=True)
    (answer,) = bot.answered(asked)
    assert ANSWER in said([answer])
    bot.server.wait(lambda: len(bot.server.messages()) == 2)
    bot.quiet()
    (reply,) = (each for each in bot.server.messages() if "message_reference" in each)
    assert reply["message_reference"]["message_id"] == said_to["id"]
    assert len(bot.server.messages()) == 2
    assert len(bot.server.rest.troubles.met) == 3


@pytest.mark.parametrize("kind", ["drop", "drop answer", CUT])
def test_a_request_whose_socket_drops_in_the_middle_leaves_one_answer(
    bot: Wired, kind: str
) -> None:
    for route in ("PATCH /webhooks", "POST /channels/{channel}/messages"):
        bot.server.trouble(kind, route)
    asked = bot.ask()
    bot.server.people.say(PORT, "Bob", mention=True)
    bot.server.wait(lambda: len(bot.server.rest.troubles.met) == 2)
    bot.quiet(1.3)  # what is sent once more, and an error, come a second later
    answers = bot.server.messages()
    assert [ANSWER in said([each]) for each in answers] == [True, True]
    assert [bool(each["components"]) for each in answers] == [True, True]
    assert [each["id"] for each in bot.answered(asked)] == [answers[0]["id"]]


@pytest.mark.parametrize("kind", ["drop", "drop answer", CUT])
def test_a_first_response_whose_socket_drops_is_sent_again(bot: Wired, kind: str) -> None:
    bot.server.trouble(kind, "POST /interactions")
    asked = bot.ask()
    (answer,) = bot.answered(asked, 6.0)
    assert ANSWER in said([answer])
    bot.quiet()
    assert len(bot.server.messages()) == 1


@pytest.mark.parametrize("way", ["drop", "reconnect", "invalid", "resumable"])
def test_a_gateway_that_goes_in_the_middle_of_an_answer_leaves_one_answer(
    bot: Wired, way: str
) -> None:
    bot.hall.gate.clear()
    asked = bot.ask()
    bot.server.people.say(PORT, "Bob", mention=True)
    bot.server.wait(lambda: len(bot.hall.questions) == 2)
    bot.server.gateway.overlap = 3
    WAYS[way](bot)
    bot.server.wait(lambda: len(bot.server.gateway.received) == 2)
    bot.server.wait(lambda: bot.server.connected)
    bot.hall.gate.set()
    bot.answered(asked)
    bot.server.wait(lambda: len(bot.server.messages()) == 2)
    bot.quiet()
    assert len(bot.hall.questions) == len(bot.server.messages()) == 2


def test_events_that_come_twice_are_answered_once(bot: Wired) -> None:
    bot.server.gateway.twice = True
    asked = bot.ask()
    bot.server.people.say(PORT, "Bob", mention=True)
    (answer,) = bot.answered(asked)
    bot.server.wait(lambda: len(bot.server.messages()) == 2)
    bot.server.again("INTERACTION_CREATE")
    pressed = bot.server.people.press(answer, "Quotes", "Ann")
    bot.server.wait(lambda: len(bot.server.replies(pressed)) == 1)
    bot.quiet()
    assert len(bot.server.replies(pressed)) == 1
    assert bot.hall.questions == [PORT, PORT]
    assert len(bot.server.called("POST /interactions")) == 2
    assert [each.refused for each in bot.server.asked] == [[], []]


def test_a_second_ready_answers_nothing_and_writes_no_commands(bot: Wired) -> None:
    bot.answered(bot.ask())
    calls = len(bot.server.calls)
    bot.server.ready_again()
    bot.server.wait(lambda: bot.client.readies == 2)
    bot.quiet()
    assert len(bot.server.calls) == calls
    assert ANSWER in said(bot.answered(bot.ask()))
    assert bot.server.syncs == 1


def _invalid(bot: Wired) -> None:
    bot.server.invalidate(resumable=False)


def _resumable(bot: Wired) -> None:
    bot.server.invalidate(resumable=True)


def _drop(bot: Wired) -> None:
    bot.server.drop()


def _reconnect(bot: Wired) -> None:
    bot.server.reconnect()


CODES = cycle([1000, 1001, 4000, 4008, 4009])


def _closed(bot: Wired) -> None:
    bot.server.close(next(CODES))


def _forgotten(bot: Wired) -> None:
    """The session is over while nobody is connected: to resume is refused."""
    bot.server.do(bot.server.gateway.sessions.clear)
    bot.server.drop()


def _again(bot: Wired) -> None:
    bot.server.ready_again()


WAYS: dict[str, Callable[[Wired], None]] = {
    "drop": _drop, "reconnect": _reconnect, "invalid": _invalid, "resumable": _resumable,
    "closed": _closed, "forgotten": _forgotten, "ready again": _again,
}  # fmt: skip


@pytest.mark.parametrize("times", [14, pytest.param(105, marks=pytest.mark.slow)])
def test_reconnects_of_every_kind_answer_once_and_write_commands_once(
    bot: Wired, times: int
) -> None:
    server = bot.server
    server.gateway.overlap = 2
    said_to: list[JSON] = []
    for n in range(times):
        asked = bot.ask(by=f"Ann {n}")
        said_to.append(server.people.say(PORT, f"Bob {n}", mention=True))
        server.wait(lambda n=n: len(bot.hall.questions) == 2 * n + 2)  # type: ignore[misc]
        name = list(WAYS)[n % len(WAYS)]
        before = (len(server.gateway.received), bot.client.readies)
        WAYS[name](bot)
        server.wait(
            lambda before=before: (
                (len(server.gateway.received), bot.client.readies) != before  # type: ignore[misc]
                and server.connected
            )
        )
        (answer,) = bot.answered(asked)
        assert ANSWER in said([answer]), name
    server.wait(lambda: len(server.messages()) == 2 * times)
    bot.quiet()
    assert len(server.messages()) == len(bot.hall.questions) == 2 * times
    answered = [each["message_reference"]["message_id"] for each in server.messages()
                if "message_reference" in each]  # fmt: skip
    assert sorted(answered) == sorted(each["id"] for each in said_to)
    assert server.syncs == 1
    assert [each for each in server.asked if each.refused] == []


def test_an_answer_grows_an_edit_a_second_and_arrives_whole(settings: Settings) -> None:
    script = writes(lambda received: first_sentences(received, 8), rate=400)
    with Server(script) as model:
        flags = {"corpus": str(settings.corpus), "store": str(settings.store)}
        flags |= {"model": "scripted", "base_url": model.base_url}
        with wired(load(flags, {}, settings.corpus)) as bot:
            bot.server.trouble("limited", "PATCH /webhooks", after=1, seconds=0.3)
            bot.server.trouble("limited", "POST /webhooks", seconds=0.3)
            bot.server.trouble("status", "POST /webhooks", after=1, status=502)
            asked = bot.ask()
            bot.server.wait(lambda: len(bot.server.called("PATCH /webhooks")) == 1)
            bot.server.drop()
            answers = bot.answered(asked)
            bot.quiet(0.6)
            assert [each["id"] for each in bot.server.messages()] == asked.messages
            # Each claim stands there once, and so does its source.
            whole = said(answers)
            marks = [mark for mark in "¹²³⁴⁵⁶⁷⁸" if mark in whole]
            assert len(marks) > 2
            assert [whole.count(mark) for mark in marks] == [2] * len(marks)
            assert len(answers) > 1
            edits = [c.at for c in bot.server.called("PATCH /webhooks") if c.status == 200]
            assert len(edits) > 2
            assert min(later - earlier for earlier, later in pairwise(edits)) > 0.95
            assert pings(answers) == []
            assert all(each["components"] == [] for each in answers[:-1])


def test_a_question_that_came_too_late_is_let_go(bot: Wired) -> None:
    bot.server.trouble("slow", "POST /interactions", seconds=0.3)
    asked = bot.ask()
    bot.server.clock.advance(3.1)
    bot.server.wait(lambda: asked.refused == [10062])
    bot.quiet()
    assert bot.hall.questions == []
    assert ANSWER in said(bot.answered(bot.ask()))


def test_an_answer_after_fifteen_minutes_goes_to_the_channel(bot: Wired) -> None:
    bot.hall.gate.clear()
    bot.ask()
    bot.server.wait(lambda: bot.hall.questions)
    bot.server.clock.advance(16 * 60)
    bot.hall.gate.set()
    bot.server.wait(lambda: any(ANSWER in said([each]) for each in bot.server.messages()))
    bot.quiet()
    assert sum(ANSWER in said([each]) for each in bot.server.messages()) == 1


@pytest.mark.parametrize("denied", ["send_messages", "view_channel"])
def test_where_the_bot_may_not_speak_a_command_is_answered_all_the_same(
    bot: Wired, denied: str
) -> None:
    bot.server.deny(denied)
    assert ANSWER in said(bot.answered(bot.ask()))
    bot.server.people.say(PORT, "Bob", mention=True)
    bot.quiet()
    assert ANSWER in said(bot.answered(bot.ask()))


def test_a_slow_network_is_waited_for(bot: Wired) -> None:
    bot.server.trouble("slow", "", times=50, seconds=0.4)
    begun = time.monotonic()
    assert ANSWER in said(bot.answered(bot.ask()))
    assert time.monotonic() - begun >= 0.8
