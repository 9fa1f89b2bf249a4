"""A made-up corpus of any size: English-, Korean- and Chinese-like text with Zipfian words.

Words are put together from syllables by a seeded generator; no text of anyone's is in it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path

LENGTH = 400
PER_FILE = 50


class Language:
    """A vocabulary whose n-th word is drawn with a weight of 1/n, and how words make a text."""

    def __init__(
        self,
        code: str,
        word: Callable[[random.Random], str],
        size: int,
        join: str,
        ends: Sequence[str],
        common: str = "",
    ) -> None:
        rng = random.Random(code)
        words: dict[str, None] = {}
        while len(words) < size:
            words[word(rng)] = None
        # Short words are the frequent ones, as in real vocabularies; the most frequent are the
        # language's own, by which it is told.
        made = sorted(words, key=lambda word: len(word) + rng.random() * 3)
        self.words = common.split() + made
        self.weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))
        self.code = code
        self.join = join
        self.ends = ends

    def passage(self, rng: random.Random) -> str:
        """One line of LENGTH characters, in sentences."""
        text = ""
        while len(text) < LENGTH:
            count = rng.randint(6, 20)
            words = rng.choices(self.words, cum_weights=self.weights, k=count)
            if rng.random() < 0.3:
                words[count // 2] = str(rng.randint(1, 99_999))
            text += self.join.join(words).capitalize() + rng.choice(self.ends)
        return text[: LENGTH - 1].rstrip() + self.ends[0].strip()

    def question(self, passage: str, rng: random.Random) -> str:
        """A stretch of a passage, as long as questions are."""
        if not self.join:
            start = rng.randrange(LENGTH - 20)
            return passage[start : start + rng.randint(8, 16)]
        words = passage.split()
        start = rng.randrange(max(1, len(words) - 10))
        return " ".join(words[start : start + rng.randint(4, 9)])


def _english(rng: random.Random) -> str:
    return "".join(
        rng.choice(("", *"bcdfglmnprst", "st", "tr", "ch"))
        + rng.choice("aeiou")
        + rng.choice("nrlst")
        for _ in range(rng.choice((1, 2, 2, 3, 3, 4)))
    )


def _korean(rng: random.Random) -> str:
    stem = "".join(
        chr(0xAC00 + min(rng.randrange(11172), rng.randrange(11172)))
        for _ in range(rng.choice((2, 2, 3)))
    )
    return stem + rng.choice(("", "은", "는", "이", "가", "을", "를", "에", "에서", "했다", "의"))


def _chinese(rng: random.Random) -> str:
    return "".join(
        chr(0x4E00 + min(rng.randrange(4000), rng.randrange(4000)))
        for _ in range(rng.choice((1, 2, 2, 3)))
    )


def languages() -> list[Language]:
    """The three languages."""
    return [
        Language(
            "en",
            _english,
            40_000,
            " ",
            (". ", ". ", "? "),
            "the of and to in a is that for it was on with as by",
        ),
        Language("ko", _korean, 60_000, " ", (". ", ". ", "? ")),
        Language("zh", _chinese, 30_000, "", ("。", "，", "，", "？"), "的 了 是 在 和 有 不"),
    ]


def write(folder: Path, passages: int, questions: int) -> tuple[int, list[str]]:
    """Writes files of PER_FILE passages each; returns the bytes of text, and questions."""
    rng = random.Random(7)
    spoken = languages()
    asked: list[str] = []
    size = 0
    for number in range(0, passages, PER_FILE):
        language = spoken[number // PER_FILE % len(spoken)]
        lines = [language.passage(rng) for _ in range(min(PER_FILE, passages - number))]
        data = ("\n\n".join(lines) + "\n").encode()
        size += len(data)
        (folder / f"{language.code}-{number:07}.txt").write_bytes(data)
        # As many questions as are wanted, spread over the whole.
        while len(asked) * passages < (number + len(lines)) * questions:
            asked.append(language.question(rng.choice(lines), rng))
    rng.shuffle(asked)
    return size, asked
