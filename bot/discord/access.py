"""Who may ask, and where: what the settings allow."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord

from index.errors import FootnoteError
from index.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable


@record
class Options:
    """How the bot behaves; without `channels` or `roles` it answers in all, to all."""

    files_url: str | None = None
    channels: frozenset[int] = frozenset()
    roles: frozenset[int] = frozenset()
    direct_messages: bool = False
    message_content: bool = False


class NotHere(FootnoteError):
    """Somebody asks where, or as one to whom, the bot does not answer; `channels` are better."""

    def __init__(self, phrase: str, message: str, hint: str, channels: Iterable[int] = ()) -> None:
        super().__init__(message, hint, phrase=phrase)
        self.channels = tuple(channels)


def check(
    options: Options, user: discord.abc.User, channel: Any, server: discord.Guild | None
) -> None:
    """NotHere if `user` is not to be answered in `channel`."""
    if server is None:
        if not options.direct_messages:
            raise NotHere(
                "servers_only", "I answer in servers only.", "Ask me in a channel of yours."
            )
        return
    if not is_allowed(options, channel):
        raise NotHere(
            "not_here",
            "I do not answer in this channel.",
            "Ask me in:",
            sorted(options.channels),
        )
    if options.roles:
        roles = {role.id for role in getattr(user, "roles", ())}
        if not roles & options.roles:
            raise NotHere(
                "no_role",
                "Only some roles may ask me, and you have none of them.",
                "A moderator of this server can give you one.",
            )


def check_server(options: Options, channel: Any, server: discord.Guild | None) -> None:
    """NotHere if `server`, in whose `channel` a moderator is, has none of the allowed channels.

    Whoever invites the bot into another server is a moderator there, and no reader's.
    """
    if server is None or is_allowed(options, channel):
        return
    if not any(server.get_channel_or_thread(each) for each in options.channels):
        raise NotHere("not_here", "I do not answer in this server.", "", sorted(options.channels))


def is_allowed(options: Options, channel: Any) -> bool:
    """Whether the settings let the bot answer in a channel of a server, or in a thread."""
    if not options.channels:
        return True
    places = {getattr(channel, name, None) for name in ("id", "parent_id")}
    with suppress(discord.ClientException):  # a thread whose channel is not known
        places.add(getattr(channel, "category_id", None))
    return bool(places & options.channels)
