"""A client of discord.py in a thread of its own, so that a test may wait for what it does."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.servers.discord_like.pointing import discord, pointed
from tests.servers.discord_like.server import Discord


class Online:
    """What a client's thread came to: `error` is what ended it."""

    def __init__(self, client: discord.Client) -> None:
        self.client = client
        self.error: BaseException | None = None
        self.over = threading.Event()

    async def run(self, token: str) -> None:
        try:
            async with self.client:
                await self.client.start(token)
        except BaseException as error:
            self.error = error
        finally:
            self.over.set()


@contextmanager
def online(server: Discord, client: discord.Client, token: str | None = None) -> Iterator[Online]:
    """A client that has started, and is closed at the end; it may not yet have connected."""
    with pointed(server.api, server.gateway.address):
        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, daemon=True)
        thread.start()
        running = Online(client)
        task = asyncio.run_coroutine_threadsafe(running.run(token or server.token), loop)
        try:
            yield running
        finally:
            asyncio.run_coroutine_threadsafe(_closed(client), loop).result(10)
            task.result(10)
            asyncio.run_coroutine_threadsafe(_rest(), loop).result(10)
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.close()


async def _closed(client: discord.Client) -> None:
    await client.close()


async def _rest() -> None:
    """What a client left running comes to its end."""
    mine = asyncio.current_task()
    left = [each for each in asyncio.all_tasks() if each is not mine]
    for each in left:
        each.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    await asyncio.get_running_loop().shutdown_default_executor()
