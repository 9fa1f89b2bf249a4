"""A question on its way through Discord: taken or refused at once, answered in a thread, shown."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, contextmanager, suppress
from time import monotonic
from typing import TYPE_CHECKING, Any

import discord

from bot.answers import Answer, Notice
from bot.discord.buttons import under_answer
from bot.discord.delivery import Delivery
from bot.discord.indicator import Typing
from bot.discord.sending import FAILURES, answer_at_once, reply_shortly, respond_first
from bot.discord.ways import ByInteraction, ByReply
from bot.lately import Lately, Once
from bot.logs import event
from bot.reception import Refused
from bot.render import discord as render
from bot.render.discord_parts import Look, Message
from index.errors import FootnoteError, UsageError
from index.record import record, replaced
from index.turns import turns

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator

    from bot.answers import Citation, Claim, Reply, Trace
    from bot.hall import Hall
    from bot.reception import Place, Reception

MOST_QUESTION = 1_000  # characters
_MOST_KEPT = 500  # answers whose buttons still work
_MOST_IDS = 3_000  # messages and interactions that are known to have been answered
_MOST_PLACES = 1_000
_AROUND = 500  # characters before and after a quote
# A channel in which so many messages came within so many seconds is one for threads.
_LONG, _LONG_SECONDS = 10, 600.0
_REFUSAL_SECONDS = 20.0  # a refusal in a channel stands there so long
_REFUSED_AGAIN = 5.0  # who is refused twice within so many seconds has been told

_log = logging.getLogger(__name__)


@record
class Options:
    """How the bot behaves; without `channels` or `roles` it answers in all, to all."""

    files_url: str | None = None
    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    direct_messages: bool = False
    message_content: bool = False


@record
class Kept:
    """An answer as its buttons need it: `around` are its quotes in their surroundings."""

    reply: Reply
    around: tuple[str, ...]
    conversation: Hashable


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


class NotHere(FootnoteError):
    """Somebody asks where, or as one to whom, the bot does not answer; `channels` are better."""

    def __init__(self, phrase: str, message: str, hint: str, channels: Iterable[int] = ()) -> None:
        super().__init__(message, hint, phrase=phrase)
        self.channels = tuple(channels)


class Asking:
    """Answers questions of messages and interactions, each of them once."""

    def __init__(
        self, hall: Hall, reception: Reception, options: Options, hide: Callable[[str], None]
    ) -> None:
        self.hide = hide
        self.hall = hall
        self.reception = reception
        self.options = options
        self.once = Once(_MOST_IDS)
        self.kept: Lately[str, Kept] = Lately(_MOST_KEPT)
        self._in_hand = 0
        self._told: Lately[int, float] = Lately(_MOST_PLACES)
        self._traffic: Lately[int, deque[float]] = Lately(_MOST_PLACES)
        self._partners: Lately[tuple[int, int], bool] = Lately(_MOST_PLACES)
        self._typed: Lately[int, float] = Lately(_MOST_PLACES)
        self._hinted = Once(_MOST_PLACES)

    def look(self, locale: object, question: str = "") -> Look:
        """How what is shown to whoever asks `question`, with Discord set to `locale`, looks."""
        language = render.voice(str(locale) if locale is not None else None, question)
        return Look(files_url=self.options.files_url, language=language)

    # Who may ask, and where

    def check(self, user: discord.abc.User, channel: Any, server: discord.Guild | None) -> None:
        """NotHere if `user` is not to be answered in `channel`."""
        if server is None:
            if not self.options.direct_messages:
                raise NotHere(
                    "servers_only", "I answer in servers only.", "Ask me in a channel of yours."
                )
            return
        if not self.is_allowed(channel):
            raise NotHere(
                "not_here",
                "I do not answer in this channel.",
                "Ask me in:",
                sorted(self.options.channels),
            )
        if self.options.roles:
            roles = {role.id for role in getattr(user, "roles", ())}
            if not roles & self.options.roles:
                raise NotHere(
                    "no_role",
                    "Only some roles may ask me, and you have none of them.",
                    "A moderator of this server can give you one.",
                )

    def is_allowed(self, channel: Any) -> bool:
        """Whether the settings let the bot answer in a channel of a server, or in a thread."""
        if not self.options.channels:
            return True
        places = {getattr(channel, name, None) for name in ("id", "parent_id")}
        with suppress(discord.ClientException):  # a thread whose channel is not known
            places.add(getattr(channel, "category_id", None))
        return bool(places & self.options.channels)

    # Questions

    def sound(self, question: str) -> str:
        """`question`, if it is not too long to be one."""
        self.hide(question)
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

    async def by_interaction(
        self, interaction: discord.Interaction[Any], question: str, private: bool
    ) -> None:
        """Answer a command."""
        channel = interaction.channel
        look = self.look(interaction.locale, question[:MOST_QUESTION])
        async with self.told(lambda message: answer_at_once(interaction, message), look):
            self.check(interaction.user, channel, interaction.guild)
            asked = Asked(
                question=self.sound(question),
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
            place = self.reception.admit(asked.user, asked.server)
            if await self.deferred(interaction, place, private):
                await self._answer(place, ByInteraction(interaction, private), asked)

    async def by_message(self, message: discord.Message, question: str) -> None:
        """Answer a message that speaks to the bot."""

        async def respond(told: Message) -> None:
            before, now = self._told.get(message.author.id), monotonic()
            self._told.put(message.author.id, now)
            if before is None or now - before > _REFUSED_AGAIN:
                seconds = None if message.guild is None else _REFUSAL_SECONDS
                await reply_shortly(message, told, seconds)

        channel = message.channel
        look = self.look(_locale(message.guild), question[:MOST_QUESTION])
        async with self.told(respond, look):
            self.check(message.author, channel, message.guild)
            in_thread = isinstance(channel, discord.Thread)
            asked = Asked(
                question=self.sound(question),
                user=message.author.id,
                server=message.guild.id if message.guild is not None else None,
                channel=channel.id,
                conversation=_conversation(channel, message.author.id, False),
                look=look,
                thread=in_thread,
            )
            place = self.reception.admit(asked.user, asked.server)
            if in_thread:
                self._partners.put((channel.id, message.author.id), True)
            with Typing(channel, channel.id, self._typed) as typing:
                await self._answer(place, ByReply(message, typing), asked)

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

    async def _answer(self, place: Place, way: ByInteraction | ByReply, asked: Asked) -> None:
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
            trace = self.hall.ask(asked.question, asked.conversation, shown)
            with turns:
                reply = replaced(trace.reply, notices=(*trace.reply.notices, *hint))
                messages = render.of_reply(reply, look, self.hall.lines(reply), asked.head)
                kept = Kept(_without_hits(trace.reply), _around(trace), asked.conversation)
            return trace, tuple(messages), kept

        async def respond(told: Message) -> None:
            await delivery.finish((told,))

        with self.in_hand():
            async with self.told(respond, look):
                trace, messages, kept = await place.do(work)
                token = secrets.token_hex(8)
                self.kept.put(token, kept)
                view = under_answer(
                    token,
                    asked.look.language,
                    quotes=isinstance(kept.reply, Answer),
                    thread=asked.offer,
                )
                delivered = await delivery.finish(messages, view)
                self._note(asked, trace, monotonic() - begun, delivered)

    def _note(self, asked: Asked, trace: Trace, seconds: float, delivered: bool) -> None:
        """One line an answer, for whoever runs the bot."""
        reply = trace.reply
        usage = reply.usage
        fields: dict[str, Any] = {
            "status": "answered" if isinstance(reply, Answer) else "abstained",
            "mode": reply.mode,
            "model": reply.model,
            "generation": reply.generation,
            "notices": [each.kind for each in reply.notices],
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

    # Errors: the one place where they become replies

    @asynccontextmanager
    async def told(
        self, respond: Callable[[Message], Awaitable[object]], look: Look
    ) -> AsyncIterator[None]:
        """Tell the reader through `respond` of whatever goes wrong meanwhile."""
        try:
            yield
        except Refused as refused:
            event("refused", why=refused.kind)
            await self._respond(respond, refused, look)
        except FootnoteError as error:
            await self._respond(respond, error, look)
        except Exception as error:
            id = secrets.token_hex(4)
            _log.exception("error %s", id, exc_info=error)
            polite = FootnoteError(
                "Something went wrong, and it is not your fault.",
                f"If it happens again, tell whoever runs me this number: {id}",
                phrase="bug",
                figures=(id,),
            )
            await self._respond(respond, polite, look)

    async def _respond(
        self, respond: Callable[[Message], Awaitable[object]], error: FootnoteError, look: Look
    ) -> None:
        try:
            await respond(render.of_error(error, look.language))
        except Exception:
            _log.exception("an error could not be told")

    # Threads and channels

    def came(self, channel: int) -> None:
        """Note that a message came in `channel`."""
        times = self._traffic.get(channel)
        if times is None:
            times = deque(maxlen=_LONG)
            self._traffic.put(channel, times)
        times.append(monotonic())

    def is_long(self, channel: int) -> bool:
        """Whether so much is said in `channel` that an answer is soon far up."""
        times = self._traffic.get(channel)
        return times is not None and len(times) == _LONG and monotonic() - times[0] < _LONG_SECONDS

    def is_partner(self, thread: int, user: int) -> bool:
        """Whether `user` asked in `thread` before."""
        return (thread, user) in self._partners

    def _may_offer(self, interaction: discord.Interaction[Any]) -> bool:
        channel = interaction.channel
        if not isinstance(channel, discord.TextChannel) or not self.is_long(channel.id):
            return False
        rights = interaction.app_permissions
        return rights.create_public_threads and rights.send_messages_in_threads

    def _hint(self, asked: Asked) -> tuple[Notice, ...]:
        """Said once in a thread: how to go on where the bot cannot read it."""
        if not asked.thread or self.options.message_content:
            return ()
        if not self._hinted.first(asked.channel):
            return ()
        return (Notice("mention", "Follow-ups need a mention: other messages cannot be read."),)

    # What is in hand

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


def _conversation(channel: Any, user: int, private: bool) -> Hashable:
    """What is said before and after a question: in a channel everyone has a talk of their own."""
    if private:  # what was said privately must not come up in public
        return ("private", getattr(channel, "id", None), user)
    if isinstance(channel, (discord.Thread, discord.DMChannel)):
        return channel.id
    return (getattr(channel, "id", None), user)


def _locale(server: discord.Guild | None) -> object:
    return server.preferred_locale if server is not None else None


def _around(trace: Trace) -> tuple[str, ...]:
    """Each quote of an answer in its surroundings, as the passage it was found in has them."""
    if not isinstance(trace.reply, Answer):
        return ()
    passages = [hit.passage for hit in trace.retrieval.hits]
    around = []
    for citation in trace.reply.citations:
        text = citation.quote
        for passage in passages:
            start, end = citation.start - passage.start, citation.end - passage.start
            if passage.file == citation.file and passage.text[max(0, start) : end] == text:
                text = passage.text[max(0, start - _AROUND) : end + _AROUND]
                break
        around.append(text)
    return tuple(around)


def _without_hits(reply: Reply) -> Reply:
    """`reply` without what is only of use at once, and long."""
    return replaced(reply, nearest=(), rejected=())
