"""Who holds a role, as English reports say it: "South Korean Foreign Minister Park Jin".

"Who is Japan's foreign minister?" is answered by a name beside the role, and by no other
sentence, however many of its words that has.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.record import record
from index.terms import stems

_ASKED = re.compile(
    r"^\W*who(?:'s| is| was| are| were)\s+(?P<role>[\w\s'’.-]{3,80}?)"
    r"(?:\s+(?:in|during|as of|back in)\s+[\w\s]+|\s+(?:now|then|today|currently))?\s*\??\s*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_]+(?:[-.][^\W_]+)*")
_OTHERS = frozenset("deputy vice former ex then assistant acting late counterpart".split())
_ARTICLES = frozenset("the a an of s for".split())
_REACH = 4  # words before the role in which the place or body that it belongs to is named
_FAMILY = 5  # letters that "Korea" and "Korean" share


@record
class Role:
    """`words` are the stems of the role itself, `whose` of the names that it belongs to."""

    words: tuple[str, ...]
    whose: tuple[str, ...]


def role_asked(question: str) -> Role | None:
    """The role whose holder an English question asks for; None where it asks otherwise."""
    match = _ASKED.match(question)
    if match is None:
        return None
    words: list[str] = []
    whose: list[str] = []
    for word in _WORD.findall(match["role"].replace("'s", " ").replace("’s", " ")):
        if word.lower() in _ARTICLES or word.isdigit():
            continue
        (whose if word[0].isupper() else words).append(word.lower())
    if not words or len(words) > 4 or not all(map(str.isalpha, words)):
        return None
    return Role(tuple(stems(words, "en")), tuple(stems(whose, "en")))


def names_holder(text: str, role: Role) -> bool:
    """Whether `text` sets a name right beside the role, and whose role it is before it."""
    words = _WORD.findall(text.replace("'s", "").replace("’s", ""))
    bases = stems([word.lower() for word in words], "en")
    size = len(role.words)
    for i in range(len(words) - size + 1):
        if tuple(bases[i : i + size]) != role.words:
            continue
        before = words[max(0, i - _REACH) : i]
        if any(word.lower() in _OTHERS for word in before[-2:]):
            continue
        if not all(_akin(name, bases[max(0, i - _REACH) : i]) for name in role.whose):
            continue
        if _is_name(words, i + size, role):
            return True
    return False


def _akin(name: str, bases: Sequence[str]) -> bool:
    return any(
        base == name or (len(name) >= _FAMILY and base.startswith(name[:_FAMILY])) for base in bases
    )


def _is_name(words: Sequence[str], place: int, role: Role) -> bool:
    """Whether two words with capitals stand at `place`, or one whose like the role has not."""
    pair = words[place : place + 2]
    if not pair or not all(word[0].isupper() for word in pair):
        return False
    return not any(_akin(name, stems([word.lower() for word in pair], "en")) for name in role.whose)
