"""A writer that talks to a scripted server, and two passages to talk about."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import date as Date
from pathlib import Path
from typing import Any

from bot.answers import DraftClaim, Quote
from bot.budget import Budget, Caps
from bot.chat.client import Chat
from bot.generative import Writer, Writing
from index.schema import Passage
from tests.bot.hits import passage, retrieval
from tests.servers.openai_like import Server

RAIN = passage(
    "Rain fell in Busan.", "a.txt", title="The weather", date=Date(2023, 11, 26), language="en"
)
SNOW = passage("Snow fell in Seoul.", "b/c.txt", language="en")
QUESTION = "What fell in Busan?"
CLAIM = {"text": "Rain fell.", "passage": 1, "quote": "Rain fell in Busan."}
READ = DraftClaim("Rain fell.", (Quote(RAIN, "Rain fell in Busan.", RAIN.start),))
LINES = "CLAIM: Rain fell.\nPASSAGE: 1\nQUOTE: Rain fell in Busan.\nEND\n"
NONE = json.dumps({"claims": []})


def answer(*claims: dict[str, Any]) -> str:
    return json.dumps({"claims": list(claims or (CLAIM,))}, ensure_ascii=False)


class Talk:
    """A writer that talks to a scripted server, and what it said to it."""

    def __init__(self, server: Server, folder: Path, caps: Caps) -> None:
        self.server = server
        self.chat = Chat("scripted", base_url=server.base_url, api_key="k")
        self.writer = Writer(self.chat, passages=8, today=lambda: Date(2024, 2, 29))
        self.meter = Budget(folder / "spent.sqlite", caps=caps).meter("scripted")

    @property
    def deadline(self) -> float:
        return time.monotonic() + 20

    def begin(self, question: str = QUESTION, *passages: Passage) -> Writing:
        found = retrieval(question, passages or (RAIN, SNOW))
        return self.writer.begin(question, found, self.deadline, self.meter)

    def said(self, n: int = -1) -> tuple[str, str]:
        """The system's and the user's message of a request."""
        system, user = self.server.chats[n]["messages"]
        assert (system["role"], user["role"]) == ("system", "user")
        return system["content"], user["content"]


Talks = Callable[..., Talk]
