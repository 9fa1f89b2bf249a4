"""A text as YAML that says it and nothing else, whoever wrote it."""

from __future__ import annotations

import re

from index.hidden import escaped

_SHORT = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}
# Begins with a letter and holds nothing that is a sign to YAML anywhere in a text; but for the
# question mark, which is one within brackets to PyYAML's own parser, though not to libyaml's.
_PLAIN = re.compile(r"[^\W\d_][\w .()/%’'?-]*")
_WORDS = frozenset("y n yes no on off true false null".split())


def plain(text: str) -> str:
    """`text` without quotes where it needs none, for people read it more easily so.

    With a question mark in it, it cannot stand within brackets.
    """
    unquoted = (
        text.isprintable()
        and _PLAIN.fullmatch(text)
        and not text.endswith(" ")
        and text.casefold() not in _WORDS
    )
    return text if unquoted else quoted(text)


def quoted(text: str) -> str:
    """`text` as YAML's double-quoted scalar, in which all that does not print is spelled out."""
    return '"' + "".join(map(_spelled, sound(text))) + '"'


def sound(text: str) -> str:
    """`text` without NUL and halves of surrogate pairs, which no file of cases may hold."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def _spelled(ch: str) -> str:
    if ch in '"\\':
        return "\\" + ch
    if ch.isprintable():
        return ch
    if ch in _SHORT:
        return _SHORT[ch]
    return escaped(ch)
