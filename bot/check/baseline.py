"""A baseline in the repository: what came of each case when somebody last looked, one line a case.

It holds nothing that differs between machines or from run to run of the same answers: no times,
no versions, no places of files beyond those that were named.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from bot.check.errors import CaseError
from bot.check.results import Result, Run, Try
from bot.check.shown import listed
from bot.locate import locator_of, place
from bot.render.json import dumps
from index.disk import replace_file
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

VERSION = 1
_MOST_BYTES = 50_000_000
_STATUSES = ("passed", "failed", "skipped", "known", "mended", "error")
# Not over what stands there: it may be mended, as after a merge.
_ANEW = "Take it back from version control, or remove it and write it anew with --bless."
_MOST_TRIES = 1_000  # more than a case can be asked


@record
class Entry:
    """What came of a case: how many of its tries passed, and what each of them cited."""

    status: str
    passes: int
    tries: int
    cites: tuple[str, ...] = ()


def entry(result: Result) -> Entry:
    """What a baseline keeps of `result`."""
    # What only some tries of a model cite is a coin's, and no news when it falls otherwise.
    cited = [_cited(each) for each in result.tries]
    cites = set.intersection(*cited) if cited else set()
    return Entry(result.status, result.passes, len(result.tries), tuple(sorted(cites)))


def _cited(tried: Try) -> set[str]:
    return {
        _place(citation)
        for exchange in tried.exchanges
        for citation in listed(exchange.reply, "citations")
    }


def _place(citation: Mapping[str, Any]) -> str:
    """The file and place of a citation: "a.txt:3", "a.txt:3-5", "a.pdf, page 3"."""
    file = citation.get("file")
    try:
        return place(f"{file}", locator_of(citation["locator"]))
    except (KeyError, TypeError, ValueError, OverflowError):
        return f"{file}"


def read(path: Path) -> dict[str, Entry]:
    """The entries of the baseline at `path` by the keys of their cases; CaseError if it is none."""
    try:
        if path.is_fifo():  # whoever opens one waits for a writer
            raise ValueError("it is a pipe")
        with open(path, "rb") as file:
            data = file.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            raise ValueError(f"more than {_MOST_BYTES:,} bytes")
        return _entries(json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once))
    except FileNotFoundError:
        raise CaseError(f"There is no baseline {path}.", "Write it with --bless.") from None
    except OSError as error:
        raise CaseError(f"The baseline {path} cannot be read: {error.strerror}.") from None
    except RecursionError:
        raise CaseError(f"{path} is no baseline: it is too deep.", _ANEW) from None
    except ValueError as error:  # JSON's and Unicode's among them
        raise CaseError(f"{path} is no baseline: {error}.", _ANEW) from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"{twice!r} stands twice")
    return found


def _entries(value: object) -> dict[str, Entry]:
    if not isinstance(value, dict) or not isinstance(value.get("cases"), dict):
        raise ValueError("it holds no cases")
    if value.get("version") != VERSION:
        raise ValueError(f"it is of version {value.get('version')!r}, and not {VERSION}")
    return {key: _entry(key, each) for key, each in value["cases"].items()}


def _entry(key: str, value: object) -> Entry:
    if isinstance(value, dict) and value.keys() == {"status", "passes", "tries", "cites"}:
        status, passes, tries, cites = (
            value[name] for name in ("status", "passes", "tries", "cites")
        )
        if (
            status in _STATUSES
            and type(passes) is type(tries) is int
            and 0 <= passes <= tries <= _MOST_TRIES
            and isinstance(cites, list)
            and all(isinstance(each, str) for each in cites)
        ):
            return Entry(status, passes, tries, tuple(cites))
    raise ValueError(f"what it says of {key!r} cannot be meant")


def written(entries: Mapping[str, Entry]) -> str:
    """The text of a baseline."""
    lines = (dumps({key: _object(each)})[1:-1] for key, each in sorted(entries.items()))
    return f'{{"version": {VERSION}, "cases": {{\n' + ",\n".join(lines) + "\n}}\n"


def _object(each: Entry) -> dict[str, Any]:
    return {
        "status": each.status,
        "passes": each.passes,
        "tries": each.tries,
        "cites": list(each.cites),
    }


def blessed(run: Run, before: Mapping[str, Entry], *, part: bool = False) -> dict[str, Entry]:
    """The entries of `run`. Of a skipped case, what came before stays; and of a run that asked
    only a `part` of the cases, that of all others."""
    entries = dict(before) if part else {}
    for result in run.results:
        kept = before.get(result.key) if result.status == "skipped" else None
        entries[result.key] = kept or entry(result)
    return entries


def bless(run: Run, path: Path, *, part: bool = False) -> None:
    """Write the baseline of `run` at `path`, in the place of an earlier one."""
    try:
        before = read(path)
    except CaseError:
        if part and path.exists():  # what it knows of the others would be lost
            raise
        before = {}
    try:
        # Through a link the file is written that it leads to.
        target = Path(os.path.realpath(path))
        replace_file(target, written(blessed(run, before, part=part)).encode("utf-8"))
    except OSError as error:
        raise CaseError(f"The baseline {path} cannot be written: {error.strerror}.") from None
