"""The one place that sends and edits messages: nobody is pinged, nothing is previewed.

While an answer is written its first message is edited at most once a second, and what came in
between is passed over: the last state wins.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from contextvars import copy_context
from io import BytesIO
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol

import aiohttp
import discord

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeVar

    from bot.lately import Lately
    from bot.render.discord_parts import Message

    T = TypeVar("T")

PACE = 1.0  # seconds between two edits of a message
# Discord takes messages for an interaction for 15 minutes; the clocks may differ by some seconds.
TOKEN_SECONDS = 15 * 60 - 15
NOBODY = discord.AllowedMentions.none()
_TYPING_SECONDS = 8.0  # it is shown for ten
_TYPING_AFTER = 0.3  # most answers are there before
# Discord's codes: of an interaction or its token that is no longer taken, and of a message to
# reply to that may not be read or is gone.
_EXPIRED = frozenset({10015, 10062, 50027})
_NO_REFERENCE = frozenset({50035, 160002})

_DONE = 40060  # Discord's code: the interaction was responded to before
# Seconds after which a request whose connection broke is made again. discord.py does it for
# answers of Discord's that say so; of broken connections it knows but one kind.
_AGAIN = (0.1, 0.5, 1.5)
BROKEN = (aiohttp.ClientError, ConnectionError, TimeoutError)

_log = logging.getLogger(__name__)


class Lost(Exception):
    """A message has nowhere to go any more; says why."""


# What can go wrong between here and Discord, when discord.py has tried long enough.
FAILURES = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, Lost)


async def persist(request: Callable[[], Awaitable[T]]) -> T:
    """What `request` returns, made again where the connection broke.

    For requests that do no more when they come twice: it is not known whether Discord had the
    first.
    """
    for pause in _AGAIN:
        try:
            return await request()
        except BROKEN as error:
            _log.debug("a connection broke (%s); once more", type(error).__name__)
            await asyncio.sleep(pause)
    return await request()


async def respond_first(request: Callable[[], Awaitable[object]]) -> None:
    """Make the first response to an interaction; if the connection breaks, once more.

    Raises what Discord says, for instance where another process responded.
    """
    broke = False

    async def once_more() -> None:
        nonlocal broke
        try:
            await request()
        except discord.HTTPException as error:
            if not (broke and error.code == _DONE):  # else it had come through after all
                raise
        except BROKEN:
            broke = True
            raise

    await persist(once_more)


async def send(
    channel: discord.abc.Messageable, message: Message, view: discord.ui.View | None, **more: Any
) -> discord.Message:
    """Send a message to a channel, once, though the request may be made again."""
    nonce = token_hex(12)  # by which Discord knows it again
    return await persist(lambda: channel.send(**_sent(message, view), **more, nonce=nonce))


class Way(Protocol):
    """How a reply reaches its readers: a first message that can be edited, and more after it."""

    async def put(self, message: Message, view: discord.ui.View | None) -> None:
        """Create the first message, or edit it."""

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        """Send a message after the first."""


class Delivery:
    """One reply on its way: `show` what there is so far, then `finish`. For the event loop."""

    def __init__(self, way: Way, pace: float = PACE) -> None:
        self._way = way
        self._pace = pace
        self._latest: Message | None = None
        self._editing: asyncio.Task[None] | None = None
        self._next = 0.0  # when the first message may be edited again
        self._finished = False
        # An edit is called for from threads, which know nothing of who asked for what.
        self._context = copy_context()

    def show(self, message: Message) -> None:
        """Let `message` be the first message, as soon as it may be edited."""
        if self._finished:
            return
        self._latest = message
        if self._editing is None or self._editing.done():
            edit = self._edit()
            self._editing = asyncio.create_task(edit, context=self._context)

    async def finish(
        self, messages: Sequence[Message], view: discord.ui.View | None = None
    ) -> bool:
        """Show the whole reply, with `view` under its last message; whether it arrived."""
        self._finished = True
        self._latest = None
        if self._editing is not None:
            await self._editing
        last = len(messages) - 1
        assert messages, "a reply says something"
        try:
            for at, message in enumerate(messages):
                under = view if at == last else None
                if at == 0:
                    await self._put(message, under)
                else:
                    await self._way.more(message, under)
        except FAILURES as error:
            _log.warning("a reply could not be delivered: %s", _told(error))
            return False
        return True

    async def _edit(self) -> None:
        while (message := self._latest) is not None:
            wait = self._next - asyncio.get_running_loop().time()
            if wait > 0:
                await asyncio.sleep(wait)
                continue  # something newer may have come
            self._latest = None
            try:
                await self._put(message, None)
            except FAILURES as error:
                # The next state holds all of this one.
                _log.debug("an edit was lost: %s", _told(error))
            except Exception:  # a bug of ours must not hold up the whole answer
                _log.exception("an edit failed")

    async def _put(self, message: Message, view: discord.ui.View | None) -> None:
        loop = asyncio.get_running_loop()
        wait = self._next - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        try:
            await self._way.put(message, view)
        finally:
            self._next = loop.time() + self._pace


class ByInteraction:
    """The response to an interaction that was deferred.

    Past the 15 minutes of its token a public reply goes on as an ordinary message; a private
    one has nowhere else to go.
    """

    def __init__(self, interaction: discord.Interaction[Any], private: bool) -> None:
        self._interaction = interaction
        self._private = private
        self._first: int | None = None  # the id of the first message, once known

    async def put(self, message: Message, view: discord.ui.View | None) -> None:
        if not self._expired():
            try:
                sent = await persist(
                    lambda: self._interaction.edit_original_response(**_edited(message, view))
                )
            except discord.HTTPException as error:
                if error.code not in _EXPIRED:
                    raise
            else:
                self._first = sent.id
                return
        channel = self._channel()
        if self._first is not None:
            first = discord.PartialMessage(channel=channel, id=self._first)  # type: ignore[arg-type]
            with suppress(discord.NotFound):
                await persist(lambda: first.edit(**_edited(message, view)))
                return
        await self._send(channel, message, view)

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        if not self._expired():
            given = _sent(message, view)
            try:
                # Not made again if its connection breaks: it might then stand there twice.
                await self._interaction.followup.send(**given, ephemeral=self._private, wait=True)
                return
            except discord.HTTPException as error:
                if error.code not in _EXPIRED:
                    raise
        await self._send(self._channel(), message, view)

    @property
    def first(self) -> int | None:
        """The id of the first message, once it is there."""
        return self._first

    async def _send(
        self, channel: discord.abc.Messageable, message: Message, view: discord.ui.View | None
    ) -> None:
        sent = await send(channel, message, view)
        if self._first is None:
            self._first = sent.id

    def _channel(self) -> discord.abc.Messageable:
        if self._private:
            raise Lost("15 minutes have passed, and it was private")
        channel = self._interaction.channel
        if not isinstance(channel, discord.abc.Messageable):
            raise Lost("15 minutes have passed, and its channel is not known")
        return channel

    def _expired(self) -> bool:
        age = discord.utils.utcnow() - self._interaction.created_at
        return age.total_seconds() > TOKEN_SECONDS


class ByReply:
    """A reply to a message; what comes after its first message stands in the same channel."""

    def __init__(self, to: discord.Message, typing: Typing | None = None) -> None:
        self._to = to
        self._typing = typing
        self._sent: discord.Message | None = None

    async def put(self, message: Message, view: discord.ui.View | None) -> None:
        if self._typing is not None:
            self._typing.stop()
        sent = self._sent
        if sent is not None:
            self._sent = await persist(lambda: sent.edit(**_edited(message, view)))
            return
        channel = self._to.channel
        reference = self._to.to_reference(fail_if_not_exists=False)
        try:
            self._sent = await send(channel, message, view, reference=reference)
        except discord.HTTPException as error:
            if error.code not in _NO_REFERENCE:
                raise
            self._sent = await send(channel, message, view)

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        await send(self._to.channel, message, view)

    @property
    def first(self) -> int | None:
        """The id of the first message, once it is there."""
        return None if self._sent is None else self._sent.id


class Typing:
    """Shows that an answer is being written, from a moment on until something is sent.

    `shown` is when it was last shown in which channel: for many answers once is enough.
    """

    def __init__(
        self, channel: discord.abc.Messageable, id: int, shown: Lately[int, float]
    ) -> None:
        self._channel = channel
        self._id = id
        self._shown = shown
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Typing:
        self._task = asyncio.create_task(self._go_on())
        return self

    def stop(self) -> None:
        """Show it no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _go_on(self) -> None:
        await asyncio.sleep(_TYPING_AFTER)
        loop = asyncio.get_running_loop()
        with suppress(*FAILURES):
            while True:
                wait = (self._shown.get(self._id) or -_TYPING_SECONDS) + _TYPING_SECONDS
                wait -= loop.time()
                if wait <= 0:
                    self._shown.put(self._id, loop.time())
                    await self._channel.typing()
                    wait = _TYPING_SECONDS
                await asyncio.sleep(wait)


async def answer_at_once(
    interaction: discord.Interaction[Any], message: Message, *, private: bool = True
) -> None:
    """The first and only response to an interaction; after its first one, a message more."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(**_sent(message, None), ephemeral=private)
        else:
            await respond_first(
                lambda: interaction.response.send_message(**_sent(message, None), ephemeral=private)
            )
    except FAILURES as error:
        _log.warning("a response could not be delivered: %s", _told(error))


async def reply_shortly(to: discord.Message, message: Message, seconds: float | None) -> None:
    """A reply that nobody needs for long: it goes after `seconds`, if any are given."""
    more: dict[str, Any] = {} if seconds is None else {"delete_after": seconds}
    try:
        reference = to.to_reference(fail_if_not_exists=False)
        await send(to.channel, message, None, reference=reference, **more)
    except FAILURES as error:
        _log.warning("a reply could not be delivered: %s", _told(error))


async def say(channel: discord.abc.Messageable, message: Message) -> bool:
    """A message of the bot's own accord; whether it arrived."""
    try:
        await send(channel, message, None)
    except FAILURES as error:
        _log.warning("a message could not be delivered: %s", _told(error))
        return False
    return True


def _sent(message: Message, view: discord.ui.View | None) -> dict[str, Any]:
    """What to call `send` with."""
    given: dict[str, Any] = {"allowed_mentions": NOBODY}
    if message.content:
        given["content"] = message.content
    if message.embeds:
        given["embeds"] = [discord.Embed.from_dict(each) for each in message.embeds]
    else:
        # The flag would hide embeds, too. What the renderer makes has none, and no bare address.
        given["suppress_embeds"] = True
    if message.file is not None:
        given["file"] = _file(message.file)
    if view is not None:
        given["view"] = view
    return given


def _edited(message: Message, view: discord.ui.View | None) -> dict[str, Any]:
    """What to call `edit` with, so that nothing of the earlier state is left."""
    return {
        "content": message.content or None,
        "embeds": [discord.Embed.from_dict(each) for each in message.embeds],
        "attachments": [] if message.file is None else [_file(message.file)],
        "view": view,
        "allowed_mentions": NOBODY,
    }


def _file(file: tuple[str, bytes]) -> discord.File:
    name, data = file
    return discord.File(BytesIO(data), filename=name)


def _told(error: Exception) -> str:
    """An error of Discord's without what was sent, which may hold what readers wrote."""
    if isinstance(error, Lost):
        return str(error)
    if not isinstance(error, discord.HTTPException):
        return type(error).__name__
    return f"{type(error).__name__}, status {error.status}, code {error.code}"
