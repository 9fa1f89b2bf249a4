"""What moved, as a person reads it: against a baseline, or between two settings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from bot.check.against import Compared
from bot.check.comparing import Comparison, words
from bot.render.style import Style
from bot.render.visible import visible, wrap

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.check.comparing import Pair

# What is told of each kind of change, what matters most first, and how it is painted.
_KINDS = (
    ("regressions", "passed before, and no longer", "error"),
    ("untrue", "with a citation that is not true", "error"),
    ("errors", "that could be asked before, and no longer", "error"),
    ("new_failures", "new, and failing", "warning"),
    ("wavering", "failing now, as chance may have it", "warning"),
    ("still_failing", "failing as before", "faint"),
    ("fixed", "failing before, and no longer", "good"),
    ("new_passes", "new, and passing", "good"),
    ("changed_citations", "with other citations than before", "mark"),
)
_MOST_NAMED = 20


def against(compared: Compared, name: str, style: Style) -> str:
    """What became of the cases since the baseline of that name was written."""
    lines = [f"Against {visible(name)}:"]
    for kind, told, paint in _KINDS:
        moved = getattr(compared, kind)
        lines += _group(told, paint, [(each.key, each.words) for each in moved], style)
    gone = [(key, "") for key in compared.gone]
    lines += _group("in the baseline alone", "faint", gone, style)
    if len(lines) == 1:
        return f"{lines[0][:-1]}: nothing changed."
    return "\n".join(lines)


def between(comparison: Comparison, first: str, second: str, style: Style) -> str:
    """What moved between the settings of those names, and whether by more than chance."""
    first, second = visible(first), visible(second)
    lines: list[str] = []
    for name, pairs in ((first, comparison.lost), (second, comparison.won)):
        lines += _group(f"passing under {name} alone", "strong", map(_pair, pairs), style)
    lines += _group("not asked on both sides", "warning", map(_pair, comparison.unasked), style)
    alone = [(key, "") for key in comparison.alone]
    lines += _group("on one side alone", "warning", alone, style)
    return "\n".join([*lines, *wrap(words(comparison, first, second), style.columns)])


def _pair(pair: Pair) -> tuple[str, str]:
    return pair.first.key, f"{pair.first.status}, then {pair.second.status}"


def _group(told: str, paint: str, each: Iterable[tuple[str, str]], style: Style) -> Iterator[str]:
    rows: Sequence[tuple[str, str]] = list(each)
    if not rows:
        return
    yield style.paint(f"{len(rows):,} {told}", paint)
    for key, how in rows[:_MOST_NAMED]:
        yield f"  {visible(key)}"
        if how:
            yield style.paint(f"    {visible(how)}", "faint")
    if len(rows) > _MOST_NAMED:
        yield f"  and {len(rows) - _MOST_NAMED:,} more"
