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
    changed = False
    found: Difference | None = None
    for joined in (False, True):
        replaced, lost = replaced_in(blocks, ours, theirs, joined)
        typed = [
            (each, difference)
            for each in replaced
            if (difference := _typed(ours, theirs, each, claim, sentence)) is not None
        ]
        changed = (
            changed or bool(typed) or any(_alters(ours, theirs, each, there) for each in replaced)
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
    ours: Sequence[Token], theirs: Sequence[Token], span: Span, claim: str, sentence: str
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
        if _stands(mine[0], theirs):
            return None
    else:
        if not _names(ours, theirs, span, claim, sentence):
            return None
        if is_eastern(said):
            if said in sentence or same_name(said, there):
                return None
        elif same_name(said, there) or not missing(f"of {said}", [sentence]):
            return None
        kind = "name"
    return Difference(kind, said, there)


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


def _alters(ours: Sequence[Token], theirs: Sequence[Token], span: Span, there: str) -> bool:
    """Whether a stretch says something else, as far as its form tells."""
    a, b = span[:2]
    if any(each.kind not in ("", "capital") and not _stands(each, theirs) for each in ours[a:b]):
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


def _stands(token: Token, theirs: Sequence[Token]) -> bool:
    """Whether the same stands anywhere there; of a date, one that tells more or less of it."""
    return any(
        token.key == each.key
        or (token.kind == each.kind == "date" and not dates_exclude(token, each))
        for each in theirs
    )


def unsaid(claim: str, sentence: str) -> bool:
    """Whether the claim has a word of which the sentence has nothing at all, in a script whose
    names have no form: two characters in a row that are not there, or a rank."""
    ours, there = tokens(claim[:LONGEST]), normalised(sentence)
    ranks = {each.key for each in tokens(sentence[:LONGEST])}
    if any(each.kind == "rank" and each.key not in ranks for each in ours):
        return True
    for one, two in pairwise(ours):
        if one.end == two.start and _lacks(one, there) and _lacks(two, there):
            return True
    return any(
        "\uac00" <= each.text[0] <= "\ud7a3" and each.worth and _korean_lacks(each.text, there)
        for each in ours
    )


def _lacks(token: Token, there: str) -> bool:
    return is_character(token) and token.worth > 0 and token.text not in there


def _korean_lacks(word: str, there: str) -> bool:
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return bool(pairs) and not any(pair in there for pair in pairs)
