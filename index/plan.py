"""What changed in a corpus since a generation was built, told by stats first, by hashes then."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from index.generation import Generation
from index.manifest import FileRecord, Stat
from index.reading import Skipped, Unloadable, read
from index.rest import read_at_rest
from index.scan import FileStat, Scan


@dataclass(slots=True)
class Plan:
    """What is to be done to bring a generation up to date."""

    added: list[FileStat] = field(default_factory=list)
    changed: list[tuple[FileRecord, FileStat]] = field(default_factory=list)
    removed: list[FileRecord] = field(default_factory=list)
    # The same bytes under another name or other times: (as indexed, as it is now).
    renamed: list[tuple[FileRecord, str, Stat]] = field(default_factory=list)
    touched: list[tuple[FileRecord, Stat]] = field(default_factory=list)
    # Those that could not be indexed: at an earlier build here, and in this one as it goes.
    failed: list[tuple[Skipped, Stat | None]] = field(default_factory=list)
    unchanged: int = 0

    @property
    def idle(self) -> bool:
        """Whether nothing at all is to be done."""
        return not (self.touched or self.rewords)

    @property
    def rewords(self) -> bool:
        """Whether what a question can find or cite is to change."""
        return bool(self.added or self.changed or self.removed or self.renamed)

    @property
    def gone(self) -> list[int]:
        """The ids of the documents whose passages are no longer true."""
        return [record.id for record, _ in self.changed] + [record.id for record in self.removed]


def compare(corpus: Path, scan: Scan, generation: Generation) -> Plan:
    """What to do so that `generation` has what `scan` found."""
    plan = Plan()
    stats: dict[str, Stat] = {row[0]: row[1:] for row in generation.stats()}
    failed = {each.file: each for each in generation.skipped()}
    present: set[str] = set()
    for file in scan.files:
        present.add(file.file)
        if stats.get(file.file) != file[1:]:
            _differing(plan, corpus, file, generation.record(file.file))
        elif file.file not in failed:
            plan.unchanged += 1
        elif failed[file.file].reason == "unreadable" and _readable(corpus, file.file):
            plan.added.append(file)
        else:
            plan.failed.append((failed[file.file], file[1:]))
    gone = [generation.record(name) for name in stats if name not in present]
    plan.removed = sorted((record for record in gone if record), key=lambda record: record.file)
    if plan.removed and plan.added:
        _find_renames(plan, corpus)
    return plan


def _differing(plan: Plan, corpus: Path, file: FileStat, record: FileRecord | None) -> None:
    if record is None:
        plan.added.append(file)
        return
    if record.stat[0] == file.size:
        try:
            data, stat = read_at_rest(corpus, file.file)
        except Unloadable:
            pass  # it is dropped, and its reason told, when it is prepared
        else:
            if sha256(data).hexdigest() == record.sha256:
                plan.touched.append((record, stat))
                return
    plan.changed.append((record, file))


def _find_renames(plan: Plan, corpus: Path) -> None:
    """Pair what is gone with what is new and has the same bytes, and the same kind of name."""
    sizes = {record.stat[0] for record in plan.removed}
    left = {(record.sha256, _suffix(record.file)): record for record in plan.removed}
    added = []
    for file in plan.added:
        record = None
        if file.size in sizes:
            try:
                data, stat = read_at_rest(corpus, file.file)
                record = left.pop((sha256(data).hexdigest(), _suffix(file.file)), None)
            except Unloadable:
                pass
        if record is None:
            added.append(file)
        else:
            plan.renamed.append((record, file.file, stat))
    plan.added = added
    moved = {record.id for record, _, _ in plan.renamed}
    plan.removed = [record for record in plan.removed if record.id not in moved]


def _readable(corpus: Path, file: str) -> bool:
    try:
        read(corpus, file)
    except Unloadable:
        return False
    return True


def _suffix(file: str) -> str:
    return file.rpartition(".")[2].lower()
