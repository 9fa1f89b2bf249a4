"""Reads files of canned pairs, strictly, and judges a reply by what its case expects."""

from __future__ import annotations

import difflib
import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

from bot.answers import REASONS


class BadCase(Exception):
    """A file of cases that cannot be meant as it is written."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What an answer must hold; where `abstains` is set, that there is none.

    Words are looked for in the quotes, whatever their case. `cites` must all be cited, and none
    but `cites_only`. `dated` is what the date of a quote that holds such words begins with: the
    words found elsewhere too do no harm.
    """

    says: tuple[str, ...] = ()
    says_any: tuple[str, ...] = ()
    says_not: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()
    cites_only: tuple[str, ...] = ()
    dated: str = ""
    notices: tuple[str, ...] = ()
    notices_not: tuple[str, ...] = ()
    abstains: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A question and what is expected of the reply; `fails` is why it is known to fail."""

    id: str
    ask: str
    expect: Expected
    fails: str = ""


ANY_REASON = "for any reason"


class _Loader(yaml.SafeLoader):
    """YAML in which a key that stands twice is an error, and not the last one's win."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    keys = [key.value for key, _ in node.value]
    for key, _ in node.value:
        if keys.count(key.value) > 1:
            raise BadCase(f"line {key.start_mark.line + 1}: {key.value!r} stands twice")
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_cases(path: Path) -> list[Case]:
    """The cases in the file at `path`, in their order."""
    try:
        values = yaml.load(path.read_text(encoding="utf-8"), _Loader)
        if not isinstance(values, list) or not values:
            raise BadCase("not a list of cases")
        cases = [_case(value, number) for number, value in enumerate(values, 1)]
        for kind, each in (("id", [c.id for c in cases]), ("question", [c.ask for c in cases])):
            for value in each:
                if each.count(value) > 1:
                    raise BadCase(f"the {kind} {value!r} stands twice")
    except (yaml.YAMLError, UnicodeDecodeError, BadCase) as error:
        raise BadCase(f"{path.name}: {error}") from None
    return cases


def _case(value: object, number: int) -> Case:
    where = f"case {number}"
    if isinstance(value, dict) and isinstance(value.get("id"), str):
        where = f"case {value['id']!r}"
    given = _known(value, Case, where)
    for key in ("id", "ask", "expect"):
        if key not in given:
            raise BadCase(f"{where}: has no {key!r}")
    for key in given.keys() - {"expect"}:
        _text(given[key], f"{where}: {key}")
    if not re.fullmatch(r"[\w.-]+", given["id"]):
        raise BadCase(f"{where}: an id is letters, digits, dots and hyphens")
    return Case(
        given["id"], given["ask"], _expected(given["expect"], where), given.get("fails", "")
    )


def _expected(value: object, where: str) -> Expected:
    if value == "abstains":
        return Expected(abstains=ANY_REASON)
    given = _known(value, Expected, f"{where}: expect")
    if not given:
        raise BadCase(f"{where}: expects nothing")
    if "abstains" in given:
        if given["abstains"] not in REASONS or len(given) > 1:
            raise BadCase(f"{where}: abstains, alone, is one of {', '.join(REASONS)}")
        return Expected(abstains=given["abstains"])
    read: dict[str, Any] = {}
    for key, found in given.items():
        if key == "dated":
            read[key] = str(found)  # YAML has read a whole date as one; it is printed as written
            if not re.fullmatch(r"\d{4}(-\d\d(-\d\d)?)?", read[key]):
                raise BadCase(f"{where}: dated is a year, year-month or date, not {found!r}")
        elif isinstance(found, list) and found:
            read[key] = tuple(_text(item, f"{where}: {key}") for item in found)
        else:
            raise BadCase(f"{where}: {key} is a list, not {found!r}")
    if "dated" in read and not read.keys() & {"says", "says_any"}:
        raise BadCase(f"{where}: dated needs says or says_any, whose words it dates")
    return Expected(**read)


def _known(value: object, kind: type[Case] | type[Expected], where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadCase(f"{where}: is {value!r} where keys were expected")
    known = [field.name for field in fields(kind)]
    for key in value:
        if key not in known:
            close = difflib.get_close_matches(str(key), known, 1)
            raise BadCase(
                f"{where}: {key!r} is no key here; "
                + (f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)}")
            )
    return value


def _text(value: object, where: str) -> str:
    # YAML makes numbers, dates and truth values of what is not quoted: 2019, no, 1.0.
    if not isinstance(value, str) or not value.strip():
        raise BadCase(f"{where}: {value!r} is not text; put it in quotes")
    return value


def unmet(expected: Expected, reply: Mapping[str, Any]) -> list[str]:
    """What `reply`, as `ask --json` prints it, lacks of what is expected; nothing if it passes."""
    if expected.abstains:
        if reply["status"] != "abstained":
            return ["abstains: it answered"]
        if expected.abstains not in (ANY_REASON, reply["reason"]):
            return [f"abstains: {expected.abstains} was expected, not {reply['reason']}"]
        return []
    if reply["status"] != "answered":
        return [f"it abstained: {reply['reason']}"]
    citations = reply["citations"]
    quoted = " ".join(citation["quote"] for citation in citations).casefold()
    said = [words for words in expected.says_any if words.casefold() in quoted]
    files = {citation["file"] for citation in citations}
    notices = {notice["kind"] for notice in reply["notices"]}
    lacks = [f"says: {words!r}" for words in expected.says if words.casefold() not in quoted]
    if expected.says_any and not said:
        lacks.append(f"says_any: none of {list(expected.says_any)}")
    lacks += [f"says_not: {words!r}" for words in expected.says_not if words.casefold() in quoted]
    lacks += [f"cites: {file}" for file in expected.cites if file not in files]
    if expected.cites_only and not files <= set(expected.cites_only):
        lacks.append(f"cites_only: {sorted(files - set(expected.cites_only))}")
    for words in (*expected.says, *said) if expected.dated else ():
        dates = [str(c["date"]) for c in citations if words.casefold() in c["quote"].casefold()]
        if dates and not any(date.startswith(expected.dated) for date in dates):
            lacks.append(f"dated: {words!r} is of {dates}, not {expected.dated}")
    lacks += [f"notices: {kind}" for kind in expected.notices if kind not in notices]
    lacks += [f"notices_not: {kind}" for kind in expected.notices_not if kind in notices]
    return lacks
