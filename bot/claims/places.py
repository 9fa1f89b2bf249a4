"""Countries, some cities and the weekdays, by their names in four languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

# Countries and some cities: names, people and adjectives, in English, Korean, Chinese, Japanese.
_PLACES = """
korea korean koreans|한국 남한 대한민국|韩国 韓國 南韩 南韓|韓国
dprk|북한|朝鲜 朝鮮 北韩 北韓|北朝鮮
china chinese prc|중국|中国 中國 中方|中国
japan japanese|일본|日本|日本
america american americans us usa u.s u.s.a|미국|美国 美國|米国 アメリカ
britain british uk briton britons u.k|영국|英国 英國|イギリス 英国
england
scotland scottish scots
wales welsh
ireland irish|아일랜드|爱尔兰|アイルランド
france french frenchman|프랑스|法国 法國|フランス
germany german germans|독일|德国 德國|ドイツ
spain spanish spaniards|스페인|西班牙|スペイン
portugal portuguese|포르투갈|葡萄牙|ポルトガル
italy italian italians|이탈리아|意大利|イタリア
netherlands dutch holland|네덜란드|荷兰|オランダ
belgium belgian belgians|벨기에|比利时|ベルギー
switzerland swiss|스위스|瑞士|スイス
austria austrian austrians|오스트리아|奥地利|オーストリア
sweden swedish swedes|스웨덴|瑞典|スウェーデン
norway norwegian norwegians|노르웨이|挪威|ノルウェー
denmark danish danes|덴마크|丹麦|デンマーク
finland finnish finns|핀란드|芬兰|フィンランド
poland polish poles|폴란드|波兰|ポーランド
greece greek greeks|그리스|希腊|ギリシャ
turkey turkish turks turkiye|튀르키예 터키|土耳其|トルコ
russia russian russians|러시아|俄罗斯 俄羅斯|ロシア
ukraine ukrainian ukrainians|우크라이나|乌克兰 烏克蘭|ウクライナ
india indian indians|印度|インド
pakistan pakistani pakistanis|파키스탄|巴基斯坦|パキスタン
israel israeli israelis|이스라엘|以色列|イスラエル
palestine palestinian palestinians|팔레스타인|巴勒斯坦|パレスチナ
iran iranian iranians|이란|伊朗|イラン
iraq iraqi iraqis|이라크|伊拉克|イラク
syria syrian syrians|시리아|叙利亚|シリア
egypt egyptian egyptians|이집트|埃及|エジプト
saudi saudis|사우디|沙特|サウジ
canada canadian canadians|캐나다|加拿大|カナダ
mexico mexican mexicans|멕시코|墨西哥|メキシコ
brazil brazilian brazilians|브라질|巴西|ブラジル
argentina argentine argentinian argentines|아르헨티나|阿根廷|アルゼンチン
australia australian australians|호주 오스트레일리아|澳大利亚|オーストラリア 豪州
zealand zealander zealanders|뉴질랜드|新西兰|ニュージーランド
vietnam vietnamese|베트남|越南|ベトナム
thailand thai thais|태국|泰国|タイ王国
philippines philippine filipino filipinos|필리핀|菲律宾|フィリピン
indonesia indonesian indonesians|인도네시아|印度尼西亚|インドネシア
malaysia malaysian malaysians|말레이시아|马来西亚|マレーシア
singapore singaporean singaporeans|싱가포르|新加坡|シンガポール
taiwan taiwanese|대만|台湾 台灣 臺灣|台湾
mongolia mongolian mongolians mongol|몽골|蒙古|モンゴル
europe european europeans eu|유럽|欧洲 歐洲 欧盟|ヨーロッパ 欧州
asia asian asians|아시아|亚洲 亞洲|アジア
africa african africans|아프리카|非洲|アフリカ
seoul|서울|首尔 首爾|ソウル
busan|부산|釜山|釜山
pyongyang|평양|平壤|平壌
tokyo|도쿄|东京 東京|東京
nanjing
chongqing
nepal nepali nepalese
senegal senegalese
montreal
osaka|오사카|大阪|大阪
beijing|베이징 북경|北京|北京
shanghai|상하이|上海|上海
xiamen|샤먼|厦门|アモイ
washington|워싱턴|华盛顿|ワシントン
alaska alaskan|알래스카|阿拉斯加|アラスカ
moscow|모스크바|莫斯科|モスクワ
london londoner londoners|런던|伦敦|ロンドン
paris parisian parisians||巴黎|パリ
monday mondays mon|월요일|星期一 周一 週一 礼拜一|月曜
tuesday tuesdays tue tues|화요일|星期二 周二 週二 礼拜二|火曜
wednesday wednesdays wed|수요일|星期三 周三 週三 礼拜三|水曜
thursday thursdays thu thurs|목요일|星期四 周四 週四 礼拜四|木曜
friday fridays fri|금요일|星期五 周五 週五 礼拜五|金曜
saturday saturdays sat|토요일|星期六 周六 週六 礼拜六|土曜
sunday sundays sun|일요일|星期日 星期天 周日 週日 礼拜天|日曜
"""
# How Korean, Chinese and Japanese headlines name countries together.
_BRIEF = {
    "한": "korea", "중": "china", "일": "japan", "미": "america", "러": "russia",
    "韩": "korea", "韓": "korea", "中": "china", "日": "japan", "美": "america", "米": "america",
    "朝": "dprk", "俄": "russia", "英": "britain",
}  # fmt: skip
_BRIEFLY = "[한중일미러]{2,4}(?![가-힣]{2})|[韩韓中日美米朝俄英]{2,4}"


@lru_cache(maxsize=1)
def place_forms() -> tuple[dict[str, str], str]:
    """Each form of a place with its plain name; and a pattern for those in other scripts."""
    forms: dict[str, str] = {}
    eastern: dict[str, str] = {}
    for line in _PLACES.strip().splitlines():
        cased, *others = line.split("|")
        name, *rest = cased.split()
        for form in (name, *rest):
            forms[form] = name
        for form in " ".join(others).split():
            eastern[form] = name
    forms |= eastern
    longest = sorted(eastern, key=len, reverse=True)
    firsts = "".join(sorted({form[0] for form in eastern}))
    return forms, f"(?=[{firsts}])(?<![가-힣])(?:{'|'.join(longest)})"


def eastern_places(text: str) -> Iterator[tuple[str, int, int]]:
    """Each place that `text` names in a script without capitals: its plain name, and where."""
    forms, pattern = place_forms()
    for match in re.compile(pattern).finditer(text):
        yield forms[match[0]], match.start(), match.end()


def named_together(text: str) -> Iterator[str]:
    """The countries that a headline names by a character each, as 한중일 does."""
    for match in re.compile(_BRIEFLY).finditer(text):
        for character in match[0]:
            yield _BRIEF[character]
