"""What came of the runs until now: a line of JSON for each, so that a report can show the last."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from bot.check.errors import CaseError
from bot.check.report import STATUSES
from bot.render.json import dumps
from index.disk import replace_file
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.check.results import Run

SHOWN = 60  # runs
_MOST_BYTES = 1_000_000  # of a file, before its older half is dropped
_MOST = 1_000_000_000  # cases, or seconds, of a run
_ABOUT = ("mode", "model", "generation", "version")


@record
class Past:
    """A run: when it began, in ISO form, what was asked, how many cases came to what."""

    begun: str
    seconds: float
    suite: str
    counts: Mapping[str, int]
    about: Mapping[str, str]


def past(run: Run, suite: str) -> Past:
    """What is kept of `run`, which asked the cases that `suite` names."""
    about = {key: run.about[key] for key in _ABOUT if key in run.about}
    counts: dict[str, int] = {status: run.count(status) for status in STATUSES}
    return Past(run.begun, round(run.seconds, 3), suite, counts, about)


def add(path: Path, run: Past) -> None:
    """Write a line of `run` at the end of the file at `path`."""
    value = {
        "begun": run.begun, "seconds": run.seconds, "suite": run.suite,
        "counts": dict(run.counts), "about": dict(run.about),
    }  # fmt: skip
    line = f"{dumps(value, ascii_only=True)}\n".encode()
    try:
        # One write, so that runs at the same time keep their lines apart.
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            size = os.fstat(descriptor).st_size
            # What was cut short, as on a full disk, is a line of its own.
            cut = size and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, b"\n" + line if cut else line)
        finally:
            os.close(descriptor)
        if size > _MOST_BYTES:
            kept = path.read_bytes()[-_MOST_BYTES // 2 :]
            replace_file(path, kept[kept.index(b"\n") + 1 :])
    except OSError as error:
        raise CaseError(f"The history {path} cannot be written: {error.strerror}.") from None


def read(path: Path, suite: str) -> list[Past]:
    """The last runs of `suite`, oldest first; what cannot be read is none."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 2 * _MOST_BYTES))
            lines = file.read(2 * _MOST_BYTES).splitlines()
    except OSError:
        return []
    runs = (_past(line) for line in lines)
    return [each for each in runs if each is not None and each.suite == suite][-SHOWN:]


def _past(line: bytes) -> Past | None:
    """The run that a line tells of; None where it tells of none."""
    try:
        value: dict[str, Any] = json.loads(line)
        datetime.fromisoformat(value["begun"])
        counts: dict[str, int] = {status: value["counts"][status] for status in STATUSES}
        about = {key: value["about"][key] for key in _ABOUT if key in value["about"]}
        seconds = float(value["seconds"])
        # What JSON cannot hold, or a plot cannot show, would leave a page empty.
        whole = 0 <= seconds < _MOST and all(
            type(n) is int and 0 <= n < _MOST for n in counts.values()
        )
        words = all(isinstance(each, str) for each in (value["suite"], *about.values()))
        if whole and words:
            return Past(value["begun"], seconds, value["suite"], counts, about)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError):
        pass
    return None
