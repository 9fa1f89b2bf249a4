"""Questions made of simple English sentences: who, when, where, how many.

A sentence is parted into what is spoken of, its verb, and the rest up to where its clause ends.
Where that cannot be done with some certainty there is no question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.check.inquiry import Inquiry
from bot.check.verbs import AUXILIARIES, base_of, of_participle, past_of
from bot.claims.ordinary import FUNCTION, is_ordinary
from bot.claims.places import place_forms
from index.record import record, replaced

_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_WEEKDAY = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_DATE = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?(?:,? \d{{4}})?|\d{{1,2}} {_MONTH}(?: \d{{4}})?"
    rf"|{_MONTH}(?:,? \d{{4}})?|(?:1[0-9]|20)\d\d|{_WEEKDAY})"
)
_DATED = re.compile(rf" ?\b(in|on|since|until) ({_DATE})(?=$|[ ,;])(?! to \d| and \d)")
_FRONT = re.compile(rf"(In|On|Since) ({_DATE}), (?=[A-Z]|the |a )")
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
_LEANING = re.compile(
    r"\b(?:he|she|it|they|him|them|his|her|its|their|we|our|us|you|your|my|I|this|these|those|here"
    r"|there|such|former|latter|both|also|another|other|others|same|then|today|yesterday|tomorrow"
    r"|ago|last|next|now|so|however|meanwhile|current|recent|previous|respectively)\b(?! time)",
    re.IGNORECASE,
)
_IN_NO_SUBJECT = frozenset(
    "that which who whom whose when where while because if but although though as than whether "
    "after before until since so how what why to not there".split()
)
_NUMBER = (
    r"(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    r"|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety)(?:[ -](?:hundred|thousand|million|billion))?"
)
_ABOUT = r"(?:(?:about|around|some|nearly|almost|over|roughly|approximately|more than|at least) )?"
_COUNTED = re.compile(
    rf"(?:^|(?<= ))(?:(in|for|of|with|from|to|by|at|into|on|between|across) )?{_ABOUT}"
    rf"(?P<number>{_NUMBER}) (?P<noun>(?:[a-z]+ ){{0,2}}?[a-z]{{2,}}(?:s|people|men|women|children"
    r"|percent)(?: of [a-z]+)?)(?=$|[ ,;])"
)
_PERCENT = re.compile(rf"(?:^|(?<= ))by {_ABOUT}(?P<number>\d+(?:\.\d+)?(?: ?%| percent))(?=$| )")
_NAME = r"[A-Z][\w’'-]+(?: (?:[A-Z]\. )?(?:of |de |van |von |al |bin )?[A-Z][\w’'-]+)*"
_KINDS = "city|town|port|village|island|province|state|capital|region|district"
_PLACE = re.compile(
    rf" ?\b(in|at|near) (?:the )?"
    rf"(?P<before>(?:[A-Z][a-z]+ ){{0,2}}(?:[a-z]+ )?(?:{_KINDS}) of )?"
    rf"(?P<place>{_NAME}(?:, {_NAME})?)"
    r"(?=$| (?:in|on|at|for|after|before|during|since|with|to|from|by|as|and|until)\b)"
)
_HAPPENS = re.compile(
    r"\b(?:born|held|located|founded|established|built|met|meet|lies?|died|based|took place|take "
    r"place|opened|moved|settled|buried|signed|raised|headquartered|stationed|found|discovered|"
    r"landed|arrived|gathered|lived|stands|began|launched)\b"
)
_TITLE = (
    r"(?:(?:Vice |Deputy |Prime |First |Foreign |Defen[cs]e |Finance |National |Executive |Chief |"
    r"Supreme )*(?:President|Minister|Chancellor|King|Queen|Emperor|Pope|Governor|Mayor|Senator|"
    r"Secretary(?: of State| General|-General)?|Chairman|Chairwoman|Ambassador|General|Judge|"
    r"Premier|Director|Adviser|Advisor|Spokesman|Spokeswoman|Professor|Architect|Engineer|Captain|"
    r"Colonel|Admiral|Councillor|Mr\.|Mrs\.|Ms\.|Dr\.|Sir|Prince|Princess))"
)
_PERSON = re.compile(rf"(?:(?:{_NAME}(?:’s|'s)? )?{_TITLE} )(?P<name>{_NAME})$")
_HOLDS = re.compile(
    rf"(?<![\w’'-])(?P<of>(?:South |North |New )?[A-Z][a-z]+)(?P<owns>[’']s)? "
    rf"(?P<title>{_TITLE}) (?P<name>{_NAME})"
)
_OTHERWISE = re.compile(
    rf"(?P<of>(?:South |North |New )?[A-Z][a-z]+)[’']s (?P<title>(?:[a-z]+ ){{0,3}}(?:minister|"
    rf"president|chancellor|king|queen|adviser|ambassador|governor|mayor)), (?P<name>{_NAME}),"
)
_OFFICE = re.compile(
    r"\b(?:minister|president|king|queen|mayor|director|adviser|spokes\w+|professor|author|governor"
    r"|chief|head|leader|chairman|founder|architect|engineer|physicist|chemist|writer|singer)\b"
)
_OWNED = re.compile(r"[’']s?$")
_DOES = frozenset(
    "said told wrote born won died met invited urged warned founded discovered invented painted "
    "composed designed directed led became married visited announced proposed introduced "
    "published received joined received studied taught played recorded defeated".split()
)
_ENDS = re.compile(
    r"[,;:] |,$| [–—-] | (?:because|while|whereas|although|though|which|who|whose|where|when|but"
    r"|in an effort to|in order to|in hopes) "
)
_ORGANISED = re.compile(
    r"\b(?:University|Company|Corporation|Ministry|Council|Party|Institute|Association|Bank|Museum|"
    r"Church|School|College|House|Agency|Office|Department|Group|Union|League|Club|Army|Navy|Court|"
    r"Committee|Commission|Press|Times|News|Daily|Center|Centre|Foundation|Society|Park|River|Lake|"
    r"Mount|Bridge|Tower|Station|Airport|Street|War|Battle|Act|Treaty|Festival|Games|Cup|Island|"
    r"Islands|Railway|Line|Temple|Palace|Castle|Canal|Dam|Harbour|Harbor|Express)\b"
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


def inquiries(sentence: str) -> Iterator[Inquiry]:
    """The questions that can be made of `sentence`, the surest first."""
    clause = parted(sentence)
    if clause is not None:
        for make in (_when, _how_many, _where, _who, _by_whom):
            for made in make(clause):
                if _stands_alone(made.question):
                    yield made
    yield from _holder(sentence)


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
    if re.fullmatch(_NAME, second) and not re.fullmatch(_NAME, first):
        first = second  # "Japan's foreign minister, Yoko Kamikawa, said"
    elif not re.fullmatch(_NAME, first) or not re.match(
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
    return not _LEANING.search(" ".join(words))


def _asked(clause: Clause, word: str, rest: str) -> str:
    """The question: its word, the auxiliary, the subject, and the rest."""
    subject = clause.subject
    first, *others = subject.split()
    if first.lower() in FUNCTION or (
        others and others[0].islower() and is_ordinary(first.lower(), others[0])
    ):
        subject = subject[0].lower() + subject[1:]
    rest = re.sub(r"\s+", " ", rest).strip(" ,")
    if clause.verb in AUXILIARIES:
        head, _, tail = rest.partition(" ")
        if clause.verb == "had" and (base := of_participle(head)):
            return f"{word} did {subject} {base} {tail}".strip() + "?"
        if clause.verb in ("has", "have", "had") and not of_participle(head) and head != "been":
            aux = {"has": "does", "have": "do", "had": "did"}[clause.verb]
            return f"{word} {aux} {subject} have {rest}".strip() + "?"
        return f"{word} {clause.verb} {subject} {rest}".strip() + "?"
    aux, base = base_of(clause.verb) or ("did", clause.verb)
    return f"{word} {aux} {subject} {base} {rest}".strip() + "?"


def _when(clause: Clause) -> Iterator[Inquiry]:
    if clause.front is not None:
        yield _dated(clause, *clause.front, clause.rest)
    for match in _DATED.finditer(clause.rest):
        rest = clause.rest[: match.start()] + " " + clause.rest[match.end() :]
        # What is behind "that" or a second verb need not be when the first was done.
        before = clause.rest[: match.start()]
        if re.search(r"\b(?:that|to [a-z]|which|as)\b", before):
            continue
        if match[1] in ("since", "until") and clause.verb not in ("has", "have", "had"):
            continue
        behind = clause.rest[match.end() :].strip()
        if behind and not re.match(r"(?:in|at|by|with|to|for|from|after) ", behind):
            continue
        yield _dated(clause, match[1], match[2], rest)


def _dated(clause: Clause, preposition: str, date: str, rest: str) -> Inquiry:
    word = "When"
    if preposition in ("since", "until"):
        word = f"{preposition.capitalize()} when"
    elif re.fullmatch(_WEEKDAY, date):
        word = "On which day"
    elif re.fullmatch(_MONTH, date):
        word = "In which month"
    elif re.fullmatch(r"\d{4}", date):
        word = "In which year"
    return Inquiry(_asked(clause, word, rest), date, "when")


def _how_many(clause: Clause) -> Iterator[Inquiry]:
    match = re.match(rf"{_ABOUT}({_NUMBER}) ((?:[a-z]+ )?[a-z]+(?:s|people|men|women))$",
                     clause.subject[:1].lower() + clause.subject[1:])  # fmt: skip
    rest = clause.rest
    if match is not None:
        yield Inquiry(
            f"How many {match[2]} {clause.verb} {rest}?", f"{match[1]} {match[2]}", "number"
        )
    for found in _COUNTED.finditer(rest):
        if re.search(r"\b(?:that|which|first|last)\b", rest[: found.start()]):
            continue
        if re.fullmatch(r"(?:1[0-9]|20)\d\d", found["number"]) or found["noun"].endswith("ss"):
            continue
        what = f"how many {found['noun']}"
        if found["noun"].endswith("percent"):
            continue
        word = f"{found[1].capitalize()} {what}" if found[1] else what.capitalize()
        if not found[1] and rest[: found.start()].strip() and not _is_object(clause, found.start()):
            continue
        left = rest[: found.start()] + " " + rest[found.end() :]
        said = f"{found['number']} {found['noun']}"
        yield Inquiry(_asked(clause, word, left), said, "number")
    if (percent := _PERCENT.search(rest)) is not None:
        left = rest[: percent.start()] + " " + rest[percent.end() :]
        yield Inquiry(_asked(clause, "By how much", left), percent["number"], "number")


def _is_object(clause: Clause, at: int) -> bool:
    """Whether nothing but a participle stands between the verb and what is counted."""
    between = clause.rest[:at].split()
    return len(between) == 1 and (of_participle(between[0]) is not None or clause.verb == "will")


def _where(clause: Clause) -> Iterator[Inquiry]:
    places = place_forms()[0]
    for match in _PLACE.finditer(clause.rest):
        place = match["place"]
        known = any(word.lower() in places for word in re.findall(r"\w+", place))
        doing = f"{clause.verb} {clause.rest[: match.start()]}"
        if re.fullmatch(_DATE, place) or re.search(r"\b(?:that|to|of)\b", doing):
            continue
        if not (match["before"] or (_HAPPENS.search(doing) and (known or match[1] == "in"))):
            continue
        rest = clause.rest[: match.start()] + " " + clause.rest[match.end() :]
        yield Inquiry(_asked(clause, "Where", rest), place, "where")


def _who(clause: Clause) -> Iterator[Inquiry]:
    subject = clause.subject
    titled = _PERSON.match(subject)
    if titled is None and not clause.person and not _is_person(clause):
        return
    name = titled["name"] if titled is not None else subject
    question = f"Who {clause.verb} {clause.rest}?"
    if len(clause.rest.split()) >= 3:
        yield Inquiry(question, name, "who")


def _is_person(clause: Clause) -> bool:
    names = clause.subject.split()
    if not 2 <= len(names) <= 4 or not re.fullmatch(_NAME, clause.subject):
        return False
    if _ORGANISED.search(clause.subject) or any(n.lower() in place_forms()[0] for n in names):
        return False
    if is_ordinary(names[0].lower(), names[1].lower()):
        return False
    return clause.verb in _DOES or clause.rest.split()[0] in _DOES


def _by_whom(clause: Clause) -> Iterator[Inquiry]:
    match = re.match(rf"([a-z]+ed|[a-z]+) by ({_NAME})(?=$| (?:in|on|and|at|for)\b)", clause.rest)
    if clause.verb not in ("was", "were") or match is None:
        return
    past = past_of(match[1])
    if past is None or _ORGANISED.search(match[2]) or len(match[2].split()) < 2:
        return
    if any(name.lower() in place_forms()[0] for name in match[2].split()):
        return
    subject = clause.subject
    if subject.split()[0] in ("The", "A", "An"):
        subject = subject[0].lower() + subject[1:]
    rest = clause.rest[match.end() :]
    if rest.startswith(" and"):
        return
    yield Inquiry(f"Who {past} {subject}{rest}?", match[2], "who")


def _holder(sentence: str) -> Iterator[Inquiry]:
    """Who has an office: asked with its country."""
    places = place_forms()[0]
    if not sentence.rstrip('”"').endswith("."):
        return  # a headline
    for match in (*_OTHERWISE.finditer(sentence), *_HOLDS.finditer(sentence)):
        country = match["of"].split()[-1].lower()
        if country not in places or re.search(r"\bformer\b", sentence[: match.start()][-20:]):
            continue
        title = match["title"]
        if re.fullmatch(r"(?:Mr|Mrs|Ms|Dr)\.|Sir|General|Judge|Councillor|Director", title):
            continue
        owner = match["of"] + "’s" if match.re is _OTHERWISE or match["owns"] else match["of"]
        owner = owner.replace("’s", "'s")
        if owner.endswith("'s"):
            yield Inquiry(f"Who was {owner} {title.lower()}?", _OWNED.sub("", match["name"]), "who")
        else:
            yield Inquiry(
                f"Who was the {owner} {title.lower()}?", _OWNED.sub("", match["name"]), "who"
            )


def _stands_alone(question: str) -> bool:
    """Whether who has not read the sentence knows what is asked: it names something."""
    words = question[:-1].split()
    # Whose it is stands before it, where that is a name.
    plain = re.sub(r"(?<=\s)[A-Z][\w/’'-]+ (?:\S+ )*?(?:its|their|his|her) ", "", question)
    if _LEANING.search(plain) or not 5 <= len(words) <= 32:
        return False
    named = [word for word in words[1:] if word[:1].isupper() or word[:1].isdigit()]
    if all(re.fullmatch(rf"{_MONTH}|{_WEEKDAY}|\d{{1,2}}", word) for word in named):
        return False
    return not re.search(r"\b(?:and|or|of|the|a|in|to|by|with|for)\?$", question)
