"""Questions made of simple Korean, Chinese and Japanese sentences.

There the question's word stands where its answer stood, and the sentence's end turns to asking.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.check.inquiry import Inquiry
from bot.claims.places import place_forms

_MOST = 90  # characters of a sentence
_QUOTES = re.compile(r"[\"“”‘’'「」『』《》〈〉\[\]{}<>|*#@_=\\…·▲△■]")

# --- Korean

_KO_LEANING = re.compile(
    r"(?:^|\s)(?:이|그|저|이번|해당|당시|또|또한|그러나|하지만|이에|이는|그는|그녀는|이들은|그들은|"
    r"양측은|양국은|올해|작년|지난해|내년|오늘|어제|내일|지난달|현재|최근|한편|특히|이후|그는|이날)(?=\s)"
)
_KO_DATE = re.compile(
    r"(?:(?:지난|오는) )?(\d{4}년(?: \d{1,2}월)?(?: \d{1,2}일)?|\d{1,2}월(?: \d{1,2}일)?|"
    r"\d{1,2}일)(에|부터|까지)?(?= )"
)
_KO_COUNTED = re.compile(
    r"(?:약 |모두 |총 )?"
    r"((?:\d[\d,.]*[만억천조]*|두|세|네|다섯|여섯|일곱|여덟|아홉|열)(?: ?[만억])?) ?"
    r"(개국|개|명|곳|차례|건|가구|대|마리|시간|번|배|척|권|원|달러|킬로미터|미터|㎞|km|m|%|퍼센트|"
    r"층|편|점|표|석|종|살|가지|주년|톤|쪽|년간|년|일간|개월|평)(?![가-힣]*(?:째|대))"
)
_KO_TITLE = (
    "(?:장관|대통령|총리|대표|의원|회장|감독|교수|시장|위원장|부장|사장|청장|소장|작가|박사|국왕|"
    "주석|실장|대사|총재|지사|선수|건축가|화가)"
)
_KO_WHO = re.compile(rf"^(?P<all>(?:[가-힣]{{1,8}} ){{1,3}}{_KO_TITLE})(?:은|는|이|가) (?=\S)")
_KO_NAME = re.compile(rf"(?:^| )([가-힣]{{2,4}})(?<![부청원국시도처실당]) {_KO_TITLE}$")
_KO_BEFORE = re.compile(rf"(?:^| )([가-힣]{{2,4}}) [가-힣]{{1,8}} {_KO_TITLE}$")
_KO_PLACE = re.compile(
    r"((?:[가-힣]{1,6} )?[가-힣]{1,8}"
    r"(?:시|도|구|군|역|공항|호텔|섬|대학교|궁|회관|센터|광장|항))?"
    r"(?:([가-힣]{2,6}))?에서(?= )"
)


def korean(sentence: str) -> Iterator[Inquiry]:
    """The questions that a Korean sentence answers."""
    body = _plain(sentence)
    asking = _ko_asking(body) if body is not None else None
    if body is None or asking is None or _KO_LEANING.search(body):
        return
    simple = asking.rfind(",") + 1  # what stands before a comma is part of something else
    if date := _KO_DATE.search(asking, simple):
        word = "언제" + (date[2] if date[2] in ("부터", "까지") else "")
        yield Inquiry(_put(asking, date.span(), word), date[1], "when")
    for number in _KO_COUNTED.finditer(asking, simple):
        if number[2] == "년" and re.fullmatch(r"\d{4}", number[1]):
            continue
        unit = "퍼센트" if number[2] == "%" else number[2]
        yield Inquiry(
            _put(asking, number.span(), f"몇 {unit}"), number[0].removeprefix("약 "), "number"
        )
    if (who := _KO_WHO.match(asking)) and (
        name := _KO_NAME.search(who["all"]) or _KO_BEFORE.search(who["all"])
    ):
        yield Inquiry(_put(asking, who.span(), "누가 "), name[1], "who")
    known = place_forms()[0]
    for place in _KO_PLACE.finditer(asking):
        named = place[1] or place[2]
        if named and (place[1] or any(named.startswith(p) for p in known if "가" <= p[:1] <= "힣")):
            yield Inquiry(_put(asking, place.span(), "어디에서"), named, "where")


def _ko_asking(body: str) -> str | None:
    """The sentence with its end turned to asking; None where that is not known."""
    if body.endswith("니다"):
        return body[:-1] + "까?"
    if not body.endswith("다") or len(body) < 8 or body.count(",") > 1:
        return None
    stem, last = body[:-2], body[-2]
    if last == "이":
        return f"{stem}인가?"
    final = (ord(last) - 0xAC00) % 28 if "가" <= last <= "힣" else -1
    if final == 20 or last == "없":  # ㅆ
        return f"{stem}{last}는가?"
    if final == 4:  # ㄴ: 한다, 는다
        return f"{stem}는가?" if last == "는" else f"{stem}{chr(ord(last) - 4)}는가?"
    return None


# --- Chinese

_ZH_LEANING = re.compile(
    r"^(?:但|而|也|并|因|虽|随着|同时|其|他|她|它|这|该|此|与此|不过|然而|另外|另|对此|目前|今年|去年|"
    r"昨|今|本|我|你|您|双方|两国|两人|之后|后来|随后|当时|以及|但是|所以|如果|由于|尽管|因此|那|"
    r"雖|並|隨|這|該|對|兩|後)"
)
_ZH_DATE = re.compile(
    r"((?:公元前?\d{1,4}|\d{4})年(?:\d{1,2}月(?:\d{1,2}日)?)?|(?<!\d)\d{1,2}月\d{1,2}日)(?!代|度|来|间)"
)
_ZH_UNIT = (
    "(?:平方公里|公里|千米|平方米|米|公顷|吨|万人|人次|人|个|名|位|岁|座|家|所|次|种|项|天|周|倍|"
    "美元|元|票|艘|架|条|部|届|小时|分钟|层|站|個|歲|種|項|條|屆|萬人)"
)
_ZH_COUNTED = re.compile(
    rf"(第|约|約|近|超过|超過|大约)?((?:\d[\d,.]*[百千万亿萬億多余餘]*|[二三四五六七八九十两兩百千]+)(?:多|余)?)"
    rf"(年(?!代|度|前|后|後|级)|{_ZH_UNIT})"
)
_ZH_PERCENT = re.compile(r"(百分之[\d.一二三四五六七八九十百]+|\d+(?:\.\d+)?[%％])")
_ZH_PLACE = re.compile(
    r"(在|于|於)([^，。,、；在于於的]{2,10}?)(?=(?:正式)?(?:举行|召开|出生|成立|去世|会面|会晤|开幕|落成|建成|举办|"
    r"签署|逝世|设立|創立|举办|舉行|召開|會面|會晤|開幕))"
)
_ZH_BY = re.compile(
    r"由([^，。,、；由]{2,14}?)(?=(?:创办|设计|建造|创立|发明|执导|主演|撰写|创建|主持|担任|創辦|設計))"
)
_ZH_WHO = re.compile(
    r"^([^，。,、；]{0,12}?(?:总统|外长|外交部长|部长|总理|主席|校长|教授|首相|院士|发言人|市长|省长|"
    r"總統|外長|部長|總理|校長|市長))([\u4e00-\u9fff·]{2,5}?)"
    r"(?=(?:表示|说|指出|宣布|发现|当选|率领|提出|呼吁|强调|在|访问|会见|与|出席|將|将|發表|发表))"
)


def chinese(sentence: str) -> Iterator[Inquiry]:
    """The questions that a Chinese sentence answers, each of one of its clauses."""
    body = _plain(sentence)
    if body is None:
        return
    clauses = re.split(r"[，,；;]", body)
    if len(clauses) == 2 and len(body) <= 40 and re.search(r"年$|月$|日$", clauses[0]):
        clauses = [body]  # a date, and what was then
    for clause in clauses[:1]:  # the others lean on it
        if not 8 <= len(clause) <= 60 or _ZH_LEANING.match(clause):
            continue
        yield from _zh_asked(clause)


def _zh_asked(clause: str) -> Iterator[Inquiry]:
    for date in _ZH_DATE.finditer(clause):
        word = "哪一天" if date[1].endswith("日") else "哪一年" if date[1].endswith("年") else ""
        word = word or "什么时候"
        alone = clause[: date.start()] + clause[date.end() :]
        if len(alone.strip("，,在于於 ")) >= 6:
            yield Inquiry(_put(clause, date.span(), word) + "？", date[1], "when")
    for number in _ZH_COUNTED.finditer(clause):
        unit = number[3]
        if unit == "年" and re.fullmatch(r"\d{3,4}", number[2]):
            continue
        digits = number[2]
        few = not digits[0].isdigit() and len(digits) == 1 and digits not in "百千"
        word = ("第几" if number[1] == "第" else "几" if few else "多少") + unit
        said = number[0] if number[1] == "第" else digits + unit
        yield Inquiry(_put(clause, number.span(), word) + "？", said, "number")
    if percent := _ZH_PERCENT.search(clause):
        yield Inquiry(_put(clause, percent.span(), "百分之多少") + "？", percent[1], "number")
    place = _ZH_PLACE.search(clause)
    if place is not None and not re.search(r"\d|[年月日上下中]$|时", place[2]):
        yield Inquiry(_put(clause, place.span(2), "哪里") + "？", place[2], "where")
    if by := _ZH_BY.search(clause):
        yield Inquiry(_put(clause, by.span(1), "谁") + "？", by[1], "who")
    if who := _ZH_WHO.match(clause):
        yield Inquiry("谁" + clause[who.end() :] + "？", who[2], "who")


# --- Japanese

_JA_LEANING = re.compile(
    r"^(?:しかし|また|この|その|これ|それ|彼|彼女|同|なお|ただし|さらに|一方|そして|ここ|両|当|今回|"
    r"現在|昨年|今年|来年|去年|だが|そこ|こう|しかも|のち|後に)"
)
_JA_DATE = re.compile(
    r"((?:\d{3,4}年)(?:\d{1,2}月)?(?:\d{1,2}日)?|(?<!\d)\d{1,2}月\d{1,2}日)"
    r"(?:[（(][^）)]{1,10}[）)])?(に|から|まで|、)?"
)
_JA_COUNTED = re.compile(
    r"(約|およそ|全)?((?:\d[\d,.]*[万億千]*|[二三四五六七八九十百]+))"
    r"(人|個|台|本|冊|回|年間|カ国|か国|ヵ国|社|校|駅|キロメートル|キロ|メートル|km|m|円|票|歳|日間|"
    r"時間|%|パーセント|ヘクタール|トン|機|隻|名|種類|種|カ所|か所|階|島|棟|席)(?!目)"
)
_JA_PLACE = re.compile(
    r"([^、。はがをにもの\s]{2,12})で(?=(?:開催|行わ|開か|生まれ|発見|会談|会見|設立|創業|結成|亡くな))"
)
_JA_WHO = re.compile(
    r"^([^、。はがを]{2,16}?(?:首相|大臣|大統領|外相|会長|社長|教授|監督|知事|市長|氏|さん|博士))[はが]、?"
)
_JA_BY = re.compile(r"([^、。はがをに]{2,14})によって(?=[^、。]{1,12}(?:れ|られ)た?)")


def japanese(sentence: str) -> Iterator[Inquiry]:
    """The questions that a Japanese sentence answers."""
    body = _plain(sentence)
    if body is None or _JA_LEANING.match(body) or body.count("、") > 2:
        return
    asking = _ja_asking(body)
    if asking is None or not re.search("[はが]", body):
        return
    simple = asking.rfind("、") + 1
    if date := _JA_DATE.search(asking, simple):
        particle = date[2] or ""
        if re.fullmatch(r"\d{3,4}年", date[1]):
            word = "何年" + particle.replace("、", "に")
        else:
            word = "いつ" + (particle if particle in ("から", "まで") else "")
        yield Inquiry(_put(asking, date.span(), word), date[1], "when")
    for number in _JA_COUNTED.finditer(asking, simple):
        unit = "パーセント" if number[3] == "%" else number[3]
        word = f"何{unit}"
        yield Inquiry(_put(asking, number.span(), word), number[2] + number[3], "number")
    if place := _JA_PLACE.search(asking):
        yield Inquiry(_put(asking, place.span(1), "どこ"), place[1], "where")
    if who := _JA_WHO.match(asking):
        yield Inquiry(_put(asking, who.span(), "誰が"), who[1], "who")
    if by := _JA_BY.search(asking):
        yield Inquiry(_put(asking, by.span(1), "誰"), by[1], "who")


def _ja_asking(body: str) -> str | None:
    if body.endswith("である"):
        return body[:-3] + "ですか？"
    if body.endswith(("です", "ます", "でした", "ました", "た", "る", "いう", "いく")):
        return body + "か？"
    if body.endswith("だ"):
        return body[:-1] + "ですか？"
    return None


def _plain(sentence: str) -> str | None:
    """The sentence without its stop; None where it is too long or quotes something."""
    body = sentence.strip()
    if len(body) > _MOST * 2 or not body.endswith((".", "。", "．")) or _QUOTES.search(body):
        return None
    return body[:-1]


def _put(text: str, span: tuple[int, int], word: str) -> str:
    return text[: span[0]] + word + text[span[1] :]
