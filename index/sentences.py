"""Where the sentences of a text stand, in any script, with exact offsets.

Sentences end at a line's end, unless the text is hard-wrapped there; at the full stops of
Chinese and Japanese, unless a quotation goes on as part of a longer sentence; and at `.`, `!`
and `?` before white space, unless the stop belongs to an abbreviation, an initial or the number
of a clause.
"""

from __future__ import annotations

import re
from bisect import bisect_right

from index.paragraphs import LEAST_WRAPPED, columns, paragraphs, runs_on

# A run of final punctuation, and the quotation marks and brackets that close after it.
_STOP = re.compile(
    r"[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]+"
    r"|(?:[。！？｡．؟।॥።]+|[.!?…]+)[”’」』）】》〉\"'\)\]]*"
)
_BREAKS = "\r\n\v\f\x1c\x1d\x1e\x85\u2028\u2029"
# A line's end that a paragraph may go on behind.
_WITHIN = re.compile(r"\S[ \t]*(\r\n|[\r\n])[ \t]*(?=(\S))")
_CLOSERS = "”’」』）】》〉\"')]"
# What follows a closed quotation that is only a part of the sentence around it.
_QUOTED = "」』”’"
_GOES_ON = "とってのなはがをにもで、，,"
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sen rep gov gen col lt sgt capt rev hon pres st mt ft no nos vol pp fig "
    "eq vs etc inc ltd co corp jr sr bros dept est approx al eds ed jan feb mar apr jun jul aug "
    "sep sept oct nov dec mon tue tues wed thu thurs fri sat sun ave blvd rd ph d.c cf viz art "
    "sec ch max min tel e.g i.e a.m p.m".split()
)
# Those that a sentence may well end with: the next word's capital decides.
_MAY_END = frozenset("etc inc ltd co corp jr sr bros d.c a.m p.m al est no".split())
_LAST_WORD = re.compile(r"[^\W\d_](?:\.?[^\W_])*$")
# What a clause or an item begins with: its number, and a heading of few words, "4. Deposit".
_NUMBERED = (
    r"\(?(?:\d{1,3}(?:\.\d{1,3}){0,4}|[A-Za-z]|[ivx]{2,4}|[IVX]{2,4})"
    r"(?:[.)] {1,4}[^\W\d_][\w'’-]*(?: (?:[\w'’-]+|&)){0,2})?"
)
_LONGEST_NUMBERED = 60
_IN_LINE = r"[ \t\xa0\u3000]*\S"


def sentences(text: str) -> list[tuple[int, int]]:
    """`[start, end)` of each sentence, in order, without the white space around it.

    Every character that is not white space lies in exactly one sentence. Linear time.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    joints = _joints(text)
    for match in _STOP.finditer(text):
        end = match.end()
        if match.start() in joints:
            continue
        if not _ends_sentence(text, start, match.start(), end):
            continue
        _append(text, start, end, spans)
        start = end
    _append(text, start, len(text), spans)
    return spans


def _joints(text: str) -> frozenset[int]:
    """Where lines end that a sentence goes on behind: those of hard-wrapped paragraphs.

    Beside them a line goes on that is long, stops at a word, and has a small letter after it.
    """
    if len(text) <= LEAST_WRAPPED:
        return frozenset()
    ends = list(_WITHIN.finditer(text))
    if not ends:
        return frozenset()
    edges = [edge for each in paragraphs(text) if each.wrapped for edge in (each.start, each.end)]
    return frozenset(
        match.start(1)
        for match in ends
        if bisect_right(edges, match.start()) % 2 or _goes_on(text, match)
    )


def _goes_on(text: str, end: re.Match[str]) -> bool:
    """Whether the line that ends at `end` is long, and unfinished."""
    before, after = end[0][0], end[2]
    if not (runs_on(before, after) and (before.isalnum() or before in ",-–—")):
        return False
    line = text[max(0, end.start() - 2 * LEAST_WRAPPED) : end.start() + 1].splitlines()[-1]
    return columns(line.strip()) >= LEAST_WRAPPED


def _append(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start == end:
        return
    # Leftover closing marks belong to the sentence before them.
    if spans and all(c in _CLOSERS for c in text[start:end]):
        before = text[spans[-1][1] : start]
        if not any(c in _BREAKS for c in before):
            spans[-1] = (spans[-1][0], end)
            return
    spans.append((start, end))


def _ends_sentence(text: str, start: int, stop: int, end: int) -> bool:
    mark = text[stop]
    if mark in _BREAKS:
        return True
    following = text[end : end + 1]
    if mark in ".…" or mark in "!?":
        # A class of all Han and Hangul would take the pattern a millisecond to compile.
        if following and not (following.isspace() or _eastern(following)):
            return False
        return _western_end(text, start, stop, end)
    return not (following and following in _GOES_ON and text[end - 1] in _QUOTED)


def _eastern(ch: str) -> bool:
    return "\u3040" <= ch <= "\u9fff" or "\uac00" <= ch <= "\ud7a3"


def _western_end(text: str, start: int, stop: int, end: int) -> bool:
    following = text[end : end + 80].lstrip()
    if not following or text[end : end + 1] in _BREAKS:
        return True
    head = following.lstrip("“‘\"'([「『（《")[:1] or following[0]
    if text[stop] in "!?":
        # He asked "Why?" and left.
        return not (end - stop > 1 and head.islower())
    if text[stop : stop + 3] == "..." or text[stop] == "…":
        return not head.islower()
    if head.islower() or _numbers(text, start, stop, end):
        return False
    if end - stop > 1:
        return True
    word = _LAST_WORD.search(text, max(start, stop - 24), stop)
    if word is None:
        return True
    letters = word.group().lower()
    if letters in _ABBREVIATIONS:
        return letters in _MAY_END and head.isupper() and letters != "no"
    if len(letters) == 1 and word.group().isupper():
        # An initial ("John F. Kennedy", "S. Korea"): the stop is its own.
        return False
    if "." in letters and len(letters.replace(".", "")) * 2 - 1 == len(letters):
        # "U.S." before a capital is more often "U.S. Secretary" than an end.
        return False
    return True


def _numbers(text: str, start: int, stop: int, end: int) -> bool:
    """Whether the text up to the stop numbers, or heads, the sentence behind it in its line."""
    if stop - start > _LONGEST_NUMBERED or (start and text[start - 1] not in _BREAKS):
        return False
    if not re.fullmatch(_NUMBERED, text[start:stop].lstrip()):
        return False
    return bool(re.match(_IN_LINE, text[end : end + 200]))
