"""Interactions: what people ask through Discord, the 3 seconds, and the token's 15 minutes."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass, field

from tests.servers.discord_like import forms
from tests.servers.discord_like.refusal import (
    JSON,
    Form,
    acknowledged_already,
    token_over,
    unknown,
)
from tests.servers.discord_like.world import EPHEMERAL, LOADING, World

ANSWER_WITHIN = 3.0
TOKEN_LASTS = 15 * 60.0
PING, COMMAND, COMPONENT, COMPLETE, MODAL = 1, 2, 3, 4, 5
_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _FORM = 4, 5, 6, 7, 8, 9


@dataclass
class Asked:
    """One interaction, and what came of it. Times are seconds of `time.monotonic`."""

    id: str
    token: str
    kind: int
    channel: str
    user: str
    data: JSON
    made: float
    sent: float = field(default_factory=time.monotonic)
    first: float | None = None
    answered: int | None = None
    refused: list[int] = field(default_factory=list)
    original: str | None = None
    messages: list[str] = field(default_factory=list)
    on: str | None = None
    form: JSON | None = None
    choices: list[JSON] | None = None
    last: float | None = None

    @property
    def waited(self) -> float:
        """Seconds from the interaction to the first response that counted."""
        return float("inf") if self.first is None else self.first - self.sent


class Interactions:
    """All interactions, and what may be said to each."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.all: list[Asked] = []
        self._by_token: dict[str, Asked] = {}

    def new(self, kind: int, channel: str, user: str, data: JSON, on: str | None = None) -> Asked:
        made = self._world.snowflake()
        asked = Asked(
            made, f"aW50ZXJhY3Rpb24:{made}{secrets.token_hex(40)}", kind, channel, user, data,
            self._world.clock.now(), on=on,
        )  # fmt: skip
        self.all.append(asked)
        self._by_token[asked.token] = asked
        return asked

    def payload(self, asked: Asked) -> JSON:
        """INTERACTION_CREATE's data."""
        world = self._world
        channel = world.channels[asked.channel]
        bot = str(world.permissions(channel, world.bot["id"]))
        held = str(world.permissions(channel, asked.user))
        payload: JSON = {
            "id": asked.id, "application_id": world.application["id"], "type": asked.kind,
            "token": asked.token, "version": 1, "data": asked.data, "channel_id": asked.channel,
            "channel": {**channel, "permissions": held}, "app_permissions": bot,
            "locale": "en-US", "entitlements": [], "authorizing_integration_owners": {},
            "context": 1, "attachment_size_limit": forms.FILES_SIZE,
        }  # fmt: skip
        guild = channel.get("guild_id")
        if guild is None:
            payload["user"] = world.users[asked.user]
        else:
            whole = world.guilds[guild]
            member = world.find_member(guild, asked.user)
            payload |= {
                "guild_id": guild, "guild_locale": "en-US", "context": 0,
                "guild": {"id": guild, "locale": "en-US", "features": whole["features"]},
                "member": {**(member or {}), "permissions": held},
                "authorizing_integration_owners": {"0": guild},
            }  # fmt: skip
        if asked.on is not None:
            payload["message"] = world.find_message(asked.channel, asked.on)
        return payload

    def respond(self, made: str, token: str, body: JSON, files: dict[str, bytes]) -> JSON | None:
        """The first response to an interaction; the message that it made or changed, if any."""
        asked = self._by_token.get(token)
        if asked is None or asked.id != made:
            raise unknown("Interaction")
        if asked.answered is not None:
            asked.refused.append(40060)
            raise acknowledged_already()
        if self._world.clock.now() - asked.made > ANSWER_WITHIN:
            asked.refused.append(10062)
            raise unknown("Interaction")
        kind, data = body["type"], body.get("data") or {}
        message = self._first(asked, kind, data, files)
        asked.answered = kind
        asked.first = asked.last = time.monotonic()
        return message

    def _first(self, asked: Asked, kind: int, data: JSON, files: dict[str, bytes]) -> JSON | None:
        if kind == _MESSAGE:
            forms.message(data, files)
            made = self.create(asked, data, files, data.get("flags", 0) & (EPHEMERAL | 4))
            asked.original = made["id"]
            return made
        if kind == _DEFERRED:
            flags = LOADING | (data.get("flags", 0) & EPHEMERAL)
            made = self.create(asked, {}, {}, flags)
            asked.original = made["id"]
            return made
        if kind in (_UPDATE, _DEFERRED_UPDATE) and asked.on is not None:
            asked.original = asked.on
            message = self._world.find_message(asked.channel, asked.on)
            if kind == _UPDATE:
                forms.message(data, files, before=message)
                change(self._world, message, data, files)
            return message
        if kind == _FORM and asked.kind != MODAL:
            forms.modal(data)
            asked.form = data
            return None
        if kind == _CHOICES and asked.kind == COMPLETE:
            asked.choices = data.get("choices", [])
            return None
        form = Form()
        form.wrong("type", "BASE_TYPE_CHOICES", "Value must be one of (…).")
        form.end()
        return None

    def holder(self, application: str, token: str) -> Asked:
        """The interaction of a token with which a message is to be sent or changed now."""
        asked = self._by_token.get(token)
        if asked is None or application != self._world.application["id"]:
            raise unknown("Webhook")
        if self._world.clock.now() - asked.made > TOKEN_LASTS:
            raise token_over()
        if asked.answered is None:
            raise unknown("Webhook")
        asked.last = time.monotonic()
        return asked

    def message(self, asked: Asked, name: str) -> JSON:
        """One of the messages that a token may read and change."""
        wanted = asked.original if name == "@original" else name
        if wanted is None or (wanted != asked.original and wanted not in asked.messages):
            raise unknown("Message")
        return self._world.find_message(asked.channel, wanted)

    def follow(self, asked: Asked, body: JSON, files: dict[str, bytes]) -> JSON:
        """A follow-up; the first after a deferral takes the place of "is thinking"."""
        forms.message(body, files)
        if asked.original is not None:
            first = self._world.messages[asked.channel].get(asked.original)
            if first is not None and first["flags"] & LOADING:
                return change(self._world, first, body, files)
        return self.create(asked, body, files, body.get("flags", 0) & (EPHEMERAL | 4))

    def create(self, asked: Asked, body: JSON, files: dict[str, bytes], flags: int) -> JSON:
        world = self._world
        name = asked.data.get("name")
        about = {
            "id": asked.id, "type": asked.kind, "user": world.users[asked.user],
            "authorizing_integration_owners": {}, "name": name,
        }  # fmt: skip
        if asked.kind == COMPONENT:
            about = {**about, "interacted_message_id": asked.on}
        elif asked.kind == MODAL:
            inner = {key: value for key, value in about.items() if key != "type"}
            about["triggering_interaction_metadata"] = {**inner, "type": COMMAND}
        message = world.new_message(
            asked.channel, world.bot["id"], body.get("content") or "", flags=flags,
            application_id=world.application["id"], webhook_id=world.application["id"],
            interaction_metadata=about, type=20 if asked.kind == COMMAND else 0,
        )  # fmt: skip
        asked.messages.append(message["id"])
        fill(world, message, body, files, interaction=True)
        return message


def fill(
    world: World, message: JSON, body: JSON, files: dict[str, bytes], *, interaction: bool
) -> None:
    """Embeds, components, files of a message; and, kept in `_pings`, whom it alerts."""
    if "embeds" in body:
        message["embeds"] = [{"type": "rich", **embed} for embed in body["embeds"] or ()]
    if "components" in body:
        message["components"] = _numbered(body["components"] or ())
    kept = {each["id"]: each for each in message["attachments"]}
    made = []
    for each in body.get("attachments") or ():
        data = files.get(f"files[{each['id']}]")
        if data is None:
            made += [kept[str(each["id"])]] if str(each["id"]) in kept else []
            continue
        number = world.snowflake()
        world.files[number] = data
        address = f"https://cdn.discordapp.com/attachments/1/{number}/{each['filename']}"
        made.append({
            "id": number, "filename": each["filename"], "size": len(data), "url": address,
            "proxy_url": address.replace("cdn.", "media."), "content_type": "text/plain",
        })  # fmt: skip
    if "attachments" in body:
        message["attachments"] = made
    replied = (message.get("referenced_message") or {}).get("author", {}).get("id")
    message.setdefault("_pings", []).extend(forms.pings(body, replied, interaction=interaction))


def _numbered(rows: list[JSON] | tuple[()]) -> list[JSON]:
    """Components as they come back: each with a number."""
    count = iter(range(1, 100))
    made = []
    for row in rows:
        number = next(count)
        inner = [{"id": next(count), **each} for each in row.get("components") or ()]
        made.append({"id": number, **row, "components": inner})
    return made


def change(world: World, message: JSON, body: JSON, files: dict[str, bytes]) -> JSON:
    """A message edited; what the body does not name stays."""
    if "content" in body:
        message["content"] = body["content"] or ""
    if "flags" in body:
        message["flags"] = (message["flags"] & ~4) | ((body["flags"] or 0) & 4)
    message["flags"] &= ~LOADING
    message["edited_timestamp"] = world.stamp()
    fill(world, message, body, files, interaction="webhook_id" in message)
    return message
