"""What the terminal can show, and what it shows while one waits: a progress bar, a line."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from time import monotonic

from bot.render.style import Style

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self, TextIO

_NARROWEST = 20
_WIDEST = 100  # longer lines are hard to read
_UNSHOWN_SECONDS = 1.0
_REDRAW_SECONDS = 0.1


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a person may be looking at, or typing into, `stream`."""
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # closed
        return False


def style_of(
    stream: TextIO | None, environment: Mapping[str, str], root: Path | None = None
) -> Style:
    """How to write to `stream`; links lead below `root`."""
    curly = (getattr(stream, "encoding", None) or "").lower().startswith("utf")
    forced = environment.get("CLICOLOR_FORCE", "0") != "0" and not environment.get("NO_COLOR")
    if stream is None or not is_terminal(stream):
        return Style(curly=curly, colour=forced)
    dumb = environment.get("TERM", "") in ("", "dumb")
    if root is not None and not dumb:
        host, root = os.uname().nodename if hasattr(os, "uname") else "", root.absolute()
    else:
        host, root = "", None
    return Style(
        columns=_columns(stream, environment),
        colour=forced or not (dumb or environment.get("NO_COLOR")),
        root=root,
        host=host if host.isascii() and "/" not in host else "",
        curly=curly,
    )


def _columns(stream: TextIO, environment: Mapping[str, str]) -> int:
    try:
        columns = int(environment.get("COLUMNS", ""))
    except ValueError:
        try:
            columns = os.get_terminal_size(stream.fileno()).columns
        except (OSError, ValueError):
            columns = 0
    return min(max(columns or 80, _NARROWEST), _WIDEST)


class _Line:
    """A line of a terminal that is written over, and goes without a trace; silent elsewhere."""

    def __init__(self, stream: TextIO | None, environment: Mapping[str, str]) -> None:
        self._stream = stream if _redraws(stream, environment) else None
        self._visible = False

    def hide(self) -> None:
        if self._visible:
            self._write("\r\x1b[K")
            self._visible = False

    def _write(self, text: str) -> None:
        try:
            if self._stream is not None:
                self._stream.write(text)
                self._stream.flush()
        except (OSError, ValueError):
            self._stream = None  # what nobody can see is no reason to stop working


class Progress(_Line):
    """A bar that shows up when work has taken a second, and leaves no trace.

    Called with what is done, what there is to do, and a word for it; silent unless
    `stream` is a terminal that can redraw a line.
    """

    def __init__(self, stream: TextIO | None, environment: Mapping[str, str]) -> None:
        super().__init__(stream, environment)
        self._environment = environment
        self._begun = self._drawn = monotonic()

    def __call__(self, done: int, total: int, label: str) -> None:
        now = monotonic()
        if self._stream is None or now - self._begun < _UNSHOWN_SECONDS:
            return
        if now - self._drawn < _REDRAW_SECONDS and done < total:
            return
        from bot.render.visible import columns_of, cut, visible

        self._drawn, self._visible = now, True
        columns = _columns(self._stream, self._environment)
        part = min(1.0, done / total) if total > 0 else 0.0
        tail = f" {part:4.0%}  {now - self._begun:.0f} s"
        text = cut(visible(label), max(8, columns // 3))
        room = max(4, columns - columns_of(text) - len(tail) - 4)
        filled = round(room * part)
        bar = "#" * filled + "." * (room - filled)
        self._write(f"\r\x1b[K{text} [{bar}]{tail}")

    def __enter__(self) -> Self:
        self._begun = self._drawn = monotonic()
        return self

    def __exit__(self, *_: object) -> None:
        self.hide()


class Waiting(_Line):
    """A faint line that stands while one waits, and leaves no trace; silent as Progress is."""

    def __init__(self, stream: TextIO | None, environment: Mapping[str, str], text: str) -> None:
        super().__init__(stream, environment)
        self._text = text
        self._style = style_of(stream, environment)

    def show(self) -> None:
        if not self._visible:
            self._write(self._style.paint(self._text, "faint"))
            self._visible = True


def _redraws(stream: TextIO | None, environment: Mapping[str, str]) -> bool:
    return is_terminal(stream) and environment.get("TERM", "") not in ("", "dumb")
