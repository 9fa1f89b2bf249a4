"""What a claim says of which a sentence has nothing, or leaves out so that it says something else.

A message was not written for the documents, as a model's claim is that was given them: each of
its words has to stand there, as far as a script lets words be told.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from itertools import pairwise

from bot.factcheck.alignment import blocks_of
from bot.factcheck.quantities import bound_apart
from bot.factcheck.tokens import LONGEST, Token, is_character, is_eastern, normalised, tokens
from index.terms import fold

# What turns a statement round, makes it less than one, or makes it one of another thing: denials,
# what may be, conditions, and words that take away from the noun that follows.
_TURNING = frozenset(
    "not no never none nobody nothing neither nor without cannot hardly barely almost nearly may "
    "might could would should must will shall can if unless whether perhaps maybe possibly "
    "probably allegedly reportedly only few vice deputy former formerly ex acting alleged "
    "fake".split()
)
# And what tells how many or when: more than the sentence says of it may not be said.
_MEASURING = frozenset(
    "all every each any both half most many some always often sometimes more less fewer least "
    "over under above below before after until since except".split()
)
_SHARED = 5  # letters that words of one family have in common at least; of Hangul its parts
_FAMILY = 0.6  # and how much of the longer; of Korean, where endings pile up, of the shorter


def unsaid(claim: str, sentence: str, title: str = "") -> bool:
    """Whether the claim has a word of which the sentence and its title have nothing, or lacks one
    of the sentence's that changes what the rest says."""
    ours, theirs = tokens(claim[:LONGEST]), tokens(sentence[:LONGEST])
    there = normalised(sentence)
    ranks = {each.key for each in theirs}
    if any(each.kind == "rank" and each.key not in ranks for each in ours):
        return True
    for one, two in pairwise(ours):
        if one.end == two.start and _lacks(one, there) and _lacks(two, there):
            return True
    korean = [each.text for each in theirs if _is_korean(each)]
    if any(_is_korean(each) and each.worth and _korean_lacks(each.text, korean) for each in ours):
        return True
    known = (*theirs, *tokens(title[:LONGEST])) if title else theirs
    return _word_lacks(ours, known) or turns(claim, sentence)


def _lacks(token: Token, there: str) -> bool:
    return is_character(token) and token.worth > 0 and token.text not in there


def _is_korean(token: Token) -> bool:
    return "\uac00" <= token.text[0] <= "\ud7a3"


def _korean_lacks(word: str, theirs: Sequence[str]) -> bool:
    """Whether no word there holds it, lies in it, or begins as it does: endings are many."""
    parts = unicodedata.normalize("NFD", word)
    return not any(
        word in each
        or (len(each) > 1 and each in word)
        or _of_one_family(parts, unicodedata.normalize("NFD", each), min)
        for each in theirs
    )


def _begins_alike(one: str, other: str) -> int:
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _word_lacks(ours: Sequence[Token], known: Sequence[Token]) -> bool:
    """Whether a word that says something, and is no name nor figure, is nowhere there."""
    keys = {each.key for each in known}
    words = [fold(each.text) for each in known if each.key[0] == "w"]
    return any(
        each.kind in ("", "capital")
        and each.worth > 0
        and each.key[0] == "w"
        and not is_eastern(each.text)
        and each.key not in keys
        and not any(_of_one_family(fold(each.text), word) for word in words)
        for each in ours
    )


def _of_one_family(one: str, other: str, which: Callable[[int, int], int] = max) -> bool:
    shared = _begins_alike(one, other)
    return shared >= _SHARED and shared >= _FAMILY * which(len(one), len(other))


def turns(claim: str, sentence: str) -> bool:
    """Whether the words that turn a statement, or bound it, are others than the sentence has where
    both match."""
    ours, theirs = tokens(claim[:LONGEST]), tokens(sentence[:LONGEST])
    equal = [(a, b, c, d) for tag, a, b, c, d in blocks_of(ours, theirs) if tag == "equal"]
    said = _folded(ours)
    if _turned(ours, _TURNING | _MEASURING) - _turned(theirs, _TURNING | _MEASURING):
        return True
    worthy = [(c, d) for a, b, c, d in equal if any(each.worth for each in ours[a:b])]
    if not worthy:
        return False
    first = max(0, min(c for c, _ in worthy) - 1)
    if (_folded(theirs[first : max(d for _, d in worthy)]) & _TURNING) - said:
        return True
    return any(
        bound_apart(ours[a + i], theirs[c + i], claim, sentence)
        for a, b, c, _ in equal
        for i in range(b - a)
    )


def _turned(row: Sequence[Token], words: frozenset[str]) -> set[tuple[str, object]]:
    """Each of `words` in a row, and the next that says something: that is what it turns."""
    found: set[tuple[str, object]] = set()
    after: object = ""
    for each in reversed(row):
        word = _bare(each)
        if word in words:
            found.add((word, after))
        elif each.worth:
            # Of figures the kind will do: whether they are the same is told by others.
            after = each.key if each.kind in ("", "name", "capital") else each.kind
    return found


def _folded(row: Sequence[Token]) -> frozenset[str]:
    return frozenset(map(_bare, row))


def _bare(token: Token) -> str:
    word = fold(token.text)
    return "not" if word.endswith("n't") else word
