"""The typing indicator: that an answer is being written."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.discord.sending import FAILURES

if TYPE_CHECKING:
    import discord

    from bot.lately import Lately

_SECONDS = 8.0  # it is shown for ten
_AFTER = 0.3  # most answers are there before


class Typing:
    """Shows it from a moment on until something is sent.

    `shown` is when it was last shown in which channel: for many answers once is enough.
    """

    def __init__(
        self, channel: discord.abc.Messageable, id: int, shown: Lately[int, float]
    ) -> None:
        self._channel = channel
        self._id = id
        self._shown = shown
        self._task: asyncio.Task[None] | None = None

    def __enter__(self) -> Typing:
        self._task = asyncio.create_task(self._go_on())
        return self

    def stop(self) -> None:
        """Show it no more."""
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def _go_on(self) -> None:
        await asyncio.sleep(_AFTER)
        loop = asyncio.get_running_loop()
        with suppress(*FAILURES):
            while True:
                wait = (self._shown.get(self._id) or -_SECONDS) + _SECONDS
                wait -= loop.time()
                if wait <= 0:
                    self._shown.put(self._id, loop.time())
                    await self._channel.typing()
                    wait = _SECONDS
                await asyncio.sleep(wait)
