"""The claims among labelled lines, for models and servers that know no JSON."""

from __future__ import annotations

import re

from bot.forms.fields import MOST_CHARACTERS, MOST_QUOTES, Proposal, number, sentence, words


class Lines:
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
                self._number = number(text.strip())
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
        text = sentence(" ".join(values.get("claim", ())))
        if not begun or not text or size > MOST_CHARACTERS:
            return []
        if not quotes and "passage" not in values:
            return []
        told = [(passage, words("\n".join(lines))) for passage, lines in quotes]
        return [
            Proposal(
                text,
                tuple((passage, quote) for passage, quote in told if quote)[:MOST_QUOTES],
                sentence(" ".join(values.get("restated", ()))),
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
