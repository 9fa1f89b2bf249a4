"""What people can do in Discord: commands, mentions, threads, a message menu, buttons, a form."""

from __future__ import annotations

import asyncio
import gzip
import logging
import re
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord.asking import Asking
from bot.discord.asking import Options as Options
from bot.discord.buttons import around_page, filled, form, pressed
from bot.discord.delivery import Delivery
from bot.discord.sending import answer_at_once, reply_shortly, respond_first, say
from bot.discord.ways import ByInteraction
from bot.logs import event
from bot.render import discord as render
from bot.render.discord_parts import Look, Message
from index.errors import FootnoteError, StoreError, UsageError
from index.record import replaced
from index.turns import turns

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager

    from bot.discord.asking import Kept
    from bot.discord.buttons import Pressed
    from bot.hall import Hall
    from bot.reception import Reception
    from bot.watcher import Outcome

_MODERATORS = discord.Permissions(manage_messages=True)
_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
_THREAD_NAME = 90  # characters
_NEW_SECONDS = 600.0  # who joined a server longer ago has greeted it
_HINT_SECONDS = 30.0
_MOST_BYTES = 8_000_000  # of a file
_MOST_CHECKED = 6_000  # characters of a message
_IS_THERE = 160004  # Discord's code: the message has a thread already
_ALL = re.compile(r"@(?:everyone|here)\b")  # also of those who may not
# What a reader of an old button is told.
_FORGOTTEN = FootnoteError(
    "I no longer know this answer: it is too old, or I was restarted since.",
    "Ask again, and the buttons under the new answer work.",
    phrase="forgotten",
)
_NOT_KEPT = FootnoteError(
    "Your verdict could not be kept.",
    "Tell whoever runs me: the log says what is wrong.",
    phrase="not_kept",
)


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
        self.hall = hall
        self.reception = reception
        self.options = options
        self.asking = Asking(hall, reception, options, hide)
        menu = app_commands.ContextMenu(name="Check against the documents", callback=self.check)
        self.__cog_app_commands__ = [*self.__cog_app_commands__, menu]  # type: ignore[list-item]
        contexts = app_commands.AppCommandContext(
            guild=True, dm_channel=options.direct_messages, private_channel=False
        )
        for command in (self.ask, self.sources, self.help, menu):
            command.allowed_contexts = contexts

    async def finish(self, seconds: float) -> bool:
        """Take nothing more, and finish what is in hand; whether all was within `seconds`."""
        return await self.asking.finish(seconds)

    # Commands

    @app_commands.command(description="Ask the documents; every sentence comes with its source")
    @app_commands.describe(
        question="What you would like to know", private="Only you see the answer"
    )
    async def ask(
        self, interaction: discord.Interaction[Any], question: str, private: bool = False
    ) -> None:
        if self._is_new(interaction):
            await self.asking.by_interaction(interaction, question, private)

    async def check(self, interaction: discord.Interaction[Any], message: discord.Message) -> None:
        """What the documents say of each sentence of a message; for one reader alone."""
        if not self._is_new(interaction):
            return
        text = "\n".join([message.content, *(each.description or "" for each in message.embeds)])
        text = text.strip()[:_MOST_CHECKED]

        def work() -> tuple[Message, ...]:
            verdicts = self.hall.check(text)
            with turns:
                return render.of_checked(verdicts, look)

        async with self._told(interaction):
            self._allow(interaction)
            if not text:
                raise UsageError(
                    "There is no text in this message.",
                    "Try it on one with words.",
                    phrase="no_text",
                )
            self.asking.hide(text)
            look = self.asking.look(interaction.locale, text)
            place = self.reception.admit(interaction.user.id, interaction.guild_id)
            if await self.asking.deferred(interaction, place, True):
                await self._deliver(interaction, lambda: place.do(work))

    @app_commands.command(description="The documents that answers are made of")
    async def sources(self, interaction: discord.Interaction[Any]) -> None:
        if not self._is_new(interaction):
            return
        async with self._told(interaction):
            self._allow(interaction)
            if await self.asking.deferred(interaction, None, True):
                await self._page(interaction, 0)

    @app_commands.command(description="What I can do, and how")
    async def help(self, interaction: discord.Interaction[Any]) -> None:
        if not self._is_new(interaction):
            return
        async with self._told(interaction):
            language = self.asking.look(interaction.locale).language
            await answer_at_once(interaction, render.of_help(language))

    @app_commands.command(description="How I am: index, mode, cost today, queue, latency")
    @app_commands.default_permissions(_MODERATORS)
    @app_commands.guild_only()
    async def status(self, interaction: discord.Interaction[Any]) -> None:
        if not self._is_new(interaction):
            return
        look = self.asking.look(interaction.locale)

        def work() -> tuple[Message, ...]:
            return (render.of_status(self.hall.figures(), look, self.reception.hands),)

        async with self._told(interaction):
            if await self.asking.deferred(interaction, None, True):
                await self._deliver(interaction, lambda: self.reception.aside(work))

    @app_commands.command(description="Read the documents again, in the background")
    @app_commands.default_permissions(_MODERATORS)
    @app_commands.guild_only()
    async def reindex(self, interaction: discord.Interaction[Any]) -> None:
        if not self._is_new(interaction):
            return
        async with self._told(interaction):
            if not await self.asking.deferred(interaction, None, True):
                return
            look = self.asking.look(interaction.locale)
            delivery = Delivery(ByInteraction(interaction, private=True))

            async def respond(told: Message) -> None:
                await delivery.finish((told,))

            async with self.asking.told(respond, look):
                outcome = await self._reindexed(delivery, look)
                if outcome.error is not None:
                    raise outcome.error
                await delivery.finish((render.of_report(outcome.report, look.language),))

    @feedback.command(description="What readers said, as drafts of canned question-answer pairs")
    async def export(self, interaction: discord.Interaction[Any]) -> None:
        if not self._is_new(interaction):
            return
        async with self._told(interaction):
            if await self.asking.deferred(interaction, None, True):
                look = self.asking.look(interaction.locale)
                export = partial(self._exported, look)
                await self._deliver(interaction, lambda: self.reception.aside(export))

    # Messages

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        channel = message.channel
        if isinstance(channel, discord.TextChannel):
            self.asking.came(channel.id)
        if message.author.bot or message.webhook_id is not None or message.type not in _SPOKEN:
            return
        if not _is_placed(message):
            return  # of a server that is not known there is no telling what is allowed
        question = self._spoken_to(message)
        if question is None or not self.asking.once.first(message.id):
            return
        if message.guild is not None:
            if not self.asking.is_allowed(channel):
                return  # where it may not speak it does not say so, either
            if not _may_speak(message):
                event("cannot speak", logging.WARNING, channel=channel.id)
                return
        if question:
            await self.asking.by_message(message, question)
        elif message.guild is None or self._names_me(message):
            await say(channel, render.of_help(self._language(message.guild)))
        elif not message.attachments and not self.options.message_content:
            told = render.of_told("mention", self._language(message.guild))
            await reply_shortly(message, told, _HINT_SECONDS)

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        channel = guild.system_channel
        joined = guild.me.joined_at
        if channel is None or not self.asking.once.first(("joined", guild.id)):
            return
        if joined and (discord.utils.utcnow() - joined).total_seconds() > _NEW_SECONDS:
            return  # an outage is over: we have been here for long
        rights = channel.permissions_for(guild.me)
        if rights.view_channel and rights.send_messages:
            await say(channel, render.of_greeting(self._language(guild)))

    def _spoken_to(self, message: discord.Message) -> str | None:
        """The question, if a message speaks to the bot; None if it does not."""
        me = _me(message)
        named = self._names_me(message)
        question = re.sub(rf"<@!?{me}>", " ", message.content).strip()
        if message.guild is None or named:
            return question
        if question and isinstance(message.channel, discord.Thread):
            # What people say to each other is not for us.
            others = message.mentions or message.role_mentions or _ALL.search(question)
            if not others and not _answers_another(message, me) and self._goes_on(message, me):
                return question
        return question if _answers(message, me) else None

    def _names_me(self, message: discord.Message) -> bool:
        me = _me(message)
        return any(user.id == me for user in message.mentions)

    def _goes_on(self, message: discord.Message, me: int) -> bool:
        """Whether a message in a thread is a follow-up: in our own anyone's, else a partner's.

        Without the intent for it there is no content, and so no question, to come here with.
        """
        thread = message.channel
        if isinstance(thread, discord.Thread) and thread.owner_id == me:
            return True
        return self.asking.is_partner(thread.id, message.author.id)

    def _language(self, guild: discord.Guild | None) -> str | None:
        locale = guild.preferred_locale if guild is not None else None
        return self.asking.look(locale).language

    # Buttons and the form

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        kind = interaction.type
        if kind not in (discord.InteractionType.component, discord.InteractionType.modal_submit):
            return
        button = pressed(interaction.data)
        if button is None or not self._is_new(interaction):
            return
        async with self._told(interaction):
            self._allow(interaction)
            if button.what == "page":
                await respond_first(interaction.response.defer)
                await self._page(interaction, _number(button.of))
                return
            kept = self.asking.kept.get(button.of)
            if kept is None:
                raise _FORGOTTEN
            await self._pressed(interaction, button, kept)

    async def _pressed(
        self, interaction: discord.Interaction[Any], button: Pressed, kept: Kept
    ) -> None:
        look = self.asking.look(interaction.locale)
        if button.what == "wrong":
            await respond_first(
                lambda: interaction.response.send_modal(form(button.of, look.language))
            )
        elif button.what == "thread":
            if await self.asking.deferred(interaction, None, True):
                await self._deliver(interaction, lambda: self._threaded(interaction, kept, look))
        elif button.what == "quotes":

            def quotes() -> tuple[Message, ...]:
                with turns:
                    return render.of_quotes(kept.reply, kept.around, look)

            if await self.asking.deferred(interaction, None, True):
                await self._deliver(interaction, lambda: self.reception.aside(quotes))
        elif button.what in ("good", "form"):
            correction = filled(interaction.data) if button.what == "form" else None
            verdict = "good" if button.what == "good" else "wrong"
            reader = str(interaction.user.id)
            if correction:
                self.asking.hide(correction)

            def note() -> tuple[Message, ...]:
                try:
                    self.hall.feedback.add(kept.reply, verdict, reader, correction)  # type: ignore[arg-type]
                except StoreError as error:  # it names folders, which are no reader's matter
                    event("feedback is lost", logging.ERROR, why=error.message)
                    raise _NOT_KEPT from error
                event("feedback", verdict=verdict, corrected=bool(correction))
                return (render.of_told("noted", look.language),)

            if await self.asking.deferred(interaction, None, True):
                await self._deliver(interaction, lambda: self.reception.aside(note))

    async def _threaded(
        self, interaction: discord.Interaction[Any], kept: Kept, look: Look
    ) -> tuple[Message, ...]:
        """Begin a thread at an answer, and say where it is."""
        message = interaction.message
        if message is None or not interaction.permissions.create_public_threads:
            raise UsageError(
                "You may not begin threads here.",
                "Somebody else may; ask them.",
                phrase="may_not_thread",
            )
        name = " ".join(kept.reply.question.split())[:_THREAD_NAME] or "Questions"
        try:
            thread = await message.create_thread(name=name)
        except discord.Forbidden:
            raise UsageError(
                "I may not begin threads here.",
                "A moderator can give me the permission Create Public Threads.",
                phrase="cannot_thread",
            ) from None
        except discord.HTTPException as error:
            if error.code != _IS_THERE:
                raise
            return (render.of_told("thread_is_there", look.language, f"<#{message.id}>"),)
        self.hall.carry(kept.conversation, thread.id)
        here = "ask_on" if self.options.message_content else "mention"
        await say(thread, render.of_told(here, self._language(interaction.guild)))
        return (render.of_told("ask_on_in", look.language, f"<#{thread.id}>"),)

    # What the commands have in common

    def _is_new(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether an interaction was not answered before: events may come twice."""
        return self.asking.once.first(interaction.id)

    def _told(self, interaction: discord.Interaction[Any]) -> AbstractAsyncContextManager[None]:
        """Whoever sent `interaction` is told of what goes wrong."""
        look = self.asking.look(interaction.locale)
        return self.asking.told(lambda message: answer_at_once(interaction, message), look)

    def _allow(self, interaction: discord.Interaction[Any]) -> None:
        self.asking.check(interaction.user, interaction.channel, interaction.guild)

    async def _deliver(
        self,
        interaction: discord.Interaction[Any],
        work: Callable[[], Any],
    ) -> None:
        """Show one reader what `work` makes, in the response that was deferred."""
        delivery = Delivery(ByInteraction(interaction, private=True))

        async def respond(told: Message) -> None:
            await delivery.finish((told,))

        with self.asking.in_hand():
            async with self.asking.told(respond, self.asking.look(interaction.locale)):
                await delivery.finish(await work())

    async def _page(self, interaction: discord.Interaction[Any], page: int) -> None:
        look = self.asking.look(interaction.locale)
        size = render.PER_PAGE
        delivery = Delivery(ByInteraction(interaction, private=True))

        def work() -> tuple[Message, int]:
            documents, count = self.hall.documents(page * size, size)
            return render.of_sources(documents, page, look, count), -(-count // size)

        async def respond(told: Message) -> None:
            await delivery.finish((told,))

        async with self.asking.told(respond, look):
            message, pages = await self.reception.aside(work)
            await delivery.finish((message,), around_page(page, pages))

    async def _reindexed(self, delivery: Delivery, look: Look) -> Outcome:
        """Have the index brought up to date, and show how far that is."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[Outcome] = loop.create_future()

        def settle(outcome: Outcome) -> None:
            if not done.done():
                done.set_result(outcome)

        def tell(outcome: Outcome) -> None:
            with suppress(RuntimeError):  # the loop has ended
                loop.call_soon_threadsafe(settle, outcome)

        self.hall.reindex(tell)
        while True:
            await asyncio.wait([done], timeout=1.0)
            if done.done():
                return done.result()
            building = self.hall.building
            if building is not None:
                far = (building.done, building.total) if building.total else ()
                phrase = "being_read_on" if far else "being_read"
                delivery.show(render.of_told(phrase, look.language, *far))

    def _exported(self, look: Look) -> tuple[Message, ...]:
        if not self.hall.feedback.read():
            return (render.of_told("no_feedback", look.language),)
        name, data = "feedback.yaml", self.hall.feedback.export().encode()
        if len(data) > _MOST_BYTES:
            name, data = f"{name}.gz", gzip.compress(data)
        if len(data) > _MOST_BYTES:
            raise UsageError(
                "There is more than fits into a file of Discord's.",
                "Whoever runs me finds it in feedback.jsonl.",
                phrase="too_much_feedback",
            )
        return (replaced(render.of_told("feedback", look.language), file=(name, data)),)


def _is_placed(message: discord.Message) -> bool:
    """Whether a message is private, or in a server that Discord has told us of."""
    if message.guild is None:
        return isinstance(message.channel, discord.DMChannel)
    return message.guild.me is not None


def _me(message: discord.Message) -> int:
    if message.guild is not None:
        return message.guild.me.id
    return message.channel.me.id  # type: ignore[union-attr]


def _answers(message: discord.Message, me: int) -> bool:
    """Whether a message is a reply to one of ours."""
    reference = message.reference
    to = reference.resolved if reference is not None else None
    return isinstance(to, discord.Message) and to.author.id == me


def _answers_another(message: discord.Message, me: int) -> bool:
    return message.reference is not None and not _answers(message, me)


def _may_speak(message: discord.Message) -> bool:
    channel, guild = message.channel, message.guild
    if guild is None or isinstance(channel, discord.PartialMessageable):
        return True  # of the second nothing is known
    try:
        rights = channel.permissions_for(guild.me)
    except discord.ClientException:  # a thread whose channel is not known
        return True
    if isinstance(channel, discord.Thread):
        return rights.send_messages_in_threads
    return rights.send_messages


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0
