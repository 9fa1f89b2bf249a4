"""Which characters of a text nobody sees, though no script needs them where they stand.

By them a text says one thing to its readers and another to a program. They are never taken out of
a text: its offsets would be those of another. They are told where they stand, and marked wherever
the text is shown or handed on.
"""

from __future__ import annotations

import re
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

# What shows nothing of itself: controls but for white space, fillers, joiners, direction, variants
# of a character, and what Unicode keeps for more of them. In order, each a first and a last.
_UNSEEN = (
    "\0\x08\x0e\x1b\x7f\x84\x86\x9f\u00ad\u00ad\u034f\u034f\u061c\u061c\u115f\u1160\u17b4\u17b5"
    "\u180b\u180f\u200b\u200f\u202a\u202e\u2060\u206f\u3164\u3164\ufe00\ufe0f\ufeff\ufeff\uffa0\uffa0"
    "\ufff0\ufffb\U0001bca0\U0001bca3\U0001d173\U0001d17a\U000e0000\U000e0fff"
)
# Scripts, likewise, whose letters join or part by such a character: Arabic and its kin, the Indic
# ones, Mongolian; those of the South-East part words by a zero-width space.
_JOINING = "\u0590\u08ff\u0900\u0dff\u0f00\u109f\u1780\u18af\ufb1d\ufdff\ufe70\ufefc"
_SPACELESS = "\u0e00\u0eff\u0f00\u109f\u1780\u17ff\u1950\u19ff\u1a20\u1aaf"
_RIGHT_TO_LEFT = "\u0590\u08ff\ufb1d\ufdff\ufe70\ufefc"
_MONGOLIAN = "\u1800\u18af"
_ACCENTS = "\u0300\u036f\u0591\u05bd"
_HAN = "\u3400\u9fff\uf900\ufaff\U00020000\U0003ffff"
_VARYING = _HAN + "\u1000\u109f\u2200\u22ff\u2a00\u2aff\u3001\u3002！！，，．．：；？？"
_SYMBOLS = "##**09©©®®‼‼⁉⁉〰〰〽〽㊗㊗㊙㊙\u2100\u2bff\U0001f000\U0001faff"
# The flags of England, Scotland and Wales, behind the black one.
_FLAG = "\U0001f3f4"
_FLAGS = tuple(
    "".join(chr(0xE0000 + ord(ch)) for ch in name) + "\U000e007f"
    for name in ("gbeng", "gbsct", "gbwls")
)
_SPELLED = 3  # a longer stretch is counted
_MOST_SAID = 200  # characters
_MARK = r"\[\d[\d,]* hidden characters?\]"

Span = tuple[int, int]


@cache
def _unseen() -> re.Pattern[str]:
    """Late, for so large a class takes milliseconds: few texts need it."""
    pairs = zip(_UNSEEN[::2], _UNSEEN[1::2], strict=True)
    return re.compile(f"[{''.join(f'{re.escape(a)}-{re.escape(b)}' for a, b in pairs)}]+")


@cache
def _any() -> frozenset[str]:
    """Those of the unseen that are not many."""
    pairs = list(zip(_UNSEEN[::2], _UNSEEN[1::2], strict=True))[:-1]
    return frozenset(chr(each) for a, b in pairs for each in range(ord(a), ord(b) + 1))


def is_unseen(ch: str) -> bool:
    """Whether a character shows nothing of itself, whether or not a script needs it."""
    return ch in _any() or _UNSEEN[-2] <= ch <= _UNSEEN[-1]


def spans(text: str) -> list[Span]:
    """The stretches `[start, end)` of `text` that nobody sees and no script needs, in order."""
    if text.isascii() and text.isprintable():
        return []
    there = set(text)
    if there.isdisjoint(_any()) and max(there) < _UNSEEN[-2]:
        return []
    found = [match.span() for match in _unseen().finditer(text)]
    return [span for span in found if not _is_ordinary(text, *span)]


def _is_ordinary(text: str, start: int, end: int) -> bool:
    """Whether the script needs what is unseen there, or it can hide nothing."""
    run, before, after = text[start:end], text[max(0, start - 1) : start], text[end : end + 1]
    if len(run) > 1:
        if run == "\ufe0f\u200d":
            return _of(before, _SYMBOLS) and _of(after, _SYMBOLS)
        return before == _FLAG and run in _FLAGS
    within = before.isalnum() and after.isalnum()
    if run == "\u00ad":
        return True
    if run == "\u200b":  # a line may end there; within a word it hides the word
        return not within or _of(before, _SPACELESS) or _of(after, _SPACELESS)
    if run in "\u200e\u200f\u061c":
        return not within or _of(before, _RIGHT_TO_LEFT) or _of(after, _RIGHT_TO_LEFT)
    if run == "\u200d" and _of(before, _SYMBOLS):
        return _of(after, _SYMBOLS)
    if run in "\u200c\u200d":
        return _of(before, _JOINING)
    if run in "\ufe0e\ufe0f":
        return _of(before, _SYMBOLS)
    if "\ufe00" <= run <= "\ufe02":
        return _of(before, _VARYING)
    if "\U000e0100" <= run <= "\U000e01ef":
        return _of(before, _HAN)
    if "\u180b" <= run <= "\u180f":
        return _of(before, _MONGOLIAN)
    if run == "\u034f":
        return _of(before, _ACCENTS) or _of(after, _ACCENTS)
    if run == "\u1160":
        return "\u1100" <= before <= "\u115e"
    if run == "\u115f":
        return "\u1161" <= after <= "\u11a7"
    return run == "\ufeff" and start == 0  # of the whole text


def _of(ch: str, ranges: str) -> bool:
    """Whether `ch` is in one of `ranges`, which are each a first and a last."""
    pairs = zip(ranges[::2], ranges[1::2], strict=True)
    return any(first <= ch <= last for first, last in pairs)


def count(text: str) -> int:
    """How many characters of `text` are hidden."""
    return sum(end - start for start, end in spans(text))


def mostly(text: str) -> bool:
    """Whether half of `text` or more is hidden: what is left of it was put there as a cover."""
    return 2 * count(text) >= len(text) > 0


def marked(text: str) -> str:
    """`text` with "[12 hidden characters]" in the place of such, for whoever takes it as it is."""
    return _with(text, lambda run: _mark(len(run)))


def spelled(text: str) -> str:
    """As `marked`, but of a few characters each is named."""
    return _with(
        text,
        lambda run: "".join(map(escaped, run)) if len(run) <= _SPELLED else _mark(len(run)),
    )


def seen(text: str) -> str:
    """`text` as its readers see it: without what is hidden."""
    return _with(text, lambda _: "")


def unmarked(text: str) -> str:
    """`text` without the marks that `marked` put there, and without what is hidden."""
    return seen(re.sub(_MARK, "", text) if " hidden character" in text else text)


def bare(text: str) -> tuple[str, list[int]]:
    """`text` without all that shows nothing, needed or not, and where each character of it
    stands in `text`."""
    places = [at for at, ch in enumerate(text) if not is_unseen(ch)]
    return "".join(map(text.__getitem__, places)), places


def said(text: str) -> str:
    """What the hidden characters of `text` spell, where they stand for letters; "" if nothing.

    Tags are copies of ASCII; of 256 variants of a character each may be a byte.
    """
    letters = bytearray()
    for start, end in spans(text):
        for ch in text[start:end]:
            code = ord(ch)
            if 0xE0020 <= code <= 0xE007E:
                letters.append(code - 0xE0000)
            elif 0xFE00 <= code <= 0xFE0F:
                letters.append(code - 0xFE00)
            elif 0xE0100 <= code <= 0xE01EF:
                letters.append(code - 0xE0100 + 16)
    told = letters.decode("utf-8", "replace")
    told = " ".join("".join(ch if ch.isprintable() else " " for ch in seen(told)).split())
    if sum(ch.isalnum() for ch in told) * 2 <= len(told):
        return ""  # some code of somebody's
    return told if len(told) <= _MOST_SAID else told[: _MOST_SAID - 1] + "…"


def escaped(ch: str) -> str:
    """A character by its code, as programmers write it: `\\x1b`, `\\u200b`."""
    code = ord(ch)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _with(text: str, instead: Callable[[str], str]) -> str:
    parts: list[str] = []
    at = 0
    for start, end in spans(text):
        parts += text[at:start], instead(text[start:end])
        at = end
    return "".join((*parts, text[at:])) if at else text


def _mark(size: int) -> str:
    return f"[{size:,} hidden character{'' if size == 1 else 's'}]"
