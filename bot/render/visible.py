"""Text from documents as a terminal may have it: nothing hidden, nothing obeyed, wrapped to fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unicodedata import category, combining, east_asian_width

from bot.render.flat import flat
from index.hidden import escaped, spelled

# Of the characters that steer others, those that writing in some scripts needs: soft hyphen,
# zero-width space, (non-)joiner, direction marks. The others can make a text read as another.
_HARMLESS = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060")
_NEVER_FIRST = frozenset(
    ",.;:!?)]}%,。、．；：！？）］｝〉》」』】〕〗’”…·ー々ぁぃぅぇぉっゃゅょァィゥェォッャュョ"
)
_NEVER_LAST = frozenset("([{（［｛〈《「『【〔〖‘“")


def visible(text: str) -> str:
    """`text` on one line, with white space made plain and what is hidden in it spelled out."""
    if text.isascii() and text.isprintable():
        return text
    text = spelled(text)
    return text if text.isprintable() else "".join(_spell(ch) for ch in flat(text))


def _spell(ch: str) -> str:
    if ch.isprintable() or ch in _HARMLESS:
        return ch
    kind = category(ch)
    if kind == "Zs":
        return ch
    if kind == "Co" or kind == "Cn":  # a font may know it; it steers nothing
        return ch
    return escaped(ch)


def columns_of(text: str) -> int:
    """How many columns of a terminal `text` fills."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(ch: str) -> int:
    if ch < "\u0300":
        return 0 if ch == "\u00ad" else 1
    if combining(ch) or category(ch) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if east_asian_width(ch) in "WF" else 1


def cut(text: str, columns: int) -> str:
    """`text`, or as much of it as fits into `columns` with an ellipsis after it."""
    if columns_of(text) <= columns:
        return text
    kept, room = [], columns - 1
    for ch in text:
        room -= _columns(ch)
        if room < 0:
            break
        kept.append(ch)
    return "".join(kept).rstrip() + "…"


def wrap(text: str, columns: int | None, last: int = 0) -> list[str]:
    """`text` in lines of at most `columns`, leaving room for `last` more on the last one.

    Breaks at spaces, and beside Han and Kana where typesetting allows it; None never breaks.
    """
    if columns is None:
        return [text]
    lines: list[str] = []
    line, filled = "", 0
    for piece in _pieces(text, columns):
        stripped = piece.rstrip(" ")
        if filled and filled + columns_of(stripped) > columns:
            lines.append(line.rstrip(" "))
            line, filled = "", 0
        line += piece
        filled += columns_of(piece)
    line = line.rstrip(" ")
    lines.append(line)
    if last and columns_of(line) + last > columns:
        lines.append("")
    return lines


def _pieces(text: str, columns: int) -> Iterator[str]:
    """What may not be broken, each with the spaces after it."""
    start = 0
    for at in range(1, len(text)):
        if _breaks(text[at - 1], text[at]):
            yield from _chopped(text[start:at], columns)
            start = at
    if start < len(text):
        yield from _chopped(text[start:], columns)


def _breaks(before: str, after: str) -> bool:
    if after == " ":
        return False
    if before == " ":
        return True
    if before < "\u2e80" and after < "\u2e80":
        return False
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return False
    return _ideographic(before) or _ideographic(after)


def _ideographic(ch: str) -> bool:
    """Han, Kana and their punctuation; Hangul is written with spaces and breaks there."""
    if ch < "\u2e80" or "\u3130" <= ch <= "\u318f" or "\uac00" <= ch <= "\ud7af":
        return False
    return east_asian_width(ch) in "WF"


def _chopped(piece: str, columns: int) -> Sequence[str]:
    if columns_of(piece.rstrip(" ")) <= columns:
        return (piece,)
    parts, part, filled = [], "", 0
    for ch in piece:
        wide = _columns(ch)
        if part and filled + wide > columns:
            parts.append(part)
            part, filled = "", 0
        part += ch
        filled += wide
    return (*parts, part)
