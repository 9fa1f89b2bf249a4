"""A Document to its Articles, and those to Passages.

An article that goes on in another script is a second Article with the same title and
date: each has one language, and its words are analysed in that one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date as Date

from index import dates
from index.clean import Block, blocks, blocks_of, told
from index.languages import language_of
from index.schema import Article, Document, Kind, Passage
from index.sentences import sentences

_LONGEST = 1200  # a longer paragraph is cut at the ends of sentences
_TOGETHER = 600  # short ones are joined up to this
_SHORT = 120  # columns
_SAMPLE = 4000


@dataclass(slots=True)
class _Piece:
    """The blocks of one article in one script."""

    blocks: list[Block]
    title: str | None
    date: Date | None


def articles(document: Document) -> tuple[Article, ...]:
    """The articles of `document` in order; together they hold all its blocks."""
    return tuple(_article(document, piece) for piece in _pieces(document))


def passages(document: Document) -> tuple[Passage, ...]:
    """The passages of `document` in order: all its text but the white space between them."""
    found: list[Passage] = []
    for piece in _pieces(document):
        article = _article(document, piece)
        for start, end, kind in _stretches(document.text, piece.blocks):
            text = document.text[start:end]
            found.append(Passage(document.file, len(found), start, end, text, article, kind))
    return tuple(found)


def _article(document: Document, piece: _Piece) -> Article:
    body: list[str] = []
    size = 0
    for block in piece.blocks:
        if block.kind is Kind.BODY and size < _SAMPLE:
            body.append(document.text[block.start : min(block.end, block.start + _SAMPLE)])
            size += len(body[-1])
    start, end = piece.blocks[0].start, piece.blocks[-1].end
    language = language_of("\n".join(body) or document.text[start : min(end, start + _SAMPLE)])
    return Article(start, end, piece.title, piece.date, language)


def _pieces(document: Document) -> list[_Piece]:
    pieces = told(document)
    if pieces:
        return [
            _Piece(part, piece.title or document.title, piece.date or document.date)
            for piece in pieces
            for part in _by_script(blocks_of(document, piece))
        ]
    found: list[list[Block]] = []
    for block in blocks(document):
        if block.opens:
            found.append([])
        found[-1].append(block)
    days = _days(found)
    titles = [_title(part) for part in found]
    if len(found) == 1:
        days = [document.date or days[0]]
        titles = [document.title or titles[0]]
    return [
        _Piece(part, title or document.title, day or document.date)
        for whole, title, day in zip(found, titles, days, strict=True)
        for part in _by_script(whole)
    ]


def _title(part: Sequence[Block]) -> str | None:
    for block in part:
        if block.headline:
            text = block.paragraph.text[len(block.paragraph.bullet) :]
            return " ".join(text.strip("#*_ \t").split()) or None
    return None


def _days(found: Sequence[Sequence[Block]]) -> list[Date | None]:
    """Each article's date; one without a year takes that of the articles around it."""
    said = [next((block.dated for block in part if block.dated), None) for part in found]
    full = [
        next((b.dated.date for b in part if isinstance(b.dated, dates.Dated)), None)
        for part in found
    ]
    known = [day for day in full if day is not None]
    return [
        dates.nearest(first.month, first.day, known)
        if day is None and isinstance(first, dates.Yearless)
        else day
        for day, first in zip(full, said, strict=True)
    ]


def _by_script(part: list[Block]) -> Iterator[list[Block]]:
    start = 0
    eastern: bool | None = None
    after = 0  # the last block of body text in the script so far
    for i, block in enumerate(part):
        if block.kind is not Kind.BODY or block.paragraph.width < 80:
            continue
        now = block.paragraph.eastern
        if eastern is not None and now is not eastern:
            yield part[start : after + 1]
            start = after + 1
        eastern = now
        after = i
    if part[start:]:
        yield part[start:]


def _stretches(text: str, found: Sequence[Block]) -> Iterator[tuple[int, int, Kind]]:
    """Blocks joined where they are short, cut where they are long."""
    group: list[Block] = []
    for block in found:
        if group and not _joins(group, block):
            yield from _cut(text, group)
            group = []
        group.append(block)
    if group:
        yield from _cut(text, group)


def _joins(group: Sequence[Block], block: Block) -> bool:
    last = group[-1]
    if block.kind is not last.kind:
        return False
    if block.paragraph.bullet.startswith("#") and not _is_heading(last):
        return False
    size = block.end - group[0].start
    short = block.paragraph.width <= _SHORT and last.paragraph.width <= _SHORT
    if block.kind is not Kind.BODY:
        return size <= _TOGETHER
    if short:
        return size <= _TOGETHER
    # A heading stands with the text below it.
    return size <= _LONGEST and all(_is_heading(above) for above in group)


def _is_heading(block: Block) -> bool:
    paragraph = block.paragraph
    return paragraph.width <= _SHORT and (not paragraph.stop or paragraph.bullet.startswith("#"))


def _cut(text: str, group: Sequence[Block]) -> Iterator[tuple[int, int, Kind]]:
    start, end, kind = group[0].start, group[-1].end, group[0].kind
    if end - start <= _LONGEST:
        yield start, end, kind
        return
    count = -(-(end - start) // _LONGEST)
    target = (end - start) // count + 1  # so that the last is no scrap
    limits = [*(start + first for first, _ in sentences(text[start:end])[1:]), end]
    begin = start
    previous = start
    for limit in limits:
        if limit - begin > _LONGEST and previous > begin:
            yield begin, _trim(text, begin, previous), kind
            begin = previous
        while limit - begin > _LONGEST:
            cut = _gap(text, begin, begin + _LONGEST)
            yield begin, _trim(text, begin, cut), kind
            begin = cut
            while text[begin].isspace():
                begin += 1
        previous = limit
        if limit - begin >= target and limit < end:
            yield begin, _trim(text, begin, limit), kind
            begin = limit
    if begin < end:
        yield begin, end, kind


def _trim(text: str, start: int, end: int) -> int:
    while end > start and text[end - 1].isspace():
        end -= 1
    return end


def _gap(text: str, start: int, end: int) -> int:
    """A place at or before `end` where words part, if there is one near."""
    for cut in range(end, max(start, end - 200), -1):
        if text[cut].isspace() or text[cut - 1].isspace():
            return cut
    return end
