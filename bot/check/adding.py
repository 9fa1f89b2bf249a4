"""Cases put behind those of a file, whose comments and layout stay as they are."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

from bot.check.cases import Case
from bot.check.errors import CaseError
from bot.check.files import MOST_BYTES, content_of, is_json_lines
from bot.check.reading import parsed
from bot.check.writing import written
from bot.render.visible import visible
from index.disk import replace_file
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_FULL = "Begin another file: one file a topic."


@record
class Draft:
    """A case for a person to look at, and what is said of it in the lines above it."""

    case: Case
    comments: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """Its lines of YAML."""
        return "".join(f"# {each}\n" for each in self.comments) + written(self.case)


class CaseFile:
    """The file at `path`, be it there or not, as it is when it is opened."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = str(path)
        self._lines = is_json_lines(path, self._name)
        exists = os.path.lexists(path)
        self._content = content_of(path, self._name) if exists else b""
        blank = not any(
            line.strip() and not line.lstrip().startswith(b"#")
            for line in self._content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        )
        self.cases = [] if blank else self._parsed(self._content)

    def add(self, drafts: Sequence[Draft], head: str = "") -> None:
        """Write the file anew with `drafts` at its end; `head` begins a file that was not there.

        What stands in it is read again before it is written: the cases of before and these.
        """
        for draft in drafts:
            refuse_known(draft.case, self.cases)
        content = self._with(drafts, "" if self._content else head)
        if len(content) > MOST_BYTES:
            raise CaseError(f"{visible(self._name)} would be larger than can be read.", _FULL)
        try:
            now = self._parsed(content)
        except CaseError:
            raise self._otherwise() from None
        if [_meant(each) for each in now] != [
            _meant(each) for each in (*self.cases, *(draft.case for draft in drafts))
        ]:
            raise self._otherwise()
        try:
            if os.path.lexists(self.path) and content_of(self.path, self._name) != self._content:
                raise CaseError(f"{visible(self._name)} was changed meanwhile.", "Once more, then.")
            # Through a link the file is written that it leads to.
            replace_file(Path(os.path.realpath(self.path)), content)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or "no file can have this name"
            raise CaseError(
                f"{visible(self._name)} cannot be written: {why}.", "Name another with --into."
            ) from None
        self._content, self.cases = content, now

    def _parsed(self, content: bytes) -> list[Case]:
        return parsed(content, self._name, self.path.parent, json_lines=self._lines)

    def _with(self, drafts: Sequence[Draft], head: str) -> bytes:
        text = self._content.decode("utf-8")
        end = "\r\n" if "\r\n" in text else "\n"
        if self._lines:
            new, at = "".join(map(_json_line, drafts)), len(text)
        else:
            at, indent, apart = _place(text)
            parts = [draft.text for draft in drafts]
            new = ("\n" if apart else "").join(parts)
            if apart and text[:at].strip():
                new = "\n" + new
            if apart and text[at:].strip():
                new += "\n"
            new = head + re.sub(r"(?m)^(?=.)", " " * indent, new)
        new = new.replace("\n", end)
        if text[:at] and not text[:at].endswith("\n"):
            new = end + new
        return (text[:at] + new + text[at:]).encode("utf-8")

    def _otherwise(self) -> CaseError:
        return CaseError(
            f"Nothing can be added to {visible(self._name)} as it is laid out.",
            "Write its cases as a list with a dash before each, or name another with --into.",
        )


def refuse_known(case: Case, cases: Iterable[Case]) -> None:
    """Refuse what is asked, or called as, one of `cases`."""
    refuse_asked(case.ask, cases)
    for other in cases:
        if other.id == case.id:
            raise CaseError(
                f"{_where(other)} has the id {case.id!r}, too.", "Give one of them another id."
            )


def refuse_asked(question: str, cases: Iterable[Case]) -> None:
    """Refuse a question that one of `cases` asks."""
    for other in cases:
        if len(other.steps) == 1 and same_question(question, other.ask):
            raise CaseError(
                f"{_where(other)} asks this already.", "Change what it expects, or ask otherwise."
            )


def same_question(one: str, other: str) -> bool:
    """Whether two questions are the same but for white space and capitals."""
    return one.split() == other.split() or one.casefold().split() == other.casefold().split()


def _where(case: Case) -> str:
    return f"{visible(case.file)}:{case.line}: case {case.id!r}"


def _meant(case: Case) -> tuple[object, ...]:
    """What a case says, but for what its file says of all its cases."""
    return (case.id, case.steps, case.repeat, case.pass_at_least, case.skip, case.fails)


def _json_line(draft: Draft) -> str:
    import yaml

    (value,) = yaml.safe_load(written(draft.case))
    return json.dumps(value, ensure_ascii=False, default=str) + "\n"


def _place(text: str) -> tuple[int, int, bool]:
    """Where a case is put in: after which character, how far in, and whether after an empty line.

    In a mapping of a file the cases may stand before other keys.
    """
    import yaml

    body = text.removeprefix("\ufeff")
    root: Any = yaml.compose(body, getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    shift = len(text) - len(body)
    if root is None:
        return len(text), 0, True
    at, cases = len(text), root
    if isinstance(root, yaml.MappingNode):
        starts = []
        for key, value in root.value:
            if key.value == "cases":
                cases = value
            else:
                starts.append(key.start_mark.index)
        after = [start for start in starts if start > cases.start_mark.index]
        if after:
            at = shift + body.rfind("\n", 0, min(after)) + 1
    first = cases.start_mark
    lines = [item.start_mark.index for item in cases.value]
    # Cases that stand apart go on doing so.
    between = [body[one:other] for one, other in pairwise(lines)]
    apart = sum("\n\n" in each or "\r\n\r\n" in each for each in between) * 2 > len(between)
    return at, first.column, apart or not between
