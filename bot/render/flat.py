"""A stretch of text on one line, as its reader would have written it there."""

from __future__ import annotations

from itertools import pairwise


def flat(text: str) -> str:
    """`text` with its white space made plain, and without line ends.

    Between two signs of Han or Kana, which write no spaces, a line's end stands for nothing.
    """
    if "\n" in text or "\r" in text:
        lines = [line for each in text.splitlines() if (line := each.strip())]
        joined = lines[:1]
        for before, line in pairwise(lines):
            joined += (line,) if _unspaced(before[-1]) and _unspaced(line[0]) else (" ", line)
        text = "".join(joined)
    return " ".join(text.split())


def _unspaced(ch: str) -> bool:
    """Whether no space stands beside a character: all of East Asia's but Hangul."""
    return (
        "\u2e80" <= ch <= "\u312f"
        or "\u3190" <= ch <= "\u9fff"
        or "\uf900" <= ch <= "\ufaff"
        or "\uff00" <= ch <= "\uff65"
    )
