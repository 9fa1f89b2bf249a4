"""A model's part in the scripted server: it reads the prompt's passages and answers from them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from tests.servers.exchange import Received
from tests.servers.plays import Play, by, refuses, text

# A claim to make: its text, the quote, and the number of the passage where that is not to be
# the first one that holds the quote.
Made = tuple[str, str] | tuple[str, str, int]
# The same as it is written: text, passage, quote and restated, of whatever types.
Row = Mapping[str, object]
Task = Literal["answer", "again", "condense", "translate"]
Knows = Literal["schema", "json", "lines"]

FORMS: tuple[Knows, ...] = ("schema", "json", "lines")
_FORM_OF: dict[str, Knows] = {"json_schema": "schema", "json_object": "json", "none": "lines"}


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


def task(received: Received) -> Task:
    """What a request asks for."""
    user = str(received["messages"][-1]["content"])
    if "The question: " in user:
        return "again" if "\nClaims that failed, and why:\n" in user else "answer"
    return "condense" if "The next question: " in user else "translate"


def rows(received: Received, made: Sequence[Made]) -> list[Row]:
    """These claims with the numbers of their passages."""
    passages = given(received)
    found: list[Row] = []
    for words, quote, *number in made:
        holding = [n for n, passage in passages.items() if quote in passage]
        n = number[0] if number else holding[0] if holding else 1
        found.append({"text": words, "passage": n, "quote": quote})
    return found


def claims(received: Received, made: Sequence[Made]) -> str:
    """The JSON of an answer that makes these claims."""
    return json.dumps({"claims": rows(received, made)}, ensure_ascii=False)


def written(received: Received, said: Sequence[Row], *, whole: bool = True) -> str:
    """An answer that says this, in the form that the request asks for; where it is not `whole`,
    it breaks off in the claim that follows."""
    if received.form == "none":
        lines = "\n".join(line for row in said for line in (*_lines(row), "END"))
        return f"{lines}\nCLAIM: The minis" if not whole else lines or "NONE"
    answer = json.dumps({"claims": list(said)}, ensure_ascii=False)
    comma = ", " if said else ""
    return answer if whole else answer.removesuffix("]}") + f'{comma}{{"text": "The minis'


def _lines(row: Row) -> list[str]:
    labels = {"text": "CLAIM", "passage": "PASSAGE", "quote": "QUOTE", "restated": "RESTATED"}
    named = [(label, row[key]) for key, label in labels.items() if key in row]
    return [f"{label}: {'null' if value is None else value}" for label, value in named]


def answers(*made: Made, **named: Any) -> Play:
    """An answer that makes these claims; `named` says how it is written, as for `plays.text`."""
    return by(lambda received: text(written(received, rows(received, made)), **named))


def says(*said: Row, **named: Any) -> Play:
    """As `answers`, with whatever a claim may be written as."""
    return by(lambda received: text(written(received, said), **named))


def breaks_off(*made: Made, then: Callable[[str], Play]) -> Play:
    """An answer that breaks off in the claim after these; `then` says how its stream ends."""
    return by(lambda received: then(written(received, rows(received, made), whole=False)))


def acts(
    answer: Play,
    again: Play | None = None,
    *,
    condense: Play | None = None,
    translate: Play | None = None,
) -> Play:
    """A model that does each task in its own way; asked again it does as before."""
    plays = {"answer": answer, "again": again or answer}
    plays |= {"condense": condense or answer, "translate": translate or answer}
    return by(lambda received: plays[task(received)])


def knowing(form: Knows, play: Play) -> Play:
    """`play` on a server that knows this form of answer, and those that are plainer."""
    for unknown in ("json_object", "json_schema"):
        if FORMS.index(_form_of(unknown)) < FORMS.index(form):
            play = refuses(unknown, play)
    return play


def heard(received: Received, form: Knows) -> bool:
    """Whether a server that knows `form` takes a request up."""
    return FORMS.index(_form_of(received.form)) >= FORMS.index(form)


def _form_of(wanted: str) -> Knows:
    return _FORM_OF[wanted]


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
