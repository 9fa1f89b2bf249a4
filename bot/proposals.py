"""The claims in what a model writes, each as soon as it is complete.

A model is asked for JSON or, where a server knows none, for labelled lines; what it writes is
read as whichever of the two it turns out to be. One pass over the stream, whatever its pieces;
all that is kept is bounded. What it reads is believed by nobody: every quote is verified.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from itertools import pairwise

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

MOST_CHARACTERS = 20_000  # of one claim
MOST_QUOTES = 8  # of one claim
_MOST_DEPTH = 32
_LONGEST_KEY = 40


@record
class Proposal:
    """A claim as a model wrote it; each quote with the number of its passage, None if untold."""

    text: str
    quotes: tuple[tuple[int | None, str], ...]
    restated: str = ""


@record
class Ending:
    """What the end of a stream tells.

    `proposals` are those that only the end completes; `declined` means that the model said in
    the form asked for that it has no claim, `nonsense` that nothing could be read, `leftover`
    that a claim was begun and not finished.
    """

    proposals: tuple[Proposal, ...]
    declined: bool
    nonsense: bool
    leftover: bool


def schema(restated: bool) -> Mapping[str, Any]:
    """The JSON schema of claims, as strict servers want it: every field required, no other."""
    fields: dict[str, Any] = {
        "text": {"type": "string"},
        "passage": {"type": "integer"},
        "quote": {"type": "string"},
    }
    if restated:
        fields["restated"] = {"type": "string"}
    claim = _object(fields)
    return _object({"claims": {"type": "array", "items": claim}})


def _object(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields),
        "additionalProperties": False,
    }


class Proposals:
    """Reads one answer, piece by piece."""

    def __init__(self) -> None:
        self._thoughts = Thoughts()
        self._json = _Json()
        self._lines = _Lines()
        self._read = 0

    def feed(self, piece: str) -> list[Proposal]:
        """The claims that `piece` completes."""
        return self._take(self._thoughts.feed(piece))

    def end(self) -> Ending:
        """What the stream's end tells; nothing may be fed after it."""
        last = self._take(self._thoughts.end())
        if not self._json.read:
            last += self._counted(self._lines.end())
        leftover = self._json.unfinished and not self._lines.begun
        declined = not self._read and not leftover and (self._json.empty or self._lines.none)
        return Ending(tuple(last), declined, not self._read and not declined, leftover)

    def _take(self, texts: list[str]) -> list[Proposal]:
        found: list[Proposal] = []
        for text in texts:
            if isinstance(text, Closing) and not self._read:
                self._json, self._lines = _Json(), _Lines()
                continue
            # Line by line, so that which of the two readers finds something first does not
            # depend on how the stream was cut.
            for line in text.splitlines(keepends=True) if "\n" in text else (text,):
                if not self._lines.begun:
                    found += self._counted(self._json.feed(line))
                if not self._json.read:
                    found += self._counted(self._lines.feed(line))
        return found

    def _counted(self, proposals: list[Proposal]) -> list[Proposal]:
        self._read += len(proposals)
        return proposals


class Closing(str):
    """A tag that closes thoughts which none opened: all that was before it may be thought."""


class Thoughts:
    """Passes a stream on without what a model thinks aloud before it answers.

    Some servers give the thoughts between tags, some only the closing one.
    """

    def __init__(self) -> None:
        self._begun = False
        self._thinking = False
        self._tail = ""

    def feed(self, piece: str) -> list[str]:
        text, self._tail = self._tail + piece, ""
        texts: list[str] = []
        while text:
            if not self._begun and not self._thinking:
                text = text.lstrip()
                if opening := _THINK.match(text):
                    self._thinking = True
                    text = text[opening.end() :]
                    continue
                if _THINK_BEGUN.fullmatch(text):
                    self._tail = text
                    break
                self._begun = bool(text)
            closing = _THOUGHT.search(text)
            end = closing.start() if closing else len(text)
            if closing is None and (cut := _THOUGHT_BEGUN.search(text)):
                end = cut.start()
            if end and not self._thinking:
                texts.append(text[:end])
            if closing is None:
                self._tail = text[end:]
                break
            if not self._thinking:
                texts.append(Closing(closing[0]))
            self._thinking = False
            text = text[closing.end() :]
        return texts

    def end(self) -> list[str]:
        return [] if self._thinking or not self._tail else [self._tail]


_THINK = re.compile(r"<(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THINK_BEGUN = re.compile(r"<[a-z]{0,9}", re.IGNORECASE)
_THOUGHT = re.compile(r"</(?:think|thinking|thought|reasoning)>", re.IGNORECASE)
_THOUGHT_BEGUN = re.compile(r"<(?:/[a-z]{0,9})?\Z", re.IGNORECASE)


class _Frame:
    """An object or a list that is open; `part` means that it belongs to a claim around it."""

    __slots__ = ("key", "opener", "part")

    def __init__(self, opener: str, part: bool) -> None:
        self.opener = opener
        self.part = part
        self.key = ""


class _Json:
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
        if len(self._words) < _LONGEST_KEY:
            self._words += text[place : min(end, place + _LONGEST_KEY)]
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
        part = above is not None and (above.part or above.key in _PARTS)
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
        if proposal := _proposal(value):
            found.append(proposal)
            self.read = True
        elif _says_none(value):
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

_TEXTS = ("text", "claim", "sentence", "statement", "answer")
_PASSAGES = ("passage", "passage_number", "source", "citation", "reference")
_QUOTES = ("quote", "quotes", "citations", "evidence", "sources")
_RESTATED = ("restated",)
_LISTS = ("claims", "answers", "sentences", "statements")
_PARTS = frozenset({*_PASSAGES, *_QUOTES, "passages", "references"})


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


def _proposal(value: object) -> Proposal | None:
    if not isinstance(value, dict):
        return None
    fields = {str(key).strip().lower(): each for key, each in value.items()}
    text = _sentence(_first(fields, _TEXTS))
    if not text or not fields.keys() & _PARTS:
        return None
    number = _number(_first(fields, _PASSAGES))
    quotes: list[tuple[int | None, str]] = []
    for key in _QUOTES:
        _gather(fields.get(key), number, quotes)
    return Proposal(text, tuple(quotes[:MOST_QUOTES]), _sentence(_first(fields, _RESTATED)))


def _gather(value: object, number: int | None, quotes: list[tuple[int | None, str]]) -> None:
    if isinstance(value, str):
        if words := _words(value):
            quotes.append((number, words))
    elif isinstance(value, list):
        for each in value:
            if not isinstance(each, list):  # one level is what a list of quotes has
                _gather(each, number, quotes)
    elif isinstance(value, dict):
        fields = {str(key).strip().lower(): each for key, each in value.items()}
        own = _first(fields, _PASSAGES)
        inner = _first(fields, ("quote", "text"))
        if isinstance(inner, str):
            _gather(inner, number if own is None else _number(own), quotes)


def _first(fields: Mapping[str, object], names: tuple[str, ...]) -> object:
    return next((fields[name] for name in names if fields.get(name) is not None), None)


def _says_none(value: object) -> bool:
    """Whether a list of claims is there and empty, or holds one claim with nothing in it."""
    if not isinstance(value, dict):
        return False
    fields = {str(key).strip().lower(): each for key, each in value.items()}
    if any(name in fields and fields[name] in ([], None, "") for name in _LISTS):
        return True
    return "text" in fields and "quote" in fields and not fields["text"] and not fields["quote"]


def _sentence(value: object) -> str:
    return _sound(" ".join(value.split()).strip("*` ")) if isinstance(value, str) else ""


def _words(value: str) -> str:
    """A quote without the marks that were put around it, which its text may not have there."""
    words = _sound(value.strip())
    inner = words[1:-1]
    for marks in _MARKS:
        first, last = marks[0], marks[1]
        if words[:1] == first and words[-1:] == last and inner.strip():
            return words if first in inner or last in inner else inner.strip()
    return words


_MARKS = ('""', "“”", "``", "「」", "『』", "«»")


def _number(value: object) -> int | None:
    """The number of a passage: 3, "3", "[3]", "Passage 3", or a list with it alone."""
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value if 0 <= value < 10**6 else None
    if isinstance(value, float):
        return int(value) if 0 <= value < 10**6 and value == int(value) else None
    if isinstance(value, str) and len(value) <= _LONGEST_KEY:
        match = _NUMBER.fullmatch(value)
        return int(match[1]) if match else None
    return None


_NUMBER = re.compile(r"(?!\W*[-−]\d)\W*(?:[^\W\d_]+\W*)?(\d{1,6})\W*(?:[段号號番条條][落]?)?\W*")


def _sound(text: str) -> str:
    """`text` without halves of surrogate pairs, which no encoding has."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class _Lines:
    """The claims among labelled lines: CLAIM, PASSAGE, QUOTE, RESTATED, END; or NONE."""

    def __init__(self) -> None:
        self.begun = False  # a claim was: what follows is in this form
        self.none = False
        self._line: list[str] = []
        self._length = 0  # of the line so far
        self._size = 0  # of the claim so far
        self._label = ""
        self._values: dict[str, list[str]] = {}
        self._number: int | None = None
        self._quotes: list[tuple[int | None, list[str]]] = []

    def feed(self, text: str) -> list[Proposal]:
        found: list[Proposal] = []
        *whole, rest = text.split("\n")
        for each in whole:
            self._append(each)
            found += self._ended()
        self._append(rest)
        return found

    def end(self) -> list[Proposal]:
        return [*self._ended(), *self._claim()]

    def _append(self, text: str) -> None:
        # Of a longer line the rest is dropped, and the claim it belongs to with it.
        if self._length <= MOST_CHARACTERS:
            self._line.append(text[: MOST_CHARACTERS + 1])
        self._length += len(text)

    def _ended(self) -> list[Proposal]:
        line, length = "".join(self._line).rstrip("\r"), self._length
        self._line, self._length = [], 0
        self._size += length + 1
        head = line[:_HEAD]
        if _END.fullmatch(head):
            return self._claim()
        if _NONE.fullmatch(head):
            self.none = True
            return self._claim()
        match = _LABEL.match(head)
        found: list[Proposal] = []
        if match is None:
            self._value(line)
            return found
        label = match[1].lower()
        if label in _CLAIM:
            found = self._claim()
            self._label, self._size = "claim", length
            if _NONE.fullmatch(line[match.end() : _HEAD]):
                self.none, self._label = True, ""
                return found
            self.begun = True
        elif not self._label:
            return found  # outside a claim a label is prose
        else:
            self._label = label
        if label == "quote":
            self._quotes.append((self._number, []))
        self._value(line[match.end() :])
        return found

    def _value(self, text: str) -> None:
        if self._size > MOST_CHARACTERS:
            return
        if self._label == "passage":
            if text.strip():
                self._number = _number(text.strip())
                # Some models name the passage below the quote.
                if len(self._quotes) == 1 and "passage" not in self._values:
                    self._quotes[0] = (self._number, self._quotes[0][1])
                self._values["passage"] = []
        elif self._label == "quote":
            self._quotes[-1][1].append(text)
        elif self._label:
            self._values.setdefault(self._label, []).append(text)

    def _claim(self) -> list[Proposal]:
        """The claim that is now complete, if one was begun and can be read."""
        values, quotes, size = self._values, self._quotes, self._size
        begun, self._label = self._label, ""
        self._values, self._quotes, self._number, self._size = {}, [], None, 0
        text = _sentence(" ".join(values.get("claim", ())))
        if not begun or not text or size > MOST_CHARACTERS:
            return []
        if not quotes and "passage" not in values:
            return []
        told = [(number, _words("\n".join(lines))) for number, lines in quotes]
        return [
            Proposal(
                text,
                tuple((number, words) for number, words in told if words)[:MOST_QUOTES],
                _sentence(" ".join(values.get("restated", ()))),
            )
        ]


_HEAD = 80  # characters of a line in which its label stands
_CLAIM = ("claim", "sentence")
_LABEL = re.compile(
    r"[\s*_`>#•.)(\-\d]{0,16}(claim|sentence|passage|quote|restated)[ #]{0,2}\d{0,4}"
    r"[\s*_`]{0,4}[:：][*_`]{0,4}\s{0,4}",
    re.IGNORECASE,
)
_END = re.compile(r"[\W_]{0,8}end(?: of)?(?: claim)?[\W_]{0,8}", re.IGNORECASE)
_NONE = re.compile(r"[\W_]{0,8}none[\W_]{0,8}", re.IGNORECASE)
