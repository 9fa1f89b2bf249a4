"""A run as one HTML page, which stands alone: what it shows is in it, and nothing is fetched.

What documents, models and people wrote stands in it as JSON that no HTML parser can take for
markup, is put into the page as text by its one script, and a policy lets nothing else run.
"""

from __future__ import annotations

import html
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from importlib import resources
from pathlib import Path

from bot.check.excerpts import Excerpts
from bot.check.history import Past
from bot.check.shown import listed
from bot.locate import locator_of, within
from bot.render.json import dumps

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Object = dict[str, Any]

_SCRIPTS = ("dom.js", "case.js", "list.js")
_FAILING = ("failed", "error", "mended")
_MOST_BYTES = 4_500_000
# How many passages are kept of each question that is as it should be, and how much of each: the
# first that leaves the page small enough. Of those that fail, as much as may be.
_KEPT = ((10, 700), (5, 400), (3, 200), (2, 120), (0, 0))
_REPLY = ("status", "reason", "claims", "notices", "rejected", "mode", "model", "usage")
_OF_CASE = (
    "key", "file", "line", "id", "mode", "ask", "tags", "status", "reason", "passes", "needed",
    "interval", "changes",
)  # fmt: skip


def page(report: Mapping[str, Any], history: Sequence[Past], excerpts: Excerpts) -> str:
    """The page of a run: `report` is its JSON, `history` the runs until it, itself the last."""
    # What somebody has to look at comes first.
    cases = sorted(report["cases"], key=lambda case: case["status"] not in _FAILING)
    run = {
        **{key: report[key] for key in ("begun", "seconds", "about", "counts", "unasked")},
        "baseline": report["baseline"],
        "history": [
            {"begun": each.begun, "seconds": each.seconds, "counts": dict(each.counts)}
            for each in history
        ],
        "cases": list(map(_row, cases)),
    }
    style = _file("page.css")
    script = "\n".join(map(_file, _SCRIPTS))
    listing = _json(run)
    for kept in _KEPT:
        details = _json(_Details(excerpts, *kept).of(cases))
        if len(listing.encode()) + len(details.encode()) <= _MOST_BYTES:
            break
    parts = {
        "policy": _policy(style, script),
        "title": html.escape(_title(report["counts"])),
        "style": style,
        "run": listing,
        "details": details,
        "script": script,
    }
    # In one pass: no text can stand for another.
    return re.sub(r"\{\{([a-z]+)\}\}", lambda found: parts[found[1]], _file("page.html"))


def _row(case: Mapping[str, Any]) -> Object:
    ms = sum(each["ms"] for tried in case["tries"] for each in tried["exchanges"])
    row = {key: case[key] for key in _OF_CASE}
    return {**row, "tries": len(case["tries"]), "ms": round(ms, 1)}


def _title(counts: Mapping[str, int]) -> str:
    failing = sum(counts[status] for status in _FAILING)
    asked = sum(counts.values()) - counts["skipped"]
    if failing:
        return f"{failing:,} of {asked:,} cases {'fails' if failing == 1 else 'fail'}"
    return "1 case passes" if asked == 1 else f"{asked:,} cases pass"


class _Details:
    """What an opened case shows; a text that stands in many is kept once."""

    def __init__(self, excerpts: Excerpts, passages: int, characters: int) -> None:
        self._excerpts = excerpts
        self._passages, self._characters = passages, characters
        self._texts: dict[str, int] = {}

    def of(self, cases: Sequence[Mapping[str, Any]]) -> Object:
        """Of all cases."""
        found = [[self._try(tried, case) for tried in case["tries"]] for case in cases]
        return {"cases": found, "texts": list(self._texts), "whole": self._passages > 0}

    def _kept(self, text: str) -> int:
        return self._texts.setdefault(text, len(self._texts))

    def _try(self, tried: Mapping[str, Any], case: Mapping[str, Any]) -> Object:
        corpus = None if case["corpus"] is None else Path(case["corpus"])
        failing = case["status"] in _FAILING
        return {
            "passed": tried["passed"],
            "error": tried["error"],
            "exchanges": [self._exchange(each, corpus, failing) for each in tried["exchanges"]],
        }

    def _exchange(self, each: Mapping[str, Any], corpus: Path | None, failing: bool) -> Object:
        reply = each["reply"]
        cited = listed(reply, "citations")
        most, characters = (
            (max(self._passages, 5), max(self._characters, 200))
            if failing
            else (self._passages, self._characters)
        )
        return {
            "asked": each["asked"],
            "ms": each["ms"],
            "findings": list(map(self._finding, each["findings"])),
            "reply": {
                **{key: reply.get(key) for key in _REPLY},
                "claims": [
                    {**claim, "text": self._kept(claim["text"])}
                    for claim in listed(reply, "claims")
                ],
                "notices": [
                    {**notice, "message": self._kept(notice["message"])}
                    for notice in listed(reply, "notices")
                ],
                "rejected": listed(reply, "rejected"),
                "citations": [self._citation(citation, corpus) for citation in cited],
            },
            "seen": [self._hit(hit, cited, characters) for hit in each["seen"][:most]],
        }

    def _finding(self, finding: Mapping[str, Any]) -> Object:
        """What came is shown of what is not met alone, and is the whole answer at times."""
        told = {**finding, "found": "" if finding["met"] else finding["found"]}
        texts = {key: self._kept(told[key]) for key in ("name", "wanted", "found", "reason")}
        return {"met": finding["met"], "by_model": finding["by_model"], **texts}

    def _citation(self, citation: Mapping[str, Any], corpus: Path | None) -> Object:
        found = self._excerpts.of(citation, corpus)
        return {
            **{key: citation.get(key) for key in ("n", "file", "title", "date")},
            "place": _place(citation),
            "quote": self._kept(citation.get("quote", "")),
            "around": found
            and {
                "before": self._kept(found.before),
                "there": self._kept(found.there),
                "after": self._kept(found.after),
                "line": found.line,
                "found": found.found,
                "first": found.first,
                "last": found.last,
            },
        }

    def _hit(
        self, hit: Mapping[str, Any], cited: Sequence[Mapping[str, Any]], characters: int
    ) -> Object:
        start, end = hit["start"], hit["end"]
        return {
            "file": hit["file"],
            "date": hit["date"],
            "text": self._kept(hit["text"][:characters]),
            "cut": len(hit["text"]) > characters,
            "cited": any(
                each.get("file") == hit["file"] and start <= each.get("start", -1) < end
                for each in cited
            ),
        }


def _json(value: Object) -> str:
    """`value` as it may stand in a script element: nothing in it ends the element, or is hidden."""
    return dumps(value).translate({ord(ch): f"\\u{ord(ch):04x}" for ch in "<>&"})


def _policy(style: str, script: str) -> str:
    """That nothing runs but the page's own style and script, and nothing is fetched."""
    return (
        f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'"
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


@cache
def _file(name: str) -> str:
    return resources.files("bot.check").joinpath("page", name).read_text(encoding="utf-8")


def _place(citation: Mapping[str, Any]) -> str:
    try:
        return within(locator_of(citation["locator"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return ""
