"""What stands behind `expect`, read: its keys are those of `Expected`, and each means something."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from bot.answers import REASONS
from bot.check import fields
from bot.check.cases import ANY_REASON, Count, Expected, Number
from bot.check.errors import CaseError, Unmeant
from bot.check.nodes import Node
from bot.render.visible import cut, visible

_MOST_CLAIMS = 100
_MOST_TOLD = 200  # columns
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d{1,3})?", re.ASCII)
_MEANT = {
    "answer": "Did you mean 'says'?",
    "answers": "Did you mean 'says'?",
    "contains": "Did you mean 'says'?",
    "includes": "Did you mean 'says'?",
    "contains_any": "Did you mean 'says_any'?",
    "excludes": "Did you mean 'says_not'?",
    "not_says": "Did you mean 'says_not'?",
    "regex": "Did you mean 'matches'?",
    "pattern": "Did you mean 'matches'?",
    "number": "Did you mean 'numbers'?",
    "file": "Did you mean 'cites'?",
    "files": "Did you mean 'cites'?",
    "sources": "Did you mean 'cites'?",
    "citations": "Did you mean 'cites'? Their truth is always looked at.",
    "exact": "Did you mean 'quotes'?",
    "judged": "Did you mean 'judge'?",
    "date": "Did you mean 'dated' (of what is cited) or 'dates' (in the answer)?",
} | {
    key: f"Write {key} two columns to the left: it is a key of the case, beside expect."
    for key in ("ask", "id", "then", "modes", "repeat", "pass_at_least", "tags", "skip", "fails")
}  # fmt: skip
NOTICES = (
    "abstained", "boilerplate", "dense", "fallback", "file_changed", "file_missing", "file_renamed",
    "hidden_characters", "incomplete", "insecure", "mention", "old_generation", "truncated",
)  # fmt: skip
_OPPOSITES = (("says", "says_not"), ("cites", "cites_not"), ("notices", "notices_not"))


def expected(node: Node) -> Expected:
    """What is expected of a reply; raises Unmeant."""
    if node.value == "abstains":
        return Expected(abstains=ANY_REASON)
    if isinstance(node.value, str):
        raise Unmeant(
            f"expect is 'abstains' or a mapping of keys, not {node.shown}.",
            "Did you mean 'abstains'?"
            if node.value.startswith(("abst", "Abst"))
            else f"An answer is expected by its keys: {', '.join(KEYS)}.",
            node.at,
        )
    fields.mapping(node, KEYS, "expect", _MEANT)
    assert isinstance(node.value, dict)
    if not node.value:
        raise Unmeant("expect is empty.", "Say what is expected, or 'abstains'.", node.at)
    if "abstains" in node.value:
        return _abstention(node.value)
    read: dict[str, Any] = {
        "judged" if key == "judge" else key: KEYS[key](value, key)
        for key, value in node.value.items()
    }
    _sensible(node.value, read)
    return Expected(**read)


def _abstention(given: dict[str, Node]) -> Expected:
    for key, value in given.items():
        if key != "abstains":
            raise Unmeant(
                f"An abstention says nothing: {key} cannot stand beside abstains.",
                "Remove one of the two.",
                value.key_at,
            )
    found = given["abstains"]
    if found.bare and found.value in ("true", "yes", "True", "Yes", "on", ""):
        raise Unmeant(
            f"abstains is the reason of an abstention, not {found.shown}.",
            "For any reason write: expect: abstains",
            found.at,
        )
    return Expected(abstains=fields.word(found, "abstains", REASONS))


def _sensible(given: dict[str, Node], read: dict[str, Any]) -> None:
    """Raises Unmeant where no reply can meet all that is expected."""
    for key, opposite in _OPPOSITES:
        others = frozenset(read.get(opposite, ()))
        for value in read.get(key, ()):
            if value in others:
                raise Unmeant(
                    f"{key} and {opposite} both hold {Node(value, 0).shown}: no reply has both.",
                    "Remove one of the two.",
                    given[opposite].key_at,
                )
    if only := frozenset(read.get("cites_only", ())):
        for file in read.get("cites", ()):
            if file not in only:
                raise Unmeant(
                    f"cites holds {Node(file, 0).shown}, which cites_only does not.",
                    "Add it to cites_only, or remove it from cites.",
                    given["cites"].key_at,
                )
    if "dated" in read and not read.keys() & {"says", "says_any"}:
        raise Unmeant(
            "dated is the date of what says or says_any is found in, and neither is here.",
            "Add says, or did you mean 'dates' (in the answer)?",
            given["dated"].key_at,
        )


def _pattern(node: Node, what: str) -> str:
    from bot.check.patterns import compiled  # brings RE2

    pattern = fields.text(node, what)
    try:
        compiled(pattern)
    except CaseError as error:
        told = cut(visible(error.message), _MOST_TOLD)  # of an engine that quotes the pattern
        raise Unmeant(f"{told}.", error.hint, node.at) from None
    return pattern


def _patterns(node: Node, what: str) -> tuple[str, ...]:
    return fields.each(node, what, _pattern)


def _file(node: Node, what: str) -> str:
    name = fields.text(node, what)
    if name.startswith(("/", "./")) or "\\" in name or ".." in name.split("/"):
        raise Unmeant(
            f"{what} holds {node.shown}, and files are named by their path below the corpus.",
            "Write it as an answer cites it, as in reports/2021.txt.",
            node.at,
        )
    return name


def _files(node: Node, what: str) -> tuple[str, ...]:
    return fields.each(node, what, _file)


def _notice(node: Node, what: str) -> str:
    return fields.word(node, what, NOTICES)


def _notices(node: Node, what: str) -> tuple[str, ...]:
    return fields.each(node, what, _notice)


def _dates(node: Node, what: str) -> tuple[str, ...]:
    return fields.each(node, what, fields.date)


def _number(node: Node, what: str) -> Number:
    if isinstance(node.value, dict):
        fields.mapping(node, ("value", "within"), f"A number of {what}", {})
        if "value" not in node.value:
            raise Unmeant(f"A number of {what} has no value.", "Write {value: 51.8}.", node.at)
        value = _decimal(node.value["value"], "value")
        if (within := node.value.get("within")) is None:
            return Number(value)
        share = within.value.removesuffix("%").rstrip() if isinstance(within.value, str) else ""
        percent = share != within.value
        tolerance = _decimal(
            within._replace(value=share, bare=True) if percent and share else within, "within"
        )
        if tolerance < 0:
            raise Unmeant("within is less than nothing.", "Write it without a sign.", within.at)
        return Number(value, tolerance, percent)
    return Number(_decimal(node, what))


def _decimal(node: Node, what: str) -> float:
    found = node.value
    if isinstance(found, str) and node.bare and len(found) <= 30 and _DECIMAL.fullmatch(found):
        value = float(found)
        if math.isfinite(value):
            return value
    raise Unmeant(
        f"{what} is a number, not {node.shown}.",
        "Write it in digits without quotes: 51800000, 0.5. It is found in any form.",
        node.at,
    )


def _numbers(node: Node, what: str) -> tuple[Number, ...]:
    return fields.each(node, what, _number)


def _count(node: Node, what: str) -> Count:
    if not isinstance(node.value, dict):
        exactly = fields.whole(node, what, 1, _MOST_CLAIMS)
        return Count(exactly, exactly)
    fields.mapping(node, ("min", "max"), what, {"least": "Did you mean 'min'?",
                                                "most": "Did you mean 'max'?"})  # fmt: skip
    if not node.value:
        raise Unmeant(f"{what} is empty.", "Write {max: 3}.", node.at)
    bounds = {key: fields.whole(each, f"{what}: {key}", 1, _MOST_CLAIMS)
              for key, each in node.value.items()}  # fmt: skip
    count = Count(bounds.get("min"), bounds.get("max"))
    if count.least is not None and count.most is not None and count.least > count.most:
        raise Unmeant(f"{what}: min is above max.", "Exchange the two.", node.at)
    return count


KEYS: Final[dict[str, Callable[[Node, str], object]]] = {
    "says": fields.texts,
    "says_any": fields.texts,
    "says_not": fields.texts,
    "matches": _patterns,
    "numbers": _numbers,
    "dates": _dates,
    "cites": _files,
    "cites_only": _files,
    "cites_not": _files,
    "quotes": fields.texts,
    "claims": _count,
    "dated": fields.date,
    "notices": _notices,
    "notices_not": _notices,
    "judge": fields.texts,
    "abstains": fields.text,
}
