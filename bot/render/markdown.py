"""Text of documents, models and people inside Discord's Markdown: shown as it is, never obeyed.

Escaped text is made of atoms, a character as a reader sees it with its escapes. What cuts or
splits text does so between atoms.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from unicodedata import category, combining

from bot.render.flat import flat
from index.hidden import escaped, spelled

BREAK = "\u200b"  # a zero-width space: shows nothing, and what stands around it is no mention
ELLIPSIS = "…"

# Characters that show nothing and that no script needs between the words of a quote: soft
# hyphen, zero-width space, word joiner, byte-order mark, direction marks.
_NOTHING = frozenset("\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c")
_JOINERS = "\u200c\u200d"
_MOST_MARKS = 8  # on one base; what is piled up higher covers other people's messages
_MOST_JOINED = 32  # characters of an atom
_EXTENDING = "\u0e33\u0eb3\uff9e\uff9f"  # letters by category, and never apart from the one before

# What is obeyed anywhere in a line, and the character that a backslash or BREAK takes that from.
_OBEYED = re.compile(
    r"(?P<mention><(?=[@#/:]|[a-z]+:))"
    r"|(?P<ping>@(?=everyone|here|[!&]?\d|$))"
    r"|[\\*_`|\[\]<]|~(?=~)|(?<=~)~"
    r"|:(?=[^\s:]{0,80}:)"  # :emoji:
    r"|/(?=/)|(?<=[/:])/",  # http://
    re.IGNORECASE,
)
_PATH = re.compile(r"\.[^\W\d_][\w-]{1,62}(?::\d{1,5})?(/)")  # discord.gg/…
_FIRST = re.compile(r"[#>+-]|\d{1,9}(?P<list>[.)])(?=\s|$)")  # as the first of a line

_NET = r"com|org|net|edu|gov|mil|int|info|biz|io|ai|app|dev|gg|gift|co|tv|me|xyz|link|ly|to|cc"
ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,20}:(?:/|\\){1,3}[^\s<>「」『』（）()\[\]]+"
    r"|\b(?:javascript|data|mailto|tel|file):[^\s<>「」『』（）()\[\]]+"
    r"|(?<![\w.@-])www\.[^\s<>「」『』（）()\[\]]+"
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"
    rf"|(?<![\w.@-])(?:[\w-]{{1,63}}\.){{1,8}}(?:{_NET})(?![\w-])(?:/[^\s<>「」『』（）()\[\]]*)?"
    r"|(?<![\w.@-])(?:[a-z][\w-]{0,62}\.){1,8}[a-z]{2,24}/[^\s<>「」『』（）()\[\]]+",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """`text` on one line of Discord's Markdown, where it reads as it stands and does nothing."""
    return "".join(atoms(text))


def units(text: str) -> int:
    """The length of `text` as the strictest reader of a limit counts it, in UTF-16."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, room: int) -> str:
    """`plain(text)`, or as much of it as fits into `room` units with an ellipsis after it."""
    taken = text[: 4 * room + 99]  # enough, but for what shows nothing; an ellipsis follows then
    found = atoms(taken)
    if len(taken) == len(text) and sum(map(units, found)) <= room:
        return "".join(found)
    kept = fitting(found, 0, room - 1)
    for back in range(1, min(24, kept // 2)):
        if found[kept - back] == " ":  # rather between words than within one
            kept -= back
            break
    return "".join(found[:kept]).rstrip(" ") + ELLIPSIS


def fitting(found: list[str], start: int, room: int) -> int:
    """The end of as many atoms from `start` on as fit into `room` units."""
    end = start
    while end < len(found):
        room -= units(found[end])
        if room < 0:
            break
        end += 1
    return end


def without_addresses(text: str, known: Collection[str], instead: str) -> str:
    """`text` with `instead` in the place of each address of the net that `known` has not."""
    return ADDRESS.sub(lambda found: found[0] if _bare(found[0]) in known else instead, text)


def addresses(text: str) -> set[str]:
    """The addresses of the net in `text`, as `without_addresses` knows them."""
    return {_bare(found[0]) for found in ADDRESS.finditer(text)}


def atoms(text: str) -> list[str]:
    """`text` as `plain` has it, in pieces that must not be broken."""
    line = flat(spelled(text))
    if not (line.isascii() and line.isprintable()):
        line = flat(_shown(line))
    before, after = _escapes(line)
    found: list[str] = []
    joined = 0
    for at, ch in enumerate(line):
        piece = before.get(at, "") + ch + after.get(at, "")
        if ch > "\x7f" and at and joined < _MOST_JOINED and _joins(line, at, found[-1]):
            found[-1] += piece
            joined += 1
        else:
            found.append(piece)
            joined = 1
    return found


def _escapes(flat: str) -> tuple[dict[int, str], dict[int, str]]:
    """What has to stand before, and after, the characters that Discord would obey."""
    before, after = {}, {}
    for found in _OBEYED.finditer(flat):
        if found["ping"] is None:
            before[found.start()] = "\\"
        if found["ping"] is not None or found["mention"] is not None:
            after[found.start()] = BREAK
    for found in _PATH.finditer(flat):
        before[found.start(1)] = "\\"
    if first := _FIRST.match(flat):
        before[first.start("list") if first["list"] else 0] = "\\"
    return before, after


def _shown(text: str) -> str:
    """`text` with nothing hidden in it: steering characters are spelled out."""
    parts: list[str] = []
    last = ""  # the character before, as far as it is shown
    marks = 0
    for at, ch in enumerate(text):
        kind = category(ch)
        if ch in _NOTHING:
            continue
        if ch in _JOINERS:
            after = text[at + 1 : at + 2]
            if last > "\x7f" and last not in _JOINERS and after > "\x7f" and after not in _JOINERS:
                parts.append(ch)
                last = ch
            continue
        marks = marks + 1 if kind in ("Mn", "Me") else 0
        steers = kind in ("Cc", "Cf", "Cs", "Zl", "Zp") or (kind == "Cn" and _unseen(ch))
        if steers or marks > _MOST_MARKS or (marks and not last):
            parts.append(escaped(ch))
            last = "x"
        else:
            parts.append(ch)
            last = ch
    return "".join(parts)


def _unseen(ch: str) -> bool:
    """Whether a character that means nothing yet is one of those that never show."""
    return ch == "\u2065" or "\ufff0" <= ch <= "\ufff8" or "\U000e0000" <= ch <= "\U000e0fff"


def _joins(text: str, at: int, atom: str) -> bool:
    """Whether the character at `at` is part of `atom` before it, as a reader sees them."""
    before, ch = text[at - 1], text[at]
    kind = category(ch)
    if kind in ("Mn", "Me", "Mc") or ch in _JOINERS or ch in _EXTENDING:
        return True
    if before == "\u200d" or "\U0001f3fb" <= ch <= "\U0001f3ff":  # emoji in sequence, skin tones
        return True
    if "\U0001f1e6" <= ch <= "\U0001f1ff":  # flags are pairs
        return len(atom) == 1 and "\U0001f1e6" <= before <= "\U0001f1ff"
    if "\u1160" <= ch <= "\u11ff":  # the vowel or the end of a syllable
        return "\u1100" <= before <= "\u11ff" or "\uac00" <= before <= "\ud7a3"
    return kind == "Lo" and combining(before) == 9  # a conjunct


def _bare(address: str) -> str:
    return address.rstrip(".,;:!?'\"’”…·。，、").casefold()
