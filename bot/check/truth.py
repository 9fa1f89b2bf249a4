"""Whether what a reply cites stands in the files: always looked at, and excused by nothing.

It shares nothing with what made the reply: the file is read as bytes, decoded whole, and its
lines are counted anew. Where text is extracted, that is done anew, and its places looked up by
means of its own. A fault of `verify`, of an offset or of a printed reply is found here.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from bot.check.results import Finding
from index import load
from index.formats import SUFFIXES, TEXT
from index.reading import Unloadable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from index.schema import Places

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
    for other in citation.get("also", ()):
        if _bytes(n, corpus, other) != data:
            raise _Untrue(f"citation {n}: {other} holds other bytes than {file}")
    read = list(readings(file, data, encodings))
    text, places = next((each for each in read if each[0][start:end] == quote), (None, None))
    if text is None:
        there = read[0][0] if read else ""
        at = there.find(quote)
        line = "" if is_extracted(file) else f", in line {line_of(there, at)}"
        elsewhere = f"; it stands at {at}{line}" if at >= 0 else ""
        raise _Untrue(
            f"citation {n}: {file} has not {_short(quote)} at {start} to {end}{elsewhere}",
            there[start:end],
        )
    place = _place(text, start, end, places)
    if citation["locator"] != place:
        told = citation["locator"]
        if place["kind"] != told["kind"] or place.get("name") != told.get("name"):
            raise _Untrue(
                f"citation {n}: {_short(quote)} stands in {place}, not {told}", f"{place}"
            )
        raise _Untrue(
            f"citation {n}: {_short(quote)} stands in {place['kind']} {place['first']} to "
            f"{place['last']} of {file}, not {told['first']} to {told['last']}",
            f"{place['first']} to {place['last']}",
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


def is_extracted(file: str) -> bool:
    """Whether what is cited of `file` is not the text that its bytes are."""
    return SUFFIXES.get(os.path.splitext(file)[1].lower(), TEXT) != TEXT


def readings(
    file: str, data: bytes, encodings: Sequence[str] = ENCODINGS
) -> Iterator[tuple[str, Places | None]]:
    """What `file` may say, and of extracted text where in the file it stands."""
    if not is_extracted(file):
        yield from ((text, None) for text in texts(data, encodings))
        return
    given = () if encodings is ENCODINGS else encodings
    for encoding in (None, *given):
        try:
            yield _extracted(file, data, encoding)
        except Unloadable:
            continue


@lru_cache(maxsize=4)
def _extracted(file: str, data: bytes, encoding: str | None) -> tuple[str, Places | None]:
    found = load.document(file, data, encoding)
    return found.text, found.places


def _place(text: str, start: int, end: int, places: Places | None) -> dict[str, Any]:
    """The locator of `text[start:end]`, place by place."""
    if places is None:
        return {"kind": "lines", "first": line_of(text, start), "last": line_of(text, end - 1)}
    ends = (*places.starts[1:], len(text))
    there = [i for i, at in enumerate(places.starts) if at < end and start < ends[i]]
    first: float = min(places.firsts[i] for i in there)
    last: float = max(places.lasts[i] for i in there)
    if places.kind == "time":  # in seconds
        first, last = first / 1000, last / 1000
    found = {"kind": places.kind, "first": first, "last": last}
    name = places.names[there[0]] if places.names else ""
    return {**found, "name": name} if name else found


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
