"""The rows of a DOCX table whose first row names its columns: each value after the name of its."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from index.formats.columns import are_names, are_names_of_figures
from index.formats.fields import text_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = ("0", "false", "off", "none")
_WIDEST = 63  # columns: Word allows no more
_BARE = ("", "auto", "ffffff", "clear")


def named_rows(
    rows: Sequence[Any], cells: Sequence[Sequence[Any]], texts: Sequence[Sequence[str]]
) -> list[str] | None:
    """The rows as those of other tables are written, what names the columns not by itself;
    None where nothing names them."""
    spans = [_spans(row, those) for row, those in zip(rows, cells, strict=True)]
    width = max((column + span for row in spans for column, span in row), default=0)
    if not 1 < width <= _WIDEST:
        return None
    grid = _grid(spans, cells, texts, width)
    # A table's title, or a part's, stands alone in its row.
    full = [i for i, values in enumerate(grid) if sum(map(bool, values)) > 1]
    marked = full[: next((n for n, i in enumerate(full) if not _is_marked(rows[i])), len(full))]
    heads = marked or full[:1]
    below = [grid[i] for i in full[len(heads) :]]
    if not below:
        return None
    names = _names([zip(spans[i], texts[i], strict=True) for i in heads], width)
    is_strong = _is_strong(cells[heads[0]]) and not _is_strong(cells[full[len(heads)]])
    if not (are_names if marked or is_strong else are_names_of_figures)(names, below):
        return None
    if not marked and any(span > 1 for _, span in spans[heads[0]]):
        return None
    alone = set(range(len(grid))).difference(full)
    return [
        "" if i in heads
        else " ".join(filter(None, values)) if i in alone
        else text_of(list(zip(names, values, strict=True)))
        for i, values in enumerate(grid)
    ]  # fmt: skip


def _spans(row: Any, cells: Sequence[Any]) -> list[tuple[int, int]]:
    """The first column of each cell, and how many it spans."""
    column = min(_number(row.find(f"{W}trPr/{W}gridBefore"), 0), _WIDEST)
    found = []
    for cell in cells:
        span = max(1, min(_number(cell.find(f"{W}tcPr/{W}gridSpan"), 1), _WIDEST))
        found.append((column, span))
        column += span
    return found


def _grid(
    spans: Sequence[Sequence[tuple[int, int]]],
    cells: Sequence[Sequence[Any]],
    texts: Sequence[Sequence[str]],
    width: int,
) -> list[list[str]]:
    """What stands in each column of each row; what spans several rows stands in each of them."""
    above = [""] * width
    grid = []
    for those, row, said in zip(spans, cells, texts, strict=True):
        values = [""] * width
        for (column, _), cell, text in zip(those, row, said, strict=True):
            merged = cell.find(f"{W}tcPr/{W}vMerge")
            goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
            values[column] = text or (above[column] if goes_on else "")
        above = values
        grid.append(values)
    return grid


def _names(heads: Sequence[Iterable[tuple[tuple[int, int], str]]], width: int) -> list[str]:
    """The name of each column: "2023 spring" where one row says the year, the next the season."""
    names: list[list[str]] = [[] for _ in range(width)]
    for head in heads:
        for (column, span), text in head:
            for name in names[column : column + span]:
                if text and text not in name:
                    name.append(text)
    return [" ".join(name) for name in names]


def _is_marked(row: Any) -> bool:
    mark = row.find(f"{W}trPr/{W}tblHeader")
    return mark is not None and mark.get(f"{W}val", "true").lower() not in OFF


def _is_strong(cells: Sequence[Any]) -> bool:
    """Whether all that a row says is bold or shaded."""
    return all(_is_shaded(cell) or _is_bold(cell) for cell in cells)


def _is_shaded(cell: Any) -> bool:
    shade = cell.find(f"{W}tcPr/{W}shd")
    return shade is not None and shade.get(f"{W}fill", "").lower() not in _BARE


def _is_bold(cell: Any) -> bool:
    for run in cell.iter(f"{W}r"):
        bold = run.find(f"{W}rPr/{W}b")
        is_plain = bold is None or bold.get(f"{W}val", "true").lower() in OFF
        if is_plain and any((text.text or "").strip() for text in run.iter(f"{W}t")):
            return False
    return True


def _number(element: Any, default: int) -> int:
    said = "" if element is None else element.get(f"{W}val", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 4 else default
