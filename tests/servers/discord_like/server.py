"""The small Discord in a thread of its own, and how tests have things happen in it.

    with Discord() as discord, pointed(discord):
        ...a client of discord.py...
        discord.people.slash("ask", "Ann", question="Where did they meet?")

Every method may be called from any thread; what happens, happens in the server's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from aiohttp import web

from tests.servers.discord_like.gateway import INVALID, RECONNECT, Gateway, Socket
from tests.servers.discord_like.interactions import Asked, Interactions
from tests.servers.discord_like.people import People
from tests.servers.discord_like.refusal import JSON
from tests.servers.discord_like.rest import PREFIX, Call, Rest
from tests.servers.discord_like.troubles import DISCORDS, Limits, Trouble
from tests.servers.discord_like.world import PERMISSIONS, Clock, World
from tests.servers.looped import Looped

TOKEN = "MTIzNDU2Nzg5MDEyMzQ1Njc4.GaBcDe.not-a-true-token-of-anyone-0123456789"
T = TypeVar("T")


class Discord(Looped):
    """A small Discord, while the `with` lasts.

    `limited` has it count requests and refuse too many, with the limits that Discord was seen to
    keep; without it nothing is refused but what `trouble` asks for.
    """

    def __init__(self, *, token: str = TOKEN, limited: bool = False, port: int = 0) -> None:
        super().__init__(port)
        self.token = token
        self.clock = Clock()
        self.world = World(self.clock)
        self.gateway = Gateway(self.world, token)
        self.interactions = Interactions(self.world)
        self.rest = Rest(self.world, self.gateway, self.interactions, token)
        if limited:
            self.rest.limits = Limits(DISCORDS, everything=True)
        self.people = People(self)
        self.gateway.address = f"ws://127.0.0.1:{self.port}/"

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.port}{PREFIX}"

    async def _listen(self) -> None:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self.rest.add_to(app)
        app.router.add_get("/", self.gateway.serve)
        app.router.add_get("/resume", self.gateway.serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.SockSite(self._runner, self._socket).start()

    async def _stop(self) -> None:
        for each in tuple(self.gateway.sockets):
            each.abort()
        await self._runner.cleanup()
        left = [each for each in asyncio.all_tasks() if each is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def do(self, act: Callable[[], T]) -> T:
        """Have something happen in the server's thread, and wait for it."""

        async def doing() -> T:
            return act()

        return asyncio.run_coroutine_threadsafe(doing(), self._loop).result(30)

    def _each(self, act: Callable[[Socket], None]) -> None:
        def acts() -> None:
            for each in tuple(self.gateway.sockets):
                act(each)

        self.do(acts)

    @property
    def calls(self) -> list[Call]:
        return list(self.rest.calls)

    def called(self, route: str) -> list[Call]:
        """The requests to routes that begin so, as `PATCH /channels`."""
        return [each for each in self.calls if each.route.startswith(route)]

    @property
    def syncs(self) -> int:
        """How often commands were written."""
        return len(self.called("PUT /applications"))

    @property
    def asked(self) -> list[Asked]:
        return list(self.interactions.all)

    def messages(self, channel: str | None = None) -> list[JSON]:
        """The bot's own messages in a channel, oldest first."""
        return self.do(lambda: self._messages(channel or self.world.channel["id"]))

    def _messages(self, channel: str) -> list[JSON]:
        bot = self.world.bot["id"]
        found = self.world.messages[channel].values()
        return [dict(each) for each in found if each["author"]["id"] == bot and each["type"] != 21]

    def replies(self, asked: Asked) -> list[JSON]:
        """The messages that an interaction brought, as they are now."""
        there = self.world.messages[asked.channel]
        return self.do(lambda: [dict(there[each]) for each in asked.messages if each in there])

    def trouble(
        self,
        kind: str,
        route: str = "",
        *,
        times: int = 1,
        after: int = 0,
        status: int = 500,
        seconds: float = 0.0,
    ) -> None:
        """Have `times` requests to routes that match go wrong, after `after` went well.

        Kinds: slow, status, limited, banned, drop (nothing was done); slow answer, drop answer,
        cut answer (it was done, but is not heard of, or late).
        """
        made = Trouble(kind, route, times=times, after=after, status=status, seconds=seconds)
        self.do(lambda: self.rest.troubles.add(made))

    def global_limit(self, seconds: float) -> None:
        """Refuse everything but interactions' replies for so long, as over the global limit."""
        until = time.monotonic() + seconds
        self.do(lambda: self.rest.limits.close_until(until))

    def drop(self) -> None:
        """Every gateway socket is gone, without a word."""
        self._each(Socket.abort)

    def close(self, code: int) -> None:
        self._each(lambda socket: socket.close(code))

    def reconnect(self) -> None:
        """Ask clients to connect anew (opcode 7)."""
        told: JSON = {"op": RECONNECT, "t": None, "s": None, "d": None}
        self._each(lambda socket: socket.put(told))

    def invalidate(self, *, resumable: bool) -> None:
        """Tell clients that their session is over (opcode 9), or may be resumed."""

        def act() -> None:
            if not resumable:
                self.gateway.sessions.clear()
            for each in self.gateway.sockets:
                each.put({"op": INVALID, "t": None, "s": None, "d": resumable})

        self.do(act)

    def ready_again(self) -> None:
        """A second READY, on the same socket, and the servers again."""

        def act() -> None:
            for each in self.gateway.sessions.values():
                self.gateway.ready(each)

        self.do(act)

    def again(self, event: str) -> int:
        """The last event of a name, a second time."""
        return self.do(lambda: self.gateway.again(event))

    @property
    def connected(self) -> bool:
        """Whether a client listens: its session has a socket."""
        return any(each.socket is not None for each in tuple(self.gateway.sessions.values()))

    def deny(self, *names: str, channel: str | None = None) -> None:
        """Take permissions from the bot, in a channel."""
        world = self.world
        whole = world.channels[channel or world.channel["id"]]
        bits = str(sum(PERMISSIONS[each] for each in names))
        over = {"id": world.bot["id"], "type": 1, "allow": "0", "deny": bits}

        def act() -> None:
            whole["permission_overwrites"] = [over]
            self.gateway.tell("CHANNEL_UPDATE", dict(whole), "guilds")

        self.do(act)

    def wait(self, until: Callable[[], object], seconds: float = 10.0) -> None:
        """Wait (in this thread) for something to hold."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, self.story()
            time.sleep(0.005)

    def story(self) -> str:
        """The last requests, for those who read a failed test."""
        said: list[str] = [
            f"{each.route} {each.status} {each.code or ''} {str(each.body)[:300]}"
            for each in self.calls[-12:]
        ]
        return "\n".join(["waited in vain; the last requests:", *said])


def texts(messages: list[Mapping[str, object]] | list[JSON]) -> list[str]:
    """All the words of messages: content, and what their embeds say."""
    said = []
    for each in messages:
        parts = [str(each["content"])]
        embeds = each["embeds"]
        assert isinstance(embeds, list)
        for embed in embeds:
            parts += [embed.get("title") or "", embed.get("description") or ""]
            for field in embed.get("fields") or ():
                parts += [field["name"], field["value"]]
        said.append("\n".join(part for part in parts if part))
    return said
