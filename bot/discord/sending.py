"""The one place that sends to Discord: nobody is pinged, nothing is previewed.

What breaks on its way is sent again where that does no more than once would.
"""

from __future__ import annotations

import asyncio
import logging
from io import BytesIO
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import aiohttp
import discord

from bot.serving.logs import event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from bot.render.discord_parts import Message

    T = TypeVar("T")

NOBODY = discord.AllowedMentions.none()
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
    channel: discord.abc.Messageable,
    message: Message,
    view: discord.ui.View | None,
    *,
    nonce: str = "",
    **more: Any,
) -> discord.Message:
    """Send a message to a channel, once, though the request may be made again.

    Discord knows it again by `nonce`: of two messages with the same it makes one.
    """
    nonce = nonce or token_hex(12)
    return await persist(lambda: channel.send(**as_sent(message, view), **more, nonce=nonce))


async def answer_at_once(
    interaction: discord.Interaction[Any], message: Message, *, private: bool = True
) -> None:
    """The first and only response to an interaction; after its first one, a message more."""
    try:
        if interaction.response.is_done():
            await interaction.followup.send(**as_sent(message, None), ephemeral=private)
        else:
            await respond_first(
                lambda: interaction.response.send_message(
                    **as_sent(message, None), ephemeral=private
                )
            )
    except FAILURES as error:
        lost("a response", error)


async def reply_shortly(to: discord.Message, message: Message, seconds: float | None) -> None:
    """A reply that nobody needs for long: it goes after `seconds`, if any are given."""
    more: dict[str, Any] = {} if seconds is None else {"delete_after": seconds}
    try:
        reference = to.to_reference(fail_if_not_exists=False)
        await send(to.channel, message, None, reference=reference, **more)
    except FAILURES as error:
        lost("a reply", error)


async def say(channel: discord.abc.Messageable, message: Message) -> bool:
    """A message of the bot's own accord; whether it arrived."""
    try:
        await send(channel, message, None)
    except FAILURES as error:
        lost("a message", error)
        return False
    return True


def as_sent(message: Message, view: discord.ui.View | None) -> dict[str, Any]:
    """What to call `send` with."""
    given: dict[str, Any] = {"allowed_mentions": NOBODY, "suppress_embeds": True}
    if message.content:
        given["content"] = message.content
    if message.file is not None:
        given["file"] = _file(message.file)
    if view is not None:
        given["view"] = view
    return given


def as_edited(message: Message, view: discord.ui.View | None) -> dict[str, Any]:
    """What to call `edit` with, so that nothing of the earlier state is left."""
    return {
        "content": message.content or None,
        "embeds": [],
        "attachments": [] if message.file is None else [_file(message.file)],
        "view": view,
        "allowed_mentions": NOBODY,
    }


def _file(file: tuple[str, bytes]) -> discord.File:
    name, data = file
    return discord.File(BytesIO(data), filename=name)


def lost(what: str, error: Exception) -> None:
    """Note that something could not be delivered, without its words."""
    _log.warning("%s could not be delivered: %s", what, named(error))
    event("error", logging.DEBUG, kind="undelivered")


def named(error: Exception) -> str:
    """An error of Discord's without what was sent, which may hold what readers wrote."""
    if isinstance(error, Lost):
        return str(error)
    if not isinstance(error, discord.HTTPException):
        return type(error).__name__
    return f"{type(error).__name__}, status {error.status}, code {error.code}"
