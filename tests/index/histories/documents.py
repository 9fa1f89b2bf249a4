"""What the documents of a history hold, and what of a file is indexed, by its bytes alone."""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from index.formats import process
from index.formats.extracted import Extracted, Refused
from index.lexical import Entry
from index.load import document
from index.prepare import analyse, entries, rows_of
from index.reading import Unloadable
from index.schema import Article, Document, Passage
from index.split import passages

NAMES = (
    "a.txt", "b.txt", "c.md", "K.TXT", "부두.txt", "sub/a.txt", "sub/sub/d.log",
    "t.csv", "sub/u.CSV", "m.eml", "p.txt.gz", "q.csv.gz",
)  # fmt: skip
BINARY = b"\x89PNG\r\n\x1a\n" + bytes(24)
THINGS = (
    ("crane", "Busan", "부산 크레인"), ("mole", "Incheon", "인천 방파제"),
    ("ferry", "Ulsan", "울산 연락선"), ("lighthouse", "Mokpo", "목포 등대"),
    ("pier", "Sokcho", "속초 부두"), ("dock", "Pohang", "포항 독"),
)  # fmt: skip
PERSONS = ("Kim", "Lee", "Cho", "Han")
YEARS = ("1961", "1972", "1983", "1994")


@dataclass(frozen=True)
class Fact:
    """What a document says: who mended what, and when; `size` in paragraphs."""

    thing: int
    person: int
    year: int
    size: int = 1
    korean: bool = False
    encoding: str = "utf-8"

    def written(self, name: str) -> bytes:
        """The bytes of a document that goes by `name`."""
        thing, place, _ = THINGS[self.thing]
        person, year = PERSONS[self.person], YEARS[self.year]
        inner = name.lower().removesuffix(".gz")
        if inner.endswith(".csv"):
            rows = [f"The {thing} of {place},{person},{int(year) + n}" for n in range(self.size)]
            data = "\n".join(["name,mended by,year", *rows]).encode()
        elif inner.endswith(".eml"):
            data = (
                f"From: {person}@example.org\nSubject: The {thing} of {place}\n"
                f"Date: Mon, 1 Jun {year} 10:00:00 +0000\n\n"
                f"The {thing} of {place} was mended by {person} in {year}.\n"
            ).encode()
        else:
            data = self._prose().encode(self.encoding)
        return gzip.compress(data, mtime=0) if name.endswith(".gz") else data

    def _prose(self) -> str:
        thing, place, korean = THINGS[self.thing]
        person, year = PERSONS[self.person], YEARS[self.year]
        if self.korean:
            first = f"{korean}는 {year}년에 {person} 씨가 고쳤다. 온 마을이 보러 왔다."
            more = f"{year}년에 {korean}보다 큰 것은 나라에 {{}}개뿐이었다."
        else:
            first = (
                f"The {thing} of {place} was mended by {person} in {year}."
                " All who lived near the water came to see it, and had it described at length."
            )
            more = f"In {year} only {{}} others in the country were larger than the {thing}."
        return "\n\n".join([first, *map(more.format, range(1, self.size))]) + "\n"


def otherwise(data: bytes, year: int) -> bytes:
    """`data` with another year in it, of the same size."""
    return re.sub(rb"19[0-9]{2}", YEARS[year].encode(), data)


def kind_of(name: str) -> str:
    """What of a name decides how a file's bytes are read."""
    _, *suffixes = name.lower().rpartition("/")[2].split(".")
    if suffixes[-1] in ("txt", "md", "log"):
        return "text"
    return ".".join(suffixes[-2:])


@dataclass(frozen=True)
class Reading:
    """What is made of a file's bytes: a document and its passages, or the reason why nothing."""

    document: Document | None
    articles: tuple[Article, ...] = ()
    passages: tuple[Passage, ...] = ()
    entries: tuple[Entry, ...] = ()
    reason: str | None = None


@cache
def reading(kind: str, data: bytes) -> Reading:
    """What stands in a file of these bytes."""
    if not data:
        return Reading(None, reason="empty")
    try:
        found = document("x.txt" if kind == "text" else f"x.{kind}", data)
    except Unloadable as error:
        return Reading(None, reason=error.reason)
    cut = passages(found)
    articles, rows = rows_of(cut)
    terms = tuple(entries(0, articles, rows, analyse(cut, articles)))
    for each in terms:
        WORDS.update(each.body.split(), each.title.split())
    return Reading(found, articles, tuple(cut), terms)


# All that ever stood in a document: what is gone must not be found by it.
WORDS: set[str] = set()
COUNTS: Counter[str] = Counter()


def remembering() -> None:
    """Extract no bytes twice: what extracts is a process of its own, and is tested elsewhere."""
    inner = process.extracted
    known: dict[tuple[str, str, bytes], Extracted | Refused] = {}

    def extracted(format: str, file: str, data: bytes, encoding: str | None) -> Extracted:
        key = (format, kind_of(file), data)
        if key not in known:
            try:
                known[key] = inner(format, file, data, encoding)
            except Refused as refused:
                known[key] = refused
        found = known[key]
        if isinstance(found, Refused):
            raise found
        return found

    process.extracted = extracted
