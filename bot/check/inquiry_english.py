"""Questions made of the clauses of English sentences: who, when, where, how many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.check.clause_english import DATE, LEANING, MONTH, NAME, WEEKDAY, Clause, parted
from bot.check.inquiry import Inquiry
from bot.check.verbs import AUXILIARIES, base_of, of_participle, past_of
from bot.claims.ordinary import FUNCTION, is_ordinary
from bot.claims.places import place_forms

_DATED = re.compile(rf" ?\b(in|on|since|until) ({DATE})(?=$|[ ,;])(?! to \d| and \d)")
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
_KINDS = "city|town|port|village|island|province|state|capital|region|district"
_PLACE = re.compile(
    rf" ?\b(in|at|near) (?:the )?"
    rf"(?P<before>(?:[A-Z][a-z]+ ){{0,2}}(?:[a-z]+ )?(?:{_KINDS}) of )?"
    rf"(?P<place>{NAME}(?:, {NAME})?)"
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
_PERSON = re.compile(rf"(?:(?:{NAME}(?:’s|'s)? )?{_TITLE} )(?P<name>{NAME})$")
_HOLDS = re.compile(
    rf"(?<![\w’'-])(?P<of>(?:South |North |New )?[A-Z][a-z]+)(?P<owns>[’']s)? "
    rf"(?P<title>{_TITLE}) (?P<name>{NAME})"
)
_OTHERWISE = re.compile(
    rf"(?P<of>(?:South |North |New )?[A-Z][a-z]+)[’']s (?P<title>(?:[a-z]+ ){{0,3}}(?:minister|"
    rf"president|chancellor|king|queen|adviser|ambassador|governor|mayor)), (?P<name>{NAME}),"
)
_OWNED = re.compile(r"[’']s?$")
_DOES = frozenset(
    "said told wrote born won died met invited urged warned founded discovered invented painted "
    "composed designed directed led became married visited announced proposed introduced "
    "published received joined received studied taught played recorded defeated".split()
)
_ORGANISED = re.compile(
    r"\b(?:University|Company|Corporation|Ministry|Council|Party|Institute|Association|Bank|Museum|"
    r"Church|School|College|House|Agency|Office|Department|Group|Union|League|Club|Army|Navy|Court|"
    r"Committee|Commission|Press|Times|News|Daily|Center|Centre|Foundation|Society|Park|River|Lake|"
    r"Mount|Bridge|Tower|Station|Airport|Street|War|Battle|Act|Treaty|Festival|Games|Cup|Island|"
    r"Islands|Railway|Line|Temple|Palace|Castle|Canal|Dam|Harbour|Harbor|Express)\b"
)


def inquiries(sentence: str) -> Iterator[Inquiry]:
    """The questions that can be made of `sentence`, the surest first."""
    clause = parted(sentence)
    if clause is not None:
        for make in (_when, _how_many, _where, _who, _by_whom):
            for made in make(clause):
                if _stands_alone(made.question):
                    yield made
    yield from _holder(sentence)


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
    elif re.fullmatch(WEEKDAY, date):
        word = "On which day"
    elif re.fullmatch(MONTH, date):
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
        if re.fullmatch(DATE, place) or re.search(r"\b(?:that|to|of)\b", doing):
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
    if not 2 <= len(names) <= 4 or not re.fullmatch(NAME, clause.subject):
        return False
    if _ORGANISED.search(clause.subject) or any(n.lower() in place_forms()[0] for n in names):
        return False
    if is_ordinary(names[0].lower(), names[1].lower()):
        return False
    return clause.verb in _DOES or clause.rest.split()[0] in _DOES


def _by_whom(clause: Clause) -> Iterator[Inquiry]:
    match = re.match(rf"([a-z]+ed|[a-z]+) by ({NAME})(?=$| (?:in|on|and|at|for)\b)", clause.rest)
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
    if LEANING.search(plain) or not 5 <= len(words) <= 32:
        return False
    named = [word for word in words[1:] if word[:1].isupper() or word[:1].isdigit()]
    if all(re.fullmatch(rf"{MONTH}|{WEEKDAY}|\d{{1,2}}", word) for word in named):
        return False
    return not re.search(r"\b(?:and|or|of|the|a|in|to|by|with|for)\?$", question)
