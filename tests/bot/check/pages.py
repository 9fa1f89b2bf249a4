"""Reports with all that a page can show, made of a folder of documents that lies beside them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.check.against import Compared, compared
from bot.check.baseline import Entry
from bot.check.cases import Case, Expected, Step
from bot.check.excerpts import Excerpts
from bot.check.history import Past, past
from bot.check.page import page
from bot.check.report import of_run
from bot.check.results import Exchange, Finding, Result, Run, Try
from index.record import replaced

if TYPE_CHECKING:
    from bot.check.results import Status

TEXT = "Rain fell.\n\nThe ministers met in Busan. They left.\r\nSnow fell in Seoul.\n"
BUSAN, SNOW = "The ministers met in Busan.", "Snow fell in Seoul."
ABOUT = {"mode": "extractive", "corpus": "docs", "generation": "00000001-ab", "version": "0.2.0"}


def citation(n: int, quote: str, text: str = TEXT, file: str = "a.txt") -> dict[str, Any]:
    """A citation of `quote`, which stands in `text`."""
    start = max(0, text.find(quote))
    line = len(text[:start].splitlines()) + (text[:start].endswith(("\n", "")))
    place = {"kind": "lines", "first": line, "last": line}
    return {
        "n": n, "file": file, "title": "Weather", "date": "2023-11-24", "quote": quote,
        "start": start, "end": start + len(quote), "locator": place, "boilerplate": False,
    }  # fmt: skip


def exchange(asked: str, *quotes: str, text: str = TEXT, met: bool = True) -> Exchange:
    """A reply of these quotes, or none."""
    citations = [citation(n, quote, text) for n, quote in enumerate(quotes, 1)]
    reply = {
        "question": asked, "status": "answered" if quotes else "abstained",
        "reason": None if quotes else "not_in_corpus",
        "answer": " ".join(quotes) or None, "citations": citations, "nearest": [],
        "claims": [{"text": quote, "citations": [n]} for n, quote in enumerate(quotes, 1)],
        "notices": [], "rejected": [], "usage": None, "mode": "extractive", "model": None,
        "generation": "00000001-ab", "elapsed_ms": 1.5,
    }  # fmt: skip
    seen = tuple(
        {
            "rank": n, "score": 1.0, "file": "a.txt", "title": None, "date": None,
            "start": each["start"], "end": each["end"], "text": each["quote"], "boilerplate": False,
        }
        for n, each in enumerate(citations, 1)
    )  # fmt: skip
    findings = (
        Finding("citations", True, "each quote in its file", "", "1 quote found again"),
        Finding("says", met, "Busan", " ".join(quotes), "a claim says it" if met else "none does"),
    )
    return Exchange(asked, reply, seen, findings, 1.5)


def result(id: str, *tries: Try, file: str = "qa/a.yaml", **more: Any) -> Result:
    asked = tries[0].exchanges[0].asked if tries and tries[0].exchanges else id
    case = Case(id, (Step(asked, Expected()),), file, 3, repeat=max(1, len(tries)), **more)
    status: Status = "passed" if all(each.passed for each in tries) else "failed"
    return Result(case, "extractive", status if tries else "skipped", tries)


def tried(*exchanges: Exchange) -> Try:
    return Try(exchanges)


RESULTS = (
    result("port", tried(exchange("Where did they meet?", BUSAN, SNOW)), tags=("talks",)),
    result("people", tried(exchange("How many live in Busan?"))),
    result(
        "coin",
        *(tried(exchange("Did they meet?", BUSAN, met=each)) for each in (True, False, True)),
        file="qa/b.yaml",
    ),
    result("later", file="qa/b.yaml"),
    result(
        "talk",
        tried(exchange("Where?", BUSAN), exchange("And what fell there?", SNOW)),
        file="qa/b.yaml",
    ),
)
KEYS = [each.key for each in RESULTS]


def run(*results: Result) -> Run:
    return Run(results or RESULTS, "2026-01-02T03:04:05+00:00", 2.5, ABOUT)


def made(
    folder: Path,
    *results: Result,
    text: str = TEXT,
    history: Sequence[Past] | None = None,
    against: Compared | None = None,
) -> str:
    """The page of a run; `folder` gets its document."""
    (folder / "a.txt").write_bytes(text.encode("utf-8", "surrogatepass"))
    whole = run(*results)
    if history is None:
        now = past(whole, "qa")
        history = [replaced(now, begun=f"2025-12-{day:02}T03:04:05+00:00") for day in (1, 2)]
        history.append(now)
    return page(of_run(whole, against), history, Excerpts(folder))


def since(*results: Result) -> Compared:
    """The run against a baseline in which all that has tries passed."""
    whole = run(*results)
    before = {
        each.key: Entry("passed", len(each.tries), len(each.tries), ("a.txt:1",))
        for each in whole.results
        if each.tries
    }
    return compared(whole, before)
