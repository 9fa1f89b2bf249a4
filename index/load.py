"""Files to Documents: what is read, how it is decoded, what is skipped and why."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections import namedtuple
from collections.abc import Callable
from datetime import date as Date
from datetime import datetime
from pathlib import Path

from index.errors import CorpusError, DocumentError
from index.record import record
from index.schema import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Literal, NamedTuple

    SkipReason = Literal[
        "bad_name", "binary", "link", "not_a_file", "too_large", "undecodable", "unreadable",
        "unsupported",
    ]  # fmt: skip

    class FileStat(NamedTuple):
        """What tells whether a file changed. A tuple: a scan makes one for each of 100,000."""

        file: str
        size: int
        mtime_ns: int
        ctime_ns: int
        inode: int

else:
    FileStat = namedtuple("FileStat", "file size mtime_ns ctime_ns inode")

MAX_BYTES = 64 << 20
_FRONT_MATTER_CHARACTERS = 64 << 10
_FRONT_MATTER_DEPTH = 20


@record
class Skipped:
    """A file or folder that is not read; `file` and `message` can be printed as they are."""

    file: str
    reason: SkipReason
    message: str


@record
class Scan:
    """The files of a corpus, sorted by path, and what was passed over."""

    files: tuple[FileStat, ...]
    skipped: tuple[Skipped, ...] = ()


class Unloadable(DocumentError):
    """A file that cannot become a Document, for `reason`."""

    def __init__(self, file: str, reason: SkipReason, what: str, hint: str = "") -> None:
        super().__init__(f"{_printable(file)}: {what}", hint)
        self.reason: SkipReason = reason
        self.file = _printable(file)

    @property
    def skipped(self) -> Skipped:
        message = f"{self.message}. {self.hint}" if self.hint else self.message
        return Skipped(self.file, self.reason, message)


@record
class Extracted:
    """What a format's reader makes of a file's bytes; the fields are a Document's."""

    text: str
    encoding: str
    body: int = 0
    title: str | None = None
    date: Date | None = None
    source: str | None = None
    replaced: int = 0


def _plain(data: bytes, encoding: str | None) -> Extracted:
    from index.encodings import decode

    decoded = decode(data, encoding)
    front = _front_matter(decoded.text)
    return Extracted(
        decoded.text, decoded.encoding, front.body, front.title, front.date, front.source,
        decoded.replaced,
    )  # fmt: skip


# A format is added here: the end of the file's name, and what turns its bytes into text.
FORMATS: dict[str, Callable[[bytes, str | None], Extracted]] = {
    ".txt": _plain,
    ".md": _plain,
}


def scan(corpus: Path, limit: int = MAX_BYTES) -> Scan:
    """The files below `corpus` that can be read, by their names and stats alone.

    Names that begin with a dot are passed over. Raises CorpusError when nothing remains.
    """
    root = _root(corpus)
    files: list[FileStat] = []
    skipped: list[Skipped] = []
    suffixes = tuple(FORMATS)
    folders = [("", str(root))]
    while folders:
        prefix, folder = folders.pop()
        try:
            entries = os.scandir(folder)
        except OSError as error:
            if not prefix:
                raise CorpusError(
                    f"The folder {_printable(str(corpus))} cannot be read: {error.strerror}.",
                    "Check its permissions, or name another folder with --corpus.",
                ) from None
            skipped.append(_skip(prefix[:-1], "unreadable", f"cannot be read: {error.strerror}"))
            continue
        with entries:
            for entry in entries:
                name = entry.name
                if name.startswith("."):
                    continue
                file = prefix + name
                if not name.isprintable() and _unprintable(name):
                    what = "its name holds characters that cannot be shown"
                    skipped.append(_skip(file, "bad_name", what))
                    continue
                try:
                    if entry.is_dir(follow_symlinks=False):
                        folders.append((file + "/", entry.path))
                    elif not name.lower().endswith(suffixes):
                        skipped.append(_unsupported(file, entry))
                    else:
                        status = entry.stat(follow_symlinks=False)
                        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
                            status = _readable(root, file, limit)
                        files.append(
                            FileStat(
                                file,
                                status.st_size,
                                status.st_mtime_ns,
                                status.st_ctime_ns,
                                status.st_ino,
                            )
                        )
                except OSError as error:
                    what = f"cannot be read: {error.strerror}"
                    skipped.append(_skip(file, "unreadable", what))
                except Unloadable as error:
                    skipped.append(error.skipped)
    if not files:
        raise CorpusError(
            f"The folder {_printable(str(corpus))} holds no document that can be read.",
            f"Supported are {', '.join(suffixes)}; {len(skipped)} others were passed over. "
            "Add documents, or name another folder with --corpus.",
        )
    files.sort()
    skipped.sort(key=lambda skip: skip.file)
    return Scan(tuple(files), tuple(skipped))


def load(corpus: Path, file: str, encoding: str | None = None, limit: int = MAX_BYTES) -> Document:
    """The Document of `file`, a POSIX path below `corpus`; raises Unloadable.

    `encoding` is given when an earlier reading told it: telling is a guess, and a second
    guess may differ.
    """
    return document(file, read(corpus, file, limit), encoding)


def document(file: str, data: bytes, encoding: str | None = None) -> Document:
    """The Document that the bytes `data` of `file` hold; raises Unloadable."""
    # Late, as `dates` below: a question whose documents did not change only scans.
    from index.encodings import BinaryData, UnknownEncoding

    suffix = os.path.splitext(file)[1].lower()
    if suffix not in FORMATS:
        raise Unloadable(file, "unsupported", "this format is not supported", _supported())
    try:
        extracted = FORMATS[suffix](data, encoding)
    except BinaryData:
        raise Unloadable(file, "binary", "this is not text, in spite of its name") from None
    except (UnknownEncoding, LookupError):
        raise Unloadable(
            file, "undecodable", "its encoding cannot be told", "Save it as UTF-8."
        ) from None
    return Document(
        file,
        extracted.text,
        extracted.encoding,
        extracted.body,
        extracted.title,
        extracted.date,
        extracted.source,
        extracted.replaced,
    )


def read(corpus: Path, file: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of `file`, if it is a regular file inside `corpus`; raises Unloadable."""
    root = _root(corpus)
    try:
        status = _readable(root, file, limit)
        descriptor = os.open(
            os.path.realpath(os.path.join(root, file)),
            os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC,
        )
        with open(descriptor, "rb") as stream:
            opened = os.fstat(descriptor)
            if not os.path.samestat(opened, status):
                raise Unloadable(file, "unreadable", "it was exchanged while it was opened")
            data = stream.read(limit + 1)
    except OSError as error:
        what = f"cannot be read: {error.strerror}"
        raise Unloadable(file, "unreadable", what, "Check its permissions.") from None
    except ValueError:
        raise Unloadable(file, "bad_name", "no file can have this name") from None
    if len(data) > limit:
        raise _too_large(file, limit)
    return data


def content_hash(corpus: Path, file: str, limit: int = MAX_BYTES) -> str:
    """The SHA-256 of the bytes of `file`, in hexadecimal digits; raises Unloadable."""
    from hashlib import sha256  # OpenSSL costs 4 MB

    return sha256(read(corpus, file, limit)).hexdigest()


def notes(document: Document) -> tuple[str, ...]:
    """What a reader of the index should know of how `document` was read."""
    found = []
    if document.replaced:
        found.append(
            f"{document.file}: {document.replaced} byte sequences are not {document.encoding}; "
            "each stands as U+FFFD."
        )
    problem = _front_matter(document.text).problem
    if problem:
        found.append(f"{document.file}: its front matter is read as text: {problem}.")
    return tuple(found)


def _root(corpus: Path) -> str:
    name = _printable(str(corpus))
    try:
        root = os.path.realpath(corpus, strict=True)
        folder = stat.S_ISDIR(os.stat(root).st_mode)
    except (OSError, ValueError) as error:
        if isinstance(error, FileNotFoundError):
            what = f"The folder {name} does not exist."
        else:
            what = f"The folder {name} cannot be read: {getattr(error, 'strerror', error)}."
        raise CorpusError(what, "Name the folder of your documents with --corpus.") from None
    if not folder:
        raise CorpusError(f"{name} is not a folder.", "Name the folder that holds it instead.")
    return root


def _readable(root: str, file: str, limit: int) -> os.stat_result:
    """The stat of `file`, or of what it links to, once it is known to be safe to open.

    To open a pipe waits, to open a device may act on it, and a link may lead anywhere.
    """
    real = os.path.realpath(os.path.join(root, file))
    if os.path.commonpath((root, real)) != root:
        raise Unloadable(file, "link", "it leads out of the corpus")
    status = os.lstat(real)
    if not stat.S_ISREG(status.st_mode):
        raise Unloadable(file, "not_a_file", "it is not a regular file")
    if status.st_size > limit:
        raise _too_large(file, limit)
    return status


def _too_large(file: str, limit: int) -> Unloadable:
    what = f"it is larger than {limit / (1 << 20):g} MB"
    return Unloadable(file, "too_large", what, "Split it into smaller files.")


def _unsupported(file: str, entry: os.DirEntry[str]) -> Skipped:
    if entry.is_symlink() and entry.is_dir():
        return _skip(file, "link", "links to folders are not followed")
    return _skip(file, "unsupported", "this format is not supported")


def _supported() -> str:
    return f"Supported are {', '.join(FORMATS)}."


def _skip(file: str, reason: SkipReason, what: str) -> Skipped:
    return Unloadable(file, reason, what).skipped


def _unprintable(name: str) -> bool:
    """Controls, undecodable bytes, and what turns the direction of the text around it."""
    return any(
        unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(ch) in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI",
                                             "FSI", "PDI")
        for ch in name
    )  # fmt: skip


def _printable(name: str) -> str:
    if name.isprintable() or not _unprintable(name):
        return name
    return "".join(ch.encode("unicode_escape").decode() if _unprintable(ch) else ch for ch in name)


@record
class _Front:
    """What stands before the body; `problem` says why front matter was not taken as such."""

    body: int
    title: str | None = None
    date: Date | None = None
    source: str | None = None
    problem: str | None = None


def _front_matter(text: str) -> _Front:
    start = 1 if text.startswith("\ufeff") else 0
    if not text.startswith("---", start):
        return _Front(start)
    fences = re.compile(r"(?:\A|(?<=[\r\n]))(?:---|\.\.\.)[ \t]*(?:\r\n|[\r\n]|\Z)")
    head = text[start : start + _FRONT_MATTER_CHARACTERS]
    opening = fences.match(head)
    if opening is None or head.startswith("..."):
        return _Front(start)
    closing = fences.search(head, opening.end())
    if closing is None:
        # A rule across the page, unless what follows looks like a setting.
        if re.match(r"[A-Za-z_]+:", head[opening.end() :]) and len(text) > len(head):
            return _Front(start, problem="it does not end within 64 KB")
        return _Front(start)
    try:
        settings = _yaml(head[opening.end() : closing.start()])
    except ValueError as error:
        return _Front(start, problem=str(error))
    if not isinstance(settings, dict):
        return _Front(start)
    return _Front(
        start + closing.end(),
        _one_line(settings.get("title")),
        _date(settings.get("date")),
        _one_line(settings.get("source")),
    )


def _yaml(text: str) -> Any:
    """YAML without anchors, which can name a gigabyte in a line; raises ValueError."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise ValueError("it uses anchors or aliases")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _FRONT_MATTER_DEPTH:
                raise ValueError("it is nested too deeply")
        return yaml.safe_load(text)
    except ValueError:
        raise
    except Exception as error:  # its constructors let through whatever Python raises
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark is not None else ""
        raise ValueError(f"it is not valid YAML{where}") from None


def _one_line(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list, set, bytes, bool)):
        return None
    return " ".join(str(value).split())[:1000] or None


def _date(value: object) -> Date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Date):
        return value
    if isinstance(value, str):
        from index import dates

        found = dates.find(value)
        return found[0].date if found else None
    return None
