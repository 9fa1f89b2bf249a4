"""Two rows of tokens laid side by side: what matches, and what stands in whose place."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.factcheck.tokens import Token, is_character

Span = tuple[int, int, int, int]


def blocks_of(
    ours: Sequence[Token], theirs: Sequence[Token]
) -> Sequence[tuple[str, int, int, int, int]]:
    """How the one row becomes the other, as `SequenceMatcher` tells it."""
    matcher = SequenceMatcher(
        None, [each.key for each in ours], [each.key for each in theirs], autojunk=False
    )
    return matcher.get_opcodes()


def replaced_in(
    blocks: Sequence[tuple[str, int, int, int, int]],
    ours: Sequence[Token],
    theirs: Sequence[Token],
    joined: bool,
) -> tuple[list[Span], float]:
    """The stretches that stand in each other's place, and the worth of all that does not match.

    `joined` takes what differs in two places close to each other for one: names in Han share a
    character by chance.
    """
    spans: list[Span] = []
    for place, (tag, a, b, c, d) in enumerate(blocks):
        if tag == "equal":
            short = b - a <= 2 and all(is_character(each) for each in ours[a:b])
            if not (joined and short and 0 < place < len(blocks) - 1):
                continue
        if spans and joined and spans[-1][1] == a and spans[-1][3] == c:
            spans[-1] = spans[-1][0], b, spans[-1][2], d
        else:
            spans.append((a, b, c, d))
    lost = sum(each.worth for a, b, _, _ in spans for each in ours[a:b])
    replaced = [span for span in spans if span[0] < span[1] and span[2] < span[3]]
    return [_tight(ours, theirs, span) for span in replaced], lost


def stretch_worth(
    blocks: Sequence[tuple[str, int, int, int, int]], theirs: Sequence[Token], c: int, d: int
) -> float:
    """The worth of the sentence from the first that matches to the last, but for `[c, d)`."""
    equal = [(first, last) for tag, _, _, first, last in blocks if tag == "equal"]
    first = min([c, *(each for each, _ in equal)])
    last = max([d, *(each for _, each in equal)])
    return sum(each.worth for each in (*theirs[first:c], *theirs[d:last]))


def _tight(ours: Sequence[Token], theirs: Sequence[Token], span: Span) -> Span:
    """A stretch without the words of grammar at its ends."""
    a, b, c, d = span
    while b - a > 1 and not ours[a].worth:
        a += 1
    while b - a > 1 and not ours[b - 1].worth:
        b -= 1
    while d - c > 1 and not theirs[c].worth:
        c += 1
    while d - c > 1 and not theirs[d - 1].worth:
        d -= 1
    return a, b, c, d
