"""Whether what a reply cites stands in the files: always looked at, and excused by nothing.

It shares nothing with what made the reply: the file is read as bytes, decoded whole, and its
lines are counted anew. A fault of `verify`, of an offset or of a printed reply is found here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.check.results import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# What a file may be in. A quote must be equal in every character, so a wrong guess finds nothing.
ENCODINGS = (
    "utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp949", "gb18030", "cp932",
    "euc_jp", "big5", "cp1252", "latin-1",
)  # fmt: skip
_LINE_END = re.compile(r"\r\n|\n|\r")
_SHOWN = 160  # characters of a quote that a reason shows


class _Untrue(Exception):
    """What the reply says, and what is so instead."""

    def __init__(self, reason: str, found: str = "") -> None:
        super().__init__(reason)
        self.reason, self.found = reason, found


def untrue(reply: Mapping[str, Any], corpus: Path, encodings: Sequence[str] = ENCODINGS) -> Finding:
    """The finding `citations` of `reply`, as `ask --json` prints it: met where all is true.

    `encodings` are tried in their order; the index's own for a file may go first.
    """
    wanted = "each quote in its file, where its citation says"
    try:
        found = _looked(reply, corpus, encodings)
    except _Untrue as error:
        return Finding("citations", False, wanted, error.found, error.reason)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, OverflowError) as error:
        return Finding("citations", False, wanted, repr(error), "the reply is not of its form")
    return Finding("citations", True, wanted, found, found)


def _looked(reply: Mapping[str, Any], corpus: Path, encodings: Sequence[str]) -> str:
    status, claims, citations = reply["status"], reply["claims"], reply["citations"]
    if status != "answered":
        if claims or citations:
            raise _Untrue(f"{status}, and yet {len(claims)} claims, {len(citations)} citations")
        return "nothing is cited"
    if not claims or not citations:
        raise _Untrue(f"answered, with {len(claims)} claims and {len(citations)} citations")
    quotes: dict[int, str] = {}
    for place, citation in enumerate(citations, 1):
        if citation["n"] != place:
            raise _Untrue(f"citation {place} is numbered {citation['n']}")
        _found_again(citation, corpus, encodings)
        quotes[place] = citation["quote"]
    for claim in claims:
        _rests(claim, quotes, words_alike=reply["mode"] == "extractive")
    unused = quotes.keys() - {n for claim in claims for n in claim["citations"]}
    if unused:
        raise _Untrue(f"no claim rests on citation {min(unused)}")
    return "1 quote found again" if len(quotes) == 1 else f"{len(quotes)} quotes found again"


def _rests(claim: Mapping[str, Any], quotes: Mapping[int, str], *, words_alike: bool) -> None:
    text, ns = claim["text"], claim["citations"]
    if not ns or not text.strip():
        raise _Untrue(f"a claim rests on nothing: {_short(text)}")
    for n in ns:
        if n not in quotes:
            raise _Untrue(f"a claim rests on citation {n}, which there is not: {_short(text)}")
    ground = " ".join(quotes[n] for n in ns)
    if words_alike and text.split() != ground.split():
        raise _Untrue(f"a claim is not in the words that it cites: {_short(text)}", ground)


def _found_again(citation: Mapping[str, Any], corpus: Path, encodings: Sequence[str]) -> None:
    n, file, quote = citation["n"], citation["file"], citation["quote"]
    start, end = citation["start"], citation["end"]
    if type(start) is not int or type(end) is not int or not 0 <= start < end:
        raise _Untrue(f"citation {n}: {start!r} to {end!r} is no place in a file")
    if not quote.strip():
        raise _Untrue(f"citation {n} quotes nothing")
    data = _bytes(n, corpus, file)
    text = next((t for t in texts(data, encodings) if t[start:end] == quote), None)
    if text is None:
        there = next(texts(data, encodings), "")
        at = there.find(quote)
        elsewhere = f"; it stands at {at}, in line {line_of(there, at)}" if at >= 0 else ""
        raise _Untrue(
            f"citation {n}: {file} has not {_short(quote)} at {start} to {end}{elsewhere}",
            there[start:end],
        )
    lines = {"kind": "lines", "first": line_of(text, start), "last": line_of(text, end - 1)}
    if citation["locator"] != lines:
        told = citation["locator"]
        raise _Untrue(
            f"citation {n}: {_short(quote)} stands in lines {lines['first']} to {lines['last']} "
            f"of {file}, not {told['first']} to {told['last']}",
            f"{lines['first']} to {lines['last']}",
        )


def _bytes(n: int, corpus: Path, file: str) -> bytes:
    try:
        data = document(corpus, file)
    except OSError as error:
        raise _Untrue(f"citation {n}: {file} cannot be read: {error.strerror}") from None
    if data is None:
        raise _Untrue(f"citation {n}: {file} is none of the documents")
    return data


def document(corpus: Path, file: str) -> bytes | None:
    """The bytes of `file`; None where it lies outside the folder of documents."""
    root = os.path.realpath(corpus)
    path = os.path.realpath(os.path.join(root, file))
    return Path(path).read_bytes() if os.path.commonpath((root, path)) == root else None


def texts(data: bytes, encodings: Sequence[str] = ENCODINGS) -> Iterator[str]:
    """What the bytes may say. A byte-order mark stays a character, as offsets count it."""
    for errors in ("strict", "replace"):  # bytes that are none of a text's, last
        for name in encodings:
            try:
                yield data.decode(name, errors)
            except (UnicodeDecodeError, LookupError):
                continue


def line_of(text: str, at: int) -> int:
    """The line, counted from 1, in which the character at `at` stands."""
    ends = _LINE_END.finditer(text, 0, at + 1)  # both halves of a line end, if `at` parts it
    return 1 + sum(match.end() <= at for match in ends)


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else text[:_SHOWN] + "…")
