"""The numbers, dates and times that a text names, in one form for every way of writing them.

A figure of a claim is compared whole: 3.5 million with 3,500,000 and 350万, November 26, 2023
with 2023년 11월 26일. What is read of the evidence is generous (each part of a date is a number
too), what is read of a claim is not.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache, lru_cache

from index.record import record

_LONGEST = 24  # digits that are reckoned with; longer ones are compared as they stand

_MONTHS = (
    "january jan januar janvier enero gennaio janeiro januari|"
    "february feb februar fevrier février febrero febbraio fevereiro februari|"
    "march mar märz mars marzo março maart|april apr avril abril aprile|"
    "may mai mayo maggio maio mei|june jun juni juin junio giugno junho|"
    "july jul juli juillet julio luglio julho|august aug août agosto augustus|"
    "september sep sept septembre septiembre settembre setembro|"
    "october oct oktober octobre octubre ottobre outubro|"
    "november nov novembre noviembre novembro|"
    "december dec dezember décembre diciembre dicembre dezembro"
)
_MONTH_OF = {
    name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()
}
_DE = r"(?:of |de |di )?"
_NAME = r"[^\W\d_]{3,10}"  # of a month, if the table has it: a pattern of all takes longer

_DATE = (
    r"(?<![\d.,/-])(?=\d)(?:"
    r"(?P<y1>\d{4})(?P<s1>[-/.])[ ]?(?P<m1>\d{1,2})(?P=s1)[ ]?(?P<d1>\d{1,2})(?![\d-])"
    r"|(?P<d2>\d{1,2})(?P<s2>[-/.])(?P<m2>\d{1,2})(?P=s2)(?P<y2>\d{4})(?!\d)"
    r"|(?P<y3>\d{4})[ ]?[年년][ ]?(?P<m3>\d{1,2})[ ]?[月월](?:[ ]?(?P<d3>\d{1,2})[ ]?[日일号號])?"
    r"|(?P<m4>\d{1,2})[ ]?[月월](?:[ ]?(?P<d4>\d{1,2})[ ]?[日일号號])?"
    rf"|(?P<d5>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ -]{_DE}(?P<m5>{_NAME})(?![^\W\d_])\.?"
    rf"(?:,?[ -]{_DE}(?P<y5>\d{{4}})(?!\d))?"
    r")"
)
_MONTH_DATE = (
    rf"(?<![^\W\d_])(?P<m6>{_NAME})\.?(?:"
    r"[ ]?(?P<d6>\d{1,2})(?:st|nd|rd|th)?(?![\d:%])(?:,?[ ](?P<y6>\d{4})(?!\d))?"
    r"|,?[ ](?:of |de )?(?P<y7>\d{4})(?!\d))"
)
# A month that stands alone is one only where it is written as a name.
_ALONE = (
    r"\b(?P<m>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_HALF = {
    "am": 0, "오전": 0, "上午": 0, "早上": 0, "凌晨": 0, "午前": 0, "새벽": 0, "아침": 0,
    "pm": 1, "오후": 1, "下午": 1, "晚上": 1, "午後": 1, "저녁": 1, "밤": 1, "中午": 1,
}  # fmt: skip
_EAST_HALF = "|".join(name for name in _HALF if name > "z")
_TIME_BEFORE = r"(?<![\d.,:])"
_WEST_TIME = (
    r"(?=\d)(?:(?P<h1>\d{1,2}):(?P<n1>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?:[ ]?(?P<a1>[ap])\.?m\b\.?)?"
    r"|(?P<h2>\d{1,2})(?:\.(?P<n2>[0-5]\d))?[ ]?(?P<a2>[ap])\.?m\b\.?)"
)
_EAST_TIME = (
    rf"(?P<e3>{_EAST_HALF})[ ]?(?P<h3>\d{{1,2}})[ ]?[시時时点點:]"
    r"(?![間间])(?:[ ]?(?:(?P<n3>[0-5]?\d)[ ]?[분分]?|(?P<x3>[반半])))?"
    r"|(?P<h4>\d{1,2})[ ]?[시時时点點][ ]?(?:(?P<n4>[0-5]?\d)[ ]?[분分]|(?P<x4>[반半]))"
)

_ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
_POWERS = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
    "mln": 6, "mn": 6, "mio": 6, "bln": 9, "bn": 9, "trn": 12, "tn": 12, "lakh": 5, "crore": 7,
    "k": 3, "m": 6, "b": 9, "t": 12,
}  # fmt: skip
_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
    "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
}  # fmt: skip
# Words by which evidence says a number that a claim may say plainly.
_SAID = {
    "once": 1, "single": 1, "sole": 1, "both": 2, "twice": 2, "double": 2, "twin": 2, "twins": 2,
    "couple": 2, "pair": 2, "duo": 2, "trio": 3, "triple": 3, "thrice": 3, "dozen": 12,
    "no": 0, "none": 0,
}  # fmt: skip
_WORD = "|".join(
    sorted(
        {*_ONES, *_TENS, "hundred", "thousand", "million", "billion", "trillion", "dozen"},
        key=len,
        reverse=True,
    )
)
_WORDS = rf"(?<![^\W_])(?:(?:an? )?(?:half a )?)(?:{_WORD})(?:(?:[ -]| and )(?:{_WORD}))*(?![^\W_])"

_A_WORD = r"(?<![^\W_])[a-z]{2,11}(?![^\W_])"
# Every word that can be part of a number in words.
_NUMBER_WORDS = frozenset({*_WORD.split("|"), *_ORDINALS, *_SAID})
_FOLDED = re.compile("[\u0130\u0131\u017f\u212a]")  # letters that pass for others in a pattern
_EAST_DIGITS = {
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6,
    "七": 7, "八": 8, "九": 9, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7,
    "팔": 8, "구": 9,
}  # fmt: skip
_EAST_POWERS = {
    "十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12,
    "십": 1, "백": 2, "천": 3, "만": 4, "억": 8, "조": 12,
}  # fmt: skip
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
_HAN_DATE = r"[〇零一二三四五六七八九]{4}(?=年)|[一二三四五六七八九十]{1,3}(?=[月日号號])"
_NATIVE = {
    "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
    "열한": 11, "열두": 12, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50,
}  # fmt: skip

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


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Late, since they take milliseconds and a claim without a digit needs few of them."""
    return re.compile(pattern, re.IGNORECASE)


def canonical(digits: str, power: int = 0) -> str:
    """Decimal digits, times ten to a power, without grouping or needless noughts."""
    if "," in digits:
        digits = digits.replace(",", "")
    whole, _, rest = digits.partition(".")
    if power and len(whole) + len(rest) <= _LONGEST:
        rest = rest.ljust(power, "0")
        whole, rest = whole + rest[:power], rest[power:]
    whole = whole.lstrip("0") or "0"
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def _values(digits: str) -> tuple[str, ...]:
    """What digits with marks in them may mean."""
    if "," not in digits and "." not in digits:
        return (canonical(digits),)
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,3}(?:,\d\d)*,\d{3}", digits):
        return (canonical(digits),)
    if re.fullmatch(r"\d+\.\d+", digits):
        return (canonical(digits),)
    if re.fullmatch(r"\d{1,3}(?:\.\d{3}){2,}(?:,\d+)?|\d{1,3}\.\d{3},\d+", digits):
        return (canonical(digits.replace(".", "").replace(",", ".")),)
    if re.fullmatch(r"\d+,\d{1,2}|\d+,\d{4,}", digits):
        return (canonical(digits.replace(",", ".")),)
    return (digits,)


def _eastern(text: str) -> str:
    """The value of a number in Han or Hangul numerals, mixed with digits or not."""
    if len(text) > 2 * _LONGEST:
        return text
    if all(c in _EAST_DIGITS for c in text):
        return canonical("".join(str(_EAST_DIGITS[c]) for c in text))
    total = section = 0.0
    number: float | None = None
    i = 0
    while i < len(text):
        c = text[i]
        if c.isdigit() and c.isascii():
            end = i + 1
            while end < len(text) and text[end] in "0123456789.,":
                end += 1
            digits = text[i:end].replace(",", "").strip(".") or "0"
            if digits.count(".") > 1:
                return text
            number = float(digits)
            i = end
            continue
        if c in _EAST_DIGITS:
            number = float(_EAST_DIGITS[c])
        elif c in _EAST_POWERS:
            power = _EAST_POWERS[c]
            if power < 4:
                section += (1.0 if number is None else number) * 10**power
            else:
                whole = section + (number or 0.0)
                total += (whole or 1.0) * 10**power
                section = 0.0
            number = None
        i += 1
    value = total + section + (number or 0.0)
    return canonical(f"{value:.4f}")


def _said(words: list[str]) -> Iterator[tuple[int, int, str]]:
    """The numbers that number words say, each with the places of its first and last word."""
    first = 0
    total = current = 0
    seen = False
    small = 1000  # what the last part was below: "twenty five" goes on, "five twenty" does not
    for place, word in enumerate(words):
        value = _ONES.get(word, _TENS.get(word, -1))
        if value >= 0:
            size = 10 if word in _ONES and value < 10 else 100
            if seen and not (small > size or (small == 100 and size == 10)):
                yield first, place - 1, str(total + current)
                first, total, current, seen = place, 0, 0, False
            small = 10 if value < 20 else 100
            current += value
        elif word in ("hundred", "dozen"):
            if current > 10**_LONGEST:  # a heap of words, no number
                return
            current = (current or 1) * (100 if word == "hundred" else 12)
            small = 1000
        elif word in _POWERS:
            total += (current or 1) * 10 ** _POWERS[word]
            current, small = 0, 1000
        else:
            continue
        seen = True
    if seen:
        yield first, len(words) - 1, str(total + current)


def _hour(match: re.Match[str]) -> tuple[object, ...] | None:
    found = {name: value for name, value in match.groupdict().items() if value}
    part = {name[0]: value for name, value in found.items()}
    hour = int(part["h"])
    minute = 30 if "x" in part else int(part.get("n", 0))
    if hour > 24:
        return None
    half: int | None = None
    if "a" in part:
        half = int(part["a"].lower() == "p")
    elif "e" in part:
        half = _HALF[part["e"]]
    elif hour > 12 or hour == 0:
        half = int(hour > 12)
    return ("time", hour % 12, minute, half)


def _days(match: re.Match[str]) -> list[tuple[object, ...]]:
    found = {name: value for name, value in match.groupdict().items() if value}
    part = {name[0]: value for name, value in found.items() if name[0] != "s"}
    name = part["m"]
    month = int(name) if name.isdecimal() else _MONTH_OF.get(name.lower(), 0)
    day = int(part["d"]) if "d" in part else None
    year = part.get("y")
    written = [("date", year, month, day)]
    if "d2" in found and day is not None and day <= 12:
        written.append(("date", year, day, month))  # 03/04/2023, of which nobody knows
    return [
        (kind, y, m, d)
        for kind, y, m, d in written
        if isinstance(m, int) and 1 <= m <= 12 and (d is None or 1 <= d <= 31)
    ]


def _in_digits(match: re.Match[str]) -> str:
    run = match[0]
    return _eastern(run) if "十" in run else "".join(str(_EAST_DIGITS[c]) for c in run)


def in_digits(text: str) -> str:
    """`text` with the years, months and days of Han numerals in digits."""
    if text.isascii():
        return text
    return _compiled(_HAN_DATE).sub(_in_digits, text)


def figures(text: str, *, claimed: bool) -> list[Figure]:
    """The figures of `text`, normalised (NFKC), by where they start.

    Of a claim, what is part of a date or time is no number of its own, and words that mostly
    mean something else ("one", "second") are none; of evidence both count.
    """
    found: list[Figure] = []
    taken: list[tuple[int, int]] = []
    digits = re.search(r"\d", text) is not None
    if digits:
        for pattern in (_DATE, _MONTH_DATE):
            for match in _compiled(pattern).finditer(text):
                if keys := _days(match):
                    found.append(Figure(match[0], *match.span(), tuple(keys)))
                    taken.append(match.span())
        taken.sort()
        dated = list(taken)
        times = _WEST_TIME if text.isascii() else f"(?:{_WEST_TIME}|{_EAST_TIME})"
        for match in _compiled(_TIME_BEFORE + times).finditer(text):
            if (key := _hour(match)) and not _within(dated, *match.span()):
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
            Figure(m[0], *m.span(), (("date", None, _MONTH_OF[m["m"].lower()], None),))
            for m in re.finditer(_ALONE, text)
        )
    return sorted(found, key=lambda each: (each.start, each.end))


def _within(spans: list[tuple[int, int]], start: int, end: int) -> bool:
    place = bisect_left(spans, (start, start))
    return any(
        spans[i][0] < end and start < spans[i][1] for i in (place - 1, place) if 0 <= i < len(spans)
    )


def _from_east(text: str, claimed: bool) -> Iterator[Figure]:
    for match in _compiled(_EAST_NUMBER).finditer(text):
        kind = match.lastgroup
        if match["percent"]:
            keys: tuple[tuple[object, ...], ...] = (("percent", _eastern(match["percent"])),)
        elif match["native"]:
            keys = (("number", str(_NATIVE[match["native"]]), ""),)
        elif match["hangul"]:
            keys = (("number", _eastern(match["hangul"]), ""),)
        elif match["mixed"]:
            keys = (("number", _eastern(match["mixed"]), ""),)
        else:
            run = match["han"]
            number = kind == "counted" or (
                len(run) > 1 and any(c in _HAN for c in run) and any(c in _HAN_POWERS for c in run)
            )
            if claimed and (not number or run in ("一", "千万", "万一", "十", "百", "千", "万")):
                continue
            style = "year" if match["counted"] == "年" and len(run) == 4 else ""
            keys = (("number", _eastern(run), style),)
        yield Figure(match[0], *match.span(), keys)


def _numbers(text: str, skipped: list[tuple[int, int]], claimed: bool) -> Iterator[Figure]:
    matches = [
        match
        for match in _compiled(_NUMBER).finditer(text)
        if not _within(skipped, *match.span())
        and not (match.start() and _is_letter(text[match.start() - 1]))
    ]
    between = _compiled(_RANGE)
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
    for value in _values(digits):
        plain = value.replace(".", "", 1).isdigit()
        if power and plain:
            name = power.strip(" -").lower()
            value = (
                canonical(str(12 * int(value)))
                if name == "dozen" and value.isdigit() and len(value) <= _LONGEST
                else canonical(value, _POWERS.get(name, 0))
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
            if following in ("年", "년") or _compiled(_YEAR_BEFORE).search(before):
                style = "year"
        yield ("number", value, style)


def _in_words(text: str, claimed: bool) -> Iterator[Figure]:
    # Few texts hold any; to look for all of them at each place takes ten times as long.
    if _FOLDED.search(text) is None and _NUMBER_WORDS.isdisjoint(
        map(str.lower, _compiled(_A_WORD).findall(text))
    ):
        return
    for match in _compiled(_WORDS).finditer(text):
        if text[max(0, match.start() - 2) : match.start()].rstrip(" -")[-1:].isdigit():
            continue  # the million of 3.5 million
        words = [(m[0].lower(), m.start(), m.end()) for m in re.finditer(r"[^\W_]+", match[0])]
        half = "half" in (word for word, _, _ in words[:3])
        for first, last, value in _said([word for word, _, _ in words]):
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
    for match in _compiled(_A_WORD).finditer(text):
        word = match[0].lower()
        value_of = _ORDINALS.get(word)
        if value_of is None and not claimed:
            value_of = _SAID.get(word)
        if value_of is not None and not (claimed and value_of < 3):
            yield Figure(match[0], *match.span(), (("number", str(value_of), ""),))


@lru_cache(maxsize=32)
def _stated(text: str) -> tuple[Figure, ...]:
    """The figures of evidence, which several claims may rest on."""
    return tuple(figures(text, claimed=False))


class Known:
    """The figures that stand in some evidence."""

    def __init__(self, texts: list[str]) -> None:
        self._keys: set[tuple[object, ...]] = set()
        self._dates: set[tuple[object, ...]] = set()
        for text in texts:
            for figure in _stated(text):
                for key in figure.keys:
                    self._add(key)

    def _add(self, key: tuple[object, ...]) -> None:
        if key[0] == "date":
            _, year, month, day = key
            for y in {year, None}:
                for d in {day, None}:
                    self._keys.add(("date", y, month, d))
            if year is None:
                self._dates.add(("date", month, day))
                self._dates.add(("date", month, None))
        elif key[0] == "time":
            self._keys.update((key, ("time", key[1], key[2], "any")))
        else:
            self._keys.add(key)

    @property
    def months(self) -> set[object]:
        """The months of all dates, as numbers."""
        return {key[2] for key in self._keys if key[0] == "date"}

    def has(self, figure: Figure) -> bool:
        """Whether the evidence has `figure`, however it writes it."""
        return any(map(self._has, figure.keys))

    def _has(self, key: tuple[object, ...]) -> bool:
        kind = key[0]
        if kind == "date":
            _, year, month, day = key
            # A day that is told without its year, and the year beside it.
            return key in self._keys or (
                ("date", month, day) in self._dates and self._number(str(year), "year")
            )
        if kind == "time":
            _, hour, minute, half = key
            if half is None:
                return ("time", hour, minute, "any") in self._keys
            return key in self._keys or ("time", hour, minute, None) in self._keys
        if kind == "number":
            return self._number(str(key[1]), str(key[2]))
        return key in self._keys

    def _number(self, value: str, style: str) -> bool:
        if style == "year":
            # "2,019 people" is not the year 2019.
            styles: tuple[str, ...] = ("", "year")
        elif style == "grouped":
            styles = ("", "grouped")
        else:
            styles = ("", "grouped", "year")
        return any(("number", value, each) in self._keys for each in styles) or (
            not style and ("percent", value) in self._keys
        )


def month_of(name: str) -> int | None:
    """The number of an English month or of its abbreviation."""
    return _MONTH_OF.get(name.lower().rstrip("."))
