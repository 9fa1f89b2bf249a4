"""The words of a page's frame are known in four languages; a report's are not taken for them."""

from __future__ import annotations

from datetime import date as Date

import pytest

from index.phrases import (
    date_line,
    dateline,
    glued_date,
    is_byline,
    is_caption,
    is_furniture,
    is_list_title,
    is_tagged,
    joints,
)


@pytest.mark.parametrize(
    "line",
    [
        "No comments:",
        "Post a Comment",
        "READ MORE »",
        "많이 본 뉴스",
        "상관없음 무단전재 및 재배포 금지",
        "相关阅读：",
        "责任编辑：某人",
        "関連記事",
        "© 2023 The Paper",
        "Copyright 2020 A. All rights reserved.",
    ],
)
def test_furniture(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Comments were few.",
        "The latest news is bad",
        "공유 경제의 미래",
        "更多的人来了",
        "Home",
    ],
)
def test_no_furniture(line: str) -> None:
    assert not is_furniture(line)


def test_titles_of_lists() -> None:
    assert all(map(is_list_title, ["Related stories", "> 많이 본 뉴스", "相关阅读", "関連記事"]))
    assert not any(map(is_list_title, ["Post a comment", "로그인", "分享"]))


@pytest.mark.parametrize(
    "text",
    [
        "A ferry leaves the harbour, May 7, 2023. REUTERS/Some One/ File Photo",
        "The mayor at the bridge (AP Photo/Some One)",
        "A storm over the town. Someone/AFP/Getty Images",
        "Photo: the old lighthouse",
        "부산항의 등대. 사진=연합뉴스",
        "▲ 시장이 다리를 건너고 있다",
        "新桥通车 图片来源：某社",
        "港の灯台（写真：某社）",
    ],
)
def test_captions(text: str) -> None:
    assert is_caption(text)


@pytest.mark.parametrize(
    "text",
    [
        "A REUTERS/Ipsos poll found " + "that it is so and " * 8 + "so on",
        "Getty Images sued the maker of a model",
        "The photo by the door is old",
        "REUTERS reported it",
        "AFP는 이렇게 전했다",
        "图书馆星期一开放",
        "写真を見る",
    ],
)
def test_no_captions(text: str) -> None:
    assert not is_caption(text)


@pytest.mark.parametrize(
    "text",
    [
        "By Some One",
        "By SOME ONE and Another Person, Staff Writer",
        "홍길동 기자",
        "김철수 특파원 a@b.kr",
        "记者：某人",
        "山田太郎記者",
        "Associated Press",
    ],
)
def test_bylines(text: str) -> None:
    assert is_byline(text)


@pytest.mark.parametrize(
    "text",
    [
        "By then it was late.",
        "by the river",
        "기자들이 모였다",
        "记者们来了",
        "By 2030: a plan",
    ],
)
def test_no_bylines(text: str) -> None:
    assert not is_byline(text)


@pytest.mark.parametrize(
    "text",
    [
        "Updated 03-Apr-2021",
        "April 3, 2021 2 min 294 words",
        "2021-04-03T02:11:55Z",
        "Published: Saturday, 3 April 2021, 10:15 a.m. EDT",
        "입력 2021.04.03 오전 10:15",
        "发布时间：2021-04-03 10:15",
        "2021年4月3日 10時15分 配信",
        "2021년 4월 3일 토요일",
    ],
)
def test_lines_of_date(text: str) -> None:
    found = date_line(text)
    assert found is not None
    assert found.date == Date(2021, 4, 3)


@pytest.mark.parametrize(
    "text",
    [
        "The bridge was opened on April 3, 2021",
        "1 May 1900 – 3 June 1980",
        "Updated 10 minutes ago",
        "2021年4月3日新桥通车典礼在市中心举行",
    ],
)
def test_no_lines_of_date(text: str) -> None:
    assert date_line(text) is None


@pytest.mark.parametrize(
    ("line", "report"),
    [
        ("BEIJING/SEOUL -- ", "China and"),
        ("SEOUL (Reuters) - ", "South Korea"),
        ("Washington, April 2 (Jiji Press)--", "Senior"),
        ("NEW YORK, Jan. 3, 2020 — ", "A ship"),
        ("(CNN) ", "A ship"),
        ("London CNN —", " A ship"),
        ("(서울=연합뉴스)", " 홍길동 기자 = 시장은"),
        ("新华社北京4月2日电", " 市长说"),
        ("【ソウル共同】", "市長は"),
    ],
)
def test_datelines(line: str, report: str) -> None:
    text = line + report + " goes on."
    assert text[: dateline(text)].strip() == line.strip()


@pytest.mark.parametrize(
    "text",
    [
        "The town -- small as it is -- has a harbour.",
        "NATO said it would come.",
        "Paris is big. (Yes)",
        "시장은 (이날) 말했다.",
        "（注）これは例だ。",
        "4月2日，市长说。",
        "A - B - C",
        "USA - a country",
    ],
)
def test_no_datelines(text: str) -> None:
    assert dateline(text) == 0


def test_a_glued_date_needs_a_dateline_after_it() -> None:
    text = "April 4, 2021 01:30 JSTBEIJING/SEOUL -- China and South Korea"
    found = glued_date(text)
    assert found is not None
    assert text[found[0] :].startswith("BEIJING/SEOUL")
    assert glued_date("April 4, 2021 was a Sunday.") is None
    assert glued_date("2021年4月4日，市长说。") is None


def test_joints_and_tags() -> None:
    assert (
        joints("sparks debate onlineElection watchdog fails testS. Korea cuts piracy기세 올린") == 3
    )
    assert joints("McCarthy met O'Neill in 서울.") < 3
    assert is_tagged("[Herald Interview] A person")
    assert not is_tagged("A person [sic]")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit",
    [
        "A.",
        "AB ",
        "Ab ",
        "(",
        "[x",
        "A, ",
        "1:",
        "가",
        "by A ",
        "-",
        "© ",
    ],
)
def test_long_lines_of_one_thing_take_no_time(unit: str) -> None:
    text = unit * 50_000
    for part in (text, text[:420]):
        for test in (
            is_furniture,
            is_list_title,
            is_caption,
            dateline,
            glued_date,
            joints,
            is_tagged,
        ):
            test(part)
    for short in (text[:120],):
        date_line(short)
        is_byline(short)
