"""Two runs side by side, of the same cases under two settings: which moved, and whether by chance.

A case is its own pair, so that hard ones and easy ones weigh alike on both sides (McNemar).
"""

from __future__ import annotations

from bot.check.intervals import mcnemar
from bot.check.results import Result, Run
from index.record import record

CHANCE = 0.05  # less likely than that is more than chance


@record
class Pair:
    """A case under both settings."""

    first: Result
    second: Result


@record
class Comparison:
    """What came of the pairs: `lost` pass under the first setting alone, `won` under the second.

    `unasked` could not be asked, or were skipped, on a side at least; `alone` are the keys of
    cases that one side has and the other has not. `p` is McNemar's, exact and two-sided.
    """

    both: tuple[Pair, ...]
    neither: tuple[Pair, ...]
    lost: tuple[Pair, ...]
    won: tuple[Pair, ...]
    unasked: tuple[Pair, ...]
    alone: tuple[str, ...]
    p: float

    @property
    def more_than_chance(self) -> bool:
        return self.p < CHANCE


def compare(first: Run, second: Run) -> Comparison:
    """The cases of both runs, paired by what they are known by; where the modes differ, that is a
    difference of the settings, and they are paired by file and id."""
    pairs, alone = _paired(first, second)
    kinds: dict[str, list[Pair]] = {}
    for pair in pairs:
        kinds.setdefault(_kind(pair), []).append(pair)
    both, neither, lost, won, unasked = (
        tuple(kinds.get(kind, ())) for kind in ("both", "neither", "lost", "won", "unasked")
    )
    return Comparison(both, neither, lost, won, unasked, alone, mcnemar(len(lost), len(won)))


def _paired(first: Run, second: Run) -> tuple[list[Pair], tuple[str, ...]]:
    pairs = []
    others = {result.key: result for result in second.results}
    left = []
    for result in first.results:
        other = others.pop(result.key, None)
        if other is None:
            left.append(result)
        else:
            pairs.append(Pair(result, other))
    # There are two modes: what is left of a case stands in one here, and in the other there.
    by_case = {_case(result): result for result in others.values()}
    for result in left:
        other = by_case.get(_case(result))
        if other is not None:
            pairs.append(Pair(result, other))
    both = by_case.keys() & set(map(_case, left))
    alone = tuple(each.key for each in (*left, *others.values()) if _case(each) not in both)
    return pairs, alone


def _case(result: Result) -> tuple[str, str]:
    return result.case.file, result.case.id


def _kind(pair: Pair) -> str:
    if any(each.status in ("skipped", "error") for each in (pair.first, pair.second)):
        return "unasked"
    # A case that is known to fail, and no longer does, passes.
    first, second = (each.status in ("passed", "mended") for each in (pair.first, pair.second))
    if first:
        return "both" if second else "lost"
    return "won" if second else "neither"


def words(comparison: Comparison, first: str = "A", second: str = "B") -> str:
    """What came of it, for people; `first` and `second` name the settings."""
    both, neither, lost, won = (
        len(each) for each in (comparison.both, comparison.neither, comparison.lost, comparison.won)
    )
    asked = both + neither + lost + won
    parts = [
        f"Of {_cases(asked)}, {both:,} pass under both and {neither:,} under neither; "
        f"{lost:,} pass only under {first}, {won:,} only under {second}."
    ]
    if comparison.more_than_chance:
        better = first if lost > won else second
        parts.append(f"{better} is better by more than chance (exact McNemar, {_p(comparison.p)}).")
    elif lost or won:
        parts.append(f"Chance may do as much (exact McNemar, {_p(comparison.p)}).")
    else:
        parts.append("No case moved.")
    if comparison.unasked:
        parts.append(f"{_cases(len(comparison.unasked))} could not be asked on both sides.")
    if comparison.alone:
        parts.append(f"{_cases(len(comparison.alone))} stood on one side only.")
    return " ".join(parts)


def _cases(number: int) -> str:
    return "1 case" if number == 1 else f"{number:,} cases"


def _p(p: float) -> str:
    return "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
