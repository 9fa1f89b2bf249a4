"""The article in a web page, its title and its date; where there is none, all its visible text."""

from __future__ import annotations

from collections.abc import Sequence

from index.formats.article import Article, article
from index.formats.charset import decoded_page
from index.formats.composing import one_line
from index.formats.extracted import Extracted, Refused
from index.formats.lines import Span, placed
from index.formats.visible import MARKS, Visible, squeezed, visible

_MOST_BYTES = 16 << 20
_FLAT = 200_000  # characters
_SLIP = 20  # letters of a page that are in none of its blocks


def extract(data: bytes, encoding: str | None, has_article: bool = True) -> Extracted:
    """The text of a page, with the lines of its source; all of it where it can have no article."""
    read = decoded_page(data[:_MOST_BYTES], encoding)
    page = visible(read.text)
    found = (article(read.text) if has_article and page.cut is None else None) or Article()
    text, spans = _joined(_parted(found.blocks, page) or page.blocks)
    is_cut = len(data) > _MOST_BYTES or page.cut is not None
    if not text and is_cut:
        raise Refused("too_costly", "there is no text in as much of it as is read")
    if not text:
        raise Refused("empty", "there is no visible text in it")
    places, matched = placed(text, spans, page)
    left_out = _left_out(page, matched, len(squeezed(text)))
    if has_article and not found.blocks:
        left_out.insert(0, "no article was found in the page: all its visible text is read")
    if page.cut:
        left_out.append(f"what follows line {page.cut:,}: the page is too large")
    elif is_cut:
        left_out.append(f"what follows its first {_MOST_BYTES >> 20} MB")
    return Extracted(
        text,
        read.encoding,
        title=one_line(found.title or page.title),
        date=found.date,
        source=found.source,
        replaced=read.replaced,
        places=places,
        left_out=tuple(left_out),
        extractor=found.extractor if found.blocks else "visible text",
    )


def _parted(blocks: Sequence[str], page: Visible) -> Sequence[str]:
    """The blocks; one that is all of an article run together is parted as the page parts it."""
    if len(blocks) != 1 or len(blocks[0]) > _FLAT:
        return blocks
    letters = squeezed(blocks[0])
    end = 0
    found = []
    for block in page.blocks:
        words = squeezed(block[2:] if block[:2] in MARKS else block)
        at = letters.find(words, end)
        if words and 0 <= at < end + _SLIP:
            end = at + len(words)
            found.append(block)
    return found if sum(map(len, found)) > 0.9 * len(blocks[0]) else blocks


def _joined(blocks: Sequence[str]) -> tuple[str, list[Span]]:
    """The blocks as one text, and where each is in it."""
    parts: list[str] = []
    spans = []
    size = 0
    before = ""
    for block in blocks:
        if parts:
            together = block[:2] in MARKS and block[:2] == before[:2]
            parts.append("\n" if together else "\n\n")
            size += len(parts[-1])
        parts.append(block)
        spans.append((size, size + len(block)))
        size += len(block)
        before = block
    return "".join(parts), spans


def _left_out(page: Visible, matched: int, letters: int) -> list[str]:
    said = []
    if matched * 2 < letters:
        said.append("most of its text is not shown on the page but stands in the page's data")
    rest = len(page.letters) - matched
    if rest > 0:
        said.append(
            f"menus, comments and other parts of the page: {rest:,} of {len(page.letters):,} "
            "characters"
        )
    if page.hidden:
        said.append(f"hidden parts of the page: {page.hidden:,} characters")
    return said
