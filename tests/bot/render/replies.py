"""Replies to render, with everything in them that a document could do to a terminal."""

from __future__ import annotations

from datetime import date as Date

from bot.answers import Abstention, Answer, Citation, Claim, Locator, Notice, Rejected, Usage
from bot.asker import Trace
from index.schema import Article, Hit, Kind, Passage, Retrieval

EVIL = "\x1b]8;;http://evil.example\x07click\x1b[2J\u202e"


def passage(
    text: str, *, file: str = "a.txt", title: str | None = "Talks open", kind: Kind = Kind.BODY
) -> Passage:
    article = Article(0, len(text), title, Date(2023, 11, 26) if title else None, "en")
    return Passage(file, 0, 0, len(text), text, article, kind)


HITS = (
    Hit(passage("The ministers met in Busan. They ate."), 1, 4.25),
    Hit(
        passage(f"Other headlines {EVIL}", file="b c.txt", title=None, kind=Kind.HEADLINES), 2, 1.5
    ),
)
ANSWER = Answer(
    question="Where?",
    claims=(Claim("The ministers met in Busan.", (1,)), Claim("They ate.", (2, 1))),
    citations=(
        Citation(
            1, "a.txt", "Talks open", Date(2023, 11, 26), "The ministers met\nin Busan.", 12, 39,
            Locator(3, 4),
        ),
        Citation(2, "b c.txt", None, None, "They ate.", 40, 49, Locator(9, 9), True, "https://b"),
    ),
    nearest=HITS,
    notices=(Notice("boilerplate", "[2] stands outside."),),
    rejected=(Rejected("They drank.", "quote_not_found"),),
    generation="00000001-abcd",
    elapsed_ms=1.5,
)  # fmt: skip
USED = Usage(1, 200, 30, 0.01)
ABSTENTION = Abstention(
    question="Who?", reason="not_in_corpus", message="The documents do not say.", nearest=HITS
)
EVIL_ANSWER = Answer(
    question=EVIL,
    claims=(Claim(EVIL, (1,)),),
    citations=(
        Citation(1, f"{EVIL}.txt", EVIL, None, EVIL, 0, len(EVIL), Locator(1, 1), False, EVIL),
    ),
    nearest=(Hit(passage(EVIL, file=EVIL, title=EVIL), 1, 1.0),),
    notices=(Notice("file_changed", EVIL),),
    rejected=(Rejected(EVIL, "unsupported"),),
)
TRACE = Trace(
    ANSWER,
    Retrieval("Where?", HITS, {"busan": 4.2, "where": 0.1}, {"en": 0.9, "zh": 0.1}),
    {"retrieve": 1.0, "answer": 0.5, "verify": 0.25},
)
