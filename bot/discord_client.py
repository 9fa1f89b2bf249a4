"""The client: what it may see and do in Discord, and what it does when it is there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.discord.commands import Translator
from bot.discord.faults import PORTAL, no_permission
from bot.serving.logs import event

if TYPE_CHECKING:
    from bot.discord.commands import Synced
    from bot.discord_cog import Footnote
    from bot.services import DiscordSettings
    from bot.serving.health import Gateway
    from index.errors import FootnoteError

# Without these it cannot answer at all; without the others, not everything.
NECESSARY = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
PERMISSIONS = NECESSARY | discord.Permissions(
    send_messages_in_threads=True, create_public_threads=True, attach_files=True
)
_TITLES = {
    "read_messages": "View Channels",
    "view_channel": "View Channels",
    "send_messages_in_threads": "Send Messages in Threads",
}
_log = logging.getLogger(__name__)
# It does not speak, and need not say so.
discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False


def intents_of(about: DiscordSettings) -> discord.Intents:
    """What the bot is told of: nothing privileged, unless it may read threads."""
    return discord.Intents(
        guilds=True,
        guild_messages=True,
        dm_messages=about.direct_messages,
        message_content=about.message_content,
    )


def invitation(application: int | None) -> str:
    """The address at which whoever manages a server can invite the bot."""
    return discord.utils.oauth_url(
        application or 0, permissions=PERMISSIONS, scopes=("bot", "applications.commands")
    )


def lacking(held: discord.Permissions, needed: discord.Permissions = PERMISSIONS) -> list[str]:
    """Those of the `needed` permissions that are not held, as Discord's pages name them."""
    if held.administrator:
        return []
    missing = [name for name, is_set in needed if is_set and not getattr(held, name)]
    return [_TITLES.get(name, name.replace("_", " ").title()) for name in missing]


class Client(commands.Bot):
    """The client: it pings nobody, remembers no message, and knows of nobody who says nothing.

    `problem` is why it left of its own accord, if it did. `at_first` is called when it is ready
    for the first time.
    """

    def __init__(
        self,
        about: DiscordSettings,
        footnote: Footnote,
        gateway: Gateway,
        synced: Synced,
        *,
        at_first: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__(
            command_prefix=commands.when_mentioned,
            help_command=None,
            intents=intents_of(about),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            member_cache_flags=discord.MemberCacheFlags.none(),
            chunk_guilds_at_startup=False,
        )
        self.footnote = footnote
        self.problem: FootnoteError | None = None
        self._gateway = gateway
        self._synced = synced
        self._at_first = at_first
        self._was_ready = False
        gateway.latency = lambda: self.latency

    async def setup_hook(self) -> None:
        await self.tree.set_translator(Translator())
        await self.add_cog(self.footnote)
        application = self.application
        assert application is not None, "to log in fetches it"
        if application.interactions_endpoint_url:
            _log.warning(
                "Commands do not come here: in %s, General Information, take out the Interactions "
                "Endpoint URL.",
                PORTAL,
            )
        if await self._synced.sync(self.tree, application.id):
            event("commands written", application=application.id)

    async def on_message(self, message: discord.Message) -> None:
        """Nothing: commands in messages are not for us; the cog listens by itself."""

    async def on_ready(self) -> None:
        self._gateway.connected(resumed=False)
        if self._was_ready:
            event("ready again")
            return
        self._was_ready = True
        event("ready", user=str(self.user), servers=len(self.guilds))
        if not self.guilds:
            event("in no server", invite=invitation(self.application_id))
        self._look_at_permissions()
        self._at_first()

    async def on_resumed(self) -> None:
        self._gateway.connected(resumed=True)
        event("resumed", logging.DEBUG)

    async def on_disconnect(self) -> None:
        self._gateway.disconnected()

    def _look_at_permissions(self) -> None:
        """Say what is missing where; leave if there is no server where it could answer."""
        helpless = 0
        for guild in self.guilds:
            missing = lacking(guild.me.guild_permissions)
            if missing:
                event(
                    "permissions are missing",
                    logging.WARNING,
                    server=guild.id,
                    missing=missing,
                    invite=invitation(self.application_id),
                )
            helpless += bool(lacking(guild.me.guild_permissions, NECESSARY))
        if helpless and helpless == len(self.guilds):
            missing = lacking(self.guilds[0].me.guild_permissions, NECESSARY)
            self.problem = no_permission(missing, invitation(self.application_id))
            asyncio.get_running_loop().create_task(self.close())
