"""The generation to answer from: refreshed when the corpus changed, else the one that stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.answers import Notice
from index.build import Report, is_current
from index.build import update as refresh
from index.errors import FootnoteError, FormatError, LockedError, StoreError
from index.generation import Generation
from index.record import record
from index.scan import scan
from index.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from index.dense.embed import EmbedderOptions

Progress = Callable[[int, int, str], None]

# Seconds to wait for another process where there is no earlier index to answer from.
_WAIT = 30.0


@record
class Current:
    """A generation to answer from, what to say of it, and what refreshing it did, if anything."""

    generation: Generation
    notices: tuple[Notice, ...] = ()
    report: Report | None = None


def current(
    corpus: Path,
    store: Store,
    *,
    update: bool = True,
    progress: Progress | None = None,
    embedder: EmbedderOptions | None = None,
    chroma: str | None = None,
) -> Current:
    """The generation of `corpus` to answer from; a refresh that fails leaves the earlier one.

    With `embedder` it has a dense part as well, in its folder or in the Chroma server at `chroma`.

    Raises what made the refresh fail where there is no earlier one to answer from.
    """
    try:
        standing = store.current()
    except FormatError:
        if not update:
            raise
        standing = None  # after another version of the program it is built again, and says so
    if not update:
        if standing is None:
            raise StoreError(
                f"There is no index of {corpus} yet, and --no-update forbids making one.",
                "Leave out --no-update, or run: footnote index",
            )
        return Current(standing)
    try:
        if standing is not None and is_current(
            standing, scan(corpus), embedder=embedder, chroma=chroma
        ):
            return Current(standing)
        report = refresh(
            corpus,
            store,
            progress=progress,
            wait=0.0 if standing is not None else _WAIT,
            embedder=embedder,
            chroma=chroma,
        )
    except (StoreError, OSError) as error:
        if standing is None:
            raise
        return Current(standing, (of_earlier(error),))
    except BaseException:
        if standing is not None:
            standing.close()
        raise
    if standing is not None:
        standing.close()
    if standing is not None and report.generation.name == standing.name:
        return Current(report.generation)  # only the times of files had changed
    return Current(report.generation, report=report)


def of_earlier(error: FootnoteError | OSError) -> Notice:
    """Why an answer is from the earlier index."""
    why = getattr(error, "message", None) or str(error)
    if isinstance(error, LockedError):
        why = f"The documents changed. {why}"
    return Notice("old_generation", f"{why} Answered from the earlier index.")
