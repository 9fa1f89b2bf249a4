"""The folder of documents: what is there, what is not read and why, and what is there twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from os.path import splitext

from bot.doctoring.patient import Patient
from bot.doctoring.words import many, of_size
from bot.finding import Finding, well
from index.scan import scan

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.manifest import FileRecord
    from index.reading import Skipped, SkipReason

# Of what is not read: the reasons for which somebody may have meant it to be, and what each says.
_MEANT: dict[SkipReason, tuple[str, str]] = {
    "undecodable": ("in no encoding that can be told", "Save them as UTF-8."),
    "damaged": ("damaged", "Get them again from where they came."),
    "encrypted": ("locked by a password", "Save them without one."),
    "too_large": ("too large", "Split them into smaller files."),
    "too_costly": ("too costly to read", "Save them in a plainer format."),
    "unreadable": ("not readable", "Look at their permissions, and at the disk."),
    "bad_name": ("named with characters that cannot be shown", "Name them otherwise."),
    "binary": ("no text, in spite of their names", "Name them for what they are."),
}
_LEFT: dict[SkipReason, str] = {
    "unsupported": "of other formats",
    "empty": "empty",
    "link": "links that are not followed",
    "not_a_file": "no regular files",
}
_MOST = 1000  # details of a finding
_HIDDEN = "Look where they come from: they may be instructions to a model. Quotes show them."
_REPLACED = "Save them as UTF-8: what cannot be decoded stands as U+FFFD in quotes."


def of_documents(patient: Patient) -> Iterator[Finding]:
    """Whether the folder is there and holds documents, and how many of each format."""
    patient.scanned = found = scan(patient.settings.corpus)
    counts = Counter(splitext(each.file)[1].lower() for each in found.files)
    size = sum(each.size for each in found.files)
    formats = ", ".join(f"{count:,} {suffix}" for suffix, count in counts.most_common())
    message = f"{many(len(found.files))} in {patient.settings.corpus}: {formats}; {of_size(size)}."
    yield well("documents", message)


def of_skipped(patient: Patient) -> Iterator[Finding]:
    """What is not read, and why: as the folder is now; of what was opened, as it was indexed."""
    scanned, generation = patient.scanned, patient.generation
    if scanned is None:
        return
    present = {each.file for each in scanned.files}
    found: dict[SkipReason, list[Skipped]] = {}
    counts = Counter(scanned.counts)
    for each in scanned.skipped:
        found.setdefault(each.reason, []).append(each)
    for each in generation.skipped() if generation is not None else ():
        if each.file in present:  # the others the folder tells anew
            found.setdefault(each.reason, []).append(each)
            counts[each.reason] += 1
    for reason, (what, hint) in _MEANT.items():
        if some := found.pop(reason, None):
            message = f"{many(counts[reason])}: {what}. Not read."
            yield Finding("skipped", "warning", message, hint, _messages(some, counts[reason]))
    for reason, some in found.items():
        message = f"{many(counts[reason], 'file')}: {_LEFT.get(reason, reason)}. Passed over."
        yield Finding("skipped", "note", message, details=_messages(some, counts[reason]))


def of_contents(patient: Patient) -> Iterator[Finding]:
    """What of the documents that were read is not as they are: characters lost, parts left out."""
    if patient.generation is None:
        return
    records = patient.generation.files().values()
    replaced = [each for each in records if each.replaced]
    if replaced:
        yield Finding(
            "encodings",
            "warning",
            f"{many(len(replaced))}: some of the bytes are no characters.",
            _REPLACED,
            _details(f"{each.file}: {each.replaced:,} not {each.encoding}" for each in replaced),
        )
    hidden = [each for each in records if each.hidden]
    if hidden:
        yield Finding(
            "hidden",
            "warning",
            f"{many(len(hidden))}: some of the characters are seen by nobody.",
            _HIDDEN,
            _details(f"{each.file}: {each.hidden:,}" for each in hidden),
        )
    parts = [each for each in records if each.left_out]
    if parts:
        message = f"{many(len(parts))}: parts are left out."
        yield Finding("left out", "note", message, details=_details(map(_parts, parts)))


def of_duplicates(patient: Patient) -> Iterator[Finding]:
    """Documents whose bytes stand under several names."""
    if patient.generation is None:
        return
    found = patient.generation.duplicates()
    if found:
        copies = sum(len(names) - 1 for names in found)
        verb = "stands" if len(found) == 1 else "stand"
        message = f"{many(len(found))} {verb} under {many(copies, 'more name')}; each is read once."
        yield Finding(
            "duplicates", "note", message, details=_details(" = ".join(names) for names in found)
        )


def _parts(record: FileRecord) -> str:
    return f"{record.file}: {'; '.join(record.left_out)}"


def _messages(skipped: Iterable[Skipped], count: int) -> tuple[str, ...]:
    return _details((each.message for each in skipped), count)


def _details(lines: Iterable[str], count: int = 0) -> tuple[str, ...]:
    """The first of `lines`, and how many more of `count` there are."""
    found = list(lines)
    rest = max(count, len(found)) - min(_MOST, len(found))
    return (*found[:_MOST], *([f"and {rest:,} more"] if rest > 0 else []))
