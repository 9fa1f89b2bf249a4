"""Bytes to text: which encoding a file is in, told by what it would say in each.

UTF-8 is strict enough to prove itself. The older encodings are not: nearly every byte
string is valid in several of them, so each strict decoding is weighed by how common its
characters are in the language that the encoding was made for, and the lightest wins.
"""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter

from index.record import record

# The commonest characters of each language, roughly in order; together they cover about
# half of running text, and chance hits on them are rare.
_HAN = (
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事"
    "成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公"
    "此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回"
    "特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何"
    "电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白"
    "却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导"
)
_HAN_TRADITIONAL = (
    "這個們來為國說時會對於過發後裡種經學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰頭體見產話門員總電數報結務場"
    "計資統區隊決馬眼書聽達強難權設記類邊張該規萬覺領傳師觀讓識帶導爭運連處義條氣題別變兒東聲論給認"
)
_HANGUL = (
    "이다는에의가을로고하은지한도사기를리자시어서나인대있정아들해수일부그전으라것제상보주장원게만여과니비조구공국었성선관동"
    "신경유진스계중생화년면소우미모안발방오세간위연마당교했러식려문거무적와용르데때실말더내물분개회단드업음던였민산심람금남"
    "각명추통야후반달재까령월형감영역학행건럼결등권체른"
)
_KANJI = (
    "日一国会人年大十二本中長出三同時政事自行社見月分議後前民生連五発間対上部東者党地合市業内相方四定今回新場金員九入選立"
    "開手米力学問高代明実円関決子動京全目表戦経通外最言氏現理調体化田当八六約主題下首意法不来作性的要用制治度務強気小七成"
    "期公野協取都和統以機平総加山思家話世受区領多県続進正安設保改数記院女初北午指権心界支第産結百派点教報済書府活原先共得"
)

_SAMPLE = 1 << 16
_CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1b\x1c\x1d\x1e") + b"\x7f"
_LEGACY = ("cp949", "gb18030", "cp932", "cp1252", "big5", "euc_jp")
_WIDE = ("utf-16-le", "utf-16-be")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_HIGH = bytes(range(128, 256))
_ASCII_WEIGHT = 3.5
_BROKEN = 14.0  # an undecodable sequence
_RARE = 15.0


@record
class Decoded:
    """`text`, in which `replaced` undecodable byte sequences stand as U+FFFD."""

    text: str
    encoding: str
    replaced: int = 0


class BinaryData(ValueError):
    """The bytes are not text."""


class UnknownEncoding(ValueError):
    """The bytes may be text, but in none of the encodings that can be told."""


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of `data`, in `encoding` when it is known from an earlier reading."""
    if encoding is not None:
        return _replacing(data, encoding)
    for mark, name in _BOMS:
        if data.startswith(mark):
            return _replacing(data, name)
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls <= len(data) / 50:
        try:
            return Decoded(data.decode("utf-8"), "utf-8")
        except UnicodeDecodeError:
            pass
        return _replacing(data, _legacy(data))
    return _replacing(data, _wide(data))


def _common(*lists: str) -> dict[str, float]:
    """Weights by rank: the 10th commonest character weighs 4.3, the 100th 6.2, the 400th 7.4."""
    return {ch: 2.5 + 0.82 * math.log(rank + 9) for text in lists for rank, ch in enumerate(text)}


_CHINESE = _common(_HAN)
_TRADITIONAL = _common(_HAN, _HAN_TRADITIONAL)
_KOREAN = _common(_HANGUL)
_JAPANESE = _common(_KANJI)


def _plain(ch: str) -> float:
    """Characters that mean the same in every language of East Asia."""
    if ch < "\x80":
        return _ASCII_WEIGHT if ch >= " " or ch in "\t\n\r" else 20.0
    if ch == "\ufffd":
        return _BROKEN
    if ch in "、。，：！？「」《》“”‘’·…（）・　":
        return 5.0
    if "\uff01" <= ch <= "\uff5e" or "\u2010" <= ch <= "\u266f" or "\u3000" <= ch <= "\u303f":
        return 8.0
    return _RARE


def _korean(ch: str) -> float:
    if "\uac00" <= ch <= "\ud7a3":
        # Syllables beyond the 2,350 of daily use take eight bytes in EUC-KR.
        return _KOREAN.get(ch) or (9.0 if len(ch.encode("euc_kr")) == 2 else _RARE)
    return 12.5 if "\u4e00" <= ch <= "\u9fff" else _plain(ch)


def _chinese(ch: str) -> float:
    if "\u4e00" <= ch <= "\u9fff":
        return _CHINESE.get(ch) or min(_level(ch, "gb2312", 0xD8), 1.5 + _traditional(ch))
    return _plain(ch)


def _traditional(ch: str) -> float:
    if "\u4e00" <= ch <= "\u9fff":
        return _TRADITIONAL.get(ch) or _level(ch, "big5", 0xC9)
    return _plain(ch)


def _japanese(ch: str) -> float:
    if "\u3041" <= ch <= "\u3093":
        return 4.0
    if "\u30a1" <= ch <= "\u30fc":
        return 5.5
    if "\u4e00" <= ch <= "\u9fff":
        return _JAPANESE.get(ch) or _level(ch, "euc_jp", 0xD0)
    return 6.0 if "\uff61" <= ch <= "\uff9f" else _plain(ch)


def _latin(ch: str) -> float:
    if ch < "\x80" or ch == "\ufffd":
        return _plain(ch)
    if ch > "\u2122":
        return _RARE
    if "\xc0" <= ch <= "\xff":
        return 4.5 if ch in "éèàáíóúñçäöüßâêîôåøæ" else 6.5
    return 4.5 if ch in "’‘“”–—…«»°·•©€£\xa0" else 6.5 if ch in "½¼¾±µ®™×¿¡§²³" else 9.0


def _any(ch: str) -> float:
    """For UTF-8 and UTF-16, which hold every language."""
    if "\u0370" <= ch <= "\u0fff":
        return 7.0
    return min(weigh(ch) for weigh in (_korean, _chinese, _traditional, _japanese, _latin))


def _level(ch: str, encoding: str, end: int) -> float:
    """The old standards list the characters in daily use first, the others from row `end`."""
    try:
        first = ch.encode(encoding)[0]
    except UnicodeEncodeError:
        return _RARE
    return 9.4 if first < end else 12.0


_WEIGHERS = {
    "utf-8": _any,
    "utf-16-le": _any,
    "utf-16-be": _any,
    "cp949": _korean,
    "gb18030": _chinese,
    "big5": _traditional,
    "cp932": _japanese,
    "euc_jp": _japanese,
    "cp1252": _latin,
}


def _replacing(data: bytes, encoding: str) -> Decoded:
    try:
        return Decoded(data.decode(encoding), encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
    genuine = data.count(b"\xef\xbf\xbd") if encoding == "utf-8" else 0
    return Decoded(text, encoding, text.count("\ufffd") - genuine)


def _wide(data: bytes) -> str:
    """UTF-16 without a mark, whose NULs and controls are halves of plain characters."""
    sample = data[:_SAMPLE]
    weights = {name: _weight(sample, name) for name in _WIDE}
    best = min(weights, key=lambda name: weights[name])
    if weights[best] > 10 * (len(sample) / 2):
        raise BinaryData
    return best


def _legacy(data: bytes) -> str:
    sample = _sample(data)
    # A few wrong bytes in a long UTF-8 text weigh less than every other reading of it.
    weights = {name: _weight(sample, name) for name in ("utf-8", *_LEGACY)}
    if len(data) % 2 == 0:
        weights |= {name: 1.25 * _weight(data[:_SAMPLE], name) for name in _WIDE}
    best = min(weights, key=lambda name: weights[name])
    high = len(sample) - len(sample.translate(None, _HIGH))
    surplus = weights[best] - _ASCII_WEIGHT * (len(sample) - high)
    if best in _WIDE:
        implausible = weights[best] > 10 * (len(data[:_SAMPLE]) / 2)
    else:
        implausible = surplus > (9 if best == "cp1252" else 5.5) * high
    if implausible and high >= 32:  # a few characters may well be rare ones
        raise UnknownEncoding
    if best == "cp1252" and not _strict(data, best):
        return "latin-1"
    return best


def _sample(data: bytes) -> bytes:
    """From its lines, what follows the first byte that is not ASCII: 64 KB of it.

    Such a byte begins a character, and no line end is half of one in `_LEGACY`.
    """
    if len(data) <= _SAMPLE:
        return data
    parts: list[bytes] = []
    size = position = 0
    high = re.compile(rb"[\x80-\xff]")
    while size < _SAMPLE and (match := high.search(data, position)):
        end = data.find(b"\n", match.start()) + 1 or len(data)
        parts.append(data[match.start() : min(end, match.start() + _SAMPLE - size)])
        size += len(parts[-1])
        position = end
    return b"".join(parts)


def _strict(data: bytes, encoding: str) -> bool:
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _weight(data: bytes, encoding: str) -> float:
    """How unlikely this reading is: about the negative logarithm of its probability."""
    text = data.decode(encoding, "replace")
    weigh = _WEIGHERS[encoding]
    weight = sum(n * weigh(ch) for ch, n in Counter(text).items())
    if encoding == "cp1252":
        # Accented letters seldom touch; the bytes of other scripts always do.
        weight += 5 * len(re.findall(r"[\xc0-\xff](?=[\xc0-\xff])", text))
    elif encoding == "cp932":
        # Half-width Kana stand in rows; alone they are the signs of other encodings.
        weight += 6 * len(
            re.findall(r"(?<![\uff61-\uff9f])[\uff61-\uff9f](?![\uff61-\uff9f])", text)
        )
    return weight
