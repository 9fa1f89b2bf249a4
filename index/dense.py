"""The dense arm: LlamaIndex over Chroma, in a generation's folder or behind an address.

A writer stores vectors in a collection of a generation that is still being built, and nobody
opens that in place again: Chroma writes in its folder even to read it. Readers search the flat
file exactly, up to EXACT passages; beyond, they ask Chroma, through a private view of its folder.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from index.disk import copy, remove_tree, telling
from index.embed import EmbeddingError, embedder_id
from index.embedders import make
from index.errors import StoreError, UsageError
from index.flat import Flat, node_id

if TYPE_CHECKING:
    from index.embed import EmbedderOptions, Matrix, Vector
    from index.generation import Generation
    from index.lexical import Found
    from index.manifest import DensePart

    # File, number, kind and date of a passage, and what is embedded of it.
    Stored = tuple[tuple[int, int, int, int], str]

EXACT = 50_000  # passages up to which each question is compared with all of them
FOLDER = "chroma"
LOCAL = "passages"  # the collection in a generation's own folder
# Inner product of unit vectors. Past EXACT, what finds 0.97 of the ten nearest among 60,000 in
# 6 ms; Chroma's own numbers, which store in half the time, find 0.88 with as high an ef_search.
_COARSE = {"space": "ip"}
_FINE = {"space": "ip", "max_neighbors": 32, "ef_construction": 200, "ef_search": 400}
_QUESTIONS = 1024  # whose vectors are remembered
_CONNECT = 5.0  # seconds that a Chroma server gets to be reached, and for its first answers
_PATIENCE = 30.0  # seconds that it gets for the others
_PAUSE = 60.0  # seconds for which a Chroma that failed is not asked again
_RESPITE = 15.0  # seconds for which an embedder that failed is asked no questions
_MARGIN = 32  # more than asked for is fetched, to see ties
_PAGE = 500  # collections that are listed at once


class ServerError(StoreError):
    """A Chroma server cannot be used: it is not asked again at once."""


class DenseWriter:
    """Stores and deletes vectors in a collection: at `address`, or in the folder `path`.

    `fine` is for collections that readers search by their index. `close` it before the folder is
    read by anyone.
    """

    def __init__(
        self, path: Path, collection: str, address: str = "", *, fine: bool = False
    ) -> None:
        self._where = address or str(path)
        self._client = _server(address) if address else _folder(path)
        try:
            with _chroma_errors(self._where):
                self._collection = self._client.get_or_create_collection(
                    collection,
                    configuration={"hnsw": _FINE if fine else _COARSE},
                    embedding_function=None,
                )
        except BaseException:
            self.close()
            raise

    def add(self, passages: Iterable[Stored], lookup: Callable[..., Mapping[bytes, Any]]) -> None:
        """Store passages with the vectors that `lookup` has for their texts' keys.

        The texts themselves stay out: the generation has them, and with them a collection takes
        twice the room.
        """
        with _chroma_errors(self._where):
            from index.nodes import node, store

            nodes = [
                node(node_id(file, number), text, file=file, number=number, kind=kind, date=date)
                for (file, number, kind, date), text in passages
            ]
            store(self._collection, nodes, lookup)

    def delete(self, ids: Sequence[str]) -> None:
        """Take vectors out."""
        with _chroma_errors(self._where):
            for start in range(0, len(ids), 1000):
                self._collection.delete(ids=list(ids[start : start + 1000]))

    def vectors(self, ids: Sequence[str]) -> dict[str, Vector]:
        """What the collection holds under these ids."""
        with _chroma_errors(self._where):
            found = self._collection.get(ids=list(ids), include=["embeddings"])
        rows = np.asarray(found["embeddings"], dtype=np.float32)
        return dict(zip(found["ids"], rows, strict=True))

    def count(self) -> int:
        """How many vectors the collection holds."""
        with _chroma_errors(self._where):
            return int(self._collection.count())

    def close(self) -> None:
        """Let Chroma go: its files are whole and closed then."""
        _close(self._client)


class DenseReader:
    """Searches the vectors in the folder of a dense part, on a read-only mount too.

    Several threads may use it. `exact` is the number of passages up to which no index is asked.
    """

    def __init__(self, path: Path, part: DensePart, exact: int = EXACT) -> None:
        self.dimension = part.dimension
        self.flat = Flat(path, part.dimension)
        self._part = part
        self._exact = exact
        self._path = path
        self._lock = Lock()
        self._client: Any = None
        self._collection: Any = None
        self._view: str | None = None
        self._where = part.address or str(self._path)
        self._not_before = 0.0

    def tops(self, vectors: Matrix) -> Vector:
        """The score of what is nearest to each of `vectors`, by what `search` asks for so many."""
        if len(self.flat.rows) <= self._exact:
            return self.flat.tops(vectors)
        found = self._query(vectors, 1, ["distances"])
        if found is None:
            return self.flat.tops(vectors)
        near = [distances[0] if distances else 2.0 for distances in found["distances"]]
        return (1.0 - np.array(near)).astype(np.float32)

    def search(
        self,
        vector: Vector,
        k: int,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[int] | None = None,
    ) -> list[Found]:
        """At least the `k` nearest passages, and all that tie with the last, best first.

        The filters are those of the lexical arm. What passes them is searched exactly.
        """
        allowed = self.flat.allowed(since, until, files, kinds)
        if len(self.flat.rows) <= self._exact or (
            allowed is not None and len(allowed) <= self._exact
        ):
            return self.flat.search(vector, k, allowed)
        return self._indexed(vector, k, allowed)

    def close(self) -> None:
        """Let the vectors go."""
        with self._lock:
            client, self._client, self._collection = self._client, None, None
            if client is not None:
                _close(client)
            view, self._view = self._view, None
            if view is not None:
                remove_tree(Path(view))

    def _indexed(self, vector: Vector, k: int, allowed: Any) -> list[Found]:
        limit = k + _MARGIN
        while limit <= self._exact:
            places = self._asked(vector[None, :], limit)
            if places is None:
                break
            rows = np.array(places[0], dtype=np.intp)
            if allowed is not None:
                rows = rows[np.isin(rows, allowed)]
            best = self.flat.best(vector, k, rows)
            if k <= len(best) < len(rows):  # the last that was fetched lies behind all ties
                return best
            limit *= 4
        return self.flat.search(vector, k, allowed)

    def _asked(self, vectors: Matrix, limit: int) -> list[list[int]] | None:
        """The rows of those nearest to each by Chroma's index; None while it cannot be asked."""
        found = self._query(vectors, limit, [])
        if found is None:
            return None
        return [
            [place for id in ids if (place := self.flat.place(*_passage(id))) is not None]
            for ids in found["ids"]
        ]

    def _query(self, vectors: Matrix, limit: int, include: list[str]) -> Any:
        """What Chroma's index says; None while it cannot be asked.

        To compare all is slower then, and no less right.
        """
        if time.monotonic() < self._not_before:
            return None
        try:
            collection = self._opened()
            with _chroma_errors(self._where):
                return collection.query(
                    query_embeddings=list(vectors), n_results=limit, include=include
                )
        except StoreError:
            self._not_before = time.monotonic() + _PAUSE
            return None

    def _opened(self) -> Any:
        with self._lock:
            if self._collection is None:
                if self._part.address:
                    self._client = _server(self._part.address)
                else:
                    self._view = _view(self._path / FOLDER)
                    self._client = _folder(Path(self._view) / FOLDER)
                with _chroma_errors(self._where):
                    self._collection = self._client.get_collection(
                        self._part.collection, embedding_function=None
                    )
            return self._collection


class DenseArm:
    """Questions to passages near in meaning: what a Retriever takes as its dense arm.

    `trust` says for each language how far to heed it, 0 to 1, as measured when it was built.
    """

    def __init__(self, reader: DenseReader, options: EmbedderOptions, trust: Mapping[str, float]):
        self.trust = trust
        self._reader = reader
        self._options = options
        self._lock = Lock()
        self._embedder: Any = None
        self._failure: tuple[float, EmbeddingError] | None = None
        self._vector = lru_cache(_QUESTIONS)(self._embedded)

    def search(
        self,
        question: str,
        k: int,
        since: int = 0,
        until: int = 0,
        files: Collection[int] | None = None,
        kinds: Collection[int] | None = None,
    ) -> list[Found]:
        """The passages nearest to `question`, as DenseReader.search has it.

        Raises EmbeddingError where the question gets no vector and StoreError where Chroma cannot
        be asked: the other arm can still answer.
        """
        if k < 1:
            return []
        return self._reader.search(self._vector(question), k, since, until, files, kinds)

    def close(self) -> None:
        """Let the vectors and the embedder go."""
        self._reader.close()
        with self._lock:
            if self._embedder is not None:
                self._embedder.close()
                self._embedder = None

    def _embedded(self, question: str) -> Vector:
        with self._lock:
            if self._failure is not None and time.monotonic() < self._failure[0]:
                raise self._failure[1]
            if self._embedder is None:
                self._embedder = make(self._options)
            embedder = self._embedder
        try:
            vector: Vector = embedder.query(question)
        except EmbeddingError as error:
            # Not every question is to wait for an embedder that hangs.
            self._failure = (time.monotonic() + _RESPITE, error)
            raise
        if len(vector) != self._reader.dimension:
            raise EmbeddingError(
                f"The embedder gives vectors of {len(vector)} dimensions now, and the index has"
                f" {self._reader.dimension}.",
                f"Set --embedding-dimensions to {len(vector)}: the index is then built anew.",
            )
        return vector


def open_arm(generation: Generation, options: EmbedderOptions) -> DenseArm | None:
    """The dense arm of a generation; None where it has none of this embedder.

    StoreError where its files cannot be read: the lexical arm can still answer.
    """
    part = generation.dense
    if part is None or part.embedder != embedder_id(options) or not part.dimension:
        return None
    return DenseArm(DenseReader(generation.dense_path, part), options, part.trust)


def sweep(address: str, prefix: str, kept: Collection[str]) -> bool:
    """Delete the collections at `address` that begin with `prefix` and are none of `kept`.

    Whether any of `kept` stands there; ServerError where the server does not do as it is told.
    """
    client = _server(address)
    try:
        with _chroma_errors(address):
            names: list[str] = []
            while found := client.list_collections(_PAGE, len(names)):
                names += [each.name for each in found]
            for name in names:
                if name.startswith(prefix) and name not in kept:
                    client.delete_collection(name)
            return not set(names).isdisjoint(kept)
    finally:
        _close(client)


def holds(part: DensePart, count: int) -> bool:
    """Whether a Chroma server still has the `count` vectors of a dense part.

    ServerError where it cannot be asked.
    """
    client = _server(part.address)
    try:
        with _chroma_errors(part.address):
            from chromadb.errors import NotFoundError

            try:
                collection = client.get_collection(part.collection, embedding_function=None)
            except NotFoundError:
                return False
            return int(collection.count()) == count
    finally:
        _close(client)


def copy_folder(old: Path, new: Path) -> None:
    """Copy a collection's folder, which nobody has open."""
    with telling(new, "write"):
        new.mkdir(parents=True)
        for entry in os.scandir(old):
            if entry.is_dir(follow_symlinks=False):
                copy_folder(Path(entry.path), new / entry.name)
            else:
                copy(Path(entry.path), new / entry.name)


def _passage(id: str) -> tuple[int, int]:
    file, _, number = id.partition(".")
    return int(file), int(number)


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _folder(path: Path) -> Any:
    import chromadb

    with _chroma_errors(str(path)):
        try:
            return chromadb.PersistentClient(str(path), settings=_settings())
        except BaseException:
            # What failed to open would be given again, as it is, for the same path.
            from chromadb.api.shared_system_client import SharedSystemClient

            for known in ("_identifier_to_system", "_identifier_to_refcount"):
                getattr(SharedSystemClient, known, {}).pop(str(path), None)
            raise


def _server(address: str) -> Any:
    from urllib.parse import urlsplit

    parts = urlsplit(address)
    try:
        port = parts.port or (443 if parts.scheme == "https" else 8000)
    except ValueError:
        port = 0
    if parts.scheme not in ("http", "https") or not parts.hostname or not port:
        raise UsageError(
            f"{address!r} is no address of a Chroma server.", "Write it as http://localhost:8000"
        )
    with _chroma_errors(address):
        client = _hasty()(parts.hostname, port, parts.scheme == "https")
    for session in _sessions(client):
        session.timeout = (_CONNECT, _PATIENCE, _PATIENCE, _CONNECT)
    return client


@lru_cache(1)
def _hasty() -> Any:
    """Chroma's own client, but for waiting for ever on a server that says nothing at first."""
    from chromadb.api.client import Client
    from chromadb.auth import UserIdentity

    class Hasty(Client):
        def __init__(self, host: str, port: int, ssl: bool) -> None:
            settings = _settings()
            settings.chroma_api_impl = "chromadb.api.fastapi.FastAPI"
            settings.chroma_server_host = host
            settings.chroma_server_http_port = port
            settings.chroma_server_ssl_enabled = ssl
            self._answers: list[Any] = []
            try:
                super().__init__(settings=settings)
            except Exception as error:
                for session in _sessions(self):
                    session.close()
                raise _Unwelcome(self._answers, error) from error

        def get_user_identity(self) -> UserIdentity:
            self._hasten()
            # As the server says it: what Client makes of it is less.
            return self._server.get_user_identity()

        def _validate_tenant_database(self, tenant: str, database: str) -> None:
            self._hasten()
            self._admin_client.get_database(name=database, tenant=tenant)

        def _hasten(self) -> None:
            for session in _sessions(self):
                session.timeout = _CONNECT
                session.event_hooks["response"] = [self._answers.append]

    return Hasty


class _Unwelcome(Exception):
    """What a server that is no Chroma, or none that we know, said to its first requests."""

    def __init__(self, answers: Sequence[Any], error: Exception) -> None:
        status = answers[-1].status_code if answers else None
        if status in (404, 405, 410, 501):
            said = f"it answers as no Chroma server from version 1 on does ({status})"
        elif status is not None and status >= 400:
            said = f"it said {status}: {error}"
        elif type(error).__name__.endswith("Timeout"):
            said = "it does not answer"
        else:
            said = f"{error or type(error).__name__}"
        super().__init__(said)


def _sessions(client: Any) -> list[Any]:
    """The HTTP clients in a client of Chroma's: its own, and that of its part for admins."""
    parts = (client, getattr(client, "_admin_client", None))
    found = (getattr(getattr(each, "_server", None), "_session", None) for each in parts)
    return [session for session in found if session is not None]


def _close(client: Any) -> None:
    # Whatever it says: its data was written by then, and is read back before it is trusted.
    with suppress(Exception):
        sessions = _sessions(client)
        client.close()
        for session in sessions:  # which that leaves open
            session.close()


@contextmanager
def _chroma_errors(where: str) -> Iterator[None]:
    """Chroma raises its own, its HTTP client's and Python's errors: tell them as one of ours."""
    try:
        yield
    except StoreError:
        raise
    except Exception as error:
        raise _broken(where, error) from error
    except BaseException as error:
        # A panic in Rust, as over damaged files, is no Exception in Python.
        if type(error).__name__ != "PanicException":
            raise
        raise _broken(where, error) from error


def _broken(where: str, error: BaseException) -> StoreError:
    said = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
    if type(error).__name__ in ("ReadTimeout", "WriteTimeout", "ConnectTimeout"):
        said = "it does not answer"
    if where.startswith("http"):
        return ServerError(
            f"The Chroma server at {where} cannot be used: {said}.",
            "Start it with `chroma run`, or check the address; then run `footnote index`.",
        )
    return StoreError(
        f"Chroma failed in {where}: {said}.", "Check the disk, then run `footnote index`."
    )


def _view(path: Path) -> str:
    """A temporary copy of a collection's folder: Chroma writes in the files that it opens."""
    import tempfile

    with telling(path, "read"):
        view = tempfile.mkdtemp(prefix="footnote-")
        try:
            copy_folder(path, Path(view) / FOLDER)
        except BaseException:
            remove_tree(Path(view))
            raise
    return view
