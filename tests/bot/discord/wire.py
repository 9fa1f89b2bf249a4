"""The bot over the wire: discord.py's own clients, a small Discord, and a true index."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.discord.commands import Synced
from bot.discord_client import Client
from bot.discord_cog import Footnote, Options
from bot.services import discord_of
from bot.serving.hall import Hall
from bot.serving.health import Gateway
from bot.serving.reception import Limits, Reception
from bot.settings import Settings
from tests.bot.conftest import PORT, ROOT
from tests.servers.discord_like.client import Online, online
from tests.servers.discord_like.interactions import Asked
from tests.servers.discord_like.refusal import JSON
from tests.servers.discord_like.server import Discord, texts
from tests.servers.discord_like.world import LOADING

ANSWER = "Busan"


class Slow(Hall):
    """A hall whose answers may be held back. `questions` are all that were asked of it."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.takes = 0.0
        self.gate = threading.Event()
        self.gate.set()
        self.questions: list[str] = []

    def ask(self, question: str, *more: Any, **named: Any) -> Any:
        self.questions.append(question)
        time.sleep(self.takes)
        assert self.gate.wait(30), "nobody let the answers go"
        return super().ask(question, *more, **named)


class Hurried(Client):
    """The client of `footnote bot`, without discord.py's own waiting for what will not come."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self._connection.guild_ready_timeout = 0.05
        self.readies = 0

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Not to wait the 5 seconds for which a new session is held back."""

    async def on_ready(self) -> None:
        await super().on_ready()
        self.readies += 1


@dataclass
class Wired:
    """A bot that is online in a small Discord."""

    server: Discord
    hall: Slow
    client: Hurried
    running: Online
    answers: list[str] = field(default_factory=list)

    def ask(self, question: str = PORT, by: str = "Ann", **more: Any) -> Asked:
        return self.server.people.slash("ask", by, question=question, **more)

    def answered(self, asked: Asked, seconds: float = 15.0) -> list[JSON]:
        """The messages of an interaction, when the last has come."""
        self.server.wait(lambda: self.is_answered(asked), seconds)
        return self.server.replies(asked)

    def is_answered(self, asked: Asked) -> bool:
        """Whether it is done: buttons stand under an answer, and an error has none."""
        replies = self.server.replies(asked)
        return (
            bool(replies)
            and not any(each["flags"] & LOADING for each in replies)
            and (bool(replies[-1]["components"]) or "went wrong" in said(replies))
        )

    def replied(self, to: JSON, seconds: float = 15.0) -> list[JSON]:
        """The messages that answer a message, when the last has come."""
        self.server.wait(lambda: self.spoken(to["channel_id"]), seconds)
        return self.server.messages(to["channel_id"])

    def spoken(self, channel: str) -> list[JSON]:
        """The messages in a channel that end an answer."""
        return [each for each in self.server.messages(channel) if each["components"]]

    def quiet(self, seconds: float = 0.3) -> None:
        """Wait until nothing is asked of the server any more."""
        last = -1
        while last != len(self.server.calls):
            last = len(self.server.calls)
            time.sleep(seconds)


@contextmanager
def wired(
    settings: Settings,
    options: Options | None = None,
    limits: Limits | None = None,
    **about: Any,
) -> Iterator[Wired]:
    """A bot that is online, until the end; its commands were never written before."""
    with Discord() as server, joined(server, settings, options, limits, **about) as made:
        yield made


@contextmanager
def joined(
    server: Discord,
    settings: Settings,
    options: Options | None = None,
    limits: Limits | None = None,
    **about: Any,
) -> Iterator[Wired]:
    """The same in a small Discord that is there already: with another, two have one token."""
    hall = Slow(settings)
    hall.open()
    reception = Reception(limits or Limits())
    try:
        synced = Synced(settings.store / f"discord-{server.port}-{server.world.bot['id']}.json")
        options = options or Options()
        behaviour = discord_of({"direct_messages": options.direct_messages, **about})
        footnote = Footnote(hall, reception, options)
        client = Hurried(behaviour, footnote, Gateway(), synced)
        with online(server, client) as running:
            server.wait(lambda: client.readies or running.over.is_set())
            if running.error is not None:
                raise running.error
            yield Wired(server, hall, client, running)
            hall.gate.set()
        harmless(server)
    finally:
        hall.gate.set()
        hall.close()


def harmless(server: Discord) -> None:
    """Nothing that was sent may ping anybody, be refused for its form, or have embeds."""
    for call in server.calls:
        if call.method not in ("POST", "PATCH") or not isinstance(call.body, dict):
            continue
        assert call.code != 50035, call
        for message in (call.body, call.body.get("data") or {}):
            if message.get("content"):
                assert message["allowed_mentions"] == {"parse": []}, call
                assert not message.get("embeds"), call


def over_seeds(folder: Path) -> Settings:
    """Settings over a copy of the seeds in `folder`, with their index built."""
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    settings = Settings(folder / "seeds", folder / "store", "extractive")
    hall = Hall(settings)
    hall.open()
    assert hall.wait(60)
    hall.close()
    return settings


def said(messages: list[JSON] | list[Mapping[str, Any]]) -> str:
    """All the words of messages."""
    return "\n".join(texts(list(messages)))


def pings(messages: list[JSON]) -> list[str]:
    """Whom messages alerted."""
    return [each for message in messages for each in message.get("_pings", ())]
