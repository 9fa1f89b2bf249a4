"""Whether a claim has a figure in the place of another: by its unit, its bound, its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from bot.claims.clauses import END, Token, beside, tokens_of
from bot.claims.figures import Figure, figures
from bot.opposites import opposed

_MOST_FIGURES = 24  # of a sentence; each is held against each

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

    def __init__(self, figure: Figure, text: str, tokens: list[Token]) -> None:
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
        self.before = beside(tokens, start, -1)
        self.after = beside(tokens, end, 1)


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


def figures_differ(claim: str, sentence: str) -> bool:
    """Whether a figure of the claim stands where another stands in the sentence."""
    if not _may_count(claim):
        return False
    said = figures(sentence, claimed=True)
    if not said:
        return False
    said, told = said[:_MOST_FIGURES], figures(claim, claimed=True)[:_MOST_FIGURES]
    theirs = [_Slot(each, sentence, tokens_of(sentence)) for each in said]
    ours = [_Slot(each, claim, tokens_of(claim)) for each in told]
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
        a == b and a[0] != END and (a[1] != END or one_side)
        for a, b, one_side in (
            (one.before, other.before, False),
            (one.after, other.after, one.before[0] == other.before[0]),
        )
    ) or (one.after == other.after and one.after[0] != END and one.after[1] == END)


def _like_side(one: _Slot, other: _Slot) -> bool:
    return (one.before[0] == other.before[0] != END) or (one.after[0] == other.after[0] != END)


def _turned_pairs(claim: str, sentence: str) -> bool:
    pairs = {match.groups() for match in _PAIR.finditer(sentence)}
    return any(
        (b, a) in pairs and (a, b) not in pairs
        for a, b in (match.groups() for match in _PAIR.finditer(claim))
    )
