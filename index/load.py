"""Bytes to Documents: by the format that the file's name tells."""

from __future__ import annotations

import os
from pathlib import Path

from index.formats import SUFFIXES, TEXT
from index.hidden import count
from index.reading import MAX_BYTES, Unloadable, read
from index.schema import Document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.formats.extracted import Extracted


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
    from index.formats.extracted import Refused

    format = SUFFIXES.get(os.path.splitext(file)[1].lower())
    if format is None:
        raise Unloadable(file, "unsupported", "this format is not supported", _supported())
    try:
        if format == TEXT:
            extracted = _plain(data, encoding)
        else:
            from index.formats import process

            extracted = process.extracted(format, file, data, encoding)
    except Refused as refused:
        raise Unloadable(file, refused.reason, refused.what, refused.hint) from None
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
        count(extracted.text),
        extracted.pieces,
        extracted.places,
        extracted.left_out,
        extracted.extractor,
    )


def notes(document: Document) -> tuple[str, ...]:
    """What a reader of the index should know of how `document` was read."""
    from index.front_matter import front_matter

    found = []
    if document.replaced:
        found.append(
            f"{document.file}: {document.replaced} byte sequences are not {document.encoding}; "
            "each stands as U+FFFD."
        )
    problem = document.extractor is None and front_matter(document.text).problem
    if problem:
        found.append(f"{document.file}: its front matter is read as text: {problem}.")
    return tuple(found)


def _supported() -> str:
    return f"Supported are {', '.join(SUFFIXES)}."


def _plain(data: bytes, encoding: str | None) -> Extracted:
    from index.encodings import decode
    from index.formats.extracted import Extracted
    from index.front_matter import front_matter

    decoded = decode(data, encoding)
    front = front_matter(decoded.text)
    return Extracted(
        decoded.text, decoded.encoding, front.body, front.title, front.date, front.source,
        decoded.replaced,
    )  # fmt: skip
