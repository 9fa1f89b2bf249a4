"""A model's part in the scripted server: it reads the prompt's passages and answers from them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

from tests.servers.exchange import Received
from tests.servers.plays import Play, by, text

# A claim to make: its text, the quote, and the number of the passage where that is not to be
# the first one that holds the quote.
Made = tuple[str, str] | tuple[str, str, int]


def given(received: Received) -> dict[int, str]:
    """The texts of the passages that a request holds, by their numbers."""
    user = str(received["messages"][-1]["content"])
    delimiter = user.splitlines()[0]
    found = {}
    for block in user.split(delimiter):
        head, _, words = block.strip("\n").partition("\n")
        if number := re.match(r"\[(\d+)\] ", head):
            found[int(number[1])] = words
    return found


def question(received: Received) -> str:
    """The question that a request asks."""
    return str(received["messages"][-1]["content"]).rpartition("The question: ")[2].strip()


def claims(received: Received, made: Sequence[Made]) -> str:
    """The JSON of an answer that makes these claims."""
    passages = given(received)
    rows = []
    for words, quote, *number in made:
        holding = [n for n, passage in passages.items() if quote in passage]
        n = number[0] if number else holding[0] if holding else 1
        rows.append({"text": words, "passage": n, "quote": quote})
    return json.dumps({"claims": rows}, ensure_ascii=False)


def answers(*made: Made, **named: Any) -> Play:
    """An answer that makes these claims; `named` says how it is written, as for `plays.text`."""
    return by(lambda received: text(claims(received, made), **named))


def first_sentences(received: Received, count: int = 3) -> str:
    """The JSON of an answer that claims the first sentences of passages, word for word."""
    made: list[Made] = []
    for n, passage in given(received).items():
        sentence = re.split(r"(?<=[.!?。!?])\s*", passage.strip(), maxsplit=1)[0].strip()
        if len(made) < count and len(sentence) > 20:
            made.append((sentence, sentence, n))
    return claims(received, made)


def tokens_of(words: str) -> int:
    """How many tokens a model would write `words` in: about one for four Latin letters."""
    return max(1, len(words) // 4)


def writes(make: Callable[[Received], str], rate: float, delay: float = 0.0) -> Play:
    """What `make` says, at `rate` tokens a second."""

    def play(received: Received) -> Play:
        words = make(received)
        return text(words, pieces=tokens_of(words), rate=rate, delay=delay)

    return by(play)
