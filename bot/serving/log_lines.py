"""The form of the log: a record is a JSON object on a line, and keys in it are struck out."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from bot.redaction import Redactor

OURS = ("bot", "index", "prompts", "footnote")
_MOST_MESSAGE = 4_000
_MOST_TRACEBACK = 16_000
_MOST_PART = 200
_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class Lines(logging.Formatter):
    """A record as a JSON object on a line.

    Without `questions` what libraries were handed at DEBUG, events and requests, is not written
    but described: there is no telling where in it a question stands.
    """

    def __init__(self, redact: Redactor, *, questions: bool = False) -> None:
        super().__init__()
        self.redact = redact
        self.questions = questions

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": _time(record.created),
            "level": record.levelname.lower(),
            "logger": self._clean(record.name),
            "message": self._cut(self._clean(self._message(record)), _MOST_MESSAGE),
        }
        for name, value in vars(record).items():
            if name not in _RECORD and (name != "question" or self.questions):
                line.setdefault(self._clean(name), self._field(value))
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = self._clean(type(record.exc_info[1]).__name__)
            line["traceback"] = self._trace(self.formatException(record.exc_info))
        elif record.exc_text:
            line["traceback"] = self._trace(record.exc_text)
        if record.stack_info:
            line["stack"] = self._trace(record.stack_info)
        return json.dumps(line)  # in ASCII: no document or name can begin a line of its own

    def formatException(  # noqa: N802 - as logging calls it
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        try:
            return super().formatException(ei)
        except Exception as error:  # an exception may fail to say what it is
            return f"{type(ei[1]).__name__}, which cannot be shown: {type(error).__name__}"

    def _message(self, record: logging.LogRecord) -> str:
        args: Any = record.args
        if not self._is_ours(record) and not self.questions and record.levelno <= logging.DEBUG:
            if isinstance(args, Mapping):
                args = {name: _described(value) for name, value in args.items()}
            elif isinstance(args, tuple):
                args = tuple(map(_described, args))
        try:
            text = str(record.msg)
            return text % args if args else text
        except Exception as error:
            return f"{_described(record.msg)} (cannot be shown: {type(error).__name__})"

    def _is_ours(self, record: logging.LogRecord) -> bool:
        return record.name.partition(".")[0] in OURS

    def _field(self, value: object, depth: int = 0) -> Any:
        """A value of JSON for what was said beside the message."""
        if value is None or isinstance(value, bool | int | float):
            return value if not isinstance(value, float) or value - value == 0 else None
        if isinstance(value, Mapping) and depth < 3:
            return {
                self._clean(str(name)): self._field(each, depth + 1) for name, each in value.items()
            }
        if isinstance(value, list | tuple) and depth < 3:
            return [self._field(each, depth + 1) for each in value]
        try:
            text = str(value)
        except Exception:
            text = type(value).__name__
        return self._cut(self._clean(text), _MOST_MESSAGE)

    def _trace(self, text: str) -> str:
        text = self._clean(text)
        if len(text) <= _MOST_TRACEBACK:
            return text
        half = _MOST_TRACEBACK // 2
        return f"{text[:half]}\n…\n{text[-half:]}"

    def _clean(self, text: str) -> str:
        return self.redact(text.encode("utf-8", "replace").decode("utf-8"))

    def _cut(self, text: str, most: int) -> str:
        return text if len(text) <= most else text[:most] + "…"


def _described(value: object) -> object:
    """A part of a library's message, if it is short and plain; else what it is."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, Mapping):
        kept = {name: value[name] for name in ("op", "s", "t") if name in value}
        if "op" in kept and all(isinstance(each, int | str | None) for each in kept.values()):
            return kept  # an event of Discord's: what kind, and which number
        return _Word(f"(a mapping of {len(value)})")
    if isinstance(value, str):
        if len(value) <= _MOST_PART and not re.search(r"[\s{\[]", value):
            return value
        return _Word(f"({len(value):,} characters)")
    if isinstance(value, bytes | bytearray):
        return _Word(f"({len(value):,} bytes)")
    if isinstance(value, list | tuple | set | frozenset):
        return _Word(f"({len(value)} things)")
    return _Word(f"({type(value).__name__})")


class _Word(str):
    """Text that shows itself without quotation marks."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _time(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds")
