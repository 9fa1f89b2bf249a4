"""Brings a store up to date with a corpus: only what changed is worked on."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

from index import lexical
from index.errors import StoreError
from index.formats import FORMATS_VERSION
from index.generation import Generation
from index.reading import Skipped
from index.record import record, replaced
from index.scan import TOLD, Scan, scan
from index.store import Store
from index.terms import TERMS_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.dense.embed import EmbedderOptions
    from index.plan import Plan
    from index.reading import SkipReason

# Raise it when load, clean, dates or split would read or cut some document otherwise.
CUT_VERSION = 4


_NOTHING: Mapping[SkipReason, int] = {}


@record
class Vectors:
    """What an update did for the dense part: `count` passages have a vector and `missing` none.

    `made` texts were embedded now; all others were known. `tokens` are those that were read for
    that, and for questions to measure the arm with, where the embedder's server says.
    """

    count: int
    missing: int = 0
    made: int = 0
    tokens: int | None = None


@record
class Report:
    """What an update did. `generation` stands now; the names are in order.

    `skipped` are not all where there are many: `skipped_counts` tells of each reason how many
    there are. `left_out` says of files what does not stand in their texts, `hidden` how
    many characters of them nobody sees. `vectors` is None where no embedder is set.
    """

    generation: Generation
    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    unchanged: int = 0
    # The names of each document whose bytes stand in several files, the one it goes by first.
    duplicates: tuple[tuple[str, ...], ...] = ()
    skipped: tuple[Skipped, ...] = ()
    skipped_counts: Mapping[SkipReason, int] = _NOTHING
    left_out: tuple[tuple[str, str], ...] = ()
    hidden: tuple[tuple[str, int], ...] = ()
    passages: int = 0
    notices: tuple[str, ...] = ()
    seconds: float = 0.0
    vectors: Vectors | None = None


def analysis() -> str:
    """What decides how documents are cut and analysed, but for the documents: versions."""
    import unicodedata

    import Stemmer
    import tantivy

    parts = (
        CUT_VERSION,
        FORMATS_VERSION,
        TERMS_VERSION,
        lexical.LEXICAL_VERSION,
        tantivy.__version__,  # type: ignore[attr-defined]  # its stubs lack it
        Stemmer.version(),
        unicodedata.unidata_version,
    )
    return " ".join(map(str, parts))


def is_current(
    generation: Generation,
    scanned: Scan,
    parameters: str | None = None,
    embedder: EmbedderOptions | None = None,
    chroma: str | None = None,
) -> bool:
    """Whether `generation` has what `scanned` found, by size, times and inode of the files.

    With an embedder, also whether its dense part is of that one and stands at `chroma`. One
    that could not be made whole is tried again by `update`, and is no reason for one.
    """
    if generation.parameters != (parameters or analysis()):
        return False
    if embedder is not None:
        from index.dense.embed import embedder_id

        if not generation.has_dense(embedder_id(embedder), _address(chroma)):
            return False
    return generation.stats() == list(scanned.files)


def update(
    corpus: Path,
    store: Store,
    *,
    parameters: str | None = None,
    progress: Callable[[int, int, str], None] | None = None,
    jobs: int | None = None,
    wait: float = 0.0,
    embedder: EmbedderOptions | None = None,
    chroma: str | None = None,
    scanned: Scan | None = None,
    anew: bool = False,
) -> Report:
    """Bring `store` up to date with `corpus`, and say what changed.

    `jobs` processes share larger work, all processors by default. For `wait` seconds it
    waits for another writer. With `embedder` the generation has a dense part, in its own folder
    or in the Chroma server at the address `chroma`; where embedding or storing fails, the notices
    say so, and the lexical part is whole. Whatever it raises, the generation that stood stands.
    `scanned` is what was found in the corpus, where somebody has looked already. Where it is made
    `anew`, nothing is taken from the generation that stands, as where that is damaged.
    """
    started = time.monotonic()
    # Late, as `fill` is below: a question on an unchanged corpus needs neither.
    from index.plan import compare

    parameters = parameters or analysis()
    scanned = scanned or scan(corpus)
    base, notices = (None, ()) if anew else _standing(store, parameters)
    address = _address(chroma)
    lost = False
    try:
        plan = compare(corpus, scanned, base)
        if base and plan.idle and not _lacks(base, embedder, address):
            lost, why = _lost(base) if embedder is not None and address else (False, ())
            if not lost:
                vectors = None if embedder is None else _vectors(base)
                return _report(base, plan, scanned, (*notices, *why), started, vectors)
        try:
            with store.lock(wait):
                if not anew and (base is None or store.standing() != base.name):
                    # Another writer may have been done while we looked.
                    latest, notices = _standing(store, parameters)
                    if latest is not None:
                        if base is not None:
                            base.close()
                        base, plan = latest, compare(corpus, scanned, latest)
                if base and plan.idle and not (lost or _lacks(base, embedder, address)):
                    vectors = None if embedder is None else _vectors(base)
                    return _report(base, plan, scanned, notices, started, vectors)
                from index.filling import fill

                generation, notes, outcome = fill(
                    store,
                    corpus,
                    parameters,
                    base,
                    plan,
                    scanned,
                    progress,
                    jobs,
                    embedder,
                    address,
                    lost,
                )
        except StoreError:
            if base is None or plan.rewords or _lacks(base, embedder, address):
                raise
            # Only times changed: to note them saves work next time, no more.
            return _report(base, plan, scanned, notices, started)
    except BaseException:
        if base is not None:
            base.close()
        raise
    if base is not None and base is not generation:
        base.close()
    vectors = None if embedder is None else _vectors(generation)
    if outcome is not None:
        vectors = Vectors(outcome.vectors, outcome.missing, outcome.made, outcome.tokens)
        if generation is base:  # what was made is kept, but stands in no generation
            vectors = replaced(_vectors(base), made=outcome.made, tokens=outcome.tokens)
    return _report(generation, plan, scanned, (*notices, *notes), started, vectors)


def _vectors(generation: Generation) -> Vectors:
    """What a generation has of vectors already."""
    part = generation.dense
    missing = part.missing if part is not None else generation.passage_count
    return Vectors(generation.passage_count - missing, missing)


def _lost(base: Generation) -> tuple[bool, tuple[str, ...]]:
    """Whether the Chroma server has lost the collection of `base`, and what else is to be said.

    Questions do not look: they are answered from the generation's own copy of the vectors.
    """
    from index.dense.chroma import ServerError
    from index.dense.collections import holds

    assert base.dense is not None
    try:
        return not holds(base.dense, base.passage_count), ()
    except ServerError as error:
        return False, (f"{error.message} The index has a copy of its vectors, and answers.",)


def _address(chroma: str | None) -> str:
    return (chroma or "").rstrip("/")


def _lacks(base: Generation, embedder: EmbedderOptions | None, address: str) -> bool:
    """Whether a dense part is wanted and `base` has it not, or not whole."""
    if embedder is None:
        return False
    from index.dense.embed import embedder_id

    return not (base.has_dense(embedder_id(embedder), address) and base.has_vectors())


def _standing(store: Store, parameters: str) -> tuple[Generation | None, tuple[str, ...]]:
    """The generation to start from, or why there is none."""
    try:
        generation = store.current()
    except StoreError as error:
        return None, (f"{error.message} It is built again.",)
    if generation is not None and generation.parameters != parameters:
        generation.close()
        return None, ("The index is built again: another version of the analysis made it.",)
    if generation is not None and not _is_whole(generation):
        generation.close()
        return None, ("The index is built again: files of it are damaged or missing.",)
    return generation, ()


def _is_whole(generation: Generation) -> bool:
    """Whether the texts reach as far as the manifest says, and the search index holds every
    passage. What is built upon a damaged generation would be damaged for good."""
    try:
        reader = lexical.LexicalReader(generation.lexical_path)
        try:
            return reader.num_docs == generation.passage_count and generation.has_texts()
        finally:
            reader.close()
    except StoreError:
        return False


def _report(
    generation: Generation,
    plan: Plan,
    scanned: Scan,
    notices: tuple[str, ...],
    started: float,
    vectors: Vectors | None = None,
) -> Report:
    passed_over = {each.file: each for each in (*generation.skipped(), *scanned.skipped)}
    read = {each.file for each in scanned.files}
    kept = read | {each.file for each in scanned.skipped}
    skipped = tuple(passed_over[file] for file in sorted(passed_over) if file in kept)
    counts = dict(scanned.counts)
    for each in skipped:
        if each.file in read:
            counts[each.reason] = counts.get(each.reason, 0) + 1
    failed = {each.file for each, _ in plan.failed}
    return Report(
        generation=generation,
        added=tuple(file for file in plan.added if file not in failed),
        changed=tuple(file for file in plan.changed if file not in failed),
        removed=tuple(sorted({*plan.removed, *failed.intersection(plan.changed)})),
        renamed=tuple(plan.renamed),
        unchanged=plan.unchanged,
        duplicates=generation.duplicates(),
        skipped=skipped,
        skipped_counts=counts,
        left_out=generation.left_out(TOLD),
        hidden=generation.hidden(TOLD),
        passages=generation.passage_count,
        notices=notices,
        seconds=time.monotonic() - started,
        vectors=vectors,
    )
