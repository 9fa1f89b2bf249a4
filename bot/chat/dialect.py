"""What a server takes of a request: learnt from what it refuses, and kept for a week.

"OpenAI-compatible" is a promise that few keep to the letter. A server that does not know the
JSON schema, the options of a stream, a temperature or the name of a limit says so in words of
its own; what it names is left out or asked for in a plainer way, once, and then remembered.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock, get_ident
from time import time
from typing import Any, Literal

from index.record import record, replaced

Form = Literal["schema", "json", "lines"]
Limit = Literal["max_tokens", "max_completion_tokens"]
Key = tuple[str, str]

_FORMS: tuple[Form, ...] = ("schema", "json", "lines")
_LIMITS: tuple[Limit, ...] = ("max_tokens", "max_completion_tokens")
_WEEK = 7 * 86_400
_MOST_BYTES = 65_536
_MOST_ENTRIES = 100

# What is said of an error stands under these names; others may echo the whole request.
_POINTERS = ("param", "loc")
_SAYINGS = (
    "error", "errors", "message", "msg", "detail", "details", "reason", "title", "description",
    "code", "type",
)  # fmt: skip
_NAMES = (
    ("stream_options", r"stream[_ ]options|include_usage"),
    ("form", r"response[_ ]format|json[_ ]schema|json[_ ]object|json[_ ]mode"
             r"|structured[_ ]outputs?|guided[_ ]|grammar|\bschema\b"),
    ("limit", r"\bmax(?:_completion)?_tokens\b"),
    ("temperature", r"\btemperature\b"),
)  # fmt: skip
_NAMED = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NAMES), re.IGNORECASE)
# A model's name, which a 404 is mostly about, may hold any word; these it will not hold.
_SURELY = re.compile(r"response_format|json_schema|json_object|stream_options", re.IGNORECASE)
# To ask in another way makes no prompt shorter.
_TOO_LONG = re.compile(
    r"context[_ ](?:length|window|size)|maximum context|prompt is too long|too many tokens",
    re.IGNORECASE,
)
_NAMELESS = (400, 415, 422, 501)
_REFUSING = (*_NAMELESS, 404, 500)


@record
class Dialect:
    """How a server is asked: the form of the answer, and the parameters that it takes."""

    form: Form = "schema"
    stream_options: bool = True
    temperature: bool = True
    limit: Limit = "max_tokens"


def plainer(
    dialect: Dialect, status: int, said: str, *, structured: bool, proven: bool
) -> Dialect | None:
    """How to ask instead, after an answer with `status` that says `said`; None for nothing.

    `structured`: whether a form was asked for at all. `proven`: whether the server has answered
    this dialect before, so that an error which names nothing is about something else.
    """
    if status not in _REFUSING:
        return None
    told = _told(said)
    if any(_TOO_LONG.search(words) for words in told):
        return None
    names = _SURELY if status == 404 else _NAMED
    for words in told:
        found = names.search(words)
        if found:
            return _without(dialect, _kind(found[0]), structured)
    if proven or status not in _NAMELESS:
        return None
    for kind in ("form", "stream_options", "temperature"):
        instead = _without(dialect, kind, structured)
        if instead is not None:
            return instead
    return None


def next_form(dialect: Dialect) -> Dialect | None:
    """`dialect` with the next plainer form of answer."""
    return _without(dialect, "form", True)


def said_by(text: str) -> str:
    """What an error of a server's says, in its own words; "" where it says nothing."""
    told = [words for points, words in _sayings(text) if not points]
    return next((words for words in told if " " in words.strip()), "")


def _without(dialect: Dialect, kind: str, structured: bool) -> Dialect | None:
    if kind == "form":
        place = _FORMS.index(dialect.form) + 1
        if not structured or place == len(_FORMS):
            return None
        return replaced(dialect, form=_FORMS[place])
    if kind == "limit":
        other = _LIMITS[1 - _LIMITS.index(dialect.limit)]
        return replaced(dialect, limit=other)
    return replaced(dialect, **{kind: False}) if getattr(dialect, kind) else None


def _kind(word: str) -> str:
    found = _NAMED.fullmatch(word)
    return (found.lastgroup if found else None) or "form"


def _told(said: str) -> list[str]:
    """What an error says, likeliest to be its point first."""
    return [words for _, words in sorted(_sayings(said), key=lambda each: not each[0])]


def _sayings(said: str) -> list[tuple[bool, str]]:
    """What an error says, and of each whether it points at a part of the request."""
    try:
        value = json.loads(said)
    except (ValueError, RecursionError):
        return [(False, said[:2000])]
    found: list[tuple[bool, str]] = []
    _gather(value, found, "message", 0)
    return found


def _gather(value: Any, found: list[tuple[bool, str]], name: str, depth: int) -> None:
    if depth > 6 or len(found) > 40:
        return
    if isinstance(value, str):
        found.append((name in _POINTERS, value[:2000]))
    elif isinstance(value, list) and name == "loc":
        found.append((True, " ".join(str(each)[:100] for each in value[:10])))
    elif isinstance(value, list):
        for each in value[:20]:
            _gather(each, found, name, depth + 1)
    elif isinstance(value, dict):
        for key in (*_POINTERS, *_SAYINGS):
            if key in value:
                _gather(value[key], found, key, depth + 1)


class Dialects:
    """The dialects of servers and models, by base address and model; kept in a file if named.

    The file is a help, not a need: what cannot be read or written is done without.
    """

    def __init__(self, path: Path | None = None, known: dict[Key, Dialect] | None = None) -> None:
        self._path = path
        self._known = {} if known is None else known
        self._proven: set[tuple[Key, Form | None]] = set()
        self._lock = Lock()
        self._read = path is None

    def of(self, key: Key) -> Dialect:
        """How to ask `key`."""
        with self._lock:
            if not self._read:
                self._read = True
                for name, (dialect, _) in _entries(self._path).items():
                    self._known.setdefault(name, dialect)
            return self._known.get(key) or Dialect()

    def proven(self, key: Key, form: Form | None) -> bool:
        """Whether `key` has answered a request for `form` before."""
        return (key, form) in self._proven

    def learnt(self, key: Key, dialect: Dialect, form: Form | None) -> None:
        """`key` has answered `dialect`, asked for `form` (None: no form)."""
        with self._lock:
            self._proven.add((key, form))
            if self._known.get(key, Dialect()) == dialect:
                return
            self._known[key] = dialect
            _write(self._path, key, dialect)


def _entries(path: Path | None) -> dict[Key, tuple[Dialect, float]]:
    """What a file remembers; anything odd in it is as if it were not there."""
    now = time()
    found: dict[Key, tuple[Dialect, float]] = {}
    try:
        assert path is not None
        if not path.is_file():  # a pipe would be waited for
            return found
        with open(path, "rb") as file:
            rows = json.loads(file.read(_MOST_BYTES))["servers"]
        for row in rows:
            key, at = (str(row["address"]), str(row["model"])), float(row["at"])
            if now - _WEEK < at <= now + 60:
                found[key] = _dialect(row), at
    except (OSError, ValueError, TypeError, KeyError, AssertionError, RecursionError):
        return found
    return found


def _dialect(row: Mapping[str, Any]) -> Dialect:
    form, limit = row["form"], row["limit"]
    if form not in _FORMS or limit not in _LIMITS:
        raise ValueError("not a form")
    return Dialect(form, row["stream_options"] is True, row["temperature"] is True, limit)


def _write(path: Path | None, key: Key, dialect: Dialect) -> None:
    if path is None:
        return
    # Another process may have learnt of another server meanwhile.
    entries = {**_entries(path), key: (dialect, time())}
    kept = sorted(entries.items(), key=lambda entry: -entry[1][1])[:_MOST_ENTRIES]
    rows = [
        {
            "address": name[0], "model": name[1], "at": round(at), "form": said.form,
            "stream_options": said.stream_options, "temperature": said.temperature,
            "limit": said.limit,
        }
        for name, (said, at) in kept
    ]  # fmt: skip
    aside = path.with_name(f"{path.name}.{os.getpid()}.{get_ident()}.new")
    with suppress(OSError):
        try:
            aside.write_text(json.dumps({"servers": rows}, indent=1), encoding="utf-8")
            os.replace(aside, path)
        except OSError:
            aside.unlink(missing_ok=True)
