"""Asks the cases: one after the other, in several processes, or, of a model, several at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date as Date
from functools import partial
from itertools import chain, count
from threading import Lock
from time import perf_counter

from bot.chat.trying import trying
from bot.check.cases import Case, Expected, Step
from bot.check.expectations import judge
from bot.check.results import Exchange, Finding, Result, Try
from bot.check.truth import ENCODINGS, untrue
from bot.conversation import Conversation, said
from bot.render.json import of_hit, of_reply
from index.closing import Closing
from index.errors import FootnoteError
from index.record import record, replaced
from index.schema import Filters
from index.workers import BATCH, in_order

TYPE_CHECKING = False
if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path
    from typing import Any, Protocol

    from bot.answers import Mode
    from bot.asker import Asker
    from bot.check.judging import Judge
    from bot.check.results import Status

    class Seat(Protocol):
        """Where the questions of one corpus are asked in one mode, and what it is asked of."""

        @property
        def asker(self) -> Asker: ...

        @property
        def corpus(self) -> Path: ...

        def encoding(self, file: str) -> str | None:
            """What `file` was decoded by when it was indexed."""

    # Of a folder of documents, None for the run's. What travels to other processes is pickled.
    Askers = Callable[[Path | None, Mode], AbstractContextManager[Seat]]

FAILING = frozenset({"failed", "mended", "error"})  # each makes a run fail
_FALLBACK = "fallback"  # the notice of it
MOST_SEEN = 10  # passages that are kept of each question
# Cases that share a trip to another process: few, for those are waited for at the end.
_TOGETHER = 8


@record
class Task:
    """A case to be asked in one mode; with `skipped`, why it is not."""

    case: Case
    mode: Mode
    skipped: str = ""


def tasks(
    cases: Sequence[Case],
    mode: Mode,
    modes: Sequence[Mode],
    today: Date,
    *,
    only: bool = False,
    judging: bool = False,
) -> list[Task]:
    """What there is to do, in the order of the cases: each in every mode that it names.

    `modes` are those that can be asked in, `mode` the one of cases that name none; with `only`,
    no case is asked in another. Without a model's `judging`, what it alone can tell is skipped.
    """
    found = []
    for case in cases:
        for each in case.modes or (mode,):
            if only and each != mode:
                found.append(Task(case, each, f"only the {mode} mode is asked"))
            elif each not in modes:
                found.append(Task(case, each, "no model is named"))
            elif case.skip is not None and not _ended(case, today):
                found.append(Task(case, each, case.skip.reason))
            elif not judging and _only_judged(case):
                found.append(Task(case, each, "only a model can judge it (--judge)"))
            else:
                found.append(Task(case, each))
    return found


def run(
    tasks: Sequence[Task],
    askers: Askers,
    *,
    today: Date,
    jobs: int = 1,
    at_once: int = 1,
    fail_fast: bool = False,
    judging: Judge | None = None,
) -> Iterator[tuple[int, Result]]:
    """What came of each task, by its place in `tasks`, as soon as it is known.

    Extractive questions are work of our own, done by `jobs` processes; a model is waited for, by
    `at_once` threads, and so is one that is `judging`. With `fail_fast` it ends behind the first
    that fails.
    """
    with _Seats(askers) as seats:
        work = partial(asked, seats, today)
        with_judge = partial(asked, seats, today, judging=judging)
        places = range(len(tasks))
        waited = [n for n in places if _waits(tasks[n], judging)]
        worked = [n for n in places if not _waits(tasks[n], judging)]
        for place, result in chain(
            _by_processes(work, tasks, worked, jobs),
            _by_threads(with_judge, tasks, waited, at_once),
        ):
            yield place, result
            if fail_fast and result.status in FAILING:
                return


def _waits(task: Task, judging: Judge | None) -> bool:
    """Whether a model is waited for."""
    return task.mode == "generative" or (judging is not None and _is_judged(task.case))


def _is_judged(case: Case) -> bool:
    return any(step.expect.judged for step in case.steps)


def _only_judged(case: Case) -> bool:
    """Whether nothing but a model can tell if a case passes."""
    return all(
        step.expect.judged and replaced(step.expect, judged=()) == Expected() for step in case.steps
    )


def _by_processes(
    work: Callable[[Task], Result], tasks: Sequence[Task], places: Sequence[int], jobs: int
) -> Iterator[tuple[int, Result]]:
    if jobs > 1:  # others take a while to start, in which the first can be told
        for place in places[:1]:
            yield place, work(tasks[place])
        places = places[1:]
    sizes = [BATCH // _TOGETHER] * len(places)
    jobs = min(jobs, -(-len(places) // _TOGETHER))
    results = in_order(work, [tasks[place] for place in places], sizes, jobs)
    with closing(results):  # whoever stops in the middle leaves no processes behind
        yield from zip(places, results, strict=True)


def _by_threads(
    work: Callable[[Task], Result], tasks: Sequence[Task], places: Sequence[int], at_once: int
) -> Iterator[tuple[int, Result]]:
    if not places:
        return
    from concurrent.futures import ThreadPoolExecutor, as_completed

    pool = ThreadPoolExecutor(at_once)
    try:
        futures = {pool.submit(work, tasks[place]): place for place in places}
        for future in as_completed(futures):
            yield futures[future], future.result()
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def asked(seats: _Seats, today: Date, task: Task, *, judging: Judge | None = None) -> Result:
    """What comes of one task."""
    if task.skipped:
        return Result(task.case, task.mode, "skipped", reason=task.skipped)
    seat = seats.seat(task.case.corpus, task.mode)
    return judged(task.case, task.mode, seat, today, judging=judging)


def judged(
    case: Case, mode: Mode, seat: Seat, today: Date, *, judging: Judge | None = None
) -> Result:
    """What comes of `case`, asked at `seat` as often as it says."""
    key = Result(case, mode, "passed").key

    def attempt(number: int) -> Try:
        with trying(key, number):
            return _try(case.steps, mode, seat, judging)

    tries = tuple(map(attempt, range(case.repeat)))
    reason = case.fails
    if case.skip is not None and _ended(case, today):
        reason = f"its skip ended on {case.skip.until}: {case.skip.reason}"
    made = Result(case, mode, "passed", tries, reason)
    enough = made.passes >= min(case.pass_at_least, case.repeat)
    status: Status
    # What could not be asked, or cites what is not there, is excused by nothing.
    if any(each.error for each in tries):
        status = "error"
    elif not all(each.true for each in tries):
        status = "failed"
    elif case.fails:
        status = "mended" if enough else "known"
    else:
        status = "passed" if enough else "failed"
    return Result(case, mode, status, tries, reason)


def _try(steps: Sequence[Step], mode: Mode, seat: Seat, judging: Judge | None) -> Try:
    """A case asked once, each step in the light of those before it."""
    done: list[Exchange] = []
    conversation = Conversation()
    try:
        for step in steps:
            begun = perf_counter()
            trace = seat.asker.trace(step.ask, Filters(), conversation.turns)
            ms = round((perf_counter() - begun) * 1000, 3)
            conversation.add(step.ask, said(trace.reply))
            reply = of_reply(trace.reply)
            truth = untrue(reply, seat.corpus, _encodings(reply, seat) or ENCODINGS)
            seen = tuple(map(of_hit, trace.retrieval.hits[:MOST_SEEN]))
            findings = (truth, *_in_mode(mode, step, reply), *judge(step.expect, reply))
            if step.expect.judged:
                from bot.check.judging import judged as by_model  # most cases need none

                findings += by_model(step.expect, reply, judging)
            done.append(Exchange(step.ask, reply, seen, findings, ms))
    except FootnoteError as error:
        return Try(tuple(done), f"{error.message} {error.hint}".strip())
    except Exception as error:  # of this case alone: the others are still asked
        return Try(tuple(done), f"{type(error).__name__}: {error}")
    return Try(tuple(done))


def _encodings(reply: Mapping[str, Any], seat: Seat) -> tuple[str, ...]:
    """What the cited files were decoded by: to guess anew might find a quote where it is not."""
    found = (seat.encoding(citation["file"]) for citation in reply["citations"])
    return tuple(dict.fromkeys(each for each in found if each is not None))


def _in_mode(mode: Mode, step: Step, reply: Mapping[str, Any]) -> Iterator[Finding]:
    """That a model's reply is the model's: without it the documents' own sentences stand in, and
    a run whose model is down would pass. A case that expects the notice of it means just that."""
    if reply["mode"] != mode and _FALLBACK not in step.expect.notices:
        why = [each["message"] for each in reply["notices"] if each["kind"] == _FALLBACK]
        reason = " ".join(why) or "the documents' own sentences stand in for the model's"
        yield Finding("mode", False, mode, reply["mode"], reason)


def _ended(case: Case, today: Date) -> bool:
    return case.skip is not None and case.skip.until is not None and today > case.skip.until


class _Seats(Closing):
    """The seats taken so far: each is kept for all cases of a run that are asked at it."""

    _runs = count()

    def __init__(self, askers: Askers) -> None:
        self._askers = askers
        self._run = next(self._runs)
        self._stack = ExitStack()
        self._taken: dict[tuple[Path | None, Mode], Seat] = {}
        self._lock = Lock()

    def __reduce__(self) -> tuple[object, ...]:
        return _elsewhere, (self._run, self._askers)

    def seat(self, corpus: Path | None, mode: Mode) -> Seat:
        """The seat of that corpus in that mode."""
        with self._lock:  # of a model's threads the first takes it for all
            if (corpus, mode) not in self._taken:
                self._taken[corpus, mode] = self._stack.enter_context(self._askers(corpus, mode))
            return self._taken[corpus, mode]

    def close(self) -> None:
        self._stack.close()


_ELSEWHERE: dict[int, _Seats] = {}


def _elsewhere(run: int, askers: Askers) -> _Seats:
    """The seats of a run in another process, which keeps them until it ends."""
    if run not in _ELSEWHERE:
        import atexit

        _ELSEWHERE[run] = _Seats(askers)
        atexit.register(_ELSEWHERE[run].close)
    return _ELSEWHERE[run]
