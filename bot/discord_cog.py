"""What people can do in Discord: commands, mentions, threads, a message menu, buttons, a form.

The cog only listens, and hands on: what is done stands in bot/discord/, and where errors become
replies is bot/discord/told.py.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord import hearing
from bot.discord.access import Options as Options
from bot.discord.access import is_allowed
from bot.discord.asking import Asking
from bot.discord.context import Context
from bot.discord.moderating import Moderating
from bot.discord.pressing import Pressing
from bot.discord.reading import Reading
from bot.discord.sending import answer_at_once, reply_shortly, say
from bot.render import discord as render
from bot.serving.logs import event

if TYPE_CHECKING:
    from bot.serving.hall import Hall
    from bot.serving.reception import Reception

_MODERATORS = discord.Permissions(manage_messages=True)
_NEW_SECONDS = 600.0  # who joined a server longer ago has greeted it
_HINT_SECONDS = 30.0


class Footnote(commands.Cog):
    """The commands. `hide` is told of each question, which no log is to show."""

    feedback = app_commands.Group(
        name="feedback",
        description="What readers said of answers",
        default_permissions=_MODERATORS,
        guild_only=True,
    )

    def __init__(
        self,
        hall: Hall,
        reception: Reception,
        options: Options,
        *,
        hide: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.context = context = Context(hall, reception, options, hide)
        self.asking = Asking(context)
        self.reading = Reading(context)
        self.moderating = Moderating(context)
        self.pressing = Pressing(context, self.reading)
        menu = app_commands.ContextMenu(name="Check against the documents", callback=self.check)
        self.__cog_app_commands__ = [*self.__cog_app_commands__, menu]  # type: ignore[list-item]
        contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=options.direct_messages, private_channel=False
        )
        for command in (self.ask, self.sources, self.help, menu):
            command.allowed_contexts = contexts

    async def finish(self, seconds: float) -> bool:
        """Take nothing more, and finish what is in hand; whether all was within `seconds`."""
        return await self.context.finish(seconds)

    # Commands

    @app_commands.command(description="Ask the documents; every sentence comes with its source")
    @app_commands.describe(
        question="What you would like to know", private="Only you see the answer"
    )
    async def ask(
        self, interaction: discord.Interaction[Any], question: str, private: bool = False
    ) -> None:
        await self.asking.by_interaction(interaction, question, private)

    async def check(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """What the documents say of each sentence of a message; for one reader alone."""
        await self.context.take(interaction, lambda: self.reading.check(interaction, message))

    @app_commands.command(description="The documents that answers are made of")
    async def sources(self, interaction: discord.Interaction[Any]) -> None:
        await self.context.take(interaction, lambda: self.reading.sources(interaction))

    @app_commands.command(description="What I can do, and how")
    async def help(self, interaction: discord.Interaction[Any]) -> None:
        told = render.of_help(self.context.look(interaction.locale).language)
        await self.context.take(
            interaction, lambda: answer_at_once(interaction, told), anywhere=True
        )

    @app_commands.command(description="How I am: index, mode, cost today, queue, latency")
    @app_commands.default_permissions(_MODERATORS)
    @app_commands.guild_only()
    async def status(self, interaction: discord.Interaction[Any]) -> None:
        await self.context.take(
            interaction, lambda: self.moderating.status(interaction), anywhere=True
        )

    @app_commands.command(description="Read the documents again, in the background")
    @app_commands.default_permissions(_MODERATORS)
    @app_commands.guild_only()
    async def reindex(self, interaction: discord.Interaction[Any]) -> None:
        await self.context.take(
            interaction, lambda: self.moderating.reindex(interaction), anywhere=True
        )

    @feedback.command(description="What readers said, as drafts of canned question-answer pairs")
    async def export(self, interaction: discord.Interaction[Any]) -> None:
        await self.context.take(
            interaction, lambda: self.moderating.export(interaction), anywhere=True
        )

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        await self.pressing.by_interaction(interaction)

    # Messages

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        context, channel = self.context, message.channel
        if isinstance(channel, discord.TextChannel):
            context.channels.came(channel.id)
        if not hearing.is_of_a_person(message):
            return
        if not hearing.is_placed(message):
            return  # of a server that is not known there is no telling what is allowed
        question = hearing.spoken_to(message, context.channels.is_partner)
        if question is None or not context.once.first(message.id):
            return
        if message.guild is not None:
            if not is_allowed(context.options, channel):
                return  # where it may not speak it does not say so, either
            if not hearing.may_speak(message):
                event("cannot speak", logging.WARNING, channel=channel.id)
                return
        if question:
            await self.asking.by_message(message, question)
        elif message.guild is None or hearing.names_me(message):
            await say(channel, render.of_help(context.language(message.guild)))
        elif not message.attachments and not context.options.message_content:
            told = render.of_told("mention", context.language(message.guild))
            await reply_shortly(message, told, _HINT_SECONDS)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        context, channel = self.context, guild.system_channel
        joined = guild.me.joined_at
        if channel is None or not context.once.first(("joined", guild.id)):
            return
        if joined and (discord.utils.utcnow() - joined).total_seconds() > _NEW_SECONDS:
            return  # an outage is over: we have been here for long
        rights = channel.permissions_for(guild.me)
        if rights.view_channel and rights.send_messages:
            await say(channel, render.of_greeting(context.language(guild)))
