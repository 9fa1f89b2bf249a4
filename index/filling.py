"""Carries out a plan: a new generation, with what changed worked on and the rest linked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, suppress
from functools import partial
from pathlib import Path

from index.building import SMALL, Building
from index.dense.embed import embedder_id
from index.errors import CorpusError, StoreError
from index.finding import CHANGED, OTHERS, Lookup, Sample
from index.generation import Generation
from index.lexical import Entry, LexicalReader, LexicalWriter
from index.plan import Plan, read_alike
from index.prepare import Failed, Prepared, analyse, entries, prepare, rows_of
from index.record import replaced
from index.scan import Scan
from index.schema import Passage
from index.store import Store
from index.workers import batches, in_order, processors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.dense.embed import EmbedderOptions
    from index.dense.vectorise import Outcome

Progress = Callable[[int, int, str], None]

_POOL_BYTES = 4_000_000  # of text: less is analysed sooner than other processes start
_THREADS = 3  # of Tantivy's, which has as much to do as the processes that analyse
_DELETED = 0.1  # the share of deleted passages past which the lexical index is built whole


def fill(
    store: Store,
    corpus: Path,
    parameters: str,
    base: Generation | None,
    plan: Plan,
    scan: Scan,
    progress: Progress | None,
    jobs: int | None,
    embedder: EmbedderOptions | None = None,
    chroma: str = "",
    lost: bool = False,
) -> tuple[Generation, tuple[str, ...], Outcome | None]:
    """Build the generation that `plan` asks for, under the store's lock; notes on its files, and
    what became of its dense part if that was worked on.

    It is `base` where nothing was to be done but to embed what failed before, or to store again
    what the Chroma server `lost`, and that failed. Without an embedder the generation has no dense
    part: vectors stay in the store.
    """
    relex = base is not None and _much_deleted(base, plan)
    with store.begin(corpus, parameters, base, relex) as building:
        filling = _Filling(building, corpus, base, plan, progress, jobs)
        for id in plan.gone:
            building.remove(id)
        building.name(plan.named)
        if plan.fresh or plan.gone:
            filling.lexical(relex)
        counts: Counter[str] = Counter(each.reason for each, _ in plan.failed)
        counts.update(scan.counts)
        building.skip([*plan.failed, *((each, None) for each in scan.skipped)], counts)
        if not building.files:
            first = plan.failed[0][0]
            raise CorpusError(
                f"None of the {len(scan.files)} documents in {corpus} can be indexed. "
                f"{first.message}",
                "Mend them or name another folder with --corpus; an earlier index still stands.",
            )
        if embedder is None:
            return store.commit(building), tuple(filling.notes), None
        wanted = base is not None and base.has_dense(embedder_id(embedder), chroma)
        if base is not None and wanted and base.has_vectors() and not (building.rewords or lost):
            building.keep_dense(base)
            return store.commit(building), tuple(filling.notes), None
        # Late: these take seconds to import.
        from index.dense.tidying import tidy
        from index.dense.vectorise import vectorise

        tell = progress or _silent
        outcome = vectorise(building, base, plan.gone, store.folder, embedder, chroma, tell)
        notes = (*filling.notes, *outcome.notes)
        # To store again what was lost is worth a generation, to fail at it is not.
        gained = outcome.gained or (lost and outcome.vectors > 0)
        if base is not None and wanted and plan.idle and not gained:
            return base, notes, outcome
        generation = store.commit(building)
        with suppress(StoreError):  # what stays is dropped another time
            tidy(store.folder, generation.path.parent, embedder, chroma)
        return generation, notes, outcome


def _much_deleted(base: Generation, plan: Plan) -> bool:
    """Whether too much of the lexical index would be deleted passages.

    They stay in its statistics, so that scores drift: for a small index any are too much. The
    terms are made again, from the generation's own text: analysis is quick and always gives the
    same, and a store of terms would be larger than the text.
    """
    if not (plan.fresh or plan.gone):
        return False
    deleted = base.deleted_count + sum(map(base.count, plan.gone))
    if base.passage_count <= SMALL:
        return deleted > 0
    return deleted > _DELETED * (base.passage_count + base.deleted_count)


class _Filling:
    """One building and what goes into it."""

    def __init__(
        self,
        building: Building,
        corpus: Path,
        base: Generation | None,
        plan: Plan,
        progress: Progress | None,
        jobs: int | None,
    ) -> None:
        self.notes: list[str] = []
        self._came = Sample(CHANGED)
        self._building = building
        self._corpus = corpus
        self._base = base
        self._plan = plan
        self._progress = progress or _silent
        self._jobs = processors() if jobs is None else jobs

    def lexical(self, relex: bool) -> None:
        """Take passages out of the lexical index and put the new ones in, and see them found.

        What the index lost is found out before anyone asks for it: it is built whole then.
        """
        self._write(relex)
        if self._loses():
            self.notes.append("The search index lost passages and was built whole.")
            self._write_whole()
            if self._loses():
                raise StoreError(
                    f"The search index in {self._building.path} does not find passages that were"
                    " put into it.",
                    "Check the disk and the memory of this machine; the earlier index still"
                    " answers.",
                )

    def _loses(self) -> bool:
        """Whether passages that came, or some of the others, do not find themselves."""
        try:
            reader = LexicalReader(self._building.lexical_path)
            try:
                known = [*self._came.entries, *self._others()]
                return reader.num_docs != self._building.passages or bool(
                    Lookup(reader, self._body).lost(known)
                )
            finally:
                reader.close()
        except StoreError:
            return True

    def _others(self) -> list[Entry]:
        """Some of the passages that did not change."""
        if self._base is None:
            return []
        found: list[Entry] = []
        with suppress(StoreError):  # a damaged text is told of when it is asked for
            for id, passage in self._building.some_of(OTHERS, self._base.last_id):
                found.append(_entry(id, passage))
        return found

    def _body(self, id: int, number: int) -> str:
        return _entry(id, self._building.passages_of(id)[number]).body

    def _write_whole(self) -> None:
        """Build the lexical index from the building's own texts."""
        self._building.empty_lexical()
        writer = LexicalWriter(self._building.lexical_path)
        try:
            for id in self._building.ids():
                writer.add(_entries(id, self._building.passages_of(id)))
            writer.commit()
        except BaseException:
            with suppress(StoreError):
                writer.close()
            raise

    def _write(self, relex: bool) -> None:
        """Take passages out of the lexical index and put the new ones in."""
        plan = self._plan
        files = plan.fresh
        kept = list(self._kept()) if relex else []
        total = sum(file.size for file in files) + sum(size for _, size in kept)
        jobs = self._jobs if total >= _POOL_BYTES else 1
        writer = LexicalWriter(self._building.lexical_path, threads=max(1, min(jobs, _THREADS)))
        try:
            for id in () if relex else plan.gone:
                writer.delete(id)
            done = 0
            self._progress(done, total, "")
            again = in_order(
                partial(_again, self._base.path if self._base else Path()),
                [ids for ids, _ in kept],
                [size for _, size in kept],
                jobs,
            )
            with closing(again):
                for (_, size), found in zip(kept, again, strict=True):
                    writer.add(found)
                    done += size
                    self._progress(done, total, "")
            results = in_order(
                partial(prepare, self._corpus),
                [file.file for file in files],
                [file.size for file in files],
                jobs,
            )
            with closing(results):
                for file, result in zip(files, results, strict=True):
                    writer.add(self._store(file.file, result))
                    done += file.size
                    self._progress(done, total, file.file)
            writer.commit()
        except BaseException:
            # Where the disk failed, so does this; what failed first is what is told.
            with suppress(StoreError):
                writer.close()
            raise

    def _store(self, file: str, result: Prepared | Failed) -> Iterable[Entry]:
        if isinstance(result, Failed):
            self._plan.failed.append((result.skipped, result.stat))
            return ()
        cut = result.cut
        known = read_alike(self._building.holding(cut.sha256), file)
        if known is not None:
            self._building.also(known, file, cut.stat)
            return ()
        self.notes += result.notes
        added = entries(self._building.add(cut), cut.articles, cut.passages, result.terms)
        return self._came.noting(added)

    def _kept(self) -> Iterator[tuple[list[int], int]]:
        """Ids and size of the documents that stay as they are, some at a time."""
        assert self._base is not None
        gone = frozenset(self._plan.gone)
        kept = [record for record in self._base.files().values() if record.id not in gone]
        for batch in batches(kept, [record.stat[0] for record in kept]):
            yield [record.id for record in batch], sum(record.stat[0] for record in batch)


def _silent(_done: int, _total: int, _label: str) -> None:
    """Tell no one of the progress."""


def _again(generation: Path, ids: list[int]) -> list[Entry]:
    """The entries of documents, from what a generation keeps of them."""
    found: list[Entry] = []
    with Generation(generation) as base:
        for id in ids:
            found += _entries(id, base.passages_of(id))
    return found


def _entries(id: int, passages: Sequence[Passage]) -> Iterable[Entry]:
    """The passages of the document `id` as the lexical index takes them."""
    articles, rows = rows_of(passages)
    return entries(id, articles, rows, analyse(passages, articles))


def _entry(id: int, passage: Passage) -> Entry:
    (entry,) = _entries(id, [passage])
    return replaced(entry, number=passage.number)
