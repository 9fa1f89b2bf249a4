"""The claims in what a model writes, each as soon as it is complete.

A model is asked for JSON or, where a server knows none, for labelled lines; what it writes is
read as whichever of the two it turns out to be. One pass over the stream, whatever its pieces;
all that is kept is bounded. What it reads is believed by nobody: every quote is verified.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.forms.fields import Proposal
from bot.forms.lines import Lines
from bot.forms.objects import Objects
from bot.forms.thoughts import Closing, Thoughts
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@record
class Ending:
    """What the end of a stream tells.

    `proposals` are those that only the end completes; `declined` means that the model said in
    the form asked for that it has no claim, `nonsense` that nothing could be read, `leftover`
    that a claim was begun and not finished.
    """

    proposals: tuple[Proposal, ...]
    declined: bool
    nonsense: bool
    leftover: bool


def schema(restated: bool) -> Mapping[str, Any]:
    """The JSON schema of claims, as strict servers want it: every field required, no other."""
    fields: dict[str, Any] = {
        "text": {"type": "string"},
        "passage": {"type": "integer"},
        "quote": {"type": "string"},
    }
    if restated:
        fields["restated"] = {"type": "string"}
    claim = _object(fields)
    return _object({"claims": {"type": "array", "items": claim}})


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


class Proposals:
    """Reads one answer, piece by piece."""

    def __init__(self) -> None:
        self._thoughts = Thoughts()
        self._json = Objects()
        self._lines = Lines()
        self._read = 0

    def feed(self, piece: str) -> list[Proposal]:
        """The claims that `piece` completes."""
        return self._take(self._thoughts.feed(piece))

    def end(self) -> Ending:
        """What the stream's end tells; nothing may be fed after it."""
        last = self._take(self._thoughts.end())
        if not self._json.read:
            last += self._counted(self._lines.end())
        leftover = self._json.unfinished and not self._lines.begun
        declined = not self._read and not leftover and (self._json.empty or self._lines.none)
        return Ending(tuple(last), declined, not self._read and not declined, leftover)

    def _take(self, texts: list[str]) -> list[Proposal]:
        found: list[Proposal] = []
        for text in texts:
            if isinstance(text, Closing) and not self._read:
                self._json, self._lines = Objects(), Lines()
                continue
            # Line by line, so that which of the two readers finds something first does not
            # depend on how the stream was cut.
            for line in text.splitlines(keepends=True) if "\n" in text else (text,):
                if not self._lines.begun:
                    found += self._counted(self._json.feed(line))
                if not self._json.read:
                    found += self._counted(self._lines.feed(line))
        return found

    def _counted(self, proposals: list[Proposal]) -> list[Proposal]:
        self._read += len(proposals)
        return proposals
