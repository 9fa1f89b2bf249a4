"""The index: whether there is one, of these documents and settings, and whole."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

from bot.doctoring.patient import Patient
from bot.doctoring.words import many
from bot.finding import Finding, well, wrong
from index.errors import StoreError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.generation import Generation
    from index.soundness import Sound

_AGAIN = "`footnote doctor --fix` builds it again; until then answers may lack it."
_LOOK = 20.0  # seconds for the sums of texts, and as many for those of the search index
_DAY = 86_400


def of_index(patient: Patient) -> Iterator[Finding]:
    """Whether an index stands that this version reads, and whether it is of the documents now."""
    try:
        generation = patient.generation = patient.store.current()
    except StoreError as error:
        yield wrong("index", error.message, error.hint, "update")
        return
    if generation is None:
        yield Finding("index", "note", "There is none yet; the first question builds it.")
        return
    what = (
        f"Generation {generation.name}, {generation.passage_count:,} passages, built "
        f"{_ago(generation.created)}"
    )
    stale = _stale(patient, generation)
    if stale:
        yield Finding("index", "note", f"{what}; {stale}. The next question brings it up to date.")
    else:
        yield well("index", f"{what}, as the documents are.")


def of_texts(patient: Patient) -> Iterator[Finding]:
    """Whether the texts that quotes are found in are as they were written."""
    from index.soundness import texts

    if patient.generation is not None:
        found = texts(patient.generation, time.monotonic() + _LOOK)
        yield _sound("texts", found, "texts")


def of_search(patient: Patient) -> Iterator[Finding]:
    """Whether the search index is as it was written, and holds every passage."""
    from index.soundness import search_index

    if patient.generation is not None:
        found = search_index(patient.generation, time.monotonic() + _LOOK)
        yield _sound("search", found, "files of the search index")


def of_vectors(patient: Patient) -> Iterator[Finding]:
    """Whether the vectors are those of the embedder that is set, one a passage, and whole."""
    from bot.wiring import chroma_of, embedder_of

    generation = patient.generation
    if generation is None:
        return
    part, options = generation.dense, embedder_of(patient.settings)
    if options is None:
        if part is not None and part.dimension:
            message = f"The index has those of {part.embedder}, and no embedder is set: unused."
            yield Finding("vectors", "note", message)
        return
    from index.dense.embed import embedder_id

    id = embedder_id(options)
    if part is None or part.embedder != id:
        found = "has none" if part is None else f"has those of {part.embedder}"
        message = f"The index {found}, and {id} is set. The next question has them made."
        yield Finding("vectors", "note", message)
        return
    if part.address != (chroma_of(patient.settings) or "").rstrip("/"):
        where = part.address or "the store"
        message = f"They lie in {where}, and another place is set. The next question moves them."
        yield Finding("vectors", "note", message)
        return
    from index.dense.search import EXACT
    from index.soundness import collection, vectors

    damage = vectors(generation)
    if not damage and not part.address and generation.passage_count - part.missing > EXACT:
        damage = collection(generation)  # which no question asks in a smaller index
    if damage:
        yield wrong("vectors", damage, _AGAIN, "rebuild")
    elif part.missing or not part.dimension:
        count = generation.passage_count
        missing = part.missing if part.dimension else count
        yield Finding(
            "vectors",
            "warning",
            f"{missing:,} of {many(count, 'passage')} have none: words alone find them.",
            "Look at the embedder; then `footnote index` tries again.",
            mend="update",
        )
    else:
        trust = ", ".join(f"{code} {share:.0%}" for code, share in sorted(part.trust.items()))
        heeded = f"; heeded: {trust}" if trust else ""
        count = generation.passage_count
        yield well("vectors", f"{count:,} of {part.dimension} numbers by {id}{heeded}.")


def _sound(name: str, found: Sound, noun: str) -> Finding:
    if found.damaged:
        return wrong(name, f"Damaged: {found.damaged}", _AGAIN, "rebuild")
    if found.looked < found.parts:
        message = f"{found.looked:,} of {found.parts:,} {noun} could be looked at in time: whole."
        return Finding(name, "note", message)
    return well(name, f"All {found.parts:,} {noun} are whole.")


def _stale(patient: Patient, generation: Generation) -> str:
    """What differs between the documents and the index; "" for nothing."""
    from index.build import analysis

    if generation.parameters != analysis():
        return "another version cut and analysed the documents"
    if patient.scanned is None:
        return ""
    held, there = set(generation.stats()), set(map(tuple, patient.scanned.files))
    if held == there:
        return ""
    gone, new = {row[0] for row in held - there}, {row[0] for row in there - held}
    counts = (len(new - gone), "new"), (len(new & gone), "changed"), (len(gone - new), "gone")
    return "since then " + ", ".join(f"{count:,} {word}" for count, word in counts if count)


def _ago(created: str) -> str:
    """A time as long ago, with the time."""
    try:
        then = datetime.strptime(created, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        return created
    seconds = (datetime.now(UTC) - then).total_seconds()
    for unit, name in ((_DAY, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= unit:
            return f"{many(int(seconds // unit), name)} ago ({created})"
    return f"just now ({created})"
