"""Front matter: the YAML block that static-site tools write before a page."""

from __future__ import annotations

import re
from datetime import date as Date
from datetime import datetime

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FRONT_MATTER_CHARACTERS = 64 << 10
_FRONT_MATTER_DEPTH = 20


@record
class Front:
    """What stands before the body; `problem` says why front matter was not taken as such."""

    body: int
    title: str | None = None
    date: Date | None = None
    source: str | None = None
    problem: str | None = None


def front_matter(text: str) -> Front:
    """What `text` begins with, a byte-order mark left aside."""
    start = 1 if text.startswith("\ufeff") else 0
    if not text.startswith("---", start):
        return Front(start)
    fences = re.compile(r"(?:\A|(?<=[\r\n]))(?:---|\.\.\.)[ \t]*(?:\r\n|[\r\n]|\Z)")
    head = text[start : start + _FRONT_MATTER_CHARACTERS]
    opening = fences.match(head)
    if opening is None or head.startswith("..."):
        return Front(start)
    closing = fences.search(head, opening.end())
    if closing is None:
        # A rule across the page, unless what follows looks like a setting.
        if re.match(r"[A-Za-z_]+:", head[opening.end() :]) and len(text) > len(head):
            return Front(start, problem="it does not end within 64 KB")
        return Front(start)
    try:
        settings = _yaml(head[opening.end() : closing.start()])
    except ValueError as error:
        return Front(start, problem=str(error))
    if not isinstance(settings, dict):
        return Front(start)
    return Front(
        start + closing.end(),
        _one_line(settings.get("title")),
        _date(settings.get("date")),
        _one_line(settings.get("source")),
    )


def _yaml(text: str) -> Any:
    """YAML without anchors, which can name a gigabyte in a line; raises ValueError."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise ValueError("it uses anchors or aliases")
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            if depth > _FRONT_MATTER_DEPTH:
                raise ValueError("it is nested too deeply")
        return yaml.safe_load(text)
    except ValueError:
        raise
    except Exception as error:  # its constructors let through whatever Python raises
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 2})" if mark is not None else ""
        raise ValueError(f"it is not valid YAML{where}") from None


def _one_line(value: object) -> str | None:
    if value is None or isinstance(value, (dict, list, set, bytes, bool)):
        return None
    return " ".join(str(value).split())[:1000] or None


def _date(value: object) -> Date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, Date):
        return value
    if isinstance(value, str):
        from index import dates

        found = dates.find(value)
        return found[0].date if found else None
    return None
