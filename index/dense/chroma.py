"""Chroma's clients, of a folder or a server, and what goes wrong with them told as ours."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

from index.errors import StoreError, UsageError

_CONNECT = 5.0  # seconds that a Chroma server gets to be reached, and for its first answers
_PATIENCE = 30.0  # seconds that it gets for the others


class ServerError(StoreError):
    """A Chroma server cannot be used: it is not asked again at once."""


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def folder(path: Path) -> Any:
    """A client of the collections in a folder, which only Chroma may touch until it is closed."""
    import chromadb

    with chroma_errors(str(path)):
        try:
            return chromadb.PersistentClient(str(path), settings=_settings())
        except BaseException:
            # What failed to open would be given again, as it is, for the same path.
            from chromadb.api.shared_system_client import SharedSystemClient

            for known in ("_identifier_to_system", "_identifier_to_refcount"):
                getattr(SharedSystemClient, known, {}).pop(str(path), None)
            raise


def server(address: str) -> Any:
    """A client of a server that does not keep one waiting."""
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
    with chroma_errors(address):
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


def close(client: Any) -> None:
    """Let a client go, with its connections and files."""
    # Whatever it says: its data was written by then, and is read back before it is trusted.
    with suppress(Exception):
        sessions = _sessions(client)
        client.close()
        for session in sessions:  # which that leaves open
            session.close()


@contextmanager
def chroma_errors(where: str) -> Iterator[None]:
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
