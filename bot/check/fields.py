"""One value of a case each: a text, a list of texts, a whole number, a date, one of some words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date as Date
from typing import TypeVar

from bot.check.errors import Unmeant
from bot.check.nodes import Node
from bot.render.visible import visible
from bot.values import closest

T = TypeVar("T")

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_WHOLE = re.compile(r"0|[1-9]\d{0,8}", re.ASCII)


def mapping(node: Node, known: Collection[str], what: str, meant: Mapping[str, str]) -> None:
    """Raises Unmeant unless `node` is a mapping of keys that are `known` in `what`.

    `meant` are hints by the key that others use for the same.
    """
    if not isinstance(node.value, dict):
        raise Unmeant(
            f"{what} is a mapping of keys, not {node.shown}.",
            f"Its keys are {', '.join(known)}.",
            node.at,
        )
    for key, value in node.value.items():
        if key not in known:
            raise Unmeant(
                f"{what} has no key {Node(key, 0).shown}.",
                meant.get(key) or _did_you_mean(key, known) or f"There are {', '.join(known)}.",
                value.key_at,
            )


def text(node: Node, what: str) -> str:
    """A text with something in it."""
    found = node.value
    if not isinstance(found, str):
        raise Unmeant(f"{what} is a text, not {node.shown}.", "Write one text.", node.at)
    if not found.strip() or (node.bare and found.lower() in ("~", "null")):
        raise Unmeant(f"{what} is empty.", "Write it, or remove the key.", node.at)
    if node.bare:
        raise Unmeant(
            f"{what} is a text, and {node.shown} without quotes is none.",
            f'Put it in quotes: "{visible(found[:60])}"',
            node.at,
        )
    for ch in found:
        if ch == "\0" or "\ud800" <= ch <= "\udfff":
            raise Unmeant(f"{what} holds the character U+{ord(ch):04X}.", "Remove it.", node.at)
    return found


def each(node: Node, what: str, read: Callable[[Node, str], T]) -> tuple[T, ...]:
    """What stands in a list, or what stands alone as a list of one; none of it twice."""
    items = node.value if isinstance(node.value, list) else [node]
    if not items:
        raise Unmeant(f"{what} is an empty list.", "Write what it holds, or remove it.", node.at)
    found: dict[T, None] = {}
    for item in items:
        value = read(item, what)
        if value in found:
            raise Unmeant(f"{what} holds {item.shown} twice.", "Remove one.", item.at)
        found[value] = None
    return tuple(found)


def texts(node: Node, what: str) -> tuple[str, ...]:
    """Texts, or one."""
    return each(node, what, text)


def whole(node: Node, what: str, least: int, most: int) -> int:
    """A whole number within its bounds."""
    found = node.value
    if isinstance(found, str) and node.bare and _WHOLE.fullmatch(found):
        value = int(found)
        if least <= value <= most:
            return value
    raise Unmeant(
        f"{what} is a whole number from {least} to {most}, not {node.shown}.",
        f"Write it in digits and without quotes, as in {max(least, 2)}.",
        node.at,
    )


def date(node: Node, what: str) -> str:
    """A year, a year and month, or a day, in ISO form; it is one that there is."""
    found = node.value
    if isinstance(found, str) and (parts := _DATE.fullmatch(found)):
        year, month, day = (int(part or 1) for part in parts.groups())
        try:
            Date(year, month, day)
        except ValueError:
            raise Unmeant(
                f"{what} is {node.shown}, and there is no such date.", "Look at it again.", node.at
            ) from None
        return found
    raise Unmeant(
        f"{what} is a year, a year and month, or a day, not {node.shown}.",
        "Write it as 2021, 2021-04 or 2021-04-03.",
        node.at,
    )


def day(node: Node, what: str) -> Date:
    """A day in ISO form."""
    found = date(node, what)
    if len(found) < 10:
        raise Unmeant(
            f"{what} is a day, and {node.shown} is longer than one.",
            f"Write it as {(found + '-01-01')[:10]}.",
            node.at,
        )
    return Date.fromisoformat(found)


def word(node: Node, what: str, known: Collection[str]) -> str:
    """One of the words `known`."""
    found = node.value
    if isinstance(found, str) and found in known:
        return found
    near = _did_you_mean(found, known) if isinstance(found, str) else ""
    raise Unmeant(
        f"{what} is one of {', '.join(known)}, not {node.shown}.",
        near or f"Write {next(iter(known))!r}, for instance.",
        node.at,
    )


def _did_you_mean(found: str, known: Collection[str]) -> str:
    near = closest(found.casefold()[:100], tuple(known))
    return f"Did you mean {near!r}?" if near else ""
