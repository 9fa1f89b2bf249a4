"""Makes a test of each canned pair: `tests/qa/FILE.yaml::ID`, asked through the command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.qa.cases import BadCase, Case, read_cases, unmet
from tests.refind import NotFoundAgain, refind

ROOT = Path(__file__).parents[2]
SEEDS = ROOT / "seeds"
STORE = pytest.StashKey[Path]()


class Unmet(Exception):
    """A reply is not what its case expects."""


def pytest_collect_file(parent: pytest.Collector, file_path: Path) -> CaseFile | None:
    if file_path.suffix == ".yaml":
        file: CaseFile = CaseFile.from_parent(parent, path=file_path)
        return file
    return None


class CaseFile(pytest.File):
    """A file of cases; all of them are asked at once, when the first is run."""

    _replies: dict[str, dict[str, Any]] | None = None

    def collect(self) -> Iterator[CaseItem]:
        try:
            cases = read_cases(self.path)
        except BadCase as error:
            raise self.CollectError(str(error)) from None
        for case in cases:
            item: CaseItem = CaseItem.from_parent(self, name=case.id, case=case, cases=cases)
            yield item

    def replies(self, cases: list[Case]) -> dict[str, dict[str, Any]]:
        if self._replies is None:
            self._replies = {}  # asked once, also where that fails
            self._replies = ask(cases, SEEDS, store(self.config))
        return self._replies


class CaseItem(pytest.Item):
    """One case. A known failure excuses only what is expected of the reply, never its quotes."""

    def __init__(self, *, case: Case, cases: list[Case], **named: Any) -> None:
        super().__init__(**named)
        self.case, self.cases = case, cases
        if case.fails:
            self.add_marker(pytest.mark.xfail(reason=case.fails, raises=Unmet, strict=True))

    def runtest(self) -> None:
        assert isinstance(self.parent, CaseFile)
        replies = self.parent.replies(self.cases)
        assert self.case.id in replies, "this question has no reply"
        reply = replies[self.case.id]
        assert reply["question"] == self.case.ask
        refind(reply, SEEDS, ["utf-8"])
        lacks = unmet(self.case.expect, reply)
        if lacks:
            raise Unmet(told(self.case, lacks, reply))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, (Unmet, NotFoundAgain)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, None, str]:
        return self.path, None, f"{self.path.name}::{self.case.id}"


def store(config: pytest.Config) -> Path:
    """A folder for the index of the seeds, which all the files of a run share."""
    if STORE not in config.stash:
        folder = tempfile.TemporaryDirectory(prefix="footnote-qa-")
        config.add_cleanup(folder.cleanup)
        config.stash[STORE] = Path(folder.name)
    return config.stash[STORE]


def ask(cases: list[Case], corpus: Path, store: Path) -> dict[str, dict[str, Any]]:
    """The replies to `cases`, by id, as the command prints them."""
    lines = [json.dumps({"id": case.id, "question": case.ask}) for case in cases]
    words = ["ask", "--json", "--batch", "-", "--corpus", str(corpus), "--store", str(store)]
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        cwd=store,
        input="\n".join(lines).encode(),
        capture_output=True,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    replies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [reply["id"] for reply in replies] == [case.id for case in cases]
    return {reply["id"]: reply for reply in replies}


def told(case: Case, lacks: list[str], reply: dict[str, Any]) -> str:
    """What a person needs to see why a case failed."""
    lines = [f"asked: {case.ask}", *(f"unmet: {lack}" for lack in lacks)]
    lines += [f"reply: {reply['answer'] or reply['reason']}"]
    lines += [f"   of: {c['file']}, {c['date']}" for c in reply["citations"]]
    lines += [f" near: {hit['file']}: {hit['text'][:100]!r}" for hit in reply["nearest"][:3]]
    return "\n".join(lines)
