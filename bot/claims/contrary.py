"""Whether a claim turns round what a sentence says, in much the same words: by denying it, or by
letting whom it was done to do it.

Told by form alone, so only where both are close: a claim in other words is left to the measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from index.terms import index_terms, stems

# How much of the claim a sentence must cover for a denial to be of the same.
_CLOSE, _CLOSER = 0.55, 0.7
_LONGEST = 1000  # characters of a claim or sentence that are looked at

_DENIED = re.compile(
    r"\b(?:not(?! only| just| merely| necessarily| the )|never|none|nor|neither|without"
    r"|cannot|nobody|nothing(?! but)|no longer(?! than)|no(?! matter| doubt| longer)"
    # What denies without a "not".
    r"|hardly|scarcely|barely|(?:falsely|wrongly|incorrectly)(?: (?:claim|sa[iy]|alleg|assert|stat"
    r"|report|suggest|believ|th[io])\w*(?: that)?)?"
    r"|(?:fail(?:s|ed|ing)?|unable|refus(?:es?|ed|ing)|declin(?:es?|ed|ing)|unlikely) to"
    r"|den(?:y|ies|ied|ying) (?:that|having)|(?:reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?"
    r"|den(?:y|ies|ied|ying)|refut(?:es?|ed|ing)|disput(?:es?|ed|ing)) (?:the |a |any )?"
    r"(?:claims?|ideas?|notions?|suggestions?|allegations?|reports?) (?:that|of))\b|n['’]t\b"
    r"|않|못[하했한할]|없[다었는이을습어고]|아니[라다었]|(?<![가-힣])안 |지 마"
    r"|不(?![仅僅断斷同过過久少足])|没|沒|未(?![来來])|无法|無法|尚无|並非|并非"
    r"|ない|なか[っろ]|ません|(?<=[らかがさたなばまわせ])ず(?=[に、。])",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[.,;:!?—–，、。；：！？（）()]")
_OF_A_VERB = re.compile(r"(?:did|does|do|will|would|has|have|had|is|was|are|were) ?(?:not|n['’]t)$")
_EMPTY = frozenset(
    stems(
        "the a an to of in on at for by with and or be is are was were been have has had do does "
        "did will would can could that this it its their his her they he she i you we as when what "
        "any if there which who how from".split(),
        "en",
    )
) | {"하지", "지는", "하는", "有"}
_WORD = re.compile(r"[^\W_]+")
_BE = frozenset("is are was were be been being gets got".split())
# What two do to each other, in whatever order they are named.
_MUTUAL = frozenset(
    stems(
        "met meet meeting talk talked talking spoke speak agree agreed discuss discussed share "
        "shared marry married border borders cooperate played tied signed exchanged between "
        "trilateral bilateral joint together and or than like".split(),
        "en",
    )
)
_REACH = 6  # words between a name and what it does
_KOREAN_ROLE = re.compile(
    r"(?<![가-힣A-Za-z])(?:([가-힣A-Za-z]{1,12}) )?([가-힣A-Za-z]{2,12}?)"
    r"(?:(은|는|이|가|께서)|(을|를|에게|한테))(?![가-힣])"
)
_JAPANESE_ROLE = re.compile(
    r"(?<![\u3005\u30a1-\u30fc\u4e00-\u9fffA-Za-z])()"
    r"([\u3005\u30a1-\u30fc\u4e00-\u9fffA-Za-z]{2,12})(?:(は|が)|(を|に|へ))"
)
_HAN = re.compile(r"[\u3400-\u9fff]")
_PUNCTUATION = re.compile(r"[\W_]+")


def contrary(claim: str, sentence: str, language: str, covered: float) -> bool:
    """Whether `claim` says the contrary; `covered` is how much of its words the sentence has."""
    claim, sentence = claim[:_LONGEST], sentence[:_LONGEST]
    if covered >= _CLOSE and _denied_by_one(claim, sentence, language, covered >= _CLOSER):
        return True
    if language == "ko":
        return _swapped(_roles(_KOREAN_ROLE, claim), _roles(_KOREAN_ROLE, sentence))
    if language == "ja" and _swapped(
        _roles(_JAPANESE_ROLE, claim), _roles(_JAPANESE_ROLE, sentence)
    ):
        return True
    if language in ("zh", "ja"):
        return _HAN.search(claim) is not None and _turned(claim, sentence)
    return _done_by_the_other(claim, sentence)


def _denied_by_one(claim: str, sentence: str, language: str, much: bool) -> bool:
    """Whether one denies what the other says without denying it."""
    told, said = _denials(claim, language, much), _denials(sentence, language, much)
    if not told and not said:
        return False
    all_told = frozenset(index_terms(claim, language).split(" "))
    all_said = frozenset(index_terms(sentence, language).split(" "))
    return any(
        (shared := denied & others) and not shared & also
        for denied, others, also in (
            *((one, all_said, frozenset().union(*said)) for one in told),
            *((one, all_told, frozenset().union(*told)) for one in said),
        )
    )


# In two languages denials are told by their words alone: of what one denies the other must hold
# anything that may deny. What only looks like a denial goes first.
_NO_DENIAL = re.compile(
    r"\bnot only\b|nicht nur|pas seulement|no s[oó]lo|non solo"
    r"|뿐(?:만)? ?아니라|않을 수 없|않으면 안|못지않|不得不|不管|不论|不論|无论|無論|不可避"
    r"|かもしれない|なければな|ないといけ|に違いない|だけでな|ほかならない",
    re.IGNORECASE,
)
_ABROAD = re.compile(
    r"\b(?:nicht|kein\w*|niemals|pas|jamais|aucune?|nunca|ning[uú]n\w*|n[aã]o|niet|geen|inte|не|нет)\b",
    re.IGNORECASE,
)
_MAY_DENY = re.compile(
    r"\b(?:no|not|never|non|none|nor|neither|without|cannot|nobody|nothing|hardly|barely|few|little"
    r"|less|only|except|until|unless|before|yet|instead|rather|must|(?:have|has|had) to|absen\w*"
    r"|fail\w*|lack\w*|miss\w*|refus\w*|declin\w*|reject\w*|den(?:y|ie)\w*|avoid\w*|stop\w*|halt\w*"
    r"|ban(?:s|ned)?|prohibit\w*|forb\w*|prevent\w*|oppos\w*|cancel\w*|postpon\w*|im\w+|in\w+ble|un\w+"
    r"|dis(?:agree|approv|continu|miss)\w*|sans|ohne|ni|nie|sin|senza|sem|zonder|без|ни)\b|n['’]t\b"
    r"|않|못|없|아니|안 |지 말|거부|거절|부인|반대|금지|중단|실패|취소|뿐|밖에"
    r"|불가|불명|불참|미정|미확|무산|부재|부족|모르"
    r"|不|没|沒|未|无|無|非|别|別|拒|否|禁|反|停|失|取消|缺|仅|僅|只|除|莫|勿|难|難|ない|なか|ません|ず|止|しか",
    re.IGNORECASE,
)


def denies_otherwise(one: str, other: str) -> bool:
    """Whether one of two texts that are to say the same in two languages denies something, and
    the other nothing."""
    one, other = (_NO_DENIAL.sub(" ", text[:_LONGEST]) for text in (one, other))
    return any(
        (_DENIED.search(a) or _ABROAD.search(a)) and not (_MAY_DENY.search(b) or _ABROAD.search(b))
        for a, b in ((one, other), (other, one))
    )


def _denials(text: str, language: str, much: bool) -> list[frozenset[str]]:
    """What each denial denies: the words after it, or before it where verbs end a sentence.

    A word, unless much of both is the same: then three, since "did not meet" hides that they met.
    """
    found = []
    for match in _DENIED.finditer(text):
        most = 12
        if language in ("ko", "ja") and match[0] != "안 ":
            part = _CLAUSE.split(text[max(0, match.start() - 12) : match.start()])[-1]
        elif language == "zh":
            part = _CLAUSE.split(text[match.end() : match.end() + 8])[0]
        else:
            part = _CLAUSE.split(text[match.end() : match.end() + 48])[0]
            part = part if len(part) < 48 else part.rpartition(" ")[0]
            most = (
                3 if much and _OF_A_VERB.search(text, max(0, match.start() - 8), match.end()) else 1
            )
        terms = [term for term in index_terms(part, language).split(" ") if term not in _EMPTY]
        found.append(frozenset([term for term in terms if len(term) > 1 or term < "a"][:most]))
    return found


def _roles(pattern: re.Pattern[str], text: str) -> dict[str, set[str]]:
    """Each word, alone and with the one before it, and whether it does or is done to."""
    found: dict[str, set[str]] = {}
    for match in pattern.finditer(text):
        role = "does" if match[3] else "done"
        found.setdefault(match[2], set()).add(role)
        if match[1]:
            found.setdefault(f"{match[1]} {match[2]}", set()).add(role)
    return found


def _swapped(told: dict[str, set[str]], said: dict[str, set[str]]) -> bool:
    moved = {
        (tuple(roles), tuple(said[word]))
        for word, roles in told.items()
        if word in said and len(roles) == len(said[word]) == 1 and roles != said[word]
    }
    return (("does",), ("done",)) in moved and (("done",), ("does",)) in moved


def _turned(claim: str, sentence: str) -> bool:
    """Whether three neighbouring pieces of the claim stand in the sentence from last to first."""
    claim, sentence = _PUNCTUATION.sub("", claim), _PUNCTUATION.sub("", sentence)
    pieces: list[str] = []
    place = 0
    while place < len(claim):
        size = 1
        while place + size < len(claim) and claim[place : place + size + 1] in sentence:
            size += 1
        pieces.append(claim[place : place + size])
        place += size
    return any(
        min(len(a), len(v), len(b)) > 1 and b + v + a in sentence and a + v + b not in sentence
        for a, v, b in zip(pieces, pieces[1:], pieces[2:], strict=False)
    )


def _done_by_the_other(claim: str, sentence: str) -> bool:
    done = list(_deeds(sentence))
    if not done:
        return False
    for one, verb, two in _deeds(claim):
        doer, other = one - two, two - one
        same = [(before, after) for before, word, after in done if word == verb]
        if any(doer & after and other & before for before, after in same) and not any(
            doer & before or other & after for before, after in same
        ):
            return True
    return False


def _deeds(text: str) -> Iterator[tuple[frozenset[str], str, frozenset[str]]]:
    """Who does what to whom: the names before and after each word that may be a verb."""
    words = [match[0] for match in _WORD.finditer(text.replace("'s ", " ").replace("’s ", " "))]
    names: list[tuple[int, int, frozenset[str]]] = []  # first and last word, folded
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and words[end][0].isupper() and words[end] not in _ARTICLES:
            end += 1
        if end > start:
            names.append((start, end, frozenset(word.lower() for word in words[start:end])))
        start = max(end, start + 1)
    for (_, end, one), (begin, _, two) in pairwise(names):
        between = [word.lower() for word in words[end:begin]]
        if not 0 < len(between) <= 2 * _REACH:
            continue
        doer, done = one, two
        if between[0] in _BE:
            # "Wang was invited to Seoul by Park": who did it comes after "by".
            doer = next(
                (g for first, _, g in names if first > end and words[first - 1] == "by"), one
            )
            if doer is not one:
                done = one
        verbs = [
            word
            for before, word, after in zip(
                ["", *between], between, [*between[1:], ""], strict=False
            )
            if len(word) > 2 and before not in _NOMINAL and after != "of" and word not in _BE
        ]
        for verb in stems(verbs, "en"):
            if verb not in _MUTUAL:
                yield doer, verb, done


_NOMINAL = frozenset("a an the of in on at for with its their his her".split())
_ARTICLES = frozenset("The A An In On At But And As This That These Those".split())
