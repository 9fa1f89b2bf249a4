"""The bot's log: a JSON object a line, with no token, no key and, unless asked for, no question.

What is struck out is known by its shape, wherever it stands: in a message, in what is put into
one, in a traceback, in what a library says. Keys that are configured are known by heart as well.
"""

from __future__ import annotations

import base64
import json
import logging
import re
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO
from urllib.parse import quote

Listener = Callable[[str, Mapping[str, object]], None]

OURS = ("bot", "index", "prompts", "footnote")
STRUCK = "[struck out]"
_MOST_MESSAGE = 4_000
_MOST_TRACEBACK = 16_000
_MOST_HIDDEN = 1_000  # questions of late, and what they look like in JSON and the like
_SHORTEST_HIDDEN = 4
_SHORTEST_PLAIN = 8  # a shorter key may stand in any word, so only a whole word is taken for it
_MOST_PART = 200
# Libraries that say something of each request to a model.
_TALKATIVE = ("httpcore", "httpcore2", "httpx", "httpx2", "openai")
_listeners: list[Listener] = []
_RECORD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

# Each begins where no character of its own stands before, so that long words cost no more than
# their length. What is kept of a match are its groups.
_TEXT = r"[\w.~+/=%-]"
_SHAPES = [
    re.compile(pattern, re.ASCII)
    for pattern in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        # Passwords in addresses.
        r"(://)[^\s/?#'\"<>]{0,500}@",
        # What webhooks and interactions are answered with, in paths and in names of limits.
        r"(?i:(/webhooks/\d+/|/interactions/\d+/))[\w.:=%-]+",
        r"(?<![\w-])(\d{15,20}\+)[\w.:=-]{16,}",
        r"(?<![\w-])aW50ZXJhY3Rpb2[\w:.=-]{8,}",
        # Headers, written out or as Python shows them.
        r"(?i:((?:proxy-)?authorization|(?:x-)?api-key|x-auth-token|(?:set-)?cookie)"
        r"(b?\\*[\"']?\s*[:=,]\s*b?))"
        r"(?:\\*\"[^\"\n]*\"?|\\*'[^'\n]*'?|[^\s,;}\)\]]+(?:[ ]+[^\s,;}\)\]]+)?)",
        r"(?<![\w-])((?i:bearer)\s+)" + _TEXT + "{4,}",
        r"(?<![\w-])(Basic\s+)[\w+/=-]{6,}",
        r"(?<![\w-])(Bot\s+)" + _TEXT + "{16,}",
        # A name with its value, as in JSON, in addresses and in assignments.
        r"(?i:(?<![a-z_-])((?:[a-z]*[_-])*(?:token|secret|password|passwd|api[_-]?key|private_key))"
        r"(b?\\*[\"']?\s*(?:=|:(?!//))\s*b?))"
        r"(?:\\*\"[^\"\n]*\"?|\\*'[^'\n]*'?|[^\s,;&}\)\]'\"]+)",
        # Tokens and keys by themselves: of Discord's bots and users, of web services, of models.
        r"(?<![\w-])[\w-]{18,}\.[\w-]{5,8}\.[\w-]{20,}",
        r"(?<![\w-])mfa\.[\w-]{16,}",
        r"(?<![\w-])eyJ[\w-]{6,}\.[\w-]{6,}(?:\.[\w-]*)?",
        r"(?<![a-zA-Z0-9])(?:sk|pk|rk)[-_][\w-]{6,}",
        r"(?<![a-zA-Z0-9])(?:gh[oprsu]_|github_pat_|glpat-|xox[a-z]-|hf_|gsk_|nvapi-|AIza)[\w-]{10,}",
        r"(?<![a-zA-Z0-9])(?:AKIA|ASIA)[0-9A-Z]{12,}",
    )
]


class Redactor:
    """Strikes out of a text what nobody should read: keys, and questions that are to be hidden."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._exact = _exactly(secrets)
        self._hidden: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()

    def hide(self, text: str) -> None:
        """From now on strike out `text`, which someone wrote; only the latest are remembered."""
        text = text.strip()
        # A traceback may put something before each of its lines.
        parts = [text, *(line.strip() for line in text.splitlines()[1:])]
        parts += text.splitlines()[:1]
        forms: dict[str, None] = {}
        for part in parts:
            if len(part) >= _SHORTEST_HIDDEN:
                shown = (part, repr(part)[1:-1], repr(part.encode())[2:-1], json.dumps(part)[1:-1])
                forms.update(dict.fromkeys(shown))
        with self._lock:
            for form in forms:
                self._hidden[form] = None
                self._hidden.move_to_end(form)
            while len(self._hidden) > _MOST_HIDDEN:
                self._hidden.popitem(last=False)

    def __call__(self, text: str) -> str:
        if self._exact is not None:
            text = self._exact.sub(STRUCK, text)
        for shape in _SHAPES:
            text = shape.sub(_struck, text)
        if self._hidden:
            with self._lock:
                hidden = list(self._hidden)
            for each in hidden:
                if each in text:
                    text = text.replace(each, STRUCK)
        return text


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


def keys_in(environment: Mapping[str, str]) -> list[str]:
    """The values of variables that are named like keys: what a library reads there, too."""
    endings = ("_KEY", "_TOKEN", "_SECRET", "_PASSWORD")
    return [
        value
        for name, value in environment.items()
        if name.upper().endswith(endings) and len(value) >= _SHORTEST_PLAIN
    ]


def _struck(match: re.Match[str]) -> str:
    return "".join(group for group in match.groups() if group) + STRUCK


def _exactly(secrets: Iterable[str]) -> re.Pattern[str] | None:
    """What `secrets` look like as they are, in addresses, in JSON and in Basic's base64."""
    whole: set[str] = set()
    words: set[str] = set()
    for secret in secrets:
        if not secret:
            continue
        (whole if len(secret) >= _SHORTEST_PLAIN else words).add(secret)
        if len(secret) >= _SHORTEST_PLAIN:
            whole |= {quote(secret, safe=""), json.dumps(secret)[1:-1], repr(secret)[1:-1]}
            whole |= set(_in_base64(secret))
    patterns = [re.escape(each) for each in sorted(whole, key=len, reverse=True)]
    patterns += [
        rf"(?<![A-Za-z0-9]){re.escape(each)}(?![A-Za-z0-9])"
        for each in sorted(words, key=len, reverse=True)
    ]
    return re.compile("|".join(patterns)) if patterns else None


def _in_base64(secret: str) -> Iterator[str]:
    """What of the base64 of a text around `secret` depends on `secret` alone, at each offset."""
    data = secret.encode()
    for before in range(3):
        first = -(-before * 4 // 3)
        encoded = base64.b64encode(bytes(before) + data).decode().rstrip("=")
        inner = encoded[first : (before + len(data)) * 4 // 3]
        yield inner
        yield inner.replace("+", "-").replace("/", "_")


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
