"""Lines of a printed page by where they stand: its paragraphs, its heading, its furniture.

A PDF knows no paragraphs: it says where each stretch of text is put and how large it is. What
tells a paragraph's end to the eye (a gap, an indent, another size, a short last line) tells it
here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from statistics import median

from index.paragraphs import columns
from index.record import record

_ENDS = tuple('.!?:…。！？：」』”"’)）]')
_ITEM = re.compile(r"(?:[•‣▪◦●○■□◆◇▶※–—*·ㆍ・-]|\(?\d{1,2}[.)]|[①-⑳]|[가-하]\.|[a-z]\))\s")
_DIGITS = re.compile(r"\d{1,6}")
# "#" for each number: what says a page's number, and it may be of how many, and nothing else.
_FOLIO = re.compile(
    r"#|#/#|([-–—‐~])#\1|\[#\]"
    r"|(?:page|p\.|seite|s\.|página|pagina|pág\.)#(?:(?:of|/|von|sur|de|di)#)?"
    r"|第?#(?:页|頁|ページ|쪽|페이지)(?:[,，、/(（]?[共全]?#(?:页|頁|ページ|쪽|페이지)[)）]?)?"
    r"|#/#(?:页|頁|ページ|쪽|페이지)"
)
_RUNNING = 3  # pages on which a line stands at the same edge, at least
_EDGE = 2  # lines at the head and at the foot of a page
# What is no text, and what fonts put for letters: ligatures, and the forms of Kangxi's radicals.
_READABLE: dict[int, str | None] = {
    **{code: None for code in (*range(32), *range(127, 160)) if code not in (9, 10)},
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **{
        code: unicodedata.normalize("NFKC", chr(code))
        for code in (*range(0xFB00, 0xFB07), *range(0x2F00, 0x2FD6))
    },
}


@record
class Line:
    """A line of text, its left end at (`x`, `y`), `y` up the page, and how large it is."""

    text: str
    x: float
    y: float
    size: float


class Lines:
    """Gathers the lines of one page from what pypdf tells of it."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        self._pieces: list[Line] = []  # of the line that is being gathered, as drawn

    def visit(
        self, text: str, cm: Sequence[float], tm: Sequence[float], _font: object, size: float
    ) -> None:
        """Takes a stretch of text, as `extract_text` of pypdf hands it to a visitor."""
        if not text:
            return
        first, *others = text.split("\n")
        at = _position(cm, tm, size)
        self._take(first, at)
        for part in others:
            self._flush()
            self._take(part, at)

    def done(self) -> list[Line]:
        """The lines, in the order in which the page shows them."""
        self._flush()
        return self._lines

    def _take(self, text: str, at: tuple[float, float, float]) -> None:
        if text.strip():
            self._pieces.append(Line(text, *at))
        elif text and self._pieces:  # a space stands nowhere: it ends what was drawn before it
            last = self._pieces[-1]
            self._pieces.append(Line(text, last.x, last.y, last.size))

    def _flush(self) -> None:
        text, first = _across(self._pieces)
        text = text.translate(_READABLE).strip()
        if text and first:
            self._lines.append(Line(text, first.x, first.y, first.size))
        self._pieces.clear()


def _across(pieces: Sequence[Line]) -> tuple[str, Line | None]:
    """The text of the pieces of one line from left to right, and the first of them."""
    drawn = "".join(piece.text for piece in pieces)
    if all(before.x <= piece.x for before, piece in pairwise(pieces)):
        return drawn, next(iter(pieces), None)
    heights = [piece.y for piece in pieces]
    if max(heights) - min(heights) > 0.5 * pieces[0].size or _leftward(drawn):  # a fraction
        return drawn, pieces[0]
    order = sorted(range(len(pieces)), key=lambda at: pieces[at].x)
    parts = [pieces[order[0]].text]
    for before, at in pairwise(order):
        # Of what was drawn one after the other pypdf knows whether a space is between.
        parts += ["" if at == before + 1 else " ", pieces[at].text]
    return "".join(parts), pieces[order[0]]


def _leftward(text: str) -> bool:
    """Whether some of `text` is of a script that runs from right to left, in its own order."""
    return any(unicodedata.bidirectional(ch) in ("R", "AL") for ch in text)


def paragraphs(lines: Sequence[Line], width: float) -> Iterator[list[str]]:
    """The lines of each paragraph of a page whose full lines are `width` columns wide."""
    leading = _leading(lines)
    taken: list[str] = []
    for number, line in enumerate(lines):
        if taken and _parted(lines[number - 1], line, leading, width):
            yield taken
            taken = []
        taken.append(line.text)
    if taken:
        yield taken


def heading(lines: Iterable[Line]) -> str | None:
    """What the first page is headed: its largest lines, if they are larger than most."""
    known = [line for line in lines if any(map(str.isalpha, line.text))]
    if len(known) < 2:
        return None
    largest = max(line.size for line in known)
    alone = all(line.size <= 0.98 * largest for line in known[1:])
    if alone and not known[0].text.endswith((".", "。")):  # however little stands below it
        body = known[1:]
    elif len(known) < 3:
        return None
    else:
        body = known
    usual = median(size for line in body for size in [line.size] * min(len(line.text), 100))
    if largest < 1.15 * usual:
        return None
    start = next(at for at, line in enumerate(known) if line.size > 0.98 * largest)
    taken = []
    for line in known[start : start + 4]:
        if line.size <= 0.98 * largest:
            break
        taken.append(line.text)
    return " ".join(taken)


def furniture(pages: Sequence[Sequence[Line]]) -> set[tuple[int, int]]:
    """Which lines (page, line) stand at the edge of page after page: running heads and numbers.

    A head that is words stays where it first stands: it may be the title.
    """
    seen: dict[tuple[bool, str], list[tuple[int, int]]] = {}
    taken: set[tuple[int, int]] = set()
    for index, lines in enumerate(pages):
        order = [at for _, at in sorted((-line.y, at) for at, line in enumerate(lines))]
        apart = 1.4 * _leading(lines)
        for top, downward in ((True, order), (False, order[::-1])):
            parted = _parted_edge(lines, downward, apart)
            if len(pages) < _RUNNING:  # nothing runs there: a number must say what it is
                taken.update(
                    (index, at) for at in parted if _is_folio(lines[at].text, index, len(pages))
                )
            for at in parted or _number_at(lines, downward):
                for key in _keys(lines[at].text, index):
                    seen.setdefault((top, key), []).append((index, at))
    for (_, key), places in seen.items():
        span = places[-1][0] - places[0][0] + 1
        # Heads of left and right pages alternate.
        if len(places) >= _RUNNING and 3 * len(places) >= span:
            taken.update(places[1:] if any(map(str.isalpha, key)) else places)
    return taken


def _parted_edge(lines: Sequence[Line], order: Sequence[int], apart: float) -> Sequence[int]:
    """The first lines of `order` if they stand apart from the text."""
    for count in range(1, min(_EDGE, len(order) - 1) + 1):
        if abs(lines[order[count - 1]].y - lines[order[count]].y) > apart:
            return order[:count]
    return []


def _number_at(lines: Sequence[Line], order: Sequence[int]) -> Sequence[int]:
    """The first line of `order` if it is a number alone."""
    return [at for at in order[:1] if not any(map(str.isalpha, lines[at].text))]


def _is_folio(text: str, index: int, count: int) -> bool:
    """Whether `text` is the number of a page, and may be how many there are, and says no more."""
    told = [int(match[0]) for match in _DIGITS.finditer(text)]
    if told not in ([index + 1], [index + 1, count]):
        return False
    return bool(_FOLIO.fullmatch("".join(_DIGITS.sub("#", text).split()).casefold()))


def _keys(text: str, index: int) -> Iterator[str]:
    """What `text` has in common with its like on other pages: itself, but for a page's number."""
    if len(text) > 200:
        return
    if any(map(str.isalpha, text)):
        yield text
    for match in list(_DIGITS.finditer(text))[:4]:
        beyond = int(match[0]) - index
        yield f"{text[: match.start()]}\0{beyond}\0{text[match.end() :]}"


def _parted(before: Line, line: Line, leading: float, width: float) -> bool:
    """Whether a paragraph ends between two lines."""
    if not 0.87 < line.size / before.size < 1.15:
        return True
    gap = before.y - line.y
    ended = before.text.endswith(_ENDS)
    if gap < -0.1 * line.size or gap > 8 * line.size:  # another column, or below a picture
        return ended or not line.text[0].islower()
    if gap > 1.35 * leading or _ITEM.match(line.text):
        return True
    if not ended:
        return False
    return line.x > before.x + 0.8 * line.size or columns(before.text) < 0.7 * width


def _leading(lines: Sequence[Line]) -> float:
    """How far apart the lines of a paragraph stand, which is how most of a page's do."""
    gaps = sorted(
        before.y - line.y
        for before, line in pairwise(lines)
        if 0.7 * line.size < before.y - line.y < 3 * line.size
    )
    if gaps:
        return gaps[len(gaps) * 2 // 5]  # most of a page are lines, not gaps
    return 1.3 * max((line.size for line in lines), default=1.0)


def full_width(lines: Sequence[Line]) -> float:
    """How long a full line of a page is, in columns."""
    lengths = sorted(columns(line.text) for line in lines)
    return lengths[len(lengths) * 3 // 4] if lengths else 0.0


def _position(cm: Sequence[float], tm: Sequence[float], size: float) -> tuple[float, float, float]:
    """Where on the page a stretch stands, as its own direction has it, and how large it is."""
    a, b = tm[0] * cm[0] + tm[1] * cm[2], tm[0] * cm[1] + tm[1] * cm[3]
    c, d = tm[2] * cm[0] + tm[3] * cm[2], tm[2] * cm[1] + tm[3] * cm[3]
    x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
    y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
    large = abs(size) * math.hypot(c, d)
    if not all(map(math.isfinite, (x, y, large))):
        return 0.0, 0.0, 1.0
    if abs(b) > abs(a):  # turned by a quarter
        x, y = (y, -x) if b > 0 else (-y, x)
    elif a < 0:
        x, y = -x, -y
    return x, y, large or 1.0
