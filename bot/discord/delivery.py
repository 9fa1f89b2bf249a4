"""One reply on its way: what there is of it so far, then the whole.

While an answer is written its first message is edited at most once a second, and what came in
between is passed over: the last state wins.
"""

from __future__ import annotations

import asyncio
import logging
from contextvars import copy_context
from typing import TYPE_CHECKING

from bot.discord.sending import FAILURES, lost, named

if TYPE_CHECKING:
    from collections.abc import Sequence

    import discord

    from bot.discord.ways import Way
    from bot.render.discord_parts import Message

PACE = 1.0  # seconds between two edits of a message
_log = logging.getLogger(__name__)


class Delivery:
    """One reply on its way: `show` what there is so far, then `finish`. For the event loop."""

    def __init__(self, way: Way, pace: float = PACE) -> None:
        self._way = way
        self._pace = pace
        self._latest: Message | None = None
        self._editing: asyncio.Task[None] | None = None
        self._next = 0.0  # when the first message may be edited again
        self._finished = False
        # An edit is called for from threads, which know nothing of who asked for what.
        self._context = copy_context()

    def show(self, message: Message) -> None:
        """Let `message` be the first message, as soon as it may be edited."""
        if self._finished:
            return
        self._latest = message
        if self._editing is None or self._editing.done():
            edit = self._edit()
            self._editing = asyncio.create_task(edit, context=self._context)

    async def finish(
        self, messages: Sequence[Message], view: discord.ui.View | None = None
    ) -> bool:
        """Show the whole reply, with `view` under its last message; whether it arrived."""
        self._finished = True
        self._latest = None
        if self._editing is not None:
            await self._editing
        last = len(messages) - 1
        assert messages, "a reply says something"
        try:
            for at, message in enumerate(messages):
                under = view if at == last else None
                if at == 0:
                    await self._put(message, under)
                else:
                    await self._way.more(message, under)
        except FAILURES as error:
            lost("a reply", error)
            return False
        return True

    async def tell(self, message: Message) -> None:
        """Show `message` alone, and nothing more."""
        await self.finish((message,))

    async def _edit(self) -> None:
        while (message := self._latest) is not None:
            wait = self._next - asyncio.get_running_loop().time()
            if wait > 0:
                await asyncio.sleep(wait)
                continue  # something newer may have come
            self._latest = None
            try:
                await self._put(message, None)
            except FAILURES as error:
                # The next state holds all of this one.
                _log.debug("an edit was lost: %s", named(error))
            except Exception:  # a bug of ours must not hold up the whole answer
                _log.exception("an edit failed")

    async def _put(self, message: Message, view: discord.ui.View | None) -> None:
        loop = asyncio.get_running_loop()
        wait = self._next - loop.time()
        if wait > 0:
            await asyncio.sleep(wait)
        try:
            await self._way.put(message, view)
        finally:
            self._next = loop.time() + self._pace
