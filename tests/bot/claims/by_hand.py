"""Claims about quotes in four languages, each told by hand to be supported or not.

The English and Chinese quotes stand in `seeds/`; the Korean and Japanese ones say the same.
"""

from __future__ import annotations

# A quote, then the claims that it supports, then those it does not.
Told = tuple[str, tuple[str, ...], tuple[str, ...]]

ENGLISH: tuple[Told, ...] = (
    (
        "The three diplomats met in the South Korean port of Busan for the first time since 2019, "
        "after officials from the three countries agreed in September to schedule a tripartite "
        'meeting "as soon as appropriate."',
        (
            "The three diplomats met in the South Korean port of Busan.",
            "The diplomats met in Busan, a port in South Korea, for the first time since 2019.",
            "In September, officials from the three countries agreed to schedule a tripartite "
            "meeting.",
        ),
        (
            "The three diplomats met in the South Korean port of Incheon.",
            "The three diplomats met in Busan for the first time since 2018.",
            "The four diplomats met in the South Korean port of Busan.",
            "The three diplomats did not meet in the South Korean port of Busan.",
            "Busan has a population of over a million people.",
            "The diplomats signed a treaty on fishing rights.",
        ),
    ),
    (
        "Meanwhile, South Korean Foreign Minister Park Jin invited Wang to visit Seoul and agreed "
        "with him on strengthening strategic communications, Seoul said.",
        (
            "Park Jin invited Wang to visit Seoul.",
            "South Korea's foreign minister Park Jin invited Wang to Seoul.",
            "Park Jin agreed with Wang on strengthening strategic communications.",
            "Wang was invited to visit Seoul by Park Jin.",
        ),
        (
            "Wang invited Park Jin to visit Seoul.",
            "Park Jin invited Kishida to visit Seoul.",
            "Park Jin was invited to visit Seoul by Wang.",
            "Park Jin likes to eat noodles at home.",
        ),
    ),
    (
        "Wang, on the other hand, urged Park not to politicize economic and technological issues "
        "at a time of tensions between China and the US over semiconductors and other trade "
        "disputes.",
        (
            "Wang urged Park not to politicize economic and technological issues.",
            "There are tensions between China and the US over semiconductors and other trade "
            "disputes.",
        ),
        (
            "Park urged Wang not to politicize economic and technological issues.",
            "Wang urged Park to politicize economic and technological issues.",
            "China and the US ended their trade disputes with a new agreement.",
        ),
    ),
    (
        "The three ministers did not say when the tripartite summit between the leaders might "
        "take place.",
        ("The ministers did not say when the tripartite summit might take place.",),
        (
            "The three ministers said when the tripartite summit between the leaders might take "
            "place.",
            "The summit will take place in December.",
        ),
    ),
    (
        "It was the first meeting of high-ranking officials of the three countries since U.S. "
        "President Joe Biden took office in January.",
        (
            "It was the first meeting of high-ranking officials of the three countries since "
            "Biden took office.",
            "U.S. President Joe Biden took office in January.",
        ),
        (
            "It was the last meeting of high-ranking officials of the three countries since "
            "Biden took office.",
            "U.S. President Donald Trump took office in January.",
            "U.S. President Joe Biden took office in March.",
            "The officials discussed the price of oil at length.",
        ),
    ),
)
KOREAN: tuple[Told, ...] = (
    (
        "한중일 외교장관은 26일 부산에서 회의를 열고 3국 정상회의를 조속히 개최하기로 합의했다.",
        (
            "한중일 외교장관은 26일 부산에서 회의를 열었다.",
            "한중일 외교장관들이 부산에서 3국 정상회의를 조속히 개최하기로 합의했다.",
            "3국 정상회의를 조속히 개최하기로 외교장관들이 합의했다.",
            "26일 한중일 외교장관이 부산에서 회의를 열었습니다.",
        ),
        (
            "한중일 외교장관은 27일 부산에서 회의를 열었다.",
            "한중일 외교장관은 26일 서울에서 회의를 열었다.",
            "한중일 외교장관은 3국 정상회의를 개최하지 않기로 합의했다.",
            "부산의 인구는 꾸준히 감소하고 있다.",
            "한국 경제는 올해 크게 성장할 전망이다.",
        ),
    ),
    (
        "박진 장관은 왕이 부장을 서울로 초청했으며 전략적 소통을 강화하기로 했다.",
        (
            "박진 장관은 왕이 부장을 서울로 초청했다.",
            "박진 장관이 왕이 부장을 초청했습니다.",
            "박진 장관은 전략적 소통을 강화하기로 했다.",
        ),
        (
            "왕이 부장은 박진 장관을 서울로 초청했다.",
            "박진 장관은 왕이 부장을 도쿄로 초청했다.",
            "박진 장관은 왕이 부장을 초청하지 않았다.",
            "장관은 주말에 등산을 즐긴다고 말했다.",
        ),
    ),
    (
        "시진핑 주석이 마지막으로 한국을 방문한 것은 2014년이다.",
        (
            "시진핑 주석은 2014년에 마지막으로 한국을 방문했다.",
            "시진핑 주석의 마지막 한국 방문은 2014년이다.",
        ),
        (
            "시진핑 주석은 2017년에 마지막으로 한국을 방문했다.",
            "시진핑 주석은 2014년에 마지막으로 일본을 방문했다.",
            "기시다 총리는 다음 달 선거를 치른다.",
        ),
    ),
    (
        "북한은 이번 주 첫 정찰위성을 궤도에 올렸다고 밝혀 국제사회의 규탄을 받았다.",
        (
            "북한은 첫 정찰위성을 궤도에 올렸다고 밝혔다.",
            "북한은 정찰위성을 궤도에 올려 국제사회의 규탄을 받았다.",
        ),
        (
            "북한은 두 번째 핵실험을 실시했다고 밝혔다.",
            "북한은 첫 정찰위성을 궤도에 올리지 못했다고 밝혔다.",
            "국제사회는 식량을 지원했다.",
        ),
    ),
)
CHINESE: tuple[Told, ...] = (
    (
        "虽然此前因双边争端和疫情阻碍,三国领导人已有四年未举行峰会,但此次会谈为重启合作关系提供了契机。",
        (
            "三国领导人已有四年未举行峰会。",
            "此次会谈为重启合作关系提供了契机。",
            "因双边争端和疫情,三国领导人四年未举行峰会。",
            "由于疫情和双边争端,三国领导人已有四年没有举行峰会。",
        ),
        (
            "三国领导人已有五年未举行峰会。",
            "三国领导人四年来每年都举行峰会。",
            "两国领导人已有四年未举行峰会。",
            "此次会谈没有为重启合作关系提供契机。",
            "经济增长速度明显放缓。",
        ),
    ),
    (
        "与此同时,北韩宣布成功将首颗间谍卫星送入轨道,引发国际社会谴责。",
        (
            "北韩宣布成功将首颗间谍卫星送入轨道。",
            "北韩将间谍卫星送入轨道引发国际社会谴责。",
            "北韩宣布将首颗间谍卫星成功送入轨道,引发谴责。",
        ),
        (
            "日本宣布成功将首颗间谍卫星送入轨道。",
            "北韩未能将首颗间谍卫星送入轨道。",
            "国际社会对粮食援助表示欢迎。",
        ),
    ),
    (
        "外长们将探讨包括筹备第九次三方峰会在内的区域合作方向,也将在此基础上展开双边对话。",
        (
            "外长们将探讨区域合作方向。",
            "外长们将探讨筹备第九次三方峰会。",
            "外长们也将展开双边对话。",
        ),
        (
            "外长们将探讨筹备第八次三方峰会。",
            "外长们将不会展开双边对话。",
            "外长们签署了自由贸易协定。",
        ),
    ),
    (
        "韩国外长朴振邀请中国外长王毅访问首尔,双方同意加强战略沟通。",
        (
            "韩国外长朴振邀请中国外长王毅访问首尔。",
            "朴振邀请王毅访问首尔。",
            "双方同意加强战略沟通。",
        ),
        (
            "中国外长王毅邀请韩国外长朴振访问首尔。",
            "韩国外长朴振邀请中国外长王毅访问东京。",
            "双方讨论了渔业问题。",
        ),
    ),
)
JAPANESE: tuple[Told, ...] = (
    (
        "日中韓の外相は26日、釜山で会談し、首脳会談をできるだけ早く開催することで一致した。",
        (
            "日中韓の外相は26日、釜山で会談した。",
            "日中韓の外相は首脳会談をできるだけ早く開催することで一致した。",
            "釜山で26日に日中韓の外相が会談しました。",
        ),
        (
            "日中韓の外相は27日、釜山で会談した。",
            "日中韓の外相は26日、ソウルで会談した。",
            "日中韓の外相は首脳会談を開催しないことで一致した。",
            "釜山の人口は減少を続けている。",
        ),
    ),
    (
        "朴振外相は王毅外相をソウルに招待し、戦略的な意思疎通を強化することで合意した。",
        (
            "朴振外相は王毅外相をソウルに招待した。",
            "朴振外相が王毅外相をソウルへ招待しました。",
            "戦略的な意思疎通を強化することで合意した。",
        ),
        (
            "王毅外相は朴振外相をソウルに招待した。",
            "朴振外相は王毅外相を東京に招待した。",
            "朴振外相は王毅外相をソウルに招待しなかった。",
            "外相は週末に登山を楽しんだと話した。",
        ),
    ),
    (
        "バイデン大統領が1月に就任してから、3カ国の高官が会談するのは初めてだった。",
        (
            "バイデン大統領が就任してから3カ国の高官が会談するのは初めてだった。",
            "バイデン大統領は1月に就任した。",
        ),
        (
            "トランプ大統領が1月に就任してから、3カ国の高官が会談するのは初めてだった。",
            "バイデン大統領は2月に就任した。",
            "原油の価格が大きく上昇した。",
        ),
    ),
    (
        "北朝鮮は今週、初の偵察衛星を軌道に乗せたと発表し、国際社会の非難を浴びた。",
        (
            "北朝鮮は初の偵察衛星を軌道に乗せたと発表した。",
            "北朝鮮は偵察衛星を軌道に乗せ、国際社会の非難を浴びた。",
        ),
        (
            "北朝鮮は初の偵察衛星を軌道に乗せられなかったと発表した。",
            "日本は初の偵察衛星を軌道に乗せたと発表した。",
            "国際社会は食料を支援した。",
        ),
    ),
)
ALL = {"en": ENGLISH, "ko": KOREAN, "zh": CHINESE, "ja": JAPANESE}
