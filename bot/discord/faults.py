"""What can be wrong with a bot's token, intents and permissions, and what to do about it."""

from __future__ import annotations

import aiohttp
import discord

from index.errors import FootnoteError, UsageError

PORTAL = "https://discord.com/developers/applications"
# Discord's codes for a gateway that will not have us, whatever we try.
_BAD_TOKEN, _BAD_INTENTS = 4004, (4013, 4014)


def final_error(error: Exception) -> Exception | None:
    """What an error of the client's means: a FootnoteError where only a person can help, itself
    where it may pass, None where it is a bug."""
    if isinstance(error, discord.LoginFailure):
        return bad_token()
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return no_intent()
    if isinstance(error, discord.ConnectionClosed):
        if error.code == _BAD_TOKEN:
            return bad_token()
        return no_intent() if error.code in _BAD_INTENTS else error
    if isinstance(error, discord.HTTPException):
        if error.status >= 500 or error.status == 429:
            return error
        return FootnoteError(
            f"Discord refuses the bot: status {error.status}, code {error.code}.",
            f"Look at the application in {PORTAL}.",
        )
    if isinstance(error, (discord.GatewayNotFound, aiohttp.ClientError, OSError, TimeoutError)):
        return error
    return None


def named(error: Exception) -> str:
    """An error in a word or two, without what was sent."""
    if isinstance(error, discord.HTTPException):
        return f"status {error.status}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def no_token() -> UsageError:
    """There is no token."""
    return UsageError(
        "The bot needs a token, and none is set.",
        f"Set DISCORD_TOKEN to what {PORTAL} shows under Bot, Reset Token. More: footnote bot "
        "--help",
    )


def bad_token() -> UsageError:
    """The token is not, or no longer, that of a bot."""
    return UsageError(
        "Discord does not take the token.",
        f"In {PORTAL}, under Bot, Reset Token; then set DISCORD_TOKEN to the new one.",
    )


def no_intent() -> UsageError:
    """The intent that is privileged was asked for, and is not granted."""
    return UsageError(
        "Discord does not let the bot read messages: its Message Content Intent is off.",
        f"Turn it on in {PORTAL}, under Bot, Message Content Intent; or leave out "
        "--message-content: only follow-ups without a mention need it.",
    )


def no_permission(missing: list[str], invitation: str) -> UsageError:
    """There is no server in which the bot could answer."""
    return UsageError(
        f"The bot lacks permissions in every server that it is in: {', '.join(missing)}.",
        f"Give them to its role, or invite it anew: {invitation}",
    )
