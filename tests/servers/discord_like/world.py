"""What there is in Discord: people, servers, channels and messages, in Discord's own JSON."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime

from tests.servers.discord_like.refusal import JSON, missing_access, missing_permissions, unknown

EPOCH = 1_420_070_400_000
PERMISSIONS = {
    "administrator": 1 << 3, "manage_guild": 1 << 5, "add_reactions": 1 << 6,
    "view_channel": 1 << 10, "send_messages": 1 << 11, "manage_messages": 1 << 13,
    "embed_links": 1 << 14, "attach_files": 1 << 15, "read_message_history": 1 << 16,
    "mention_everyone": 1 << 17, "use_application_commands": 1 << 31,
    "create_public_threads": 1 << 35, "send_messages_in_threads": 1 << 38,
}  # fmt: skip
_EVERYONE = sum(PERMISSIONS.values()) - sum(
    PERMISSIONS[name] for name in ("administrator", "manage_guild", "manage_messages")
)
TEXT, PRIVATE, PUBLIC_THREAD = 0, 1, 11
EPHEMERAL, HAS_THREAD, LOADING = 64, 32, 128


class Clock:
    """The server's time, which tests can move on."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def now(self) -> float:
        return time.time() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


class World:
    """All that is, by id; ids are strings, as Discord sends them."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._last = 0
        self.users: dict[str, JSON] = {}
        self.guilds: dict[str, JSON] = {}
        self.channels: dict[str, JSON] = {}
        self.messages: dict[str, dict[str, JSON]] = {}
        self.files: dict[str, bytes] = {}
        self.commands: list[JSON] = []
        self.guild_commands: dict[str, list[JSON]] = {}
        self.bot = self.add_user("Footnote", bot=True)
        self.owner = self.add_user("Owner")
        self.application: JSON = {
            "id": self.bot["id"], "name": "Footnote", "icon": None, "description": "",
            "type": None, "bot": self.bot, "bot_public": True, "bot_require_code_grant": False,
            "verify_key": "0" * 64, "flags": 0, "flags_new": "0", "redirect_uris": [],
            "interactions_endpoint_url": None, "role_connections_verification_url": None,
            "owner": self.owner, "approximate_guild_count": 1,
            "approximate_user_install_count": 0, "approximate_user_authorization_count": 0,
            "explicit_content_filter": 0, "team": None, "eligible_oauth2_scopes": [],
            "rpc_origins": [], "summary": "", "hook": True, "integration_types_config": {},
        }  # fmt: skip
        self.guild = self.add_guild("Town")
        self.channel = self.add_channel(self.guild["id"], "general")

    def snowflake(self) -> str:
        """An id that tells its time, and is greater than all before."""
        made = (int(self.clock.now() * 1000) - EPOCH) << 22
        self._last = max(made, self._last + 1)
        return str(self._last)

    def stamp(self) -> str:
        return datetime.fromtimestamp(self.clock.now(), UTC).isoformat()

    def add_user(self, name: str, *, bot: bool = False) -> JSON:
        user: JSON = {
            "id": self.snowflake(), "username": name.lower(), "global_name": name, "avatar": None,
            "discriminator": "0", "public_flags": 0, "flags": 0, "primary_guild": None,
        }  # fmt: skip
        if bot:
            user["bot"] = True
        self.users[user["id"]] = user
        return user

    def add_guild(self, name: str) -> JSON:
        made = self.snowflake()
        everyone = {
            "id": made, "name": "@everyone", "color": 0, "hoist": False, "position": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "permissions": str(_EVERYONE), "managed": False, "mentionable": False, "flags": 0,
            "icon": None, "unicode_emoji": None, "description": None,
        }  # fmt: skip
        guild: JSON = {
            "id": made, "name": name, "icon": None, "owner_id": self.owner["id"],
            "afk_timeout": 300, "afk_channel_id": None, "verification_level": 0, "mfa_level": 0,
            "default_message_notifications": 0, "explicit_content_filter": 0, "nsfw_level": 0,
            "roles": [everyone], "emojis": [], "stickers": [], "features": [], "threads": [],
            "system_channel_id": None, "system_channel_flags": 0, "rules_channel_id": None,
            "premium_tier": 0, "preferred_locale": "en-US", "public_updates_channel_id": None,
            "large": False, "unavailable": False, "joined_at": self.stamp(), "members": [],
            "channels": [], "presences": [], "voice_states": [], "stage_instances": [],
            "guild_scheduled_events": [], "soundboard_sounds": [], "splash": None,
            "discovery_splash": None, "banner": None, "description": None, "region": "",
            "vanity_url_code": None, "application_id": None, "widget_enabled": False,
            "premium_progress_bar_enabled": False, "nsfw": False, "safety_alerts_channel_id": None,
        }  # fmt: skip
        self.guilds[made] = guild
        for user in (self.bot, self.owner):
            self.add_member(made, user["id"])
        return guild

    def add_member(self, guild: str, user: str) -> JSON:
        found = self.find_member(guild, user)
        if found is not None:
            return found
        member: JSON = {
            "user": self.users[user], "nick": None, "roles": [], "joined_at": self.stamp(),
            "deaf": False, "mute": False, "flags": 0, "pending": False, "avatar": None,
            "banner": None, "premium_since": None, "communication_disabled_until": None,
        }  # fmt: skip
        self.guilds[guild]["members"].append(member)
        return member

    def find_member(self, guild: str, user: str) -> JSON | None:
        members = self.guilds[guild]["members"]
        return next((each for each in members if each["user"]["id"] == user), None)

    def add_role(self, guild: str, name: str, *permissions: str) -> JSON:
        role: JSON = {
            **self.guilds[guild]["roles"][0], "id": self.snowflake(), "name": name, "position": 1,
            "permissions": str(sum(PERMISSIONS[each] for each in permissions)),
        }  # fmt: skip
        self.guilds[guild]["roles"].append(role)
        return role

    def add_channel(self, guild: str, name: str) -> JSON:
        channel: JSON = {
            "id": self.snowflake(), "type": TEXT, "flags": 0, "guild_id": guild, "name": name,
            "position": len(self.guilds[guild]["channels"]), "permission_overwrites": [],
            "nsfw": False, "parent_id": None, "topic": None, "last_message_id": None,
            "rate_limit_per_user": 0,
        }  # fmt: skip
        self.channels[channel["id"]] = channel
        self.messages[channel["id"]] = {}
        self.guilds[guild]["channels"].append(channel)
        return channel

    def private_channel(self, user: str) -> JSON:
        """The channel of the bot with one person."""
        for channel in self.channels.values():
            if channel["type"] == PRIVATE and channel["recipients"][0]["id"] == user:
                return channel
        channel = {
            "id": self.snowflake(), "type": PRIVATE, "flags": 0, "last_message_id": None,
            "recipients": [self.users[user]],
        }  # fmt: skip
        self.channels[channel["id"]] = channel
        self.messages[channel["id"]] = {}
        return channel

    def add_thread(self, parent: str, name: str, owner: str, made: str | None = None) -> JSON:
        guild = self.channels[parent]["guild_id"]
        thread: JSON = {
            "id": made or self.snowflake(), "type": PUBLIC_THREAD, "flags": 0, "guild_id": guild,
            "parent_id": parent, "name": name, "owner_id": owner, "message_count": 0,
            "member_count": 1, "total_message_sent": 0, "rate_limit_per_user": 0,
            "last_message_id": None,
            "thread_metadata": {
                "archived": False, "auto_archive_duration": 1440, "locked": False,
                "archive_timestamp": self.stamp(), "create_timestamp": self.stamp(),
            },
        }  # fmt: skip
        self.channels[thread["id"]] = thread
        self.messages[thread["id"]] = {}
        self.guilds[guild]["threads"].append(thread)
        return thread

    def find_channel(self, channel: str) -> JSON:
        if channel not in self.channels:
            raise unknown("Channel")
        return self.channels[channel]

    def find_message(self, channel: str, message: str) -> JSON:
        try:
            return self.messages[channel][message]
        except KeyError:
            raise unknown("Message") from None

    def permissions(self, channel: JSON, user: str) -> int:
        """What a person may do in a channel, as Discord's documentation reckons it."""
        if channel["type"] == PRIVATE:
            return _EVERYONE
        if channel["type"] == PUBLIC_THREAD:
            channel = self.channels[channel["parent_id"]]
        guild = self.guilds[channel["guild_id"]]
        member = self.find_member(guild["id"], user)
        if member is None:
            return 0
        if user == guild["owner_id"]:
            return sum(PERMISSIONS.values())
        held = {guild["id"], *member["roles"]}
        base = 0
        for role in guild["roles"]:
            base |= int(role["permissions"]) if role["id"] in held else 0
        if base & PERMISSIONS["administrator"]:
            return sum(PERMISSIONS.values())
        for chosen in ({guild["id"]}, held - {guild["id"]}, {user}):
            over = [o for o in channel["permission_overwrites"] if o["id"] in chosen]
            for each in over:
                base &= ~int(each["deny"])
            for each in over:
                base |= int(each["allow"])
        return base

    def need(self, channel: JSON, *names: str) -> None:
        """Refuse the bot what it may not do in a channel."""
        held = self.permissions(channel, self.bot["id"])
        if not held & PERMISSIONS["view_channel"]:
            raise missing_access()
        if any(not held & PERMISSIONS[name] for name in names):
            raise missing_permissions()

    def new_message(self, channel: str, author: str, content: str, **more: object) -> JSON:
        named = re.findall(r"<@!?(\d+)>", content)
        message: JSON = {
            "id": self.snowflake(), "type": 0, "channel_id": channel, "content": content,
            "author": self.users[author], "timestamp": self.stamp(), "edited_timestamp": None,
            "mentions": [self.users[u] for u in dict.fromkeys(named) if u in self.users],
            "mention_roles": [], "mention_everyone": False, "attachments": [], "embeds": [],
            "components": [], "flags": 0, "pinned": False, "tts": False, **more,
        }  # fmt: skip
        self.messages[channel][message["id"]] = message
        self.channels[channel]["last_message_id"] = message["id"]
        return message


def shown(message: JSON, change: Callable[[JSON], None] | None = None) -> JSON:
    """A copy to send away, which later edits do not reach."""
    copied = dict(message)
    if change:
        change(copied)
    return copied
