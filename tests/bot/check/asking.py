"""Seats with a scripted Asker, for what runs cases: what is said to a question, or raised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

from bot.answers import Abstention, Answer, Citation, Claim, Locator, Notice, Trace
from bot.check.cases import ANY_REASON, Case, Expected, Step
from bot.conversation import Turn
from index.schema import Filters
from tests.bot.hits import passage, retrieval

TEXT = "The ministers met in Busan.\nRain fell in Seoul.\n"
BUSAN, RAIN = "The ministers met in Busan.", "Rain fell in Seoul."
Reply = Answer | Abstention
SAYS = Expected(says=("Busan",))
ABSTAINS = Expected(abstains=ANY_REASON)


def answer(quote: str = BUSAN, **more: Any) -> Answer:
    """An answer of one quote of `a.txt`; false where that does not hold it."""
    start = max(0, TEXT.find(quote))
    line = TEXT.count("\n", 0, start) + 1
    cited = Citation(1, "a.txt", None, None, quote, start, start + len(quote), Locator(line, line))
    return Answer("?", (Claim(quote, (1,)),), (cited,), **more)


def nothing() -> Abstention:
    return Abstention("?", "not_in_corpus", "The documents do not say.")


def case(id: str = "busan", expect: Expected = SAYS, **more: Any) -> Case:
    """A case of one question, which is its id."""
    return Case(id, (Step(id, expect),), file="qa.yaml", line=3, **more)


class Asker:
    """Says what its script says, and keeps what it was asked."""

    def __init__(self, script: Callable[[str], Reply]) -> None:
        self.notices: tuple[Notice, ...] = ()
        self.asked: list[tuple[str, tuple[Turn, ...]]] = []
        self._script = script
        self._lock = Lock()

    def trace(self, question: str, filters: Filters, turns: Sequence[Turn]) -> Trace:
        with self._lock:
            self.asked.append((question, tuple(turns)))
        assert filters == Filters()
        found = retrieval(question, [passage(BUSAN, "a.txt"), passage(RAIN, "b.txt")])
        return Trace(self._script(question), found, {})


class Seats:
    """Seats at which one Asker says what the script says; which were taken, and which are left."""

    def __init__(self, folder: Path, script: Callable[[str], Reply]) -> None:
        (folder / "a.txt").write_bytes(TEXT.encode())
        self.asker: Any = Asker(script)
        self.corpus = folder
        self.taken: list[tuple[Path | None, str]] = []
        self.left = 0

    def encoding(self, file: str) -> str | None:
        return "utf-8" if file == "a.txt" else None

    @contextmanager
    def __call__(self, corpus: Path | None, mode: str) -> Iterator[Seats]:
        self.taken.append((corpus, mode))
        yield self
        self.left += 1
