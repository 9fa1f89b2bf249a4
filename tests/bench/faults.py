"""Seeds twelve faults, one at a time, and shows which checks of the project's own catch each.

    python -m tests.bench.faults [NAME …]

For each fault the tree is copied, one line of the copy is changed, and tests/qa is asked there;
then the suite's tests that are nearest to the line; then, if none of these failed, the whole
suite. What is printed is which of them failed and how soon. Exit status 1 if a fault passed.
Some 5 s a fault where it is caught nearby.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
_LEFT_OUT = (".git", ".venv", ".footnote", "__pycache__", ".*_cache", "*.egg-info")
_PATIENCE = 1800  # seconds for the whole suite


@dataclass(frozen=True)
class Fault:
    """One line that is wrong: in `file`, `right` becomes `wrong`; `near` are tests of it."""

    name: str
    file: str
    right: str
    wrong: str
    near: tuple[str, ...]


FAULTS = (
    Fault(
        "a quote one character off",
        "bot/verify.py",
        "quote=found.words,",
        "quote=found.words[:-1],",
        ("tests/bot/test_verify.py",),
    ),
    Fault(
        "a citation moved to another file",
        "bot/verify.py",
        "                file=file,\n",
        '                file=file.replace("001_d3458e2f0d2f312a", "003_7dd759d3260042dc"),\n',
        ("tests/bot/test_verify.py",),
    ),
    Fault(
        "lines off by one",
        "bot/locate.py",
        "return ends + 1",
        "return ends + 2",
        ("tests/bot/test_locate.py",),
    ),
    Fault(
        "an abstention turned to an answer",
        "bot/extractive.py",
        "believed = about >= weights.about_least and says >= weights.says_least",
        "believed = True",
        ("tests/bot/test_extractive.py",),
    ),
    Fault(
        "an answer turned to an abstention",
        "bot/extractive.py",
        "if judged.believed and (shared or",
        "if not judged.believed and (shared or",
        ("tests/bot/test_extractive.py",),
    ),
    Fault(
        "articles merged",
        "index/split.py",
        "        if block.opens:\n",
        "        if not found:\n",
        ("tests/index/test_split.py",),
    ),
    Fault(
        "dates dropped",
        "index/split.py",
        "_Piece(part, title or document.title, day or document.date)",
        "_Piece(part, title or document.title, None)",
        ("tests/index/test_split.py",),
    ),
    Fault(
        "a stale file quoted",
        "index/sources.py",
        "if stat_of(self._corpus, file) == record.stat:",
        "if record.stat is not None:",
        ("tests/index/test_sources.py",),
    ),
    Fault(
        "boilerplate ranked first",
        "bot/extractive.py",
        "for hits in (body, beside):",
        "for hits in (beside, body):",
        ("tests/bot/test_extractive.py",),
    ),
    Fault(
        "fusion reversed",
        "index/fusion.py",
        "enumerate(dict.fromkeys(ranking), 1)",
        "enumerate(reversed(dict.fromkeys(ranking)), 1)",
        ("tests/index/test_fusion.py",),
    ),
    Fault(
        "a case's expectation ignored",
        "bot/check/expectations.py",
        'yield Finding("says", False,',
        'yield Finding("says", True,',
        ("tests/bot/check/test_expectations.py",),
    ),
    Fault(
        "the baseline ignored",
        "bot/check/against.py",
        "return bool(self.regressions or self.errors or self.untrue)",
        "return False",
        ("tests/bot/check/test_against.py",),
    ),
    Fault(
        "an error swallowed",
        "bot/check/runner.py",
        '        status = "error"\n',
        '        status = "passed"\n',
        ("tests/bot/check/test_runner.py",),
    ),
)


def copied(folder: Path) -> None:
    """A copy of the tree in `folder`."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_LEFT_OUT), symlinks=True)


def seeded(fault: Fault, folder: Path) -> None:
    """A copy of the tree in `folder`, with the fault in it."""
    copied(folder)
    file = folder / fault.file
    text = file.read_text(encoding="utf-8")
    if text.count(fault.right) != 1:
        sys.exit(f"{fault.name}: {fault.file} holds {text.count(fault.right)} times: {fault.right}")
    file.write_text(text.replace(fault.right, fault.wrong), encoding="utf-8")


def failing(folder: Path, *tests: str) -> tuple[int, str, float]:
    """How many of `tests` fail in `folder`, the first of them, and the seconds that took."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--color=no", *tests],
        cwd=folder,
        # Before what is installed, which may be the tree without the fault.
        env=os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
    )
    failed = re.findall(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.MULTILINE)
    if done.returncode not in (0, 1, 2) or (done.returncode and not failed):
        sys.exit(f"pytest itself failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return len(failed), failed[0] if failed else "", time.monotonic() - begun


def caught(fault: Fault) -> bool:
    """Whether a check fails with `fault`; prints which."""
    with tempfile.TemporaryDirectory(prefix="footnote-fault-") as name:
        folder = Path(name) / "tree"
        seeded(fault, folder)
        found = []
        for which, tests in (("tests/qa", ("tests/qa",)), ("nearest", fault.near)):
            count, first, seconds = failing(folder, *tests)
            found.append(count)
            print(f"  {which:9} {count:4} fail  {seconds:5.1f} s  {first}", flush=True)
        if not any(found):
            count, first, seconds = failing(folder, "-x", "tests")
            found.append(count)
            print(f"  {'suite':9} {count:4} fail  {seconds:5.1f} s  {first}", flush=True)
    return any(found)


def sound(faults: Sequence[Fault]) -> None:
    """Exits where a check fails without any fault: it would be said to catch each."""
    with tempfile.TemporaryDirectory(prefix="footnote-fault-") as name:
        folder = Path(name) / "tree"
        copied(folder)
        near = dict.fromkeys(test for fault in faults for test in fault.near)
        count, first, seconds = failing(folder, "tests/qa", *near)
    if count:
        sys.exit(f"{count} fail without a fault, the first of them {first}")
    print(f"no fault: none fails, {seconds:.1f} s", flush=True)


def main() -> int:
    faults = [fault for fault in FAULTS if not sys.argv[1:] or fault.name in sys.argv[1:]]
    sound(faults)
    passed = []
    for fault in faults:
        print(fault.name, flush=True)
        if not caught(fault):
            passed.append(fault.name)
    print(f"{len(faults) - len(passed)} of {len(faults)} caught")
    for name in passed:
        print(f"  not: {name}")
    return 1 if passed or not faults else 0


if __name__ == "__main__":
    sys.exit(main())
