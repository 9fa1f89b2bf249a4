"""The command `index`: the index is brought up to date, once or whenever documents change."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from bot.options import Options
from bot.output import Output, flush
from bot.settings import Settings
from bot.terminal import is_terminal
from bot.watching import Follower, Outcome
from bot.wiring import reindex
from index.errors import FootnoteError, LockedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.build import Report
    from index.reading import Skipped

_OF_BUILDS = "documents"  # a notice that stands under no answer
_WAIT = 2.0  # seconds for another process that is about to be done, as one that tidies up is


def index(options: Options, settings: Settings, output: Output) -> int:
    """Build or refresh the index, and follow the documents if that was asked for."""
    for notice in settings.notices:
        output.notice(notice)
    told = _Told(output, options.json)
    try:
        with output.progress:
            report = reindex(settings, output.progress, wait=_WAIT)
    except LockedError as error:
        if not options.watch:
            raise
        told.error(error)
    else:
        told.first(report)
        report.generation.close()
    if options.watch:
        _follow(settings, output, told)
    return 0


def _follow(settings: Settings, output: Output, told: _Told) -> None:
    flush()
    if is_terminal(sys.stderr):
        output.aside(f"Following {settings.corpus}. Ctrl-C ends.")
    follower = Follower(settings, told, lambda: output.progress)
    with suppress(KeyboardInterrupt), _terminable():
        follower.run()
    if is_terminal(sys.stderr):
        output.aside("")  # behind the terminal's ^C


@contextmanager
def _terminable() -> Iterator[None]:
    """Let SIGTERM, by which services are ended, do as Ctrl-C does."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


class _Told:
    """Tells what came of each look: updates all, what is skipped or wrong once."""

    def __init__(self, output: Output, json: bool) -> None:
        self._output = output
        self._json = json
        self._skipped: frozenset[Skipped] = frozenset()
        self._notices: frozenset[str] = frozenset()
        self._error: FootnoteError | None = None

    def __call__(self, outcome: Outcome) -> None:
        if outcome.error is not None:
            if self._error is None or self._error.message != outcome.error.message:
                self.error(outcome.error)
            return
        if self._error is not None:
            self._error = None
            self._output.aside(f"{_clock()}  The index can be brought up to date again.")
        if outcome.report is not None:
            self._update(outcome.report)

    def first(self, report: Report) -> None:
        """Tell of the index as it was found."""
        if self._json:
            from bot.render.json import of_report as as_object

            self._output.json(as_object(report))
        else:
            from bot.render.text import of_report

            self._output.text(of_report(report, self._output.style))
        self._remember(report)

    def error(self, error: FootnoteError) -> None:
        """Tell what is wrong; it will be tried again."""
        self._error = error
        self._output.error(error)
        if self._json:
            from bot.render.json import of_error

            self._output.json(of_error(error))

    def _update(self, report: Report) -> None:
        if self._json:
            from bot.render.json import of_report

            self._output.json(of_report(report))
            return
        from bot.answers import Notice
        from bot.render.text import of_skipped
        from bot.render.updates import of_update

        lines = [of_update(report, _clock(), self._output.style)]
        new = tuple(each for each in report.skipped if each not in self._skipped)
        if new:
            lines.append(of_skipped(new, self._output.style))
        for line in filter(None, lines):
            self._output.text(line)
        flush()
        for message in report.notices:
            if message not in self._notices:
                self._output.notice(Notice(_OF_BUILDS, message))
        self._remember(report)

    def _remember(self, report: Report) -> None:
        self._skipped = frozenset(report.skipped)
        self._notices = frozenset(report.notices)


def _clock() -> str:
    return time.strftime("%H:%M:%S")
