"""What can go wrong with a request: limits, failing servers, sockets that drop, slow networks."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from aiohttp import web

# The limits that Discord's answers were seen to carry (it documents none, and says to read the
# headers): requests, and seconds, for each of a channel or an interaction.
DISCORDS: Mapping[str, tuple[int, float]] = {
    "POST /channels/{channel}/messages": (5, 5.0),
    "PATCH /channels/{channel}/messages/{message}": (5, 5.0),
    "POST /channels/{channel}/typing": (5, 5.0),
    "POST /webhooks/{application}/{token}": (5, 2.0),
    "PATCH /webhooks/{application}/{token}/messages/{message}": (5, 2.0),
}
GLOBAL = (50, 1.0)


@dataclass
class Trouble:
    """Something that goes wrong `times` times with requests to a route, after `after` went well."""

    kind: str
    route: str
    times: int = 1
    after: int = 0
    status: int = 500
    seconds: float = 0.0
    met: int = field(default=0, init=False)

    def takes(self, route: str) -> bool:
        if not re.search(self.route, route):
            return False
        self.met += 1
        return self.after < self.met <= self.after + self.times


class Troubles:
    """The troubles that tests ask for."""

    def __init__(self) -> None:
        self._waiting: list[Trouble] = []
        self.met: list[tuple[str, str]] = []

    def add(self, trouble: Trouble) -> None:
        self._waiting.append(trouble)

    def of(self, route: str) -> list[Trouble]:
        """What this request meets; each is counted, and noted in `met`."""
        taken = [each for each in self._waiting if each.takes(route)]
        self.met += [(each.kind, route) for each in taken]
        return taken


class Limits:
    """Buckets of requests, by route and its major parameters, and one for all."""

    def __init__(self, limits: Mapping[str, tuple[int, float]], everything: bool) -> None:
        self._limits = limits
        self._everything = everything
        self._past: dict[str, deque[float]] = defaultdict(deque)
        self._all: deque[float] = deque()
        self._closed_until = 0.0
        self.broken = 0

    def close_until(self, until: float) -> None:
        """Let nothing through that counts for the global limit."""
        self._closed_until = until

    def check(self, route: str, major: str, interaction: bool) -> tuple[dict[str, str], float]:
        """The headers, and how long to wait where the limit is reached (0.0 where it is not)."""
        now = time.monotonic()
        if not interaction:
            wait = max(0.0, self._closed_until - now)
            if self._everything:
                wait = wait or _room(self._all, *GLOBAL, now)
            if wait:
                self.broken += 1
                return {"X-RateLimit-Global": "true", "X-RateLimit-Scope": "global"}, wait
        if route not in self._limits:
            return {}, 0.0
        most, seconds = self._limits[route]
        past = self._past[f"{route} {major}"]
        wait = _room(past, most, seconds, now)
        self.broken += bool(wait)
        reset = (past[0] + seconds - now) if past else seconds
        headers = {
            "X-RateLimit-Limit": str(most),
            "X-RateLimit-Remaining": str(max(0, most - len(past))),
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}",
            "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Bucket": f"{hash(route) & 0xFFFFFFFF:08x}",
        }
        return headers | ({"X-RateLimit-Scope": "user"} if wait else {}), wait


def _room(past: deque[float], most: int, seconds: float, now: float) -> float:
    while past and past[0] <= now - seconds:
        past.popleft()
    if len(past) >= most:
        return past[0] + seconds - now
    past.append(now)
    return 0.0


def told(body: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """An answer in JSON; discord.py reads it so only where no charset is named, as by Discord."""
    kind = {"Content-Type": "application/json"}
    return web.Response(
        body=json.dumps(body).encode(), status=status, headers={**kind, **(headers or {})}
    )


def limited(wait: float, headers: Mapping[str, str] | None = None) -> web.Response:
    """Too many requests, as Discord says it; `Via` tells it from the proxies before Discord."""
    given = dict(headers or {})
    everywhere = "X-RateLimit-Global" in given
    body: dict[str, Any] = {
        "message": "You are being rate limited.", "retry_after": round(wait, 3),
        "global": everywhere,
    }  # fmt: skip
    given |= {"Retry-After": str(ceil(wait)), "Via": "1.1 google"}
    return told(body, 429, given)


async def before(troubles: list[Trouble], request: web.Request) -> web.StreamResponse | None:
    """Troubles that come before anything is done; the answer in its place, if any."""
    for each in troubles:
        if each.kind == "slow":
            await asyncio.sleep(each.seconds)
        elif each.kind == "status":
            html = "<html><head><title>Server Error</title></head><body></body></html>"
            body = {"message": f"{each.status}: Server Error", "code": 0}
            if each.status == 502:
                return web.Response(status=502, text=html, content_type="text/html")
            return told(body, each.status)
        elif each.kind == "limited":
            return limited(each.seconds, {"X-RateLimit-Scope": "user"})
        elif each.kind == "banned":
            # What stands before Discord answers without `Via`, and not in JSON.
            page = "<html><title>Access denied | discord.com used Cloudflare</title></html>"
            return web.Response(status=429, text=page, content_type="text/html")
        elif each.kind == "drop":
            return _dropped(request)
    return None


async def after(
    troubles: list[Trouble], request: web.Request, response: web.StreamResponse
) -> web.StreamResponse:
    """Troubles that come when it has been done, but not been told."""
    for each in troubles:
        if each.kind == "slow answer":
            await asyncio.sleep(each.seconds)
        elif each.kind == "drop answer":
            return _dropped(request)
        elif each.kind == "cut answer":
            whole = response.body if isinstance(response, web.Response) else b""
            text = whole if isinstance(whole, bytes) else b""
            head = (
                f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}"
            )
            assert request.transport is not None
            request.transport.write(head.encode() + b"\r\n\r\n" + text[: len(text) // 2])
            request.transport.close()
            return web.Response()
    return response


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
