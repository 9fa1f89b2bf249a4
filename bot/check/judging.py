"""A model as judge: whether an answer meets what only a reader could say, by one call for each.

It is off unless it is asked for. What was not looked at is told as that, and is neither met nor
unmet; a verdict is marked as a model's. The model is told nothing but the question, the answer, its
citations and the requirement, and nothing in them can look like another.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.check.cases import Expected
from bot.check.results import Finding
from bot.check.shown import listed
from bot.failures import ModelError
from bot.told import line
from index.closing import Closing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.consulted import Consultant

NAME = "judge"
_OFF = "not looked at: a model judges it where --judge is set"
_NO_ANSWER = "not looked at: there is no answer"
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

    def __init__(self, model: Consultant) -> None:
        self._model = model

    def close(self) -> None:
        """Let the model go."""
        self._model.close()

    def verdict(self, requirement: str, reply: Mapping[str, Any]) -> tuple[bool, str]:
        """Whether `reply`, an answer as `ask --json` prints it, meets `requirement`, and why.

        ModelError where the model says neither yes nor no.
        """
        said = self._model.ask(
            "judge",
            _SCHEMA,
            [_citation(each) for each in listed(reply, "citations")] or ["none"],
            question=str(reply["question"]),
            answer=str(reply["answer"]),
            requirement=line(requirement),
        )
        found = _read(said or {})
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


def _read(said: Mapping[str, Any]) -> tuple[bool, str] | None:
    """The verdict in what a model said, and its reason; None where there is none."""
    verdict, reason = said.get("verdict"), said.get("reason")
    met = _VERDICTS.get(verdict.strip().casefold()) if isinstance(verdict, str) else None
    if met is None:
        return None
    words = line(reason)[:_LONGEST_REASON] if isinstance(reason, str) else ""
    return met, words or f"the model says {'yes' if met else 'no'}"
