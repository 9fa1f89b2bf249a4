"""How the bot is, for machines: /healthz and Prometheus' /metrics, served to this machine alone."""

from __future__ import annotations

import asyncio
import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from time import monotonic, time
from typing import TYPE_CHECKING

from index.errors import UsageError
from index.record import record

if TYPE_CHECKING:
    from aiohttp import web
    from aiohttp.typedefs import Handler, Middleware

    from bot.figures import Figures
    from bot.reception import Hands

HOST = "127.0.0.1"
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
OUTCOMES = ("answered", "abstained")
REFUSALS = ("busy", "cooldown", "closing")
_FRESH = 1.0  # seconds for which what was gathered is given out again
_PATIENCE = 2.0  # seconds that it may take
# A gateway that is away for longer is no passing matter: Discord reconnects within seconds.
_AWAY = 60.0


class Tally:
    """What happened since the start: it listens to the log's events, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._outcomes = dict.fromkeys(OUTCOMES, 0)
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self.begun = time()

    def hear(self, name: str, fields: Mapping[str, object]) -> None:
        """Count an answer."""
        outcome, seconds = fields.get("status"), fields.get("seconds")
        if name != "answered" or outcome not in OUTCOMES or not isinstance(seconds, int | float):
            return
        with self._lock:
            self._outcomes[str(outcome)] += 1
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def counted(self) -> Counted:
        """What was counted so far."""
        with self._lock:
            return Counted(dict(self._outcomes), tuple(self._buckets), self._seconds)


@record
class Counted:
    """Questions by outcome, and how many took how long: `buckets` are not cumulative."""

    outcomes: Mapping[str, int]
    buckets: Sequence[int]
    seconds: float


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


@record
class State:
    """All that is told, as of one moment."""

    counted: Counted
    hands: Hands
    figures: Figures
    begun: float
    up: bool
    latency: float
    connects: int
    resumes: int
    disconnects: int


def metrics(state: State) -> str:
    """`state` in Prometheus' text format."""
    figures, hands, counted = state.figures, state.hands, state.counted
    text = _Text()
    text.family("footnote_questions_total", "counter", "Questions by how they ended.")
    for outcome, count in {**counted.outcomes, "failed": figures.failed}.items():
        text.sample("footnote_questions_total", count, outcome=outcome)
    refused = dict.fromkeys(REFUSALS, 0) | dict(hands.refused)
    text.family("footnote_refused_total", "counter", "Questions that were not taken, by reason.")
    for why, count in refused.items():
        text.sample("footnote_refused_total", count, reason=why)
    text.family("footnote_answer_seconds", "histogram", "From a question to its answer.")
    below = 0
    for bound, count in zip((*BUCKETS, float("inf")), counted.buckets, strict=True):
        below += count
        text.sample("footnote_answer_seconds_bucket", below, le=_number(bound))
    text.sample("footnote_answer_seconds_sum", counted.seconds)
    text.sample("footnote_answer_seconds_count", below)
    text.gauge("footnote_questions_waiting", hands.waiting, "Questions that wait for a thread.")
    text.gauge("footnote_questions_running", hands.running, "Questions that are being answered.")
    text.gauge("footnote_questions_waiting_limit", hands.most, "How many may wait.")
    if figures.spent is not None:
        text.gauge(
            "footnote_tokens_today", figures.spent.tokens, "Tokens of the model, today (UTC)."
        )
        text.gauge("footnote_calls_today", figures.spent.calls, "Calls of the model, today (UTC).")
        if figures.priced:
            dollars = figures.spent.nano_usd / 1e9
            text.gauge("footnote_cost_today_dollars", dollars, "What it cost, today (UTC).")
    text.gauge("footnote_documents", figures.documents, "Documents in the index.")
    text.gauge("footnote_passages", figures.passages, "Passages in the index.")
    text.gauge("footnote_index_building", int(figures.building is not None), "1 while it is built.")
    text.gauge(
        "footnote_index_trouble", int(figures.trouble is not None), "1 if it cannot be refreshed."
    )
    text.gauge("footnote_gateway_up", int(state.up), "1 while Discord is connected.")
    text.gauge("footnote_gateway_latency_seconds", state.latency, "From a heartbeat to its answer.")
    name = "footnote_gateway_connects_total"
    text.family(name, "counter", "Sessions with Discord: new ones, and resumed ones.")
    text.sample(name, state.connects, kind="new")
    text.sample(name, state.resumes, kind="resumed")
    name = "footnote_gateway_disconnects_total"
    text.family(name, "counter", "How often the connection was lost.")
    text.sample(name, state.disconnects)
    text.gauge("footnote_start_time_seconds", state.begun, "When it started, since 1970.")
    return text.whole()


class _Text:
    def __init__(self) -> None:
        self._lines: list[str] = []

    def family(self, name: str, kind: str, help: str) -> None:
        self._lines += [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]

    def sample(self, name: str, value: float, **labels: str) -> None:
        within = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        self._lines.append(
            f"{name}{{{within}}} {_number(value)}" if within else f"{name} {_number(value)}"
        )

    def gauge(self, name: str, value: float, help: str) -> None:
        self.family(name, "gauge", help)
        self.sample(name, value)

    def whole(self) -> str:
        return "\n".join(self._lines) + "\n"


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


def _number(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
