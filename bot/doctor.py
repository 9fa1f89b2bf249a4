"""`footnote doctor`: looks at each thing that answers rest on, says how it is, and mends it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from threading import Thread

from bot.doctoring import answering, documents, index, services, store
from bot.doctoring.finding import Finding, guarded, well, wrong
from bot.doctoring.mending import mend
from bot.doctoring.patient import Patient
from bot.keys import FILE
from bot.redaction import keys_in
from bot.render.findings import object_of, of_finding
from bot.serving.logs import logging_to
from bot.settings import here, load
from index.errors import UsageError
from index.record import replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.options import Options
    from bot.output import Output
    from bot.settings import Settings

    Look = Callable[[Patient], Iterable[Finding]]

WELL, UNWELL = 0, 1
SECONDS = 60.0  # that a look may take
_MARK = 9  # columns for the level
_SHOWN = ("chromadb", "llama-index-core", "tantivy")

# In this order: those further down look at what the first ones opened.
_LOCAL: tuple[tuple[str, Look], ...] = (
    ("documents", documents.of_documents),
    ("index", index.of_index),
    ("skipped", documents.of_skipped),
    ("contents", documents.of_contents),
    ("duplicates", documents.of_duplicates),
    ("texts", index.of_texts),
    ("search", index.of_search),
    ("vectors", index.of_vectors),
    ("lock", store.of_lock),
    ("space", store.of_space),
    ("rubbish", store.of_rubbish),
    ("cache", store.of_cache),
    ("chroma", services.of_chroma),
)
_ASKED: tuple[tuple[str, Look], ...] = (
    ("embedder", lambda patient: answering.of_embedder(patient.settings)),
    ("model", lambda patient: answering.of_model(patient.settings)),
    ("discord", services.of_discord),
)


def doctor(options: Options, output: Output) -> int:
    """Look, say what is found and, where that is asked for, mend it; the exit status."""
    folder = here()
    settings, about = _settings(options.settings, os.environ, folder)
    secrets = [*(settings.secrets if settings is not None else ()), *keys_in(os.environ)]
    with logging_to(sys.stderr, level="error", secrets=secrets) as redact:
        found: list[Finding] = []

        def tell(finding: Finding, mark: str = "") -> Finding:
            made = replaced(
                finding,
                message=redact(finding.message),
                hint=redact(finding.hint),
                details=tuple(map(redact, finding.details)),
            )
            if not options.json:
                output.text(of_finding(made, mark or made.level, _MARK, output.style))
            return made

        for each in (_program(), *about):
            found.append(tell(each))
        if settings is not None:
            for each in _looked(settings, (*_LOCAL, *_ASKED)):
                found.append(tell(each))
            if options.fix and any(each.mend for each in found):
                found = list(_mended(settings, found, output, tell))
    if options.json:
        ok = all(each.well for each in found)
        output.json({"ok": ok, "findings": [object_of(each) for each in found]})
    else:
        output.text(_sum(found, fix=options.fix))
    return WELL if all(each.well for each in found) else UNWELL


def _settings(
    flags: Mapping[str, str], environment: Mapping[str, str], folder: Path
) -> tuple[Settings | None, list[Finding]]:
    """The settings, and what is wrong with them; where more than that of the documents is wrong,
    the documents can be looked at all the same."""
    try:
        settings = load(flags, environment, folder, discord=True)
    except UsageError as error:
        found = wrong("settings", error.message, error.hint)
        try:
            return load(flags, environment, folder, bare=True), [found]
        except UsageError:
            return None, [found]
    there = (folder / FILE).exists()
    where = f"{FILE} in {folder} is read." if there else f"There is no {FILE} in {folder}."
    unsafe = [Finding("settings", "warning", each.message) for each in settings.notices]
    return settings, [well("settings", where), *unsafe]


def _program() -> Finding:
    versions = ", ".join(f"{name} {_version(name)}" for name in _SHOWN)
    message = f"footnote {_version('footnote')}, Python {python_version()}; {versions}."
    return well("program", message)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _looked(settings: Settings, looks: Sequence[tuple[str, Look]]) -> Iterator[Finding]:
    with Patient(settings) as patient:
        for name, look in looks:
            yield from _bounded(name, partial(look, patient))


def _bounded(name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What a look finds; one that does not end, as on a disk that hangs, is left behind."""
    found: list[Finding] = []
    thread = Thread(target=lambda: found.extend(guarded(name, look)), name=name, daemon=True)
    thread.start()
    thread.join(SECONDS)
    if thread.is_alive():
        message = f"It took more than {SECONDS:.0f} seconds, and was left."
        return [wrong(name, message, "Look at the disk or the server that it is on.")]
    return found


def _mended(
    settings: Settings,
    found: Sequence[Finding],
    output: Output,
    tell: Callable[[Finding, str], Finding],
) -> Iterator[Finding]:
    """What was found, with what came of mending it, by another look."""
    wanted = {each.mend for each in found if each.mend is not None}
    with output.progress:
        troubles = mend(settings, wanted, output.progress)
    again = {each.name: each for each in _looked(settings, _LOCAL) if not each.well}
    for each in found:
        if each.mend is None:
            yield each
        elif each.name in again:
            yield tell(again[each.name], "")
        else:
            yield replaced(tell(each, "mended"), hint="", fixed=True)
    for trouble in troubles:
        yield tell(trouble, "")


def _sum(found: Sequence[Finding], *, fix: bool) -> str:
    ill = [each for each in found if not each.well]
    if not ill:
        mended = sum(each.fixed for each in found)
        return f"\nNothing is wrong{f' any more: {mended} mended' if mended else ''}."
    curable = sum(each.mend is not None for each in ill)
    words = f"\n{len(ill)} {'thing is' if len(ill) == 1 else 'things are'} wrong."
    if curable and not fix:
        words += f" `footnote doctor --fix` can mend {curable} of them."
    return words
