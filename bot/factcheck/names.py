"""Whether a stretch of tokens is a name, by form and neighbours, and whether two are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import SequenceMatcher

from bot.claims.places import place_forms
from bot.factcheck.tokens import KOREAN_PARTICLES, KOREAN_TITLE, Token, is_eastern
from index.terms import fold

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
_KOREAN_NAME_END = re.compile(
    r"(?:특별시|광역시|시|군|구|은행|대학교|그룹|전자|증권|보험|공사|공단|재단|건설|화학|자동차|텔레콤|신문|방송)$"
)
# Ways to address a person: two of them may both be right.
_ADDRESS = frozenset(
    "dr prof professor sir lord lady dame mr mrs ms miss mx rev hon sen rep gov gen col lt sgt "
    "capt".split()
)
NAMED = ("name", "capital")  # what only begins with a capital is a part of a name, and none alone


def name_certainty(row: Sequence[Token], start: int, end: int, text: str) -> int:
    """How sure it is that a stretch is a name: 2, 1 for maybe, 0 for no."""
    part = row[start:end]
    if len(part) > 12:
        return 0
    capitals = [each for each in part if each.kind in NAMED]
    if capitals and all(fold(each.text) in _ADDRESS for each in capitals):
        return 0
    if len(capitals) == sum(each.worth > 0 or is_eastern(each.text) for each in part):
        named = len(capitals) > 1 or any(each.kind == "name" for each in capitals)
        return 2 if named else 0
    if not all(is_eastern(each.text) for each in part):
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
        and (after in KOREAN_PARTICLES or KOREAN_TITLE.match(after))
    ):
        return bool(KOREAN_TITLE.match(after)) or after in ("은", "는", "이", "가")
    return len(text) >= 3 and _KOREAN_NAME_END.search(text) is not None


def same_name(one: str, other: str) -> bool:
    """Whether two names may be forms of one."""
    a, b = fold(one), fold(other)
    if a in b or b in a:
        return True
    if one.isupper() != other.isupper() and _initials(one) == _initials(other):
        return True
    if is_eastern(one):
        return one[0] == other[0] and one[-1] == other[-1] and len(one) == len(other) > 2
    first = place_forms()[0]
    if a in first and b in first:
        return first[a] == first[b]
    return SequenceMatcher(None, a, b).ratio() >= 0.75 or set(a.split()) & set(b.split()) != set()


def _initials(name: str) -> str:
    """A name of several words by their initials; one in capitals as it is."""
    return name if name.isupper() else "".join(word[0] for word in name.split())
