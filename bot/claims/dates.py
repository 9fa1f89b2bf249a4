"""The dates and times of day that a text names, however it writes them."""

from __future__ import annotations

import re
from functools import cache

from bot.claims.numerals import EAST_DIGITS, eastern_value

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
MONTH_OF = {
    name: number for number, names in enumerate(_MONTHS.split("|"), 1) for name in names.split()
}
_DE = r"(?:of |de |di )?"
_NAME = r"[^\W\d_]{3,10}"  # of a month, if the table has it: a pattern of all takes longer

DATE = (
    r"(?<![\d.,/-])(?=\d)(?:"
    r"(?P<y1>\d{4})(?P<s1>[-/.])[ ]?(?P<m1>\d{1,2})(?P=s1)[ ]?(?P<d1>\d{1,2})(?![\d-])"
    r"|(?P<d2>\d{1,2})(?P<s2>[-/.])(?P<m2>\d{1,2})(?P=s2)(?P<y2>\d{4})(?!\d)"
    r"|(?P<y3>\d{4})[ ]?[年년][ ]?(?P<m3>\d{1,2})[ ]?[月월](?:[ ]?(?P<d3>\d{1,2})[ ]?[日일号號])?"
    r"|(?P<m4>\d{1,2})[ ]?[月월](?:[ ]?(?P<d4>\d{1,2})[ ]?[日일号號])?"
    rf"|(?P<d5>\d{{1,2}})(?:st|nd|rd|th|er|º|\.)?[ -]{_DE}(?P<m5>{_NAME})(?![^\W\d_])\.?"
    rf"(?:,?[ -]{_DE}(?P<y5>\d{{4}})(?!\d))?"
    r")"
)
MONTH_DATE = (
    rf"(?<![^\W\d_])(?P<m6>{_NAME})\.?(?:"
    r"[ ]?(?P<d6>\d{1,2})(?:st|nd|rd|th)?(?![\d:%])(?:,?[ ](?P<y6>\d{4})(?!\d))?"
    r"|,?[ ](?:of |de )?(?P<y7>\d{4})(?!\d))"
)
# A month that stands alone is one only where it is written as a name.
ALONE = (
    r"\b(?P<m>January|February|March|April|May|June|July|August|September|October|November"
    r"|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b"
)
_HALF = {
    "am": 0, "오전": 0, "上午": 0, "早上": 0, "凌晨": 0, "午前": 0, "새벽": 0, "아침": 0,
    "pm": 1, "오후": 1, "下午": 1, "晚上": 1, "午後": 1, "저녁": 1, "밤": 1, "中午": 1,
}  # fmt: skip
_EAST_HALF = "|".join(name for name in _HALF if name > "z")
TIME_BEFORE = r"(?<![\d.,:])"
WEST_TIME = (
    r"(?=\d)(?:(?P<h1>\d{1,2}):(?P<n1>[0-5]\d)(?::[0-5]\d)?(?![\d:])(?:[ ]?(?P<a1>[ap])\.?m\b\.?)?"
    r"|(?P<h2>\d{1,2})(?:\.(?P<n2>[0-5]\d))?[ ]?(?P<a2>[ap])\.?m\b\.?)"
)
EAST_TIME = (
    rf"(?P<e3>{_EAST_HALF})[ ]?(?P<h3>\d{{1,2}})[ ]?[시時时点點:]"
    r"(?![間间])(?:[ ]?(?:(?P<n3>[0-5]?\d)[ ]?[분分]?|(?P<x3>[반半])))?"
    r"|(?P<h4>\d{1,2})[ ]?[시時时点點][ ]?(?:(?P<n4>[0-5]?\d)[ ]?[분分]|(?P<x4>[반半]))"
)
_HAN_DATE = r"[〇零一二三四五六七八九]{4}(?=年)|[一二三四五六七八九十]{1,3}(?=[月日号號])"


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    """Late, since they take milliseconds and a claim without a digit needs few of them."""
    return re.compile(pattern, re.IGNORECASE)


def time_of(match: re.Match[str]) -> tuple[object, ...] | None:
    """The time of day that a match of the patterns names."""
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


def dates_of(match: re.Match[str]) -> list[tuple[object, ...]]:
    """The dates that a match of the patterns may name."""
    found = {name: value for name, value in match.groupdict().items() if value}
    part = {name[0]: value for name, value in found.items() if name[0] != "s"}
    name = part["m"]
    month = int(name) if name.isdecimal() else MONTH_OF.get(name.lower(), 0)
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
    return eastern_value(run) if "十" in run else "".join(str(EAST_DIGITS[c]) for c in run)


def in_digits(text: str) -> str:
    """`text` with the years, months and days of Han numerals in digits."""
    if text.isascii():
        return text
    return compiled(_HAN_DATE).sub(_in_digits, text)


def month_of(name: str) -> int | None:
    """The number of an English month or of its abbreviation."""
    return MONTH_OF.get(name.lower().rstrip("."))
