"""What people do in Discord: ask by command, press, fill in, write, open threads."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tests.servers.discord_like.interactions import COMMAND, COMPONENT, MODAL, Asked
from tests.servers.discord_like.refusal import JSON
from tests.servers.discord_like.world import PERMISSIONS, shown

if TYPE_CHECKING:
    from tests.servers.discord_like.server import Discord

_STRING, _INTEGER, _BOOLEAN = 3, 4, 5


class People:
    """The people of the small Discord; each is made when first named."""

    def __init__(self, discord: Discord) -> None:
        self._discord = discord
        self._world = discord.world
        self._named: dict[str, str] = {}

    def person(self, name: str) -> str:
        """The id of a person, who is a member of the server."""
        return self._discord.do(lambda: self._person(name))

    def _person(self, name: str) -> str:
        if name not in self._named:
            made = self._world.add_user(name)["id"]
            self._named[name] = made
            self._world.add_member(self._world.guild["id"], made)
        return self._named[name]

    def moderator(self, name: str, *permissions: str) -> str:
        """A person with permissions of a role's; to manage the server, where none is named."""

        def act() -> str:
            user = self._person(name)
            guild = self._world.guild["id"]
            role = self._world.add_role(guild, f"of {name}", *(permissions or ("manage_guild",)))
            self._discord.gateway.tell("GUILD_ROLE_CREATE", {"guild_id": guild, "role": role})
            member = self._world.find_member(guild, user)
            assert member is not None
            member["roles"].append(role["id"])
            return user

        return self._discord.do(act)

    def slash(self, command: str, by: str, channel: str | None = None, **options: Any) -> Asked:
        """A slash command, by its words (`feedback export`), as it was synced."""

        def act() -> Asked:
            user, place = self._person(by), channel or self._world.channel["id"]
            name, *rest = command.split(" ")
            found = self._command(1, name, place, user)
            known, given = found.get("options") or [], found
            data: JSON = {"id": found["id"], "name": name, "type": 1}
            node = data
            for word in rest:
                given = next(each for each in known if each["name"] == word)
                known = given.get("options") or []
                inner: JSON = {"name": word, "type": given["type"]}
                node["options"], node = [inner], inner
            node["options"] = [_option(known, key, value) for key, value in options.items()]
            missing = [each["name"] for each in known if each.get("required")]
            assert set(missing) <= set(options), f"Discord asks for {missing}"
            return self._new(COMMAND, place, user, data)

        return self._discord.do(act)

    def menu(self, command: str, message: str, by: str, channel: str | None = None) -> Asked:
        """A command of a message's menu."""

        def act() -> Asked:
            user, place = self._person(by), channel or self._world.channel["id"]
            found = self._command(3, command, place, user)
            target = shown(self._world.find_message(place, message))
            data = {
                "id": found["id"], "name": command, "type": 3, "target_id": message,
                "resolved": {"messages": {message: target}},
            }  # fmt: skip
            return self._new(COMMAND, place, user, data)

        return self._discord.do(act)

    def press(self, message: JSON, label: str, by: str) -> Asked:
        """A button of a message, by its label or a part of its custom id."""

        def act() -> Asked:
            place = message["channel_id"]
            there = self._world.find_message(place, message["id"])
            for each in _inner(there["components"]):
                if label in (each.get("label") or "") or label in (each.get("custom_id") or ""):
                    assert not each.get("disabled"), f"{label} cannot be pressed"
                    data = {"custom_id": each["custom_id"], "component_type": each["type"]}
                    data["id"] = each["id"]
                    return self._new(COMPONENT, place, self._person(by), data, message["id"])
            raise AssertionError(f"no {label} under {there['components']}")

        return self._discord.do(act)

    def submit(self, asked: Asked, *values: str) -> Asked:
        """Fill in and send the form that an interaction opened."""

        def act() -> Asked:
            assert asked.form is not None, "no form was opened"
            left = list(values)
            rows: list[JSON] = []
            for row in asked.form["components"]:
                if row["type"] == 10:
                    continue
                inner = row["component"] if "component" in row else row["components"][0]
                value = left.pop(0) if left else ""
                assert value or not inner.get("required", True), "Discord asks for a value"
                assert len(value) <= inner.get("max_length", 4000), "Discord takes no more"
                filled = {"type": inner["type"], "custom_id": inner["custom_id"], "value": value}
                same = {"type": row["type"], "id": len(rows) + 1}
                key = "component" if "component" in row else "components"
                rows.append({**same, key: filled if key == "component" else [filled]})
            data = {"custom_id": asked.form["custom_id"], "components": rows}
            return self._new(MODAL, asked.channel, asked.user, data, asked.on)

        return self._discord.do(act)

    def say(
        self,
        content: str,
        by: str,
        channel: str | None = None,
        *,
        mention: bool = False,
        to: JSON | None = None,
        pinging: bool = True,
    ) -> JSON:
        """A message; one that mentions the bot, or replies to a message, where that is said."""

        def act() -> JSON:
            user, place = self._person(by), channel or self._world.channel["id"]
            text = f"<@{self._world.bot['id']}> {content}" if mention else content
            more: JSON = {}
            if to is not None:
                reference = {"type": 0, "channel_id": place, "message_id": to["id"]}
                there = shown(self._world.find_message(place, to["id"]))
                more = {"type": 19, "message_reference": reference, "referenced_message": there}
            message = self._world.new_message(place, user, text, **more)
            if to is not None and pinging and to["author"] not in message["mentions"]:
                message["mentions"].append(to["author"])
            self._discord.rest.tell_message(message, "CREATE")
            return dict(message)

        return self._discord.do(act)

    def private(self, content: str, by: str) -> JSON:
        """A private message to the bot."""
        channel = self._discord.do(lambda: self._world.private_channel(self._person(by))["id"])
        return self.say(content, by, channel)

    def thread(self, name: str, by: str, channel: str | None = None) -> str:
        """A thread that a person opens; its id."""

        def act() -> str:
            parent = self._world.channels[channel or self._world.channel["id"]]
            made = self._discord.rest.new_thread(parent, name, self._person(by))
            return str(made["id"])

        return self._discord.do(act)

    def invite(self, name: str) -> JSON:
        """The bot joins another server; it has one channel."""

        def act() -> JSON:
            guild = self._world.add_guild(name)
            channel = self._world.add_channel(guild["id"], "lobby")
            guild["system_channel_id"] = channel["id"]
            told = self._discord.gateway.guild(guild)
            del told["unavailable"]  # by which a client tells that it is new
            self._discord.gateway.tell("GUILD_CREATE", told)
            return channel

        return self._discord.do(act)

    def _command(self, kind: int, name: str, channel: str, user: str) -> JSON:
        world = self._world
        local = world.guild_commands.get(world.channels[channel].get("guild_id", ""), [])
        for each in [*world.commands, *local]:
            if (each["type"], each["name"]) == (kind, name):
                needed = int(each["default_member_permissions"] or 0)
                held = world.permissions(world.channels[channel], user)
                mine = held & (needed | PERMISSIONS["use_application_commands"])
                assert mine & needed == needed, f"{name} is hidden from {user}"
                return each
        raise AssertionError(f"no command {name}; there are {[c['name'] for c in world.commands]}")

    def _new(self, kind: int, channel: str, user: str, data: JSON, on: str | None = None) -> Asked:
        asked = self._discord.interactions.new(kind, channel, user, data, on)
        payload = self._discord.interactions.payload(asked)
        self._discord.gateway.tell("INTERACTION_CREATE", payload)
        return asked


def _option(known: list[JSON], name: str, value: Any) -> JSON:
    found = next(each for each in known if each["name"] == name)
    kind = {str: _STRING, bool: _BOOLEAN, int: _INTEGER}[type(value)]
    assert found["type"] == kind, f"{name} takes another kind of value"
    if kind == _STRING:
        assert len(value) <= found.get("max_length", 6000), "Discord takes no more"
        assert len(value) >= found.get("min_length", 0), "Discord asks for more"
    return {"name": name, "type": kind, "value": value}


def _inner(rows: list[JSON]) -> Iterator[JSON]:
    for row in rows:
        yield from row.get("components") or ()
