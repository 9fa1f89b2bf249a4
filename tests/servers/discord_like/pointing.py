"""discord.py's own clients, pointed at a small Discord.

discord.py imports a module that is deprecated; it is imported here first, without that warning.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from warnings import catch_warnings, simplefilter

with catch_warnings():
    simplefilter("ignore", DeprecationWarning)
    import discord as discord
    from discord import app_commands as app_commands
    from discord.gateway import DiscordWebSocket
    from discord.http import Route
from yarl import URL


def point(api: str, gateway: str) -> None:
    """Point this process for good."""
    Route.BASE = api
    DiscordWebSocket.DEFAULT_GATEWAY = URL(gateway)


@contextmanager
def pointed(api: str, gateway: str) -> Iterator[None]:
    """Point this process while the `with` lasts."""
    before = Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY
    point(api, gateway)
    try:
        yield
    finally:
        Route.BASE, DiscordWebSocket.DEFAULT_GATEWAY = before
