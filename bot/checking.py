"""`footnote check`: canned pairs are asked under the settings, and what came of them is told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

from bot.check import told
from bot.check.reading import find, read
from bot.check.report import of_run
from bot.check.reports import Reports
from bot.check.results import Result, Run
from bot.check.runner import FAILING, run, tasks
from bot.check.selecting import selected
from bot.output import flush
from bot.render.visible import visible
from bot.taping import judge_of, prune, recordings_of, side
from bot.wiring import Desk
from index.closing import Closing
from index.errors import UsageError
from index.record import record, replaced

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Mode, Notice
    from bot.chat.recordings import Recordings
    from bot.check.against import Compared
    from bot.check.cases import Case
    from bot.check.comparing import Comparison
    from bot.check.judging import Judge
    from bot.options import Checking, Options
    from bot.output import Output
    from bot.settings import Settings

PASSED, FAILED = 0, 1


@record
class Asked:
    """A run, how many of its cases were not asked, and whether that is for an interruption."""

    run: Run
    unasked: int
    interrupted: bool


def check(options: Options, settings: Settings, output: Output) -> int:
    """Ask the cases that `options` name; what is returned is the exit status."""
    wanted = options.checking
    assert wanted is not None
    cases = _cases(wanted)
    if wanted.compare is not None:
        return _compare(cases, options, wanted, output)
    # What it is held against is looked at first: nothing is asked in vain.
    baseline = _Baseline(wanted) if wanted.baseline is not None else None
    reports = _reports(wanted, settings)
    reports.look()
    output.json_alone = options.json
    made = ask(cases, settings, wanted, output)
    failing = [each for each in made.run.results if each.status in FAILING]
    found = baseline.compared(made) if baseline is not None else None
    # What fails as it did before is named; what somebody wants to look at is another.
    known = {each.key for each in found.still_failing} if found is not None else set()
    shown = [each for each in failing if each.key not in known]
    if shown:
        output.text("\n" + told.failures(shown, output.style))
    code = FAILED if failing else PASSED
    if baseline is not None and found is not None:
        code = baseline.held(found, made, output)
    output.text("\n" + told.summary(made.run, output.style, made.unasked))
    if options.json:
        output.json(of_run(made.run, found, made.unasked))
    reports.write(made.run, found, made.unasked, settings.corpus)
    _interrupt(made)
    return code


class _Baseline:
    """The baseline that a run is held against, read before it."""

    def __init__(self, wanted: Checking) -> None:
        from bot.check.baseline import read

        assert wanted.baseline is not None
        self._wanted = wanted
        self._path = Path(wanted.baseline)
        # The first is there only once it is blessed; what cannot be read is never written over.
        first = wanted.bless and not self._path.exists()
        self._entries = {} if first else read(self._path)

    def compared(self, made: Asked) -> Compared:
        """What became of the cases since."""
        from bot.check.against import compared

        return compared(made.run, self._entries, part=self._part(made))

    def held(self, found: Compared, made: Asked, output: Output) -> int:
        """Tell what was found, and write the baseline where that is asked for."""
        from bot.check import changes
        from bot.check.baseline import bless, read

        output.text("\n" + changes.against(found, str(self._path), output.style))
        if self._wanted.bless and not made.interrupted:
            bless(made.run, self._path, part=self._part(made))
            self._entries = read(self._path)
            cases = "1 case" if len(self._entries) == 1 else f"{len(self._entries):,} cases"
            output.text(f"{visible(str(self._path))} holds {cases} now.")
            found = self.compared(made)
        return FAILED if found.failed else PASSED

    def _part(self, made: Asked) -> bool:
        """Whether the baseline may know of cases that were not asked, and are not gone."""
        if made.unasked or self._wanted.expression or self._wanted.tags or self._wanted.only:
            return True
        asked = {result.case.file for result in made.run.results}
        others = {key.partition("::")[0] for key in self._entries} - asked
        return any(Path(each).exists() for each in others)


def _reports(wanted: Checking, settings: Settings) -> Reports:
    """Where the reports of a run go that asks what is `wanted`."""
    chosen = (("-k", (wanted.expression,)), ("--tag", wanted.tags))
    words = [f"{flag} {each}" for flag, values in chosen for each in values if each]
    junit, html, history = (
        None if name is None else Path(name) for name in (wanted.junit, wanted.html, wanted.history)
    )
    return Reports(
        " ".join([*wanted.paths, *words, settings.mode]),
        history or settings.store / "checks.jsonl",
        history is not None,
        junit,
        html,
    )


def _compare(cases: Sequence[Case], options: Options, wanted: Checking, output: Output) -> int:
    """Ask the cases under both settings; 1 where the second is worse."""
    from bot.check import changes
    from bot.check.comparing import compare
    from bot.settings import here, load

    assert wanted.compare is not None
    # Both are read before one is asked under.
    both = [
        load(
            options.settings,
            output.environment,
            here(),
            over=Path(each),
            recorded=wanted.replays,
        )
        for each in wanted.compare
    ]
    runs: list[Run] = []
    for name, settings, letter in zip(wanted.compare, both, "ab", strict=True):
        its = replaced(wanted, only=True, recordings=side(wanted, letter))
        model = f", {settings.model.name}" if settings.model is not None else ""
        output.text(f"Under {visible(name)} ({settings.mode}{visible(model)}):")
        made = ask(_in_mode(cases, settings.mode), settings, its, output)
        output.text(told.summary(made.run, output.style, made.unasked) + "\n")
        _interrupt(made)
        runs.append(made.run)
    comparison = compare(*runs)
    output.text(changes.between(comparison, *wanted.compare, output.style))
    return FAILED if is_worse(runs, comparison) else PASSED


def _in_mode(cases: Sequence[Case], mode: Mode) -> list[Case]:
    """The cases, each in this mode alone as far as it can be asked in it."""
    return [replaced(case, modes=()) if mode in case.modes else case for case in cases]


def is_worse(runs: Sequence[Run], comparison: Comparison) -> bool:
    """Whether the second run is worse.

    The documents' own sentences come the same each time, so that one case lost is worse; of a
    model's, what is more than chance. What could not be asked or cites what is not there is
    excused on neither side.
    """
    results = [result for run in runs for result in run.results]
    if any(each.status == "error" or not all(t.true for t in each.tries) for each in results):
        return True
    if any(each.first.mode == each.second.mode == "extractive" for each in comparison.lost):
        return True
    return comparison.more_than_chance and len(comparison.lost) > len(comparison.won)


def _interrupt(made: Asked) -> None:
    """Go on with an interruption, once what was asked is told."""
    if made.interrupted:
        flush()
        raise KeyboardInterrupt


def _cases(wanted: Checking) -> list[Case]:
    """All files are read before anything is asked: what is wrong in the last is said first."""
    read_all = [case for path in find(map(Path, wanted.paths)) for case in read(path)]
    cases = selected(read_all, wanted.expression, wanted.tags)
    if not cases:
        raise UsageError(
            f"None of {len(read_all):,} cases is meant.", "Look at -k and --tag, or leave them out."
        )
    return cases


def ask(cases: Sequence[Case], settings: Settings, wanted: Checking, output: Output) -> Asked:
    """Ask `cases` under `settings`, and tell each as it is done."""
    recordings = recordings_of(wanted, settings, output.environment)
    judge = judge_of(wanted, settings, recordings)
    with judge or nullcontext():
        made = _ask(cases, settings, wanted, output, recordings, judge)
    whole = not (wanted.expression or wanted.tags or wanted.only or made.unasked)
    if recordings is not None and wanted.refresh and whole:
        prune(recordings, made.run, judging=wanted.judge)
    return made


def _ask(
    cases: Sequence[Case],
    settings: Settings,
    wanted: Checking,
    output: Output,
    recordings: Recordings | None,
    judge: Judge | None,
) -> Asked:
    now = datetime.now(UTC)
    modes: list[Mode] = ["extractive"]
    if settings.model is not None:
        modes.append("generative")
    todo = tasks(cases, settings.mode, modes, now.date(), only=wanted.only, judging=wanted.judge)
    begun = perf_counter()
    generation = _ready({task.case.corpus for task in todo if not task.skipped}, settings, output)
    at_once = settings.model.concurrency if settings.model is not None else 1
    results: dict[int, Result] = {}
    coming = run(
        todo,
        Askers(settings, recordings),
        today=now.date(),
        jobs=wanted.jobs or 1,
        at_once=wanted.jobs or at_once,
        fail_fast=wanted.fail_fast,
        judging=judge,
    )
    interrupted = False
    try:
        with output.progress:
            for place, result in coming:
                results[place] = result
                output.progress.hide()
                output.text(told.line(result, len(results), len(todo), output.style))
                flush()
                output.progress(len(results), len(todo), "asked")
    except KeyboardInterrupt:  # what was asked is told
        interrupted = True
    made = Run(
        tuple(results[place] for place in sorted(results)),
        now.isoformat(timespec="seconds"),
        perf_counter() - begun,
        _about(settings, generation),
    )
    return Asked(made, len(todo) - len(results), interrupted)


def _ready(corpora: Iterable[Path | None], settings: Settings, output: Output) -> str:
    """Build or refresh the indexes, once and before any process reads them; the run's own one."""
    generation = ""
    notices: dict[Notice, None] = {}
    for corpus in sorted(corpora, key=str):
        its = _settings(settings, corpus, "extractive")
        with Desk(its, progress=output.progress, refreshed=output.refreshed) as desk:
            with output.progress:
                asker = desk.asker()
            notices |= dict.fromkeys(asker.notices)
            if corpus is None:
                generation = asker.generation
    for notice in notices:
        output.notice(notice)
    return generation


def _settings(settings: Settings, corpus: Path | None, mode: Mode) -> Settings:
    return replaced(
        settings,
        corpus=settings.corpus if corpus is None else corpus.absolute(),
        mode=mode,
        model=settings.model if mode == "generative" else None,
    )


@record
class Askers:
    """Makes seats for the runner, here and in its other processes, on the indexes as they stand."""

    settings: Settings
    recordings: Recordings | None = None

    def __call__(self, corpus: Path | None, mode: Mode) -> Seat:
        return Seat(_settings(self.settings, corpus, mode), self.recordings)


class Seat(Closing):
    """Where the runner asks: a corpus's Asker in one mode, and the files that it answers from."""

    def __init__(self, settings: Settings, recordings: Recordings | None = None) -> None:
        self.corpus = settings.corpus
        self._desk = Desk(settings, update=False, recordings=recordings)
        try:
            self.asker = self._desk.asker()
        except BaseException:
            self._desk.close()
            raise

    def encoding(self, file: str) -> str | None:
        """What `file` was decoded by when it was indexed."""
        record = self._desk.generation.record(file)
        return record.encoding if record is not None else None

    def close(self) -> None:
        self._desk.close()


def _about(settings: Settings, generation: str) -> dict[str, str]:
    """Under what a run was made."""
    from importlib.metadata import PackageNotFoundError, version

    about = {
        "mode": settings.mode,
        "corpus": str(settings.corpus),
        "generation": generation,
    }
    try:
        about["version"] = version("footnote")
    except PackageNotFoundError:  # from a folder that it was not installed from
        about["version"] = ""
    if settings.model is not None:
        from prompts import fingerprint

        about["model"] = settings.model.name
        about["prompts"] = fingerprint(settings.model.prompts)
    return about
