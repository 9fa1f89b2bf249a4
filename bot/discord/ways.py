"""How a reply reaches its readers: as an interaction's response, or as a reply to a message."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Protocol

import discord

from bot.discord.sending import Lost, as_edited, as_sent, persist, send

if TYPE_CHECKING:
    from bot.discord.indicator import Typing
    from bot.render.discord_parts import Message

# Discord takes messages for an interaction for 15 minutes; the clocks may differ by some seconds.
TOKEN_SECONDS = 15 * 60 - 15
# Discord's codes: of an interaction or its token that is no longer taken, and of a message to
# reply to that may not be read or is gone.
_EXPIRED = frozenset({10015, 10062, 50027})
_NO_REFERENCE = frozenset({50035, 160002})


class Way(Protocol):
    """A first message that can be edited, and more after it."""

    async def put(self, message: Message, view: discord.ui.View | None) -> None:
        """Create the first message, or edit it."""

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        """Send a message after the first."""


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
                    lambda: self._interaction.edit_original_response(**as_edited(message, view))
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
                await persist(lambda: first.edit(**as_edited(message, view)))
                return
        await self._send(channel, message, view)

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        if not self._expired():
            given = as_sent(message, view)
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
            self._sent = await persist(lambda: sent.edit(**as_edited(message, view)))
            return
        channel = self._to.channel
        reference = self._to.to_reference(fail_if_not_exists=False)
        once = f"to-{self._to.id}"  # another process with our token may answer it, too
        try:
            self._sent = await send(channel, message, view, nonce=once, reference=reference)
        except discord.HTTPException as error:
            if error.code not in _NO_REFERENCE:
                raise
            self._sent = await send(channel, message, view, nonce=once)

    async def more(self, message: Message, view: discord.ui.View | None) -> None:
        await send(self._to.channel, message, view)

    @property
    def first(self) -> int | None:
        """The id of the first message, once it is there."""
        return None if self._sent is None else self._sent.id
