"""What `--fix` does: nothing that an indexing run would not do, and the index stands meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from bot.finding import Finding, wrong
from index.errors import FootnoteError
from index.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.finding import Mend
    from bot.settings import Settings

    Progress = Callable[[int, int, str], None]

_WAIT = 10.0  # seconds for another writer


def mend(settings: Settings, wanted: Collection[Mend], progress: Progress) -> list[Finding]:
    """Do what is wanted; what could not be done."""
    return list(_troubles(settings, wanted, progress))


def _troubles(
    settings: Settings, wanted: Collection[Mend], progress: Progress
) -> Iterator[Finding]:
    store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
    try:
        if "forget" in wanted:
            _forget(store)
        if "rebuild" in wanted or "update" in wanted:
            from bot.wiring import reindex

            reindex(settings, progress, wait=_WAIT, anew="rebuild" in wanted).generation.close()
        store.tidy()
    except FootnoteError as error:
        yield wrong("mending", error.message, error.hint)


def _forget(store: Store) -> None:
    """Drop the cache of vectors."""
    from index.dense.vectors import NAME

    with store.lock(_WAIT):
        for suffix in ("", "-wal", "-shm", "-journal"):
            store.folder.joinpath(NAME + suffix).unlink(missing_ok=True)
