"""Which of a file's own metadata may be believed: programs fill in what no author wrote."""

from __future__ import annotations

import re
import unicodedata
from datetime import date as Date

_MAX_TITLE = 300
_FIRST_YEAR = 1985  # of a file: before, there was no such format
# What programs call a document that nobody named.
_UNNAMED = re.compile(
    r"(?:untitled|document|title|slide|presentation|powerpoint presentation|word document|no title"
    r"|unknown|none|null|無題|문서|제목 ?없음|無標題|无标题|文档|文書|ドキュメント)[\s\d.()-]*",
    re.IGNORECASE,
)
_FILE = re.compile(
    r"\.(?:docx?|pdf|indd|tex|dvi|pptx?|xlsx?|rtf|odt|qxd|pages|hwpx?|html?|txt|eps|pmd|fm|cdr|ai)$",
    re.IGNORECASE,
)
_PROGRAM = re.compile(r"^(?:Microsoft \w+|PowerPoint|Pages)\s*-\s*", re.IGNORECASE)


def believable_title(title: object) -> str | None:
    """`title` if somebody may have meant it as one."""
    if not isinstance(title, str):
        return None
    title = " ".join(title[: 2 * _MAX_TITLE].split())
    title = _PROGRAM.sub("", title)
    letters = sum(map(str.isalpha, title))
    if letters < 2 or len(title) > _MAX_TITLE or "\ufffd" in title:
        return None
    if any(unicodedata.category(ch) in ("Cc", "Cs", "Co", "Cn") for ch in title):
        return None
    if _UNNAMED.fullmatch(title) or _FILE.search(title):
        return None
    return title


def believable_date(day: Date | None, first: int = _FIRST_YEAR) -> Date | None:
    """`day` if a file may be of it: clocks that were never set say 1970 or so."""
    if day is None or not first <= day.year < 2200:
        return None
    return day
