"""What is kept of the requests that a case makes of a model, and of the answers: a file of JSON.

It is to be looked at in a diff: a request is there as its question and such, the heads of its
passages with a hash of each, and a hash of its prompt; an answer is there whole, line by line. No
time is in it, no address and no key. What is read from it was written by nobody knows whom.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Mapping
from datetime import date as Date
from hashlib import sha256
from pathlib import Path

from bot.chat.events import MOST_CHARACTERS
from index.disk import replace_file
from index.errors import FootnoteError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from bot.chat.dialect import Form

VERSION = 1
_MOST_BYTES = 20_000_000
_MOST_TRIES = 10_000
_MOST_TOKENS = 100_000_000
_FORMS = ("schema", "json", "lines")
_NAME = re.compile(r".*-[0-9a-f]{12}\.json")


class RecordingError(FootnoteError):
    """A recording that is missing, no longer fits what is asked, or cannot be read."""


@record
class Request:
    """What a model was asked: of each passage its head behind a hash of it."""

    prompt: str
    prompt_hash: str
    model: str
    max_tokens: int
    temperature: float
    given: Mapping[str, str]
    passages: tuple[str, ...] = ()


@record
class Said:
    """An answer, and what it answered. `whole` is False where nobody read it to its end."""

    request: Request
    form: Form
    text: str
    tokens: tuple[int, int]
    estimated: bool = False
    declined: bool = False
    whole: bool = True


@record
class Recording:
    """What was said in each try of a case, in the order in which it was first asked for; `today`
    is the day that the model was told."""

    case: str
    today: Date
    tries: tuple[tuple[Said, ...], ...] = ()


def place(folder: Path, case: str) -> Path:
    """The file in `folder` that keeps the recording of `case`."""
    name = re.sub(r"[^a-z0-9]+", "-", case.rpartition("::")[2].lower()).strip("-")[:40]
    return folder / f"{name or 'case'}-{hash_of(case)[:12]}.json"


def files(folder: Path) -> list[Path]:
    """The files in `folder` that look like recordings by their names."""
    try:
        return sorted(folder / name for name in os.listdir(folder) if _NAME.fullmatch(name))
    except FileNotFoundError:
        return []


def hash_of(*texts: str) -> str:
    """A short hash of `texts`."""
    return sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:16]


def write(path: Path, recording: Recording) -> None:
    """Put `recording` in the place of `path` at once."""
    value = {
        "version": VERSION,
        "case": recording.case,
        "today": recording.today.isoformat(),
        "tries": [[_written(said) for said in each] for each in recording.tries],
    }
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, (text + "\n").encode("utf-8", "replace"))
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be written: {error.strerror}.") from None


def _written(said: Said) -> dict[str, Any]:
    request = said.request
    value: dict[str, Any] = {
        "form": said.form,
        "given": dict(request.given),
        "max_tokens": request.max_tokens,
        "model": request.model,
        "prompt": request.prompt,
        "prompt_hash": request.prompt_hash,
        "said": said.text.splitlines(keepends=True),
        "temperature": request.temperature,
        "tokens": list(said.tokens),
    }
    if request.passages:
        value["passages"] = list(request.passages)
    if said.estimated:
        value["estimated"] = True
    if said.declined:
        value["declined"] = True
    if not said.whole:
        value["whole"] = False
    return value


def read(path: Path) -> Recording | None:
    """The recording at `path`, None where there is none; RecordingError where it is none."""
    try:
        # A pipe would be waited for without end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise _Odd("it is no file")
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise _Odd(f"it is longer than {_MOST_BYTES:,} bytes")
        return _recording(
            json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_never)
        )
    except FileNotFoundError:
        return None
    except OSError as error:
        raise RecordingError(f"The recording {path} cannot be read: {error.strerror}.") from None
    except (_Odd, ValueError, RecursionError) as error:  # JSON's and Unicode's among them
        why = "it is too deep" if isinstance(error, RecursionError) else error
        raise RecordingError(
            f"{path} is no recording: {why}.", "Remove it, and record its case anew with --refresh."
        ) from None


class _Odd(Exception):
    """What no recording holds."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _Odd("a key stands twice")
    return found


def _never(name: str) -> object:
    raise _Odd(f"{name} is no number")


def _recording(value: object) -> Recording:
    fields = _Fields(value, "the file")
    if fields.take("version", int) != VERSION:
        raise _Odd(f"it is not of version {VERSION}")
    try:
        today = Date.fromisoformat(fields.text("today"))
    except ValueError:
        raise _Odd("`today` is no date") from None
    tries = fields.take("tries", list)
    if len(tries) > _MOST_TRIES or not all(isinstance(each, list) for each in tries):
        raise _Odd("`tries` holds no tries")
    made = Recording(fields.text("case"), today, tuple(tuple(map(_said, each)) for each in tries))
    fields.end()
    return made


def _said(value: object) -> Said:
    fields = _Fields(value, "an answer")
    given = fields.take("given", dict)
    if not all(isinstance(each, str) for each in given.values()):
        raise _Odd("`given` holds what is no text")
    form = fields.text("form")
    if form not in _FORMS:
        raise _Odd("`form` is none")
    text = "".join(fields.texts("said"))
    if len(text) > MOST_CHARACTERS:
        raise _Odd("an answer is longer than any may be")
    tokens = fields.take("tokens", list)
    if len(tokens) != 2 or not all(type(n) is int and 0 <= n <= _MOST_TOKENS for n in tokens):
        raise _Odd("`tokens` holds no two numbers of tokens")
    temperature = fields.take("temperature", (int, float))
    request = Request(
        prompt=fields.text("prompt"),
        prompt_hash=fields.text("prompt_hash"),
        model=fields.text("model"),
        max_tokens=fields.take("max_tokens", int),
        temperature=float(min(max(temperature, 0), 100)),
        given=given,
        passages=fields.texts("passages", []),
    )
    said = Said(
        request,
        form,  # type: ignore[arg-type]  # it is one of them
        text,
        (tokens[0], tokens[1]),
        estimated=fields.take("estimated", bool, False),
        declined=fields.take("declined", bool, False),
        whole=fields.take("whole", bool, True),
    )
    fields.end()
    return said


class _Fields:
    """The fields of an object, each of which must be taken."""

    def __init__(self, value: object, what: str) -> None:
        if not isinstance(value, dict):
            raise _Odd(f"{what} is no object")
        self._left = dict(value)

    def take(self, name: str, kind: Any, default: object = None) -> Any:
        value = self._left.pop(name, default)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise _Odd(f"`{name}` is not as it is written")
        return value

    def text(self, name: str) -> str:
        return _text(name, self.take(name, str))

    def texts(self, name: str, default: object = None) -> tuple[str, ...]:
        return tuple(_text(name, each) for each in self.take(name, list, default))

    def end(self) -> None:
        if self._left:
            raise _Odd(f"it holds {min(self._left)!r}, which no recording does")


def _text(name: str, value: object) -> str:
    # Halves of surrogate pairs, which JSON can hold and no file can.
    if not isinstance(value, str) or (not value.isascii() and re.search("[\ud800-\udfff]", value)):
        raise _Odd(f"`{name}` holds what is no text")
    return value
