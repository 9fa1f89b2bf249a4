"""What a browser would show of a page's source: its words, and the line that each stands on.

The source is read once from front to back, in time that grows with its length alone and without
a tree of it: a page may hold a million elements, or nest 100,000.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape

MAX_TOKENS = 1_000_000  # tags, and texts between them: some seconds' worth
MAX_LINES = 400_000  # that have words on them
_ATTRIBUTES = r"""(?:[^>=]++|=\s*+(?:"[^"]*+(?:"|\Z)|'[^']*+(?:'|\Z))?)*+(?:>|\Z)"""
_TOKEN = re.compile(
    rf"""(?P<text>[^<]++)
    |<!--(?:-?>|.*?(?:--!?>|\Z))
    |<(?P<raw>script|style|title|textarea|xmp|iframe|noembed|noframes|noscript|template)(?=[\s/>])
      {_ATTRIBUTES}(?P<inside>.*?)(?:</(?P=raw)(?=[\s/>])[^>]*+(?:>|\Z)|\Z)
    |<(?P<end>/?)(?P<name>[a-z][^\s/>]*+){_ATTRIBUTES}
    |<[!?/][^>]*+(?:>|\Z)
    |(?P<less><)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=/>"']++)(?:\s*+=\s*+(?:"([^"]*+)"?|'([^']*+)'?|([^\s>]++)))?+""")
_MAY_HIDE = re.compile(r"hidden|none|font-size|<dialog", re.IGNORECASE)
_HIDING = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0(?:\.0*)?(?:[a-z]+|%)?\s*(?:!|;|$))",
    re.IGNORECASE,
)
_VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()
)  # without content, hence without an end
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html legend li main "
    "menu nav ol optgroup option p pre section select summary table tbody td tfoot th thead tr "
    "ul video".split()
)
_ENDED_BY_NEXT = frozenset("dd dt li option p tbody td tfoot th thead tr".split())
ITEM, ROW = "- ", "| "  # how the items of a list and the rows of a table begin
MARKS = (ITEM, ROW)
_LINE_END = re.compile(r"\r\n?")
_CLOSED = re.compile(r"<(script|style|title|textarea|iframe)\b([^<>]*)/>", re.IGNORECASE)
_ROW = 400  # characters: a longer row of a table is the layout of a page
# What cannot stand in a page; here it marks what ends within a block.
_PARAGRAPH, _CELL, _BREAK = "\x01", "\x02", "\x03"
_MARKS = re.compile("[\x00-\x03]")


class Visible:
    """The visible words of a page.

    `letters` are their characters without white space, `starts` where in these another line of
    the source begins, `lines` which. `blocks` are the paragraphs, rows and items that they form.
    `hidden` counts the characters that are not shown; `cut` is the line at which the reading
    ended before the page did, None if it did not; `last` is the page's last line.
    """

    def __init__(self) -> None:
        self.letters = ""
        self.starts: list[int] = []
        self.lines: list[int] = []
        self.blocks: list[str] = []
        self.title = ""
        self.hidden = 0
        self.cut: int | None = None
        self.last = 1


def hides(name: str, attributes: Mapping[str, str]) -> bool:
    """Whether an element says of itself that it is not to be seen."""
    if name in ("html", "body"):
        return False  # these are hidden until a script shows them, lest they flicker
    if name == "template" or (name == "dialog" and "open" not in attributes):
        return True
    return (
        attributes.get("hidden", "until-found").strip().lower() != "until-found"
        or attributes.get("aria-hidden", "").strip().lower() == "true"
        or bool(_HIDING.search(attributes.get("style", "")))
    )


def squeezed(text: str) -> str:
    """The characters of `text` that can be seen, without white space."""
    text = "".join(text.split())
    return text if text.isprintable() else "".join(ch for ch in text if ch.isprintable())


def visible(source: str) -> Visible:
    """What is to be seen of the page `source`."""
    if "\r" in source:
        source = _LINE_END.sub("\n", source)
    source = _MARKS.sub(" ", source)
    is_xml = source[:100].lstrip("\ufeff \n").startswith("<?xml")
    if is_xml:
        source = _CLOSED.sub(r"<\1\2></\1>", source)
    reading = _Reading()
    line = 1
    for count, token in enumerate(_TOKEN.finditer(source)):
        if reading.is_full:
            break
        if count == MAX_TOKENS:
            reading.page.cut = line
            break
        kind = token.lastgroup
        if kind == "text":
            reading.text(token[0], line)
        elif kind == "less":
            reading.text("<", line)
        elif kind == "name":
            name = token["name"].lower()
            if token["end"]:
                reading.end(name)
            else:
                reading.start(name, token[0])
                if is_xml and token[0].endswith("/>"):
                    reading.end(name)
        elif kind == "inside" and token["raw"].lower() == "title" and not reading.page.title:
            reading.page.title = " ".join(unescape(token["inside"][:2000]).split())
        line += source.count("\n", token.start(), token.end())
    if reading.is_full and reading.page.cut is None:
        reading.page.cut = reading.page.lines[-1]
    return reading.done(line)


class _Reading:
    def __init__(self) -> None:
        self.page = Visible()
        self.is_full = False
        self._size = 0
        self._letters: list[str] = []
        self._block: list[str] = []
        self._hider = ""  # the name of the element in which all is hidden
        self._depth = 0  # of elements of its name
        self._inner = 0  # elements within it that must be ended
        self._in_row = False
        self._pre = 0

    def text(self, text: str, line: int) -> None:
        """Words that begin on `line`."""
        if self._hider:
            self.page.hidden += len(squeezed(unescape(text)))
            return
        room = MAX_LINES - len(self.page.lines)
        if text.count("\n") >= room:
            text = "\n".join(text.split("\n", room)[:room])
            self.is_full = True
        decoded = unescape(text) if "&" in text else text
        self._block.append(decoded)
        if decoded.isspace():
            return
        for number, part in enumerate(text.split("\n"), line):
            letters = squeezed(unescape(part) if "&" in part else part)
            if not letters:
                continue
            if not self.page.lines or self.page.lines[-1] != number:
                self.page.starts.append(self._size)
                self.page.lines.append(number)
            self._letters.append(letters)
            self._size += len(letters)

    def start(self, name: str, tag: str) -> None:
        """The start of an element."""
        if self._hider and not self._goes_on(name):
            self._hider = ""
        if self._hider or name in _VOID:
            if name == "br":
                self._block.append(_BREAK)
            elif name == "hr":
                self._end_block()
            return
        if _MAY_HIDE.search(tag):
            attributes = {
                match[1].lower(): unescape(match[2] or match[3] or match[4] or "")
                for match in _ATTRIBUTE.finditer(tag, len(name) + 1)
            }
            if hides(name, attributes):
                self._hider, self._depth, self._inner = name, 1, 0
                return
        if name in ("td", "th") and self._in_row:
            self._block.append(_CELL)
        elif name in _BLOCKS:
            self._part(name)
            self._in_row |= name == "tr"
            self._pre += name == "pre"
            if name == "li":
                self._block.append(ITEM)

    def end(self, name: str) -> None:
        """The end of an element."""
        if self._hider:
            self._depth -= name == self._hider
            if self._depth <= 0:
                self._hider = ""
            elif name not in _ENDED_BY_NEXT:
                if self._inner == 0 and self._hider in _ENDED_BY_NEXT:
                    self._hider = ""  # the end of what it stands in
                self._inner = max(0, self._inner - 1)
        elif name in _BLOCKS and name not in ("td", "th"):
            self._part(name)
            self._in_row &= name not in ("tr", "table")
            self._pre -= name == "pre" and self._pre > 0

    def done(self, line: int) -> Visible:
        """All that was read, up to `line`."""
        self._end_block()
        self.page.letters = "".join(self._letters)
        self.page.last = line
        return self.page

    def _goes_on(self, name: str) -> bool:
        """Whether what is hidden goes on when an element `name` starts."""
        if name == self._hider:
            if name in _ENDED_BY_NEXT and not self._inner:
                return False
            self._depth += 1
        elif name not in _VOID and name not in _ENDED_BY_NEXT:
            self._inner += 1
        return True

    def _part(self, name: str) -> None:
        if self._in_row and name not in ("tr", "table"):
            self._block.append(_PARAGRAPH)
        else:
            self._end_block()

    def _end_block(self) -> None:
        if not self._block:
            return
        said = "".join(self._block)
        self._block.clear()
        if self._pre and not self._in_row:
            lines = [line.rstrip() for line in said.replace(_BREAK, "\n").split("\n")]
            self._add("\n".join(lines).strip("\n"))
        elif not self._in_row:
            self._add(_lines(said))
        elif len(said) > _ROW and len("".join(said.split())) > _ROW:
            for part in re.split(f"[{_PARAGRAPH}{_CELL}]", said):
                self._add(_lines(part))
        else:
            cells = [" ".join(re.sub(f"[{_PARAGRAPH}{_BREAK}]", " ", cell).split())
                     for cell in said.split(_CELL)]  # fmt: skip
            if any(cells):
                self._add(row(cells if cells[0] else cells[1:]))

    def _add(self, block: str) -> None:
        if block and block != ITEM.strip() and not block.isspace():
            self.page.blocks.append(block)


def row(cells: list[str]) -> str:
    """A row of a table as a line."""
    return f"{ROW}{' | '.join(cells)} |"


def _lines(said: str) -> str:
    lines = (" ".join(line.split()) for line in said.split(_BREAK))
    return "\n".join(line for line in lines if line)
