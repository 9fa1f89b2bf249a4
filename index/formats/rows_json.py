"""JSON lines: each line's value is an article of its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice

from index.formats.composing import Composing, Some, decoded, lines
from index.formats.extracted import Extracted, Refused
from index.formats.fields import Field, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_DEPTH = 20
_FIELDS = 10_000  # of a line


def extract(data: bytes, encoding: str | None) -> Extracted:
    """The lines' values, each after the names that lead to it."""
    read = decoded(data, encoding)
    composing = Composing("row")
    composing.replaced = read.replaced
    bad, cut = Some(), Some()
    begin = int(read.text.startswith("\ufeff"))
    for number, line in enumerate(lines(read.text, begin), 1):
        if not line.strip():
            continue
        try:
            fields = list(islice(_fields("", json.loads(line), 0), _FIELDS + 1))
        except (ValueError, RecursionError):
            bad.add(number)
            continue
        if len(fields) > _FIELDS:
            cut.add(number)
        if not write(composing, number, fields[:_FIELDS], "line"):
            break
    if bad.count and not composing.size:
        raise Refused("damaged", "none of its lines is JSON", "Write one JSON value in each line.")
    if bad.count:
        composing.left_out.append(f"lines that are no JSON: {bad}")
    if cut.count:
        composing.left_out.append(f"what lines hold beyond {_FIELDS:,} values: {cut}")
    return composing.extracted(read.encoding, "json")


def _fields(path: str, value: Any, depth: int) -> Iterator[Field]:
    """The values in `value` by the names that lead to them: "author.name"."""
    if isinstance(value, dict) and depth < _DEPTH:
        for name, inner in value.items():
            yield from _fields(f"{path}.{name}" if path else str(name), inner, depth + 1)
    elif isinstance(value, list) and depth < _DEPTH:
        if any(isinstance(inner, (dict, list)) for inner in value):
            for i, inner in enumerate(value, 1):
                yield from _fields(f"{path}.{i}" if path else f"{i}", inner, depth + 1)
        else:
            yield path, ", ".join(filter(None, map(_said, value)))
    else:
        yield path, _said(value)


def _said(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip()
    return json.dumps(value, ensure_ascii=False)
