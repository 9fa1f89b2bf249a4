"""The claims among the JSON objects of a text, each as soon as its last bracket is there."""

from __future__ import annotations

import json
import re
from itertools import pairwise

from bot.forms.fields import LONGEST_KEY, MOST_CHARACTERS, PARTS, Proposal, proposal, says_none

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MOST_DEPTH = 32


class _Frame:
    """An object or a list that is open; `part` means that it belongs to a claim around it."""

    __slots__ = ("key", "opener", "part")

    def __init__(self, opener: str, part: bool) -> None:
        self.opener = opener
        self.part = part
        self.key = ""


class Objects:
    """The claims among the JSON objects of a text, with prose or fences around them.

    An object may be a claim until another opens in it that is no part of a claim: so at most
    one may at a time, and only its text is kept.
    """

    def __init__(self) -> None:
        self.read = False  # a claim was
        self.empty = False  # a list of claims was, with none in it
        self._at = 0  # characters seen
        self._frames: list[_Frame] = []
        self._deeper = 0  # brackets open beyond those that are followed
        self._opening = ""  # a bracket in prose: the next character tells whether it is JSON
        self._string = False
        self._escaped = False
        self._words = ""  # the last string, as far as a key goes
        self._comma = -1  # where a comma stands, as long as only space follows
        self._commas: list[int] = []  # those that a closing bracket followed
        self._claim: _Frame | None = None  # what may be a claim
        self._start = 0  # of it, or of `_opening`
        self._held: list[str] = []
        self._held_from = 0

    @property
    def unfinished(self) -> bool:
        """Whether a bracket is open."""
        return bool(self._frames)

    def feed(self, text: str) -> list[Proposal]:
        found: list[Proposal] = []
        offset, place = self._at, 0
        self._held.append(text)
        self._at += len(text)
        while place < len(text):
            if self._string:
                place = self._in_string(text, place)
                continue
            wanted = _SOMETHING if self._frames or self._opening else _BRACKET
            match = wanted.search(text, place)
            if match is None:
                break
            place = match.end()
            self._character(match[0], offset + match.start(), found)
        self._let_go()
        return found

    def _in_string(self, text: str, place: int) -> int:
        if self._escaped:
            self._escaped = False
            return place + 1
        match = _STRING_END.search(text, place)
        end = match.start() if match else len(text)
        if len(self._words) < LONGEST_KEY:
            self._words += text[place : min(end, place + LONGEST_KEY)]
        if match is None:
            return end
        if match[0] == "\\":
            self._escaped = True
        else:
            self._string = False
        return end + 1

    def _character(self, character: str, at: int, found: list[Proposal]) -> None:
        if not self._frames:
            self._in_prose(character, at, found)
            return
        comma, self._comma = self._comma, -1
        if character == '"':
            self._string, self._words = True, ""
        elif character == ":":
            self._frames[-1].key = self._words.strip().lower()
        elif character == ",":
            self._comma = at
        elif character in "{[":
            self._open(character, at)
        elif character in "}]":
            if comma >= 0:
                self._commas.append(comma)
            self._close("{" if character == "}" else "[", at, found)

    def _in_prose(self, character: str, at: int, found: list[Proposal]) -> None:
        opening, self._opening = self._opening, ""
        if opening == "[" and character == "]":
            self.empty = True
        elif opening and character in _FOLLOWS[opening]:
            self._open(opening, self._start)
            self._character(character, at, found)
        elif character in "{[":
            self._opening, self._start = character, at

    def _open(self, opener: str, at: int) -> None:
        if len(self._frames) == _MOST_DEPTH:
            self._deeper += 1
            self._claim = None
            return
        above = self._frames[-1] if self._frames else None
        part = above is not None and (above.part or above.key in PARTS)
        frame = _Frame(opener, part)
        self._frames.append(frame)
        if opener == "{" and not part:
            self._claim, self._start, self._commas = frame, at, []

    def _close(self, opener: str, at: int, found: list[Proposal]) -> None:
        if self._deeper:
            self._deeper -= 1
            return
        if all(frame.opener != opener for frame in self._frames):
            return
        while (frame := self._frames.pop()).opener != opener:
            if frame is self._claim:
                self._claim = None
        if frame is self._claim:
            self._claim = None
            if at + 1 - self._start <= MOST_CHARACTERS:
                self._finish(at + 1, found)

    def _finish(self, end: int, found: list[Proposal]) -> None:
        held = "".join(self._held)
        self._held = [held]  # joined once, however many claims it holds
        cuts = [self._start - 1, *self._commas, end]
        text = "".join(
            held[a + 1 - self._held_from : b - self._held_from] for a, b in pairwise(cuts)
        )
        value = _loaded(text)
        if claim := proposal(value):
            found.append(claim)
            self.read = True
        elif says_none(value):
            self.empty = True

    def _let_go(self) -> None:
        """Keep only what may yet turn out to be a claim."""
        if self._claim and self._at - self._start > MOST_CHARACTERS:
            self._claim = None
        if self._claim is None and not self._opening:
            self._held, self._held_from = [], self._at
        elif self._start - self._held_from > MOST_CHARACTERS:
            self._held = ["".join(self._held)[self._start - self._held_from :]]
            self._held_from = self._start


_BRACKET = re.compile(r"[{\[]")
_SOMETHING = re.compile(r"\S")
_STRING_END = re.compile(r'["\\]')
_FOLLOWS = {"{": '"}', "[": "{"}


def _loaded(text: str) -> Any:
    """The value of a JSON object, or None; escapes that JSON does not know are put right."""
    for repair in (False, True):
        try:
            return json.loads(_ESCAPE.sub(_escape, text) if repair else text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


# A quotation mark in need of no escape is often given one; a formula's backslash is often not.
_ESCAPE = re.compile(r'\\(?:(["\\/bfnrt]|u[0-9a-fA-F]{4})|(.?))', re.DOTALL)


def _escape(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    return "\\\\" + match[2] if match[2].isalnum() else match[2]
