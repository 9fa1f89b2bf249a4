"""How long the page of two thousand cases takes to open in Chromium, and how large it is.

    python -m tests.bench.page [--rounds N] [--keep FILE]

The cases are those of tests/qa, asked once of the seeds and told as often as it takes. So that no
text is kept once for many, as it would be of the same case, the words of each copy are its own.
`open` ends when the page is loaded and has been painted; a search, when what it leaves is.
"""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.check.excerpts import Excerpt, Excerpts
from bot.check.history import Past
from bot.check.page import page
from index.record import replaced
from tests.bench.report import Row, parser, report
from tests.chromium import Browser, found

ROOT = Path(__file__).resolve().parents[2]
CASES = 2000
_LOADED = """new Promise(done => requestAnimationFrame(() => setTimeout(() => {
    const [went] = performance.getEntriesByType("navigation");
    done(Math.max(went.loadEventEnd, performance.now()) / 1000);
})))"""
_SEARCH = """new Promise(done => {
    const begun = performance.now();
    by("words").value = "minister 7"; by("words").dispatchEvent(new Event("input"));
    requestAnimationFrame(() => setTimeout(() => done((performance.now() - begun) / 1000)));
})"""
_OPEN = """new Promise(done => {
    const begun = performance.now();
    head(cases.length >> 1).click();
    requestAnimationFrame(() => setTimeout(() => done((performance.now() - begun) / 1000)));
})"""


class Apart(Excerpts):
    """Excerpts whose words are of one copy alone."""

    def of(self, citation: Any, corpus: Path | None = None) -> Excerpt | None:
        """The surroundings, as if each copy had its own documents."""
        at = super().of({**citation, "quote": citation["was"]}, corpus)
        if at is None:
            return None
        copy = citation["copy"]
        return replaced(at, before=at.before + copy, there=at.there + copy, after=at.after + copy)


def asked(folder: Path) -> dict[str, Any]:
    """The report of tests/qa."""
    footnote = Path(sys.executable).with_name("footnote")
    done = subprocess.run(
        [footnote, "check", "tests/qa", "--json", "--corpus", "seeds", "--store", folder / "store"],
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    made: dict[str, Any] = json.loads(done.stdout)
    return made


def copied(made: dict[str, Any]) -> dict[str, Any]:
    """The report as of `CASES` cases, none of which shares its texts with another."""
    cases: list[dict[str, Any]] = []
    for copy in range(-(-CASES // len(made["cases"]))):
        for each in made["cases"][: CASES - len(cases)]:
            case = json.loads(json.dumps(each))
            case["key"] = case["key"].replace("::", f"::{copy}-")
            case["id"], case["ask"] = f"{copy}-{case['id']}", f"{case['ask']} {copy}"
            for tried in case["tries"]:
                for exchange in tried["exchanges"]:
                    for cited in exchange["reply"]["citations"]:
                        cited.update(was=cited["quote"], copy=f" {len(cases)}")
                        cited["quote"] += f" {len(cases)}"
                    for hit in exchange["seen"]:
                        hit["text"] = f"{len(cases)} {hit['text']}"
            cases.append(case)
    counts = {status: sum(case["status"] == status for case in cases) for status in made["counts"]}
    return {**made, "cases": cases, "counts": counts}


def main() -> None:
    options = parser("opening the page of two thousand cases")
    options.add_argument("--rounds", type=int, default=7)
    options.add_argument("--keep", type=Path, help="where the page is kept")
    given = options.parse_args()
    program = found()
    if program is None:
        raise SystemExit("There is no Chromium or Chrome here to open the page with.")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        made = copied(asked(folder))
        runs = [
            Past(f"2026-01-{day:02}T09:00:00+00:00", 3.0, "qa", made["counts"], {})
            for day in range(1, 31)
        ]
        path = folder / "page.html"
        path.write_text(page(made, runs, Apart(ROOT / "seeds")), encoding="utf-8")
        took: dict[str, list[float]] = {"open": [], "search": [], "case": []}
        with Browser(program) as browser:
            for _ in range(given.rounds):
                tab = browser.tab()
                tab.go(path)
                took["open"].append(tab.ask(_LOADED))
                took["case"].append(tab.ask(_OPEN))
                took["search"].append(tab.ask(_SEARCH))
            version = browser.call("Browser.getVersion")["product"]
        size = path.stat().st_size / 1e6
        if given.keep:
            given.keep.write_bytes(path.read_bytes())
    rows = [
        Row("the page of 2,000 cases opens in", _median(took["open"]), "<= 1.5", "s"),
        Row("slowest of all rounds", round(max(took["open"]), 3), "", "s"),
        Row("its size", round(size, 2), "<= 5", "MB"),
        Row("a case opens in", _median(took["case"]), "", "s"),
        Row("a search takes", _median(took["search"]), "", "s"),
    ]
    facts = {"rounds": given.rounds, "browser": re.sub(r"(\d+)\.[\d.]+", r"\1", version)}
    sys.exit(not report("page", rows, given.out, facts))


def _median(figures: list[float]) -> float:
    return round(statistics.median(figures), 3)


if __name__ == "__main__":
    main()
