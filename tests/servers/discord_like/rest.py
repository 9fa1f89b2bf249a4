"""Discord's HTTP interface: what a bot asks for and sends, and what it is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.servers.discord_like import forms, troubles
from tests.servers.discord_like.gateway import Gateway
from tests.servers.discord_like.interactions import Interactions, change, fill
from tests.servers.discord_like.refusal import JSON, Form, Refusal, not_yours, unauthorized, unknown
from tests.servers.discord_like.troubles import Limits, Troubles
from tests.servers.discord_like.world import (
    EPHEMERAL,
    HAS_THREAD,
    PUBLIC_THREAD,
    World,
)

PREFIX = "/api/v10"


@dataclass
class Call:
    """A request as it came, and what it was answered (0 where the socket was dropped)."""

    method: str
    path: str
    route: str
    body: Any
    files: dict[str, bytes] = field(repr=False)
    at: float
    status: int = 0
    code: int | None = None
    named: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


Handler = Callable[[Call], Awaitable[object]]


class Rest:
    """The routes. `calls` are all requests, in the order in which they came."""

    def __init__(
        self, world: World, gateway: Gateway, interactions: Interactions, token: str
    ) -> None:
        self._world = world
        self._gateway = gateway
        self._interactions = interactions
        self._token = token
        self._nonces: dict[tuple[str, str], str] = {}
        self.calls: list[Call] = []
        self.troubles = Troubles()
        self.limits = Limits({}, everything=False)

    def add_to(self, app: web.Application) -> None:
        for spec, handler in self._routes().items():
            method, path = spec.split(" ")
            app.router.add_route(method, PREFIX + path, self._serving(spec, handler))
        app.router.add_route("*", PREFIX + "/{rest:.*}", self._serving("* ?", self._nowhere))

    def _routes(self) -> dict[str, Handler]:
        channel, message = "/channels/{channel}", "/channels/{channel}/messages/{message}"
        hook = "/webhooks/{application}/{token}"
        commands = "/applications/{application}/commands"
        local = "/applications/{application}/guilds/{guild}/commands"
        return {
            "GET /users/@me": self._me,
            "GET /users/{user}": self._user,
            "POST /users/@me/channels": self._private,
            "GET /oauth2/applications/@me": self._application,
            "GET /applications/@me": self._application,
            "GET /gateway": self._gateway_address,
            "GET /gateway/bot": self._gateway_address,
            "GET /guilds/{guild}": self._guild,
            "GET /guilds/{guild}/channels": self._channels,
            "GET /guilds/{guild}/members/{user}": self._member,
            f"GET {commands}": self._commands,
            f"PUT {commands}": self._set_commands,
            f"GET {local}": self._commands,
            f"PUT {local}": self._set_commands,
            "POST /interactions/{interaction}/{token}/callback": self._callback,
            f"POST {hook}": self._follow,
            f"GET {hook}/messages/{{message}}": self._hook_message,
            f"PATCH {hook}/messages/{{message}}": self._edit_hook,
            f"DELETE {hook}/messages/{{message}}": self._delete_hook,
            f"GET {channel}": self._channel,
            f"PATCH {channel}": self._edit_channel,
            f"POST {channel}/typing": self._typing,
            f"GET {channel}/messages": self._history,
            f"POST {channel}/messages": self._create,
            f"GET {message}": self._message,
            f"PATCH {message}": self._edit,
            f"DELETE {message}": self._delete,
            f"POST {message}/threads": self._thread_from,
            f"POST {channel}/threads": self._thread,
            f"PUT {channel}/thread-members/@me": self._join,
        }

    def _serving(self, route: str, handler: Handler) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            body, files = await _read(request)
            call = Call(
                request.method, request.path.removeprefix(PREFIX), route, body, files,
                time.monotonic(), named=dict(request.match_info), query=dict(request.query),
            )  # fmt: skip
            self.calls.append(call)
            met = self.troubles.of(route)
            response = await troubles.before(met, request)
            if response is None:
                response = await self._answered(call, request, handler)
                call.status = response.status
                return await troubles.after(met, request, response)
            call.status = response.status if response.status != 200 else 0
            return response

        return serve

    async def _answered(self, call: Call, request: web.Request, handler: Handler) -> web.Response:
        free = call.route.split(" ")[1].startswith(("/interactions", "/webhooks"))
        major = call.named.get("channel") or call.named.get("token") or ""
        headers, wait = self.limits.check(call.route, major, free)
        if wait:
            return troubles.limited(wait, headers)
        try:
            if not free and request.headers.get("Authorization") != f"Bot {self._token}":
                raise unauthorized()
            found = await handler(call)
        except Refusal as refusal:
            call.code = refusal.code
            return troubles.told(refusal.body, refusal.status, headers)
        if found is None:
            return web.Response(status=204, headers=headers)
        made = call.method == "POST" and call.route.endswith("/threads")
        return troubles.told(_public(found), 201 if made else 200, headers)

    async def _nowhere(self, call: Call) -> object:
        raise Refusal(404, 0, f"404: Not Found ({call.method} {call.path})")

    async def _me(self, _: Call) -> object:
        more = {"mfa_enabled": False, "locale": "en-US", "verified": True, "email": None}
        return self._world.bot | more

    async def _user(self, call: Call) -> object:
        if call.named["user"] not in self._world.users:
            raise unknown("User")
        return self._world.users[call.named["user"]]

    async def _private(self, call: Call) -> object:
        return self._world.private_channel(str(call.body["recipient_id"]))

    async def _application(self, _: Call) -> object:
        return self._world.application

    async def _gateway_address(self, call: Call) -> object:
        found: JSON = {"url": self._gateway.address}
        if call.path.endswith("/bot"):
            limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000}
            found |= {"shards": 1, "session_start_limit": {**limit, "max_concurrency": 1}}
        return found

    async def _guild(self, call: Call) -> object:
        if call.named["guild"] not in self._world.guilds:
            raise unknown("Guild")
        whole = self._gateway.guild(self._world.guilds[call.named["guild"]])
        only = ("members", "channels", "threads", "presences", "voice_states", "large")
        return {key: value for key, value in whole.items() if key not in only}

    async def _channels(self, call: Call) -> object:
        await self._guild(call)
        return self._world.guilds[call.named["guild"]]["channels"]

    async def _member(self, call: Call) -> object:
        await self._guild(call)
        member = self._world.find_member(call.named["guild"], call.named["user"])
        if member is None:
            raise unknown("Member")
        return member

    async def _commands(self, call: Call) -> object:
        if "guild" in call.named:
            return self._world.guild_commands.get(call.named["guild"], [])
        return self._world.commands

    async def _set_commands(self, call: Call) -> object:
        forms.commands(call.body)
        old = {(each["type"], each["name"]): each for each in self._world.commands}
        made = []
        for given in call.body:
            kind = given.get("type", 1)
            before = old.get((kind, given["name"]))
            made.append({
                "default_member_permissions": None, "dm_permission": True, "nsfw": False,
                "name_localizations": None, "description_localizations": None,
                "contexts": None, "description": "", **given, "integration_types": [0],
                "id": before["id"] if before else self._world.snowflake(), "type": kind,
                "application_id": self._world.application["id"],
                "version": self._world.snowflake(),
            })  # fmt: skip
        if "guild" in call.named:
            guild = call.named["guild"]
            self._world.guild_commands[guild] = [{**each, "guild_id": guild} for each in made]
            return self._world.guild_commands[guild]
        self._world.commands = made
        return made

    async def _callback(self, call: Call) -> object:
        named = call.named
        message = self._interactions.respond(
            named["interaction"], named["token"], call.body, call.files
        )
        if call.query.get("with_response") not in ("1", "true"):
            return None
        kind = call.body["type"]
        asked = next(each for each in self._interactions.all if each.id == named["interaction"])
        about: JSON = {"id": asked.id, "type": asked.kind}
        if message is not None:
            self.tell_message(message, "CREATE" if kind in (4, 5) else "UPDATE")
            about["response_message_id"] = message["id"]
            about["response_message_loading"] = kind == 5
            about["response_message_ephemeral"] = bool(message["flags"] & EPHEMERAL)
            about["channel_id"] = asked.channel
        told: JSON = {"interaction": about}
        if message is not None and kind in (4, 7):
            told["resource"] = {"type": kind, "message": message}
        return told

    async def _follow(self, call: Call) -> object:
        asked = self._interactions.holder(call.named["application"], call.named["token"])
        message = self._interactions.follow(asked, call.body, call.files)
        self.tell_message(message, "CREATE")
        return message if call.query.get("wait") in ("1", "true") else None

    async def _hook_message(self, call: Call) -> object:
        asked = self._interactions.holder(call.named["application"], call.named["token"])
        return self._interactions.message(asked, call.named["message"])

    async def _edit_hook(self, call: Call) -> object:
        asked = self._interactions.holder(call.named["application"], call.named["token"])
        message = self._interactions.message(asked, call.named["message"])
        forms.message(call.body, call.files, before=message)
        change(self._world, message, call.body, call.files)
        self.tell_message(message, "UPDATE")
        return message

    async def _delete_hook(self, call: Call) -> object:
        asked = self._interactions.holder(call.named["application"], call.named["token"])
        message = self._interactions.message(asked, call.named["message"])
        del self._world.messages[asked.channel][message["id"]]
        return None

    async def _channel(self, call: Call) -> object:
        channel = self._world.find_channel(call.named["channel"])
        self._world.need(channel)
        return channel

    async def _edit_channel(self, call: Call) -> object:
        channel = self._world.find_channel(call.named["channel"])
        self._world.need(channel)
        if "name" in call.body:
            forms.thread(call.body)
            channel["name"] = call.body["name"]
        for key in ("archived", "locked"):
            if key in call.body:
                channel["thread_metadata"][key] = call.body[key]
        self._gateway.tell("THREAD_UPDATE", dict(channel), "guilds")
        return channel

    async def _typing(self, call: Call) -> object:
        channel = self._world.find_channel(call.named["channel"])
        self._world.need(channel, _speaking(channel))
        return None

    async def _history(self, call: Call) -> object:
        channel = self._world.find_channel(call.named["channel"])
        self._world.need(channel, "read_message_history")
        below = int(call.query.get("before", "0")) or float("inf")
        found = [m for m in self._world.messages[channel["id"]].values() if int(m["id"]) < below]
        seen = [each for each in reversed(found) if not each["flags"] & EPHEMERAL]
        return seen[: int(call.query.get("limit", "50"))]

    async def _create(self, call: Call) -> object:
        world, body = self._world, call.body
        channel = world.find_channel(call.named["channel"])
        needed = [_speaking(channel)]
        needed += ["embed_links"] if body.get("embeds") else []
        needed += ["attach_files"] if call.files else []
        world.need(channel, *needed)
        if channel.get("thread_metadata", {}).get("locked"):
            raise Refusal(403, 160005, "This thread is locked")
        forms.message(body, call.files)
        nonce = (channel["id"], str(body.get("nonce")))
        if body.get("enforce_nonce") and nonce in self._nonces:
            return world.find_message(channel["id"], self._nonces[nonce])
        more: JSON = {}
        if "message_reference" in body:
            more = self._reference(channel, body["message_reference"])
        if "nonce" in body:
            more["nonce"] = body["nonce"]
        text = body.get("content") or ""
        flags = (body.get("flags") or 0) & 4
        message = world.new_message(channel["id"], world.bot["id"], text, flags=flags, **more)
        if body.get("nonce") is not None:
            self._nonces[nonce] = message["id"]
        fill(world, message, body, call.files, interaction=False)
        self.tell_message(message, "CREATE")
        return message

    def _reference(self, channel: JSON, given: JSON) -> JSON:
        found = self._world.messages[channel["id"]].get(str(given["message_id"]))
        if found is None:
            if given.get("fail_if_not_exists", True):
                form = Form()
                form.wrong("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
                form.end()
            return {}
        held = self._world.permissions(channel, self._world.bot["id"])
        if not held & (1 << 16):
            text = "Cannot reply without permission to read message history"
            raise Refusal(400, 160002, text)
        reference = {"type": 0, "channel_id": channel["id"], "message_id": found["id"]}
        return {"type": 19, "message_reference": reference, "referenced_message": dict(found)}

    def _seen(self, call: Call) -> JSON:
        """A message as its channel shows it: what is private is not found there."""
        channel = self._world.find_channel(call.named["channel"])
        self._world.need(channel)
        message = self._world.find_message(channel["id"], call.named["message"])
        if message["flags"] & EPHEMERAL:
            raise unknown("Message")
        return message

    async def _message(self, call: Call) -> object:
        message = self._seen(call)
        self._world.need(self._world.channels[message["channel_id"]], "read_message_history")
        return message

    async def _edit(self, call: Call) -> object:
        message = self._seen(call)
        if message["author"]["id"] != self._world.bot["id"]:
            raise not_yours()
        forms.message(call.body, call.files, before=message)
        change(self._world, message, call.body, call.files)
        self.tell_message(message, "UPDATE")
        return message

    async def _delete(self, call: Call) -> object:
        message = self._seen(call)
        if message["author"]["id"] != self._world.bot["id"]:
            self._world.need(self._world.channels[message["channel_id"]], "manage_messages")
        del self._world.messages[message["channel_id"]][message["id"]]
        self._gateway.tell(
            "MESSAGE_DELETE",
            {"id": message["id"], "channel_id": message["channel_id"]}, "guild_messages",
        )  # fmt: skip
        return None

    async def _thread_from(self, call: Call) -> object:
        message = self._seen(call)
        parent = self._world.channels[message["channel_id"]]
        if parent["type"] == PUBLIC_THREAD or "guild_id" not in parent:
            raise Refusal(400, 50024, "Cannot execute action on this channel type")
        self._world.need(parent, "create_public_threads", "read_message_history")
        if message["flags"] & HAS_THREAD:
            text = "A thread has already been created for this message"
            raise Refusal(400, 160004, text)
        forms.thread(call.body)
        message["flags"] |= HAS_THREAD
        return self.new_thread(parent, call.body["name"], self._world.bot["id"], message["id"])

    async def _thread(self, call: Call) -> object:
        parent = self._world.find_channel(call.named["channel"])
        self._world.need(parent, "create_public_threads")
        forms.thread(call.body)
        return self.new_thread(parent, call.body["name"], self._world.bot["id"])

    def new_thread(self, parent: JSON, name: str, owner: str, made: str | None = None) -> JSON:
        """A thread, told to all; the bot is in it where it made it."""
        thread = self._world.add_thread(parent["id"], name, owner, made)
        joined = {"id": thread["id"], "user_id": owner, "flags": 0}
        member = {**joined, "join_timestamp": self._world.stamp()}
        told = {**thread, "newly_created": True}
        if owner == self._world.bot["id"]:
            told["member"] = member
        self._gateway.tell("THREAD_CREATE", told, "guilds")
        if made is not None:
            parent_message = {"type": 0, "channel_id": parent["id"], "message_id": made}
            starter = self._world.new_message(
                thread["id"], owner, "", type=21, message_reference=parent_message
            )
            self.tell_message(starter, "CREATE")
        return {**thread, "member": member}

    async def _join(self, call: Call) -> object:
        self._world.find_channel(call.named["channel"])
        return None

    def tell_message(self, message: JSON, what: str) -> None:
        """MESSAGE_CREATE or MESSAGE_UPDATE, but of what is private to one person."""
        if message["flags"] & EPHEMERAL:
            return
        channel = self._world.channels[message["channel_id"]]
        told = _public(dict(message))
        assert isinstance(told, dict)
        guild = channel.get("guild_id")
        if guild is None:
            self._gateway.tell(f"MESSAGE_{what}", told, "direct_messages")
            return
        member = self._world.find_member(guild, message["author"]["id"])
        if member is not None:
            told["member"] = {key: value for key, value in member.items() if key != "user"}
        self._gateway.tell(f"MESSAGE_{what}", {**told, "guild_id": guild}, "guild_messages")


def _speaking(channel: JSON) -> str:
    return "send_messages_in_threads" if channel["type"] == PUBLIC_THREAD else "send_messages"


def _public(value: object) -> object:
    """Without the server's own notes on messages."""
    if isinstance(value, dict):
        return {key: _public(inner) for key, inner in value.items() if key != "_pings"}
    if isinstance(value, list):
        return [_public(inner) for inner in value]
    return value


async def _read(request: web.Request) -> tuple[Any, dict[str, bytes]]:
    """A body of JSON, or of parts of which one is JSON and the others are files."""
    if not request.can_read_body:
        return {}, {}
    if not request.content_type.startswith("multipart/"):
        return await request.json(), {}
    body: Any = {}
    files: dict[str, bytes] = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        elif isinstance(value, str):
            body = json.loads(value)
    return body, files
