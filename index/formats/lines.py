"""Where in a page's source the words of an extracted text stand, found by the words themselves.

What extracts an article from a page tells no places. Its words do: they stand in the page in the
same order, but for what was left out, so each block of them is looked for behind the last.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from index.formats.visible import MARKS, ROW, Visible, squeezed
from index.schema import Places

Span = tuple[int, int]  # of characters in the text
Match = tuple[int, int, int]  # letters of a block, from and to, and where they are in the page

_NEAR = 200_000  # letters: how far a block is looked for before the whole page is
_ANCHOR = 40  # letters that stand elsewhere by no chance
_SEED = 12  # letters of a part that is looked for by itself
_MOST = 2 << 30  # letters that may be looked through in vain: about a second's worth
_WORD = re.compile(r"\S+")


def placed(text: str, blocks: Sequence[Span], page: Visible) -> tuple[Places, int]:
    """The lines of `page` that the `blocks` of `text` stand on, and how many letters were found.

    What was not found is said to stand between what was.
    """
    words = [_Words(text, span) for span in blocks]
    finding = _Finding(page.letters, words)
    found: list[tuple[int, int | None]] = []
    count = 0
    for i, block in enumerate(words):
        done = 0
        for first, last, at in finding.matches(i):
            if first > done:
                found.append((block.start(done), None))
            line = bisect_right(page.starts, at) - 1
            found.append((block.start(first), page.lines[line]))
            while line + 1 < len(page.starts) and page.starts[line + 1] < at + last - first:
                line += 1
                found.append((block.start(first + page.starts[line] - at), page.lines[line]))
            done = last
            count += last - first
        if done < len(block.letters):
            found.append((block.start(done), None))
    return _places(found, page.last), count


class _Words:
    """The letters of a block, and where in the text each is."""

    def __init__(self, text: str, span: Span) -> None:
        self._first, end = span
        mark = text[self._first : self._first + 2]  # ours, not the page's
        begin = self._first + 2 * (mark in MARKS)
        self._starts = array("Q")
        self._ends = array("Q")
        parts = []
        size = 0
        for match in _WORD.finditer(text, begin, end):
            if mark == ROW and match[0] == "|":
                continue
            part = squeezed(match[0])
            size += len(part)
            parts.append(part)
            self._starts.append(match.start())
            self._ends.append(size)
        self.letters = "".join(parts)

    def word(self, letter: int) -> int:
        """The first letter of the word that `letter` is in."""
        word = bisect_right(self._ends, letter)
        return self._ends[word - 1] if word else 0

    def start(self, letter: int) -> int:
        """Where in the text a letter is; the first takes with it what stands before it."""
        if not letter:
            return self._first
        word = bisect_right(self._ends, letter)
        return self._starts[word] + letter - (self._ends[word - 1] if word else 0)


class _Finding:
    """Looks for blocks of letters in a page's: for the long ones first, which cannot be mistaken,
    then for the others between them."""

    def __init__(self, page: str, blocks: Sequence[_Words]) -> None:
        self._page = page
        self._blocks = blocks
        self._left = _MOST
        self._anchors: list[int] = []
        end = 0
        for block in blocks:
            letters = block.letters
            at = self._find(letters, end) if len(letters) >= _ANCHOR else -1
            self._anchors.append(at)
            if at >= 0:
                end = at + len(letters)
        self._next = self._followers()
        self._end = 0

    def matches(self, i: int) -> Iterator[Match]:
        """The parts of block `i` that were found; to be asked for in the blocks' order."""
        block, at = self._blocks[i].letters, self._anchors[i]
        if at < 0:
            limit = self._next[i]
            if limit < self._end:
                limit = len(self._page)
            at = self._page.find(block, self._end, min(limit, self._end + _NEAR)) if block else -1
            if at < 0 and block:
                at = self._find(block, self._end)
            if at < 0:
                yield from self._parts(self._blocks[i], limit)
                return
        self._end = at + len(block)
        yield 0, len(block), at

    def _followers(self) -> list[int]:
        """For each block, where the next anchor behind it is."""
        following = len(self._page)
        found = []
        for at in reversed(self._anchors):
            found.append(following)
            if at >= 0:
                following = at
        return found[::-1]

    def _find(self, letters: str, start: int) -> int:
        """Where `letters` are: soon after `start`, later, or before; -1 if nowhere."""
        at = self._page.find(letters, start, start + _NEAR)
        if at < 0 < self._left:
            at = self._page.find(letters, start)
            if at < 0:
                at = self._page.find(letters)
            if at < 0:
                self._left -= len(self._page) + 1000
        return at

    def _parts(self, words: _Words, limit: int) -> Iterator[Match]:
        """What of a block is found when something was left out of its middle, or put in."""
        block = words.letters
        before: Match | None = None
        done = 0
        while done + _SEED <= len(block) and self._left > 0:
            until = min(limit, self._end + _NEAR)
            at = self._page.find(block[done : done + _SEED], self._end, until)
            if at < 0:
                self._left -= max(0, until - self._end) + 1000
                done += _SEED // 2
                continue
            size = _common(block, done, self._page, at)
            if before:
                # What was left out may begin with the letters that follow it.
                back = self._back(words, before, done, at)
                yield before[0], before[1] - back, before[2]
                done, at, size = done - back, at - back, size + back
            before = done, done + size, at
            done += size
            self._end = at + size
        if before:
            yield before

    def _back(self, words: _Words, before: Match, done: int, at: int) -> int:
        """How many letters before `done` belong to its word and not to the match before it."""
        back = done - words.word(done)
        if done != before[1] or back >= before[1] - before[0]:
            return 0
        return back if self._page.startswith(words.letters[done - back : done], at - back) else 0


def _common(a: str, i: int, b: str, j: int) -> int:
    """How many characters `a` from `i` and `b` from `j` have in common."""
    low, step = 0, _SEED
    while step:
        if a[i + low : i + low + step] == b[j + low : j + low + step] and i + low + step <= len(a):
            low += step
            step *= 2
        else:
            step //= 2
    return low


def _places(found: Sequence[tuple[int, int | None]], last: int) -> Places:
    """A place for each stretch on one line, and for one not found the lines around it."""
    spans: list[tuple[int, int, int]] = []
    following = last
    after = []
    for _, line in reversed(found):
        after.append(following)
        following = following if line is None else line
    known = 1
    for (start, line), ahead in zip(found, reversed(after), strict=True):
        if line is None:
            first, end = min(known, ahead), max(known, ahead)
        else:
            first = end = known = line
        if not spans or spans[-1][1:] != (first, end):
            spans.append((start if spans else 0, first, end))
    if not spans:
        spans.append((0, 1, last))
    starts, firsts, lasts = zip(*spans, strict=True)
    return Places("lines", starts, firsts, lasts)
