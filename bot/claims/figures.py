"""The numbers, dates and times that a text names, in one form for every way of writing them.

A figure of a claim is compared whole: 3.5 million with 3,500,000 and 350万, November 26, 2023
with 2023년 11월 26일. What is read of the evidence is generous (each part of a date is a number
too), what is read of a claim is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from bot.claims.dates import (
    ALONE,
    DATE,
    EAST_TIME,
    MONTH_DATE,
    MONTH_OF,
    TIME_BEFORE,
    WEST_TIME,
    compiled,
    dates_of,
    time_of,
)
from bot.claims.numerals import (
    LONGEST,
    NATIVE,
    ONES,
    ORDINALS,
    POWERS,
    SAID,
    TENS,
    canonical,
    eastern_value,
    said,
    values,
)
from index.record import record

_WORD = "|".join(
    sorted(
        {*ONES, *TENS, "hundred", "thousand", "million", "billion", "trillion", "dozen"},
        key=len,
        reverse=True,
    )
)
_WORDS = rf"(?<![^\W_])(?:(?:an? )?(?:half a )?)(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD}))*(?![^\W_])"

_A_WORD = r"(?<![^\W_])[a-z]{2,11}(?![^\W_])"
# Every word that can be part of a number in words.
_NUMBER_WORDS = frozenset({*_WORD.split("|"), *ORDINALS, *SAID})
_FOLDED = re.compile("[\u0130\u0131\u017f\u212a]")  # letters that pass for others in a pattern

# What is counted: a Han numeral is a number where one of these follows it.
_COUNTED = (
    "年月日号號个個名人位次国國家天周週岁歲种種条條项項点點件倍度时時分秒届屆成场場座只隻台辆"
    "块塊本枚回目つ歳階番票席"
)
_HAN = "〇零一二两兩三四五六七八九"
_HAN_POWERS = "十百千万萬亿億兆"
_EAST_NUMBER = (
    rf"百分之(?P<percent>[{_HAN}十百0-9.]+)"
    rf"|(?P<mixed>\d[\d,]*(?:\.\d+)?[ ]?[{_HAN_POWERS}십백천만억조]+"
    rf"(?:[ ]?(?:\d[\d,]*(?:\.\d+)?)?[ ]?[{_HAN_POWERS}십백천만억조]+)*(?:[ ]?\d+)?)"
    rf"|(?P<han>[{_HAN}{_HAN_POWERS}]+)(?P<counted>[ ]?[{_COUNTED}]|世紀|世纪|世代|多)?"
    r"|(?<![가-힣])(?P<hangul>(?:[일이삼사오육칠팔구]?[십백천만억])+[일이삼사오육칠팔구]?)"
    r"(?=[ ]?(?:명|개|년|원|달러|퍼센트|세기|주년|번째|차례|회|배|석|표|살|세|곳|가지|여 ))"
    r"|(?<![가-힣])(?P<native>두|세|네|다섯|여섯|일곱|여덟|아홉|열|열한|열두|스무|서른|마흔|쉰)"
    r"(?=[ ]?(?:명|개|나라|국가|번|시간|사람|살|곳|가지|차례|달|배|장관|정상|지도자|쪽|분|팀|척))"
)
_NUMBER = (
    r"(?P<digits>\d+(?:[.,]\d+)*)"
    r"(?:(?P<power>[ -]?(?:hundred|thousand|million|billion|trillion|mln|bln|bn|mn|mio|trn|tn|lakh"
    r"|crore|dozen)(?![^\W_])|[kmbt](?![^\W_])))?"
    r"(?P<percent>[ ]?%|[ -]?(?:percent|per cent|pct|percentage points?)(?![^\W_])|[ ]?퍼센트"
    r"|[ ]?パーセント|[ ]?ポイント|[ ]?프로(?![가-힣]))?"
)
# "3 to 5 million", "between 3 and 5 %": the first is of the second's kind.
_RANGE = r"[ ]?(?:-|–|—|~|〜|to|and|or|bis|à|a|y|e|至|到|から|에서|내지)[ ]?"
_YEAR_BEFORE = (
    r"(?:\b(?:in|since|until|till|by|from|of|during|after|before|year|early|late|mid|spring|summer"
    r"|autumn|fall|winter|january|february|march|april|may|june|july|august|september|october"
    r"|november|december)[ ,-]{1,2}|\()$"
)
_NEGATIVE = r"(?:(?:^|(?<=[\s(]))[-−–]|\bminus[ ]|영하[ ]?|零下|マイナス)$"


@record
class Figure:
    """`text[start:end]`, as it was written; it stands where one of its `keys` is known."""

    text: str
    start: int
    end: int
    keys: tuple[tuple[object, ...], ...]


def figures(text: str, *, claimed: bool) -> list[Figure]:
    """The figures of `text`, normalised (NFKC), by where they start.

    Of a claim, what is part of a date or time is no number of its own, and words that mostly
    mean something else ("one", "second") are none; of evidence both count.
    """
    found: list[Figure] = []
    taken: list[tuple[int, int]] = []
    digits = re.search(r"\d", text) is not None
    if digits:
        for pattern in (DATE, MONTH_DATE):
            for match in compiled(pattern).finditer(text):
                if keys := dates_of(match):
                    found.append(Figure(match[0], *match.span(), tuple(keys)))
                    taken.append(match.span())
        taken.sort()
        dated = list(taken)
        times = WEST_TIME if text.isascii() else f"(?:{WEST_TIME}|{EAST_TIME})"
        for match in compiled(TIME_BEFORE + times).finditer(text):
            if (key := time_of(match)) and not _within(dated, *match.span()):
                found.append(Figure(match[0], *match.span(), (key,)))
                taken.append(match.span())
    taken.sort()
    eastern = [] if text.isascii() else list(_from_east(text, claimed))
    whole = [(each.start, each.end) for each in eastern]
    found += eastern
    if digits:
        skipped = sorted(taken + whole) if claimed else whole
        found += _numbers(text, skipped, claimed)
    found += _in_words(text, claimed)
    if not claimed:
        found += (
            Figure(m[0], *m.span(), (("date", None, MONTH_OF[m["m"].lower()], None),))
            for m in re.finditer(ALONE, text)
        )
    return sorted(found, key=lambda each: (each.start, each.end))


def _within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(spans, (start, start))
    return any(
        spans[i][0] < end and start < spans[i][1] for i in (place - 1, place) if 0 <= i < len(spans)
    )


def _from_east(text: str, claimed: bool) -> Iterator[Figure]:
    for match in compiled(_EAST_NUMBER).finditer(text):
        kind = match.lastgroup
        if match["percent"]:
            keys: tuple[tuple[object, ...], ...] = (("percent", eastern_value(match["percent"])),)
        elif match["native"]:
            keys = (("number", str(NATIVE[match["native"]]), ""),)
        elif match["hangul"]:
            keys = (("number", eastern_value(match["hangul"]), ""),)
        elif match["mixed"]:
            keys = (("number", eastern_value(match["mixed"]), ""),)
        else:
            run = match["han"]
            number = kind == "counted" or (
                len(run) > 1 and any(c in _HAN for c in run) and any(c in _HAN_POWERS for c in run)
            )
            if claimed and (not number or run in ("一", "千万", "万一", "十", "百", "千", "万")):
                continue
            style = "year" if match["counted"] == "年" and len(run) == 4 else ""
            keys = (("number", eastern_value(run), style),)
        yield Figure(match[0], *match.span(), keys)


def _numbers(text: str, skipped: list[tuple[int, int]], claimed: bool) -> Iterator[Figure]:
    matches = [
        match
        for match in compiled(_NUMBER).finditer(text)
        if not _within(skipped, *match.span())
        and not (match.start() and _is_letter(text[match.start() - 1]))
    ]
    between = compiled(_RANGE)
    for place, match in enumerate(matches):
        power, percent = match["power"], match["percent"]
        follower = matches[place + 1] if place + 1 < len(matches) else None
        keys = list(_keys(text, match, power, percent))
        if (
            follower is not None
            and not (power or percent)
            and (follower["power"] or follower["percent"])
            and between.fullmatch(text, match.end(), follower.start())
        ):
            keys += _keys(text, match, follower["power"], follower["percent"])
        after = text[match.end() : match.end() + 2]
        if re.match(r"['’]?s(?!\w)|年代|년대", text[match.end() : match.end() + 3]):
            decade = match["digits"]
            keys = [("decade", decade)]
            if not claimed:
                keys += [("decade", decade[-2:]), ("number", decade, "")]
        elif not claimed and re.fullmatch(r"\d{4}", match["digits"]):
            if shorthand := re.match(r"[-–/](\d\d)(?!\d)", text[match.end() : match.end() + 4]):
                keys.append(("number", match["digits"][:2] + shorthand[1], "year"))
        elif power and power in "mMbBtT" and not claimed:
            keys += _keys(text, match, None, None)  # metres
        elif power and power in "mMbBtTkK":
            keys.append(("unit", match["digits"] + power.lower()))
        if keys[0][0] != "decade" and re.search(
            _NEGATIVE, text[max(0, match.start() - 6) : match.start()]
        ):
            keys = [("negative", key[1]) for key in keys if key[0] != "unit"] + (
                [] if claimed else keys
            )
        end = match.end() + (len(after) - len(after.lstrip("s")) if after else 0)
        yield Figure(text[match.start() : match.end()], match.start(), end, tuple(keys))


def _is_letter(character: str) -> bool:
    """Whether a digit right after it is part of a name, as in G20."""
    return character.isalpha() and character < "\u2e80"


def _keys(
    text: str, match: re.Match[str], power: str | None, percent: str | None
) -> Iterator[tuple[object, ...]]:
    digits = match["digits"]
    for value in values(digits):
        plain = value.replace(".", "", 1).isdigit()
        if power and plain:
            name = power.strip(" -").lower()
            value = (
                canonical(str(12 * int(value)))
                if name == "dozen" and value.isdigit() and len(value) <= LONGEST
                else canonical(value, POWERS.get(name, 0))
            )
        if percent:
            yield ("percent", value)
            continue
        style = ""
        if "," in digits:
            style = "grouped"
        elif not power and len(digits) == 4 and "1000" <= digits <= "2199":
            before = text[max(0, match.start() - 11) : match.start()]
            following = text[match.end() : match.end() + 2].lstrip()[:1]
            if following in ("年", "년") or compiled(_YEAR_BEFORE).search(before):
                style = "year"
        yield ("number", value, style)


def _in_words(text: str, claimed: bool) -> Iterator[Figure]:
    # Few texts hold any; to look for all of them at each place takes ten times as long.
    if _FOLDED.search(text) is None and _NUMBER_WORDS.isdisjoint(
        map(str.lower, compiled(_A_WORD).findall(text))
    ):
        return
    for match in compiled(_WORDS).finditer(text):
        if text[max(0, match.start() - 2) : match.start()].rstrip(" -")[-1:].isdigit():
            continue  # the million of 3.5 million
        words = [(m[0].lower(), m.start(), m.end()) for m in re.finditer(r"[^\W_]+", match[0])]
        half = "half" in (word for word, _, _ in words[:3])
        for first, last, value in said([word for word, _, _ in words]):
            if claimed and value in ("0", "1"):
                continue
            if half:
                value = canonical(str(5 * int(value)), 0)[:-1] if int(value) % 2 == 0 else value
            start = match.start() + words[first][1]
            keys: list[tuple[object, ...]] = [("number", value, "")]
            rest = text[match.end() : match.end() + 14].lower()
            if last == len(words) - 1 and re.match(r"[ -](?:percent|per cent|pct)", rest):
                keys = [("percent", value)]
            end = match.start() + words[last][2]
            yield Figure(text[start:end], start, end, tuple(keys))
    for match in compiled(_A_WORD).finditer(text):
        word = match[0].lower()
        value_of = ORDINALS.get(word)
        if value_of is None and not claimed:
            value_of = SAID.get(word)
        if value_of is not None and not (claimed and value_of < 3):
            yield Figure(match[0], *match.span(), (("number", str(value_of), ""),))
