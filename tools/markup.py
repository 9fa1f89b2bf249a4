"""Discord's Markdown as its clients read it, for tests and pictures: it knows nothing of `bot`.

Where clients differ, or nobody can say, more is taken for markup here than less.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a message: `text` alone, or other nodes; `target` is a link's address."""

    kind: str
    text: str = ""
    children: tuple[Node, ...] = ()
    target: str = ""


# Tried in this order at each place; those above the rule, only where a line begins.
_BLOCKS = [
    ("fence", re.compile(r"```(?:[\w+.#-]+\n)?([\s\S]+?)```")),
    ("quote", re.compile(r" *>>> ?([\s\S]*)|( *>(?!>) +[^\n]*(?:\n *>(?!>) +[^\n]*)*)\n?")),
    ("subtext", re.compile(r" *-# +([^\n]+)\n?")),
    ("heading", re.compile(r" *#{1,3} +([^\n]+)\n?")),
    ("item", re.compile(r" *(?:[*+-]|\d{1,9}[.)]) +([^\n]*)\n?")),
]
_INLINES = [
    ("escape", re.compile(r"\\([^0-9A-Za-z\s])")),
    ("fence", re.compile(r"```([\s\S]+?)```")),
    ("code", re.compile(r"(`+)([\s\S]*?[^`])\1(?!`)")),
    ("user", re.compile(r"<@!?\d+>")),
    ("role", re.compile(r"<@&\d+>")),
    ("channel", re.compile(r"<#\d+>")),
    ("everyone", re.compile(r"@(?:everyone|here)", re.IGNORECASE)),
    ("command", re.compile(r"</[^<>\n]+:\d+>")),
    ("guide", re.compile(r"<id:\w+>", re.IGNORECASE)),
    ("time", re.compile(r"<t:-?\d+(?::\w)?>", re.IGNORECASE)),
    ("emoji", re.compile(r"<a?:\w+:\d+>|:[^\s:]{1,64}:", re.IGNORECASE)),
    ("sound", re.compile(r"<sound:[^<>\n]+>", re.IGNORECASE)),
    ("contact", re.compile(r"<(?:mailto:)?[^\s<>]+@[^\s<>]+>|<(?:tel:|\+)[\d -]+>")),
    ("address", re.compile(r"<\w+://[^<>\s]+>|(?:https?|steam|discord)://[^\s<]+", re.IGNORECASE)),
    (
        "address",
        re.compile(r"(?:discord(?:app)?\.(?:gg|com/invite)|dsc\.gg)/[\w-]+", re.IGNORECASE),
    ),
    ("link", re.compile(r"\[((?:\\.|[^\[\]\\])+)\]\(\s*(?:<([^<>\n]*)>|([^\s()]*))\s*\)")),
    ("strong", re.compile(r"\*\*((?:\\[\s\S]|[^\\])+?)\*\*(?!\*)")),
    ("underline", re.compile(r"__((?:\\[\s\S]|[^\\])+?)__(?!_)")),
    ("italic", re.compile(r"\*(?=\S)((?:\\[\s\S]|[^\\*])+?)\*(?!\*)")),
    ("italic", re.compile(r"_((?:\\[\s\S]|[^\\_])+?)_(?!_)")),
    ("struck", re.compile(r"~~((?:\\[\s\S]|[^\\])+?)~~")),
    ("spoiler", re.compile(r"\|\|([\s\S]+?)\|\|")),
]
_LEAF = ("user", "role", "channel", "everyone", "command", "guide", "time", "emoji", "sound",
         "contact", "address", "fence", "code")  # fmt: skip
_MARKS = re.compile(r"[\\`<@:\[*_~|hHsSdD]")


def parse(content: str) -> tuple[Node, ...]:
    """The nodes of a message."""
    return tuple(_blocks(content))


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """All nodes, those within others, too."""
    for node in nodes:
        yield node
        yield from walk(node.children)


def reading(nodes: tuple[Node, ...]) -> str:
    """What a reader sees, without the looks of it."""
    return "".join(
        reading(node.children) + ("\n" if node.kind in ("subtext", "item", "quote") else "")
        if node.children
        else node.text
        for node in nodes
    )


def pings(content: str) -> list[str]:
    """What a server takes for a mention, wherever it stands, escaped or not."""
    return re.findall(r"@(?:everyone|here)|<@[!&]?\d+>", content)


def previews(content: str) -> list[str]:
    """What a server or a client makes a preview of, wherever it stands."""
    found = re.findall(
        r"(?:https?|steam|discord)://\S+|(?:discord(?:app)?\.(?:gg|com/invite)|dsc\.gg)/[\w-]+",
        re.sub(r"\(<https?://[^\s<>]*>\)", "", content),
        re.IGNORECASE,
    )
    return [str(each) for each in found]


def _blocks(text: str, quoted: bool = False) -> Iterator[Node]:
    at = start = 0
    while at < len(text):
        for kind, pattern in _BLOCKS:
            if kind == "quote" and quoted:
                continue
            if found := pattern.match(text, at):
                break
        else:
            end = text.find("\n", at)
            at = len(text) if end < 0 else end + 1
            continue
        if start < at:
            yield from _inlines(text[start:at])
        if kind == "fence":
            yield Node(kind, found[1])
        elif kind == "quote":
            inner = found[1] or re.sub(r"^ *> +", "", found[2] or "", flags=re.MULTILINE)
            yield Node(kind, children=tuple(_blocks(inner, quoted=True)) or (Node("text"),))
        else:
            yield Node(kind, children=tuple(_inlines(found[1])) or (Node("text"),))
        at = start = found.end()
    if start < at:
        yield from _inlines(text[start:])


def _inlines(text: str) -> Iterator[Node]:
    at = 0
    words: list[str] = []
    while at < len(text):
        node: Node | None = None
        end = at
        if _MARKS.match(text, at):
            for kind, pattern in _INLINES:
                if found := pattern.match(text, at):
                    node, end = _node(kind, found), found.end()
                    break
        if node is None:
            words.append(text[at])
            at += 1
        elif node.kind == "escape":
            words.append(node.text)
            at = end
        else:
            if words:
                yield Node("text", "".join(words))
                words = []
            yield node
            at = end
    if words:
        yield Node("text", "".join(words))


def _node(kind: str, found: re.Match[str]) -> Node:
    if kind == "escape":
        return Node(kind, found[1])
    if kind in _LEAF:
        return Node(kind, found[2] if kind == "code" else found[0])
    children = tuple(_inlines(found[1]))
    if kind == "link":
        return Node(kind, children=children, target=found[2] or found[3] or "")
    return Node(kind, children=children)
