"""What a model is told: which passages, under which heads, and between what no text can know."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

import prompts
from bot.answers import DraftClaim, Rejected
from bot.chat.server import Made, Messages
from index.hidden import marked
from index.languages import ENGLISH_NAMES, UNKNOWN
from index.schema import Passage, Retrieval

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

    from bot.answers import Rejection

MOST_GIVEN = 12_000  # characters of passages
_LONGEST_NAME = 200  # of a file or a title, as the model is told it


def chosen(retrieval: Retrieval, most: int) -> tuple[Passage, ...]:
    """The passages a model is given: text before boilerplate, best first, each whole.

    At least one, and as many of the best `most` as `MOST_GIVEN` characters hold.
    """
    passages = sorted((hit.passage for hit in retrieval.hits), key=lambda each: each.boilerplate)
    given: list[Passage] = []
    room = MOST_GIVEN
    for passage in passages[:most]:
        if len(passage.text) <= room or not given:
            given.append(passage)
            room -= len(passage.text)
    return tuple(given)


def passages_told(given: Sequence[Passage]) -> list[str]:
    """Each passage below a head with its number, which a claim may name."""
    return [f"{_head(n, each)}\n{each.text}" for n, each in enumerate(given, 1)]


def _head(number: int, passage: Passage) -> str:
    article = passage.article
    parts = [
        _name(passage.file),
        _name(article.title or "") or "untitled",
        article.date.isoformat() if article.date else "undated",
        language_name(article.language),
    ]
    if passage.boilerplate:
        parts.append("outside the articles")
    return f"[{number}] " + " | ".join(parts)


def _name(text: str) -> str:
    """A file's name or a title in which nothing looks like a part of the head."""
    return line(text.replace("|", "/"))[:_LONGEST_NAME]


def line(text: str) -> str:
    """`text` in one line of what can be printed."""
    return " ".join("".join(ch if ch.isprintable() else " " for ch in text).split())


def messages(
    name: str, passages: Sequence[str] | None = None, *, folder: Path | None = None, **values: str
) -> Messages:
    """The messages of a prompt, with a delimiter that nothing in them can have known.

    What is hidden in documents, or elsewhere, no model reads: a mark says that it was there.
    `folder` may hold a prompt in place of the program's own.
    """
    values = {key: sound(marked(text)) for key, text in values.items()}
    told = tuple(sound(marked(each)) for each in passages or ())
    prompt = prompts.load(name, folder)
    made = Made(name, prompt.template, values, told)
    token = secrets.token_hex(8)
    while any(token in text for text in (*values.values(), *told)):
        token = secrets.token_hex(8)
    delimiter = f"~~ {token} ~~"
    if passages is not None:
        values = {**values, "passages": f"\n{delimiter}\n".join(told)}
    return Messages(prompt.messages(delimiter=delimiter, **values), made)


def sound(text: str) -> str:
    """`text` without what cannot be sent: NULs, and halves of surrogate pairs."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def failure(n: int, claim: DraftClaim, why: Rejected, given: Sequence[Passage]) -> str:
    """The `n`-th claim that failed, and why, as the model that made it is told."""
    lines = [f"{n}. {line(claim.text)}"]
    for quote in claim.quotes:
        numbers = [n for n, each in enumerate(given, 1) if each == quote.passage]
        passage = f"passage {numbers[0]}" if numbers else "no passage that was given"
        lines.append(f"   quoted from {passage}: {line(quote.text)}")
    reason = ": ".join(filter(None, (_WHY[why.reason], line(why.detail))))
    lines.append(f"   It failed because {reason}.")
    return "\n".join(lines)


_WHY: Mapping[Rejection, str] = {
    "passage_not_given": "it names a passage that was not given",
    "quote_not_found": "its quote does not stand, word for word and unbroken, in the passage",
    "number_or_name_missing": "it holds a number, a date or a name that stands neither in its "
    "quote nor in the passage",
    "unsupported": "its quote does not say what it says",
}


def language_name(code: str) -> str:
    """The English name of a language; of an unknown code the code."""
    return ENGLISH_NAMES.get(code, "unknown language" if code == UNKNOWN else code)
