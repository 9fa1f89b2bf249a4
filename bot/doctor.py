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
from bot.doctoring.mending import mend
from bot.doctoring.patient import Patient
from bot.finding import Finding, guarded, well, wrong
from bot.keys import FILE
from bot.redaction import Redactor, keys_in
from bot.render.findings import object_of, of_finding
from bot.serving.logs import logging_to
from bot.settings import here, load, variables
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
_SETTINGS_FIRST = (
    "Nothing is mended while the settings are wrong.",
    "Set them right, and run it again.",
)
_MEANT = "Where that is meant, there is nothing to do."
_SHOWN = ("chromadb", "llama-index-core", "tantivy")


def _of_discord(patient: Patient) -> Iterator[Finding]:
    """Whether a token for Discord is set, and Discord knows it."""
    about = patient.settings.discord
    if about is None or about.token is None:
        yield Finding("discord", "note", "No token is set; only `footnote bot` needs one.")
        return
    from bot.discord.process import run
    from bot.discord_check import of_token  # a second, to import Discord's client

    finding = run(of_token(about))
    more = "" if finding.hint else " `footnote bot --check` looks at its permissions, too."
    yield Finding("discord", finding.level, finding.message + more, finding.hint)


# In this order: those further down look at what the first ones opened.
_FOLDERS: tuple[tuple[str, Look], ...] = (
    ("documents", documents.of_documents),
    ("index", index.of_index),
    ("skipped", documents.of_skipped),
    ("contents", documents.of_contents),
    ("duplicates", documents.of_duplicates),
    ("texts", index.of_texts),
    ("search", index.of_search),
    ("lock", store.of_lock),
    ("space", store.of_space),
    ("rubbish", store.of_rubbish),
    ("cache", store.of_cache),
)
# Those that go by more settings than where the folders are.
_VECTORS: tuple[tuple[str, Look], ...] = (
    ("vectors", index.of_vectors),
    ("chroma", services.of_chroma),
)
_ANSWERS: tuple[tuple[str, Look], ...] = (
    ("embedder", lambda patient: answering.of_embedder(patient.settings)),
    ("model", lambda patient: answering.of_model(patient.settings)),
    ("discord", _of_discord),
)


def doctor(options: Options, output: Output) -> int:
    """Look, say what is found and, where that is asked for, mend it; the exit status."""
    settings, about = _settings(options.settings, os.environ, here())
    secrets = [*(settings.secrets if settings is not None else ()), *keys_in(os.environ)]
    with logging_to(sys.stderr, level="error", secrets=secrets) as redact:
        telling = _Telling(output, redact, quiet=options.json)
        found = [telling.tell(each) for each in (_program(), *about)]
        right = all(each.level != "problem" for each in about)
        if settings is not None:
            looks = (*_FOLDERS, *_VECTORS, *_ANSWERS) if right else _FOLDERS
            found += [telling.tell(each) for each in _looked(settings, looks)]
            if options.fix and any(each.mend for each in found):
                if right:
                    found = list(_mended(settings, found, output, telling))
                else:  # an index might be built without the vectors that are meant to be in it
                    found.append(telling.tell(wrong("mending", *_SETTINGS_FIRST)))
    if options.json:
        ok = all(each.well for each in found)
        output.json({"ok": ok, "findings": [object_of(each) for each in found]})
    else:
        output.text(_sum(found, fix=options.fix))
    return WELL if all(each.well for each in found) else UNWELL


class _Telling:
    """Tells findings as they come, without what nobody should read; `quiet`, it only cleans."""

    def __init__(self, output: Output, redact: Redactor, *, quiet: bool) -> None:
        self._output = output
        self._redact = redact
        self._quiet = quiet

    def clean(self, finding: Finding) -> Finding:
        return replaced(
            finding,
            message=self._redact(finding.message),
            hint=self._redact(finding.hint),
            details=tuple(map(self._redact, finding.details)),
        )

    def tell(self, finding: Finding, mark: str = "") -> Finding:
        made = self.clean(finding)
        if not self._quiet:
            self._output.text(of_finding(made, mark or made.level, _MARK, self._output.style))
        return made


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
    if names := variables(environment):
        where += f" Set by variables: {', '.join(names)}."
    unsafe = [Finding("settings", "warning", each.message, _MEANT) for each in settings.notices]
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
    settings: Settings, found: Sequence[Finding], output: Output, telling: _Telling
) -> Iterator[Finding]:
    """What was found, with what came of mending it, by another look."""
    wanted = {each.mend for each in found if each.mend is not None}
    with output.progress:
        troubles = mend(settings, wanted, output.progress)
    looks = (*_FOLDERS, *_VECTORS)
    again = [telling.clean(each) for each in _looked(settings, looks) if not each.well]
    names = {name for name, _ in looks}
    for each in found:
        if each.well or each in again or each.name not in names:
            yield each
        elif other := next((other for other in again if other.name == each.name), None):
            yield telling.tell(other)
        else:
            yield telling.tell(replaced(each, hint="", fixed=True), "mended")
    yield from map(telling.tell, troubles)


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
