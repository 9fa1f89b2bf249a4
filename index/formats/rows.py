"""Tables of comma-separated or tab-separated values: each row is an article of its own."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, islice

from index.formats.columns import are_names
from index.formats.composing import Composing, decoded, lines
from index.formats.extracted import Extracted, Refused
from index.formats.fields import date_of, title_of, write

_DELIMITERS = ",\t;|"
_SAMPLE = 64 << 10
_SAMPLED = 100  # rows
_ABOVE = 10  # a table's own title may stand above the names of its columns
_CELL = 1 << 20
_SPANNED = 10_000  # lines: more have no row
_DECLARED = re.compile(r"\ufeff?sep=([,\t;|:^~])[ \t]*(?:\r\n|\r|\n)", re.IGNORECASE)

Row = tuple[int, list[str]]  # numbered as a spreadsheet does


def extract(data: bytes, encoding: str | None) -> Extracted:
    """The rows of a table, each value after the name of its column."""
    read = decoded(data, encoding)
    composing = Composing("row")
    composing.replaced = read.replaced
    csv.field_size_limit(_CELL)
    try:
        _compose(read.text, composing)
    except csv.Error as error:
        if "limit" in str(error):
            raise Refused(
                "too_costly", f"a cell of it is longer than {_CELL:,} characters"
            ) from None
        raise Refused("damaged", f"it cannot be read as a table: {error}") from None
    return composing.extracted(read.encoding, "csv")


def _compose(text: str, composing: Composing) -> None:
    declared = _DECLARED.match(text)  # as Excel writes and hides it
    begin = declared.end() if declared else int(text.startswith("\ufeff"))
    delimiter = declared[1] if declared else _delimiter(text[begin : begin + _SAMPLE])
    rows = _rows(lines(text, begin), delimiter, composing)
    first = list(islice(rows, _SAMPLED))
    header, names = _header(first)
    for number, row in chain(first, rows):
        if number == header:
            continue
        above = header is not None and number < header
        fields = [
            (_name(names, i) if not above else "", value)
            for i, value in enumerate(row)
            if value and not value.isspace()
        ]
        if not write(composing, number, fields, "row"):
            break


def _rows(source: Iterator[str], delimiter: str, composing: Composing) -> Iterator[Row]:
    """The rows of a table; one that a quotation mark opens and none closes is read by lines."""
    taken: list[str] = []
    number = 0
    for row in csv.reader(_noted(source, taken), delimiter=delimiter):
        if len(taken) > 1 and _is_open(taken, delimiter):
            break
        taken.clear()
        number += 1
        yield number, row
    if taken:
        composing.left_out.append(
            f"the quotation mark in row {number + 1:,} is never closed: it is read as it stands"
        )
        plain = csv.reader(chain(taken, source), delimiter=delimiter, quoting=csv.QUOTE_NONE)
        yield from enumerate(plain, number + 1)


def _noted(source: Iterator[str], taken: list[str]) -> Iterator[str]:
    for line in source:
        taken.append(line)
        yield line
        if len(taken) > _SPANNED:
            break


def _is_open(taken: list[str], delimiter: str) -> bool:
    if len(taken) > _SPANNED:
        return True
    try:
        for _ in csv.reader(taken, delimiter=delimiter, strict=True):
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return False


def _delimiter(sample: str) -> str:
    """What parts most rows of the beginning into the same number of cells, more than one."""
    best, found = 0.0, ","
    for delimiter in _DELIMITERS:
        rows = csv.reader(lines(sample), delimiter=delimiter)
        widths = Counter(len(row) for row in islice(rows, _SAMPLED) if row)
        if not widths:
            continue
        width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
        fit = count / widths.total() * (1 + width / 1000) if width > 1 else 0
        if fit > best:
            best, found = fit, delimiter
    return found


def _header(rows: Sequence[Row]) -> tuple[int | None, list[str]]:
    """The number of the row that names the columns, None without, and the names."""
    widths = Counter(_filled(row) for _, row in rows if any(row))
    if not widths:
        return None, []
    usual = max(widths, key=lambda width: (widths[width], width))
    for i, (number, row) in enumerate(rows[:_ABOVE]):
        if _filled(row) < max(2, usual - 1):  # the corner above the rows' names may be empty
            continue
        below = [other for _, other in rows[i + 1 :]]
        return (number, [cell.strip() for cell in row]) if are_names(row, below) else (None, [])
    only = rows[0][1][0].strip() if rows[0][1] else ""
    if usual == 1 and (title_of([(only, "x")]) or date_of([(only, "2000-01-01")])):
        return rows[0][0], [only]
    return None, []


def _filled(row: Sequence[str]) -> int:
    return sum(1 for cell in row if cell and not cell.isspace())


def _name(names: Sequence[str], i: int) -> str:
    return names[i] if i < len(names) else ""
