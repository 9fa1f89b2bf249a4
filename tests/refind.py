"""Finds a reply's quotes in the files again, by means that share nothing with the program's.

Nothing of `bot` is imported here, and what a reply says of itself is not believed: the file is
read as bytes, decoded whole, and its lines are counted anew. Where the text was extracted, it is
extracted anew, which is all that is taken from `index`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

# What a file of the tests may be in, where the test does not say. A quote must be equal in every
# character, so a wrong guess finds nothing.
ENCODINGS = (
    "utf-8",
    "utf-16-le",
    "utf-16-be",
    "utf-32-le",
    "utf-32-be",
    "cp949",
    "gb18030",
    "cp932",
    "euc_jp",
    "big5",
    "cp1252",
    "latin-1",
)


PLAIN = (".txt", ".md", ".markdown", ".rst", ".text", ".org", ".adoc", ".log")


class NotFoundAgain(BaseException):
    """A reply says of a file what is not so. Not an Exception, so that no error boundary of the
    program turns it into a message."""


def refind(
    reply: Mapping[str, Any], corpus: Path, encodings: Sequence[str] = ENCODINGS
) -> list[str]:
    """Find each quote of a reply, as `ask --json` prints it, where the reply says; the quotes.

    Raises NotFoundAgain where a quote, its lines, or what a claim rests on is not as said.
    """
    citations, claims = reply["citations"], reply["claims"]
    if (reply["status"] == "answered") != bool(citations) or bool(citations) != bool(claims):
        raise NotFoundAgain(f"{reply['status']}, with {len(claims)} claims: {reply}")
    quotes = {}
    for citation in citations:
        _refind_one(citation, corpus, encodings)
        quotes[citation["n"]] = citation["quote"]
    if sorted(quotes) != list(range(1, len(citations) + 1)):
        raise NotFoundAgain(f"the footnotes are numbered {[c['n'] for c in citations]}")
    if {n for claim in claims for n in claim["citations"]} != set(quotes):
        raise NotFoundAgain(f"the claims do not rest on the footnotes {list(quotes)}: {claims}")
    if reply["mode"] == "extractive":
        for claim in claims:
            ground = " ".join(quotes[n] for n in claim["citations"])
            if claim["text"].split() != ground.split():
                raise NotFoundAgain(f"not the documents' words: {claim['text']!r} of {ground!r}")
    return list(quotes.values())


def _refind_one(citation: Mapping[str, Any], corpus: Path, encodings: Sequence[str]) -> None:
    file, quote = citation["file"], citation["quote"]
    start, end, lines = citation["start"], citation["end"], citation["locator"]
    path = corpus / file
    if not path.resolve().is_relative_to(corpus.resolve()) or not quote.strip():
        raise NotFoundAgain(f"quotes nothing of the documents: {citation}")
    data = path.read_bytes()
    if path.suffix.lower() not in PLAIN:
        _refind_extracted(citation, data)
        return
    texts = [text for name in encodings if (text := _decoded(data, name)) is not None]
    text = next((text for text in texts if text[start:end] == quote), None)
    if start < 0 or text is None:
        there = [text[max(start, 0) : end] for text in texts[:1]]
        raise NotFoundAgain(f"{file}[{start}:{end}] is {there}, and not {quote!r}")
    first = _line_ends(text[:start]) + 1
    last = first + _line_ends(quote)
    if lines != {"kind": "lines", "first": first, "last": last}:
        raise NotFoundAgain(f"{quote!r} stands in lines {first} to {last} of {file}, not {lines}")


def _refind_extracted(citation: Mapping[str, Any], data: bytes) -> None:
    from index.load import document

    file, quote = citation["file"], citation["quote"]
    start, end = citation["start"], citation["end"]
    found = document(file, data)
    if start < 0 or found.text[start:end] != quote:
        raise NotFoundAgain(f"{file}[{start}:{end}] is {found.text[start:end]!r}, not {quote!r}")
    places = found.places
    if places is None:
        first = _line_ends(found.text[:start]) + 1
        expected = {"kind": "lines", "first": first, "last": first + _line_ends(quote)}
    else:
        # The place that each character of the quote stands in, one by one.
        at = {sum(begin <= each for begin in places.starts) - 1 for each in (start, end - 1)}
        through = range(min(at), max(at) + 1)
        unit = 1000 if places.kind == "time" else 1
        expected = {
            "kind": places.kind,
            "first": min(places.firsts[i] for i in through) / unit,
            "last": max(places.lasts[i] for i in through) / unit,
        }
        name = places.names[min(at)] if places.names else ""
        expected |= {"name": name} if name else {}
    if citation["locator"] != expected:
        raise NotFoundAgain(f"{quote!r} stands at {expected} of {file}: {citation['locator']}")


def _decoded(data: bytes, encoding: str) -> str | None:
    # By way of the codec's own name and nothing cleverer: a byte-order mark stays a character.
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def _line_ends(text: str) -> int:
    return len(re.findall(r"\r\n|\n|\r", text))
