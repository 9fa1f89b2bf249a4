"""The bot's log: what is said in it, who else hears of it, and where it goes meanwhile."""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, TextIO

from bot.redaction import Redactor
from bot.serving.log_lines import Lines

Listener = Callable[[str, Mapping[str, object]], None]

# Libraries that say something of each request to a model.
_TALKATIVE = ("httpcore", "httpcore2", "httpx", "httpx2", "openai")
_listeners: list[Listener] = []


def event(name: str, /, level: int = logging.INFO, **fields: object) -> None:
    """Say that something happened. The field `question` is written only if the setting asks."""
    for hear in tuple(_listeners):
        hear(name, fields)
    logging.getLogger("footnote").log(level, name, extra=fields)


@contextmanager
def heard_by(hear: Listener) -> Iterator[None]:
    """`hear` is told of every event meanwhile, at whatever level the log is."""
    _listeners.append(hear)
    try:
        yield
    finally:
        _listeners.remove(hear)


class Handler(logging.Handler):
    """Writes lines; where nobody listens any more, to nobody."""

    def __init__(self, stream: TextIO | None, lines: Lines) -> None:
        super().__init__()
        self._stream = stream
        self.setFormatter(lines)

    def emit(self, record: logging.LogRecord) -> None:
        if self._stream is None:
            return
        try:
            line = self.format(record)
        except Exception as error:  # never as logging does: it shows what it was given
            line = json.dumps({"level": "error", "message": f"a line was lost: {type(error)}"})
        with suppress(OSError, ValueError):
            self._stream.write(line + "\n")
            self._stream.flush()


@contextmanager
def logging_to(
    stream: TextIO | None,
    *,
    level: str = "info",
    secrets: Iterable[str] = (),
    questions: bool = False,
) -> Iterator[Redactor]:
    """All that is logged, warned of or raised by nobody's leave goes to `stream` meanwhile.

    Questions that the Redactor is told to hide are hidden, unless `questions` are wanted.
    """
    redact = Redactor(secrets)
    handler = Handler(stream, Lines(redact, questions=questions))
    root = logging.getLogger()
    before = root.handlers[:], root.level, logging.raiseExceptions
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    quiet = {name: logging.getLogger(name).level for name in _TALKATIVE}
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.raiseExceptions = False
    if level == "info":
        for name in _TALKATIVE:
            logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(True)
    log = logging.getLogger("footnote")

    def raised(
        kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        log.error("an error that nothing caught", exc_info=(kind, error, trace))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            raised(args.exc_type, args.exc_value, args.exc_traceback)

    def unraisable(args: Any) -> None:
        if args.exc_value is not None:
            log.error("an error that cannot be raised", exc_info=args.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = raised, in_thread, unraisable
    try:
        yield redact
    finally:
        logging.captureWarnings(False)
        sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
        root.handlers[:], logging.raiseExceptions = before[0], before[2]
        root.setLevel(before[1])
        for name, was in quiet.items():
            logging.getLogger(name).setLevel(was)
