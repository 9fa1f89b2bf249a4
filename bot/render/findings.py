"""What was found of each thing, as a person reads it and as JSON."""

from __future__ import annotations

from bot.finding import Finding
from bot.render.style import Style
from bot.render.visible import visible, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAME = 13  # columns for the names of things
_DETAILS = 5
_KINDS = {"ok": "good", "mended": "good", "warning": "warning", "problem": "error", "no": "error"}


def of_finding(finding: Finding, mark: str, columns: int, style: Style = Style()) -> str:  # noqa: B008 - frozen
    """A finding behind its `mark`, which takes so many columns; of many details the first ones."""
    begin = style.paint(mark, _KINDS.get(mark, "faint")) + " " * (columns - len(mark))
    begin += f"{finding.name + ':':{_NAME}}"
    indent = columns + _NAME
    room = None if style.columns is None else max(20, style.columns - indent)
    first, *rest = wrap(visible(finding.message), room)
    more = finding.details[:_DETAILS]
    for each in more:
        rest += _behind("- ", each, room)
    if len(finding.details) > len(more):
        rest.append(f"- and {len(finding.details) - len(more):,} more; --json names them")
    rest += [style.paint(each, "faint") for each in wrap(visible(finding.hint), room) if each]
    return "\n".join([begin + first, *(" " * indent + each for each in rest)])


def object_of(finding: Finding) -> dict[str, Any]:
    """A finding as programs read it."""
    return {
        "name": finding.name,
        "level": finding.level,
        "message": finding.message,
        "hint": finding.hint or None,
        "details": list(finding.details),
        "fixed": finding.fixed,
    }


def _behind(bullet: str, text: str, room: int | None) -> list[str]:
    first, *rest = wrap(visible(text), None if room is None else room - len(bullet))
    return [bullet + first, *(" " * len(bullet) + each for each in rest)]
