"""The lexical arm: Tantivy's BM25 over terms of our own, in a body and a title field.

A writer edits an index in a folder of a generation that is still being built; a reader opens
one through a private temporary view and never writes in the folder.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from index.errors import FormatError, StoreError
from index.record import record
from index.schema import Kind
from index.views import View, temporary_errors

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

LEXICAL_VERSION = 1

_HEAP_PER_THREAD = 64_000_000
_SMALL_HEAP = 15_000_000  # Tantivy's least
_META = "meta.json"


@record
class Entry:
    """A passage as the index takes it: `body` and `title` hold terms joined by spaces.

    `file` and `number` name the passage; `date` is a proleptic ordinal, 0 for none; `kind` is
    a `schema.Kind`.
    """

    file: int
    number: int
    date: int
    kind: int
    body: str
    title: str


@record
class Found:
    """A passage that a search found, named by its file's id and its number in the file."""

    file: int
    number: int
    kind: int
    score: float


@record
class Held:
    """What the index holds of a passage's body: how often terms stand in it, and its length.

    The length is rounded down, as Tantivy keeps it, and 0 where there is none of the terms.
    """

    counts: dict[str, int]
    length: int


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in ("body", "title"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    builder.add_unsigned_field("file", indexed=True, fast=True)
    builder.add_unsigned_field("kind", indexed=True, fast=True)
    for name in ("number", "date"):
        builder.add_unsigned_field(name, fast=True)
    return builder.build()


def _whitespace() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()


@contextmanager
def _tantivy_errors(path: Path) -> Iterator[None]:
    """Tantivy raises ValueError for all that goes wrong; say whose fault and what to do."""
    try:
        yield
    except UnicodeEncodeError as error:
        raise StoreError(
            f"The path {str(path)!r} has characters that no UTF-8 has.",
            "Keep the index elsewhere: name a folder with --store.",
        ) from error
    except ValueError as error:
        raise StoreError(
            f"The search index in {path} failed: {error}",
            "Check the disk's space and permissions, or name another folder with --store; then run"
            " `footnote index`.",
        ) from error
    except BaseException as error:
        # A panic in Rust, as over damaged files, is no Exception in Python.
        if type(error).__name__ != "PanicException":
            raise
        raise StoreError(
            f"The search index in {path} is damaged: {error}", "Run `footnote index`."
        ) from error


class LexicalWriter:
    """Adds and deletes passages in the index at `path`, which is made if it is not there.

    Nothing is visible or durable before `commit`.
    """

    def __init__(self, path: Path, threads: int = 1, heap: int = 0) -> None:
        self._path = path
        heap = heap or (_SMALL_HEAP if threads == 1 else _HEAP_PER_THREAD * threads)
        with _tantivy_errors(path):
            self._schema = _schema()
            index = tantivy.Index(self._schema, path=str(path))
            index.register_tokenizer("whitespace", _whitespace())
            self._writer: tantivy.IndexWriter | None = index.writer(heap, threads)

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages; one added twice is found twice."""
        assert self._writer is not None, "the writer was closed"
        add = self._writer.add_document
        with _tantivy_errors(self._path):
            for entry in entries:
                document = tantivy.Document(body=entry.body, title=entry.title)
                document.add_unsigned("file", entry.file)
                document.add_unsigned("number", entry.number)
                document.add_unsigned("date", entry.date)
                document.add_unsigned("kind", entry.kind)
                add(document)

    def delete(self, file: int) -> None:
        """Delete all passages of a file that were added before this call."""
        assert self._writer is not None, "the writer was closed"
        with _tantivy_errors(self._path):
            # By query: the deletion by term takes the number for a signed one and finds nothing.
            query = tantivy.Query.term_query(self._schema, "file", file)
            self._writer.delete_documents_by_query(query)

    def commit(self) -> None:
        """Write all of it, wait for merges, and close: the folder is complete when it returns."""
        assert self._writer is not None, "the writer was closed"
        writer, self._writer = self._writer, None
        with _tantivy_errors(self._path):
            writer.commit()
            writer.wait_merging_threads()

    def close(self) -> None:
        """Give up what was not committed."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with _tantivy_errors(self._path):
                writer.rollback()


class LexicalReader:
    """Searches the index at `path`; safe for several threads, on a read-only mount too."""

    def __init__(self, path: Path) -> None:
        self._schema = _schema()
        self._path = path
        with _view(path) as view, _tantivy_errors(path):
            index = tantivy.Index.open(view)
            # The files never change: without this a thread of Tantivy's watches them.
            index.config_reader(reload_policy="manual")
            self._searcher = index.searcher()
        self._index = index

    @property
    def num_docs(self) -> int:
        """How many passages there are, deleted ones left out."""
        with _tantivy_errors(self._path):
            return int(self._searcher.num_docs)

    def frequency(self, term: str) -> int:
        """In how many passages a term stands, in the body or in the title; 0 for none."""
        with _tantivy_errors(self._path):
            return max(int(self._searcher.doc_freq(field, term)) for field in ("body", "title"))

    def search(
        self,
        body: Mapping[str, float],
        title: Mapping[str, float],
        k: int,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[Kind] | None = None,
    ) -> list[Found]:
        """At least the `k` best passages, and all that tie with the last, best first.

        `body` and `title` give the weight of each term in either field. `since` and `until`
        are ordinals of dates, 0 for no bound; `files` the ids and `kinds` the Kinds to search
        in, None for all.
        """
        query = self._query(body, title, since, until, files, kinds)
        if query is None or k < 1 or not self.num_docs:
            return []
        with _tantivy_errors(self._path):
            return self._found(query, k)

    def first(self, body: Mapping[str, float]) -> Found | None:
        """One of the passages with the top score by these terms, whichever comes first."""
        query = self._query(body, {}, 0, 0, None, None)
        if query is None:
            return None
        with _tantivy_errors(self._path):
            found = self._named(self._searcher.search(query, 1, count=False).hits)
        return found[0] if found else None

    def held(self, file: int, number: int, terms: Iterable[str]) -> Held | None:
        """What the index holds of a passage; None where that does not stand in it."""
        query = tantivy.Query
        named = [
            (tantivy.Occur.Must, query.term_query(self._schema, "file", file)),
            (
                tantivy.Occur.Must,
                query.range_query(
                    self._schema, "number", tantivy.FieldType.Unsigned, number, number
                ),
            ),
        ]
        counts: dict[str, int] = {}
        length = 0
        with _tantivy_errors(self._path):
            hits = self._searcher.search(query.boolean_query(named), 1, count=False).hits
            if not hits:
                return None
            for term in terms:
                word = query.term_query(self._schema, "body", term, "freq")
                try:
                    told = word.explain(self._searcher, hits[0][1]).to_json()
                except ValueError:  # it does not stand there
                    continue
                counts[term] = int(_told(told, "freq, "))
                length = int(_told(told, "dl, "))
        return Held(counts, length)

    def _found(self, query: tantivy.Query, k: int) -> list[Found]:
        limit = k + 8
        while True:
            hits = self._searcher.search(query, limit, count=False).hits
            # Ties at the cut-off are fetched whole: which of them Tantivy drops differs
            # from build to build.
            if len(hits) < limit or hits[-1][0] < hits[k - 1][0]:
                break
            limit *= 4
        cut = hits[min(k, len(hits)) - 1][0] if hits else 0.0
        return [each for each in self._named(hits) if each.score >= cut]

    def _named(self, hits: Sequence[tuple[Any, tantivy.DocAddress]]) -> list[Found]:
        addresses = [address for _, address in hits]
        columns = [
            self._searcher.fast_field_values(name, addresses) for name in ("file", "number", "kind")
        ]
        return [
            Found(int(file or 0), int(number or 0), int(kind or 0), float(score))
            for (score, _), file, number, kind in zip(hits, *columns, strict=True)
        ]

    def close(self) -> None:
        """Let the index go."""
        del self._searcher, self._index

    def _query(
        self,
        body: Mapping[str, float],
        title: Mapping[str, float],
        since: int,
        until: int,
        files: Collection[int] | None,
        kinds: Collection[Kind] | None,
    ) -> tantivy.Query | None:
        query = tantivy.Query
        should, must = tantivy.Occur.Should, tantivy.Occur.Must
        clauses = [
            (should, query.boost_query(query.term_query(self._schema, field, term, "freq"), weight))
            for field, weights in (("body", body), ("title", title))
            for term, weight in weights.items()
            if weight > 0
        ]
        if not clauses:
            return None
        words = query.boolean_query(clauses)
        filters = []
        if since or until:
            bounds = query.range_query(
                self._schema,
                "date",
                tantivy.FieldType.Unsigned,
                lower_bound=since or 1,
                upper_bound=until or None,
            )
            filters.append(bounds)
        if files is not None:
            filters.append(query.term_set_query(self._schema, "file", list(files)))
        if kinds is not None:
            filters.append(query.term_set_query(self._schema, "kind", [int(k) for k in kinds]))
        if not filters:
            return words
        quiet = [(must, query.const_score_query(each, 0.0)) for each in filters]
        return query.boolean_query([(must, words), *quiet])


def _told(explanation: str, what: str) -> float:
    """The number in Tantivy's explanation of a score whose description begins with `what`."""
    import json

    def look(node: dict[str, Any]) -> Iterator[float]:
        if node["description"].startswith(what):
            yield float(node["value"])
        for each in node.get("details", ()):
            yield from look(each)

    return next(look(json.loads(explanation)))


@contextmanager
def _view(path: Path) -> Iterator[str]:
    """A temporary folder with links to the index's files and a copy of its `meta.json`.

    Tantivy takes a lock file even to read. The folder is gone once the index is open: Tantivy
    holds its files mapped.
    """
    try:
        meta = (path / _META).read_bytes()
        with os.scandir(path) as entries:
            names = [entry.name for entry in entries if entry.name != _META]
    except FileNotFoundError as error:
        raise FormatError(
            f"There is no search index in {path}.", "Run `footnote index` to build it."
        ) from error
    except OSError as error:
        raise StoreError(
            f"The search index in {path} cannot be read: {error.strerror or error}.",
            "Check the folder's permissions, then run `footnote index`.",
        ) from error
    with View(in_memory=True) as view:
        with temporary_errors():
            for name in names:
                if not name.startswith(".tantivy"):
                    os.symlink(os.path.abspath(path / name), os.path.join(view.path, name))
            with open(os.path.join(view.path, _META), "wb") as copy:
                copy.write(meta)
        yield view.path
