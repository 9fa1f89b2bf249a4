"""Marks what a scraped page holds beside its articles: menus, captions, other headlines.

No rule marks a stretch of text on one sign alone. A list, a poem or a table of facts has
short lines too, so a page must look like a page before its short lines count as its frame.
Where a format told what its articles are, nothing is guessed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from index import dates, phrases
from index.paragraphs import Paragraph, paragraphs
from index.record import replaced
from index.schema import Document, Kind, Mark, Piece

_CERTAIN = 5  # signs of a page, from which on its short lines need none of their own
_FRAME = (Kind.NAVIGATION, Kind.HEADLINES)
_FIELD = r"[^:：]{1,32}[:：]\s"  # "Capital: Paris"
_TWO_SENTENCES = r"[^\W\d_][^\W\d_A-Z][\])’”]?[.!?] [A-Z“\"]|다\. |[。？！]."


@dataclass(slots=True)
class Block:
    """A paragraph, or a part of one, that is of one kind; where it `opens` an article begins.

    `dated` is the day that a dateline or a date line gives, with its year or without.
    """

    start: int
    end: int
    paragraph: Paragraph
    kind: Kind = Kind.BODY
    opens: bool = False
    headline: bool = False
    dated: dates.Dated | dates.Yearless | None = None


def marks(document: Document) -> tuple[Mark, ...]:
    """The stretches of `document` that are not body text, in order."""
    return tuple(
        Mark(block.start, block.end, block.kind)
        for block in blocks(document)
        if block.kind is not Kind.BODY
    )


def told(document: Document) -> tuple[Piece, ...]:
    """The articles of `document` as its format tells them, and what stands between those; none
    where a plain text has to be guessed at."""
    if not document.pieces:
        return () if document.places is None else (Piece(document.body, len(document.text)),)
    found: list[Piece] = []
    end = document.body
    for piece in document.pieces:
        if document.text[end : piece.start].strip():
            found.append(Piece(end, piece.start))
        found.append(piece)
        end = piece.end
    return (*found, Piece(end, len(document.text)))


def blocks_of(document: Document, piece: Piece) -> list[Block]:
    """The paragraphs of an article that the format of `document` tells."""
    found = []
    for each in paragraphs(document.text[piece.start : piece.end]):
        start, end = piece.start + each.start, piece.start + each.end
        found.append(Block(start, end, replaced(each, start=start, end=end)))
    if found:
        found[0].opens = True
    return found


def blocks(document: Document) -> list[Block]:
    """The paragraphs of `document` with their kinds, and where its articles begin."""
    pieces = told(document)
    if pieces:
        return [block for piece in pieces for block in blocks_of(document, piece)]
    found = [
        Block(paragraph.start, paragraph.end, paragraph)
        for paragraph in paragraphs(document.text, document.body)
    ]
    if not found:
        return found
    prose = sum(block.paragraph.prose for block in found)
    evidence = 0
    if prose:
        evidence += _furniture(found)
        found, signed = _openings(found)
        evidence += signed
        if prose > 1:
            evidence += _lists(found)
    _head(found, evidence)
    if evidence >= _CERTAIN:
        _tail(found)
    _separators(found)
    found[0].opens = True
    return found


def _furniture(found: list[Block]) -> int:
    """Captions and the lines that every page has; how many of those."""
    count = 0
    for block in found:
        paragraph = block.paragraph
        if paragraph.wrapped:
            continue
        if paragraph.width <= 100 and phrases.is_furniture(paragraph.text):
            block.kind = Kind.NAVIGATION
            count += 1
        elif not paragraph.stop and paragraph.width <= 420 and phrases.is_caption(paragraph.text):
            block.kind = Kind.CAPTION
    return count


def _openings(found: list[Block]) -> tuple[list[Block], int]:
    """Headline, byline or date, then a report: so an article begins. How many are so signed.

    The first article's headline may stand among a menu and is left to `_head`.
    """
    seen: list[Block] = []
    current: dates.Dated | dates.Yearless | None = None
    signed = stories = 0
    for block in found:
        if block.kind is not Kind.BODY or not block.paragraph.prose:
            seen.append(block)
            continue
        glued = phrases.glued_date(block.paragraph.text)
        if glued is not None:
            seen.append(_cut(block, *glued))
        line = block.paragraph.text[: phrases.dateline(block.paragraph.text)]
        titles, metas = _above(seen)
        if line:
            block.dated = _day(line)
        if line or metas:
            signed += 1
            for meta in metas:
                meta.kind = Kind.HEADING
            day = next((meta.dated for meta in metas if meta.dated), block.dated)
            if stories and titles:
                for title in titles:
                    title.kind = Kind.HEADING
                titles[0].opens = titles[0].headline = True
                current = day
            elif stories and metas and day and current and day[2:] != current[2:]:
                # An entry of a diary: its day must not pass for that of the one before.
                metas[0].opens = True
                current = day
            else:
                current = current or day
        seen.append(block)
        stories += 1
    return seen, signed


def _day(dateline: str) -> dates.Dated | dates.Yearless | None:
    full = dates.find(dateline)
    if full:
        return full[0]
    yearless = dates.find_yearless(dateline)
    return yearless[0] if yearless else None


def _above(seen: list[Block]) -> tuple[list[Block], list[Block]]:
    """Titles, and lines of author and date, directly above where the next block will stand."""
    titles: list[Block] = []
    metas: list[Block] = []
    for block in reversed(seen[-8:]):
        if block.kind is Kind.CAPTION and not titles:
            continue
        if block.kind is Kind.HEADING and block.dated:
            metas.insert(0, block)
        elif block.kind is not Kind.BODY:
            break
        elif not titles and _is_meta(block):
            metas.insert(0, block)
        elif len(titles) < 2 and _is_title(block.paragraph):
            titles.insert(0, block)
        else:
            break
    return titles, metas


def _cut(block: Block, end: int, dated: dates.Dated) -> Block:
    """Takes the glued date off the front of `block`, as a block of its own."""
    paragraph = block.paragraph
    stamp = paragraph.text[:end].rstrip()
    block.start += end
    block.paragraph = Paragraph(
        block.start, block.end, paragraph.text[end:], paragraph.width, paragraph.stop, ""
    )
    start = paragraph.start
    return Block(
        start,
        start + len(stamp),
        Paragraph(start, start + len(stamp), stamp, len(stamp), "", ""),
        Kind.HEADING,
        dated=dated,
    )


def _lists(found: list[Block]) -> int:
    """Runs of titles of other stories, and menus; how many."""
    count = 0
    run: list[Block] = []
    above: Block | None = None
    family = Counter(block.paragraph.eastern for block in found if block.paragraph.prose)
    for i, block in enumerate(found):
        inside = block.kind is Kind.BODY and _is_item(block.paragraph)
        if inside:
            run.append(block)
        if run and (not inside or i + 1 == len(found)):
            last = i + 1 == len(found) or not any(
                later.kind is Kind.BODY and later.paragraph.prose for later in found[i:]
            )
            if _is_list_of_titles(run, above, last, family):
                count += 1
                for item in run:
                    item.kind = Kind.HEADLINES
            run = []
        if not inside:
            above = block
    return count


def _is_list_of_titles(
    run: Sequence[Block], above: Block | None, last: bool, family: Counter[bool]
) -> bool:
    items = [block.paragraph for block in run if re.search(r"\w", block.paragraph.text)]
    if len(items) < 4:
        return False
    texts = [item.text[len(item.bullet) :] for item in items]
    fields = sum(re.match(_FIELD, text) is not None for text in texts)
    if fields * 4 >= len(texts) or sum(item.width for item in items) < 34 * len(items):
        return False
    eastern = sum(item.eastern for item in items)
    western = sum(item.text.isascii() and item.width >= 20 for item in items)
    foreign = min(eastern, western)
    signs = min(len(texts) - len(set(texts)), 2)  # a site shows the same story twice
    if foreign >= 2 and foreign * 10 >= len(items):
        signs += 2 * (min(family[True], family[False]) * 10 < family.total())
    signs += 3 * any(item.width >= 200 for item in items)  # joined, or they were no items
    signs += "·" in items[-1].bullet and "-" in items[-1].bullet
    signs += sum(phrases.is_tagged(text) for text in texts) >= 2
    signs += len(texts) >= 15
    signs += last
    if above is not None and above.kind is Kind.NAVIGATION:
        signs += 3 * phrases.is_list_title(above.paragraph.text)
    elif above is not None and above.paragraph.text[-1] in ":：":
        signs -= 2  # the sentence before says what the list is
    if items[0].bullet.startswith("#"):
        signs -= 2
    return signs >= 4


def _head(found: list[Block], evidence: int) -> None:
    """The headline of the first article, what stands above it and below it."""
    first = found[0]
    if first.paragraph.bullet.strip() == "#":
        first.kind = Kind.HEADING
        first.headline = True
        return
    end = next((i for i, block in enumerate(found) if _is_report(block)), 0)
    titles, metas = _near(found[:end], evidence)
    headline = _headline([block.paragraph for block in titles], 28 if evidence >= _CERTAIN else 16)
    if headline is None:
        return
    block = titles[headline]
    repeated = sum(title.paragraph.text == block.paragraph.text for title in titles) > 1
    if not (evidence or repeated or _stands_apart(titles[-1], found[end])):
        return
    block.kind = Kind.HEADING
    block.headline = True
    for other in (*titles, *metas):
        if other.start > block.start and not _is_shouted(other.paragraph.text):
            other.kind = Kind.HEADING
        elif other is not block and (evidence or repeated):
            other.kind = Kind.NAVIGATION
            other.dated = None  # the day on which the page was fetched, as like as not
    if evidence >= _CERTAIN:
        for other in found[: found.index(block)]:
            if other.kind is Kind.BODY and not other.paragraph.stop:
                other.kind = Kind.NAVIGATION


def _near(head: Sequence[Block], evidence: int) -> tuple[list[Block], list[Block]]:
    """What may be a title above the first report, and lines of author and date among it."""
    titles: list[Block] = []
    metas: list[Block] = []
    for block in reversed(head):
        if block.kind is not Kind.BODY or _is_letterless(block.paragraph):
            continue
        if _is_meta(block):
            metas.insert(0, block)
        elif _is_title(block.paragraph, 1) and not block.paragraph.bullet:
            titles.insert(0, block)
            if evidence >= _CERTAIN and len(titles) == 12:
                break
        elif evidence < _CERTAIN or block.paragraph.stop:
            break
    repeated = len({title.paragraph.text for title in titles}) < len(titles)
    if len(titles) > (30 if evidence or repeated else 3):
        titles = []
    return titles, metas


def _headline(titles: Sequence[Paragraph], width: float) -> int | None:
    """Which of `titles` is the headline: one that is repeated, or the first of the longer ones."""
    if sum(re.match(_FIELD, title.text) is not None for title in titles) > 1:
        return None
    times = Counter(title.text for title in titles)
    pool = [title for title in titles if times[title.text] > 1]
    pool = pool or [title for title in titles if not _is_shouted(title.text)]
    least = max(width, 0.6 * max((title.width for title in pool), default=0))
    chosen = next((title.text for title in pool if title.width >= least), None)
    # Of a headline that is repeated the last stands above the report.
    return max((i for i, title in enumerate(titles) if title.text == chosen), default=None)


def _tail(found: list[Block]) -> None:
    """Below the last report of what is certainly a page: menus and other stories."""
    last = max((i for i, block in enumerate(found) if _is_report(block)), default=len(found))
    framed = False
    for block in found[last + 1 :]:
        paragraph = block.paragraph
        framed = framed or block.kind in _FRAME  # until then a list may belong to the report
        if framed and block.kind is Kind.BODY and not paragraph.stop and paragraph.width < 200:
            block.kind = Kind.HEADLINES if paragraph.width >= 34 else Kind.NAVIGATION


def _is_report(block: Block) -> bool:
    return block.kind is Kind.BODY and block.paragraph.prose


def _stands_apart(title: Block, report: Block) -> bool:
    """Whether this is a title and not the first line of a paragraph that was cut into lines."""
    text = title.paragraph.text
    if title.paragraph.width > 120 or text[0].islower():
        return False
    return title.paragraph.width <= 50 or title.end + 2 < report.start


def _separators(found: list[Block]) -> None:
    """Lines without a letter or digit belong to the frame if they stand beside it."""
    for i, block in enumerate(found):
        if block.kind is Kind.BODY and _is_letterless(block.paragraph):
            beside = found[max(0, i - 1)], found[min(i + 1, len(found) - 1)]
            block.kind = next((b.kind for b in beside if b.kind in _FRAME), Kind.BODY)


def _is_meta(block: Block) -> bool:
    """Whether this line says who wrote the article or when; notes the day."""
    paragraph = block.paragraph
    if paragraph.width > 120 or paragraph.wrapped or paragraph.bullet:
        return False
    block.dated = phrases.date_line(paragraph.text)
    if block.dated is None and phrases.is_byline(paragraph.text):
        block.dated = _day(paragraph.text)
        return True
    return block.dated is not None


def _is_title(paragraph: Paragraph, least: int = 4) -> bool:
    """Whether a line can be a title: short, without a full stop, of `least` letters."""
    return (
        not paragraph.wrapped
        and paragraph.width <= 160
        and paragraph.stop in ("", "?", "？", "!", "！")
        and paragraph.text[-1] not in ":：,，、;；"
        and (not paragraph.bullet or paragraph.bullet[0] == "#")
        and sum(ch.isalpha() for ch in paragraph.text[:20]) >= least
        and not re.search(_TWO_SENTENCES, paragraph.text)
        and not 0 < phrases.dateline(paragraph.text) >= len(paragraph.text) - 2
    )


def _is_item(paragraph: Paragraph) -> bool:
    if paragraph.wrapped or paragraph.stop in (".", "。", "．", "｡") or paragraph.text[-1] in ":：":
        return False
    return paragraph.width < 200 or _is_joined(paragraph)


def _is_joined(paragraph: Paragraph) -> bool:
    """Whether titles run into each other here, with no more than a sentence among them."""
    text = paragraph.text
    return phrases.joints(text) > 2 and len(re.findall(_TWO_SENTENCES, text)) < 2


def _is_letterless(paragraph: Paragraph) -> bool:
    return not any(ch.isalnum() for ch in paragraph.text[:80])


def _is_shouted(text: str) -> bool:
    return text.isupper() and sum(ch.isupper() for ch in text) >= 4
