"""Where in a file words stand, in the five languages that the bot speaks."""

from __future__ import annotations

from bot.answers import Locator
from bot.locate import clock

# By language and by what a format counts: of one place, and of several.
PLACES: dict[str, dict[str, tuple[str, str]]] = {
    "en": {
        "lines": ("line {}", "lines {}–{}"),
        "page": ("page {}", "pages {}–{}"),
        "row": ("row {}", "rows {}–{}"),
        "paragraph": ("paragraph {}", "paragraphs {}–{}"),
        "chapter": ("chapter {}", "chapters {}–{}"),
        "member": ("file {}", "files {}–{}"),
        "message": ("message {}", "messages {}–{}"),
        "time": ("{}", "{}–{}"),
    },
    "ko": {
        "lines": ("{}행", "{}–{}행"),
        "page": ("{}쪽", "{}–{}쪽"),
        "row": ("표 {}행", "표 {}–{}행"),
        "paragraph": ("{}번째 문단", "{}–{}번째 문단"),
        "chapter": ("{}장", "{}–{}장"),
        "member": ("{}번째 파일", "{}–{}번째 파일"),
        "message": ("{}번째 메시지", "{}–{}번째 메시지"),
        "time": ("{}", "{}–{}"),
    },
    "zh": {
        "lines": ("第 {} 行", "第 {}–{} 行"),
        "page": ("第 {} 页", "第 {}–{} 页"),
        "row": ("表格第 {} 行", "表格第 {}–{} 行"),
        "paragraph": ("第 {} 段", "第 {}–{} 段"),
        "chapter": ("第 {} 章", "第 {}–{} 章"),
        "member": ("第 {} 个文件", "第 {}–{} 个文件"),
        "message": ("第 {} 封邮件", "第 {}–{} 封邮件"),
        "time": ("{}", "{}–{}"),
    },
    "zh-Hant": {
        "lines": ("第 {} 行", "第 {}–{} 行"),
        "page": ("第 {} 頁", "第 {}–{} 頁"),
        "row": ("表格第 {} 列", "表格第 {}–{} 列"),
        "paragraph": ("第 {} 段", "第 {}–{} 段"),
        "chapter": ("第 {} 章", "第 {}–{} 章"),
        "member": ("第 {} 個檔案", "第 {}–{} 個檔案"),
        "message": ("第 {} 封郵件", "第 {}–{} 封郵件"),
        "time": ("{}", "{}–{}"),
    },
    "ja": {
        "lines": ("{}行目", "{}–{}行目"),
        "page": ("{}ページ", "{}–{}ページ"),
        "row": ("表の{}行目", "表の{}–{}行目"),
        "paragraph": ("{}段落目", "{}–{}段落目"),
        "chapter": ("第{}章", "第{}–{}章"),
        "member": ("{}個目のファイル", "{}–{}個目のファイル"),
        "message": ("{}通目", "{}–{}通目"),
        "time": ("{}", "{}–{}"),
    },
}
# The other names of a file that is cited.
ALSO = {
    "en": "also {}", "ko": "{}에도 있음", "zh": "另见 {}", "zh-Hant": "另見 {}", "ja": "{} にも",
}  # fmt: skip


def within(locator: Locator, language: str) -> str:
    """The place in its file, but for its name, which is the document's own."""
    one, many = PLACES[language][locator.kind]
    first, last = (
        (clock(locator.first), clock(locator.last))
        if locator.kind == "time"
        else (f"{locator.first}", f"{locator.last}")
    )
    return one.format(first) if first == last else many.format(first, last)


def fragment(locator: Locator) -> str:
    """What after an address leads to the place: viewers know lines and pages."""
    if locator.kind == "page":
        return f"#page={locator.first}"
    if locator.kind != "lines" or locator.name is not None:
        return ""
    last = f"-L{locator.last}" if locator.last != locator.first else ""
    return f"#L{locator.first}{last}"
