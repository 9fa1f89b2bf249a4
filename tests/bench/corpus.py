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
    """A vocabulary whose n-th word is drawn with a weight of 1/n, and how words make a text.

    Words keep company: each has its usual successors, and each file its own topics. Without
    that nearly every pair of neighbours would be new, which no real text comes near to.
    """

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
        self.successors: dict[str, list[str]] = {}
        self.code = code
        self.join = join
        self.ends = ends

    def draw(self, rng: random.Random, count: int) -> list[str]:
        """Words as frequent as they are in the language."""
        return rng.choices(self.words, cum_weights=self.weights, k=count)

    def file(self, rng: random.Random, passages: int) -> list[str]:
        """Passages of LENGTH characters each, in sentences, about the same topics."""
        topics = rng.choices(self.words, k=40)
        return [self._passage(rng, topics) for _ in range(passages)]

    def _passage(self, rng: random.Random, topics: Sequence[str]) -> str:
        text = ""
        word = topics[0]
        while len(text) < LENGTH:
            words = []
            for _ in range(rng.randint(6, 20)):
                chance = rng.random()
                if chance < 0.55:
                    if word not in self.successors:
                        self.successors[word] = self.draw(rng, 6)
                    # The first of them is the usual one.
                    word = self.successors[word][min(rng.randrange(6), rng.randrange(6))]
                elif chance < 0.7:
                    word = topics[min(rng.randrange(40), rng.randrange(40))]
                elif chance < 0.72:
                    word = str(rng.randint(1, 9_999))
                else:
                    (word,) = self.draw(rng, 1)
                words.append(word)
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
    stem = "".join(_common(rng, 0xAC00, 11_172, 900) for _ in range(rng.choice((1, 2, 2, 3))))
    return stem + rng.choice(("", "은", "는", "이", "가", "을", "를", "에", "에서", "했다", "의"))


def _chinese(rng: random.Random) -> str:
    return "".join(_common(rng, 0x4E00, 20_000, 3_000) for _ in range(rng.choice((1, 2, 2, 3))))


def _common(rng: random.Random, first: int, size: int, used: int) -> str:
    """One of `used` characters spread over a script's range; some are much more frequent."""
    return chr(first + min(rng.randrange(used) for _ in range(3)) * (size // used))


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


def write(
    folder: Path, passages: int, questions: int, per_file: int = PER_FILE
) -> tuple[int, list[str]]:
    """Writes files of `per_file` passages each; returns the bytes of text, and questions."""
    rng = random.Random(7)
    spoken = languages()
    asked: list[str] = []
    size = 0
    for number in range(0, passages, per_file):
        language = spoken[number // per_file % len(spoken)]
        lines = language.file(rng, min(per_file, passages - number))
        data = ("\n\n".join(lines) + "\n").encode()
        size += len(data)
        (folder / f"{language.code}-{number:07}.txt").write_bytes(data)
        # As many questions as are wanted, spread over the whole.
        while len(asked) * passages < (number + len(lines)) * questions:
            asked.append(language.question(rng.choice(lines), rng))
    rng.shuffle(asked)
    return size, asked
