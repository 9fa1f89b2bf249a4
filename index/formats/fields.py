"""What a row's named values make: a text that answers by its own words, its title and date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date as Date

from index import dates
from index.formats.composing import Composing, one_line

_TITLES = (
    "title headline subject name label heading question 제목 이름 명칭 題名 題目 標題 标题 题目"
    " 名称 名稱 名前 件名 見出し タイトル"
).split()
_DATES = (
    "date published publication_date pubdate published_at publish_date datetime created created_at"
    " timestamp time day updated 날짜 일자 일시 작성일 등록일 게시일 日期 时间 時間 发布日期"
    " 發布日期 日付 日時 公開日"
).split()
_BODIES = (
    "text body content contents article description summary answer story message paragraph"
    " 본문 내용 正文 内容 內容 本文"
).split()  # whose own words say what they are
_LONG = 200  # a longer value is a paragraph
_LINE = 400  # of short values
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)")

Field = tuple[str, str]  # name and value


def write(composing: Composing, number: int, fields: Sequence[Field], what: str) -> bool:
    """Adds the row `number`, an article of its own; False, and said of `what`, without room."""
    said = text_of(fields)
    if not said:
        return True
    if not composing.holds(said):
        composing.left_out.append(f"the {what}s from {number:,} on: the file is too large")
        return False
    start = composing.begin()
    composing.at(number, number)
    composing.write(said)
    composing.piece(start, title_of(fields), date_of(fields))
    return True


def text_of(fields: Sequence[Field]) -> str:
    """The short values stand in one line, each after its name, since what is asked of one
    ("What is the capital of France?") is told by two; a long one is a paragraph."""
    parts: list[str] = []
    line = ""
    for name, value in fields:
        value = value.strip()
        if not value:
            continue
        if len(value) > _LONG or "\n" in value or "\r" in value:
            if line:
                parts.append(line)
                line = ""
            parts.append(value if _plain(name) in _BODIES or not name else f"{name}:\n{value}")
            continue
        said = f"{name}: {value}" if name else value
        if line and len(line) + len(said) > _LINE:
            parts.append(line)
            line = ""
        line = f"{line}; {said}" if line else said
    if line:
        parts.append(line)
    return "\n\n".join(parts)


def title_of(fields: Sequence[Field]) -> str | None:
    """The value that its column's name says is a title."""
    for title in _TITLES:
        for name, value in fields:
            if (
                "." not in name
                and _plain(name) == title
                and len(value) <= _LONG
                and one_line(value)
            ):
                return one_line(value)
    return None


def date_of(fields: Sequence[Field]) -> Date | None:
    """The day in the column that its name says is the row's date."""
    for column in _DATES:
        for name, value in fields:
            if _plain(name) == column and (day := _day(value[:100].strip())):
                return day
    return None


def _plain(name: str) -> str:
    """`name` without the path to it and the signs around its words."""
    return name[-100:].rpartition(".")[2].strip().lower().replace(" ", "_").replace("-", "_")


def _day(value: str) -> Date | None:
    compact = _COMPACT.fullmatch(value)
    if compact:
        value = "-".join(compact.groups())
    found = dates.find(value)
    return found[0].date if found else None
