"""Discord's gateway: sessions that outlive their sockets, and what is told over them."""

from __future__ import annotations

import asyncio
import json
import secrets
import zlib
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.servers.discord_like.refusal import JSON
from tests.servers.discord_like.world import World

DISPATCH, HEARTBEAT, IDENTIFY, RESUME, RECONNECT, MEMBERS, INVALID, HELLO, ACK = (
    0, 1, 2, 6, 7, 8, 9, 10, 11,
)  # fmt: skip
_KNOWN = {HEARTBEAT, IDENTIFY, 3, 4, RESUME, MEMBERS, 31}
INTENTS = {
    "guilds": 1 << 0, "members": 1 << 1, "presences": 1 << 8, "guild_messages": 1 << 9,
    "direct_messages": 1 << 12, "message_content": 1 << 15,
}  # fmt: skip
_ALL = (1 << 26) - 1
_PRIVILEGED = ("members", "presences", "message_content")


class Closed(Exception):
    """The server closes a socket, for a reason that has a code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass
class Session:
    """What was told to one client, that it may ask for again."""

    id: str
    intents: int
    events: list[tuple[str, JSON]] = field(default_factory=list)
    socket: Socket | None = None

    def tell(self, event: str, data: JSON) -> None:
        self.events.append((event, data))
        self.send(len(self.events))

    def send(self, seq: int) -> None:
        if self.socket is not None:
            event, data = self.events[seq - 1]
            self.socket.put({"op": DISPATCH, "t": event, "s": seq, "d": data})


class Socket:
    """One connection; what is put is sent in order by a task of its own."""

    def __init__(self, ws: web.WebSocketResponse, request: web.Request) -> None:
        self.ws = ws
        self.session: Session | None = None
        self.put_out = False
        self.beats = 0
        self.beaten = asyncio.Event()
        self._request = request
        self._queue: asyncio.Queue[JSON | int | None] = asyncio.Queue()
        stream = request.query.get("compress") == "zlib-stream"
        self._zlib = zlib.compressobj() if stream else None

    def put(self, payload: JSON) -> None:
        self._queue.put_nowait(payload)

    def close(self, code: int) -> None:
        """Close it, after all that was put."""
        self._queue.put_nowait(code)

    def abort(self) -> None:
        """As when a cable is pulled: no closing words."""
        if self._request.transport is not None:
            self._request.transport.abort()
        self._queue.put_nowait(None)

    async def pump(self) -> None:
        with suppress(ConnectionError):
            while (each := await self._queue.get()) is not None:
                if isinstance(each, int):
                    self.put_out = True
                    await self.ws.close(code=each)
                    return
                await self._send(json.dumps(each))

    async def _send(self, text: str) -> None:
        if self._zlib is None:
            await self.ws.send_str(text)
            return
        data = self._zlib.compress(text.encode()) + self._zlib.flush(zlib.Z_SYNC_FLUSH)
        # In two messages now and then, as a long one comes from Discord.
        half = len(data) // 2 if len(data) > 8192 else 0
        if half:
            await self.ws.send_bytes(data[:half])
        await self.ws.send_bytes(data[half:])


class Gateway:
    """All sessions and sockets. What is set here holds for what comes after.

    `granted` are the privileged intents that the application may have; `acknowledges` says
    whether heartbeats are answered; `twice` tells each event twice; `overlap` is how many events
    that a client has seen already come again when it resumes; `busy` turns away the
    next to connect; `held` keeps who connects waiting.
    """

    def __init__(self, world: World, token: str) -> None:
        self._world = world
        self._token = token
        self.address = ""
        self.interval = 41.25
        self.granted: set[str] = set()
        self.acknowledges = True
        self.twice = False
        self.overlap = 0
        self.busy = False
        self.held = False
        self.sessions: dict[str, Session] = {}
        self.sockets: list[Socket] = []
        self.received: list[JSON] = []
        self.closed: list[int] = []

    @property
    def identified(self) -> int:
        return sum(each["op"] == IDENTIFY for each in self.received)

    @property
    def resumed(self) -> int:
        return sum(each["op"] == RESUME for each in self.received)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One connection, from HELLO on."""
        if self.busy:
            self.busy = False
            return web.Response(status=503, text="upstream connect error")
        while self.held:
            await asyncio.sleep(0.005)
        ws = web.WebSocketResponse(compress=False, max_msg_size=0)
        await ws.prepare(request)
        socket = Socket(ws, request)
        self.sockets.append(socket)
        tasks = [asyncio.create_task(socket.pump()), asyncio.create_task(self._watch(socket))]
        socket.put({"op": HELLO, "t": None, "s": None, "d": {"heartbeat_interval": self._beat()}})
        try:
            async for message in ws:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    self._heard(socket, message.data)
        except Closed as error:
            self.closed.append(error.code)
            socket.put_out = True
            await ws.close(code=error.code, message=error.reason.encode())
        finally:
            self.sockets.remove(socket)
            if socket.session is not None and socket.session.socket is socket:
                socket.session.socket = None
                if ws.close_code in (1000, 1001) and not socket.put_out:
                    # A client that says goodbye has ended its session.
                    self.sessions.pop(socket.session.id, None)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        return ws

    def _beat(self) -> int:
        return int(self.interval * 1000)

    async def _watch(self, socket: Socket) -> None:
        """Close a socket whose client is no longer heard."""
        while True:
            socket.beaten.clear()
            try:
                await asyncio.wait_for(socket.beaten.wait(), self.interval * 1.5 + 2)
            except TimeoutError:
                self.closed.append(4009)
                socket.close(4009)
                return

    def _heard(self, socket: Socket, data: str | bytes) -> None:
        if len(data) > 4096:
            raise Closed(4002, "Error while decoding payload.")
        try:
            payload = json.loads(data)
            op, given = payload["op"], payload.get("d")
        except (ValueError, KeyError, TypeError):
            raise Closed(4002, "Error while decoding payload.") from None
        if op == HEARTBEAT:
            socket.beats += 1
            socket.beaten.set()
            if self.acknowledges:
                socket.put({"op": ACK, "t": None, "s": None, "d": None})
            return
        self.received.append(payload)
        if op not in _KNOWN:
            raise Closed(4001, "Unknown opcode.")
        if op == IDENTIFY:
            self._identify(socket, given)
        elif op == RESUME:
            self._resume(socket, given)
        elif socket.session is None:
            raise Closed(4003, "Not authenticated.")
        elif op == MEMBERS:
            self._members(socket.session, given)

    def _identify(self, socket: Socket, given: JSON) -> None:
        if socket.session is not None:
            raise Closed(4005, "Already authenticated.")
        if given["token"] != self._token:
            raise Closed(4004, "Authentication failed.")
        intents = given.get("intents", 0)
        if intents & ~_ALL:
            raise Closed(4013, "Invalid intent(s).")
        if any(intents & INTENTS[name] for name in _PRIVILEGED if name not in self.granted):
            raise Closed(4014, "Disallowed intent(s).")
        session = Session(secrets.token_hex(16), intents, socket=socket)
        socket.session = self.sessions[session.id] = session
        self.ready(session)

    def ready(self, session: Session) -> None:
        """READY, and after it the servers."""
        world = self._world
        guilds = list(world.guilds.values())
        ready = {
            "v": 10, "user_settings": {}, "user": {**world.bot, "verified": True,
            "mfa_enabled": False, "email": None}, "session_type": "normal",
            "session_id": session.id, "resume_gateway_url": f"{self.address}resume",
            "relationships": [], "private_channels": [], "presences": [], "guild_join_requests": [],
            "guilds": [{"id": guild["id"], "unavailable": True} for guild in guilds],
            "geo_ordered_rtc_regions": [], "_trace": [], "shard": [0, 1],
            "application": {"id": world.application["id"], "flags": world.application["flags"]},
        }  # fmt: skip
        session.tell("READY", ready)
        for guild in guilds:
            session.tell("GUILD_CREATE", self.guild(guild))

    def guild(self, guild: JSON) -> JSON:
        """A server as GUILD_CREATE has it: without the intent, only the bot of its members."""
        bot = self._world.bot["id"]
        members = [each for each in guild["members"] if each["user"]["id"] == bot]
        named = {"member_count": len(guild["members"]), "members": members}
        return json.loads(json.dumps({**guild, **named}))  # type: ignore[no-any-return]

    def _resume(self, socket: Socket, given: JSON) -> None:
        if given["token"] != self._token:
            raise Closed(4004, "Authentication failed.")
        session = self.sessions.get(given["session_id"] or "")
        if session is None:
            socket.put({"op": INVALID, "t": None, "s": None, "d": False})
            return
        seq = given["seq"] or 0
        if seq > len(session.events):
            raise Closed(4007, "Invalid seq.")
        if session.socket is not None:
            session.socket.session = None
            session.socket.close(4000)
        session.socket, socket.session = socket, session
        for number in range(max(0, seq - self.overlap) + 1, len(session.events) + 1):
            if session.events[number - 1][0] != "RESUMED":
                session.send(number)
        session.tell("RESUMED", {"_trace": []})

    def _members(self, session: Session, given: JSON) -> None:
        guild = self._world.guilds[given["guild_id"]]
        wanted = given.get("user_ids") or ()
        members = [each for each in guild["members"] if each["user"]["id"] in wanted]
        chunk = {
            "guild_id": guild["id"], "members": members, "chunk_index": 0, "chunk_count": 1,
            "not_found": [], "nonce": given.get("nonce"),
        }  # fmt: skip
        session.tell("GUILD_MEMBERS_CHUNK", chunk)

    def tell(self, event: str, data: JSON, intent: str | None = None) -> None:
        """An event to every session that asked for its kind (interactions come unasked)."""
        for session in self.sessions.values():
            if intent is not None and not session.intents & INTENTS[intent]:
                continue
            given = data
            if event in ("MESSAGE_CREATE", "MESSAGE_UPDATE"):
                given = self._redacted(data, session)
            for _ in range(2 if self.twice else 1):
                session.tell(event, given)

    def again(self, event: str) -> int:
        """Tell once more the last event of this name, as new; how many sessions heard it."""
        told = 0
        for session in self.sessions.values():
            past = [data for name, data in session.events if name == event]
            if past:
                session.tell(event, past[-1])
                told += 1
        return told

    def _redacted(self, message: JSON, session: Session) -> JSON:
        """Without the intent, text is told only of messages that are the bot's or name it."""
        bot = self._world.bot["id"]
        if session.intents & INTENTS["message_content"] or "guild_id" not in message:
            return message

        def told(each: JSON) -> JSON:
            named = any(user["id"] == bot for user in each["mentions"])
            if named or each["author"]["id"] == bot:
                return each
            return {**each, "content": "", "embeds": [], "attachments": [], "components": []}

        shown = told(message)
        if shown.get("referenced_message"):
            shown = {**shown, "referenced_message": told(shown["referenced_message"])}
        return shown
