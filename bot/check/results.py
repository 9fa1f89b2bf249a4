"""What came of a run: findings of one reply, exchanges of one try, tries of one case.

All of it can be pickled, so that it travels between processes, and holds replies as
`footnote ask --json` prints them: what is judged is what people and programs see.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.check.cases import Case
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    from bot.answers import Mode

    Status = Literal["passed", "failed", "skipped", "known", "mended", "error"]


@record
class Finding:
    """One expectation against one reply: whether it is `met`, its value, and why.

    `name` is the key of the expectation as it is written in a case, or `citations` for the truth
    of the citations, which is always looked at; `wanted` what was expected, `found` what came,
    and `reason` a sentence for people. `by_model` marks what a model judges; what was not
    `looked_at` is neither met nor unmet, and stands in nobody's way.
    """

    name: str
    met: bool
    wanted: str
    found: str
    reason: str
    by_model: bool = False
    looked_at: bool = True


@record
class Exchange:
    """A question asked, and its reply as JSON.

    `seen` are the passages that the answer was made from, best first, as `search --json` prints
    hits.
    """

    asked: str
    reply: Mapping[str, Any]
    seen: tuple[Mapping[str, Any], ...]
    findings: tuple[Finding, ...]
    ms: float

    @property
    def met(self) -> bool:
        return all(finding.met for finding in self.findings)


@record
class Try:
    """A case asked once. `error` is why it could not be asked to its end, "" if it could."""

    exchanges: tuple[Exchange, ...]
    error: str = ""

    @property
    def passed(self) -> bool:
        return not self.error and all(exchange.met for exchange in self.exchanges)

    @property
    def true(self) -> bool:
        """Whether every citation stands where it says: what no known failure excuses."""
        return all(
            finding.met
            for exchange in self.exchanges
            for finding in exchange.findings
            if finding.name == "citations"
        )


@record
class Result:
    """A case in one mode. `reason` says why it was skipped, or is known to fail.

    `known` is a case that fails as its file says it does; `mended` one that no longer does, which
    a run counts as failed: its file is wrong. `error`: it could not be asked.
    """

    case: Case
    mode: Mode
    status: Status
    tries: tuple[Try, ...] = ()
    reason: str = ""

    @property
    def key(self) -> str:
        """By what it is known from run to run: file, id, and mode."""
        return f"{self.case.file}::{self.case.id}[{self.mode}]"

    @property
    def passes(self) -> int:
        return sum(each.passed for each in self.tries)


@record
class Run:
    """The results of a run, in the order of the files, and under what it was made.

    `about` is for people and reports: version, mode, model, corpus, generation, hash of the
    prompts. `begun` is UTC in ISO form.
    """

    results: tuple[Result, ...]
    begun: str
    seconds: float
    about: Mapping[str, str]

    def count(self, *statuses: Status) -> int:
        return sum(result.status in statuses for result in self.results)
