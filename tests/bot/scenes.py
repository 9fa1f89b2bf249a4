"""Scenes of a question to a scripted model: what it plays, and what the reader must then see.

Whatever the model does, the same is held against it: an answer that is verified, one in the
documents' own sentences that says so, or an abstention with its reason; in time; with every
quote found again in the file's bytes; and nothing shown early that is no part of the answer.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import openai  # noqa: F401 - what is imported late is no part of a question's seconds here

from bot.answers import Citation, Claim, Trace
from bot.conversation import Turn
from bot.render.json import of_reply
from bot.settings import load
from bot.wiring import Desk
from index.schema import Filters
from tests.bot.conftest import PORT, ROOT
from tests.refind import refind
from tests.servers.answering import Knows, heard, knowing
from tests.servers.openai_like import Server
from tests.servers.plays import Play

DEADLINE = 4.0
_USUAL: Mapping[str, str] = {}
REASONS = {"not_in_corpus", "other_language", "unverified", "model_declined", "over_budget"}
# A model of its own for each scene: what one server was found not to know is remembered.
_NUMBERS = count()
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


@dataclass(frozen=True)
class Expected:
    """What a reader sees: so many claims of the model's, or `reason`, or the documents' own
    sentences (`fallback`); what was rejected and why, in order; how many calls it took."""

    claims: int = 0
    rejected: tuple[str, ...] = ()
    calls: int = 1
    reason: str | None = None
    fallback: str | None = None  # words of the notice
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scene:
    """A play of the model's, and what becomes of it."""

    name: str
    play: Play
    expected: Expected
    question: str = PORT
    # What the forms of answer change of that.
    by_form: dict[str, Expected] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    def of(self, form: str) -> Expected:
        return self.by_form.get(form, self.expected)


@dataclass(frozen=True)
class Seen:
    """What came of a question: as JSON, as it was shown early, and in how many seconds."""

    value: dict[str, Any]
    trace: Trace
    shown: tuple[Claim, ...]
    seconds: float
    server: Server

    @property
    def texts(self) -> list[str]:
        return [claim["text"] for claim in self.value["claims"]]

    @property
    def notices(self) -> list[str]:
        return kinds(self.value, "notices")


def kinds(value: dict[str, Any], key: str) -> list[str]:
    """The kinds of the notices, or the reasons of what was rejected; the abstention's own words
    are no notice here."""
    named = [str(each.get("kind", each.get("reason"))) for each in value[key]]
    return [name for name in named if name != "abstained"]


def model_name() -> str:
    """A name that no other model of the tests has."""
    return f"scripted-{next(_NUMBERS)}"


def asked(
    server: Server,
    question: str = PORT,
    *,
    corpus: Path = ROOT / "seeds",
    store: Path,
    conversation: Sequence[Turn] = (),
    settings: Mapping[str, str] = _USUAL,
) -> Seen:
    """`question` put to the model on `server`, and what holds of every reply."""
    flags: dict[str, str | None] = {
        "corpus": str(corpus), "store": str(store), "model": model_name(), "retries": "1",
        "base_url": server.base_url, "deadline": str(DEADLINE), **settings,
    }  # fmt: skip
    shown: list[Claim] = []
    earlier = len(server.chats)

    def show(claim: Claim, citations: tuple[Citation, ...]) -> None:
        assert set(claim.citations) <= {citation.n for citation in citations}
        shown.append(claim)

    with Desk(load(flags, {}, ROOT)) as desk:
        asker = desk.asker()
        begun = time.monotonic()
        trace = asker.trace(question, Filters(), conversation, show)
        seconds = time.monotonic() - begun
    seen = Seen(of_reply(trace.reply), trace, tuple(shown), seconds, server)
    lawful(seen.value, corpus)
    assert seconds <= float(flags["deadline"] or 0)
    assert seen.value["elapsed_ms"] <= seconds * 1000
    assert [claim.text for claim in shown] == (
        seen.texts if seen.value["mode"] == "generative" else []
    )
    calls = seen.value["usage"]["calls"] if seen.value["usage"] else 0
    if server.base_url == flags["base_url"]:
        assert calls == len(server.chats) - earlier
    assert sum(trace.times.values()) <= seconds * 1000 + 1
    return seen


def lawful(value: dict[str, Any], corpus: Path) -> None:
    """What holds of a reply whatever the model did."""
    refind(value, corpus, ["utf-8"])
    if value["status"] == "abstained":
        assert value["reason"] in REASONS
        assert value["answer"] is None
        assert value["notices"][0]["kind"] == "abstained"
    else:
        assert value["reason"] is None
    fell_back = "fallback" in kinds(value, "notices")
    assert (value["mode"] == "extractive") == fell_back
    for claim in value["claims"]:
        assert not _UNSEEN.search(claim["text"])


def agrees(value: dict[str, Any], expected: Expected) -> None:
    """`value` is what was expected."""
    told = [kind for kind in kinds(value, "notices") if kind not in ("boilerplate", "insecure")]
    fell_back = expected.fallback is not None
    outcome = (
        value["mode"],
        value["reason"],
        len(value["claims"]) if value["mode"] == "generative" else 0,
        told,
        kinds(value, "rejected"),
    )
    wanted = (
        "extractive" if fell_back else "generative",
        expected.reason,
        expected.claims,
        ["fallback", *expected.notices] if fell_back else list(expected.notices),
        list(expected.rejected),
    )
    assert outcome == wanted, f"{outcome}, not {wanted}: {value}"
    messages = " ".join(each["message"] for each in value["notices"])
    assert (expected.fallback or "") in messages, messages


def played(scene: Scene, form: Knows, store: Path) -> Seen:
    """`scene` with a model that knows `form`, seen to be as expected."""
    with Server(knowing(form, scene.play)) as server:
        seen = asked(server, scene.question, store=store)
    expected = scene.of(form)
    agrees(seen.value, expected)
    calls = sum(heard(each, form) for each in server.chats)
    assert calls == expected.calls, f"{calls} calls"
    return seen
