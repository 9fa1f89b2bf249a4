"""Pages lose their frames; documents that are no pages lose nothing."""

from __future__ import annotations

import pytest

from index.clean import marks
from index.schema import Document, Kind

STORY = [
    "The ferry between the two harbours will run again from Monday, the company said on Friday "
    "after three months of repairs.",
    "Some 12,000 people used it every week before the storm, and most of them had to take a bus "
    "over the northern bridge since then.",
    'The mayor called it "a good day for the islands" and promised that the fares would stay as '
    "they were until the end of next year.",
]
KOREAN = [
    "두 항구를 잇는 여객선이 석 달 동안의 수리를 마치고 월요일부터 다시 다닌다고 "
    "회사 측이 금요일 밝혔다. 폭풍 전에는 한 주에 만이천 명이 이 배를 탔다.",
    "시장은 “섬 주민에게 좋은 날”이라며 요금을 내년 말까지 올리지 않겠다고 약속했다. "
    "그동안 주민들은 북쪽 다리로 버스를 타고 다녀야 했다.",
]
CHINESE = [
    "连接两个港口的渡轮经过三个月的修理，将从星期一起重新开航，公司星期五宣布。暴风雨之前，每个星期有一万二千人乘坐。",
    "市长说这是“岛上居民的好日子”，并且答应票价到明年年底以前不会上涨。这段时间里，居民们只能坐公共汽车绕行北边的大桥。",
]
JAPANESE = [
    "二つの港を結ぶ連絡船が三か月の修理を終え、月曜日から再び運航すると会社が金曜日に発表した。嵐の前には毎週一万二千人が"
    "利用していた。",
    "市長は「島の人々にとって良い日だ」と述べ、運賃を来年末まで上げないと約束した。その間、住民は北の橋を渡るバスに乗る"
    "ほかなかった。",
]
OTHERS = [
    "Harbour town votes for a new school near the old lighthouse",
    "Why the price of bread went up again in the northern valley",
    "[Interview] The woman who counts the birds of the estuary",
    "Old railway station to be turned into a covered market",
    "Police look for the owner of a horse found on the motorway",
    "[Interview] A baker explains what is wrong with the flour",
]


def kinds(text: str) -> dict[str, Kind]:
    """The marked lines and what they are."""
    document = Document("x.txt", text, "utf-8")
    return {
        line.strip(): mark.kind
        for mark in marks(document)
        for line in text[mark.start : mark.end].splitlines()
        if line.strip()
    }


def page(*lines: str) -> str:
    return "\n".join(lines) + "\n"


PLAIN = {
    "a paragraph": STORY[0],
    "prose": "\n\n".join(STORY),
    "a line a sentence": page(*(s + "." for s in " ".join(STORY).split(". "))),
    "korean": page(*KOREAN),
    "chinese": page(*CHINESE),
    "japanese a line a sentence": "。\n".join("".join(JAPANESE).split("。")),
    "korean a line a sentence": "다.\n".join(" ".join(KOREAN).split("다. ")),
    "verse": page(
        "The harbour sleeps beneath the moon,",
        "The ferry rocks upon the tide",
        "And all the gulls have gone too soon",
        "To where the northern islands hide",
        "",
        "O sing the harbour and the bell",
        "The lamp that turns above the bay",
        "The stories that the sailors tell",
        "Before they sail at break of day",
    ),
    "questions": page(
        "Q: When does the ferry run?",
        "A: From six to ten.",
        "Q: What does it cost?",
        "A: Two coins.",
        "Q: May I bring a dog?",
        "A: Yes.",
    ),
    "facts": page(
        *(f"- The capital of country number {n} is the city of the same number" for n in range(30))
    ),
    "fields": page(
        "Name: the ferry", "Length: 80 metres", "Built: 1974", "Seats: 400", "Speed: slow"
    ),
    "a list after prose": page(
        *STORY,
        "The ferry stops at:",
        *(f"- Harbour {n} of the northern islands, by the old stone pier" for n in range(20)),
    ),
    "a long list after prose": page(
        *STORY,
        *(
            f"- Harbour number {n} of the islands in the far north by the stone pier"
            for n in range(40)
        ),
    ),
    "fields after prose": page(
        *STORY,
        *(
            f"- Length of the ferry number {n % 3}: as long as the pier of the harbour"
            for n in range(20)
        ),
    ),
    "a table": page(
        *STORY, *(f"| ferry {n} | {n * 10} metres | northern harbour |" for n in range(20))
    ),
    "bilingual": page(*(x for pair in zip(STORY, KOREAN + CHINESE, strict=False) for x in pair)),
    "letter": page(
        "Some One",
        "12 High Street",
        "A Town",
        "5 May 2020",
        "",
        "Dear Sir or Madam,",
        *STORY,
        "Yours faithfully,",
        "Some One",
    ),
    "diary of bare days": page("3 May 2020", STORY[0], "4 May 2020", STORY[1]),
    "code": page(*STORY, "```", "for x in y:", "    print(x)", "return None", "```"),
}


@pytest.mark.parametrize("text", PLAIN.values(), ids=PLAIN)
def test_plain_documents_are_all_body(text: str) -> None:
    assert {kind for kind in kinds(text).values() if kind is not Kind.HEADING} == set()


@pytest.mark.parametrize("text", [t for n, t in PLAIN.items() if "diary" not in n])
def test_plain_documents_have_no_heading_either(text: str) -> None:
    assert kinds(text) == {}


def test_sections_of_markdown_are_body_and_its_title_a_heading() -> None:
    text = page(
        "# The ferry",
        "",
        "## How it began",
        "",
        STORY[0],
        "",
        "- one harbour",
        "- two harbours",
        "",
        "## How it goes on",
        "",
        STORY[1],
        "",
        "***",
        "",
        STORY[2],
    )
    assert kinds(text) == {"# The ferry": Kind.HEADING}


def test_a_title_above_prose_is_a_heading() -> None:
    assert kinds(page("The ferry runs again", "", *STORY)) == {"The ferry runs again": Kind.HEADING}


def test_the_first_line_of_a_cut_paragraph_is_no_title() -> None:
    cut = "the company of the ferry between the two harbours of the islands in the north said"
    assert kinds(page(cut, *STORY)) == {}


@pytest.mark.parametrize(
    ("announced", "body"),
    [
        ("Related stories", STORY),
        ("많이 본 뉴스", KOREAN),
        ("相关阅读", CHINESE),
        ("関連記事", JAPANESE),
    ],
)
def test_announced_titles_of_other_stories_are_headlines(announced: str, body: list[str]) -> None:
    marked = kinds(page(*body, announced, *OTHERS))
    assert marked == {announced: Kind.NAVIGATION, **dict.fromkeys(OTHERS, Kind.HEADLINES)}


NORTHERN = [
    "북부 계곡의 빵값이 다시 오르자 주민들이 이유를 묻는다",
    "옛 기차역이 지붕 있는 시장으로 바뀐다는 소식에 들뜬 마을",
]


@pytest.mark.parametrize(
    "titles",
    [
        [*OTHERS, *OTHERS[:2]],
        [*OTHERS[:4], *NORTHERN, OTHERS[2], OTHERS[5]],
        [f"- ·{title}" for title in (*OTHERS, OTHERS[0])],
        [f"{title} again" for title in OTHERS * 3] + NORTHERN,
    ],
    ids=[
        "repeated, in series",
        "in two scripts, in series",
        "bulleted twice",
        "many in two scripts",
    ],
)
def test_titles_below_the_report_are_told_by_several_signs(titles: list[str]) -> None:
    assert kinds(page(*STORY, *titles)) == dict.fromkeys(titles, Kind.HEADLINES)


@pytest.mark.parametrize(
    "titles",
    [
        OTHERS[:2] + OTHERS[3:5],
        [*OTHERS[:2], *OTHERS[3:5], *NORTHERN],
        [f"- ·{title}" for title in OTHERS[:2] + OTHERS[3:5]],
        [OTHERS[0]] * 2 + OTHERS[3:5],
    ],
    ids=["short", "in two scripts", "bulleted twice", "one repeated"],
)
def test_titles_below_the_report_are_not_told_by_one_sign(titles: list[str]) -> None:
    assert kinds(page(*STORY, *titles)) == {}


def test_a_list_below_a_single_paragraph_is_body() -> None:
    assert kinds(page(STORY[0], *OTHERS, *OTHERS[:2])) == {}


def test_two_sentences_are_no_title() -> None:
    assert kinds(page("It rained. The ferry did not run", "", *STORY)) == {}


def test_a_list_that_the_sentence_above_announces_is_body() -> None:
    titles = [*OTHERS, *OTHERS[:2]]
    assert kinds(page(*STORY, "The paper of that day had these headlines:", *titles)) == {}


def test_titles_that_run_into_each_other_are_headlines() -> None:
    joined = "".join(OTHERS) + "".join(OTHERS)
    assert kinds(page(*STORY, "-", joined, *OTHERS[:4])) == dict.fromkeys(
        ["-", joined, *OTHERS[:4]], Kind.HEADLINES
    )


def test_headlines_between_reports_leave_these_alone() -> None:
    marked = kinds(page(*STORY, "Most read", *OTHERS, *STORY[::-1]))
    assert set(marked) == {"Most read", *OTHERS}


def test_a_menu_above_a_repeated_headline_is_navigation() -> None:
    title = "The ferry of the northern islands runs again"
    menu = "All about the weather on the islands and on the sea around them this week"
    text = page(menu, "", "Islands", "", title, "", title, "", *STORY)
    document = Document("x.txt", text, "utf-8")
    assert [(text[m.start : m.end], m.kind) for m in marks(document)] == [
        (menu, Kind.NAVIGATION),
        ("Islands", Kind.NAVIGATION),
        (title, Kind.NAVIGATION),
        (title, Kind.HEADING),
    ]


def test_captions_are_marked_among_reports() -> None:
    caption = "The ferry leaves the harbour, May 7, 2023. REUTERS/Some One/ File Photo"
    assert kinds(page(STORY[0], caption, *STORY[1:])) == {caption: Kind.CAPTION}


def test_comment_forms_and_separators_beside_them_are_navigation() -> None:
    assert kinds(page(*STORY, "(", "No comments:", "Post a Comment")) == dict.fromkeys(
        ["(", "No comments:", "Post a Comment"], Kind.NAVIGATION
    )


def test_a_page_with_many_signs_loses_its_menu_and_its_tail() -> None:
    menu = ["- World", "- Islands", "- Weather", "- Sport"]
    frame = ["Skip to main content", "Log in", "Subscribe"]
    tail = [
        "Related articles",
        *OTHERS[:2],
        "Contact us",
        "The Northern Paper Group",
        "Privacy policy",
    ]
    title = "The ferry of the northern islands runs again"
    lines = page(*frame, *menu, title, "By Some One", "May 3, 2020 10:15 GMT", *STORY, *tail)
    marked = kinds(lines)
    assert {line for line in lines.splitlines() if line not in marked} == set(STORY)
    assert marked[title] is marked["By Some One"] is Kind.HEADING
    assert all(marked[line] is Kind.NAVIGATION for line in frame + menu)
    assert marked[OTHERS[0]] is Kind.HEADLINES


def test_a_list_below_the_report_stays_body_on_any_page() -> None:
    frame = ["Skip to main content", "Log in", "Subscribe", "Share this", "Copy link", "Sign up"]
    stops = [
        "Stops of the northern ferry on weekdays in summer",
        "The old harbour by the lighthouse",
    ]
    assert not set(stops) & set(kinds(page(*frame, *STORY, *stops, "Contact us")))


def test_the_day_on_which_a_page_was_fetched_is_navigation() -> None:
    title = "The ferry of the northern islands runs again"
    text = page("Friday, 1 May 2020", "Log in", title, "2 April 2020", *STORY)
    assert kinds(text)["Friday, 1 May 2020"] is Kind.NAVIGATION
    assert kinds(text)["2 April 2020"] is Kind.HEADING


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\ufeff", "---\n", "a", "#", "# ", ":", "\0\0"])
def test_nothing_is_too_small(text: str) -> None:
    for mark in marks(Document("x.txt", text, "utf-8")):
        assert 0 <= mark.start < mark.end <= len(text)
