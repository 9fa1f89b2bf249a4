"""What a question asks for: a person, a time, a place, a number, a reason; in four languages.

It also tells what the question names: the dates that its answer should stand near, and the
words (names, numbers, quoted words) that an answer cannot do without.
"""

from __future__ import annotations

import re
from functools import lru_cache

from index.languages import language_of
from index.record import record

# What is asked for -> how each language asks for it. Tried in this order: the first that
# matches earliest wins within English, where "in what year" must be a time, not a thing.
_ASKED: dict[str, tuple[tuple[str, str], ...]] = {
    "en": (
        ("when", r"\bwhen\b|\b(?:what|which)\b[\w\s'-]{0,24}?\b(?:year|date|day|month|century|"
                 r"decade|time|era|period)s?\b|\bhow (?:long ago|recently|old)\b"),
        ("number", r"\bhow (?:many|much|long|far|large|big|high|tall|deep|wide|often|fast|heavy|"
                   r"far|hot|cold|late|early)\b|\bwhat (?:\w+ ){0,2}?(?:number|percentage|percent|"
                   r"proportion|amount|population|size|rate|share|score|price|cost|total|"
                   r"distance|temperature|speed|age|fraction|height|length|width|area)\b"),
        ("who", r"\bwho(?:m|se)?\b|\b(?:what|which)\b[\w\s'-]{0,16}?\b(?:person|people|man|woman|"
                r"president|minister|king|queen|emperor|leader|author|actor|actress|singer|player|"
                r"coach|director|scientist|artist|architect|writer|philosopher|name|team)\b"),
        ("where", r"\bwhere\b|\b(?:what|which)\b[\w\s'-]{0,16}?\b(?:country|city|place|state|"
                  r"region|location|continent|town|province|river|island|area|port|capital|"
                  r"street|building|nation|county)\b"),
        ("why", r"\bwhy\b|\b(?:what|which)\b[\w\s'-]{0,8}?\b(?:reason|cause|caused|purpose)\b"),
        ("how", r"\bhow\b"),
        ("what", r"\bwhat\b|\bwhich\b"),
    ),
    "zh": (
        ("when", r"何[时時]|什[么麼][时時]候|[几幾](?:年|月|日|[时時]|[点點])|哪[一]?(?:年|天|日|月|"
                 r"[个個]月|[个個]?世[纪紀]|[个個]?[时時][期代候間间])|什[么麼](?:[时時][间間期代]|"
                 r"年[代份]|日期)|多久|[时時][间間]是"),
        ("number", r"多少|[几幾]|多[大高长長远遠深重快宽寬]|百分之|何[种種]?(?:比例|程度)|第[几幾]"),
        ("who", r"[谁誰]|何人|哪[一]?[位些]?(?:[个個])?(?:人|球[员員]|[总總][统統]|皇帝|国王|國王|"
                r"作家|教授|科[学學]家|演[员員]|歌手|[导導]演|[将將][军軍]|[选選]手|[领領][导導]人)|什[么麼]人|"
                r"(?:名字|姓名)"),
        ("where", r"哪[里裡裏兒儿]|何[处處地]|哪[一]?[个個]?(?:地[方区區]|[国國]家?|城市|省|市|[县縣]|洲|"
                  r"[区區]|[岛島]|河|[镇鎮]|州)|什[么麼]地[方区區点點]|位[于於]|何[国國]"),
        ("why", r"[为為]什[么麼]|[为為]何|什[么麼]原因|原因|何以|[为為]了什[么麼]"),
        ("how", r"如何|怎[么麼样樣]"),
        ("what", r"什[么麼]|哪|何|甚[么麼]"),
    ),
    "ko": (
        ("when", r"언제|몇\s*(?:년|월|일|시|세기)|어느\s*(?:해|시대|날|연도)|며칠|연도|시기"),
        ("number", r"몇|얼마|비율은|규모는|수는|높이|길이|인구"),
        ("who", r"누구|누가|누굴|이름은|이름이|사람은"),
        ("where", r"어디|어느\s*(?:나라|도시|지역|곳|주|국가|지방)|장소|위치"),
        ("why", r"왜|이유|까닭|원인"),
        ("how", r"어떻게|방법"),
        ("what", r"무엇|뭐|뭘|무슨|어떤|어느"),
    ),
    "ja": (
        ("when", r"いつ|何(?:年|月|日|時|世紀|曜日)|どの(?:時代|年)|時期"),
        ("number", r"いくつ|いくら|何(?:人|個|本|回|歳|才|キロ|メートル|%|パーセント|カ国|か国|番|km|m)|"
                   r"どのくらい|どれくらい|どれほど|人口|面積|長さ|高さ|身長|標高"),
        ("who", r"誰|だれ|どなた|何者|名前"),
        ("where", r"どこ|どちら|場所|何(?:県|国|市|区|町|州)|所在地|どの(?:国|都市|地域)|出身"),
        ("why", r"なぜ|何故|どうして|理由|原因"),
        ("how", r"どう|方法"),
        ("what", r"何|なに|なん|どの|どんな|どれ"),
    ),
}  # fmt: skip

# What an answer of a kind looks like in a text; the kinds that a pattern can tell.
_SHOWN: dict[str, str] = {
    "when": r"(?<![\d.,])(?:1\d{3}|20\d{2})(?![\d.,]\d)|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|"
            r"Dec)[a-z]*\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b|\b(?:century|centuries|"
            r"decades?|years? (?:ago|later|old)|\d+s)\b|[\d〇零一二三四五六七八九十百]+\s*(?:年|月|日|"
            r"世[纪紀]|[时時]|天|[岁歲])|年[间間代]|[时時]期|[时時]代|\d+\s*(?:년|월|일|세기)|시대|"
            r"(?:yester|to)day|tomorrow|[早中晚]期|之[后後前]|期[间間]",
    "number": r"(?<![\d.,])(?!(?:1[5-9]|20)\d\d(?!\d|[.,]\d))\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|"
              r"hundreds?|thousands?|millions?|billions?|trillions?|half|third|quarter|percent|"
              r"twice|double|several|single|both)\b|[〇零一二三四五六七八九十百千万萬亿億兩两半]|"
              r"(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열|백|천|만|억)\s*(?:개|명|번|가지|차례|곳)",
    "who": r"\b[A-Z][\w'’-]+(?:\s+(?:of|the|de|von|van|al|bin|[A-Z])[\w'’.-]*)*|·|[・=]|[王李张張刘劉陈陳杨楊"
           r"赵趙黄黃周吴吳徐孙孫胡朱高林何郭马馬罗羅梁宋郑鄭谢謝韩韓唐冯馮于董萧蕭程曹袁邓鄧许許傅沈曾"
           r"彭吕呂苏蘇卢盧蒋蔣蔡贾賈丁魏薛叶葉阎閻余潘杜戴夏钟鍾汪田任姜范方石姚谭譚廖邹鄒熊金陆陸"
           r"郝孔白崔康毛邱秦江史顾顧侯邵孟龙龍万萬段雷钱錢汤湯尹黎易常武乔喬贺賀赖賴龚龔文][\u4e00-\u9fff]|"
           r"(?:[총부]?[통리]|씨|장관|대표|교수|감독|의원|왕|가)[은는이가을를의]|氏|さん|者|[师師家王帝人]",
    "where": r"\b(?:in|at|near|from|to|of|across|into)\s+(?:the\s+)?[A-Z]|[国國省市县縣州洲区區岛島河江山城"
             r"镇鎮村路街港部地海]|(?:시|도|군|구|주|섬|강|산|국|항|에서|나라|한국|중국|일본)|[県町駅]",
    "why": r"\b(?:because|due to|since|owing|result|caused?|reason|in order|so that|therefore|led to|"
           r"prevent|allow|avoid|help|to \w+)\b|因[为為此]|由[于於]|所以|[为為]了|以[便免致]|[导導]致|"
           r"使得?|原因|때문|위해|위한|하여|탓|덕분|まま|ため|から|ので|により",
    "how": r"\b(?:by|through|using|via|with)\b|通[过過]|[经經]由|[透利]|用|以|方式|方法|통해|으로|로써|によって|"
           r"により|で",
}  # fmt: skip

_NAMED = re.compile(
    r"[\"“「『《〈]([^\"”」』》〉]{1,80})[\"”」』》〉]|(?<![^\W_])([A-Z][\w’'.-]*(?:\s+[A-Z][\w’'.-]*)*)|"
    r"(?<![\w.,])(\d[\d.,:/-]*\d|\d)"
)
_YEAR = re.compile(r"(?<![\d.,])(?:1[5-9]|20)\d\d(?![\d.,]\d|\d)")
NEGATED = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|neither|without|un(?:able|like\w*)|except)\b|n['’]t\b|"
    r"不|沒|没|非|未|無|无|않|아닌|없|못|ない|なかっ",
    re.IGNORECASE,
)


@lru_cache(maxsize=64)
def _asked_patterns(language: str) -> tuple[tuple[str, re.Pattern[str]], ...]:
    source = _ASKED.get(language, _ASKED["en"])
    return tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in source)


@lru_cache(maxsize=16)
def shown_pattern(kind: str) -> re.Pattern[str] | None:
    """The pattern of what an answer of `kind` looks like; None where a pattern cannot tell."""
    source = _SHOWN.get(kind)
    return re.compile(source) if source else None


# What is counted: the word after the interrogative, in the languages that put it there.
_COUNTED = re.compile(r"(?:多少|[几幾]|何|몇)\s*([^\W\d_])([^\W\d_])?")
_DIGITS = "[\\d〇零一二三四五六七八九十百千万萬亿億兆兩两半多余餘%％]"


def unit_pattern(text: str) -> re.Pattern[str] | None:
    """A number followed by what a Chinese, Japanese or Korean question counts, else None."""
    match = _COUNTED.search(text)
    if match is None or (match.group().startswith("何") and match.group(1) in "于於以人谓謂"):
        return None
    return re.compile(f"{_DIGITS}\\s*.{{0,1}}{re.escape(match.group(1))}")


@record
class Question:
    """A question as understood: `asks` is "who", "when", "where", "number", "why", "how",
    "what" or ""; `named` are the names, numbers and quoted words that it holds, `years` the
    years."""

    text: str
    language: str
    asks: str
    named: tuple[str, ...] = ()
    negated: bool = False
    years: frozenset[int] = frozenset()


def understand(text: str) -> Question:
    """What `text` asks for and names. Never fails, whatever the text."""
    text = text[:4000]
    language = language_of(text)
    asks = ""
    for kind, pattern in _asked_patterns(language):
        if pattern.search(text):
            asks = kind
            break
    named = []
    for quoted, name, number in _NAMED.findall(text):
        if name and text.lstrip().startswith(name.split()[0]):
            # The first word of a sentence has a capital whether it names something or not.
            name = " ".join(name.split()[1:])
        if name == "I":  # who asks, and no name
            continue
        if each := quoted or name or number:
            named.append(each)
    years = frozenset(map(int, _YEAR.findall(text)))
    negated = bool(NEGATED.search(text))
    return Question(text, language, asks, tuple(dict.fromkeys(named)), negated, years)
