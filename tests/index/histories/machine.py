"""The state machine: documents change, the index follows, comes to harm, is read and asked."""

from __future__ import annotations

import errno
import os
import re
import shutil
import sys
from pathlib import Path
from tempfile import mkdtemp

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

import index.filling
import index.split  # imported once, not by every process
from index.build import is_current, update
from index.dense.embed import EmbedderOptions
from index.errors import CorpusError, LockedError, StoreError
from index.generation import Generation
from index.scan import Scan, scan
from index.store import Store
from tests.index.faults.attempts import DENSE, DONE, KILLED, REFUSED, forked, missing
from tests.index.faults.indexers import LOCKED, ended, started
from tests.index.faults.shim import Shim
from tests.index.histories.asking import answering, wrong
from tests.index.histories.changing import FACT, NAME, PICK, YEAR, Changing
from tests.index.histories.documents import COUNTS, Fact, kind_of, otherwise
from tests.index.histories.judging import differences, scores, size, told
from tests.index.histories.model import Model, Snapshot
from tests.index.states import standing, state_of

NOTHING = 9  # the exit status of an update that found no document
_HARMS = {
    "kill": ("kill", 0),
    "torn": ("torn", 0),
    "ENOSPC": ("fail", errno.ENOSPC),
    "EIO": ("fail", errno.EIO),
    "ENOSPC+": ("forever", errno.ENOSPC),
}


class Machine(Changing):
    """Histories of one folder and one store.

    What writes the index are processes of their own, forked from this one, which has no threads.
    """

    library: Path | None = None  # the shim, where there is one
    embedder: EmbedderOptions | None = None

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="history-"))
        self.temporary = self.folder / "temporary"
        self.temporary.mkdir()
        os.environ["TMPDIR"] = str(self.temporary)
        self.model = Model(self.folder / "corpus")
        self.store = Store(self.folder / "store")
        self.indexed: Snapshot | None = None  # what the generation that stands is of
        self.ids: dict[int, str] = {}  # what has had an id, by its kind and hash
        self.readers: list[tuple[Generation, Snapshot]] = []
        self.turn = 0
        COUNTS["runs"] += 1

    # What is set for a whole history

    @initialize(keep=st.integers(1, 3), small=st.booleans(), deleted=st.sampled_from([0.1, 0.5, 9]))
    def begin(self, keep: int, small: bool, deleted: float) -> None:
        """How many generations stay, and whether a small index is built whole."""
        self.store.keep = keep
        self.small = small
        vars(index.filling)["SMALL"] = 2000 if small else 0
        index.filling._DELETED = deleted
        self.model.put("a.txt", Fact(0, 0, 0).written("a.txt"))

    # What happens to the index

    @rule(anew=st.sampled_from([False] * 7 + [True]))
    def reindex(self, anew: bool = False, known: bool = True) -> None:
        """Bring it up to date: it is then an index of what is in the folder, and of no more."""
        COUNTS["reindexed"] += 1
        before, now = self.indexed, self.model.snapshot()
        name = self.store.standing()

        def work() -> int:
            status, failures = self._update(anew=anew)
            if status == DONE and known:
                failures += told(self.report, None if anew else before, now)
            assert not failures, failures
            return status

        status = forked(work)
        if not now.documents:
            assert status == NOTHING, status
            assert self.store.standing() == name
            return
        assert status == DONE, status
        if anew:
            self.ids.clear()
        self._is(now)
        if self.store.standing() != name:
            self._tidied(name)

    @rule()
    def reindex_again(self) -> None:
        self.reindex()

    @precondition(lambda self: self.library is not None)
    @rule(harm=st.sampled_from(sorted(_HARMS)), at=st.integers(1, 360))
    def harm(self, harm: str, at: int) -> None:
        """An update comes to harm at some system call: the index is old whole or new whole."""
        now = self.model.snapshot()

        def work() -> int:
            assert self.library is not None
            kind, error = _HARMS[harm]
            shim = Shim(self.library)
            shim.arm([self.store.folder.absolute(), self.temporary], at, kind, error)
            return self._update(patient=True)[0]

        self.store.folder.mkdir(exist_ok=True)
        status = forked(work)
        COUNTS[f"{harm} {'done' if status == DONE else 'harmed'}"] += 1
        assert status in (DONE, REFUSED, KILLED, NOTHING), status
        self._either(now, must=status == DONE)

    @rule(count=st.integers(2, 3), wait=st.booleans())
    def several(self, count: int, wait: bool) -> None:
        """Several indexers at once: each is done, or says that another is at work."""
        COUNTS["several at once"] += 1
        now = self.model.snapshot()
        work = [started(lambda: self._update(wait=wait)[0]) for _ in range(count)]
        statuses = {ended(pid) for pid in work}
        if not now.documents:
            assert statuses <= {NOTHING, LOCKED}, statuses
            return
        assert DONE in statuses, statuses
        assert statuses <= ({DONE} if wait else {DONE, LOCKED}), statuses
        self._is(now)

    @rule(pick=PICK, fact=FACT, name=NAME, how=st.sampled_from(["write", "remove", "rename"]))
    def meanwhile(self, pick: int, fact: Fact, name: str, how: str) -> None:
        """Documents change between an update's look at the folder and its reading of them."""
        old = self.pick(pick)
        before = self.model.snapshot()
        if old is None or not before.documents:
            return
        seen = scan(self.model.corpus)
        if how == "write":
            self.model.put(old, fact.written(old), anew=False)
        elif how == "rename" and old != name:
            self.model.rename(old, name)
        elif how == "remove":
            self.model.remove(old)
        now = self.model.snapshot()
        status = forked(lambda: self._update(scanned=seen)[0])
        assert status in (DONE, NOTHING), status
        if status == DONE:
            with standing(self.store) as generation:
                for file in generation.files():
                    held = [each.reading.document for shot in (before, now)
                            for each in shot.documents if file in each.names]  # fmt: skip
                    assert generation.text(file) in [each.text for each in held if each], file
        if status == DONE:
            self.indexed = None  # it is neither of before nor of now
        if not now.documents:  # else what stands would be of neither, and stay
            self.model.put("a.txt", fact.written("a.txt"))
        self.reindex(known=status == NOTHING)

    @rule(keep=st.integers(1, 3))
    def reopen(self, keep: int) -> None:
        self.store = Store(self.store.folder, keep)

    @rule()
    def tidy(self) -> None:
        before = self.store.standing()
        self.store.tidy()
        assert self.store.standing() == before
        if before is not None:
            self._only()

    # Who reads it

    @precondition(lambda self: len(self.readers) < 3)
    @rule()
    def hold(self) -> None:
        """A reader comes and stays."""
        if self.indexed is not None:
            COUNTS["held"] += 1
            self.readers.append((standing(self.store), self.indexed))

    @precondition(lambda self: self.readers)
    @rule(number=st.integers(0, 2), stays=st.booleans())
    def read(self, number: int, stays: bool) -> None:
        """What a reader held over all changes is whole."""
        number %= len(self.readers)
        generation, indexed = self.readers[number]
        COUNTS["read from an old one"] += generation.name != self.store.standing()
        self._compare(generation, indexed)
        if not stays:
            generation.close()
            del self.readers[number]

    @rule(pick=PICK, old=st.booleans())
    def ask(self, pick: int, old: bool) -> None:
        """Ask the index that stands, or one that is held: of documents as they are now."""
        if old and self.readers:
            generation, indexed = self.readers[pick % len(self.readers)]
            for _, question in answering(indexed)[pick % 5 :][:1]:
                self._ask(generation, indexed, question)
        elif self.indexed is not None:
            with standing(self.store) as generation:
                for _, question in answering(self.indexed)[pick % 5 :][:1]:
                    self._ask(generation, self.indexed, question)

    @rule(pick=PICK, name=NAME, year=YEAR, how=st.sampled_from(["rename", "remove", "edit"]))
    def ask_of_what_changes(self, pick: int, name: str, year: int, how: str) -> None:
        """What would be cited is renamed, removed or edited just before it is asked for."""
        asked = [] if self.indexed is None else answering(self.indexed)
        if not asked or self.indexed is None:
            return
        names, question = asked[pick % len(asked)]
        file = names[year % len(names)]
        if file in self.model.files:
            if how == "remove":
                self.model.remove(file)
            elif how == "edit":
                data = otherwise(self.model.files[file].data, year)
                self.model.keeping_times(file, data)
            elif file != name:
                self.model.rename(file, name)
        with standing(self.store) as generation:
            self._ask(generation, self.indexed, question)

    def teardown(self) -> None:
        try:
            for generation, indexed in self.readers:
                self._compare(generation, indexed)
                generation.close()
            self.readers.clear()
            if sys.exception() is None:
                self.reindex()
        finally:
            for generation, _ in self.readers:
                generation.close()
            shutil.rmtree(self.folder, ignore_errors=True)

    # How it is looked at

    def _ask(self, generation: Generation, indexed: Snapshot, question: str) -> None:
        COUNTS["asked"] += 1
        model = self.model
        failures = wrong(generation, indexed, model.files, model.corpus, question)
        assert not failures, failures

    def _update(
        self,
        *,
        anew: bool = False,
        wait: bool = False,
        patient: bool = False,
        scanned: Scan | None = None,
    ) -> tuple[int, list[str]]:
        """Be a process that brings the index up to date, and how that ends."""
        try:
            self.report = update(
                self.model.corpus,
                self.store,
                embedder=self.embedder,
                anew=anew,
                wait=20.0 if wait else 0.0,
                scanned=scanned,
            )
        except CorpusError:
            return NOTHING, []
        except LockedError as error:
            return LOCKED, [] if error.hint else ["no hint"]
        except StoreError as error:
            if not (patient and error.hint):
                raise
            return REFUSED, []
        self.report.generation.close()
        self.store.tidy()  # the generation that it started from was held until now
        return DONE, []

    def _is(self, now: Snapshot) -> None:
        """The index is one of `now`."""
        with standing(self.store) as generation:
            self._compare(generation, now)
            assert is_current(generation, scan(self.model.corpus), embedder=self.embedder)
            if self.embedder is not None:
                assert missing(generation) == 0
            self._identified(generation)
            if self.turn % 3 == 0:
                self._as_built_anew(generation)
        self.indexed = now

    def _either(self, now: Snapshot, *, must: bool) -> None:
        """The index is as it was, or of `now`, which it `must` be where more than times changed."""
        before = self.indexed
        current = self.store.current()
        if current is None:
            assert before is None
            assert not must
            return
        with current as generation:
            new = differences(generation, now, self.turn)
            if not new:
                self._identified(generation)
                self.indexed = now
            elif before is None:
                raise AssertionError(new)
            else:
                assert not must or before.bytes == now.bytes, new
                old = differences(generation, before, self.turn)
                assert not old, (old, new)
            if self.embedder is not None:
                missing(generation)

    def _compare(self, generation: Generation, wanted: Snapshot) -> None:
        self.turn += 1
        found = differences(generation, wanted, self.turn)
        assert not found, found

    def _identified(self, generation: Generation) -> None:
        """An id is of one content for ever, and content keeps its id while it stands."""
        before = {} if self.indexed is None else {held.key for held in self.indexed.documents}
        known = {key: id for id, key in self.ids.items()}
        for file, record in generation.files().items():
            key = f"{kind_of(file)} {record.sha256}"
            assert self.ids.setdefault(record.id, key) == key, (record, self.ids)
            assert key not in before or known.get(key, record.id) == record.id, (record, self.ids)

    def _as_built_anew(self, generation: Generation) -> None:
        """It is what a build from nothing makes; to the last bit where it is small."""
        COUNTS["built anew"] += 1
        other = Store(self.folder / "fresh")
        try:
            assert forked(lambda: self._build(other)) == DONE
            with standing(other) as fresh:
                assert state_of(fresh) == state_of(generation)
                assert fresh.languages == generation.languages
                if self.small:
                    assert generation.deleted_count == 0
                    assert scores(fresh) == scores(generation)
                if self.small and self.embedder is not None:
                    assert fresh.dense is not None
                    assert generation.dense is not None
                    assert fresh.dense.trust == generation.dense.trust
                # What is left of earlier ones takes little: a tenth of the texts, and segments.
                most = 4 * size(fresh.path) + 200_000
                assert size(generation.path) < most, (size(generation.path), size(fresh.path))
        finally:
            shutil.rmtree(other.folder)

    def _build(self, other: Store) -> int:
        update(self.model.corpus, other, embedder=self.embedder).generation.close()
        return DONE

    def _tidied(self, before: str | None) -> None:
        """After an update that made a generation nothing lies about."""
        self._only()
        assert not os.listdir(self.temporary)
        if before is not None and self.store.keep > 1:
            assert before in os.listdir(self.store.folder / "generations")

    def _only(self) -> None:
        """There are no more generations than should be kept or are held."""
        kept = os.listdir(self.store.folder / "generations")
        assert all(re.fullmatch(r"[0-9]{8}-[0-9a-f]{8}", name) for name in kept), kept
        assert self.store.standing() in kept
        held = {generation.name for generation, _ in self.readers}
        assert len(set(kept) - held) <= self.store.keep, (kept, held)
        beside = set(os.listdir(self.store.folder)) - {"current", "generations", "lock"}
        assert all(name.startswith("vectors.sqlite") for name in beside), beside


class Dense(Machine):
    """With vectors as well."""

    embedder = DENSE
