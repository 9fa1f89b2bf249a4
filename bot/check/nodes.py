"""The text of a file of cases as a tree, in which each piece knows where it stands.

YAML is built from its events, for what is dangerous in it is never built then: no tag makes an
object, no alias a gigabyte, and no depth ends the process. JSON lines make the same tree.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from bot.check.errors import Unmeant
from bot.render.visible import cut, visible

_DEEPEST = 12  # a case needs half of it
_MOST_NODES = 1_000_000  # as many cases as a file of 5 MB can hold
_SHOWN = 60  # columns of a value in a message
_NO_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Node(NamedTuple):
    """A text, a list or a mapping, which begins at the character `at`, its key at `key_at`.

    `bare` marks a text that stands without quotes and is none to YAML: 2019, no, 2021-04-03.
    """

    value: str | list[Node] | dict[str, Node]
    at: int
    bare: bool = False
    key_at: int = -1

    @property
    def shown(self) -> str:
        """What it is, short enough for a message."""
        if isinstance(self.value, dict):
            return "a mapping"
        if isinstance(self.value, list):
            return "a list"
        text = " ".join(visible(self.value[: 4 * _SHOWN]).split())
        return cut(text if self.bare else f"'{text}'", _SHOWN) if self.value else "nothing"


def of_yaml(text: str) -> Node | None:
    """The tree of the one document in `text`, None if it is empty; raises Unmeant."""
    import yaml

    if wrong := _NO_YAML.search(text):
        raise _character(wrong[0], wrong.start())
    if directive := re.search("^%", text, re.MULTILINE):  # many of them cost libyaml minutes
        raise Unmeant(
            "A line cannot begin with %: it would direct YAML.",
            "Put a text that begins with % in quotes.",
            directive.start(),
        )
    try:
        return _built(yaml, text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Unmeant(
            f"This is not YAML: {error.problem or error.context}{_begun(error)}.",
            _yaml_hint(str(error.problem)),
            min(mark.index, len(text)) if mark else 0,
        ) from None
    except yaml.YAMLError as error:
        what = visible(str(error)[:200])
        raise Unmeant(f"This is not YAML: {what}.", "Save it as plain text.", 0) from None


def _built(yaml: Any, text: str) -> Node | None:
    parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    resolvers = yaml.SafeLoader.yaml_implicit_resolvers
    starts = {yaml.SequenceStartEvent: list, yaml.MappingStartEvent: dict}
    ends = yaml.SequenceEndEvent, yaml.MappingEndEvent
    scalar, alias, document = yaml.ScalarEvent, yaml.AliasEvent, yaml.DocumentStartEvent
    root: Node | None = None
    open_: list[Node] = []  # the lists and mappings around what comes next, outermost first
    keys: list[Node | None] = []  # ... and the key of each that waits for its value
    count = 0
    while parser.check_event():
        event = parser.get_event()
        count += 1
        if count > _MOST_NODES:
            raise Unmeant("This is more than any people wrote.", "Part it into several files.", 0)
        kind = type(event)
        if kind is scalar:
            at = event.start_mark.index
            if event.anchor is not None or event.tag is not None:
                raise _named(event, at)
            value = event.value
            if plain := event.implicit[0]:
                _whole(text, event.end_mark.index)
            node = Node(value, at, plain and _is_bare(value, resolvers))
            if open_ and type(open_[-1].value) is dict and keys[-1] is None:
                if value in open_[-1].value:
                    raise _twice(node)
                keys[-1] = node
                continue
        elif kind in starts:
            at = event.start_mark.index
            if event.anchor is not None or event.tag is not None:
                raise _named(event, at)
            node = Node(starts[kind](), at)
            if open_ and type(open_[-1].value) is dict and keys[-1] is None:
                raise Unmeant(
                    f"A key is a name, not {node.shown}.", "Text with { or [ stands in quotes.", at
                )
            if len(open_) == _DEEPEST:
                raise _deep(at)
        elif kind in ends:
            open_.pop()
            keys.pop()
            continue
        elif kind is alias:
            raise _named(event, event.start_mark.index)
        elif kind is document and root is not None:
            raise Unmeant(
                "A second document begins here.",
                "One file is one list of cases: remove the line ---.",
                event.start_mark.index,
            )
        else:
            continue
        if not open_:
            root = node
        elif (key := keys[-1]) is not None:
            node = node._replace(key_at=key.at)
            open_[-1].value[key.value] = node  # type: ignore[call-overload,index]
            keys[-1] = None
        else:
            open_[-1].value.append(node)  # type: ignore[union-attr]
        if kind is not scalar:
            open_.append(node)
            keys.append(None)
    return root


def of_json_lines(text: str) -> Iterator[Node]:
    """A tree for each line of `text` that is not blank; raises Unmeant."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield _object(line, at)
        at += len(line) + 1


def _object(line: str, at: int) -> Node:
    def bare(text: str) -> Node:
        return Node(text, at, True, at)

    def mapping(pairs: list[tuple[str, Any]]) -> Node:
        found: dict[str, Node] = {}
        for key, value in pairs:
            if key in found:
                raise _twice(Node(key, at))
            found[key] = of(value)
        return Node(found, at, False, at)

    def of(value: Any, depth: int = 0) -> Node:
        if depth > _DEEPEST:
            raise _deep(at)
        if isinstance(value, Node):
            return value
        if isinstance(value, str):
            return Node(value, at, False, at)
        if isinstance(value, list):
            return Node([of(each, depth + 1) for each in value], at, False, at)
        return bare({True: "true", False: "false"}.get(value, "null"))

    try:
        return of(
            json.loads(
                line,
                object_pairs_hook=mapping,
                parse_int=bare,
                parse_float=bare,
                parse_constant=bare,
            )
        )
    except RecursionError:
        raise _deep(at) from None
    except json.JSONDecodeError as error:
        raise Unmeant(
            f"This is not JSON: {error.msg} at character {error.pos + 1} of the line.",
            "In JSON lines a case is one line: one object, with its keys in double quotes.",
            at,
        ) from None


def _is_bare(text: str, resolvers: Any) -> bool:
    """Whether YAML takes `text` for a number, a date, a truth value, nothing or the like."""
    return any(pattern.match(text) for _, pattern in resolvers.get(text[:1], ()))


def _whole(text: str, end: int) -> None:
    """Raises Unmeant where a text without quotes ends at a "#1" that its writer meant."""
    if text.startswith(" #", end) and text[end + 2 : end + 3].strip():
        raise Unmeant(
            "A text ends before ' #', with which a comment begins.",
            "Put the text in quotes, or a space behind the # of a comment.",
            end,
        )


def _character(ch: str, at: int) -> Unmeant:
    return Unmeant(
        f"The character U+{ord(ch):04X} cannot stand in a file of cases.",
        'In double quotes it can be spelled out: "\\u00AD".',
        at,
    )


def _twice(key: Node) -> Unmeant:
    return Unmeant(f"The key {key.shown} stands twice.", "Join the two, or remove one.", key.at)


def _deep(at: int) -> Unmeant:
    return Unmeant("This is nested deeper than any case.", "Look for a bracket too many.", at)


def _named(event: Any, at: int) -> Unmeant:
    """A tag, anchor or alias, which is mostly a text that begins with its sign."""
    tag = getattr(event, "tag", None)
    name = str(tag if tag is not None else event.anchor).replace("tag:yaml.org,2002:", "!!")
    name = cut(visible(name[: 4 * _SHOWN]), _SHOWN)
    what, sign = ("tags", "!") if tag is not None else ("anchors and aliases", "& or *")
    return Unmeant(
        f"Cases have no {what}, and {name!r} is one.",
        f"Put a text that begins with {sign} in quotes; write out what is said twice.",
        at,
    )


def _begun(error: Any) -> str:
    """Where the quote or list began within which `error` was found, if in another line."""
    mark = error.context_mark
    if not error.problem or not mark or mark.line == error.problem_mark.line:
        return ""
    return f" {error.context}, which begins in line {mark.line + 1}"


def _yaml_hint(problem: str) -> str:
    if "mapping values are not allowed" in problem:
        return "Put a text with a colon in quotes, and look at the indentation."
    if "tab character" in problem:
        return "Indent with spaces."
    if "cannot start any token" in problem:
        return "Put a text that begins with a sign in quotes; indent with spaces."
    if "escape" in problem:
        return "In double quotes a backslash is written \\\\; 'single quotes' take it as it is."
    return "Look here and above for a quote or bracket that is not closed, and at the indentation."
