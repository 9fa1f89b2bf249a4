"""The recordings that a run of cases is asked from, or writes, and who judges its answers."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from index.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.chat.recordings import Recordings
    from bot.check.judging import Judge
    from bot.check.results import Run
    from bot.options import Checking
    from bot.settings import Settings


def recordings_of(
    wanted: Checking, settings: Settings, environment: Mapping[str, str]
) -> Recordings | None:
    """The recordings that `wanted` names, if any."""
    if wanted.recordings is None or (wanted.compare is not None and settings.model is None):
        return None
    from bot.chat.recordings import Recordings
    from bot.redaction import keys_in

    folder = Path(wanted.recordings).absolute()
    if wanted.refresh and settings.model is None:
        raise UsageError("--refresh asks a model, and none is named.", "Name one with --model.")
    if not wanted.refresh and not folder.is_dir():
        raise UsageError(f"There is no folder of recordings {folder}.", "Record it with --refresh.")
    keys = [*keys_in(environment), environment.get("FOOTNOTE_API_KEY", "")]
    for server in (settings.model, settings.embedding):
        if server is not None and server.api_key is not None:
            keys.append(str(server.api_key))
    return Recordings(folder, wanted.refresh, keys)


def side(wanted: Checking, name: str) -> str | None:
    """The folder of recordings of one of two settings: each has answers of its own."""
    return None if wanted.recordings is None else str(Path(wanted.recordings, name))


def judge_of(wanted: Checking, settings: Settings, recordings: Recordings | None) -> Judge | None:
    """The model as judge, where that is wanted."""
    if not wanted.judge:
        return None
    if settings.model is None:
        raise UsageError("--judge asks a model, and none is named.", "Name one with --model.")
    from bot.check.judging import Judge
    from bot.wiring import consultant_of

    return Judge(consultant_of(settings.model, settings.store, recordings))


def prune(recordings: Recordings, run: Run, *, judging: bool) -> int:
    """Remove the recordings that a whole run had no use for."""
    asked = {result.case.file for result in run.results}
    known = {result.key for result in run.results}
    done = {each.key for each in run.results if each.status not in ("error", "skipped")}

    def is_known(case: str) -> bool:
        file = case.partition("::")[0]
        return case in known or (file not in asked and Path(file).exists())

    return recordings.prune(done, is_known, () if judging else ("judge",))
