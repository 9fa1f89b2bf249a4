"""`footnote bot` as a process of its own, pointed at a small Discord; it tells how its loop lags.

python -m tests.bot.discord.wire_program API GATEWAY LAGS [words of the command line]
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.settings import Settings
from tests.bot.conftest import ROOT
from tests.servers.answering import rows, written
from tests.servers.discord_like.server import Discord
from tests.servers.exchange import Received
from tests.servers.plays import Play, by, text

_TICK = 0.005
_QUOTE = "port city of Busan"


def _answer(received: Received) -> Play:
    claim = "The ministers meet in the port city of Busan."
    return text(written(received, rows(received, [(claim, _QUOTE)])), delay=2.0)


# A model that takes two seconds to answer.
TWO_SECONDS = by(_answer)


@dataclass
class Program:
    """A bot that runs. `log` is where its standard error goes."""

    process: subprocess.Popen[bytes]
    log: Path
    lags: Path

    def stop(self, seconds: float = 30.0) -> int:
        self.process.terminate()
        return self.process.wait(seconds)

    def lines(self) -> list[dict[str, Any]]:
        """What it logged."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line[:1] == "{"]

    def lag(self, since: float, until: float) -> float:
        """The longest that its loop was late by, in seconds; when it has ended."""
        found = json.loads(self.lags.read_text())
        assert found["ticks"] > 10
        return max((late for at, late in found["late"] if since <= at <= until), default=0.0)


@contextmanager
def program(
    server: Discord, settings: Settings, folder: Path, *words: str, token: str | None = None
) -> Iterator[Program]:
    """`footnote bot` with these settings' documents; what it writes beside is in `folder`."""
    log, lags = folder / "log", folder / "lags"
    command = [sys.executable, "-m", __name__, server.api, server.gateway.address, str(lags)]
    command += ["bot", "--corpus", str(settings.corpus), "--store", str(settings.store), *words]
    environment = {**os.environ, "DISCORD_TOKEN": server.token if token is None else token}
    environment["HOME"] = str(folder)
    with log.open("wb") as error:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=error, stderr=error
        )
    made = Program(process, log, lags)
    try:
        yield made
    finally:
        process.kill()
        process.wait()


async def _late(late: list[tuple[float, float]], ticks: list[int]) -> None:
    while True:
        due = time.monotonic() + _TICK
        await asyncio.sleep(_TICK)
        ticks[0] += 1
        behind = time.monotonic() - due
        if behind > _TICK:
            late.append((time.monotonic(), behind))


def main(api: str, gateway: str, lags: str, *words: str) -> int:
    """Run the command, with discord.py pointed, and its loop watched from the login on."""
    from tests.servers.discord_like.pointing import discord, point

    point(api, gateway)
    late: list[tuple[float, float]] = []
    ticks = [0]
    tasks = []
    login = discord.Client.login

    async def watched(client: discord.Client, token: str) -> None:
        tasks.append(asyncio.create_task(_late(late, ticks)))
        await login(client, token)

    discord.Client.login = watched  # type: ignore[method-assign, assignment]
    from bot.cli import main as footnote

    try:
        return footnote(words)
    finally:
        Path(lags).write_text(json.dumps({"late": late, "ticks": ticks[0]}))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
