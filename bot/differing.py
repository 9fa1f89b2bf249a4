"""What stands in a claim where a sentence that otherwise matches has another number, date or name.

Both are cut into pieces (a figure is one, and so is a word, or a character of the scripts that
part no words), and the pieces are laid side by side. Told by form alone and by the neighbours, so
it tells little of what is said in other words.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import pairwise

from bot.claims.dates import in_digits, month_of
from bot.claims.figures import Figure, figures
from bot.claims.ordinary import FUNCTION, is_ordinary
from bot.claims.places import eastern_places, place_forms
from bot.claims.specifics import missing
from index.languages import FUNCTION_WORDS, UNKNOWN, language_of
from index.record import record
from index.terms import fold, stems

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal[
        "", "number", "percent", "date", "time", "rank", "weekday", "month", "name", "capital"
    ]

_LONGEST = 600  # characters of a sentence that is laid beside another
_UNSPACED = "\u2e80"
_TOKEN = re.compile(
    r"[\uac00-\ud7a3]+|[ァ-ヺー]{2,}|[\u3041-\u30ff\u3400-\u9fff]|[$€£¥₩%°]"
    r"|[^\W_\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+"
    r"(?:['.&/-][^\W_\u1100-\u11ff\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3]+)*"
)
_KOREAN_END = re.compile(
    r"(?<=[가-힣])(?:에서는|에서의|에서도|에게서|으로부터|으로는|에서|에게|께서|으로|까지|부터|이라고|라고|이며"
    r"|보다|처럼|은|는|이|가|을|를|의|에|로|와|과|도|만)$"
)
_KOREAN_PARTICLES = frozenset("은 는 이 가 을 를 의 에 로 와 과 도 만 에서 에게 께서 으로".split())
_GRAMMAR = frozenset(
    "的了在是和与與及将將已於于为為之其并並也都把被對对從从而以所着著過过这這那个個"
    "はがをにのでともへやかられたしてるいす"
)
_RANKS = frozenset(
    "first second third fourth fifth sixth seventh eighth ninth tenth 1st 2nd 3rd 4th 5th".split()
)
_WEEKDAYS = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())


@record
class Piece:
    """A part of a sentence; `key` is what it is compared by, `worth` how much it says."""

    text: str
    key: tuple[object, ...]
    kind: Kind
    worth: float
    start: int
    end: int


@record
class Difference:
    """What a claim says, and what the sentence has in its place; `kind` is what both are."""

    kind: Kind
    said: str
    there: str


@record
class Compared:
    """A claim beside a sentence.

    `difference` is the one thing that differs, where it is one and all else matches; `changed`
    tells that something in the claim stands where something else stands there.
    """

    difference: Difference | None
    changed: bool


# How much of the claim apart from what differs must match, and of the sentence's stretch there.
LEAST_MATCHED = 0.9
LEAST_OF_STRETCH = 0.5
LEAST_WORTH = 3.0  # of what matches, in words that say something; by tests/bench/checked.py
_CHARACTER = 0.5  # what one of the scripts that part no words is worth, in such words


def compare(claim: str, sentence: str) -> Compared:
    """`claim` laid beside `sentence`."""
    ours, theirs = pieces(claim[:_LONGEST]), pieces(sentence[:_LONGEST])
    there = _plain(sentence)
    blocks = _blocks(ours, theirs)
    changed = False
    found: Difference | None = None
    for joined in (False, True):
        replaced, lost = _replaced(blocks, ours, theirs, joined)
        typed = [
            (each, difference)
            for each in replaced
            if (difference := _typed(ours, theirs, each, claim, sentence)) is not None
        ]
        changed = (
            changed or bool(typed) or any(_alters(ours, theirs, each, there) for each in replaced)
        )
        if len(typed) != 1:
            continue
        (a, b, c, d), difference = typed[0]
        apart = sum(each.worth for each in ours[a:b])
        total = sum(each.worth for each in ours) - apart
        whole = _stretch(blocks, theirs, c, d)
        if total - (lost - apart) < LEAST_WORTH or total <= 0 or whole <= 0:
            continue
        matched = 1 - (lost - apart) / total
        if matched >= LEAST_MATCHED and matched * total / whole >= LEAST_OF_STRETCH:
            found = difference
            break
    return Compared(found, changed)


_Span = tuple[int, int, int, int]


def _blocks(
    ours: Sequence[Piece], theirs: Sequence[Piece]
) -> Sequence[tuple[str, int, int, int, int]]:
    matcher = SequenceMatcher(
        None, [each.key for each in ours], [each.key for each in theirs], autojunk=False
    )
    return matcher.get_opcodes()


def _replaced(
    blocks: Sequence[tuple[str, int, int, int, int]],
    ours: Sequence[Piece],
    theirs: Sequence[Piece],
    joined: bool,
) -> tuple[list[_Span], float]:
    """The stretches that stand in each other's place, and the worth of all that does not match.

    `joined` takes what differs in two places close to each other for one: names in Han share a
    character by chance.
    """
    spans: list[_Span] = []
    for place, (tag, a, b, c, d) in enumerate(blocks):
        if tag == "equal":
            short = b - a <= 2 and all(_is_character(each) for each in ours[a:b])
            if not (joined and short and 0 < place < len(blocks) - 1):
                continue
        if spans and joined and spans[-1][1] == a and spans[-1][3] == c:
            spans[-1] = spans[-1][0], b, spans[-1][2], d
        else:
            spans.append((a, b, c, d))
    lost = sum(each.worth for a, b, _, _ in spans for each in ours[a:b])
    replaced = [span for span in spans if span[0] < span[1] and span[2] < span[3]]
    return [_tight(ours, theirs, span) for span in replaced], lost


def _stretch(
    blocks: Sequence[tuple[str, int, int, int, int]], theirs: Sequence[Piece], c: int, d: int
) -> float:
    """The worth of the sentence from the first that matches to the last, but for `[c, d)`."""
    equal = [(first, last) for tag, _, _, first, last in blocks if tag == "equal"]
    first = min([c, *(each for each, _ in equal)])
    last = max([d, *(each for _, each in equal)])
    return sum(each.worth for each in (*theirs[first:c], *theirs[d:last]))


def _tight(ours: Sequence[Piece], theirs: Sequence[Piece], span: _Span) -> _Span:
    """A stretch without the words of grammar at its ends."""
    a, b, c, d = span
    while b - a > 1 and not ours[a].worth:
        a += 1
    while b - a > 1 and not ours[b - 1].worth:
        b -= 1
    while d - c > 1 and not theirs[c].worth:
        c += 1
    while d - c > 1 and not theirs[d - 1].worth:
        d -= 1
    return a, b, c, d


def _typed(
    ours: Sequence[Piece], theirs: Sequence[Piece], span: _Span, claim: str, sentence: str
) -> Difference | None:
    """The difference of a stretch, where both sides are a number, a date or a name."""
    a, b, c, d = span
    mine, other = ours[a:b], theirs[c:d]
    said, there = _text(mine), _text(other)
    kind: Kind = ""
    if len(mine) == len(other) == 1 and mine[0].kind not in ("", *_NAMED):
        kind = mine[0].kind
        if other[0].kind != kind or not _exclude(mine[0], other[0], claim, sentence):
            return None
        if _stands(mine[0], theirs):
            return None
    else:
        if not _names(ours, theirs, span, claim, sentence):
            return None
        if _eastern(said):
            if said in sentence or _same_name(said, there):
                return None
        elif _same_name(said, there) or not missing(f"of {said}", [sentence]):
            return None
        kind = "name"
    return Difference(kind, said, there)


def _alters(ours: Sequence[Piece], theirs: Sequence[Piece], span: _Span, there: str) -> bool:
    """Whether a stretch says something else, as far as its form tells."""
    a, b = span[:2]
    if any(each.kind not in ("", "capital") and not _stands(each, theirs) for each in ours[a:b]):
        return True
    # Two characters side by side, one of them in the stretch, that are nowhere side by side there.
    return any(
        one.worth
        and two.worth
        and _is_character(one)
        and _is_character(two)
        and one.end == two.start
        and one.text + two.text not in there
        for one, two in pairwise(ours[max(0, a - 1) : b + 1])
    )


def _stands(piece: Piece, theirs: Sequence[Piece]) -> bool:
    """Whether the same stands anywhere there; of a date, one that tells more or less of it."""
    return any(
        piece.key == each.key
        or (piece.kind == each.kind == "date" and not _exclude_dates(piece, each))
        for each in theirs
    )


def unsaid(claim: str, sentence: str) -> bool:
    """Whether the claim has a word of which the sentence has nothing at all, in a script whose
    names have no form: two characters in a row that are not there, or a rank."""
    ours, there = pieces(claim[:_LONGEST]), _plain(sentence)
    ranks = {each.key for each in pieces(sentence[:_LONGEST])}
    if any(each.kind == "rank" and each.key not in ranks for each in ours):
        return True
    for one, two in pairwise(ours):
        if one.end == two.start and _lacks(one, there) and _lacks(two, there):
            return True
    return any(
        "\uac00" <= each.text[0] <= "\ud7a3" and each.worth and _korean_lacks(each.text, there)
        for each in ours
    )


def _lacks(piece: Piece, there: str) -> bool:
    return _is_character(piece) and piece.worth > 0 and piece.text not in there


def _korean_lacks(word: str, there: str) -> bool:
    pairs = [word[at : at + 2] for at in range(len(word) - 1)]
    return bool(pairs) and not any(pair in there for pair in pairs)


def _text(row: Sequence[Piece]) -> str:
    text = ""
    end = row[0].start
    for each in row:
        text += (" " if each.start > end else "") + each.text
        end = each.end
    return text


# -- numbers

_BOUNDS = re.compile(
    r"(?:over|above|under|below|about|around|nearly|almost|approximately|roughly|some|least|most|than"
    r"|to|exceeding|estimated|circa|c\.|ca\.|약|대략|거의|최소|최대|무려|약간|超过|超過|逾|约|約|近|大约|大約|至少|最多|不到"
    r"|不足|将近|將近|几乎|ほぼ|およそ)[ ]?[$€£¥₩]?$",
    re.IGNORECASE,
)
_BOUNDED_AFTER = re.compile(
    r"[ ]?(?:%|[명개원년만억조]{0,3})[ ]?(?:여|이상|이하|미만|초과|넘|가량|정도|多|余|餘|以上|以下"
    r"|左右|or (?:more|less)|\+)"
)
_NEAR = 0.15


def _exclude(one: Piece, other: Piece, claim: str, sentence: str) -> bool:
    """Whether two of a kind cannot both be meant."""
    if one.kind == "date":
        return _exclude_dates(one, other)
    if one.kind == "time":
        return one.key[1:3] != other.key[1:3]
    if one.kind not in ("number", "percent"):
        return True
    a, b = _value(one), _value(other)
    if a is None or b is None:
        return False
    bound, bounded = _bound(claim, one), _bound(sentence, other)
    if (bound != bounded) and abs(a - b) <= _NEAR * max(abs(a), abs(b)):
        return False
    if bound != bounded and ((_more(bound) and b > a) or (_more(bounded) and a > b)):
        return False
    return not _rounded(one, other)


def _exclude_dates(one: Piece, other: Piece) -> bool:
    return not any(_meet(a, b) for a in one.key[1:] for b in other.key[1:])


def _meet(one: object, other: object) -> bool:
    """Whether two dates, as far as both tell them, may be the same."""
    assert isinstance(one, tuple)
    assert isinstance(other, tuple)
    return all(a is None or b is None or a == b for a, b in zip(one, other, strict=True))


def _value(piece: Piece) -> float | None:
    try:
        return float(str(piece.key[1]))
    except ValueError:
        return None


def _bound(text: str, piece: Piece) -> str:
    text = _plain(text[:_LONGEST])
    before = _BOUNDS.search(text[max(0, piece.start - 16) : piece.start])
    after = _BOUNDED_AFTER.match(text, piece.end)
    return (before[0].strip(" $€£¥₩").lower() if before else "") + (
        after[0].strip() if after else ""
    )


_MORE = re.compile(
    r"over|above|least|than|exceed|more|\+|超|逾|至少|多|余|餘|以上|이상|넘|초과|여$", re.IGNORECASE
)


def _more(bound: str) -> bool:
    return _MORE.search(bound) is not None


def _rounded(one: Piece, other: Piece) -> bool:
    """Whether one is the other with fewer digits told."""
    short, long = sorted((str(one.key[1]), str(other.key[1])), key=_significant)
    try:
        a, b = float(short), float(long)
    except ValueError:
        return False
    digits = _significant(short)
    if digits == _significant(long) or digits < 2 or not b:
        return False
    return float(f"{b:.{digits - 1}e}") == a


def _significant(value: str) -> int:
    return len(value.replace(".", "").strip("0"))


# -- names

_FOREIGN = frozenset(  # characters that foreign names are written with
    "阿埃艾安奥奧巴班贝貝比彼博布查茨达達戴德迪狄丁杜多恩尔爾法菲费費芬弗福盖蓋戈格哈海汉漢赫亨华華霍基吉加迦杰傑卡凯凱坎"
    "科柯克肯库庫拉莱萊兰蘭劳勞勒雷里利林卢盧鲁魯伦倫罗羅洛马馬迈邁曼麦麥梅蒙米密莫摩穆纳納内尼涅诺諾帕佩皮普奇乔喬切琼瓊"
    "瑞瑟撒萨薩塞桑森沙舍史斯苏蘇索塔泰坦特提托图圖瓦威薇韦韋维維温溫沃乌烏西希歇夏谢謝辛雅亚亞扬揚耶伊约約泽澤扎詹朱兹茲"
    "佐祖哥古伯俾丹顿頓凡范梵弥彌娜妮莉丽麗琳珍玛瑪琪茜赛賽波勃葛珀宾賓本仑侖鲍鮑登汀士宁寧庞龐路理姆圣聖若翰禄纽紐澳墨铎鐸"
    "逊遜肖喀"
)
_SURNAMES = frozenset(
    "王李张張刘劉陈陳杨楊赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾彭"
    "吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸郝孔白崔康毛邱秦江史顾顧侯邵孟"
    "龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文朴"
)
_PLACE_END = frozenset("省市县縣州镇鎮岛島山河江湖湾灣寺宫宮城県町府郡峡峽")
_ORGANISED = frozenset("族党黨帝朝氏王世")
_AFTER_NAME = frozenset("说說曾任氏")
_BEFORE_NAME = frozenset("帝王统統理席相长長员員授士生将將军軍")
_DOTTED = re.compile(r"[\u3400-\u9fff][·•‧・=＝ ][\u3400-\u9fff]")
_KOREAN_SURNAMES = frozenset(
    "김이박최정강조윤장임한오서신권황안송전홍유고문양손배백허남심노하곽성차주우구민류나진지엄채원천방공현함변염여추도소석선설마길"
    "연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부"
)
_KOREAN_TITLE = re.compile(
    r"(?:대통령|총리|장관|차관|의원|대표|위원장|회장|사장|교수|박사|원장|총재|부회장|감독|선수|씨|기자|소장|실장|국장|후보|시장"
    r"|지사|판사|검사|변호사|작가|시인|대사|의장|팀장|센터장|연구원|이사)$"
)
_KOREAN_NAME_END = re.compile(
    r"(?:특별시|광역시|시|군|구|은행|대학교|그룹|전자|증권|보험|공사|공단|재단|건설|화학|자동차|텔레콤|신문|방송)$"
)


_NAMED = ("name", "capital")  # what only begins with a capital is a part of a name, and none alone


def _names(
    ours: Sequence[Piece], theirs: Sequence[Piece], span: _Span, claim: str, sentence: str
) -> bool:
    """Whether both sides of a stretch are names."""
    a, b, c, d = span
    # Of names without a form one must be sure, and the other may be.
    sure = [_named(ours, a, b, _plain(claim)), _named(theirs, c, d, _plain(sentence))]
    return min(sure) > 0 and max(sure) > 1


def _named(row: Sequence[Piece], start: int, end: int, text: str) -> int:
    """How sure it is that a stretch is a name: 2, 1 for maybe, 0 for no."""
    part = row[start:end]
    if len(part) > 12:
        return 0
    capitals = [each for each in part if each.kind in _NAMED]
    if len(capitals) == sum(each.worth > 0 or _eastern(each.text) for each in part):
        named = len(capitals) > 1 or any(each.kind == "name" for each in capitals)
        return 2 if named else 0
    if not all(_eastern(each.text) for each in part):
        return 0
    words = "".join(each.text for each in part)
    before = row[start - 1].text if start else ""
    after = row[end].text if end < len(row) else ""
    if any("\uac00" <= ch <= "\ud7a3" for ch in words):
        return 2 if len(part) <= 2 and _korean_name(words, after) else 0
    if not all("\u3400" <= ch <= "\u9fff" for ch in words) or len(words) < 2:
        return 0
    if _DOTTED.search(text[part[0].start : part[-1].end]):
        return 2
    return _han_name(words, before, after)


def _han_name(text: str, before: str, after: str) -> int:
    foreign = sum(ch in _FOREIGN for ch in text) / len(text)
    if foreign >= 0.75 and (len(text) > 2 or foreign == 1):
        return 2
    end = after if after in _PLACE_END else text[-1]
    if end in _PLACE_END and len(text) <= 6:
        return 2 if len(text) > 2 or after == end else 1
    if text[0] in _SURNAMES and len(text) <= 3:
        titled = before in _BEFORE_NAME or after in _AFTER_NAME
        return 2 if len(text) == 3 or titled else 1
    return int(foreign >= 0.5 or text[-1] in _ORGANISED)


def _korean_name(text: str, after: str) -> bool:
    if (
        len(text) == 3
        and text[0] in _KOREAN_SURNAMES
        and (after in _KOREAN_PARTICLES or _KOREAN_TITLE.match(after))
    ):
        return bool(_KOREAN_TITLE.match(after)) or after in ("은", "는", "이", "가")
    return len(text) >= 3 and _KOREAN_NAME_END.search(text) is not None


def _same_name(one: str, other: str) -> bool:
    """Whether two names may be forms of one."""
    a, b = fold(one), fold(other)
    if a in b or b in a:
        return True
    if one.isupper() != other.isupper() and _initials(one) == _initials(other):
        return True
    if _eastern(one):
        return one[0] == other[0] and one[-1] == other[-1] and len(one) == len(other) > 2
    first = place_forms()[0]
    if a in first and b in first:
        return first[a] == first[b]
    return SequenceMatcher(None, a, b).ratio() >= 0.75 or set(a.split()) & set(b.split()) != set()


def _initials(name: str) -> str:
    """A name of several words by their initials; one in capitals as it is."""
    return name if name.isupper() else "".join(word[0] for word in name.split())


# -- pieces


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).translate(_MARKS)
    return in_digits(text)


_MARKS: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "’‘ʼ`´"), "'"),
    **dict.fromkeys(map(ord, "‐‑‒−﹣"), "-"),
    **dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff")),
}


@lru_cache(maxsize=64)
def pieces(text: str) -> tuple[Piece, ...]:
    """The pieces of `text`, in order; punctuation is none."""
    text = _plain(text)
    language = language_of(text)
    if language == UNKNOWN:
        language = "en"
    small = _small(language)
    found: list[Piece] = []
    end = 0
    for start, stop, kind in _wholes(text):
        found += _words(text, end, start, language, small)
        found.append(_whole(text, start, stop, kind))
        end = stop
    found += _words(text, end, len(text), language, small)
    return tuple(found)


@lru_cache(maxsize=8)
def _small(language: str) -> frozenset[str]:
    return frozenset(fold(word) for word in FUNCTION_WORDS.get(language, "").split())


def _wholes(text: str) -> Iterator[tuple[int, int, Figure | str]]:
    """The figures of `text`, and the places that are told by a table; none in another."""
    spans: list[tuple[int, int, Figure | str]] = [
        (each.start, each.end, each) for each in figures(text, claimed=True)
    ]
    if not text.isascii():
        spans += [(start, end, name) for name, start, end in eastern_places(text)]
    last = 0
    for span in sorted(spans, key=lambda each: (each[0], -each[1])):
        if span[0] >= last:
            yield span
            last = span[1]


def _whole(text: str, start: int, end: int, what: Figure | str) -> Piece:
    words = text[start:end]
    if isinstance(what, str):
        kind: Kind = "weekday" if what in _WEEKDAYS else "name"
        return Piece(words, ("place", what), kind, 1.0, start, end)
    first = what.keys[0]
    shape = str(first[0])
    if shape == "date":
        key = ("date", *(tuple(key[1:]) for key in what.keys if key[0] == "date"))
        return Piece(words, key, "date", 1.0, start, end)
    if shape == "time":
        return Piece(words, tuple(first), "time", 1.0, start, end)
    if shape == "percent":
        return Piece(words, ("percent", first[1]), "percent", 1.0, start, end)
    if shape == "number":
        if first[2] == "year":
            return Piece(words, ("date", (str(first[1]), None, None)), "date", 1.0, start, end)
        return Piece(words, ("number", first[1]), "number", 1.0, start, end)
    return Piece(words, tuple(first), "number", 1.0, start, end)


def _words(
    text: str, start: int, end: int, language: str, small: frozenset[str]
) -> Iterator[Piece]:
    shouting = text.isupper()
    for match in _TOKEN.finditer(text, start, end):
        word = match[0]
        at, stop = match.span()
        if "\uac00" <= word[0] <= "\ud7a3":
            cut = _KOREAN_END.search(word)
            stem = word[: cut.start()] if cut and len(word) > 1 else word
            title = _KOREAN_TITLE.search(stem)
            if title and title.start() > 1:
                name = stem[: title.start()]
                yield Piece(name, ("w", name), "", 1.0, at, at + len(name))
                yield Piece(title[0], ("w", title[0]), "", 1.0, at + len(name), at + len(stem))
            else:
                worth = 0.0 if stem in _KOREAN_PARTICLES else 1.0
                yield Piece(stem, ("w", stem), "", worth, at, at + len(stem))
            if len(stem) < len(word):
                rest = word[len(stem) :]
                yield Piece(rest, ("p", rest), "", 0.0, at + len(stem), stop)
        elif _eastern(word):
            if len(word) > 1:
                yield Piece(word, ("w", word), "name", 1.0, at, stop)
            else:
                worth = 0.0 if word in _GRAMMAR else _CHARACTER
                yield Piece(word, ("w", word), "", worth, at, stop)
        else:
            yield _latin(text, word, at, stop, language, small, shouting)


def _latin(
    text: str, word: str, at: int, stop: int, language: str, small: frozenset[str], shouting: bool
) -> Piece:
    bare = word[:-2] if word.endswith(("'s", "'S")) else word
    folded = fold(bare)
    if folded in _RANKS:
        return Piece(bare, ("rank", folded), "rank", 1.0, at, stop)
    capital = bare[0].isupper() and not shouting
    if capital and (number := month_of(folded)) is not None and folded not in ("may", "mar", "jun"):
        return Piece(bare, ("month", number), "month", 1.0, at, stop)
    place = place_forms()[0].get(folded)
    kind: Kind
    if place is not None and capital:
        kind = "weekday" if place in _WEEKDAYS else "name"
        return Piece(bare, ("place", place), kind, 1.0, at, stop)
    if folded in small or (folded in FUNCTION and not bare[1:].isupper()) or len(folded) == 1:
        return Piece(bare, ("w", folded), "", 0.0, at, stop)
    kind = ""
    if capital or (not bare.isalpha() and any(map(str.isdigit, bare))):
        kind = "name"
        if is_ordinary(folded, ""):
            kind = "capital" if at else ""
    if bare.isascii() and len(bare) > 1 and any(map(_eastern, text)):
        kind = "name"
    return Piece(bare, ("w", stems([folded], language)[0]), kind, 1.0, at, stop)


def _is_character(piece: Piece) -> bool:
    return len(piece.text) == 1 and _eastern(piece.text)


def _eastern(text: str) -> bool:
    return text[:1] >= _UNSPACED
