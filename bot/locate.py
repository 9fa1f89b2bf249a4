"""Where in a file words stand: lines, counted as an editor counts them, or what its format has."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence

from bot.answers import Locator
from index.schema import Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_NAMED = 3  # other names of one file


def located(text: str, start: int, end: int, places: Places | None = None) -> Locator:
    """Where `text[start:end]` stands in its file, of which an extracted text tells the places."""
    if places is None:
        return lines_of(text, start, end)
    begin = bisect_right(places.starts, start) - 1
    stop = bisect_right(places.starts, max(start, end - 1))
    first, last = min(places.firsts[begin:stop]), max(places.lasts[begin:stop])
    return Locator(
        first, last, places.kind, (places.names[begin] or None) if places.names else None
    )


def lines_of(text: str, start: int, end: int) -> Locator:
    """The lines of `text[start:end]`; `\\n`, `\\r\\n` and `\\r` each end a line."""
    return Locator(_line(text, start), _line(text, max(start, end - 1)))


def place(file: str, locator: Locator) -> str:
    """A place in a file, in words: "a.txt:3-5", "a.pdf, page 3", "a.epub, chapter 2 “Name”"."""
    if locator.kind == "lines" and locator.name is None:
        last = f"-{locator.last}" if locator.last != locator.first else ""
        return f"{file}:{locator.first}{last}"
    return f"{file}, {within(locator)}"


def within(locator: Locator) -> str:
    """The place alone: "lines 3 to 5", "page 3", "chapter 2 “Name”", "1:02 to 1:05"."""
    first, last = locator.first, locator.last
    if locator.kind == "time":
        begin, end = clock(first), clock(last)
        words = begin if begin == end else f"{begin} to {end}"
    else:
        one = locator.kind.removesuffix("s")
        words = f"{one} {first}" if first == last else f"{one}s {first} to {last}"
    return f"{words} “{locator.name}”" if locator.name else words


def same(files: Sequence[str]) -> str:
    """The other names of a file that is cited, the first of many: "also b.txt, c.txt"."""
    more = len(files) - _NAMED
    return f"also {', '.join(files[:_NAMED])}" + (f" and {more:,} more" if more > 0 else "")


def clock(milliseconds: int) -> str:
    """A time in a recording: "1:02", "1:00:02"."""
    minutes, seconds = divmod(milliseconds // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def object_of(locator: Locator) -> dict[str, Any]:
    """`locator` as JSON has it: a time in seconds."""
    seconds = locator.kind == "time"
    first, last = (locator.first / 1000, locator.last / 1000) if seconds else (
        locator.first, locator.last,
    )  # fmt: skip
    value: dict[str, Any] = {"kind": locator.kind, "first": first, "last": last}
    return value if locator.name is None else {**value, "name": locator.name}


def locator_of(value: Mapping[str, Any]) -> Locator:
    """The Locator that `object_of` wrote; raises as Python does where there is none."""
    kind, name = value["kind"], value.get("name")
    many = 1000 if kind == "time" else 1
    first, last = round(value["first"] * many), round(value["last"] * many)
    return Locator(first, last, str(kind), None if name is None else str(name))


def _line(text: str, offset: int) -> int:
    ends = text.count("\n", 0, offset) + text.count("\r", 0, offset)
    ends -= text.count("\r\n", 0, offset)
    if offset > 0 and text[offset - 1 : offset + 1] == "\r\n":
        # Between the two halves of one line end: that line is not over yet.
        ends -= 1
    return ends + 1
