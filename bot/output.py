"""Where a command's results, notes and errors go, and how they look there."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path

from bot.terminal import Progress, is_terminal, style_of
from index.errors import FootnoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.answers import Notice
    from index.build import Report

_SPELL_OUT = "backslashreplace"


class Output:
    """Results on standard output, all else on standard error."""

    def __init__(self, environment: Mapping[str, str], corpus: Path | None = None) -> None:
        self.environment = environment
        self.style = style_of(sys.stdout, environment, corpus)
        self.progress = Progress(sys.stderr, environment)
        self.json_alone = False  # what is text is then not written
        for stream in (sys.stdout, sys.stderr):
            # What the encoding lacks is spelled out; it is no reason to fail. (To set it
            # again would write out what stands in the buffer.)
            if isinstance(stream, TextIOWrapper) and stream.errors != _SPELL_OUT:
                stream.reconfigure(errors=_SPELL_OUT)

    def text(self, text: str) -> None:
        """Write `text` and end the line."""
        if not self.json_alone:
            _write(text + "\n")

    def json(self, value: dict[str, Any]) -> None:
        """Write `value` on a line, and let who waits for it have it at once."""
        from bot.render.json import dumps

        _write(dumps(value, ascii_only=not self.style.curly) + "\n")
        flush()

    def notice(self, notice: Notice) -> None:
        """Say what a reader should know beside the results."""
        from bot.render.text import of_notice

        self.aside(of_notice(notice, style_of(sys.stderr, self.environment)))

    def error(self, error: FootnoteError) -> None:
        """Say what is wrong, and what to do about it."""
        from bot.render.text import of_error

        self.aside(of_error(error, style_of(sys.stderr, self.environment)))

    def refreshed(self, report: Report) -> None:
        """Say what a refresh did, to a person; what it passed over, to everyone."""
        from bot.render.text import of_report, of_skipped

        style = style_of(sys.stderr, self.environment)
        with self.progress:  # whatever stands of the bar goes first
            pass
        if is_terminal(sys.stderr) and (report.added or report.changed or report.removed):
            self.aside(of_report(report, style))
        elif report.skipped:
            count = sum(report.skipped_counts.values())
            self.aside(of_skipped(report.skipped, style, count))

    def aside(self, text: str) -> None:
        """Say what is no result."""
        with suppress(OSError, ValueError):  # nobody listens
            print(text, file=sys.stderr, flush=True)


def _write(text: str) -> None:
    if sys.stdout is None:  # closed before we began
        return
    try:
        sys.stdout.write(text)
    except OSError as error:
        raise _unwritable(error) from error


def flush() -> None:
    """Hand on what was written so far."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except OSError as error:
        raise _unwritable(error) from error


def abandon() -> None:
    """Drop what could not be written, lest the interpreter tries and fails again as it ends."""
    with suppress(OSError, ValueError, AttributeError):
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, sys.stdout.fileno())
        os.close(nothing)


def _unwritable(error: OSError) -> Exception:
    if isinstance(error, BrokenPipeError):
        return error
    return Unwritable(
        f"The output cannot be written: {error.strerror or error}.",
        "Look at the disk, or at the program, that it goes to.",
    )


class Unwritable(FootnoteError):
    """Standard output takes no more."""
