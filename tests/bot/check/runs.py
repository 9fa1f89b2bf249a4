"""Runs as a runner would bring them, made of a few words, for tests of what is done with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.check.cases import Case, Expected, Step
from bot.check.results import Exchange, Finding, Result, Run, Try

if TYPE_CHECKING:
    from bot.answers import Mode
    from bot.check.results import Status


def tried(passed: bool, cites: Sequence[str] = (), *, true: bool = True, error: str = "") -> Try:
    citations = [
        {"file": file, "locator": {"kind": "lines", "first": int(first), "last": int(last)}}
        for each in cites
        for file, first, last in [each.split(" ")]
    ]
    findings = (
        Finding("citations", true, "", "", "as the file has it"),
        Finding("says", passed, "Busan", "", "no claim says 'Busan'"),
    )
    exchange = Exchange("Where?", {"citations": citations}, (), findings, 1.5)
    return Try((exchange,), error)


def result(
    name: str,
    status: Status,
    tries: Sequence[Try] | None = None,
    *,
    mode: Mode = "extractive",
    cites: Sequence[str] = (),
) -> Result:
    case = Case(name, (Step("Where?", Expected(says=("Busan",))),), "qa/a.yaml", 1)
    if tries is None:
        tries = () if status == "skipped" else (tried(status in ("passed", "mended"), cites),)
    return Result(case, mode, status, tuple(tries))


def coin(name: str, passes: int, tries: int, status: Status) -> Result:
    """A case that a model was asked `tries` times."""
    return result(name, status, [tried(i < passes) for i in range(tries)], mode="generative")


def run(*results: Result, begun: str = "2026-01-02T03:04:05+00:00", seconds: float = 1.0) -> Run:
    return Run(results, begun, seconds, {"version": "0"})
