"""Where the paragraphs of a text stand, and what each looks like.

A paragraph is a line, as most files have it, or the lines of a hard-wrapped one.
"""

from __future__ import annotations

import re
from itertools import pairwise

from index.record import record, replaced

_CLOSERS = "\"'’”»)]}」』）】》〉*_` "
_STOPS = ".。．｡!?！？…؟।"
LEAST_WRAPPED = 40  # columns of the widest line of what is hard-wrapped
_FENCES = ("```", "~~~")
_WORDY = ",-–—、，"  # what may end a line of prose beside a word or a stop
# These are compiled where they are first wanted, which most questions do not: it takes 4 ms.
_INNER_STOP = r"[a-z\d][.!?][\"'’”)\]]* +\S"
_EASTERN_STOP = "(?:[가-힣][.!?][\"'’”)\\]]* +|[。！？][”’」』）】]*)\\S"
_EASTERN = "[\u1100-\u11ff\u3041-\ud7a3]+"
_WRAP = 120  # the widest column that a hard-wrapped text has
_BULLET = re.compile(
    r"(?:[-*+•·‣▪▫■□◆◇○●◎▶▷►※☞–—][ \t·]*|\(?\d{1,3}[.)][ \t]+|[①-⑳]|#{1,6}[ \t]|[|>])"
)


@record
class Paragraph:
    """`[start, end)` of a text without the white space around it; `text` stands there.

    `width` counts a character of East Asia as two. `stop` is the final punctuation mark,
    "" without; `bullet` what the first line begins with if it is an item of a list.
    """

    start: int
    end: int
    text: str
    width: int
    stop: str
    bullet: str
    wrapped: bool = False

    @property
    def prose(self) -> bool:
        """Whether this reads as running text: sentences, or too much for a title."""
        return self.width >= 80 if self.stop or self.wrapped else self.width >= 200

    @property
    def eastern(self) -> bool:
        """Whether much of it is Chinese, Japanese or Korean."""
        if self.text.isascii():
            return False
        head = self.text[:200]
        east = sum(map(len, re.findall(_EASTERN, head)))
        # Mostly it is so many that the letters need not be counted.
        return east * 3 >= len(head) or east * 3 >= sum(map(str.isalpha, head))


def paragraphs(text: str, start: int = 0) -> list[Paragraph]:
    """The paragraphs of `text` from `start`; all but white space lies in one of them."""
    found: list[Paragraph] = []
    block: list[Paragraph] = []
    position = start
    for line in (text[start:] if start else text).splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            begin = position + line.index(stripped[0])
            block.append(_paragraph(begin, stripped))
        elif block:
            found += _unwrap(text, block)
            block = []
        position += len(line)
    return found + _unwrap(text, block)


def _paragraph(start: int, text: str) -> Paragraph:
    bullet = _BULLET.match(text)
    return Paragraph(
        start,
        start + len(text),
        text,
        columns(text),
        _stop(text),
        bullet[0] if bullet else "",
        False,
    )


def columns(text: str) -> int:
    """How wide `text` is about: UTF-8 has three bytes for what is shown two columns wide."""
    return len(text) if text.isascii() else (len(text) + len(text.encode("utf-8", "replace"))) // 2


def runs_on(last: str, first: str) -> bool:
    """Whether a line that ends with `last` and stops at no stop may go on with `first`.

    Scripts without small letters use some of ours as bullets.
    """
    return first.islower() and (last.islower() or last.isupper() or not last.isalpha())


def _stop(text: str) -> str:
    last = text[-1]
    if last in _CLOSERS:
        last = text.rstrip(_CLOSERS)[-1:]
    return last if last and last in _STOPS else ""


def _unwrap(text: str, block: list[Paragraph]) -> list[Paragraph]:
    """The lines between two blank ones, joined where they were one paragraph."""
    if len(block) < 2 or not _is_wrapped(block):
        return block
    joined: list[Paragraph] = []
    for line in block:
        if line.bullet or not joined:
            joined.append(line)
        else:
            start = joined[-1].start
            width = joined[-1].width + 1 + line.width
            joined[-1] = Paragraph(
                start, line.end, "", width, line.stop, joined[-1].bullet, wrapped=True
            )
    return [
        replaced(each, text=text[each.start : each.end]) if each.wrapped else each
        for each in joined
    ]


def _is_wrapped(block: list[Paragraph]) -> bool:
    """Told by sentences that go on in the next line, or were begun and not ended in theirs; East
    Asian ones by lines of one width.

    So are texts whose every line ends where the next word would not have fitted. What ends its
    lines with other signs than running text does is code, or a table.
    """
    widest = 0
    longest = max(line.width for line in block)
    goes_on = breaks = unfinished = wordy = 0
    for line, following in pairwise(block):
        if line.width > _WRAP or line.text.startswith(_FENCES):
            return False
        if following.bullet:
            continue
        widest = max(widest, line.width)
        breaks += 1
        if not line.stop:
            unfinished += 1
            begun = bool(block[-1].stop) and (
                bool(re.search(_INNER_STOP, line.text))
                # Reports of Korea part by their lines what is not sentences.
                or (line.width >= longest - 6 and bool(re.search(_EASTERN_STOP, line.text)))
            )
            goes_on += begun or runs_on(line.text[-1], following.text[0])
            wordy += line.text[-1].isalnum() or line.text[-1] in _WORDY
    if not breaks or widest < LEAST_WRAPPED or wordy * 10 < unfinished * 6:
        return False
    if goes_on * 10 >= breaks * 4:
        return True
    if unfinished * 2 > breaks > 2 and all(
        line.width + 1 + columns(following.text.split(None, 1)[0]) > widest
        for line, following in pairwise(block)
        if not following.bullet
    ):
        return True
    full = block[:-1]
    return (
        len(block) >= 3
        and all(line.width >= widest - 6 and not line.text.isascii() for line in full)
        and block[-1].width <= widest
        and sum(not line.stop for line in full) * 2 > len(full)
    )
