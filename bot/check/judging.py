"""A model as judge: whether an answer meets what only a reader could say, by one call for each.

It is off unless it is asked for. What was not looked at is told as that, and is neither met nor
unmet; a verdict is marked as a model's. The model is told nothing but the question, the answer, its
citations and the requirement, and nothing in them can look like another.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

from bot.chat.client import Ask
from bot.check.cases import Expected
from bot.check.results import Finding
from bot.check.shown import listed
from bot.failures import ModelError
from bot.reworded import plain
from bot.told import line, messages
from index.closing import Closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.budget import Budget
    from bot.chat.client import ChatModel

NAME = "judge"
_OFF = "not looked at: a model judges it where --judge is set"
_NO_ANSWER = "not looked at: there is no answer"
_MOST_TOKENS = 300
_LONGEST_REASON = 300
_VERDICTS = {"yes": True, "no": False}
_SCHEMA = {
    "type": "object",
    "properties": {
        "reason": {"type": "string"},
        "verdict": {"type": "string", "enum": ["yes", "no"]},
    },
    "required": ["reason", "verdict"],
    "additionalProperties": False,
}


class Judge(Closing):
    """Has a model judge answers; several threads may use it."""

    def __init__(
        self,
        chat: ChatModel,
        budget: Budget,
        *,
        deadline: float,
        prompts: Path | None = None,
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._chat = chat
        self._budget = budget
        self._deadline = deadline
        self._prompts = prompts
        self._close = close

    def close(self) -> None:
        self._close()

    def verdict(self, requirement: str, reply: Mapping[str, Any]) -> tuple[bool, str]:
        """Whether `reply`, an answer as `ask --json` prints it, meets `requirement`, and why.

        ModelError where the model says neither yes nor no.
        """
        asked = messages(
            "judge",
            [_citation(each) for each in listed(reply, "citations")] or ["none"],
            folder=self._prompts,
            question=str(reply["question"]),
            answer=str(reply["answer"]),
            requirement=line(requirement),
        )
        ask = Ask(lambda _: asked, _SCHEMA, _MOST_TOKENS)
        meter = self._budget.meter(self._chat.model)
        said = plain(self._chat.complete(ask, monotonic() + self._deadline, meter))
        found = _read(said)
        if found is None:
            raise ModelError(
                "nonsense", "What the model says as judge cannot be read.", "It says yes or no."
            )
        return found


def judged(
    expected: Expected, reply: Mapping[str, Any], judge: Judge | None
) -> tuple[Finding, ...]:
    """A finding for each thing that a model is to judge; without `judge` none is looked at."""
    return tuple(_finding(each, reply, judge) for each in expected.judged)


def _finding(requirement: str, reply: Mapping[str, Any], judge: Judge | None) -> Finding:
    if judge is None or reply["status"] != "answered":
        why = _OFF if judge is None else _NO_ANSWER
        return Finding(NAME, True, requirement, "", why, by_model=True, looked_at=False)
    met, reason = judge.verdict(requirement, reply)
    return Finding(NAME, met, requirement, "yes" if met else "no", reason, by_model=True)


def _citation(citation: Mapping[str, Any]) -> str:
    parts = [str(citation[name] or "") for name in ("file", "title", "date")]
    head = " | ".join(line(part.replace("|", "/")) for part in parts if part)
    return f"[{citation['n']}] {head}\n{citation['quote']}"


def _read(said: str) -> tuple[bool, str] | None:
    """The verdict in what a model said, and its reason; None where there is none."""
    start, end = said.find("{"), said.rfind("}")
    try:
        value = json.loads(said[start : end + 1], strict=False) if 0 <= start < end else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    verdict, reason = value.get("verdict"), value.get("reason")
    met = _VERDICTS.get(verdict.strip().casefold()) if isinstance(verdict, str) else None
    if met is None:
        return None
    words = line(reason)[:_LONGEST_REASON] if isinstance(reason, str) else ""
    return met, words or f"the model says {'yes' if met else 'no'}"
