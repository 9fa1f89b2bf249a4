"""Whether a claim puts one thing in the place of another: a figure, its unit, a name, a rank.

Told by what stands beside it. "More than 200 people were killed" is no claim to rest on "40
people were killed and more than 200 injured", though it has no other words: what stands after
200 there stands after 40 here. Each rule needs the neighbours to be the same, so it tells little
and is seldom wrong; what is exchanged in other words is left to the measure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import islice, pairwise

from bot.claims.figures import Figure, figures
from bot.claims.ordinary import FUNCTION, is_ordinary
from bot.claims.places import eastern_places, place_forms
from bot.opposites import opposed
from index.terms import stems

_TOKEN = re.compile(r"[^\W_]+(?:[.,'’-][^\W_]+)*|[,;:()–—]")
_SMALL = frozenset(
    "a an the of to in on at for by with from as is are was were be been being has have had do "
    "does did will would its his her their our my your this that these those it he she they we you "
    "i who which also then there about some around approximately roughly".split()
)
_STOPS = frozenset(",;:()–—")
_END = ""


_MOST_FIGURES = 24  # of a sentence; each is held against each
_MOST_NAMES = 24


def exchanged(claim: str, sentence: str) -> bool:
    """Whether `claim` has something of `sentence` in the place of something else there."""
    return (
        _ranks_differ(claim, sentence)
        or _times_differ(claim, sentence)
        or _figures_differ(claim, sentence)
        or _places_differ(claim, sentence)
        or _rivals_differ(claim, sentence)
        or _persons_differ(claim, sentence)
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


# -- figures: their units, what bounds them, and what stands beside them

_UNITS = {
    "dollar": r"us\$|usd|dollars?|달러|美元|ドル|\$",
    "won": r"krw|won|원(?![가-힣])|韩元|韓元|ウォン|₩",
    "yen": r"jpy|yen|엔(?![가-힣])|日元|日圆|円|¥",
    "yuan": r"cny|rmb|yuan|renminbi|위안|元|人民币",
    "euro": r"eur|euros?|유로|欧元|ユーロ|€",
    "pound": r"gbp|pounds?|파운드|英镑|ポンド|£|lbs?",
    "rupee": r"rupees?|루피|卢比|ルピー|₹",
    "km": r"km|kilomet(?:er|re)s?|킬로미터|公里|キロメートル",
    "mile": r"miles?|마일|英里|マイル",
    "m": r"m|met(?:er|re)s?|미터|メートル",
    "cm": r"cm|centimet(?:er|re)s?|센티미터|厘米|センチ",
    "foot": r"feet|foot|ft",
    "inch": r"inch(?:es)?",
    "kg": r"kg|kilograms?|kilos?|킬로그램|公斤|キログラム",
    "gram": r"grams?|그램",
    "ton": r"tons?|tonnes?|톤|吨|トン",
    "celsius": r"°c|degrees celsius|degrees c",
    "fahrenheit": r"°f|degrees fahrenheit|degrees f",
    "minute": r"minutes?|분(?:간|동안)|分钟|分間",
    "hour": r"hours?|시간|小时|時間",
    "day": r"days?|일간|日間",
    "week": r"weeks?|주일|주간|星期|周|週間",
    "month": r"months?|개월|个月|か月|ヶ月|カ月",
    "year": r"years?",
    "decade": r"decades?",
    "century": r"centur(?:y|ies)",
    "point": r"(?:percentage )?points?|%p|포인트|个百分点|ポイント",
    "percent": r"%|percent|per cent|퍼센트|パーセント",
}  # fmt: skip
_SIGNS = {"$": "dollar", "₩": "won", "€": "euro", "£": "pound", "₹": "rupee"}
_BELOW_ZERO = re.compile(r"(?:minus |(?<![\w.,])[-−–])$", re.IGNORECASE)
_DEGREES = re.compile(r" ?(?:degrees?|°|℃|℉|도(?![가-힣]))", re.IGNORECASE)

# What bounds a figure, and what bounds it from the other side.
_BOUNDS = {
    "least": r"at least|no (?:less|fewer) than|not less than|a minimum of"
    r"|(?<!no )(?<!not )more than|over|above|exceed(?:s|ed|ing)?|upwards of",
    "most": r"at most|no more than|not more than|a maximum of"
    r"|(?<!no )(?<!not )(?:less|fewer) than|under|below|up to",
    "exactly": r"exactly|precisely",
    "by": r"by",
    "to": r"to",
}
_OTHERS = {
    "least": {"most"}, "most": {"least"}, "exactly": {"least", "most"}, "by": {"to"}, "to": {"by"},
}  # fmt: skip
_CHANGED = re.compile(
    r"\b(?:rose|rise|rises|fell|falls?|grew|grow|increased?|decreased?|dropped|declined|climbed"
    r"|jumped|slipped|shrank|raised|lowered|cut|reduced)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"(\d[\d,.]*)%?(?: to |[-–—:]| against | (?:out )?of (?:the |every )?)(\d[\d,.]*)(?![\w-])"
)


@cache
def _unit_after() -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{forms})" for name, forms in _UNITS.items())
    return re.compile(rf"[ -]?(?:{named})(?![a-z])", re.IGNORECASE)


@cache
def _bound_before() -> re.Pattern[str]:
    named = "|".join(f"(?P<{name}>{forms})" for name, forms in _BOUNDS.items())
    return re.compile(rf"\b(?:{named}) (?:the |an? |about |some )?[$€£¥₩]?[-−–]?$", re.IGNORECASE)


class _Slot:
    """A figure of a text: its value, and what stands on both its sides."""

    __slots__ = ("after", "before", "bound", "cold", "day", "kind", "unit", "value")

    def __init__(self, figure: Figure, text: str, tokens: list[_Token]) -> None:
        key = figure.keys[0]
        self.kind = str(key[0])
        self.value = key if key[0] in ("date", "time") else (str(key[1]),)
        start, end = figure.start, figure.end
        self.unit = ""
        if self.kind != "date" and self.kind != "time":
            self.unit = _unit(text, figure)
        bound = _bound_before().search(text[max(0, start - 30) : start])
        self.bound = str(bound.lastgroup) if bound else ""
        if self.bound in ("by", "to") and not _CHANGED.search(text):
            self.bound = ""
        self.cold = self.kind == "negative" or bool(
            _BELOW_ZERO.search(text[max(0, start - 6) : start])
        )
        self.cold = self.cold and _DEGREES.match(text, end) is not None
        self.before = _beside(tokens, start, -1)
        self.after = _beside(tokens, end, 1)


def _unit(text: str, figure: Figure) -> str:
    before = text[figure.start - 1 : figure.start] if figure.start else ""
    if before in _SIGNS:
        return _SIGNS[before]
    own = figure.text.lower().rstrip(". ")
    if own.endswith(("points", "point", "ポイント")):
        return "point"
    if str(figure.keys[0][0]) == "percent":
        return (
            "point" if re.match(r" ?(?:%?p\b|points?\b|포인트)", text[figure.end :]) else "percent"
        )
    match = _unit_after().match(text, figure.end)
    return str(match.lastgroup) if match else ""


def _figures_differ(claim: str, sentence: str) -> bool:
    if not _may_count(claim):
        return False
    said = figures(sentence, claimed=True)
    if not said:
        return False
    said, told = said[:_MOST_FIGURES], figures(claim, claimed=True)[:_MOST_FIGURES]
    theirs = [_Slot(each, sentence, _tokens(sentence)) for each in said]
    ours = [_Slot(each, claim, _tokens(claim)) for each in told]
    if _turned_pairs(claim, sentence):
        return True
    values = {slot.value for slot in ours}
    stated = {slot.value for slot in theirs}
    for slot in ours:
        same = [each for each in theirs if each.value == slot.value]
        if same and _measured_otherwise(slot, same):
            return True
        others = [each for each in theirs if each.value != slot.value and each.kind == slot.kind]
        if not others:
            continue
        if slot.value in stated:
            # It stands elsewhere in the sentence: is it where another one stands there?
            if any(_alike(slot, each) for each in others) and not any(
                _alike(slot, each) or _like_side(slot, each) for each in same
            ):
                return True
        elif any(
            _alike(slot, each) and each.unit == slot.unit and each.value not in values
            for each in others
        ):
            return True
    return False


def _may_count(text: str) -> bool:
    return re.search(r"\d", text) is not None or bool(figures(text, claimed=True))


def _measured_otherwise(slot: _Slot, same: Sequence[_Slot]) -> bool:
    units = {each.unit for each in same}
    if slot.unit and slot.unit not in units and "" not in units:
        return True
    bounds = {each.bound for each in same}
    if slot.bound and slot.bound not in bounds and "" not in bounds:
        return bool(_OTHERS[slot.bound] & bounds)
    if all(each.cold for each in same) and not slot.cold:
        return True
    # "fell 5%" of what "rose 5%"
    verb, verbs = slot.before[0], {each.before[0] for each in same}
    return bool(verb and verb not in verbs and opposed(frozenset({verb}), frozenset(verbs)))


def _alike(one: _Slot, other: _Slot) -> bool:
    """Whether both have the same two words before or after them, or all that a clause has."""
    return any(
        a == b and a[0] != _END and (a[1] != _END or one_side)
        for a, b, one_side in (
            (one.before, other.before, False),
            (one.after, other.after, one.before[0] == other.before[0]),
        )
    ) or (one.after == other.after and one.after[0] != _END and one.after[1] == _END)


def _like_side(one: _Slot, other: _Slot) -> bool:
    return (one.before[0] == other.before[0] != _END) or (one.after[0] == other.after[0] != _END)


def _turned_pairs(claim: str, sentence: str) -> bool:
    pairs = {match.groups() for match in _PAIR.finditer(sentence)}
    return any(
        (b, a) in pairs and (a, b) not in pairs
        for a, b in (match.groups() for match in _PAIR.finditer(claim))
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
    words = [token.low for token in _tokens(text)]
    for place, word in enumerate(words):
        if word in _RANKS or word in _SHARES:
            rest = [each for each in words[place + 1 : place + 5] if each not in _SMALL]
            if rest and rest[0] not in _STOPS:
                yield word, _stem(rest[0])


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
        rest = [token.low for token in _tokens(text[match.end() : match.end() + 60])]
        rest = [word for word in rest[:4] if word not in _SMALL]
        if rest and rest[0] not in _STOPS:
            yield match.lastgroup in ("after", "since"), _stem(rest[0])


# -- who does it

_BEFORE_A_PART = frozenset("of in for with from at on by to between under over against".split())


def _persons_differ(claim: str, sentence: str) -> bool:
    if claim.isupper() or sentence.isupper():  # capitals tell no names there
        return False
    return (
        _actors_differ(claim, sentence)
        or _titles_differ(claim, sentence)
        or _names_joined(claim, sentence)
    )


def _actors_differ(claim: str, sentence: str) -> bool:
    """Whether a name of the sentence stands before what another does there."""
    ours = list(islice(_actors(claim), _MOST_NAMES))
    if not ours:
        return False
    theirs = list(islice(_actors(sentence), _MOST_NAMES))
    for names, deed, _, _ in ours:
        doers = [
            (other, begun, preceded) for other, done, begun, preceded in theirs if done == deed
        ]
        if not doers or any(_same_name(names, other) for other, _, _ in doers):
            continue
        for _, begun, preceded in doers:
            elsewhere = [at for at, token in enumerate(_tokens(sentence)) if token.low == names[-1]]
            if (
                elsewhere
                and preceded not in _BEFORE_A_PART
                and not any(begun - 8 < at < begun for at in elsewhere)
            ):
                return True
    return False


def _actors(text: str) -> Iterator[tuple[tuple[str, ...], tuple[str, str], int, str]]:
    """Each name that words follow without a stop: the name, two of them, where it begins, and the
    word before it."""
    tokens = _tokens(text)
    place = 0
    while place < len(tokens):
        end = place
        while end < len(tokens) and tokens[end].capital and tokens[end].low not in FUNCTION:
            end += 1
        if end > place and end < len(tokens) and tokens[end].low not in _STOPS:
            deed = _beside(tokens, tokens[end - 1].end, 1)
            if deed[0] != _END and deed[1] != _END:
                names = tuple(token.low for token in tokens[place:end])
                yield names, deed, place, tokens[place - 1].low if place else ""
        place = max(end, place + 1)


def _same_name(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    forms = place_forms()[0]
    mine, theirs = ({forms.get(word, word) for word in words} for words in (one, other))
    return mine <= theirs or theirs <= mine or one[-1] == other[-1]


_FOLLOWING = 4  # characters


def _places_differ(claim: str, sentence: str) -> bool:
    """The same of countries and cities in scripts without capitals."""
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


_TITLES = (
    "vice president|deputy prime minister|prime minister|foreign minister|defen[cs]e minister"
    "|finance minister|deputy minister|minister|president|chancellor|king|queen|pope|governor|mayor"
    "|senator|chairman|chairwoman|ambassador|secretary of state|secretary|general|judge|premier"
    "|chief executive|ceo"
)


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"\b(?i:(former )?({_TITLES})) ((?:[A-Z][\w'’-]+ ?){{1,3}})")


def _titles_differ(claim: str, sentence: str) -> bool:
    ours = [(m[1], m[2].lower(), m[3].lower().split()) for m in _titled().finditer(claim)]
    if not ours:
        return False
    theirs = [(m[1], m[2].lower(), m[3].lower().split()) for m in _titled().finditer(sentence)]
    for _, title, name in ours:
        titles = {other for _, other, of in theirs if name[-1] in of or of[-1] in name}
        # "Foreign Minister" may be called "Minister", and have another title elsewhere.
        if titles and not any(title in other or other in title for other in titles):
            last = re.escape(name[-1])
            beside = rf"{last}[\w ]{{0,20}}, [^,.;]{{0,40}}\b{title}\b"
            if not re.search(beside, sentence, re.IGNORECASE):
                return True
    return False


def _names_joined(claim: str, sentence: str) -> bool:
    """Whether two neighbours that begin with capitals each belong to another name there."""
    ours = _capitals(claim)
    if not any(len(run) > 1 for run in ours):
        return False
    theirs = _capitals(sentence)
    known = {word for run in theirs for word in run}
    forms = place_forms()[0]
    for run in ours:
        for one, other in pairwise(run):
            if one not in known or other not in known or one in forms or other in forms:
                continue
            if any(one in each and other in each for each in theirs):
                continue
            with_one = [each for each in theirs if one in each]
            with_other = [each for each in theirs if other in each]
            if all(len(each) > 1 for each in (*with_one, *with_other)):
                return True
    return False


def _capitals(text: str) -> list[tuple[str, ...]]:
    """The runs of words with capitals that may be persons' names: no titles, no words that
    begin a sentence and name nothing."""
    found: list[tuple[str, ...]] = []
    run: list[str] = []
    for token in _tokens(text):
        if token.capital and not is_ordinary(token.low, "") and token.low not in FUNCTION:
            run.append(token.low)
        elif run:
            found.append(tuple(run))
            run = []
    return [*found, tuple(run)] if run else found


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
    words = [_stem(token.low) for token in _tokens(text) if token.low not in _SMALL | _STOPS]
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
    deeds = {_stem(match[1].lower()) for match in _MAY.finditer(sentence)} - {"be", "have"}
    if not deeds or _GUARDS.search(claim):
        return False
    words = {_stem(token.low) for token in _tokens(claim)}
    return bool(deeds & words)


_ASKS = re.compile(
    r"\b(?:ask\w*|question\w*|wonder\w*|whether|inquir\w*|doubt\w*)\b", re.IGNORECASE
)


def _is_question(sentence: str) -> bool:
    return sentence.rstrip(" \t\r\n\"'”’)」』").endswith(("?", "？"))


# -- words


class _Token:
    __slots__ = ("capital", "end", "low", "start")

    def __init__(self, match: re.Match[str]) -> None:
        word = match[0]
        self.low = word.lower().removesuffix("'s").removesuffix("’s")
        self.capital = word[0].isupper()
        self.start, self.end = match.span()


@lru_cache(maxsize=8)
def _tokens(text: str) -> list[_Token]:
    return [_Token(match) for match in _TOKEN.finditer(text)]


def _beside(tokens: list[_Token], at: int, way: int) -> tuple[str, str]:
    """The two words that tell something next to `at`, as far as the clause has them."""
    if way > 0:
        row = [token.low for token in tokens if token.start >= at]
    else:
        row = [token.low for token in reversed(tokens) if token.end <= at]
    found: list[str] = []
    for word in row:
        if word in _STOPS:
            break
        if word not in _SMALL:
            found.append(_stem(word))
            if len(found) == 2:
                break
    return (*found, _END, _END)[:2]  # type: ignore[return-value]


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    return stems([word], "en")[0]
