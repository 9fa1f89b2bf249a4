"""The recordings of a run's cases: a folder with a file for each, read when it is first needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import date as Date
from pathlib import Path
from threading import Lock

from bot.chat import recording
from bot.chat.recording import Recording, RecordingError, Said
from bot.chat.trying import Trying, of_thread
from bot.redaction import Redactor
from index.record import replaced

_SHORTEST_KEY = 8  # a shorter one is the name of a server, or a word for none


class Recordings:
    """The folder of recordings, for a run; with `refresh` a model may be asked for what is missing.

    Each case is asked by one thread at a time, many cases at once. `keys` are struck out of all
    that is written. In another process it begins anew.
    """

    def __init__(
        self,
        folder: Path,
        refresh: bool = False,
        keys: Iterable[str] = (),
        *,
        today: Callable[[], Date] = Date.today,
    ) -> None:
        self.folder = folder
        self._today = today
        self.refresh = refresh
        self._keys = tuple(each for each in keys if len(each) >= _SHORTEST_KEY)
        self.clean = Redactor(self._keys).keys
        self._cases: dict[str, Kept] = {}
        self._lock = Lock()

    def __reduce__(self) -> tuple[object, ...]:
        return Recordings, (self.folder, self.refresh, self._keys)

    def today(self) -> Date:
        """The day that the model is told: that of the recording, or the first time today's."""
        trying = of_thread()
        return self._today() if trying is None else self.case(trying.case).recording.today

    def case(self, name: str) -> Kept:
        """What is known of a case."""
        with self._lock:
            if name not in self._cases:
                path = recording.place(self.folder, name)
                found = recording.read(path)
                if found is not None and found.case != name:
                    raise RecordingError(
                        f"The recording {path} is of {found.case}, and not of {name}.",
                        "Remove it, and record the case anew with --refresh.",
                    )
                found = found or Recording(name, self._today())
                self._cases[name] = Kept(path, found)
            return self._cases[name]

    def prune(
        self, done: Collection[str], known: Callable[[str], bool], spared: Collection[str] = ()
    ) -> int:
        """Remove what a whole run had no use for, and say of how many cases.

        `done` are the cases that were asked to their end; of others all is kept while they are
        `known`. Answers to the prompts `spared` stay.
        """
        pruned = 0
        for path in recording.files(self.folder):
            try:
                found = recording.read(path)
            except RecordingError:
                continue  # it is somebody's, and no recording
            if found is None or path != recording.place(self.folder, found.case):
                continue
            if found.case in done:
                case = self._cases.get(found.case) or Kept(path, found)
                pruned += not case.failed and case.prune(spared)
            elif not known(found.case):
                path.unlink(missing_ok=True)
                pruned += 1
        return pruned


class Kept:
    """The recording of one case, at `path`, and what of it was of use; `failed` says that a model
    that was asked gave no answer."""

    def __init__(self, path: Path, found: Recording) -> None:
        self.path = path
        self.recording = found
        self.failed = False
        self._used: set[tuple[int, int]] = set()

    def find(self, trying: Trying, prompt: str) -> tuple[int, Said | None]:
        """The next answer to `prompt` in a try, and its place: where it stands or is to stand."""
        before = trying.asked[prompt]
        trying.asked[prompt] += 1
        tries = self.recording.tries
        tried = tries[trying.number] if trying.number < len(tries) else ()
        places = [n for n, said in enumerate(tried) if said.request.prompt == prompt]
        if before < len(places):
            return places[before], tried[places[before]]
        return len(tried), None

    def use(self, number: int, place: int) -> None:
        """Take note that an answer is of use."""
        self._used.add((number, place))

    def put(self, number: int, place: int, said: Said) -> None:
        """Keep an answer."""
        tries = [list(each) for each in self.recording.tries]
        tries += [[] for _ in range(number + 1 - len(tries))]
        tries[number][place : place + 1] = [said]
        self._write(tries)
        self.use(number, place)

    def prune(self, spared: Collection[str]) -> bool:
        """Forget what was of no use; whether anything was."""
        tries = [
            [
                said
                for place, said in enumerate(tried)
                if (number, place) in self._used or said.request.prompt in spared
            ]
            for number, tried in enumerate(self.recording.tries)
        ]
        while tries and not tries[-1]:
            tries.pop()
        if tuple(map(tuple, tries)) == self.recording.tries:
            return False
        if tries:
            self._write(tries)
        else:
            self.path.unlink(missing_ok=True)
        return True

    def _write(self, tries: Iterable[Iterable[Said]]) -> None:
        self.recording = replaced(self.recording, tries=tuple(map(tuple, tries)))
        recording.write(self.path, self.recording)
