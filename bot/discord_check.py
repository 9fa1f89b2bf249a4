"""`footnote bot --check`: whether all is there that the bot needs, said before it starts."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
import discord

from bot.discord.faults import final_error, named, no_intent, no_token
from bot.discord.process import run
from bot.discord_bot import secrets_of
from bot.discord_client import PERMISSIONS, intents_of, invitation, lacking
from bot.doctoring.answering import of_embedder, of_model
from bot.finding import Finding, guarded, well, wrong
from bot.render.findings import of_finding
from bot.serving.logs import logging_to
from index.errors import FootnoteError
from index.record import replaced

if TYPE_CHECKING:
    from typing import Any

    from bot.output import Output
    from bot.services import DiscordSettings
    from bot.settings import Settings

WELL, UNWELL = 0, 2
MORE_SECONDS = 2.0  # how long after a server no other may come
_LOGIN_SECONDS, _READY_SECONDS = 20.0, 30.0
_MOST_NAMED = 5


def check(settings: Settings, output: Output, *, json: bool) -> int:
    """Say of each thing that the bot needs whether it is there; the exit status."""
    assert settings.discord is not None, "read the settings with those of the bot"
    level = "debug" if settings.discord.log_level == "debug" else "error"
    with logging_to(sys.stderr, level=level, secrets=secrets_of(settings)) as redact:
        findings = []

        def found(finding: Finding) -> None:
            made = replaced(finding, message=redact(finding.message), hint=redact(finding.hint))
            findings.append(made)
            if not json:
                output.text(of_finding(made, "ok" if made.well else "no", 4))

        for finding in run(_of_discord(settings.discord)):
            found(finding)
        for name, look in (("index", _of_index), ("embedder", of_embedder), ("model", of_model)):
            for finding in guarded(name, partial(look, settings)):
                found(finding)
    ok = all(each.well for each in findings)
    if json:
        output.json({"ok": ok, "checks": [_object(each) for each in findings]})
    return WELL if ok else UNWELL


def _object(finding: Finding) -> dict[str, Any]:
    return {
        "about": finding.name,
        "ok": finding.well,
        "message": finding.message,
        "hint": finding.hint or None,
    }


# Discord


class _Look(discord.Client):
    """Logs in as the bot does, and does nothing there."""

    def __init__(self, about: DiscordSettings) -> None:
        super().__init__(
            intents=intents_of(about),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
            guild_ready_timeout=MORE_SECONDS,
        )
        self.there = asyncio.Event()

    async def on_ready(self) -> None:
        self.there.set()


async def of_token(about: DiscordSettings) -> Finding:
    """Whether Discord takes the token; no more is looked at."""
    return (await _of_discord(about, alone=True))[0]


async def _of_discord(about: DiscordSettings, *, alone: bool = False) -> list[Finding]:
    if about.token is None:
        missing = no_token()
        return [wrong("token", missing.message, missing.hint)]
    client = _Look(about)
    try:
        try:
            await asyncio.wait_for(client.login(about.token), _LOGIN_SECONDS)
        except Exception as error:
            return [_failed("token", error)]
        token = well("token", f"Discord knows it as the bot {client.user}.")
        return [token] if alone else [token, *await _logged_in(client, about)]
    finally:
        with suppress(TimeoutError, aiohttp.ClientError, OSError):
            await asyncio.wait_for(client.close(), 5.0)


async def _logged_in(client: _Look, about: DiscordSettings) -> list[Finding]:
    application = client.application
    assert application is not None, "to log in fetches it"
    findings = []
    if application.interactions_endpoint_url:
        findings.append(
            wrong(
                "commands",
                f"They go to {application.interactions_endpoint_url}, not here.",
                "In the portal, General Information, take out the Interactions Endpoint URL.",
            )
        )
    flags = application.flags
    granted = flags.gateway_message_content or flags.gateway_message_content_limited
    if about.message_content and not granted:
        wanted = no_intent()
        return [*findings, wrong("intents", wanted.message, wanted.hint)]
    running = asyncio.create_task(client.connect(reconnect=False))
    there = asyncio.create_task(client.there.wait())
    try:
        await asyncio.wait(
            {running, there}, timeout=_READY_SECONDS, return_when=asyncio.FIRST_COMPLETED
        )
        if there.done():
            which = "Message Content is granted." if about.message_content else "None are needed."
            findings.append(well("intents", which))
            findings += _of_permissions(client, about)
        elif running.done() and (error := running.exception()) is not None:
            findings.append(_failed("intents", error))
        else:
            message = "Discord's gateway does not answer."
            hint = "Try again later; look at https://discordstatus.com"
            findings.append(wrong("intents", message, hint))
    finally:
        for task in (running, there):
            task.cancel()
        await asyncio.wait({running, there}, timeout=1.0)
    return findings


def _failed(about: str, error: BaseException) -> Finding:
    final = final_error(error) if isinstance(error, Exception) else None
    if isinstance(final, FootnoteError):
        return wrong(about, final.message, final.hint)
    if isinstance(error, Exception) and final is not None:
        return wrong(
            about,
            f"Discord cannot be reached: {named(error)}.",
            "Look at the network, at a proxy, and at https://discordstatus.com",
        )
    return wrong(about, f"It could not be checked: {type(error).__name__}: {error}")


def _of_permissions(client: _Look, about: DiscordSettings) -> Iterable[Finding]:
    invite = invitation(client.application_id)
    if not client.guilds:
        yield wrong("permissions", "The bot is in no server.", f"Invite it: {invite}")
        return
    lacks = {
        f"in {guild.name}": missing
        for guild in client.guilds
        if (missing := lacking(guild.me.guild_permissions))
    }
    for id in sorted(about.channels):
        channel = client.get_channel(id)
        if isinstance(channel, discord.CategoryChannel):
            continue  # its channels may have permissions of their own
        if isinstance(channel, discord.abc.GuildChannel):
            missing = lacking(channel.permissions_for(channel.guild.me))
            if missing and f"in {channel.guild.name}" not in lacks:
                lacks[f"in the channel {channel.name}"] = missing
        elif channel is None:
            lacks[f"in the channel {id}"] = ["View Channels"]
    if lacks:
        told = [f"{where}: {', '.join(what)}" for where, what in lacks.items()]
        more = f"; and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
        yield wrong(
            "permissions",
            f"Some are missing {'; '.join(told[:_MOST_NAMED])}{more}.",
            f"Give them to the bot's role there, or invite it anew: {invite}",
        )
        return
    count = sum(1 for _, needed in PERMISSIONS if needed)
    servers = f"{len(client.guilds)} server{'s' if len(client.guilds) > 1 else ''}"
    yield well("permissions", f"It has the {count} that it needs, in {servers}.")
    yield well("invitation", invite)


# The documents


def _of_index(settings: Settings) -> list[Finding]:
    from bot.wiring import chroma_of, embedder_of
    from index.build import is_current
    from index.scan import scan
    from index.store import Store

    now = scan(settings.corpus)
    generation = Store.for_corpus(settings.store, settings.corpus, settings.keep).current()
    if generation is None:
        return [well("index", "There is none yet; the bot builds it when it starts.")]
    with generation:
        documents = sum(1 for _ in generation.files())
        what = f"{documents:,} documents, {generation.passage_count:,} passages"
        vectors = embedder_of(settings), chroma_of(settings)
        if is_current(generation, now, None, *vectors):
            return [well("index", f"{what}, as the documents are.")]
        return [well("index", f"{what}; the bot brings it up to date when it starts.")]
