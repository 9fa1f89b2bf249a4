"""Where quoted words stand in a text: nothing but white space, quotation marks, dashes and what
nobody sees in the text may differ, and no word is cut.

Both are cut into units, which are whole words or single characters; the text's and the
quote's are joined by a character that no unit holds, and one search finds the one in the other.
So no place can begin or end within a word, and the time is linear in both.
"""

from __future__ import annotations

import re
from bisect import bisect_left

from index.hidden import bare, unmarked

# Hangul syllables are parted by no space from what is joined to them, as Han and Kana are, and
# these scripts of the South-East write none between words at all.
_UNSPACED = (
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e81-\u0eb0\u0eb2\u0eb3\u0ec0-\u0ec6\u1000-\u102a"
    "\u103f\u1050-\u1055\u1100-\u115f\u1780-\u17b3\u3005-\u3007\u3041-\u3096\u309d-\u30fa"
    "\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u9fff\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff"
    "\uff66-\uffdc\U00020000-\U0003ffff"
)
# What is written upon or into the character before it, the vowels and finals of Hangul among it.
_UPON = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc"
    "\u09be-\u09cd\u09d7\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03"
    "\u0b3c\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0bd7\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83"
    "\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3b\u0d3c\u0d3e-\u0d4d\u0d57\u0dca-\u0df3\u0e31"
    "\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u1056-\u1059"
    "\u1160-\u11ff\u17b4-\u17d3\u1ab0-\u1aff\u1dc0-\u1dff\u200d\u20d0-\u20ff\u302a-\u302f"
    "\u3099\u309a\ua8e0-\ua8f1\ud7b0-\ud7fb\ufe00-\ufe0f\ufe20-\ufe2f\U0001f3fb-\U0001f3ff"
    "\U000e0100-\U000e01ef"
)
QUOTES = "\"'`´«»ʹʺʻʼʽˈˊˋ˝‘’‚‛“”„‟′″‴‵‶‷‹›⁗「」『』❛❜❝❞❟❠〝〞〟﹁﹂﹃﹄＂＇｀｢｣"
_POINTS = ".,٫٬"
DASHES = r"\-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2e3a\u2e3b\ufe58\ufe63\uff0d"
# The parts of 1,250.75 are no words of their own, nor is "can" where "can't" is said.
_UNIT = re.compile(
    rf"(?P<space>\s+)|(?P<quotes>[{QUOTES}]+)|(?P<dashes>[{DASHES}]+)"
    rf"|(?:[^\W_{_UNSPACED}{QUOTES}]++(?:[{_UPON}]++|(?<=\d)[{_POINTS}](?=\d))?)+"
    rf"(?:(?<=[nN])[{QUOTES}][tT](?!\w))?"
    rf"|.[{_UPON}]*",
    re.DOTALL,
)
_UPON_IT = re.compile(f"[{_UPON}]")
_WITHIN_WORDS = _POINTS + QUOTES
_ALIKE = {"space": " ", "quotes": '"', "dashes": "-"}
_BESIDE = re.compile(rf"[\W_{QUOTES}]+")  # all that is no letter or digit
_JOINT = "\n"  # white space, which no unit holds once it is spelled


def find_quote(words: str, text: str, start: int, end: int, near: int) -> tuple[int, int] | None:
    """The place of `words` in `text[start:end]` that is nearest to `near`, or None.

    A place where they stand letter by letter goes before all others. No place begins or ends
    within a word, but where `start` or `end` do. Words without a letter or digit stand nowhere.
    Marks that are put around the whole quote may be the quoter's own. Who quotes was shown marks
    for what is hidden, and may leave them out.
    """
    found = _find(words, text, start, end, near)
    if found is not None:
        return found
    start, end = max(0, start), min(end, len(text))
    visible, places = bare(text[start:end])
    if len(places) == end - start:
        return None
    wanted, _ = bare(unmarked(words))
    at = _find(wanted, visible, 0, len(visible), bisect_left(places, near - start))
    return at and (start + places[at[0]], start + places[at[1] - 1] + 1)


def _find(words: str, text: str, start: int, end: int, near: int) -> tuple[int, int] | None:
    """As `find_quote`, with nothing unseen left out."""
    words = words.strip()
    if not any(ch.isalnum() and ch not in QUOTES for ch in words):
        return None
    start, end = max(0, start), min(end, len(text))
    near = min(max(near, start), end)
    exact = _around(words, text, start, end, near)
    if exact:
        at = min(exact, key=lambda each: abs(each - near))
        stop = at + len(words)
        if (at == start or not _cut(text, at)) and (stop == end or not _cut(text, stop)):
            return at, stop
    if not exact and _BESIDE.sub("", words) not in _BESIDE.sub("", text[start:end]):
        return None  # as most that are no quotes; and quick
    for literal in (True, False) if exact else (False,):
        found = _search(words, text, start, end, near, literal)
        if found is not None:
            return found
    inner = _inner(words)
    return _find(inner, text, start, end, near) if inner != words else None


def _inner(words: str) -> str:
    """`words` without the white space and quotation marks around them; some are neither."""
    inner = [at for at, ch in enumerate(words) if ch not in QUOTES and not ch.isspace()]
    return words[inner[0] : inner[-1] + 1]


def _search(
    words: str, text: str, start: int, end: int, near: int, literal: bool
) -> tuple[int, int] | None:
    """Where the units of `words` follow each other in those of `text[start:end]`."""
    wanted, _, _ = _units(words, 0, len(words), literal)
    units, starts, ends = _units(text, start, end, literal)
    joined = _JOINT.join(["", *units, ""])
    before = bisect_left(starts, near)
    at = len(_JOINT.join(["", *units[:before]]))
    places = _around(_JOINT.join(["", *wanted, ""]), joined, 0, len(joined), at)
    if not places:
        return None
    firsts = [joined.count(_JOINT, 0, place) for place in places]
    first = min(firsts, key=lambda each: abs(starts[each] - near))
    return starts[first], ends[first + len(wanted) - 1]


def _around(words: str, text: str, start: int, end: int, near: int) -> list[int]:
    """The last place of `words` in `text[start:end]` that begins before `near`, and the first
    that does not."""
    found = []
    head = text[start : min(near + len(words) - 1, end)]
    # Backwards, for `rfind` takes the square of the time where much is alike.
    back = head[::-1].find(words[::-1])
    if back >= 0:
        found.append(start + len(head) - back - len(words))
    after = text.find(words, near, end)
    if after >= 0:
        found.append(after)
    return found


def _units(
    text: str, start: int, end: int, literal: bool
) -> tuple[list[str], list[int], list[int]]:
    """The units of `text[start:end]` as they are compared, where each begins and where it ends."""
    units: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _UNIT.finditer(text, start, end):
        unit, kind = match.group(), match.lastgroup
        if literal:
            if kind == "space":
                unit = unit.replace("\n", " \\")
        elif kind is not None:
            if kind == "space" and _tight(text[max(0, match.start() - 1) : match.end() + 1]):
                continue
            unit = _ALIKE[kind]
        elif unit[-2:-1] in QUOTES and len(unit) > 2:
            unit = f"{unit[:-2]}'{unit[-1]}"
        units.append(unit)
        starts.append(match.start())
        ends.append(match.end())
    return units, starts, ends


def _cut(text: str, at: int) -> bool:
    """Whether a unit of `text` other than a run of spaces or marks goes on at `at`."""
    if not 0 < at < len(text):
        return False
    first = at - 1
    while first and _UPON_IT.match(text, first):
        first -= 1
    if first and text[first] in _WITHIN_WORDS:
        first -= 1
    match = _UNIT.match(text, first, at + 3)
    return match is not None and match.lastgroup is None and match.end() > at


def _tight(around: str) -> bool:
    """Whether a space stands between Han, Kana or their punctuation: there a line may end
    anywhere, and no space is meant by it."""
    return len(around) > 2 and _tight_beside(around[0]) and _tight_beside(around[-1])


def _tight_beside(ch: str) -> bool:
    if ch < "\u3001":
        return False
    if ch <= "\u30ff":
        return ch not in "〄〒〓〜〝〞〟〠〰「」『』"
    return (
        "\u31f0" <= ch <= "\u9fff"
        or "\uf900" <= ch <= "\ufaff"
        or "\uff61" <= ch <= "\uff9f"
        or "\U00020000" <= ch <= "\U0003ffff"
        or ch in "！（），．：；？"
    )
