"""A question made of a sentence, and what of the sentence answers it."""

from __future__ import annotations

from bot.check.words import folded, within
from index.record import record

_SHORTEST, _LONGEST = 8, 200  # characters of a question


@record
class Inquiry:
    """`says` stands in the sentence, and `question` asks for it.

    `kind` is who, when, where or number, as bot/questions.py calls what is asked for.
    """

    question: str
    says: str
    kind: str


def is_sound(made: Inquiry, sentence: str) -> bool:
    """Whether the sentence answers the question, and the question does not do so itself."""
    return (
        _SHORTEST <= len(made.question) <= _LONGEST
        and within(made.says, sentence)
        and folded(made.says) not in folded(made.question)
    )
