"""`footnote bot` as a process of its own, pointed at a small Discord."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bot.conftest import ROOT
from tests.servers.discord_like.server import Discord

# discord.py waits for two seconds whether more servers come, and for five before it begins a new
# session: nothing that a test need wait for.
_MAIN = """
import sys
from tests.servers.discord_like.pointing import point
point(sys.argv[1], sys.argv[2])
from bot import cli
from bot import discord_client
inner = discord_client.Client.__init__
def quick(self, *given, **named):
    inner(self, *given, **named)
    self._connection.guild_ready_timeout = 0.05
async def at_once(self, shard_id, *, initial=False):
    pass
discord_client.Client.__init__ = quick
discord_client.Client.before_identify_hook = at_once
sys.argv[1:] = sys.argv[3:]
%s
cli.console()
"""
NO_DISCORD = "http://127.0.0.1:9/api/v10", "ws://127.0.0.1:9/"


class Bot:
    """A running bot, and what it wrote."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.out = ""
        self.err: list[str] = []
        self.answers = 0
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.err.append(line)
            self.answers += '"message": "answered"' in line

    @property
    def text(self) -> str:
        return "".join(self.err)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of its log; a message to a person is none."""
        return [json.loads(line) for line in list(self.err) if line.startswith("{")]

    def said(self, message: str) -> list[dict[str, Any]]:
        """The lines with that message."""
        return [line for line in self.lines if line["message"] == message]

    def wait(self, until: Callable[[], object], seconds: float = 20.0) -> None:
        """Wait until something holds, while it runs."""
        end = time.monotonic() + seconds
        while not until():
            assert self.process.poll() is None, f"it has ended:\n{self.text}"
            assert time.monotonic() < end, self.text
            time.sleep(0.01)

    def wait_for(self, message: str) -> dict[str, Any]:
        """The first line with that message, when it comes."""
        self.wait(lambda: self.said(message))
        return self.said(message)[0]

    def tell(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)

    def ended(self, seconds: float = 30.0) -> int:
        """Its exit status, when it has ended."""
        code = self.process.wait(seconds)
        self._reader.join(5)
        assert self.process.stdout is not None
        self.out = self.process.stdout.read()
        return code

    @property
    def memory(self) -> int:
        """Bytes that it holds."""
        fields = Path(f"/proc/{self.process.pid}/statm").read_text().split()
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(
    folder: Path,
    server: Discord | None,
    *words: str,
    environment: Mapping[str, str] | None = None,
    first: str = "",
) -> Iterator[Bot]:
    """The bot in `folder`, with the server's own token unless `environment` has another.

    `first` is Python that it runs before it starts.
    """
    where = NO_DISCORD if server is None else (server.api, server.gateway.address)
    token = {"DISCORD_TOKEN": server.token} if server is not None else {}
    given = {**os.environ, "PYTHONPATH": str(ROOT), **token, **(environment or {})}
    command = [sys.executable, "-c", _MAIN % first, *where, "bot", *words]
    with subprocess.Popen(
        command,
        cwd=folder,
        env={name: value for name, value in given.items() if value},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        bot = Bot(process)
        try:
            yield bot
        finally:
            process.kill()
            bot._reader.join(5)
