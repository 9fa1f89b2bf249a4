"""Which messages speak to the bot, and what they ask."""

from __future__ import annotations

import re
from collections.abc import Callable

import discord

IsPartner = Callable[[int, int], bool]

_SPOKEN = (discord.MessageType.default, discord.MessageType.reply)
_ALL = re.compile(r"@(?:everyone|here)\b")  # also of those who may not


def is_of_a_person(message: discord.Message) -> bool:
    """Whether somebody wrote a message: no bot, no webhook, and not Discord itself."""
    return not message.author.bot and message.webhook_id is None and message.type in _SPOKEN


def is_placed(message: discord.Message) -> bool:
    """Whether a message is private, or in a server that Discord has told us of."""
    if message.guild is None:
        return isinstance(message.channel, discord.DMChannel)
    return message.guild.me is not None


def spoken_to(message: discord.Message, is_partner: IsPartner) -> str | None:
    """The question, if a message speaks to the bot; None if it does not.

    `is_partner` tells whether somebody asked in a thread before.
    """
    me = _me(message)
    named = names_me(message)
    question = re.sub(rf"<@!?{me}>", " ", message.content).strip()
    if message.guild is None or named:
        return question
    if question and isinstance(message.channel, discord.Thread):
        # What people say to each other is not for us.
        others = message.mentions or message.role_mentions or _ALL.search(question)
        if not others and not _answers_another(message, me) and _goes_on(message, me, is_partner):
            return question
    return question if _answers(message, me) else None


def names_me(message: discord.Message) -> bool:
    """Whether a message mentions the bot."""
    me = _me(message)
    return any(user.id == me for user in message.mentions)


def _goes_on(message: discord.Message, me: int, is_partner: IsPartner) -> bool:
    """Whether a message in a thread is a follow-up: in our own anyone's, else a partner's.

    Without the intent for it there is no content, and so no question, to come here with.
    """
    thread = message.channel
    if isinstance(thread, discord.Thread) and thread.owner_id == me:
        return True
    return is_partner(thread.id, message.author.id)


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


def may_speak(message: discord.Message) -> bool:
    """Whether the bot may answer where a message stands."""
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
