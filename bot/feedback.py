"""What readers said of answers: a line of `feedback.jsonl` for each verdict, and never a name.

Many processes and threads may write: a line is written whole, under a lock, and is on the disk
before `add` returns. A line that was cut off is passed over when the file is read.
"""

from __future__ import annotations

import fcntl
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from bot.answers import Answer, Reply
from bot.pairs import export as export
from index.errors import StoreError, UsageError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal

    Opinion = Literal["good", "wrong"]

# Of characters: what is longer is cut.
MOST_QUESTION = 10_000
MOST_ANSWER = 20_000
MOST_CORRECTION = 4_000
MOST_QUOTE = 2_000
MOST_CITATIONS = 50
MOST_BYTES = 64 << 20  # of the file
_LONGEST_LINE = 4 << 20
_TRIES = 100
_SALT = 32  # bytes
_MARK = 16  # bytes of a reader's hash
_FULL = "Export what it holds, then move the file away: a new one is begun."
_DENIED = "Name a folder that can be written with --store."


@record
class Feedback:
    """A reader's verdict on an answer; `reader` is a salted hash, so that it names nobody.

    `citations` are as `ask --json` prints them, each with file, title, date, quote and place.
    """

    time: str
    question: str
    status: str
    answer: str | None
    citations: tuple[Mapping[str, Any], ...]
    generation: str
    mode: str
    verdict: Opinion
    correction: str | None
    reader: str


class FeedbackFile:
    """The file at `path`, made when it is first needed; beside it the salt of the readers' hashes.

    Neither may be read by others than its owner, nor is a link followed: a store can come with
    documents, and what is linked to did not.
    """

    def __init__(self, path: Path, most_bytes: int = MOST_BYTES) -> None:
        self._path = path
        self._salt_path = path.with_name(f"{path.stem}.salt")
        self._most_bytes = most_bytes
        self._salt: bytes | None = None

    def add(
        self, reply: Reply, verdict: Opinion, reader: str, correction: str | None = None
    ) -> Feedback:
        """Keep what `reader`, told by an id of any kind, says of `reply`."""
        if verdict not in ("good", "wrong"):
            raise UsageError(f"{verdict!r} is no verdict.", "There are good and wrong.")
        told = (correction or "").strip() or None
        found = Feedback(
            time=datetime.now(UTC).isoformat(timespec="milliseconds"),
            question=_cut(reply.question, MOST_QUESTION),
            status="answered" if isinstance(reply, Answer) else "abstained",
            answer=_cut(_prose(reply), MOST_ANSWER) if isinstance(reply, Answer) else None,
            citations=_citations(reply) if isinstance(reply, Answer) else (),
            generation=reply.generation,
            mode=reply.mode,
            verdict=verdict,
            correction=None if told is None else _cut(told, MOST_CORRECTION),
            reader=self.reader(reader),
        )
        self._append(_line(found))
        return found

    def reader(self, id: str) -> str:
        """What stands for a reader: the same for the same id, and of no use elsewhere."""
        from hashlib import blake2b

        if self._salt is None:
            with self._telling("written"):
                self._salt = self._salted()
        data = id.encode("utf-8", "surrogatepass")
        return blake2b(data, key=self._salt, digest_size=_MARK).hexdigest()

    def read(self) -> tuple[Feedback, ...]:
        """Each reader's last verdict on each answer, in the order in which they were given."""
        last: dict[tuple[object, ...], Feedback] = {}
        with self._telling("read"):
            for each in self._lines():
                key = _key(each)
                last.pop(key, None)
                last[key] = each
        return tuple(last.values())

    def export(self) -> str:
        """All verdicts as draft canned pairs."""
        return export(self.read())

    def _lines(self) -> Iterator[Feedback]:
        try:
            descriptor = _open(self._path, os.O_RDONLY)
        except FileNotFoundError:
            return
        with open(descriptor, "rb") as file:
            # No more than was there at first: who goes on writing makes no reader go on for ever.
            left = min(os.fstat(file.fileno()).st_size, 2 * self._most_bytes)
            skipping = False
            while left > 0:
                line = file.readline(min(left, _LONGEST_LINE))
                if not line:
                    return
                left -= len(line)
                whole = line.endswith(b"\n")
                if whole and not skipping and (found := _read(line)) is not None:
                    yield found
                skipping = not whole

    def _append(self, line: bytes) -> None:
        with self._telling("written"):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._held() as file:
                size = os.fstat(file).st_size
                if size and os.pread(file, 1, size - 1) != b"\n":
                    line = b"\n" + line  # of a writer that died in the middle of its line
                if size + len(line) > self._most_bytes:
                    raise StoreError(f"{self._path} is full: it has {size:,} bytes.", _FULL)
                try:
                    rest = memoryview(line)
                    while rest:
                        rest = rest[os.write(file, rest) :]
                    os.fsync(file)
                except OSError:
                    with suppress(OSError):
                        os.ftruncate(file, size)
                    raise

    @contextmanager
    def _held(self) -> Iterator[int]:
        """The file, to append to, while nobody else does."""
        for _ in range(_TRIES):
            file = _open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
            try:
                fcntl.flock(file, fcntl.LOCK_EX)
                if _is_at(file, self._path):  # else it was moved away while another held it
                    yield file
                    return
            finally:
                os.close(file)
        raise OSError("it is moved away again and again")

    def _salted(self) -> bytes:
        """The salt; of several that are made at once the first is everyone's."""
        with suppress(FileNotFoundError):
            return self._read_salt()
        self._salt_path.parent.mkdir(parents=True, exist_ok=True)
        aside = self._salt_path.with_name(f"{self._salt_path.name}.{os.urandom(6).hex()}")
        file = _open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        try:
            os.write(file, os.urandom(_SALT).hex().encode() + b"\n")
            os.fsync(file)
            with suppress(FileExistsError):
                os.link(aside, self._salt_path)
        finally:
            os.close(file)
            os.unlink(aside)
        return self._read_salt()

    def _read_salt(self) -> bytes:
        file = _open(self._salt_path, os.O_RDONLY)
        try:
            salt = bytes.fromhex(os.read(file, 3 * _SALT).decode("ascii"))
        except ValueError:
            salt = b""
        finally:
            os.close(file)
        if len(salt) != _SALT:
            raise StoreError(
                f"{self._salt_path} does not hold what it should.",
                "Remove it; readers of before are then told from those of now.",
            )
        return salt

    @contextmanager
    def _telling(self, done: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            said = error.strerror or str(error)
            raise StoreError(f"{self._path} cannot be {done}: {said}.", _DENIED) from error


def _open(path: Path, flags: int) -> int:
    """A plain file, and readable by its owner alone whoever made it."""
    file = os.open(path, flags | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600)
    try:
        state = os.fstat(file)
        if not stat.S_ISREG(state.st_mode):
            raise OSError("it is no plain file")
        if state.st_mode & 0o077 and state.st_uid == os.geteuid():
            os.fchmod(file, 0o600)
    except BaseException:
        os.close(file)
        raise
    return file


def _is_at(file: int, path: Path) -> bool:
    try:
        there = os.stat(path, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(os.fstat(file), there)


def _prose(answer: Answer) -> str:
    return " ".join(
        claim.text + "".join(f" [{n}]" for n in claim.citations) for claim in answer.claims
    )


def _citations(answer: Answer) -> tuple[Mapping[str, Any], ...]:
    return tuple(
        {
            "n": each.n,
            "file": each.file,
            "title": None if each.title is None else _cut(each.title, MOST_QUOTE),
            "date": each.date.isoformat() if each.date else None,
            "quote": _cut(each.quote, MOST_QUOTE),
            "start": each.start,
            "end": each.end,
        }
        for each in answer.citations[:MOST_CITATIONS]
    )


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _line(found: Feedback) -> bytes:
    value = {name: getattr(found, name) for name in _FIELDS}
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    # Halves of surrogate pairs, which no encoding has.
    return text.encode("utf-8", "replace") + b"\n"


def _key(found: Feedback) -> tuple[object, ...]:
    """What is one answer to one reader."""
    return (found.reader, found.question, found.generation, found.mode, found.answer)


_FIELDS = tuple(Feedback.__annotations__)
_TEXTS = ("time", "question", "status", "generation", "mode", "verdict", "reader")


def _read(line: bytes) -> Feedback | None:
    """A line's verdict; None where it has none, for people can write in the file too."""
    value: Any
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not all(isinstance(value.get(k), str) for k in _TEXTS):
        return None
    if value["verdict"] not in ("good", "wrong"):
        return None
    optional = [value.get(name) for name in ("answer", "correction")]
    if not all(each is None or isinstance(each, str) for each in optional):
        return None
    citations = value.get("citations")
    if not isinstance(citations, list) or not all(map(_is_citation, citations)):
        return None
    fields: dict[str, Any] = {name: value.get(name) for name in _FIELDS}
    return Feedback(**fields | {"citations": tuple(citations)})


def _is_citation(value: object) -> bool:
    return isinstance(value, dict) and all(
        isinstance(value.get(name), str) for name in ("file", "quote")
    )
