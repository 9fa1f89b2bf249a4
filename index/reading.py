"""One file's bytes, if it is a regular file inside the corpus and not too large; or why not."""

from __future__ import annotations

import os
import stat
import unicodedata
from pathlib import Path

from index.errors import CorpusError, DocumentError
from index.hidden import is_unseen, spans
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    SkipReason = Literal[
        "bad_name", "binary", "damaged", "empty", "encrypted", "link", "not_a_file", "too_costly",
        "too_large", "undecodable", "unreadable", "unsupported",
    ]  # fmt: skip

MAX_BYTES = 64 << 20


@record
class Skipped:
    """A file or folder that is not read; `file` and `message` can be printed as they are."""

    file: str
    reason: SkipReason
    message: str


class Unloadable(DocumentError):
    """A file that cannot become a Document, for `reason`."""

    def __init__(self, file: str, reason: SkipReason, what: str, hint: str = "") -> None:
        super().__init__(f"{printable(file)}: {what}", hint)
        self.reason: SkipReason = reason
        self.file = printable(file)
        self.what = what

    @property
    def skipped(self) -> Skipped:
        message = f"{self.message}. {self.hint}" if self.hint else self.message
        return Skipped(self.file, self.reason, message)


def read(corpus: Path, file: str, limit: int = MAX_BYTES) -> bytes:
    """The bytes of `file`, if it is a regular file inside `corpus`; raises Unloadable."""
    root = root_of(corpus)
    try:
        status = readable(root, file, limit)
        descriptor = os.open(
            os.path.realpath(os.path.join(root, file)),
            os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC,
        )
        with open(descriptor, "rb") as stream:
            opened = os.fstat(descriptor)
            # A pipe that took its place may have got its inode.
            if not (os.path.samestat(opened, status) and stat.S_ISREG(opened.st_mode)):
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


def root_of(corpus: Path) -> str:
    """The real path of the corpus folder; CorpusError where it is none."""
    name = printable(str(corpus))
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


def readable(root: str, file: str, limit: int) -> os.stat_result:
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


def unprintable(name: str) -> bool:
    """Controls, undecodable bytes, what turns the direction of the text around it, and what else
    nobody sees."""
    if name.isprintable():
        return not name.isascii() and bool(spans(name))
    return bool(spans(name)) or any(map(_steers, name))


def printable(name: str) -> str:
    """`name` with what cannot be shown spelled out."""
    if not unprintable(name):
        return name
    return "".join(
        ch.encode("unicode_escape").decode() if is_unseen(ch) or _steers(ch) else ch for ch in name
    )


def _steers(ch: str) -> bool:
    return unicodedata.category(ch) in ("Cc", "Cs", "Zl", "Zp")
