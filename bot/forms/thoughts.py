"""A stream without what a model thinks aloud before it answers."""

from __future__ import annotations

import re


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
