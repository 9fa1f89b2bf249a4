"""The one place where errors become replies: each is counted by its kind, and told politely."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from bot.render import discord as render
from bot.render.discord_parts import Message
from bot.serving.logs import event
from bot.serving.reception import Refused
from index.errors import FootnoteError

Respond = Callable[[Message], Awaitable[object]]

_log = logging.getLogger(__name__)


@asynccontextmanager
async def told(respond: Respond, language: str | None) -> AsyncIterator[None]:
    """Tell the reader through `respond` of whatever goes wrong meanwhile."""
    try:
        yield
    except Refused as refused:
        event("refused", why=refused.kind)
        await _tell(respond, refused, language)
    except FootnoteError as error:
        event("error", kind=kind_of(error))
        await _tell(respond, error, language)
    except Exception as error:
        id = secrets.token_hex(4)
        _log.exception("error %s", id, exc_info=error)
        event("error", logging.DEBUG, kind="bug")  # at DEBUG, for the line above says it all
        polite = FootnoteError(
            "Something went wrong, and it is not your fault.",
            f"If it happens again, tell whoever runs me this number: {id}",
            phrase="bug",
            figures=(id,),
        )
        await _tell(respond, polite, language)


def kind_of(error: FootnoteError) -> str:
    """What kind of error it is, in a word of the program's own: nothing of what anybody wrote."""
    name = type(error).__name__.removesuffix("Error")
    kind = getattr(error, "kind", None) or error.phrase
    name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return f"{name}: {kind}" if kind else name


async def _tell(respond: Respond, error: FootnoteError, language: str | None) -> None:
    try:
        await respond(render.of_error(error, language))
    except Exception:
        _log.exception("an error could not be told")
