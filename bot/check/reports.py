"""What is written of a run beside what is told of it: JUnit XML, a page, a line of its history."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from bot.check.errors import CaseError
from bot.check.history import SHOWN, add, past, read
from bot.check.report import of_run
from index.disk import replace_file
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.check.against import Compared
    from bot.check.results import Run


@record
class Reports:
    """Where reports go, None where one is not wanted. `named` says that the history's file was.

    `suite` says which cases are asked: runs of other cases are no history of these.
    """

    suite: str
    history: Path
    named: bool = False
    junit: Path | None = None
    html: Path | None = None

    def look(self) -> None:
        """CaseError where one could not be written: better before a run than after it."""
        for path in (self.junit, self.html, self.history if self.named else None):
            if path is not None and (what := _hindrance(path)):
                raise CaseError(f"{path} cannot be written: it {what}.", "Name a file.")

    def write(self, run: Run, compared: Compared | None, unasked: int, corpus: Path) -> None:
        """Write what is wanted of `run`; one that left cases `unasked` is no history."""
        runs = read(self.history, self.suite) if self.html is not None else []
        now = past(run, self.suite)
        if not unasked:
            # Where no file was named, a folder that cannot be written is no reason to fail.
            with suppress(*(() if self.named else (CaseError,))):
                add(self.history, now)
        if self.junit is not None:
            from bot.check.junit import junit

            _write(self.junit, junit(run, compared))
        if self.html is not None:
            from bot.check.excerpts import Excerpts
            from bot.check.page import page

            report = of_run(run, compared, unasked)
            _write(self.html, page(report, [*runs, now][-SHOWN:], Excerpts(corpus)))


def _hindrance(path: Path) -> str:
    """Why no file can be put in the place of `path`: a device would be lost by it."""
    if path.is_dir():
        return "is a folder"
    if path.exists() and not path.is_file():
        return "is no regular file"
    return "" if path.parent.is_dir() else "has no folder to stand in"


def _write(path: Path, text: str) -> None:
    try:
        # Through a link the file is written that it leads to.
        replace_file(Path(os.path.realpath(path)), text.encode())
    except OSError as error:
        raise CaseError(f"{path} cannot be written: {error.strerror}.") from None
