"""How the bot is, for machines: /healthz and /metrics, served to this machine alone."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from bot.serving.metrics import metrics
from index.errors import UsageError

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

    from bot.serving.metrics import State

HOST = "127.0.0.1"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FRESH = 1.0  # seconds for which what was gathered is given out again
_PATIENCE = 2.0  # seconds that it may take
# A gateway that is away for longer is no passing matter: Discord reconnects within seconds.
_AWAY = 60.0


class Gateway:
    """How the connection to Discord is; for the event loop."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._away_since: float | None = clock()
        self.ready = False
        self.connects = 0
        self.resumes = 0
        self.disconnects = 0
        self.latency: Callable[[], float] = lambda: float("nan")

    def connected(self, *, resumed: bool) -> None:
        """The session stands: a new one, or an earlier one again."""
        self.ready = True
        self._away_since = None
        if resumed:
            self.resumes += 1
        else:
            self.connects += 1

    def disconnected(self) -> None:
        """The connection is lost; discord.py makes another."""
        if self._away_since is None:
            self.disconnects += 1
            self._away_since = self._clock()

    @property
    def up(self) -> bool:
        return self._away_since is None

    @property
    def well(self) -> bool:
        """Whether it is up, or down for so short a time that nobody need be called."""
        if not self.ready:
            return False
        return self._away_since is None or self._clock() - self._away_since < _AWAY


class Service:
    """Serves what `gather`, which may take a moment and is called in a thread, finds."""

    def __init__(self, port: int, gateway: Gateway, gather: Callable[[], State]) -> None:
        self.port = port
        self._gateway = gateway
        self._gather = gather
        self._runner: web.AppRunner | None = None
        self._gathering: asyncio.Task[State] | None = None
        self._known: tuple[float, State] | None = None

    async def start(self) -> None:
        """Listen on loopback; UsageError where the port is taken."""
        from aiohttp import web

        app = web.Application(middlewares=[_of_this_machine()])
        app.router.add_get("/healthz", self._healthz)
        app.router.add_get("/metrics", self._metrics)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, self.port).start()
        except OSError as error:
            await runner.cleanup()
            raise UsageError(
                f"Nothing can be served on port {self.port}: {error.strerror or error}.",
                "Name another with --metrics-port, or leave it out.",
            ) from error
        self._runner = runner

    async def close(self) -> None:
        """Listen no more."""
        runner, self._runner = self._runner, None
        if runner is not None:
            await runner.cleanup()

    async def _healthz(self, request: web.Request) -> web.Response:  # noqa: ARG002
        from aiohttp import web

        state = await self._state()
        indexed = state is not None and bool(state.figures.generation)
        well = self._gateway.well and indexed
        told = {
            "status": "ok" if well else "unwell",
            "gateway": "up" if self._gateway.up else "down",
            "index": "ready" if indexed else "not ready",
        }
        return web.Response(
            text=json.dumps(told) + "\n",
            status=200 if well else 503,
            content_type="application/json",
        )

    async def _metrics(self, request: web.Request) -> web.Response:  # noqa: ARG002
        from aiohttp import web

        state = await self._state()
        if state is None:
            return web.Response(text="the figures cannot be had just now\n", status=503)
        return web.Response(body=metrics(state).encode(), headers={"Content-Type": CONTENT_TYPE})

    async def _state(self) -> State | None:
        """What holds now, or did a moment ago; None where it cannot be found out in time.

        However many ask, it is gathered once at a time: it must not take the bot's threads.
        """
        if self._known is not None and monotonic() - self._known[0] < _FRESH:
            return self._known[1]
        if self._gathering is None or self._gathering.done():
            self._gathering = asyncio.create_task(asyncio.to_thread(self._gather))
            self._gathering.add_done_callback(_seen)
        try:
            state = await asyncio.wait_for(asyncio.shield(self._gathering), _PATIENCE)
        except Exception:  # what went wrong is the log's matter, and no reader's
            return None
        self._known = monotonic(), state
        return state


def _of_this_machine() -> Middleware:
    from aiohttp import web

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        # A page in a browser on this machine can have its own name lead here.
        name = request.host.rpartition(":")[0] if ":" in request.host else request.host
        if name not in (HOST, "localhost"):
            raise web.HTTPForbidden(text="ask for 127.0.0.1\n")
        return await handler(request)

    return middleware


def _seen(task: asyncio.Task[State]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        import logging

        logging.getLogger(__name__).error("figures could not be gathered", exc_info=error)
