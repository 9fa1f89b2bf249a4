"""What all that people do in Discord shares: the hall, the settings, and what is in hand."""

from __future__ import annotations

import asyncio
import logging
from contextlib import contextmanager, nullcontext
from time import monotonic
from typing import TYPE_CHECKING, Any

import discord

from bot.discord import access
from bot.discord.channels import Channels
from bot.discord.delivery import Delivery
from bot.discord.sending import FAILURES, answer_at_once, respond_first
from bot.discord.told import told
from bot.discord.ways import ByInteraction
from bot.lately import Lately, Once
from bot.render import discord as render
from bot.render.discord_parts import Look
from bot.serving.logs import event

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from bot.discord.access import Options
    from bot.discord.kept import Kept
    from bot.serving.hall import Hall
    from bot.serving.reception import Place, Reception

_MOST_KEPT = 500  # answers whose buttons still work
_MOST_IDS = 3_000  # messages and interactions that are known to have been answered


class Context:
    """One for a cog. `hide` is told of each text that no log is to show."""

    def __init__(
        self, hall: Hall, reception: Reception, options: Options, hide: Callable[[str], None]
    ) -> None:
        self.hall = hall
        self.reception = reception
        self.options = options
        self.hide = hide
        self.channels = Channels()
        self.once = Once(_MOST_IDS)
        self.kept: Lately[str, Kept] = Lately(_MOST_KEPT)
        self._in_hand = 0

    def look(self, locale: object, question: str = "") -> Look:
        """How what is shown to whoever asks `question`, with Discord set to `locale`, looks."""
        language = render.voice(str(locale) if locale is not None else None, question)
        return Look(files_url=self.options.files_url, language=language)

    def language(self, server: discord.Guild | None) -> str | None:
        """The language of what is said to all of a server."""
        return self.look(locale_of(server)).language

    def allow(self, user: discord.abc.User, channel: Any, server: discord.Guild | None) -> None:
        """NotHere if `user` is not to be answered in `channel`."""
        access.check(self.options, user, channel, server)

    async def take(
        self,
        interaction: discord.Interaction[Any],
        act: Callable[[], Awaitable[object]],
        *,
        anywhere: bool = False,
        look: Look | None = None,
    ) -> None:
        """Have `act` respond to an interaction, once, though events may come twice.

        Whoever sent it is told of what goes wrong, as `look` shows it; also that it is not for
        here, unless that is `anywhere` in a server with a channel that it answers in.
        """
        if not self.once.first(interaction.id):
            return
        language = (look or self.look(interaction.locale)).language
        async with told(lambda message: answer_at_once(interaction, message), language):
            if anywhere:
                access.check_server(self.options, interaction.channel, interaction.guild)
            else:
                self.allow(interaction.user, interaction.channel, interaction.guild)
            await act()

    async def deferred(
        self, interaction: discord.Interaction[Any], place: Place | None, private: bool
    ) -> bool:
        """Send the first response; whether it was taken. If not, `place` is given up."""
        try:
            await respond_first(
                lambda: interaction.response.defer(ephemeral=private, thinking=True)
            )
        except BaseException as error:
            if place is not None:
                place.leave()
            if not isinstance(error, FAILURES):
                raise
            event("not taken", logging.WARNING, error=type(error).__name__)
            return False
        return True

    async def show(
        self,
        interaction: discord.Interaction[Any],
        work: Callable[[Delivery], Awaitable[object]],
        *,
        place: Place | None = None,
        wait: bool = True,
    ) -> None:
        """Defer, and have `work` show one reader something; the program `wait`s for it to end."""
        if await self.deferred(interaction, place, True):
            await self.shown(interaction, work, wait=wait)

    async def shown(
        self,
        interaction: discord.Interaction[Any],
        work: Callable[[Delivery], Awaitable[object]],
        *,
        wait: bool = True,
    ) -> None:
        """As `show`, where the first response was sent."""
        delivery = Delivery(ByInteraction(interaction, private=True))
        with self.in_hand() if wait else nullcontext():
            async with told(delivery.tell, self.look(interaction.locale).language):
                await work(delivery)

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Something that is to be finished before the program ends."""
        self._in_hand += 1
        try:
            yield
        finally:
            self._in_hand -= 1

    async def finish(self, seconds: float) -> bool:
        """Take nothing more, and wait until what is in hand was delivered; whether all was."""
        until = monotonic() + seconds
        whole = await self.reception.finish(seconds)
        while self._in_hand and monotonic() < until:
            await asyncio.sleep(0.02)
        return whole and not self._in_hand


def locale_of(server: discord.Guild | None) -> object:
    """How a server is set."""
    return server.preferred_locale if server is not None else None
