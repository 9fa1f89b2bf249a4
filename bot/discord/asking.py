"""A question on its way through Discord: taken or refused at once, answered in a thread, shown."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

import discord

from bot.answers import Answer, Notice
from bot.discord.buttons import under_answer
from bot.discord.channels import MOST_PLACES
from bot.discord.context import locale_of
from bot.discord.delivery import Delivery
from bot.discord.indicator import Typing
from bot.discord.kept import kept_of
from bot.discord.sending import reply_shortly
from bot.discord.told import told
from bot.discord.ways import ByInteraction, ByReply
from bot.lately import Lately
from bot.render import discord as render
from bot.serving.logs import event
from index.errors import UsageError
from index.record import record, replaced
from index.turns import turns

if TYPE_CHECKING:
    from collections.abc import Hashable

    from bot.answers import Citation, Claim, Reply, Trace
    from bot.discord.context import Context
    from bot.discord.kept import Kept
    from bot.render.discord_parts import Look, Message
    from bot.serving.reception import Place

MOST_QUESTION = 1_000  # characters
_REFUSAL_SECONDS = 20.0  # a refusal in a channel stands there so long
_REFUSED_AGAIN = 5.0  # who is refused twice within so many seconds has been told
_TO_MEND = frozenset({"dense", "fallback", "incomplete", "old_generation"})  # kinds of notices


@record
class Asked:
    """A question, who asks it, and where."""

    question: str
    user: int
    server: int | None
    channel: int | None
    conversation: Hashable
    look: Look
    private: bool = False
    thread: bool = False  # it is asked in a thread
    offer: bool = False  # a thread may be offered
    head: str = ""  # the question, where readers of the answer do not see it


class Asking:
    """Answers questions of messages and interactions, each of them once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._refused: Lately[int, float] = Lately(MOST_PLACES)
        self._typed: Lately[int, float] = Lately(MOST_PLACES)

    async def by_interaction(
        self, interaction: discord.Interaction[Any], question: str, private: bool
    ) -> None:
        """Answer a command."""
        context, channel = self._context, interaction.channel
        look = context.look(interaction.locale, question[:MOST_QUESTION])

        async def act() -> None:
            asked = Asked(
                question=self._sound(question),
                user=interaction.user.id,
                server=interaction.guild_id,
                channel=interaction.channel_id,
                conversation=_conversation(channel, interaction.user.id, private),
                look=look,
                private=private,
                thread=isinstance(channel, discord.Thread),
                offer=not private and self._may_offer(interaction),
                head=question,
            )
            place = context.reception.admit(asked.user, asked.server)
            if await context.deferred(interaction, place, private):
                await self._answer(place, ByInteraction(interaction, private), asked)

        await context.take(interaction, act, look=look)

    async def by_message(self, message: discord.Message, question: str) -> None:
        """Answer a message that speaks to the bot."""

        async def respond(error: Message) -> None:
            before, now = self._refused.get(message.author.id), monotonic()
            self._refused.put(message.author.id, now)
            if before is None or now - before > _REFUSED_AGAIN:
                seconds = None if message.guild is None else _REFUSAL_SECONDS
                await reply_shortly(message, error, seconds)

        context, channel = self._context, message.channel
        look = context.look(locale_of(message.guild), question[:MOST_QUESTION])
        async with told(respond, look.language):
            context.allow(message.author, channel, message.guild)
            in_thread = isinstance(channel, discord.Thread)
            asked = Asked(
                question=self._sound(question),
                user=message.author.id,
                server=message.guild.id if message.guild is not None else None,
                channel=channel.id,
                conversation=_conversation(channel, message.author.id, False),
                look=look,
                thread=in_thread,
            )
            place = context.reception.admit(asked.user, asked.server)
            if in_thread:
                context.channels.asked(channel.id, message.author.id)
            with Typing(channel, channel.id, self._typed) as typing:
                await self._answer(place, ByReply(message, typing), asked)

    async def _answer(self, place: Place, way: ByInteraction | ByReply, asked: Asked) -> None:
        context, hall = self._context, self._context.hall
        delivery = Delivery(way)
        look = asked.look
        loop = asyncio.get_running_loop()
        begun = monotonic()
        claims: list[Claim] = []

        def shown(claim: Claim, citations: tuple[Citation, ...]) -> None:
            claims.append(claim)
            with turns:
                message = render.of_progress(tuple(claims), citations, look)
            with suppress(RuntimeError):  # the loop has ended, and nobody reads it any more
                loop.call_soon_threadsafe(delivery.show, message)

        hint = self._hint(asked)

        def work() -> tuple[Trace, tuple[Message, ...], Kept]:
            trace = hall.ask(asked.question, asked.conversation, shown)
            with turns:
                reply = replaced(trace.reply, notices=(*trace.reply.notices, *hint))
                messages = render.of_reply(reply, look, hall.lines(reply), asked.head)
                kept = kept_of(trace, asked.conversation)
            return trace, tuple(messages), kept

        with context.in_hand():
            async with told(delivery.tell, look.language):
                trace, messages, kept = await place.do(work)
                token = secrets.token_hex(8)
                context.kept.put(token, kept)
                view = under_answer(
                    token,
                    asked.look.language,
                    quotes=isinstance(kept.reply, Answer),
                    thread=asked.offer,
                )
                delivered = await delivery.finish(messages, view)
                _note(asked, trace, monotonic() - begun, delivered)

    def _may_offer(self, interaction: discord.Interaction[Any]) -> bool:
        channel = interaction.channel
        if not isinstance(channel, discord.TextChannel) or not self._context.channels.is_long(
            channel.id
        ):
            return False
        rights = interaction.app_permissions
        return rights.create_public_threads and rights.send_messages_in_threads

    def _hint(self, asked: Asked) -> tuple[Notice, ...]:
        """Said once in a thread: how to go on where the bot cannot read it."""
        if not asked.thread or self._context.options.message_content:
            return ()
        if not self._context.channels.hint(asked.channel):
            return ()
        return (Notice("mention", "Follow-ups need a mention: other messages cannot be read."),)

    def _sound(self, question: str) -> str:
        """`question`, if it is not too long to be one."""
        self._context.hide(question)
        question = question.strip()
        if len(question) > MOST_QUESTION:
            raise UsageError(
                f"That question has {len(question):,} characters; at most {MOST_QUESTION:,} can "
                "be asked.",
                "Ask one thing at a time, in a sentence or two.",
                phrase="too_long",
                figures=(len(question), MOST_QUESTION),
            )
        return question


def _note(asked: Asked, trace: Trace, seconds: float, delivered: bool) -> None:
    """One line an answer, for whoever runs the bot."""
    reply = trace.reply
    usage = reply.usage
    fields: dict[str, Any] = {
        "status": "answered" if isinstance(reply, Answer) else "abstained",
        "mode": reply.mode,
        "model": reply.model,
        "generation": reply.generation,
        "notices": [each.kind for each in reply.notices],
        "why": _why(reply),
        "seconds": round(seconds, 3),
        "times_ms": dict(trace.times),
        "calls": usage.calls if usage is not None else 0,
        "cost_usd": usage.cost_usd if usage is not None else None,
        "server": asked.server,
        "channel": asked.channel,
        "private": asked.private,
        "delivered": delivered,
    }
    if not asked.private:
        fields["question"] = asked.question  # written only if the setting asks
    event("answered", **fields)


def _why(reply: Reply) -> list[str]:
    """What only whoever runs the bot can mend, which readers are not told.

    Others' words begin behind a colon: a server's may hold the question.
    """
    notices = [each for each in reply.notices if each.kind in _TO_MEND]
    return [each.message.partition(": ")[0] for each in notices]


def _conversation(channel: Any, user: int, private: bool) -> Hashable:
    """What is said before and after a question: in a channel everyone has a talk of their own."""
    if private:  # what was said privately must not come up in public
        return ("private", getattr(channel, "id", None), user)
    if isinstance(channel, (discord.Thread, discord.DMChannel)):
        return channel.id
    return (getattr(channel, "id", None), user)
