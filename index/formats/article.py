"""The article of a page as trafilatura finds it: its paragraphs, rows and items, title and date."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from configparser import ConfigParser
from datetime import date as Date
from functools import cache
from typing import Any

import trafilatura
from lxml.etree import iterwalk
from trafilatura.settings import use_config
from trafilatura.utils import load_html

from index.formats.extracted import whole
from index.formats.visible import ITEM, hides, row
from index.record import record

# What is larger would take more than a third of the time and the memory that a file may. Time
# grows with what all elements have around them: 240 in each other cost as much as 1,000 apart.
_MOST_CHARACTERS = 4_000_000
_MOST_ELEMENTS = 60_000
_MOST_AROUND = 1_500_000
# The date is one that the page tells of itself, neither guessed from its text nor by today's.
_DATES = {"original_date": True, "extensive_search": False, "max_date": "2100-01-01"}
_ADDRESS = re.compile(r"https?://[^\s<>\"]{1,2000}")
_MAY_HIDE = "//*[@hidden or @aria-hidden or @style or self::dialog or self::template]"
_SPACE = re.compile(r"\s+")
_BLANK = re.compile(r"\n{3,}")
_BLOCKS = frozenset("ab div fw head item list p quote row table".split())


@record
class Article:
    """The article of a page."""

    blocks: tuple[str, ...] = ()
    title: str | None = None
    date: Date | None = None
    source: str | None = None
    extractor: str | None = None


def article(source: str) -> Article | None:
    """The article in a page, None where there is none or the page is too large to look for it."""
    if len(source) > _MOST_CHARACTERS or source.count("<") > 2 * _MOST_ELEMENTS:
        return None
    for name in ("courlan", "htmldate", "justext", "readability", "trafilatura"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    try:
        tree: Any = load_html(source)
        if tree is None or _around(tree) > _MOST_AROUND:
            return None
        for element in tree.xpath(
            "//*[@hidden or @aria-hidden or @style or self::dialog or self::template]"
        ):
            if hides(element.tag, element.attrib) and element.getparent() is not None:
                element.drop_tree()
        found: Any = trafilatura.bare_extraction(
            tree,
            include_comments=False,
            with_metadata=True,
            date_extraction_params=_DATES,
            config=_config(),
        )
        if found is None:
            return None
        blocks = tuple(_blocks(found.body))
    # Pages are made to break their readers; what this one cannot read is read more plainly.
    except Exception:
        return None
    return Article(
        blocks,
        found.title,
        _date(found.date),
        found.url if found.url and _ADDRESS.fullmatch(found.url) else None,
        f"trafilatura {trafilatura.__version__}",
    )


@cache
def _config() -> ConfigParser:
    """trafilatura's own settings, but for the length below which an article is thought to be none,
    and all of the page is taken for it: 250 characters are much in Chinese."""
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "50")
    return config


def _around(tree: Any) -> int:
    """How many elements the elements of `tree` stand in, all together."""
    depth = total = 0
    for event, _ in iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        total += depth
    return total // 2


def _date(said: str | None) -> Date | None:
    try:
        return Date.fromisoformat(said or "")
    except ValueError:
        return None


def _blocks(body: Any) -> Iterator[str]:
    """The paragraphs, rows and items of trafilatura's tree, in which `lb` ends a line."""
    writing = _Writing()
    for event, element in iterwalk(body, events=("start", "end")):
        yield from writing.tag(element.tag, event == "start")
        if event == "start":
            writing.text(element.text or "", element.tag in ("code", "quote"))
        elif element is not body:
            writing.text(element.tail or "", False)
    yield from writing.block()


class _Writing:
    """What was written since the last block's end."""

    def __init__(self) -> None:
        self._said: list[str] = []
        self._mark = ""
        self._cells: list[str] | None = None

    def text(self, text: str, is_verbatim: bool) -> None:
        """Words within a block."""
        if not is_verbatim:
            text = _SPACE.sub(" ", text)
            if not self._said or self._said[-1].endswith("\n"):
                text = text.lstrip()
        if text:
            self._said.append(text)

    def tag(self, tag: str, is_start: bool) -> Iterator[str]:
        """The blocks that end where `tag` starts or ends."""
        if tag == "row" and is_start:
            yield from self.block()
            self._cells = []
        elif self._cells is not None:
            if tag == "row":
                if any(self._cells):
                    yield whole(row(self._cells))
                self._cells = None
            elif tag == "cell" and not is_start:
                self._cells.append(" ".join("".join(self._said).split()))
                self._said.clear()
            else:
                self._said += [" "] * (tag in _BLOCKS or tag == "lb")
        elif tag == "lb" and is_start:
            self._said.append("\n")
        elif tag in _BLOCKS:
            if tag == "p" and self._mark and not self._said:
                return  # an item's first paragraph is its line
            yield from self.block()
            if tag == "item" and is_start:
                self._mark = ITEM

    def block(self) -> Iterator[str]:
        """What was written, if anything, as a block."""
        lines = (line.rstrip() for line in "".join(self._said).split("\n"))
        said = _BLANK.sub("\n\n", "\n".join(lines)).strip("\n")
        if said:
            yield self._mark + whole(said)
        self._mark = ""
        self._said.clear()
