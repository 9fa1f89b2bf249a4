"""The frozen types that pass between the stages: Document, Mark, Article, Passage, Hit.

Offsets count Unicode code points in `Document.text`, which is never rewritten: a
byte-order mark counts as one character and line ends stay as they are in the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from enum import IntEnum

from index.record import record

_NOTHING: Mapping[str, float] = {}


class Kind(IntEnum):
    """What a stretch of text is. Everything but BODY is boilerplate: searchable, ranked last.

    The numbers are stored in indexes: never reuse one.
    """

    BODY = 0
    HEADLINES = 1  # titles of other stories
    NAVIGATION = 2  # menus, site names, comment forms, share lines
    CAPTION = 3  # the words under a picture
    HEADING = 4  # the article's own headline, byline, dateline: its terms go into the title


def is_boilerplate(kind: int) -> bool:
    """Whether a Kind, or its number, is anything but an article's own body or heading."""
    return kind not in (Kind.BODY, Kind.HEADING)


@record
class Mark:
    """`[start, end)` of a Document's text that is not body text, and what it is instead."""

    start: int
    end: int
    kind: Kind


@record
class Places:
    """Where in a file an extracted text stands: from the offset `starts[i]` on, `firsts[i]` to
    `lasts[i]`, both included, counted from 1.

    `kind` says what is counted: "lines" of the source, a "page", a "row", a "paragraph", a
    "chapter", a "message", a "time" in milliseconds. `names[i]`, where there are any, says what
    the place is called: a chapter's title, a member of an archive. The starts ascend from 0.
    """

    kind: str
    starts: tuple[int, ...]
    firsts: tuple[int, ...]
    lasts: tuple[int, ...]
    names: tuple[str, ...] = ()


@record
class Piece:
    """`[start, end)` of a text that its format says is an article of its own: a row, a message."""

    start: int
    end: int
    title: str | None = None
    date: Date | None = None


@record
class Document:
    """One file as decoded or extracted text.

    `file` is the POSIX path below the corpus folder. `body` is the offset of the first character
    after a byte-order mark and front matter. `title`, `date` and `source` are the front matter's or
    the format's own, None without. `replaced` counts the undecodable byte sequences that stand in
    `text` as U+FFFD, `hidden` the characters that nobody sees. Where the text was extracted,
    `extractor` says by what, `places` where in the file it stands, `pieces` which articles the
    format tells, and `left_out` what is not in it, in words.
    """

    file: str
    text: str
    encoding: str
    body: int = 0
    title: str | None = None
    date: Date | None = None
    source: str | None = None
    replaced: int = 0
    hidden: int = 0
    pieces: tuple[Piece, ...] = ()
    places: Places | None = None
    left_out: tuple[str, ...] = ()
    extractor: str | None = None


@record
class Article:
    """`[start, end)` of a Document: one piece with a headline and a date of its own.

    `language` is an ISO 639-1 code, or "und" where the text does not tell.
    """

    start: int
    end: int
    title: str | None = None
    date: Date | None = None
    language: str = "und"


@record
class Passage:
    """`[start, end)` of a Document's text, within one Article and of one Kind.

    `document.text[start:end] == text`, always. `number` counts the passages of a file from 0.
    """

    file: str
    number: int
    start: int
    end: int
    text: str
    article: Article
    kind: Kind = Kind.BODY

    @property
    def boilerplate(self) -> bool:
        """Whether this is anything but an article's own body or heading."""
        return is_boilerplate(self.kind)


@record
class Hit:
    """A passage that a search found; `rank` counts from 1.

    `score` is the lexical one, higher for a better fit, and 0.0 where no term of the question
    stands in the passage. Where several rankings were fused the order is that of `fused`, None
    elsewhere.
    """

    passage: Passage
    rank: int
    score: float
    fused: float | None = None

    @property
    def order(self) -> float:
        """What the hits of a search are in the order of, the highest first."""
        return self.score if self.fused is None else self.fused


@record
class Filters:
    """Which passages a search may find. Dates are inclusive; undated articles pass no date filter.

    `files` are POSIX paths below the corpus: a file, or a folder for all below it; empty for all.
    """

    since: Date | None = None
    until: Date | None = None
    files: tuple[str, ...] = ()


@record
class Retrieval:
    """What a search for `question` found, best first, and what an answerer needs to judge it.

    `weights` gives the inverse document frequency of each of the question's terms in the
    corpus; `languages` the share of the corpus' body text, 0 to 1, by language code; `passages`
    how many passages the corpus has. `arms` says how much each arm weighed, where there was more
    than one, and `troubles` which of them could not be asked, and why.
    """

    question: str
    hits: tuple[Hit, ...]
    weights: Mapping[str, float] = _NOTHING
    languages: Mapping[str, float] = _NOTHING
    passages: int = 0
    arms: Mapping[str, float] = _NOTHING
    troubles: tuple[str, ...] = ()
