"""A server in Discord, simulated, with the bot in it: a true index, and answers at a pace."""

from __future__ import annotations

import shutil
import threading
from collections.abc import AsyncIterator, Callable, Hashable, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord
import pytest
import simcord
from discord.ext import commands

from bot.answers import Answer, Citation, Claim, Trace
from bot.discord_cog import Footnote, Options
from bot.feedback import FeedbackFile
from bot.serving.hall import Hall
from bot.serving.reception import Limits, Reception
from bot.settings import Settings
from tests.bot.conftest import ROOT

PORT = "In which port city did the three foreign ministers meet?"
NOT_THERE = "What is the boiling point of tungsten?"
BUSAN = (
    "The meeting of foreign ministers, which will take place in the South Korean port city of "
    "Busan, is also the first such meeting since 2019."
)
CHECK = "Check against the documents"

Shown = Callable[[Claim, tuple[Citation, ...]], None]


# How often the simulator looks whether the bot has come to rest; its own 0.05 s is most of a test.
assert simcord.Env._settle_internal.__kwdefaults__ is not None
simcord.Env._settle_internal.__kwdefaults__["idle"] = 0.005


class Paced(Hall):
    """A hall that takes its time: the claims of the true answer are shown one after the other.

    `repeats` times each, `pace` seconds apart. Until `gate` opens nothing is answered; `raises`
    is raised instead of an answer.
    """

    def __init__(self, settings: Settings, feedback: Path) -> None:
        super().__init__(settings)
        self.feedback = FeedbackFile(feedback)
        self.asked: list[tuple[str, Hashable]] = []
        self.pace = 0.0
        self.repeats = 1
        self.raises: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    def ask(
        self, question: str, conversation: Hashable | None = None, shown: Shown | None = None
    ) -> Trace:
        self.asked.append((question, conversation))
        assert self.gate.wait(20)
        if self.raises is not None:
            raise self.raises
        trace = super().ask(question, conversation, shown)
        if self.pace and shown is not None and isinstance(trace.reply, Answer):
            for claim in trace.reply.claims * self.repeats:
                threading.Event().wait(self.pace)
                shown(claim, trace.reply.citations)
        return trace


@dataclass
class Stage:
    """The bot and its world: a server with a channel, two members and a moderator."""

    env: simcord.Env
    hall: Paced
    reception: Reception
    cog: Footnote
    guild: Any
    channel: Any
    ann: Any
    bob: Any
    moderator: Any

    @property
    def me(self) -> int:
        user = self.env.bot.user
        assert user is not None
        return user.id

    @property
    def mention(self) -> str:
        return f"<@{self.me}>"

    def requests(self, method: str, path: str = "") -> list[Any]:
        """The bodies of the requests made so far."""
        return [
            each.json
            for each in self.env.http_requests
            if each.method == method and path in each.path
        ]

    def said(self, channel: Any = None) -> list[discord.Message]:
        """What the bot said in a channel, for all to see."""
        return [
            each
            for each in (channel or self.channel).history()
            if each.author.id == self.me and not each.flags.ephemeral
        ]


def client(*, message_content: bool = False) -> commands.Bot:
    """A client as `footnote bot` makes it, as far as the cog is concerned."""
    intents = discord.Intents.default()
    intents.message_content = message_content
    return commands.Bot(
        command_prefix=(),
        intents=intents,
        help_command=None,
        allowed_mentions=discord.AllowedMentions.none(),
    )


@asynccontextmanager
async def on_stage(
    hall: Paced,
    options: Options = Options(),  # noqa: B008 - frozen
    limits: Limits = Limits(workers=4),  # noqa: B008 - frozen
    *,
    clock: Callable[[], float] | None = None,
    locale: str | None = None,
) -> AsyncIterator[Stage]:
    """The bot in a server of its own."""
    reception = Reception(limits) if clock is None else Reception(limits, clock)
    bot = client(message_content=options.message_content)
    cog = Footnote(hall, reception, options)

    async def setup() -> None:
        await bot.add_cog(cog)
        await bot.tree.sync()

    bot.setup_hook = setup  # type: ignore[method-assign]
    try:
        async with simcord.run(bot) as env:
            guild = env.create_guild(preferred_locale=locale)
            channel = guild.create_text_channel("general")
            rights = discord.Permissions(manage_messages=True, manage_guild=True)
            role = guild.create_role("Moderators", permissions=rights)
            ann = guild.add_member(env.create_user("ann"))
            bob = guild.add_member(env.create_user("bob"))
            moderator = guild.add_member(env.create_user("mod"), roles=[role])
            await env.settle()
            yield Stage(env, hall, reception, cog, guild, channel, ann, bob, moderator)
            harmless(env)
    finally:
        reception.close()


def harmless(env: simcord.Env) -> None:
    """Nothing that was sent may ping anybody, be too long, or be previewed."""
    for request in env.http_requests:
        body = request.json
        if not isinstance(body, Mapping) or request.method not in ("POST", "PATCH"):
            continue
        for message in (body, body.get("data")):
            if not isinstance(message, Mapping) or not message.get("content"):
                continue
            assert message["allowed_mentions"]["parse"] == [], request.path
            assert not message["allowed_mentions"].get("replied_user"), request.path
            assert len(message["content"]) <= 2000, request.path
            assert not message.get("embeds"), request.path


@pytest.fixture(scope="session")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with documents and their index, built once."""
    folder = tmp_path_factory.mktemp("discord")
    shutil.copytree(ROOT / "seeds", folder / "seeds")
    hall = Hall(Settings(folder / "seeds", folder / "store", "extractive"))
    hall.open()
    assert hall.wait(60)
    hall.close()
    return folder


@pytest.fixture
def hall(indexed: Path, tmp_path: Path) -> Iterator[Paced]:
    """A hall over the seeds."""
    settings = Settings(indexed / "seeds", indexed / "store", "extractive")
    hall = Paced(settings, tmp_path / "feedback.jsonl")
    hall.open()
    assert hall.wait(60)
    yield hall
    hall.gate.set()
    hall.close()
