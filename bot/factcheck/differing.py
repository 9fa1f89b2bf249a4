"""What stands in a claim where a sentence that otherwise matches has another number, date or name.

Told by form alone and by the neighbours, so it tells little of what is said in other words.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from bot.claims.specifics import missing
from bot.factcheck.alignment import Span, blocks_of, replaced_in, stretch_worth
from bot.factcheck.names import NAMED, name_certainty, same_name
from bot.factcheck.quantities import dates_exclude, exclude
from bot.factcheck.tokens import (
    LONGEST,
    Token,
    is_character,
    is_eastern,
    normalised,
    text_of,
    tokens,
)
from index.record import record
from index.terms import fold

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.factcheck.tokens import Kind

LEAST_MATCHED = 0.9
LEAST_OF_STRETCH = 0.5
LEAST_WORTH = 3.0  # of what matches, in words that say something; by tests/bench/checked.py


@record
class Difference:
    """What a claim says, and what the sentence has in its place; `kind` is what both are."""

    kind: Kind
    said: str
    there: str


@record
class Compared:
    """A claim beside a sentence.

    `difference` is the one thing that differs, where it is one and all else matches; `changed`
    tells that something in the claim stands where something else stands there.
    """

    difference: Difference | None
    changed: bool


def compare(claim: str, sentence: str) -> Compared:
    """`claim` laid beside `sentence`."""
    ours, theirs = tokens(claim[:LONGEST]), tokens(sentence[:LONGEST])
    there = normalised(sentence)
    blocks = blocks_of(ours, theirs)
    left = [each for tag, _, _, c, d in blocks if tag != "equal" for each in theirs[c:d]]
    changed = False
    found: Difference | None = None
    for joined in (False, True):
        replaced, lost = replaced_in(blocks, ours, theirs, joined)
        typed = [
            (each, difference)
            for each in replaced
            if (difference := _typed(ours, theirs, each, left, claim, sentence)) is not None
        ]
        changed = (
            changed
            or bool(typed)
            or any(_alters(ours, theirs, each, left, there) for each in replaced)
        )
        if len(typed) != 1:
            continue
        (a, b, c, d), difference = typed[0]
        apart = sum(each.worth for each in ours[a:b])
        total = sum(each.worth for each in ours) - apart
        whole = stretch_worth(blocks, theirs, c, d)
        if total - (lost - apart) < LEAST_WORTH or total <= 0 or whole <= 0:
            continue
        matched = 1 - (lost - apart) / total
        if matched >= LEAST_MATCHED and matched * total / whole >= LEAST_OF_STRETCH:
            found = difference
            break
    return Compared(found, changed)


def _typed(
    ours: Sequence[Token],
    theirs: Sequence[Token],
    span: Span,
    left: Sequence[Token],
    claim: str,
    sentence: str,
) -> Difference | None:
    """The difference of a stretch, where both sides are a number, a date or a name."""
    a, b, c, d = span
    mine, other = ours[a:b], theirs[c:d]
    said, there = text_of(mine), text_of(other)
    kind: Kind = ""
    if len(mine) == len(other) == 1 and mine[0].kind not in ("", *NAMED):
        kind = mine[0].kind
        if other[0].kind != kind or not exclude(mine[0], other[0], claim, sentence):
            return None
        if _stands(mine[0], left):
            return None
    else:
        if not _names(ours, theirs, span, claim, sentence):
            return None
        if _torn(ours, a, b) != _torn(theirs, c, d):
            return None
        if is_eastern(said):
            if said in sentence or same_name(said, there):
                return None
        elif same_name(said, there) or not missing(f"of {said}", [sentence]):
            return None
        kind = "name"
    return Difference(kind, said, there)


def _torn(row: Sequence[Token], start: int, end: int) -> tuple[bool, bool]:
    """Whether the name at a stretch goes on before it and after it: half a name is none."""
    return (
        start > 0 and _is_joined(row[start - 1], row[start]),
        end < len(row) and _is_joined(row[end - 1], row[end]),
    )


def _is_joined(one: Token, two: Token) -> bool:
    return one.kind == two.kind == "name" and one.end + 1 == two.start


def _names(
    ours: Sequence[Token], theirs: Sequence[Token], span: Span, claim: str, sentence: str
) -> bool:
    """Whether both sides of a stretch are names."""
    a, b, c, d = span
    # Of names without a form one must be sure, and the other may be.
    sure = [
        name_certainty(ours, a, b, normalised(claim)),
        name_certainty(theirs, c, d, normalised(sentence)),
    ]
    return min(sure) > 0 and max(sure) > 1


def _alters(
    ours: Sequence[Token],
    theirs: Sequence[Token],
    span: Span,
    left: Sequence[Token],
    there: str,
) -> bool:
    """Whether a stretch says something else, as far as its form tells."""
    a, b, c, d = span
    # A figure that matches elsewhere tells of what stands there; a name may be said twice.
    if any(
        each.kind not in ("", "capital")
        and not _stands(each, theirs if each.kind == "name" else left)
        for each in ours[a:b]
    ):
        return True
    mine, other = ours[a:b], theirs[c:d]
    if _is_word(mine) and _is_word(other) and a > 0 and b < len(ours):
        return not _alike(mine[0].text, other[0].text)
    # Of a script whose names have no form, what stands in the place of a name.
    keys = {each.key for each in ours}
    if any(each.kind == "name" and each.key not in keys for each in other) and any(
        is_character(each) and each.worth for each in mine
    ):
        return True
    # Two characters side by side, one of them in the stretch, that are nowhere side by side there.
    return any(
        one.worth
        and two.worth
        and is_character(one)
        and is_character(two)
        and one.end == two.start
        and one.text + two.text not in there
        for one, two in pairwise(ours[max(0, a - 1) : b + 1])
    )


def _is_word(row: Sequence[Token]) -> bool:
    """Whether a stretch is one word that says something, and is no name nor figure."""
    return len(row) == 1 and row[0].kind == "" and row[0].worth > 0 and not is_character(row[0])


def _alike(one: str, other: str) -> bool:
    """Whether two words may be forms of one."""
    a, b = fold(one), fold(other)
    return a in b or b in a or a[:4] == b[:4]


def _stands(token: Token, theirs: Sequence[Token]) -> bool:
    """Whether the same stands anywhere there; of a date, one that tells more or less of it."""
    return any(
        token.key == each.key
        or (token.kind == each.kind == "date" and not dates_exclude(token, each))
        for each in theirs
    )
