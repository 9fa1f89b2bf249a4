"""The quotes of an answer in their surroundings: what stands around each, and itself in bold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.answers import Answer, Citation, Reply
from bot.render.discord_parts import MOST_MESSAGES, ROOM, Look, Message, place, raised
from bot.render.discord_told import told
from bot.render.markdown import ELLIPSIS, atoms, plain, units

_AROUND = 400  # units shown before a quote, and after it
_LINE = 1000  # units of a line; longer ones go on below, where the next word begins
_WORD = 100

_ENDS = re.compile(r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+")  # of lines

_Atom = tuple[str, bool]  # and whether it is the quote's; "\n" ends a line


def of_quotes(reply: Reply, surroundings: Sequence[str | None], look: Look) -> tuple[Message, ...]:
    """Each quote of `reply` in its surroundings, which stand in the order of the citations; None
    is for one that stands in its document no more, and is not shown.

    Of a quote that stands there twice, the one nearest to the middle is meant.
    """
    citations = reply.citations if isinstance(reply, Answer) else ()
    contents: list[str] = []
    whole: list[str] = []  # for a file, of what is too long
    for at, citation in enumerate(citations):
        around = surroundings[at] if at < len(surroundings) else ""
        if around is None:
            continue
        lines = [f"> {line}" for line in _lines(_atoms(citation.quote, around))]
        head = _head(citation, look)
        whole.append("\n\n".join([_head(citation, look, whole=True), "\n".join(lines)]))
        new = True
        for line in lines:
            more = f"\n\n-# {head}\n{line}" if new else f"\n{line}"
            if contents and units(contents[-1]) + units(more) <= ROOM:
                contents[-1] += more
            else:  # each message says where its words stand
                contents.append(f"-# {head}\n{line}")
            new = False
    if None in surroundings:
        note = f"-# {look.words.note}: {plain(told('file_changed', look.language))}"
        contents.append(note)
        whole.append(note)
    if len(contents) <= MOST_MESSAGES:
        return tuple(map(Message, contents))
    *first, last = contents[:MOST_MESSAGES]
    last += f"\n-# {plain(look.words.in_file.format('quotes.md'))}"
    file = "\n\n".join(whole).replace("&", "\\&").encode("utf-8", "replace")
    return (*map(Message, first), Message(last, file=("quotes.md", file)))


def _head(citation: Citation, look: Look, *, whole: bool = False) -> str:
    where = place(
        citation.file,
        citation.locator,
        citation.title,
        citation.date,
        look,
        also=citation.also,
        whole=whole,
    )
    return f"{raised(citation.n)} {where}"


def _atoms(quote: str, around: str) -> Iterator[_Atom]:
    """`around`, cut to what is near `quote` in it; the quote alone where it is not in it."""
    start = _middlemost(quote, around)
    if start is None:
        yield from _flat(quote, bold=True)
        return
    before = list(_flat(around[:start], bold=False))
    after = list(_flat(around[start + len(quote) :], bold=False))
    near = _near(before[::-1])[::-1]
    yield from near if len(near) == len(before) else [(ELLIPSIS, False), *near]
    yield from _flat(quote, bold=True)
    near = _near(after)
    yield from near if len(near) == len(after) else [*near, (ELLIPSIS, False)]


def _middlemost(quote: str, around: str) -> int | None:
    middle = max(0, (len(around) - len(quote)) // 2)
    before = around.rfind(quote, 0, middle + len(quote))
    after = around.find(quote, middle)
    found = [at for at in (before, after) if at >= 0]
    return min(found, key=lambda at: abs(at - middle), default=None)


def _near(flat: list[_Atom]) -> list[_Atom]:
    room = _AROUND
    for at, (atom, _) in enumerate(flat):
        room -= units(atom)
        if room < 0:
            return flat[:at]
    return flat


def _flat(text: str, *, bold: bool) -> Iterator[_Atom]:
    for nth, line in enumerate(_ENDS.split(text)):
        if nth:
            yield "\n", False
        if line[:1].isspace():
            yield " ", False
        for atom in atoms(line):
            yield atom, bold
        if line[-1:].isspace() and line.strip():
            yield " ", False


def _lines(flat: Iterator[_Atom]) -> Iterator[str]:
    """The lines that are not empty, the quote's words in bold; none too long for a message."""
    line, bold, size = "", False, 0

    def ended() -> str:
        return f"{line}**" if bold else line

    for atom, strong in flat:
        size += units(atom)
        if atom == "\n" or size > (_LINE if atom == " " else _LINE + _WORD):
            if line.strip(f"* {ELLIPSIS}"):
                yield ended().rstrip(" ")
            line, bold, size = ("" if atom == "\n" else ELLIPSIS), False, units(atom)
            if atom == "\n":
                continue
        if strong != bold:
            line += "**"
            bold = strong
        line += atom
    if line.strip("* "):
        yield ended().rstrip(" ")
