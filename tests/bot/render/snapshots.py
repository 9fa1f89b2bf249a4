"""Snapshots of messages for Discord.

`python -m tests.bot.render.snapshots refresh` writes them anew.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import date as Date
from pathlib import Path
from types import SimpleNamespace

from bot.answers import Answer, Citation, Claim, Locator, Notice
from bot.render import discord
from bot.render.discord_parts import Look, Message
from index.errors import UsageError
from index.record import replaced
from tests.bot.render.replies import ABSTENTION, ANSWER, EVIL_ANSWER

FOLDER = Path(__file__).parent / "snapshots"
LANGUAGES = ("en", "ko", "zh-CN", "zh-TW", "ja")
LOOK = Look("https://example.org/docs (new)/")
BARE = Look()


def long(claims: int, words: int) -> Answer:
    """An answer of so many claims, each of so many words, with a footnote of its own."""
    texts = [" ".join(f"w{n}.{word}" for word in range(words)) + "." for n in range(1, claims + 1)]
    cited = tuple(
        Citation(
            n,
            f"{n:03}.txt",
            f"Title {n}",
            Date(2023, 1, n % 28 + 1),
            text,
            0,
            len(text),
            Locator(n, n),
        )
        for n, text in enumerate(texts, 1)
    )
    return Answer("?", tuple(Claim(text, (n,)) for n, text in enumerate(texts, 1)), cited)


VERDICTS = [
    SimpleNamespace(
        sentence="They met in Busan.", kind="supported", citation=ANSWER.citations[0], detail=""
    ),
    SimpleNamespace(
        sentence="They met @everyone at https://evil.example/x.", kind="contradicted",
        citation=ANSWER.citations[1], detail="Busan there, Seoul here",
    ),
    SimpleNamespace(sentence="They slept.", kind="not_found", citation=None, detail=""),
]  # fmt: skip
LISTED = [
    SimpleNamespace(
        file=f"reports/{n:03}_a*b.txt", title=f"Talks _{n}_" if n % 2 else None,
        date=Date(2023, 1, n), until=Date(2023, 2, n) if n % 3 else None, passages=n,
    )
    for n in range(1, 13)
]  # fmt: skip
FIGURES = SimpleNamespace(
    generation="00000007-abcd", created="2023-11-26 10:00", documents=1234, passages=56789,
    mode="generative", model="gpt-5-mini", spent=SimpleNamespace(tokens=1200, nano_usd=12_300_000),
    priced=True, answered=10, abstained=2, failed=0, p50_ms=812.0, p99_ms=2400.0,
    building=SimpleNamespace(done=5, total=10), trouble=None,
)  # fmt: skip
HANDS = SimpleNamespace(running=3, waiting=1)


def _all(build: Callable[[Look], Sequence[Message]]) -> list[Message]:
    return [message for each in LANGUAGES for message in build(replaced(LOOK, language=each))]


CASES: dict[str, Callable[[], Sequence[Message]]] = {
    "answer": lambda: discord.of_reply(ANSWER, LOOK),
    "answer_without_address": lambda: discord.of_reply(ANSWER, BARE),
    "answer_asked": lambda: discord.of_reply(ANSWER, BARE, question="Where did *they* meet?"),
    "answer_languages": lambda: _all(
        lambda look: discord.of_reply(replaced(ANSWER, question=""), look)
    ),
    "answer_hostile": lambda: discord.of_reply(EVIL_ANSWER, LOOK),
    "answer_in_messages": lambda: discord.of_reply(long(8, 40), LOOK),
    "answer_in_a_file": lambda: discord.of_reply(long(12, 90), LOOK),
    "answer_of_a_long_sentence": lambda: discord.of_reply(long(1, 300), BARE),
    "answer_with_notices": lambda: discord.of_reply(
        replaced(ANSWER, notices=tuple(Notice("x", f"Notice {n} of `a`.") for n in range(8))), BARE
    ),
    "abstention": lambda: discord.of_reply(ABSTENTION, LOOK, (Locator(3, 3), None)),
    "abstention_languages": lambda: _all(
        lambda look: discord.of_reply(replaced(ABSTENTION, question=""), look)
    ),
    "progress": lambda: _all(
        lambda look: [
            discord.of_progress((), (), look),
            discord.of_progress(ANSWER.claims[:1], ANSWER.citations[:1], look),
        ]
    ),
    "progress_long": lambda: [
        discord.of_progress(long(12, 60).claims, long(12, 60).citations, BARE)
    ],
    "quotes": lambda: discord.of_quotes(
        ANSWER,
        ["Before.\n- So *then*: The ministers met\nin Busan. Then they left.\n# End", ""],
        LOOK,
    ),
    "quotes_long": lambda: discord.of_quotes(
        long(1, 300), [f"{'before ' * 99}{long(1, 300).citations[0].quote}{' after' * 99}"], BARE
    ),
    "checked": lambda: _all(lambda look: discord.of_checked(VERDICTS, look)),
    "checked_nothing": lambda: discord.of_checked([], LOOK),
    "sources": lambda: [discord.of_sources(LISTED, page, BARE) for page in (0, 1, 2)],
    "sources_languages": lambda: _all(lambda look: [discord.of_sources(LISTED[:2], 0, look, 23)]),
    "status": lambda: _all(lambda look: [discord.of_status(FIGURES, look, HANDS)]),
    "error": lambda: [
        discord.of_error(UsageError("The <@1> *question* is empty.", "Say `what`, @everyone.")),
        discord.of_error(UsageError("Oh.")),
    ],
    "help": lambda: [discord.of_help(each) for each in LANGUAGES],
    "greeting": lambda: [discord.of_greeting(each) for each in LANGUAGES],
}  # fmt: skip


def rendered(name: str) -> str:
    """The messages of a case as its snapshot has them."""
    parts = []
    for message in CASES[name]():
        parts.append(f"──── message ────\n{message.content}\n")
        if message.file is not None:
            parts.append(f"──── {message.file[0]} ────\n{message.file[1].decode()}")
    # What shows nothing would be invisible in the file, too.
    return "".join(parts).replace("\u200b", "⟨200B⟩").replace("\u202f", "⟨202F⟩")


def main() -> None:
    """Write every snapshot anew."""
    if sys.argv[1:] != ["refresh"]:
        raise SystemExit(__doc__)
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.glob("*.txt"):
        path.unlink()
    for name in CASES:
        (FOLDER / f"{name}.txt").write_text(rendered(name), encoding="utf-8")


if __name__ == "__main__":
    main()
