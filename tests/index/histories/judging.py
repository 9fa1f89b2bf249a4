"""What of an index is not as the bytes of the documents have it: nothing stale, doubled or lost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from index.build import Report
from index.generation import Generation
from index.lexical import LexicalReader
from index.record import replaced
from tests.index.histories.documents import WORDS
from tests.index.histories.model import Held, Snapshot

_SOME = 24  # words that are looked up one by one, of all that ever stood in a document

_KNOWN = ("encoding", "body", "title", "date", "source", "replaced", "extractor", "left_out")


def differences(generation: Generation, wanted: Snapshot, turn: int = 0) -> list[str]:
    """Where `generation` differs from an index of `wanted`; `turn` says which words are asked."""
    return [*_rows(generation, wanted), *_found(generation, wanted, turn)]


def _rows(generation: Generation, wanted: Snapshot) -> Iterator[str]:
    """What the tables and the texts have otherwise."""

    def same(what: str, found: object, expected: object) -> Iterator[str]:
        if found != expected:
            yield f"{what}: {found!r}, not {expected!r}"

    firsts = sorted(held.names[0] for held in wanted.documents)
    records = generation.files()
    yield from same("files", list(records), firsts)
    if list(records) != firsts:
        return
    stats = sorted((name, *stat) for name, stat in wanted.stats.items())
    yield from same("stats", generation.stats(), stats)
    ids = {held.names[0]: records[held.names[0]].id for held in wanted.documents}
    yield from same("ids", len(set(ids.values())), len(ids))
    yield from same("highest id", max(ids.values()) <= generation.last_id, True)
    names = {name: (ids[held.names[0]], wanted.stats[name]) for held in wanted.documents
             for name in held.names}  # fmt: skip
    unread = {name: (None, wanted.stats[name]) for name in wanted.skipped if name in wanted.read}
    yield from same("names", generation.names(), names | unread)
    more = sorted(held.names for held in wanted.documents if len(held.names) > 1)
    yield from same("duplicates", sorted(generation.duplicates()), more)
    # What was never read has no stat, and is no reason for a generation: a report tells of it.
    reasons = {each.file: each.reason for each in generation.skipped() if each.file in unread}
    yield from same("skipped", reasons, {name: wanted.skipped[name] for name in unread})
    yield from same("texts are whole", generation.has_texts(), True)
    total = sum(len(held.reading.passages) for held in wanted.documents)
    yield from same("passages", generation.passage_count, total)
    yield from same("passages", sum(1 for _ in generation.every_passage()), total)
    for held in wanted.documents:
        yield from _document(generation, held, ids[held.names[0]])


def _document(generation: Generation, held: Held, id: int) -> Iterator[str]:
    """What a document has otherwise."""
    first, *copies = held.names
    document, made = held.reading.document, held.reading
    assert document is not None
    expected = [replaced(each, file=first) for each in made.passages]
    pairs: list[tuple[str, object, object]] = [
        ("copies", generation.copies_of(id), tuple(copies)),
        ("passages", generation.passages_of(id), expected),
        ("count", generation.count(id), len(expected)),
        ("places", generation.places(id), document.places),
        ("name", generation.file_name(id), first),
        ("held", generation.holding(held.sha256).count((id, first)), 1),
    ]
    for name in held.names:
        record = generation.record(name)
        if record is None:
            yield f"{first}: nothing is known of {name}"
            continue
        pairs += [
            (f"text by {name}", generation.text(name), document.text),
            (f"articles by {name}", generation.articles(name), made.articles),
            (f"matching {name}", generation.matching([name]), {id}),
            (f"record of {name}", (record.id, record.file, record.sha256), (id, name, held.sha256)),
        ]
        pairs += [
            (f"{each} of {name}", getattr(record, each), getattr(document, each)) for each in _KNOWN
        ]
    for what, found, wanted in pairs:
        if found != wanted:
            yield f"{first}, {what}: {found!r}, not {wanted!r}"


def _found(generation: Generation, wanted: Snapshot, turn: int) -> Iterator[str]:
    """What the lexical index finds otherwise."""
    names = {record.id: file for file, record in generation.files().items()}
    entries = {(held.names[0], each.number): each for held in wanted.documents
               for each in held.reading.entries}  # fmt: skip
    reader = LexicalReader(generation.lexical_path)
    try:
        if reader.num_docs != len(entries):
            yield f"{reader.num_docs} passages in the search index, not {len(entries)}"
        words = sorted(WORDS)
        some = [words[(turn * _SOME + n) % len(words)] for n in range(min(_SOME, len(words)))]
        asked = [words, *([word] for word in some)]
        for terms in asked:
            for field in ("body", "title"):
                query = dict.fromkeys(terms, 1.0)
                body, title = (query, {}) if field == "body" else ({}, query)
                hits = reader.search(body, title, 10**6)
                found = Counter((names.get(each.file, "?"), each.number) for each in hits)
                there = set(terms)
                held = Counter(key for key, each in entries.items()
                               if there.intersection(getattr(each, field).split()))  # fmt: skip
                if found != held:
                    what = "all words" if len(terms) > 1 else terms[0]
                    yield f"by {what} in the {field}: too many {found - held}, lost {held - found}"
    finally:
        reader.close()


def scores(generation: Generation) -> dict[tuple[str, int], float]:
    """The score of each passage when all words are asked for."""
    names = {record.id: file for file, record in generation.files().items()}
    reader = LexicalReader(generation.lexical_path)
    try:
        hits = reader.search(dict.fromkeys(sorted(WORDS), 1.0), {}, 10**6)
    finally:
        reader.close()
    return {(names.get(each.file, "?"), each.number): each.score for each in hits}


def told(report: Report, before: Snapshot | None, now: Snapshot) -> list[str]:
    """What an update says that it did, and did not."""
    earlier = {} if before is None else before.loaded
    changed = {name for name, data in now.loaded.items() if earlier.get(name) != data}
    gone = set(earlier) - set(now.loaded)
    sources = {old for old, _ in report.renamed}
    targets = {new for _, new in report.renamed}
    pairs: list[tuple[str, object, object]] = [
        ("what came", {*report.added, *report.changed, *targets}, changed),
        ("what went", gone <= {*report.removed, *sources} and set(report.removed) <= gone, True),
        ("added", [name for name in report.added if name in earlier and name not in sources], []),
        ("changed", [name for name in report.changed if name not in earlier], []),
        ("renamed", [pair for pair in report.renamed if earlier[pair[0]] != now.loaded[pair[1]]],
         []),
        ("unchanged", report.unchanged, len(now.loaded) - len(changed)),
        ("duplicates", sorted(report.duplicates),
         sorted(held.names for held in now.documents if len(held.names) > 1)),
        ("skipped", {each.file: each.reason for each in report.skipped}, now.skipped),
        ("counts", dict(report.skipped_counts), dict(Counter(now.skipped.values()))),
        ("passages", report.passages, sum(len(each.reading.passages) for each in now.documents)),
        ("notices", [each for each in report.notices if "U+FFFD" not in each], []),
    ]  # fmt: skip
    return [f"{what}: {found!r}, not {want!r}" for what, found, want in pairs if found != want]


def size(folder: Path) -> int:
    """The bytes of the files below `folder`, each counted once however many names it has."""
    stats = [path.stat() for path in folder.rglob("*") if path.is_file()]
    return sum({(each.st_dev, each.st_ino): each.st_size for each in stats}.values())
