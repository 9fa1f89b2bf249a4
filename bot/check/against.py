"""A run against its baseline: what fell, what rose, what is new, and what a coin may have done.

Only what passed before and fails now fails the run, and what nothing excuses: a case that could
not be asked though it could before, and a citation that is not true. A new case that fails is
told, and fails no run until a baseline knows that it passed.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.check.baseline import Entry, entry
from bot.check.intervals import overlap, wilson
from bot.check.results import Result, Run
from index.record import record

_FAILING = ("failed", "mended", "error")


@record
class Moved:
    """A case that came out otherwise than the baseline has it, and in words how."""

    key: str
    before: Entry | None
    result: Result
    words: str


@record
class Compared:
    """The cases of a run, by what became of them; `gone` are keys that only the baseline has.

    `wavering` passed before and fails now, and both may be the same coin. `fixed` fails no
    more. `errors` could not be asked, and is no regression. `untrue` may stand elsewhere too.
    """

    regressions: tuple[Moved, ...] = ()
    errors: tuple[Moved, ...] = ()
    untrue: tuple[Moved, ...] = ()
    new_failures: tuple[Moved, ...] = ()
    new_passes: tuple[Moved, ...] = ()
    wavering: tuple[Moved, ...] = ()
    fixed: tuple[Moved, ...] = ()
    still_failing: tuple[Moved, ...] = ()
    changed_citations: tuple[Moved, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether the run failed."""
        return bool(self.regressions or self.errors or self.untrue)


def compared(run: Run, baseline: Mapping[str, Entry], *, part: bool = False) -> Compared:
    """What became of the cases of `run`; with `part`, those that were not asked are not gone."""
    found: dict[str, list[Moved]] = {}
    for result in run.results:
        before = baseline.get(result.key)
        kinds = _kinds(result, before)
        for kind in kinds:
            moved = Moved(result.key, before, result, _words(kind, result, before))
            found.setdefault(kind, []).append(moved)
    gone = () if part else tuple(sorted(baseline.keys() - {each.key for each in run.results}))
    return Compared(**{kind: tuple(each) for kind, each in found.items()}, gone=gone)


def _kinds(result: Result, before: Entry | None) -> list[str]:
    if result.status == "skipped":
        return []
    kinds = [kind for kind in (_moved(result, before),) if kind]
    if not all(each.true for each in result.tries):
        kinds.append("untrue")
    if before is not None and before.status == result.status and _recited(result, before):
        kinds.append("changed_citations")
    return kinds


def _moved(result: Result, before: Entry | None) -> str:
    now = result.status
    if before is None or before.status == "skipped":
        if now == "error":
            return "errors"
        return "new_failures" if now in _FAILING else "new_passes" if now == "passed" else ""
    if before.status == "passed" and now in ("failed", "error"):
        return "wavering" if _wavers(result, before) else "regressions"
    if now == "error" and before.status != "error":
        return "errors"
    if now in ("passed", "mended") and before.status not in ("passed", "mended"):
        return "fixed"
    return "still_failing" if now in _FAILING else ""


def _wavers(result: Result, before: Entry) -> bool:
    """Whether one coin may have fallen as it did before and as it does now.

    The documents' own sentences come the same each time, an error is none of a coin's, and what
    always passed and now never does has fallen, however few its tries.
    """
    if result.mode != "generative" or result.status == "error":
        return False
    if before.passes == before.tries and not result.passes:
        return False
    return overlap(wilson(before.passes, before.tries), wilson(result.passes, len(result.tries)))


def _recited(result: Result, before: Entry) -> bool:
    return entry(result).cites != before.cites


def _words(kind: str, result: Result, before: Entry | None) -> str:
    now = f"{result.status} ({_share(result.passes, len(result.tries))})"
    if before is None:
        return f"new: {now}"
    if kind == "changed_citations":
        cites = entry(result).cites
        less = [f"no longer {each}" for each in before.cites if each not in cites]
        more = [f"now {each}" for each in cites if each not in before.cites]
        return "cites " + ", ".join(less + more)
    return f"{before.status} ({_share(before.passes, before.tries)}) before, now {now}"


def _share(passes: int, tries: int) -> str:
    """Of several tries, the interval in which the true share lies."""
    if tries < 2:
        return f"{passes} of {tries}"
    low, high = wilson(passes, tries)
    return f"{passes} of {tries}, {low:.0%} to {high:.0%}"
