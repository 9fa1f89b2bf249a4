"""The buttons under messages and the form behind one of them, told apart by their ids alone.

discord.py remembers no view of ours: what a button stands for is in its id, so that an old one
still does something after a restart, and a million answers take no memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from index.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

_PREFIX = "footnote"
MOST_CORRECTION = 1_000
_FIELD = "right"


@record
class Labels:
    """What stands on the buttons and the form."""

    quotes: str
    good: str
    wrong: str
    thread: str
    title: str
    right: str


_LABELS = {
    "en": Labels("Quotes", "Good", "Wrong", "Continue in a thread", "What is wrong?",
                 "The right answer, if you know it"),
    "ko": Labels("인용문", "좋아요", "틀림", "스레드에서 계속", "무엇이 틀렸나요?",
                 "아신다면 옳은 답"),
    "zh": Labels("引文", "好", "有误", "在子区中继续", "哪里有误？", "正确的回答（如果您知道）"),
    "zh-Hant": Labels("引文", "好", "有誤", "在討論串中繼續", "哪裡有誤？",
                      "正確的回答（如果您知道）"),
    "ja": Labels("引用", "良い", "誤り", "スレッドで続ける", "どこが誤りですか？",
                 "正しい答え（ご存じでしたら）"),
}  # fmt: skip


@record
class Pressed:
    """What a button or form of ours is for, and what of: an answer's token, or a page."""

    what: str
    of: str


def pressed(data: Mapping[str, Any] | None) -> Pressed | None:
    """What an interaction's data say was pressed or sent; None where it is nothing of ours."""
    parts = str((data or {}).get("custom_id", "")).split(":")
    if len(parts) != 3 or parts[0] != _PREFIX:
        return None
    return Pressed(parts[1], parts[2])


def under_answer(
    token: str, language: str | None, *, quotes: bool, thread: bool
) -> discord.ui.View:
    """The buttons under an answer or an abstention."""
    labels = _LABELS.get(language or "en", _LABELS["en"])
    grey = discord.ButtonStyle.secondary
    buttons = []
    if quotes:
        buttons.append(_button("quotes", token, labels.quotes, grey))
    buttons.append(_button("good", token, labels.good, grey))
    buttons.append(_button("wrong", token, labels.wrong, grey))
    if thread:
        buttons.append(_button("thread", token, labels.thread, grey))
    return _view(buttons)


def around_page(page: int, pages: int) -> discord.ui.View | None:
    """The buttons under a page of a list; None where it is the only one."""
    if pages < 2:
        return None
    grey = discord.ButtonStyle.secondary
    return _view(
        [
            _button("page", str(page - 1), "◀", grey, disabled=page <= 0),
            _button("page", str(page + 1), "▶", grey, disabled=page >= pages - 1),
        ]
    )


def form(token: str, language: str | None) -> discord.ui.Modal:
    """The form that asks what would have been right."""
    labels = _LABELS.get(language or "en", _LABELS["en"])
    modal = discord.ui.Modal(title=labels.title, custom_id=_id("form", token), timeout=None)
    modal.add_item(
        discord.ui.Label(
            text=labels.right,
            component=discord.ui.TextInput(
                custom_id=_FIELD,
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=MOST_CORRECTION,
            ),
        )
    )
    modal.stop()
    return modal


def filled(data: Mapping[str, Any] | None) -> str:
    """What was written into the form."""
    found = _values((data or {}).get("components"))
    return found.get(_FIELD, "")[:MOST_CORRECTION]


def _values(components: Any) -> dict[str, str]:
    """The values of all fields below `components`, by id."""
    values: dict[str, str] = {}
    for each in components if isinstance(components, list) else ():
        if isinstance(each.get("value"), str):
            values[str(each.get("custom_id"))] = each["value"]
        inner = each.get("component")
        values |= _values([inner] if inner else each.get("components"))
    return values


def _button(
    what: str, of: str, label: str, style: discord.ButtonStyle, *, disabled: bool = False
) -> discord.ui.Button[discord.ui.View]:
    return discord.ui.Button(label=label, style=style, custom_id=_id(what, of), disabled=disabled)


def _view(buttons: list[discord.ui.Button[discord.ui.View]]) -> discord.ui.View:
    view = discord.ui.View(timeout=None)
    for button in buttons:
        view.add_item(button)
    view.stop()  # one that is over is not remembered
    return view


def _id(what: str, of: str) -> str:
    return f"{_PREFIX}:{what}:{of}"
