"""What numerals are worth: digits with marks in them, words, Han and Hangul."""

from __future__ import annotations

import re
from collections.abc import Iterator

LONGEST = 24  # digits that are reckoned with; longer ones are compared as they stand

ONES = {
    word: value
    for value, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split()
    )
}
TENS = {
    word: 10 * value
    for value, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
POWERS = {
    "hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12,
    "mln": 6, "mn": 6, "mio": 6, "bln": 9, "bn": 9, "trn": 12, "tn": 12, "lakh": 5, "crore": 7,
    "k": 3, "m": 6, "b": 9, "t": 12,
}  # fmt: skip
ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13,
    "fourteenth": 14, "fifteenth": 15, "sixteenth": 16, "seventeenth": 17, "eighteenth": 18,
    "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50,
    "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
}  # fmt: skip
# Words by which evidence says a number that a claim may say plainly.
SAID = {
    "once": 1, "single": 1, "sole": 1, "both": 2, "twice": 2, "double": 2, "twin": 2, "twins": 2,
    "couple": 2, "pair": 2, "duo": 2, "trio": 3, "triple": 3, "thrice": 3, "dozen": 12,
    "no": 0, "none": 0,
}  # fmt: skip
EAST_DIGITS = {
    "〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "兩": 2, "三": 3, "四": 4, "五": 5, "六": 6,
    "七": 7, "八": 8, "九": 9, "일": 1, "이": 2, "삼": 3, "사": 4, "오": 5, "육": 6, "칠": 7,
    "팔": 8, "구": 9,
}  # fmt: skip
_EAST_POWERS = {
    "十": 1, "百": 2, "千": 3, "万": 4, "萬": 4, "亿": 8, "億": 8, "兆": 12,
    "십": 1, "백": 2, "천": 3, "만": 4, "억": 8, "조": 12,
}  # fmt: skip
NATIVE = {
    "두": 2, "세": 3, "네": 4, "다섯": 5, "여섯": 6, "일곱": 7, "여덟": 8, "아홉": 9, "열": 10,
    "열한": 11, "열두": 12, "스무": 20, "서른": 30, "마흔": 40, "쉰": 50,
}  # fmt: skip


def canonical(digits: str, power: int = 0) -> str:
    """Decimal digits, times ten to a power, without grouping or needless noughts."""
    if "," in digits:
        digits = digits.replace(",", "")
    whole, _, rest = digits.partition(".")
    if power and len(whole) + len(rest) <= LONGEST:
        rest = rest.ljust(power, "0")
        whole, rest = whole + rest[:power], rest[power:]
    whole = whole.lstrip("0") or "0"
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def values(digits: str) -> tuple[str, ...]:
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


def eastern_value(text: str) -> str:
    """The value of a number in Han or Hangul numerals, mixed with digits or not."""
    if len(text) > 2 * LONGEST:
        return text
    if all(c in EAST_DIGITS for c in text):
        return canonical("".join(str(EAST_DIGITS[c]) for c in text))
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
        if c in EAST_DIGITS:
            number = float(EAST_DIGITS[c])
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


def said(words: list[str]) -> Iterator[tuple[int, int, str]]:
    """The numbers that number words say, each with the places of its first and last word."""
    first = 0
    total = current = 0
    seen = False
    small = 1000  # what the last part was below: "twenty five" goes on, "five twenty" does not
    for place, word in enumerate(words):
        value = ONES.get(word, TENS.get(word, -1))
        if value >= 0:
            size = 10 if word in ONES and value < 10 else 100
            if seen and not (small > size or (small == 100 and size == 10)):
                yield first, place - 1, str(total + current)
                first, total, current, seen = place, 0, 0, False
            small = 10 if value < 20 else 100
            current += value
        elif word in ("hundred", "dozen"):
            if current > 10**LONGEST:  # a heap of words, no number
                return
            current = (current or 1) * (100 if word == "hundred" else 12)
            small = 1000
        elif word in POWERS:
            total += (current or 1) * 10 ** POWERS[word]
            current, small = 0, 1000
        else:
            continue
        seen = True
    if seen:
        yield first, len(words) - 1, str(total + current)
