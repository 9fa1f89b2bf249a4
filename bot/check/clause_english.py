"""An English sentence as subject, verb and rest, where it parts into them with some certainty."""

from __future__ import annotations

import re

from bot.check.verbs import AUXILIARIES, base_of
from bot.claims.ordinary import FUNCTION
from index.record import record, replaced

MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
WEEKDAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
DATE = (
    rf"(?:{MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}} {MONTH}(?: \d{{4}})?"
    rf"|{MONTH}(?:,? \d{{4}})?|(?:1[0-9]|20)\d\d|{WEEKDAY})"
)
_FRONT = re.compile(rf"(In|On|Since) ({DATE}), (?=[A-Z]|the |a )")
_LINKS = re.compile(
    r"(?:Meanwhile|However|Moreover|Furthermore|Separately|In addition|In response|Later|Today"
    r"|For example|At the time|As a result|In fact|Finally|Initially|Originally), "
)
_SERIES = re.compile(
    r"[A-Z][\w’'-]+(?: [A-Z]\w+)?(?:, [A-Z][\w’'-]+(?: [A-Z]\w+)?)+,? and (?=(?:the )?[A-Z])"
)
_QUOTES = re.compile(r"[\"“”‘«»\[\]{}<>|*#@_=\\…]|--|\w'(?= )")
_ATTRIBUTED = re.compile(
    r", (?:[A-Z][\w.’'-]*|the|according|sources?|officials?)(?: [\w.’'-]+){0,9}? "
    r"(?:said|says|reported|added|told [\w ]+|announced)(?: [\w. ]{0,40})?$|,? according to .*$"
)
# Words that say which thing is spoken of only to who has read what stands before.
LEANING = re.compile(
    r"\b(?:he|she|it|they|him|them|his|her|its|their|we|our|us|you|your|my|I|this|these|those|here"
    r"|there|such|former|latter|both|also|another|other|others|same|then|today|yesterday|tomorrow"
    r"|ago|last|next|now|so|however|meanwhile|current|recent|previous|respectively)\b(?! time)",
    re.IGNORECASE,
)
_IN_NO_SUBJECT = frozenset(
    "that which who whom whose when where while because if but although though as than whether "
    "after before until since so how what why to not there".split()
)
NAME = r"[A-Z][\w’'-]+(?: (?:[A-Z]\. )?(?:of |de |van |von |al |bin )?[A-Z][\w’'-]+)*"
_OFFICE = re.compile(
    r"\b(?:minister|president|king|queen|mayor|director|adviser|spokes\w+|professor|author|governor"
    r"|chief|head|leader|chairman|founder|architect|engineer|physicist|chemist|writer|singer)\b"
)
_ENDS = re.compile(
    r"[,;:] |,$| [–—-] | (?:because|while|whereas|although|though|which|who|whose|where|when|but"
    r"|in an effort to|in order to|in hopes) "
)


@record
class Clause:
    """`subject` `verb` `rest`, as it was written; `front` is a date that stood before it.

    `person` says that the subject is somebody's name for sure.
    """

    subject: str
    verb: str
    rest: str
    front: tuple[str, str] | None = None
    person: bool = False


def parted(sentence: str) -> Clause | None:
    """`sentence` as one clause, or None where it is none, or none that is sure."""
    text = sentence.strip().rstrip('”"')
    if not text.endswith(".") or not text[:1].isupper():
        return None
    text = _ATTRIBUTED.sub("", text[:-1].strip())
    text = _LINKS.sub("", text, count=1)
    front = None
    if begun := _FRONT.match(text):
        front = (begun[1].lower(), begun[2])
        text = text[begun.end() :]
    text = _SERIES.sub(lambda match: match[0].replace(" ", "\u00a0"), text)
    words = text.split(" ")
    for at, word in enumerate(words[:14]):
        if at and word.endswith(","):
            return _appositive(words, at, front)
        plain = word.lower()
        if plain in _IN_NO_SUBJECT or (at and _is_pronoun(plain)):
            return None
        if not at or not (plain == word and (word in AUXILIARIES or base_of(word))):
            continue
        own = words[: at - 1] if at > 1 and words[at - 1].endswith("ly") else words[:at]
        if not _is_subject(own):
            continue
        return _clause(" ".join(own), word, " ".join(words[at + 1 :]), front)
    return None


def _appositive(words: list[str], at: int, front: tuple[str, str] | None) -> Clause | None:
    """A name, what it is, and then the verb: "Wang Yi, the foreign minister, said"."""
    ends = [i for i in range(at + 1, min(len(words), at + 14)) if words[i].endswith(",")]
    if not ends or ends[0] + 2 >= len(words):
        return None
    first, second = " ".join(words[: at + 1])[:-1], " ".join(words[at + 1 : ends[0] + 1])[:-1]
    verb = words[ends[0] + 1]
    if verb not in AUXILIARIES and not base_of(verb):
        return None
    if re.fullmatch(NAME, second) and not re.fullmatch(NAME, first):
        first = second  # "Japan's foreign minister, Yoko Kamikawa, said"
    elif not re.fullmatch(NAME, first) or not re.match(
        r"(?:the|a|an|(?:[A-Z]\w+ )?[A-Z]\S+[’']s) ", second
    ):
        return None
    clause = _clause(first, verb, " ".join(words[ends[0] + 2 :]), front)
    return replaced(clause, person=bool(_OFFICE.search(f"{first} {second}"))) if clause else None


def _clause(subject: str, verb: str, rest: str, front: tuple[str, str] | None) -> Clause | None:
    end = _ENDS.search(rest)
    # A list goes on behind its comma, and a year behind its day.
    while end is not None and re.match(r",? \d{4}\b", rest[end.start() :]):
        end = _ENDS.search(rest, end.end())
    if end is not None and re.search(
        r"^, (?!his |her |its |their |the )(?:[\w’'-]+ ){1,4}(?:and|or) [\w’'-]+",
        rest[end.start() :],
    ):
        return None
    rest = rest[: end.start()].strip() if end is not None else rest
    subject, rest = subject.replace("\u00a0", " "), rest.replace("\u00a0", " ")
    if not rest or _QUOTES.search(f"{subject} {rest}") or rest.count("(") != rest.count(")"):
        return None
    if re.match(r"by \D", rest) and verb not in AUXILIARIES:
        return None  # a participle: the plan announced by
    other = any(word in ("is", "are", "was", "were", "has", "will") for word in rest.split()[:6])
    if other and verb not in (*AUXILIARIES, "said", "says", "announced", "warned", "told"):
        return None  # talks held in May were
    return Clause(subject, verb, rest, front)


def _is_pronoun(word: str) -> bool:
    return word in ("he", "she", "it", "they", "we", "i", "you")


def _is_subject(words: list[str]) -> bool:
    last = words[-1]
    plain = last.lower()
    if plain in FUNCTION or plain.endswith("ly") or not last[-1].isalnum():
        return False
    if len(words) > 1 and words[-2].lower() in ("to", "not"):
        return False
    return not LEANING.search(" ".join(words))
