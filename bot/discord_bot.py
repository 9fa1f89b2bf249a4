"""The bot as a program: how it starts, tries again, and leaves."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

import aiohttp

from bot.discord.commands import Synced
from bot.discord.faults import final_error, named, no_token
from bot.discord.process import Told, collected_often, frugal, run, settle, signals, tidy
from bot.discord_client import Client
from bot.discord_cog import Footnote, Options
from bot.redaction import Redactor, keys_in
from bot.serving.hall import Hall
from bot.serving.health import Gateway, Service
from bot.serving.logs import event, heard_by, logging_to
from bot.serving.metrics import State, Tally
from bot.serving.reception import WORKERS, Limits, Reception
from index.errors import FootnoteError

if TYPE_CHECKING:
    from bot.output import Output
    from bot.services import DiscordSettings
    from bot.settings import Settings

FINISH_SECONDS = 20.0  # for what is in hand
_CLOSE_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 2.0, 60.0  # seconds before it is tried again to log in
_log = logging.getLogger(__name__)


def serve(settings: Settings, output: Output) -> int:  # noqa: ARG001 - as commands are called
    """Answer in Discord until told to stop; what is returned is the exit status."""
    about = settings.discord
    assert about is not None, "read the settings with those of the bot"
    if about.token is None:
        raise no_token()
    frugal()
    with logging_to(
        sys.stderr,
        level=about.log_level,
        secrets=secrets_of(settings),
        questions=about.log_questions,
    ) as redact:
        try:
            run(_Program(settings, about, redact).serve())
        except FootnoteError:
            raise
        except Exception as error:
            _log.exception("a bug in Footnote")
            raise FootnoteError(
                f"This is a bug in Footnote: {redact(f'{type(error).__name__}: {error}')}",
                "Report what the log shows; no key stands in it.",
            ) from None
    return 0


def limits_of(about: DiscordSettings, mode: str) -> Limits:
    """How many questions are taken, and how soon the next."""
    workers = about.workers or WORKERS[mode]
    return Limits(workers, about.queue, about.cooldown_user, about.cooldown_server)


def secrets_of(settings: Settings) -> list[str]:
    """All that is configured and should be read by nobody."""
    return [*settings.secrets, *keys_in(os.environ)]


class _Program:
    """Everything that runs, put together."""

    def __init__(self, settings: Settings, about: DiscordSettings, redact: Redactor) -> None:
        self.settings = settings
        self.about = about
        self.redact = redact
        self.tally = Tally()
        self.gateway = Gateway()
        self.synced = Synced(settings.store / "discord.json")

    async def serve(self) -> None:
        """Until told to leave, or until there is no use in going on."""
        with signals() as told, heard_by(self.tally.hear), collected_often():
            async with AsyncExitStack() as stack:
                hall = Hall(self.settings)
                stack.push_async_callback(self._close, hall)
                about = self.about
                reception = Reception(limits_of(about, self.settings.mode))
                stack.callback(reception.close)
                for notice in self.settings.notices:
                    _log.warning("%s", notice.message)
                if about.metrics_port is not None:
                    service = Service(
                        about.metrics_port, self.gateway, lambda: self._state(hall, reception)
                    )
                    await service.start()
                    stack.push_async_callback(service.close)
                event("starting", mode=self.settings.mode)
                tidying = asyncio.create_task(tidy())
                stack.callback(tidying.cancel)
                await asyncio.to_thread(hall.open)
                await self._stay(hall, reception, told)

    async def _stay(self, hall: Hall, reception: Reception, told: Told) -> None:
        """Be in Discord; where it cannot be reached at first, try again ever more seldom."""
        pause = _FIRST_PAUSE
        while True:
            async with self._client(hall, reception) as client:
                error = await self._connected(client, told)
            if error is None:
                return
            _log.warning(
                "Discord cannot be reached (%s); tried again in %.0f s", named(error), pause
            )
            if await told.within(pause):
                return
            pause = min(_LONGEST_PAUSE, pause * 2)

    @asynccontextmanager
    async def _client(self, hall: Hall, reception: Reception) -> AsyncIterator[Client]:
        about = self.about
        options = Options(
            files_url=about.files_url,
            channels=about.channels,
            roles=about.roles,
            direct_messages=about.direct_messages,
            message_content=about.message_content,
        )
        hide = (lambda _: None) if about.log_questions else self.redact.hide
        footnote = Footnote(hall, reception, options, hide=hide)
        client = Client(about, footnote, self.gateway, self.synced, at_first=settle)
        try:
            yield client
        finally:
            with suppress(TimeoutError, aiohttp.ClientError, OSError):
                await asyncio.wait_for(client.close(), _CLOSE_SECONDS)

    async def _connected(self, client: Client, told: Told) -> Exception | None:
        """Until it is told to leave: then None, all being finished. Else what may pass by itself.

        Raises what does not.
        """
        assert self.about.token is not None
        running = asyncio.create_task(client.start(self.about.token))
        leaving = asyncio.create_task(told.once.wait())
        try:
            await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not running.done():
                await self._finish(client, told)
                return None
        finally:
            leaving.cancel()
            if not running.done():
                running.cancel()
                await asyncio.wait({running}, timeout=_CLOSE_SECONDS)
        if client.problem is not None:
            raise client.problem
        error = running.exception()
        if error is None:
            return ConnectionError("the connection was closed")
        if not isinstance(error, Exception) or (final := final_error(error)) is None:
            raise error
        if isinstance(final, FootnoteError):
            raise final from None
        return final

    async def _finish(self, client: Client, told: Told) -> None:
        event("stopping", seconds=FINISH_SECONDS)
        finishing = asyncio.create_task(client.footnote.finish(FINISH_SECONDS))
        again = asyncio.create_task(told.again.wait())
        await asyncio.wait({finishing, again}, return_when=asyncio.FIRST_COMPLETED)
        whole = finishing.done() and finishing.result()
        for task in (finishing, again):
            task.cancel()
        event("stopped", logging.INFO if whole else logging.WARNING, finished=whole)

    def _state(self, hall: Hall, reception: Reception) -> State:
        gateway = self.gateway
        return State(
            counted=self.tally.counted(),
            hands=reception.hands,
            figures=hall.figures(),
            begun=self.tally.begun,
            up=gateway.up,
            latency=gateway.latency(),
            connects=gateway.connects,
            resumes=gateway.resumes,
            disconnects=gateway.disconnects,
        )

    async def _close(self, hall: Hall) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(hall.close), _CLOSE_SECONDS)
