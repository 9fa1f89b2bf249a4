"""What changed in a corpus since a generation was built, told by stats first, by hashes then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from index.formats import kind_of
from index.generation import Generation
from index.manifest import Stat
from index.reading import Skipped, Unloadable, read
from index.rest import read_at_rest
from index.scan import FileStat, Scan

Names = dict[str, Stat]


@dataclass(slots=True)
class Plan:
    """What is to be done to bring a generation up to date.

    Documents are told by their bytes, and may have several names: `fresh` files hold bytes that
    were not indexed, those of the documents `gone` stand nowhere any more, and `named` are those
    that have other names, or whose files have other times. The rest says it by name.
    """

    fresh: list[FileStat] = field(default_factory=list)
    gone: list[int] = field(default_factory=list)
    named: dict[int, Names] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    unchanged: int = 0
    dropped: bool = False  # whether files that could not be indexed are there no more
    # Those that could not be indexed: at an earlier build here, and in this one as it goes.
    failed: list[tuple[Skipped, Stat | None]] = field(default_factory=list)

    @property
    def idle(self) -> bool:
        """Whether nothing at all is to be done."""
        return not (self.fresh or self.gone or self.named or self.dropped)

    @property
    def rewords(self) -> bool:
        """Whether what a question can find or cite is to change."""
        return bool(self.added or self.changed or self.removed or self.renamed)


def compare(corpus: Path, scan: Scan, generation: Generation | None) -> Plan:
    """What to do so that `generation`, or one from nothing, has what `scan` found."""
    if generation is None:
        return Plan(fresh=list(scan.files), added=[each.file for each in scan.files])
    plan = Plan()
    known = generation.names()
    sizes = {stat[0] for id, stat in known.values() if id is not None}
    failed = {each.file: each for each in generation.skipped()}
    now: dict[int, Names] = {}
    for file in scan.files:
        id, stat = known.get(file.file, (None, None))
        if stat != file[1:]:
            if not (file.size in sizes and _stands(now, corpus, file.file, generation)):
                plan.fresh.append(file)
        elif id is not None:
            now.setdefault(id, {})[file.file] = stat
        elif failed[file.file].reason == "unreadable" and _readable(corpus, file.file):
            plan.fresh.append(file)
        else:
            plan.failed.append((failed[file.file], stat))
    failing = {name for name, (id, _) in known.items() if id is None}
    plan.dropped = bool(failing) and not failing <= {file.file for file in scan.files}
    before: dict[int, Names] = {}
    for file_name, (id, stat) in known.items():
        if id is not None:
            before.setdefault(id, {})[file_name] = stat
    plan.gone = sorted(before.keys() - now.keys())
    plan.named = {id: names for id, names in sorted(now.items()) if names != before[id]}
    _tell(plan, before, now)
    return plan


def _stands(now: dict[int, Names], corpus: Path, file: str, generation: Generation) -> bool:
    """Whether the bytes of a new or changed file are indexed already; then it is noted there."""
    try:
        data, stat = read_at_rest(corpus, file)
    except Unloadable:
        return False  # it is dropped, and its reason told, when it is prepared
    id = read_alike(generation.holding(sha256(data).hexdigest()), file)
    if id is None:
        return False
    now.setdefault(id, {})[file] = stat
    return True


def read_alike(documents: Iterable[tuple[int, str]], file: str) -> int | None:
    """Which of the documents of some bytes is read as `file` is: the same bytes may be a table
    under one name and text under another."""
    kind = kind_of(file)
    return next((id for id, name in documents if kind_of(name) == kind), None)


def _tell(plan: Plan, before: Mapping[int, Names], now: Mapping[int, Names]) -> None:
    """Say by name what the plan does: a name that a document lost and one that it got are one
    that was renamed."""
    lost: set[str] = set()
    joined: set[str] = set()
    for id, names in before.items():
        came, went = sorted(now.get(id, {}).keys() - names), sorted(names.keys() - now.get(id, {}))
        pairs = list(zip(went, came, strict=False))
        plan.renamed += pairs
        lost.update(went[len(pairs) :])
        joined.update(came[len(pairs) :])
        plan.unchanged += len(names) - len(went)
    joined.update(each.file for each in plan.fresh)
    targets = {new for _, new in plan.renamed}
    failed = {each.file for each, _ in plan.failed}
    plan.renamed.sort()
    plan.added = sorted(joined - lost)
    plan.changed = sorted(joined & lost)
    plan.removed = sorted(lost - joined - targets - failed)


def _readable(corpus: Path, file: str) -> bool:
    try:
        read(corpus, file)
    except Unloadable:
        return False
    return True
