"""Whether two numbers, dates or times cannot both be meant.

What is rounded, bounded ("more than 200") or told less fully may be the same.
"""

from __future__ import annotations

import re

from bot.factcheck.tokens import LONGEST, Token, normalised

_BOUNDS = re.compile(
    r"(?:over|above|under|below|about|around|nearly|almost|approximately|roughly|some|least|most|than"
    r"|to|exceeding|estimated|circa|c\.|ca\.|약|대략|거의|최소|최대|무려|약간|超过|超過|逾|约|約|近|大约|大約|至少|最多|不到"
    r"|不足|将近|將近|几乎|ほぼ|およそ)[ ]?[$€£¥₩]?$",
    re.IGNORECASE,
)
_BOUNDED_AFTER = re.compile(
    r"[ ]?(?:%|[명개원년만억조]{0,3})[ ]?(?:여|이상|이하|미만|초과|넘|가량|정도|多|余|餘|以上|以下"
    r"|左右|or (?:more|less)|\+)"
)
_MORE = re.compile(
    r"over|above|least|than|exceed|more|\+|超|逾|至少|多|余|餘|以上|이상|넘|초과|여$", re.IGNORECASE
)
_LESS = re.compile(
    r"under|below|most|nearly|almost|or less|不到|不足|最多|将近|將近|几乎|以下|未満"
    r"|최대|거의|이하|미만",
    re.IGNORECASE,
)
_NEAR = 0.15


def exclude(one: Token, other: Token, claim: str, sentence: str) -> bool:
    """Whether two of a kind cannot both be meant."""
    if one.kind == "date":
        return dates_exclude(one, other)
    if one.kind == "time":
        return one.key[1:3] != other.key[1:3]
    if one.kind not in ("number", "percent"):
        return True
    a, b = _value(one), _value(other)
    if a is None or b is None:
        return False
    bound, bounded = _bound(claim, one), _bound(sentence, other)
    if (bound != bounded) and abs(a - b) <= _NEAR * max(abs(a), abs(b)):
        return False
    if bound != bounded and ((_more(bound) and b > a) or (_more(bounded) and a > b)):
        return False
    return not _rounded(one, other)


def dates_exclude(one: Token, other: Token) -> bool:
    """Whether no reading of the one date may be the other."""
    return not any(_meet(a, b) for a in one.key[1:] for b in other.key[1:])


def _meet(one: object, other: object) -> bool:
    """Whether two dates, as far as both tell them, may be the same."""
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def bound_apart(one: Token, other: Token, claim: str, sentence: str) -> bool:
    """Whether a number that both have is bounded otherwise in the claim: "200" is not said by
    "more than 200", nor "more than 200" by "200"."""
    if one.kind not in ("number", "percent"):
        return False
    bound, bounded = _direction(_bound(claim, one)), _direction(_bound(sentence, other))
    return bound != bounded and (bool(bounded) or bound != "about")


def _direction(bound: str) -> str:
    if bound in ("", "to", "of"):
        return ""
    if _more(bound):
        return "more"
    return "less" if _LESS.search(bound) else "about"


def _value(token: Token) -> float | None:
    try:
        return float(str(token.key[1]))
    except ValueError:
        return None


def _bound(text: str, token: Token) -> str:
    text = normalised(text[:LONGEST])
    before = _BOUNDS.search(text[max(0, token.start - 16) : token.start])
    after = _BOUNDED_AFTER.match(text, token.end)
    return (before[0].strip(" $€£¥₩").lower() if before else "") + (
        after[0].strip() if after else ""
    )


def _more(bound: str) -> bool:
    return _MORE.search(bound) is not None


def _rounded(one: Token, other: Token) -> bool:
    """Whether one is the other with fewer digits told."""
    short, long = sorted((str(one.key[1]), str(other.key[1])), key=_significant)
    try:
        a, b = float(short), float(long)
    except ValueError:
        return False
    digits = _significant(short)
    if digits == _significant(long) or digits < 2 or not b:
        return False
    return float(f"{b:.{digits - 1}e}") == a


def _significant(value: str) -> int:
    return len(value.replace(".", "").strip("0"))
