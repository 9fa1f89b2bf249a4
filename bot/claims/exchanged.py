"""Whether a claim puts one thing in the place of another: a figure, its unit, a name, a rank.

Told by what stands beside it. "More than 200 people were killed" is no claim to rest on "40
people were killed and more than 200 injured", though it has no other words: what stands after
200 there stands after 40 here. Each rule needs the neighbours to be the same, so it tells little
and is seldom wrong; what is exchanged in other words is left to the measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from bot.claims.clauses import SMALL, STOPS, stem, tokens_of
from bot.claims.measured import figures_differ
from bot.claims.persons import persons_differ
from bot.claims.places import eastern_places
from bot.opposites import opposed


def exchanged(claim: str, sentence: str) -> bool:
    """Whether `claim` has something of `sentence` in the place of something else there."""
    return (
        _ranks_differ(claim, sentence)
        or _times_differ(claim, sentence)
        or figures_differ(claim, sentence)
        or _places_differ(claim, sentence)
        or _rivals_differ(claim, sentence)
        or persons_differ(claim, sentence)
        or _opposites_differ(claim, sentence)
        or _unguarded(claim, sentence)
    )


def only_asked(claim: str, sentences: Sequence[str]) -> bool:
    """Whether all the sentences are questions, and the claim says that it is so."""
    return (
        all(map(_is_question, sentences))
        and "?" not in claim
        and "？" not in claim
        and not _ASKS.search(claim)
    )


# -- ranks and shares: "the second meeting", "some of the patients"

_RANKS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth last final 1st 2nd 3rd "
    "4th 5th".split()
)
_SHARES = {
    "none": 0, "some": 1, "several": 1, "few": 1, "many": 2, "most": 3, "all": 4, "every": 4,
    "each": 4, "everyone": 4, "everybody": 4,
}  # fmt: skip


def _ranks_differ(claim: str, sentence: str) -> bool:
    ours = list(_ranked(claim))
    if not ours:
        return False
    theirs = list(_ranked(sentence))
    for rank, word in ours:
        said = {other for other, of in theirs if of == word}
        if rank in _RANKS:
            ranks = said & _RANKS
            if ranks and rank not in ranks:
                return True
        elif said and not said & _RANKS:
            shares = [_SHARES[each] for each in said]
            if _SHARES[rank] >= 3 and 0 < max(shares) < _SHARES[rank]:
                return True
    return False


def _ranked(text: str) -> Iterator[tuple[str, str]]:
    words = [token.low for token in tokens_of(text)]
    for place, word in enumerate(words):
        if word in _RANKS or word in _SHARES:
            rest = [each for each in words[place + 1 : place + 5] if each not in SMALL]
            if rest and rest[0] not in STOPS:
                yield word, stem(rest[0])


# -- before and after

_TIMES = re.compile(
    r"\b(?:(?P<until>until|till)|(?P<before>before|prior to|ahead of)|(?P<after>after|following)"
    r"|(?P<since>since)) ",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|never|no)\b|n['’]t\b", re.IGNORECASE)


def _times_differ(claim: str, sentence: str) -> bool:
    ours = list(_timed(claim))
    if not ours:
        return False
    theirs = list(_timed(sentence))
    for late, word in ours:
        said = {other for other, of in theirs if of == word}
        if said and late not in said:
            # "not until 2019" is after it
            return not (_NOT.search(sentence) or _NOT.search(claim))
    return False


def _timed(text: str) -> Iterator[tuple[bool, str]]:
    for match in _TIMES.finditer(text):
        rest = [token.low for token in tokens_of(text[match.end() : match.end() + 60])]
        rest = [word for word in rest[:4] if word not in SMALL]
        if rest and rest[0] not in STOPS:
            yield match.lastgroup in ("after", "since"), stem(rest[0])


# -- places and opposites

_FOLLOWING = 4  # characters


def _places_differ(claim: str, sentence: str) -> bool:
    """Whether a country or city stands before what another stands before there, in scripts
    without capitals."""
    if claim.isascii():
        return False
    theirs = [(name, _following(sentence, end)) for name, _, end in eastern_places(sentence)]
    for name, _, end in eastern_places(claim):
        after = _following(claim, end)
        there = {other for other, following in theirs if following == after}
        if len(after) == _FOLLOWING and there and name not in there:
            return any(other == name for other, _ in theirs)
    return False


def _following(text: str, end: int) -> str:
    return re.sub(r"\s", "", text[end : end + 2 * _FOLLOWING])[:_FOLLOWING]


_RIVALS = """
多 少|上 下|前 后|前 後|高 低|大 小|买 卖|胜 败|勝 敗|升 降|增 减|増 減|东 西|東 西|南 北
首次 最后 第二次|总统 总理 主席|部长 总统|部长 总理|以上 以下|以前 以后 以後|支持 反对
大統領 首相 外相|증가 감소|상승 하락|이상 이하|이전 이후|찬성 반대|승리 패배|처음 마지막
대통령 총리|장관 대통령|장관 총리|늘었 줄었|올랐 내렸|수출 수입|매수 매도
"""


@cache
def _rivals() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for row in _RIVALS.replace("|", "\n").split("\n"):
        for word in row.split():
            found.setdefault(word, set()).update(set(row.split()) - {word})
    return {word: frozenset(others) for word, others in found.items()}


def _rivals_differ(claim: str, sentence: str) -> bool:
    """Whether one of two characters or words that exclude each other stands for the other,
    amid the same ones."""
    if claim.isascii():
        return False
    claim, sentence = (re.sub(r"[\W_]", "", text) for text in (claim, sentence))
    for word, others in _rivals().items():
        at = claim.find(word)
        while at >= 0:
            before, after = claim[max(0, at - 2) : at], claim[at + len(word) :][:2]
            amid = len(after) == 2 and (len(before) == 2 or at == len(before))
            if amid and f"{before}{word}{after}" not in sentence:
                told = (f"{before}{other}{after}" for other in others)
                if any(each in sentence for each in told):
                    return True
            at = claim.find(word, at + 1)
    return False


def _opposites_differ(claim: str, sentence: str) -> bool:
    """Whether a word stands where its opposite stands there, between the same two."""
    ours = _threes(claim)
    theirs = {(a, c): b for a, b, c in _threes(sentence)}
    return any(
        (other := theirs.get((a, c))) is not None
        and other != b
        and bool(opposed(frozenset({b}), frozenset({other})))
        for a, b, c in ours
    )


def _threes(text: str) -> list[tuple[str, str, str]]:
    words = [stem(token.low) for token in tokens_of(text) if token.low not in SMALL | STOPS]
    return list(zip(words, words[1:], words[2:], strict=False))


# -- what is only said to be possible, or asked

_MAY = re.compile(r"\b(?:may|might|could)(?: (?:also|soon|still|even))? ([a-z]{2,})", re.IGNORECASE)
_GUARDS = re.compile(
    r"\b(?:may|might|could|can|possib\w+|perhaps|potential\w*|likely|would|if|appears?|seems?|plans?"
    r"|able|expect\w*|risks?|chances?|probab\w+|sometimes|not|whether|should)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"^\W*(?:if|unless)\b(?! you)", re.IGNORECASE)
_SAYS_IF = re.compile(
    r"\b(?:if|unless|when|whenever|would|could|may|might|should|in case|without|conditional\w*"
    r"|provided|depend\w*|whether|can|need\w*|must)\b",
    re.IGNORECASE,
)


def _unguarded(claim: str, sentence: str) -> bool:
    """Whether what may be is said to be so, or what is so under a condition without one."""
    if _IF.match(sentence) and not _SAYS_IF.search(claim):
        return True
    deeds = {stem(match[1].lower()) for match in _MAY.finditer(sentence)} - {"be", "have"}
    if not deeds or _GUARDS.search(claim):
        return False
    words = {stem(token.low) for token in tokens_of(claim)}
    return bool(deeds & words)


_ASKS = re.compile(
    r"\b(?:ask\w*|question\w*|wonder\w*|whether|inquir\w*|doubt\w*)\b", re.IGNORECASE
)


def _is_question(sentence: str) -> bool:
    return sentence.rstrip(" \t\r\n\"'”’)」』").endswith(("?", "？"))
