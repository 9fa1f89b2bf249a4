"""What stands in files of cases, read strictly.

What cannot be meant as it is written is refused with file, line and case, and with what was
meant: a case that says less than its writer thought would pass for ever.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from datetime import date as Date
from pathlib import Path

from bot.asker import MOST_CHARACTERS
from bot.check import fields
from bot.check.cases import Case, Skip, Step
from bot.check.errors import CaseError, Unmeant
from bot.check.expecting import KEYS, expected
from bot.check.files import content_of, is_json_lines
from bot.check.files import find as find
from bot.check.nodes import Node, of_json_lines, of_yaml
from bot.render.visible import visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MODES = ("extractive", "generative")
_MOST_REPEATS = 100
_MOST_STEPS = 20
_NAME = re.compile(r"[\w.-]{1,100}")
_FILE_KEYS = ("corpus", "modes", "tags", "cases")
_KEYS = ("id", "ask", "expect", "then", "modes", "repeat", "pass_at_least", "tags", "skip", "fails")
_STEP_KEYS = ("ask", "expect")
_MEANT = {
    "name": "Did you mean 'id'?",
    "question": "Did you mean 'ask'?",
    "query": "Did you mean 'ask'?",
    "q": "Did you mean 'ask'?",
    "answer": "Did you mean 'expect'?",
    "follow_ups": "Did you mean 'then'?",
    "mode": "Did you mean 'modes'?",
    "repeats": "Did you mean 'repeat'?",
    "min_passes": "Did you mean 'pass_at_least'?",
    "xfail": "Did you mean 'fails'?",
    "corpus": "A corpus is of a whole file: {corpus: FOLDER, cases: [...]}.",
} | {key: f"Did you mean it below expect? expect: {{{key}: ...}}" for key in KEYS}


def read(path: Path, name: str | None = None) -> list[Case]:
    """The cases in the file at `path`, in their order; messages call it `name`."""
    name = str(path) if name is None else name
    return parsed(content_of(path, name), name, path.parent, json_lines=is_json_lines(path, name))


def parsed(
    content: bytes, name: str, folder: Path = Path(), *, json_lines: bool = False
) -> list[Case]:
    """The cases in `content`, a file's in `folder`; raises CaseError."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = 1 + content.count(b"\n", 0, error.start)
        raise CaseError(
            f"{visible(name)}:{line}: This is not UTF-8.", "Save the file as UTF-8."
        ) from None
    reader = _Reader(text, name, folder)
    try:
        if json_lines:
            return reader.lines(of_json_lines(text))
        return reader.file(of_yaml(text))
    except Unmeant as error:
        raise reader.refusal(error) from None


class _Reader:
    """Reads one file; knows which case it is in, for what it refuses."""

    def __init__(self, text: str, name: str, folder: Path) -> None:
        self._text, self._name, self._folder = text, name, folder
        self._case = ""
        self._at, self._line = 0, 1  # how far lines were counted

    def refusal(self, error: Unmeant) -> CaseError:
        case = f"case {self._case}: " if self._case else ""
        line = 1 + self._text.count("\n", 0, error.at)
        return CaseError(f"{visible(self._name)}:{line}: {case}{error.message}", error.hint)

    def lines(self, nodes: Iterable[Node]) -> list[Case]:
        root = Node(list(nodes), 0)
        if not root.value:
            raise Unmeant("There are no cases here.", 'A line is a case: {"id": ...}', 0)
        return self.cases(root)

    def file(self, root: Node | None) -> list[Case]:
        if root is None or (root.value == "" and root.bare):
            raise Unmeant("There are no cases here.", "A file is a list of cases: - id: ...", 0)
        if not isinstance(root.value, dict):
            return self.cases(root)
        if not root.value.keys() & set(_FILE_KEYS) and root.value.keys() & set(_KEYS):
            raise Unmeant(
                "This is one case, not a list.", "Begin it with a dash: - id: ...", root.at
            )
        fields.mapping(root, _FILE_KEYS, "A file", {})
        if "cases" not in root.value:
            raise Unmeant("The file has no cases.", "Write them below cases:", root.at)
        common: dict[str, Any] = {}
        if node := root.value.get("corpus"):
            common["corpus"] = self._corpus(node)
        if node := root.value.get("modes"):
            common["modes"] = fields.each(node, "modes", _mode)
        if node := root.value.get("tags"):
            common["tags"] = fields.each(node, "tags", _name)
        return self.cases(root.value["cases"], **common)

    def cases(
        self,
        node: Node,
        corpus: Path | None = None,
        modes: tuple[Any, ...] = (),
        tags: tuple[str, ...] = (),
    ) -> list[Case]:
        if not isinstance(node.value, list) or not node.value:
            raise Unmeant(
                f"Cases are a list, not {node.shown if node.value else 'an empty one'}.",
                "Begin each with a dash: - id: ...",
                node.at,
            )
        ids: dict[str, int] = {}
        asked: dict[tuple[str, ...], list[Case]] = {}
        found = []
        for number, each in enumerate(node.value, 1):
            self._case = str(number)
            case = self._read(each, corpus, modes, tags)
            assert isinstance(each.value, dict)
            if case.id in ids:
                raise Unmeant(
                    f"The id {case.id!r} stands in line {ids[case.id]}, too.",
                    "Each case has an id of its own.",
                    each.value["id"].at,
                )
            ids[case.id] = case.line
            same = asked.setdefault(tuple(step.ask for step in case.steps), [])
            for other in same:
                if not (case.modes and other.modes) or set(case.modes) & set(other.modes):
                    raise Unmeant(
                        f"The question is asked by case {other.id!r} in line {other.line}, too.",
                        "Join the two: a case can expect several things.",
                        each.value["ask"].at,
                    )
            same.append(case)
            found.append(case)
        return found

    def _read(
        self, node: Node, corpus: Path | None, modes: tuple[Any, ...], tags: tuple[str, ...]
    ) -> Case:
        given = node.value
        if isinstance(given, dict) and (named := given.get("id")) and _is_text(named):
            self._case = named.shown
        fields.mapping(node, _KEYS, "A case", _MEANT)
        assert isinstance(given, dict)
        id = _name(_needed(node, "id"), "id")
        steps = (_step(node), *(_steps(given["then"]) if "then" in given else ()))
        repeat = (
            fields.whole(given["repeat"], "repeat", 1, _MOST_REPEATS) if "repeat" in given else 1
        )
        least = _least(given["pass_at_least"], repeat) if "pass_at_least" in given else repeat
        if "modes" in given:
            modes = fields.each(given["modes"], "modes", _mode)
        if "tags" in given:
            tags = tuple(dict.fromkeys((*tags, *fields.each(given["tags"], "tags", _name))))
        return Case(
            id, steps, self._name, self._line_of(node.at), modes, repeat, least, tags,
            _skip(given["skip"]) if "skip" in given else None,
            fields.text(given["fails"], "fails") if "fails" in given else "",
            corpus,
        )  # fmt: skip

    def _corpus(self, node: Node) -> Path:
        named = fields.text(node, "corpus")
        if os.path.isabs(named) or named.startswith("~"):
            raise Unmeant(
                f"corpus is {node.shown}, which is there on one machine only.",
                "Name the folder from this file's own, as in ../documents.",
                node.at,
            )
        corpus = Path(os.path.normpath(self._folder / named))
        if not corpus.is_dir():
            raise Unmeant(
                f"corpus is {node.shown}, and {visible(str(corpus))} is not a folder.",
                "Name the folder from this file's own, as in ../documents.",
                node.at,
            )
        return corpus

    def _line_of(self, at: int) -> int:
        """The line of `at`, which is never before the last that was asked for."""
        self._line += self._text.count("\n", self._at, at)
        self._at = at
        return self._line


def _is_text(node: Node) -> bool:
    return isinstance(node.value, str) and bool(node.value.strip()) and not node.bare


def _needed(node: Node, key: str, what: str = "A case") -> Node:
    given = node.value
    assert isinstance(given, dict)
    if key not in given:
        example = {"id": "busan", "ask": "Who met in Busan?", "expect": "{says: [Wang Yi]}"}
        raise Unmeant(f"{what} needs {key}.", f"Add {key}: {example[key]}", node.at)
    needed: Node = given[key]
    return needed


def _step(node: Node, what: str = "A case") -> Step:
    asking = _needed(node, "ask", what)
    ask = fields.text(asking, "ask")
    if len(ask) > MOST_CHARACTERS:
        raise Unmeant(
            f"ask has {len(ask):,} characters; at most {MOST_CHARACTERS:,} can be asked.",
            "Ask one thing at a time.",
            asking.at,
        )
    if not any(ch.isalnum() for ch in ask):
        raise Unmeant("ask has no words in it.", "Write a question.", asking.at)
    return Step(ask, expected(_needed(node, "expect", what)))


def _steps(node: Node) -> Iterable[Step]:
    if not isinstance(node.value, list) or not 0 < len(node.value) < _MOST_STEPS:
        raise Unmeant(
            f"then is a list of 1 to {_MOST_STEPS - 1} follow-ups.",
            "Begin each with a dash: - ask: ...",
            node.at,
        )
    for each in node.value:
        fields.mapping(each, _STEP_KEYS, "A follow-up", _MEANT)
        yield _step(each, "A follow-up")


def _least(node: Node, repeat: int) -> int:
    least = fields.whole(node, "pass_at_least", 1, _MOST_REPEATS)
    if least > repeat:
        raise Unmeant(
            f"pass_at_least is {least}, and the case is asked {repeat} time{'s'[: repeat > 1]}.",
            f"Write repeat: {least}, or more.",
            node.at,
        )
    return least


def _skip(node: Node) -> Skip:
    if node.bare and node.value in ("true", "yes", "True", "Yes", "on", ""):
        raise Unmeant(
            f"skip is the reason for it, not {node.shown}.",
            "Say why: skip: the document is written anew",
            node.at,
        )
    if not isinstance(node.value, dict):
        return Skip(fields.text(node, "skip"))
    fields.mapping(node, ("reason", "until"), "skip", {})
    if "reason" not in node.value:
        raise Unmeant("skip needs a reason.", "Add reason: why it is passed over", node.at)
    until: Date | None = None
    if "until" in node.value:
        until = fields.day(node.value["until"], "until")
    return Skip(fields.text(node.value["reason"], "reason"), until)


def _name(node: Node, what: str) -> str:
    """An id or a tag."""
    name = fields.text(node, what)
    if not _NAME.fullmatch(name):
        near = "-".join(re.findall(r"[\w.-]+", name))[:100] or "busan"
        raise Unmeant(
            f"{what} is letters, digits, dots, hyphens and underscores, at most 100, "
            f"not {node.shown}.",
            f"Write it as {near}, for instance.",
            node.at,
        )
    return name


def _mode(node: Node, what: str) -> Any:
    return fields.word(node, what, _MODES)
