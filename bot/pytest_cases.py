"""Canned pairs as tests of pytest: collected from their files, each asked when it is run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.check import told
from bot.check.cases import Case, Expected
from bot.check.errors import CaseError, Unmeant
from bot.check.expectations import judge
from bot.check.expecting import expected
from bot.check.nodes import of_json_lines
from bot.check.reading import read
from bot.check.results import Result
from bot.check.runner import judged, tasks
from bot.check.truth import ENCODINGS, untrue
from bot.checking import Askers, Seat
from bot.render.json import dumps, of_reply
from bot.render.style import Style
from bot.render.visible import visible
from bot.settings import Settings, load
from bot.wiring import Desk, reindex
from index.closing import Closing
from index.errors import FootnoteError, LockedError, UsageError
from index.record import replaced
from index.schema import Filters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.answers import Mode, Notice, Reply
    from bot.chat.recordings import Recordings

_WAIT = 30.0  # seconds, for another process of the run that builds the index


class CaseFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[CaseItem]:
        """A test of each case; of one that names several modes, in each of them."""
        try:
            cases = read(self.path, self._name())
        except CaseError as error:
            raise self.CollectError(f"{error.message}\nhint: {error.hint}") from None
        for case in cases:
            for mode in case.modes or (None,):
                name = f"{case.id}[{mode}]" if len(case.modes) > 1 else case.id
                item: CaseItem = CaseItem.from_parent(self, name=name, case=case, mode=mode)
                yield item

    def _name(self) -> str:
        """As the command calls it in the root folder."""
        root = self.config.rootpath
        inside = self.path.is_relative_to(root)
        return self.path.relative_to(root).as_posix() if inside else str(self.path)


class Unmet(Exception):
    """A reply is not as its case expects: what a known failure excuses."""


class Unexcused(Exception):
    """A reply cites what is not there, or could not be had."""


class CaseItem(pytest.Item):
    """A case in one mode, None for the mode of the settings; `result` is what came of it."""

    def __init__(self, *, case: Case, mode: Mode | None, **named: Any) -> None:
        super().__init__(**named)
        self.case, self.mode = case, mode
        self.result: Result | None = None
        self.seat: Seat | None = None
        for tag in case.tags:
            self._tag(tag)
        if case.fails:
            self.add_marker(pytest.mark.xfail(reason=case.fails, raises=Unmet, strict=True))

    def _tag(self, tag: str) -> None:
        """A tag is a marker, for `-m`; where another's takes arguments it is a keyword alone."""
        for line in self.config.getini("markers"):
            head = line.partition(":")[0].strip()
            if head.partition("(")[0] == tag:
                if "(" in head:
                    self.extra_keyword_matches.add(tag)
                    return
                break
        else:
            self.config.addinivalue_line("markers", f"{tag}: a tag of canned pairs")
        if tag.startswith("_"):  # which no marker may
            self.extra_keyword_matches.add(tag)
        else:
            self.add_marker(tag)

    def runtest(self) -> None:
        """Ask the case as often as it says, and raise where it does not come as expected."""
        house, today = house_of(self.config), datetime.now(UTC).date()
        settings = house.settings
        modes: list[Mode] = ["extractive"]
        if settings.model is not None:
            modes.append("generative")
        (task,) = (
            each
            for each in tasks([self.case], settings.mode, modes, today)
            if self.mode in (None, each.mode)
        )
        if task.skipped:
            raise pytest.skip.Exception(task.skipped, _use_item_location=True)
        self.seat = house.seat(self.case.corpus, task.mode)
        for notice in house.untold():
            self.warn(pytest.PytestWarning(f"footnote: {notice.message}"))
        self.result = result = judged(self.case, task.mode, self.seat, today)
        self.user_properties.append(("mode", result.mode))
        if len(result.tries) > 1:
            self.user_properties.append(("passes", f"{result.passes} of {len(result.tries)}"))
        if result.reason != self.case.fails:  # a skip that has ended
            self.add_report_section("call", "footnote", result.reason)
        for each in _unlooked(result):
            self.user_properties.append(("not looked at", each))
            self.add_report_section("call", "footnote", f"not looked at: {visible(each)}")
        if result.status == "error" or not all(each.true for each in result.tries):
            raise Unexcused(self._told(result))
        if result.status in ("failed", "known"):
            raise Unmet(self._told(result))

    def _told(self, result: Result) -> str:
        """As the command tells it, below one line for what shows no more."""
        return f"{_short(result)}\n\n{told.failures([result], Style())}"

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected and what came, as the command tells it, and no traceback."""
        if isinstance(excinfo.value, (Unmet, Unexcused)):
            return str(excinfo.value)
        if isinstance(excinfo.value, FootnoteError):
            return f"{visible(excinfo.value.message)}\nhint: {visible(excinfo.value.hint)}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands in its file, counted from 0."""
        return self.path, self.case.line - 1, self.name


def _short(result: Result) -> str:
    """Why a case failed: the first that could not be asked, else what was unmet first."""
    errors = [each.error for each in result.tries if each.error]
    unmet = [
        f"{finding.name}: {finding.reason}"
        for each in result.tries
        for exchange in each.exchanges
        for finding in exchange.findings
        if not finding.met
    ]
    return visible(next(iter((*errors, *unmet)), result.status))


def _unlooked(result: Result) -> dict[str, None]:
    """What only a model could tell, each once."""
    return {
        f"{finding.name}: {finding.wanted}": None
        for each in result.tries
        for exchange in each.exchanges
        for finding in exchange.findings
        if not finding.looked_at
    }


class House(Closing):
    """Where all questions of a run are asked: its seats, each taken once and kept.

    With `recordings` no model is asked: it says what it said before.
    """

    def __init__(self, settings: Settings, recordings: Recordings | None = None) -> None:
        self.settings = settings
        self.recorded = recordings is not None
        self._askers = Askers(settings, recordings)
        self._ready: dict[Path | None, FootnoteError | None] = {}
        self._seats: dict[tuple[Path | None, Mode], Seat] = {}
        self._untold: dict[Notice, None] = {}

    def seat(self, corpus: Path | None, mode: Mode) -> Seat:
        """The seat of that corpus, None for the settings', whose index is refreshed first."""
        if corpus not in self._ready:
            its = replaced(self.settings, corpus=corpus or self.settings.corpus)
            try:
                notices = _refreshed(replaced(its, mode="extractive", model=None))
                self._ready[corpus] = None
                self._untold |= dict.fromkeys(notices)
            except FootnoteError as error:
                self._ready[corpus] = error
        failed = self._ready[corpus]
        if failed is not None:  # once, and is not tried again by each case
            raise failed
        if (corpus, mode) not in self._seats:
            self._seats[corpus, mode] = self._askers(corpus, mode)
        return self._seats[corpus, mode]

    def untold(self) -> list[Notice]:
        """What is to be said of the indexes, and has not been."""
        notices = list(self._untold)
        self._untold.clear()
        return notices

    def close(self) -> None:
        for seat in self._seats.values():
            seat.close()
        self._seats.clear()


def _refreshed(settings: Settings) -> tuple[Notice, ...]:
    """Build or refresh the index; what is to be said of it then.

    Of another process that does so, people would be answered from the index before; a test waits.
    """
    import time

    until = time.monotonic() + _WAIT
    while True:
        with Desk(settings) as desk:
            notices = desk.asker().notices
        if all(notice.kind != "old_generation" for notice in notices) or time.monotonic() > until:
            return notices
        try:
            reindex(settings)
        except LockedError:
            time.sleep(0.1)
        except (FootnoteError, OSError):
            return notices


_HOUSE = pytest.StashKey[House]()
_STORE = pytest.StashKey[Path]()


def house_of(config: pytest.Config) -> House:
    """The run's house, under the settings that hold in the root folder."""
    if _HOUSE not in config.stash:
        flags = {"store": str(fresh_store(config)) if config.getini("footnote_fresh") else None}
        recordings = _recordings(config)
        settings = load(flags, os.environ, config.rootpath, recorded=recordings is not None)
        house = House(settings, recordings)
        config.stash[_HOUSE] = house
        config.add_cleanup(house.close)
    return config.stash[_HOUSE]


def _recordings(config: pytest.Config) -> Recordings | None:
    """What a model said before, where a folder of it is named; each case says what it lacks."""
    folder = config.getini("footnote_recordings")
    if not folder:
        return None
    from bot.chat.recordings import Recordings

    return Recordings(config.rootpath / folder)


def fresh_store(config: pytest.Config) -> Path:
    """A folder for this run's index, which the processes of pytest-xdist share."""
    if _STORE not in config.stash:
        shared = getattr(config, "workerinput", {}).get("footnote_store")
        if shared is None:
            from tempfile import TemporaryDirectory

            folder = TemporaryDirectory(prefix="footnote-")
            config.add_cleanup(folder.cleanup)
            shared = folder.name
        config.stash[_STORE] = Path(shared)
    return config.stash[_STORE]


class FootnoteAsker:
    """Asks the project's documents, in the mode of the settings or in another."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __call__(self, question: str, *, mode: Mode | None = None) -> dict[str, Any]:
        """The reply to `question`, as `footnote ask --json` prints it."""
        mode = mode or self._house.settings.mode
        if mode == "generative" and self._house.recorded:  # recordings are of cases alone
            raise UsageError(
                "With footnote_recordings no model is asked, and what a test asks is not recorded.",
                'Ask it with mode="extractive", or make a case of it.',
            )
        seat = self._house.seat(None, mode)
        return of_reply(seat.asker.trace(question, Filters(), ()).reply)


class AssertCited:
    """Asserts of a reply that it answers, that its citations are true, and what is expected."""

    def __init__(self, house: House) -> None:
        self._house = house

    def __call__(self, reply: Mapping[str, Any] | Reply, **expect: Any) -> None:
        """`expect` has the keys of a case's `expect`: says="Busan", cites=["a.txt"]."""
        __tracebackhide__ = True
        came = reply if isinstance(reply, Mapping) else of_reply(reply)
        wanted = _expected(expect)
        seat = self._house.seat(None, "extractive")
        files = (str(each["file"]) for each in came["citations"])
        encodings = tuple(each for each in map(seat.encoding, files) if each is not None)
        truth = untrue(came, seat.corpus, encodings or ENCODINGS)
        unmet = [each for each in (truth, *judge(wanted, came)) if not each.met]
        if unmet:
            told_ = [f"{each.name}: {visible(each.reason)}" for each in unmet]
            answer = came["answer"] or f"none: {came['reason']}"
            raise AssertionError("\n".join((*told_, f"answer: {visible(answer)}")))


def _expected(given: Mapping[str, Any]) -> Expected:
    """The expectations of a call, read as strictly as a file's."""
    if not given:
        return Expected()
    try:
        # A date or a path is meant as it is written.
        plain = {key: str(each) if _is_written(each) else each for key, each in given.items()}
        (node,) = of_json_lines(dumps(plain))
        return expected(node)
    except (Unmeant, CaseError) as error:
        raise TypeError(f"assert_cited: {error.message} {error.hint}") from None


def _is_written(value: object) -> bool:
    from datetime import date

    return isinstance(value, (date, Path))
