"""What the frame of a scraped page says: menus, credits, bylines, datelines, in four languages.

Patterns are strings, which `re` compiles when they are first used and keeps: together they
cost tens of milliseconds, and a question to a standing index needs none of them. Each is
tried on the beginning of a paragraph, or on a short one.
"""

from __future__ import annotations

import re
from typing import Final

from index import dates

# Whole lines that only a page's frame has, without case and outer punctuation.
_FURNITURE: Final = frozenset(
    """
no comments|post a comment|leave a comment|leave a reply|add a comment|view comments|comments
show comments|write a comment|join the conversation|share this|share this article|share this story
share on facebook|share on twitter|share on x|share via email|tweet|copy link|print this page
print this article|email this article|subscribe|subscribe now|subscribe to our newsletter
sign up for our newsletter|newsletter|newsletters|sign up|sign in|log in|login|register|my account
read more|read more at|see more|load more|show more|view more|continue reading|click here|related
related articles|related stories|related news|related posts|related topics|related content
more stories|more news|more from|more on this story|most read|most viewed|most popular|most shared
popular posts|recent posts|trending|trending now|latest news|latest stories|flash news
breaking news|top stories|top news|recommended|recommended for you|you may also like
you might also like|editor's picks|editors' picks|editor's choice|don't miss|updated|advertisement
advertisements|advertising|sponsored|sponsored content|promoted
story continues below advertisement|article continues below|skip to content|skip to main content
skip to navigation|back to top|main menu|home page|homepage|site map|sitemap|about us|contact us
privacy policy|terms of use|terms of service|terms and conditions|cookie policy|cookie settings
do not sell my info|all rights reserved|follow us|follow us on twitter|follow us on facebook
follow us on instagram|previous article|next article|previous post|next post|older post|newer post
older posts|newer posts|listen to this article|toggle navigation|open menu|close menu|search for
video player|play video|댓글|댓글 쓰기|댓글쓰기|댓글 보기|전체 댓글|로그인|회원가입|구독|구독하기
기사 공유|공유하기|공유|인쇄|인쇄하기|스크랩|글자크기|글자 크기|기사 듣기|본문 바로가기
메뉴 바로가기|관련기사|관련 기사|관련뉴스|많이 본 뉴스|많이 본 기사|인기기사|인기 기사|최신기사
최신 기사|최신뉴스|주요뉴스|주요 뉴스|추천기사|추천 뉴스|실시간 뉴스|속보|전체메뉴|광고|이전 기사
다음 기사|맨 위로|위로 가기|개인정보처리방침|이용약관|무단전재 및 재배포 금지
기자의 다른 기사 보기|首页|首頁|登录|登入|注册|註冊|分享|分享到|评论|評論|发表评论|發表評論
我要评论|暂无评论|留言|订阅|訂閱|打印|相关新闻|相關新聞|相关阅读|相關閱讀|相关文章|相關文章
延伸阅读|延伸閱讀|推荐阅读|推薦閱讀|热门新闻|熱門新聞|热门文章|最新消息|最新新闻|最新新聞|今日热点
猜你喜欢|为你推荐|更多新闻|更多|点击阅读全文|阅读原文|返回顶部|返回首页|返回首頁|上一篇|下一篇
广告|廣告|扫一扫|版权所有|版權所有|联系我们|聯絡我們|关于我们|關於我們|隐私政策|隱私政策|网站地图
コメント|コメントする|コメントを書く|コメントを投稿|シェア|シェアする|ツイート|ログイン|会員登録
新規登録|関連記事|関連ニュース|関連リンク|おすすめ記事|おすすめ|人気記事|アクセスランキング
ランキング|新着記事|最新記事|最新ニュース|続きを読む|もっと見る|一覧を見る|トップページ
ページトップへ|前の記事|次の記事|広告|お問い合わせ|プライバシーポリシー|利用規約|サイトマップ
メニュー|無断転載禁止|購読|印刷
""".strip()
    .replace("\n", "|")
    .split("|")
)
# Those of them that stand above a list of other stories.
_LIST_TITLES: Final = (
    r"related|more (?:stories|news|from|on)|most (?:read|viewed|popular|shared)|popular|trending"
    r"|recent posts|latest|top (?:stories|news)|recommended|you (?:may|might)|editors?['’]"
    r"|don['’]t miss|관련|많이 본|인기|최신|주요|추천|실시간|다른 기사|相关|相關|延伸|推荐|推薦"
    r"|热门|熱門|最新|今日|猜你|为你|更多|関連|おすすめ|人気|ランキング|新着"
)
_RIGHTS: Final = (
    r"(?:copyright|©|ⓒ|\(c\)).{0,80}\d{4}|all rights reserved|무단\s?전재|재배포\s?금지"
    r"|版权所有|版權所有|無断転載|未经授权|責任編輯[:：]|责任编辑[:：]"
)

# Who took a picture: at the end of its caption, or a label before it.
_CREDIT: Final = (
    r"(?:REUTERS|Reuters)/[A-Z]|File [Pp]hoto\W*$|\bFILE PHOTO\b|AP Photo\b|\(AP\)\W*$|/AP\W*$"
    r"|Getty Images\W*$|/Getty\b|/AFP\b|\bAFP/|EPA-EFE\b|/EPA\b|via AP\W*$|\bHandout via\b"
    r"|[(\[]\s?(?:Photo|Image|Picture)s?\b[^)\]]*[)\]]$|\bPhotos?(?: credit)?(?: by |: )[^.]{2,60}$"
    r"|사진\s?[=:][^.]{1,30}$|사진\s?제공\S{0,20}$|[=/／|ⓒ©]\s?(?:연합뉴스|뉴시스|뉴스1|로이터|AP|AFP)\W*$"
    r"|(?:图|圖|图片|圖片|照片|摄|攝|摄影|攝影|资料图|資料圖)(?:来源|來源|提供)?\s?[:：/／][^。]{1,30}$"
    r"|[（(](?:资料图|資料圖|资料照|資料照)\S{0,8}[）)]$"
    r"|(?:写真|画像|撮影)(?:提供)?\s?[:：=＝/／][^。]{1,30}$|[＝=]\s?(?:共同|時事|ロイター|ＡＦＰ|AFP)\W*$"
)
_LABEL: Final = (
    r"(?:FILE PHOTO|(?:File )?(?:Photo|Image|Picture|Illustration)(?:graph)?s?(?: credit| caption)?"
    r"(?::|\sby\s|\scredit\s))"
    r"|[▲△◀▶]\s?\S|[\[［](?:사진|그래픽|图|圖|写真)|사진\s?[=:]|(?:图|圖|图片|圖片|写真)\s?[:：]"
)

_TIME: Final = (
    r"(?:\d{1,2}:\d\d(?::\d\d)?|\d{1,2}\s?(?:시|時|时|点|點)(?:\s?\d{1,2}\s?(?:분|分))?"
    r"|\d{1,2}\s?[ap]\.?m\b\.?)"
)
_ZONE: Final = (
    r"(?:JST|KST|GMT|UTC|BST|CET|CEST|EST|EDT|CST|CDT|PST|PDT|MST|MDT|IST|HKT|SGT|AEST|ET|PT)"
)
# What else stands in a line that gives an article's date.
_META_WORDS: Final = (
    rf"\b(?:{_ZONE}|last|updated?|modified|published|posted|created|first|on|at|by|the|in|of"
    r"|[ap]\.?m\.?|mins?|minutes?|hours?|ago|read(?:ing)?|time|words?|views?|comments?|date|edition"
    r"|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?)\b"
    r"|기사입력|최종수정|입력|수정|등록|승인|작성|게시|업데이트|발행|송고|조회수?|오전|오후|[월화수목금토일]요일"
    r"|发布时间|發布時間|发布|發布|更新时间|更新|时间|時間|日期|来源|來源|阅读|閱讀|[星礼][期拜][一二三四五六日天]"
    rf"|上午|下午|公開|配信|掲載|投稿|最終|[月火水木金土日]曜日?|{_TIME}|[\W\d_]+"
)
_BYLINE: Final = (
    r"(?:By|BY|by)\s+[^\W\d_a-z][^.!?:;]{2,70}$"
    r"|(?:Written|Reported|Story|Posted|Reporting) by\s.{2,70}$"
    r"|(?:The )?(?:Associated Press|Reuters|AFP|Bloomberg|USA TODAY|Xinhua|Kyodo(?: News)?)$"
    r"|.{0,40}\b(?:[Ss]taff(?: [Ww]riter)?|[Ww]ire [Rr]eports?|[Cc]orrespondent)$"
    r"|Special to .{3,50}$"
    r"|.{0,20}[가-힣]{2,4}\s?(?:선임|수석)?\s?(?:기자|특파원|통신원|논설위원)(?:\s?[=·,/]?\s?\S{0,40}@\S{0,40})?$"
    r"|(?:记者|記者|作者|编辑|編輯|文|撰文|来源|來源)\s?[:：/｜|]\s?.{1,30}$|本报记者.{1,20}$"
    r"|.{1,20}(?:記者|特派員)$|文[=＝・].{1,15}$"
)

# The place, day and agency with which a report begins.
_AGENCY: Final = r"\([A-Z][\w .,'’&/-]{1,30}\)"
_CITY: Final = r"[A-Z][A-Z.'’-]+(?:(?:, |[ /])[A-Z][A-Z.'’-]*){0,5}"
_PLACE: Final = r"[A-Z][^\W\d_]+(?:[ '’/-][^\W\d_]+){0,4}"
_DASH: Final = r"\s*(?:--+|[—–―]|(?<=\s)-)\s*"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_DAY: Final = rf"(?:{_MONTH}\s\d{{1,2}}|\d{{1,2}}\s{_MONTH})(?:,?\s\d{{4}})?"
_STATE: Final = r"(?:,\s[A-Z][\w. ]{1,25})?"
_DATELINE: Final = (
    rf"(?:{_CITY}|{_PLACE}){_STATE}(?:,\s{_DAY})?,?\s{_AGENCY}{_DASH}"
    rf"|(?:{_CITY}|{_PLACE}){_STATE},\s{_DAY}{_DASH}"
    rf"|{_CITY}{_STATE}{_DASH}(?=[\"“‘A-Z])"
    r"|\((?:Reuters|CNN|AP|AFP|Bloomberg|UPI|Xinhua|Yonhap)[^)]{0,20}\)"
    rf"|(?:{_PLACE}(?:,\s{_PLACE})?\s)?(?:\(CNN\)|CNN\s[—–-])"
    r"|[（(\[【][^\]）】)\n]{1,12}[=＝][^\]）】)\n]{2,20}[\]）】)]"
    r"|[（(\[【]?[^\s，。,.]{2,16}\d{1,2}月\d{1,2}日[电電讯訊]"
    r"|[（(【［\[][^\]）】)］\n]{0,16}(?:共同|時事|ロイター|[电電讯訊]|支局|特派員|中央社|新华社|新華社)"
    r"[^\]）】)］\n]{0,12}[\]）】)］]"
)
_AFTER_DATE: Final = rf"\s*(?:{_TIME})?\s*(?:[AaPp]\.?[Mm]\.?)?\s*(?:{_ZONE})?\s*"

_JOINT: Final = (
    r"[a-z][’'\"”)]?(?:[A-Z][a-z.]|[가-힣])|[가-힣][’'\"”)]?[A-Z][a-z]|[.)”\"][A-Z][a-z]"
)
_TAG: Final = r"[\[［【<][^\]］】>]{2,24}[\]］】>]"


def is_furniture(text: str) -> bool:
    """Whether a short line belongs to a page's frame."""
    if text.strip(" \t:：.…!|·•«»‹›<>→←↑▲▶-–—[]()【】").casefold() in _FURNITURE:
        return True
    return re.search(_RIGHTS, text, re.IGNORECASE) is not None


def is_list_title(text: str) -> bool:
    """Whether a line of furniture announces titles of other stories."""
    return re.match(r"\W*(?:" + _LIST_TITLES + ")", text, re.IGNORECASE) is not None


def is_caption(text: str) -> bool:
    """Whether a paragraph that ends without a stop names who took a picture."""
    return (
        re.match(_LABEL, text) is not None
        or re.search(_CREDIT, text[-100:]) is not None
    )  # fmt: skip


def is_byline(text: str) -> bool:
    """Whether a short line says who wrote the article."""
    return re.match(_BYLINE, text) is not None


def date_line(text: str) -> dates.Dated | None:
    """The first day of a short line that says when the article appeared and little else."""
    found = dates.find(text)
    if not found:
        return None
    rest = text
    for dated in reversed(found):
        rest = rest[: dated.start] + " " + rest[dated.end :]
    labelled = re.search(r"(?i)updat|publi|post|modif|입력|수정|등록|发布|更新|配信|公開", rest)
    if len({dated.date for dated in found}) > 1 and not labelled:
        return None  # the two ends of a life, or of a war
    rest = re.sub(_META_WORDS, "", rest, flags=re.IGNORECASE)
    # Room for the name of a place or a paper, not for a sentence.
    return found[0] if sum(3 if ch > "\u1100" else 1 for ch in rest) <= 12 else None


def dateline(text: str) -> int:
    """Where the place, day and agency end with which a report begins; 0 without."""
    match = re.match(_DATELINE, text[:160])
    return match.end() if match else 0


def glued_date(text: str) -> tuple[int, dates.Dated] | None:
    """A date that was glued to the front of a report, and where the report begins."""
    if not text[:1].isalnum():
        return None
    found = dates.find(text[:48])
    if not found or found[0].start:
        return None
    after = re.compile(_AFTER_DATE).match(text, found[0].end)
    if after is None or not dateline(text[after.end() :][:160]):
        return None
    return after.end(), found[0]


def joints(text: str) -> int:
    """How often two titles run into each other because what stood between them was lost."""
    return len(re.findall(_JOINT, text))


def is_tagged(text: str) -> bool:
    """Whether a title begins with the name of its series."""
    return re.match(_TAG, text) is not None
