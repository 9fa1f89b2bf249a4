"""A run as JSON, for programs and for the page: its keys are the public face, and only grow."""

from __future__ import annotations

from collections.abc import Iterator

from bot.check.intervals import wilson

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.check.against import Compared
    from bot.check.results import Exchange, Result, Run, Status

    Object = dict[str, Any]

VERSION = 1
STATUSES: tuple[Status, ...] = ("failed", "error", "mended", "known", "passed", "skipped")
# What each kind of change against a baseline is called, what weighs most first.
CHANGES = {
    "regressions": "regression",
    "untrue": "untrue",
    "errors": "new_error",
    "new_failures": "new_failure",
    "wavering": "wavering",
    "still_failing": "still_failing",
    "fixed": "fixed",
    "new_passes": "new_pass",
    "changed_citations": "changed_citations",
}


def of_run(run: Run, compared: Compared | None = None, unasked: int = 0) -> Object:
    """The object that `check --json` prints."""
    changes: dict[str, list[Object]] = {}
    for kind, name in CHANGES.items():
        for moved in getattr(compared, kind, ()):
            changes.setdefault(moved.key, []).append({"kind": name, "words": moved.words})
    return {
        "version": VERSION,
        "begun": run.begun,
        "seconds": round(run.seconds, 3),
        "about": dict(run.about),
        "counts": {status: run.count(status) for status in STATUSES},
        "unasked": unasked,
        "baseline": None
        if compared is None
        else {"failed": compared.failed, "gone": list(compared.gone)},
        "cases": [_case(result, changes.get(result.key, [])) for result in run.results],
    }


def _case(result: Result, changes: list[Object]) -> Object:
    case, tries = result.case, len(result.tries)
    return {
        "key": result.key,
        "file": case.file,
        "line": case.line,
        "id": case.id,
        "mode": result.mode,
        "ask": case.ask,
        "tags": list(case.tags),
        "status": result.status,
        "reason": result.reason,
        "passes": result.passes,
        "needed": min(case.pass_at_least, case.repeat),
        "interval": [round(end, 4) for end in wilson(result.passes, tries)] if tries else None,
        "changes": changes,
        "corpus": None if case.corpus is None else str(case.corpus),
        "tries": [
            {
                "passed": each.passed,
                "error": each.error,
                "exchanges": list(map(_exchange, each.exchanges)),
            }
            for each in result.tries
        ],
    }


def _exchange(exchange: Exchange) -> Object:
    return {
        "asked": exchange.asked,
        "ms": exchange.ms,
        "findings": list(_findings(exchange)),
        "reply": dict(exchange.reply),
        "seen": [dict(hit) for hit in exchange.seen],
    }


def _findings(exchange: Exchange) -> Iterator[Object]:
    for finding in exchange.findings:
        yield {
            "name": finding.name,
            "met": finding.met if finding.looked_at else None,
            "wanted": finding.wanted,
            "found": finding.found,
            "reason": finding.reason,
            "by_model": finding.by_model,
        }
