"""Sending and editing: at most an edit a second, nobody pinged, and what is done when it fails."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

import aiohttp
import discord
import pytest

from bot.discord import indicator, sending
from bot.discord.delivery import Delivery
from bot.discord.indicator import Typing
from bot.discord.sending import (
    NOBODY,
    Lost,
    answer_at_once,
    persist,
    reply_shortly,
    respond_first,
    say,
)
from bot.discord.ways import ByInteraction, ByReply
from bot.lately import Lately
from bot.render.discord_parts import Message

pytestmark = pytest.mark.asyncio


class Refusal:
    """What discord.py shows of a response."""

    def __init__(self, status: int) -> None:
        self.status = status
        self.reason = "no"


def refused(status: int = 404, code: int = 10008) -> discord.HTTPException:
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return kind(Refusal(status), {"code": code, "message": "no"})  # type: ignore[arg-type]


class Kept:
    """A way that keeps what goes it, and when; `fails` are raised one after the other."""

    def __init__(self, *fails: Exception | None, takes: float = 0.0) -> None:
        self.put_at: list[tuple[float, Message]] = []
        self.sent: list[Message] = []
        self.views: list[Any] = []
        self._fails = list(fails)
        self._takes = takes

    async def put(self, message: Message, view: discord.ui.View | None) -> None:
        self.put_at.append((asyncio.get_running_loop().time(), message))
        self.views.append(view)
        await asyncio.sleep(self._takes)
        if self._fails and (error := self._fails.pop(0)) is not None:
            raise error

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        self.sent.append(message)
        self.views.append(view)


def m(text: object) -> Message:
    return Message(str(text))


async def test_edits_come_no_faster_than_the_pace_and_the_last_state_wins() -> None:
    way = Kept()
    delivery = Delivery(way, pace=0.2)
    for n in range(30):
        delivery.show(m(n))
        await asyncio.sleep(0.02)
    assert await delivery.finish((m("whole"),))
    times = [at for at, _ in way.put_at]
    assert all(b - a >= 0.19 for a, b in pairwise(times))
    texts = [each.content for _, each in way.put_at]
    assert texts[0] == "0"
    assert texts[-1] == "whole"
    assert 4 <= len(texts) <= 6
    shown = [int(each) for each in texts[:-1]]
    assert shown == sorted(shown)


async def test_the_first_state_does_not_wait() -> None:
    way = Kept()
    Delivery(way, pace=60).show(m("at once"))
    await asyncio.sleep(0.05)
    assert [each.content for _, each in way.put_at] == ["at once"]


async def test_an_edit_on_its_way_is_not_overtaken_by_the_whole() -> None:
    way = Kept(takes=0.1)
    delivery = Delivery(way, pace=0.0)
    delivery.show(m("a part"))
    await asyncio.sleep(0.02)
    await delivery.finish((m("whole"), m("more")), None)
    assert [each.content for _, each in way.put_at] == ["a part", "whole"]
    delivery.show(m("late"))
    await asyncio.sleep(0.05)
    assert len(way.put_at) == 2


async def test_buttons_stand_under_the_last_message() -> None:
    way = Kept()
    view = discord.ui.View()
    await Delivery(way).finish((m(1), m(2), m(3)), view)
    assert way.views == [None, None, view]
    alone = Kept()
    await Delivery(alone).finish((m(1),), view)
    assert alone.views == [view]


async def test_a_lost_edit_loses_no_answer() -> None:
    way = Kept(refused(500, 0), OSError("gone"), KeyError("a bug"))
    delivery = Delivery(way, pace=0.01)
    for n in range(3):
        delivery.show(m(n))
        await asyncio.sleep(0.05)
    assert await delivery.finish((m("whole"),))
    assert way.put_at[-1][1].content == "whole"
    assert len(way.put_at) == 4


async def test_a_reply_that_cannot_be_delivered_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for error in (refused(403, 50013), Lost("15 minutes have passed"), OSError("secret words")):
        assert not await Delivery(Kept(error)).finish((m("secret words"),))
    told = [each.getMessage() for each in caplog.records]
    assert "status 403, code 50013" in told[0]
    assert "15 minutes" in told[1]
    assert "OSError" in told[2]
    assert not any("secret" in each for each in told)


class Channel(discord.abc.Messageable):
    """A channel that keeps what is sent to it; `fails` are raised one after the other."""

    def __init__(self, *fails: Exception | None) -> None:
        self.sent: list[dict[str, Any]] = []
        self.typed = 0
        self.fails = list(fails)
        self.id = 7

    async def send(self, content: str | None = None, **given: Any) -> Any:
        self.sent.append({"content": content, **given})
        if self.fails and (error := self.fails.pop(0)) is not None:
            raise error
        return Sent(self)

    def typing(self) -> Any:
        async def go() -> None:
            self.typed += 1

        return go()


class Sent:
    """A message that was sent, and its edits."""

    def __init__(self, channel: Channel) -> None:
        self.id = 99
        self.channel = channel
        self.edits: list[dict[str, Any]] = []

    async def edit(self, **given: Any) -> Sent:
        self.edits.append(given)
        self.channel.sent.append({"edit": True, **given})
        return self

    def to_reference(self, *, fail_if_not_exists: bool) -> str:
        return f"reference to {self.id}, {fail_if_not_exists}"


class Response:
    def __init__(self, done: bool = False, error: Exception | None = None) -> None:
        self.done = done
        self.error = error
        self.sent: list[dict[str, Any]] = []

    def is_done(self) -> bool:
        return self.done

    async def send_message(self, **given: Any) -> None:
        self.sent.append(given)
        if self.error is not None:
            raise self.error


class Interaction:
    """An interaction of some age. `error` is what its token is answered with."""

    def __init__(self, age: float = 0.0, error: Exception | None = None) -> None:
        from datetime import timedelta

        self.created_at = discord.utils.utcnow() - timedelta(seconds=age)
        self.channel: Any = Channel()
        self.error = error
        self.edits: list[dict[str, Any]] = []
        self.followed: list[dict[str, Any]] = []
        self.response = Response()
        self.followup = self

    async def edit_original_response(self, **given: Any) -> Any:
        self.edits.append(given)
        if self.error is not None:
            raise self.error
        return Sent(self.channel)

    async def send(self, **given: Any) -> None:
        self.followed.append(given)
        if self.error is not None:
            raise self.error


def way_of(interaction: Interaction, private: bool = False) -> ByInteraction:
    return ByInteraction(interaction, private)  # type: ignore[arg-type]


async def test_nobody_is_pinged_and_nothing_previewed_whatever_is_sent() -> None:
    interaction = Interaction()
    message = Sent(Channel())
    by_reply = ByReply(message)  # type: ignore[arg-type]
    ways: list[Any] = [way_of(interaction), by_reply]
    text = Message("@everyone https://example.com", file=("a.md", b"x"))
    for way in ways:
        await way.put(text, None)
        await way.put(text, None)
        await way.more(text, None)
    await answer_at_once(interaction, text)  # type: ignore[arg-type]
    await reply_shortly(message, text, None)  # type: ignore[arg-type]
    await say(message.channel, text)
    given = [
        *interaction.edits, *interaction.followed, *interaction.response.sent, *message.channel.sent
    ]  # fmt: skip
    assert len(given) == 9
    assert all(each["allowed_mentions"] is NOBODY for each in given)
    assert dict(NOBODY.to_dict()) == {"parse": []}
    fresh = [each for each in given if "attachments" not in each]
    assert len(fresh) == 6
    assert all(each["suppress_embeds"] for each in fresh)


async def test_an_edit_leaves_nothing_of_the_state_before() -> None:
    interaction = Interaction()
    await way_of(interaction).put(Message(""), None)
    (edit,) = interaction.edits
    assert edit["content"] is None
    assert (edit["embeds"], edit["attachments"], edit["view"]) == ([], [], None)


@pytest.mark.parametrize("code", [10015, 50027, 10062])
async def test_an_expired_token_of_a_public_reply_goes_on_in_the_channel(code: int) -> None:
    interaction = Interaction(error=refused(404, code))
    way = way_of(interaction)
    await way.put(m("first"), None)
    await way.more(m("second"), None)
    assert [each["content"] for each in interaction.channel.sent] == ["first", "second"]
    assert len(interaction.edits) == 1


async def test_past_fifteen_minutes_the_token_is_not_even_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    edited: list[int] = []

    class Partial:
        def __init__(self, channel: Any, id: int) -> None:
            assert isinstance(channel, Channel)
            self.id = id

        async def edit(self, **_: Any) -> None:
            edited.append(self.id)

    monkeypatch.setattr(discord, "PartialMessage", Partial)
    interaction = Interaction()
    way = way_of(interaction)
    await way.put(m("a part"), None)
    interaction.created_at = Interaction(age=900).created_at
    await way.put(m("whole"), None)
    await way.more(m("more"), None)
    assert len(interaction.edits) == 1
    assert interaction.followed == []
    assert edited == [99]  # the message that was there is edited, as an ordinary one
    assert [each["content"] for each in interaction.channel.sent] == ["more"]


async def test_what_was_private_never_becomes_public() -> None:
    interaction = Interaction(age=900)
    way = way_of(interaction, private=True)
    for send in (way.put, way.more):
        with pytest.raises(Lost):
            await send(m("secret"), None)
    assert interaction.channel.sent == []
    late = Interaction(error=refused(404, 10015))
    with pytest.raises(Lost):
        await way_of(late, private=True).put(m("secret"), None)
    assert late.channel.sent == []


async def test_follow_ups_of_a_private_reply_are_private() -> None:
    for private in (True, False):
        interaction = Interaction()
        await way_of(interaction, private).more(m("x"), None)
        assert interaction.followed[0]["ephemeral"] is private


async def test_other_refusals_are_passed_on() -> None:
    for code in (50013, 10008):
        with pytest.raises(discord.HTTPException):
            await way_of(Interaction(error=refused(403, code))).put(m("x"), None)


async def test_a_channel_that_is_not_known_loses_the_message() -> None:
    interaction = Interaction(age=900)
    interaction.channel = None
    with pytest.raises(Lost, match="not known"):
        await way_of(interaction).put(m("x"), None)


async def test_a_message_that_is_gone_is_answered_without_a_reference() -> None:
    message = Sent(Channel(refused(400, 50035)))
    await ByReply(message).put(m("answer"), None)  # type: ignore[arg-type]
    first, second = message.channel.sent
    assert first["reference"] == "reference to 99, False"
    assert "reference" not in second
    with pytest.raises(discord.Forbidden):
        await ByReply(Sent(Channel(refused(403, 50013)))).put(m("x"), None)  # type: ignore[arg-type]


async def test_a_response_is_a_follow_up_where_one_was_given_before() -> None:
    interaction = Interaction()
    interaction.response.done = True
    await answer_at_once(interaction, m("late"))  # type: ignore[arg-type]
    assert interaction.followed[0]["ephemeral"] is True
    assert interaction.response.sent == []


async def test_small_messages_that_fail_are_logged(caplog: pytest.LogCaptureFixture) -> None:
    interaction = Interaction()
    interaction.response.error = refused(404, 10062)
    await answer_at_once(interaction, m("x"))  # type: ignore[arg-type]
    await reply_shortly(Sent(Channel(refused(403))), m("x"), 1.0)  # type: ignore[arg-type]
    assert not await say(Channel(OSError("gone")), m("x"))
    assert len(caplog.records) == 3


async def test_typing_begins_late_and_stops_with_the_first_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indicator, "_AFTER", 0.05)
    monkeypatch.setattr(indicator, "_SECONDS", 0.05)
    quick = Channel()
    shown: Lately[int, float] = Lately(10)
    with Typing(quick, 1, shown):
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.1)
    assert quick.typed == 0
    slow = Sent(Channel())
    with Typing(slow.channel, 2, shown) as typing:
        await asyncio.sleep(0.12)
        typed = slow.channel.typed
        assert typed >= 2
        await ByReply(slow, typing).put(m("here"), None)  # type: ignore[arg-type]
        await asyncio.sleep(0.12)
    assert slow.channel.typed == typed


async def test_typing_in_a_channel_is_shown_once_for_many_answers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(indicator, "_AFTER", 0.01)
    monkeypatch.setattr(indicator, "_SECONDS", 0.2)
    channel, other = Channel(), Channel()
    shown: Lately[int, float] = Lately(10)
    typing = [Typing(channel, 1, shown).__enter__() for _ in range(20)]
    typing.append(Typing(other, 2, shown).__enter__())
    await asyncio.sleep(0.1)
    assert (channel.typed, other.typed) == (1, 1)
    await asyncio.sleep(0.2)
    assert channel.typed == 2
    for each in typing:
        each.stop()


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses before a request is made again."""
    monkeypatch.setattr(sending, "_AGAIN", (0.0, 0.0, 0.0))


class Breaks:
    """A request that ends as told, one call after the other; then it succeeds."""

    def __init__(self, *ends: Exception) -> None:
        self.ends = list(ends)
        self.calls = 0

    async def __call__(self) -> str:
        self.calls += 1
        if self.ends:
            raise self.ends.pop(0)
        return "done"


GONE = aiohttp.ServerDisconnectedError


@pytest.mark.usefixtures("hurried")
async def test_a_request_whose_connection_breaks_is_made_again_within_bounds() -> None:
    request = Breaks(GONE(), ConnectionResetError(), TimeoutError())
    assert await persist(request) == "done"
    assert request.calls == 4
    request = Breaks(*(GONE() for _ in range(9)))
    with pytest.raises(GONE):
        await persist(request)
    assert request.calls == 4
    request = Breaks(refused(403, 50013))
    with pytest.raises(discord.Forbidden):
        await persist(request)
    assert request.calls == 1


@pytest.mark.usefixtures("hurried")
async def test_a_first_response_that_came_through_after_all_is_no_error() -> None:
    await respond_first(Breaks(GONE(), refused(400, 40060)))
    request = Breaks(refused(400, 40060))
    with pytest.raises(discord.HTTPException):  # another process responded
        await respond_first(request)
    assert request.calls == 1
    with pytest.raises(discord.NotFound):
        await respond_first(Breaks(GONE(), refused(404, 10062)))


@pytest.mark.usefixtures("hurried")
async def test_a_message_sent_again_is_known_to_be_the_same() -> None:
    channel = Channel(GONE(), GONE())
    assert await say(channel, Message("x", file=("a.md", b"bytes")))
    nonces = [each["nonce"] for each in channel.sent]
    assert len(nonces) == 3
    assert len(set(nonces)) == 1
    assert len(nonces[0]) <= 25
    files = [each["file"] for each in channel.sent]
    assert len({id(each) for each in files}) == 3  # each with all its bytes
    assert await say(channel, m("x"))
    assert channel.sent[-1]["nonce"] != nonces[0]


@pytest.mark.usefixtures("hurried")
async def test_a_follow_up_is_not_sent_again_for_it_might_stand_there_twice() -> None:
    interaction = Interaction(error=GONE())
    with pytest.raises(GONE):
        await way_of(interaction).more(m("x"), None)
    assert len(interaction.followed) == 1
