"""What changed in a folder that is followed, a line an update."""

from __future__ import annotations

from collections.abc import Sequence

from bot.render.style import Style
from bot.render.visible import visible, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.build import Report

_NAMED = 3  # files, of each kind; of a whole folder nobody reads them all


def of_update(report: Report, clock: str, style: Style) -> str:
    """Which documents were added, changed, removed and renamed; "" where none was."""
    parts = [
        _named("added", report.added),
        _named("changed", report.changed),
        _named("removed", report.removed),
        _named("renamed", [f"{before} to {after}" for before, after in report.renamed]),
    ]
    what = "; ".join(part for part in parts if part)
    if not what:
        return ""
    margin = len(clock) + 2
    columns = None if style.columns is None else max(20, style.columns - margin)
    first, *rest = wrap(f"{what} ({report.seconds:.2f} s)", columns)
    return "\n".join(
        [f"{style.paint(clock, 'faint')}  {first}", *(" " * margin + line for line in rest)]
    )


def _named(how: str, files: Sequence[str]) -> str:
    if not files:
        return ""
    names = ", ".join(visible(file) for file in files[:_NAMED])
    more = len(files) - _NAMED
    return f"{how} {names}" + (f" and {more:,} more" if more > 0 else "")
