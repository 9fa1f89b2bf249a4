"""What happens to documents: the rules that change a folder, and no index."""

from __future__ import annotations

import codecs

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.index.histories.documents import BINARY, NAMES, Fact, otherwise
from tests.index.histories.model import Model

NAME = st.sampled_from(NAMES)
PICK = st.integers(0, len(NAMES) - 1)
FACT = st.builds(
    Fact,
    st.integers(0, 5),
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from([1, 1, 2, 3, 20]),
    st.sampled_from([False, False, True]),
    st.sampled_from(["utf-8", "utf-8", "cp949", "utf-16"]),
)
YEAR = st.integers(0, 3)


class Changing(RuleBasedStateMachine):
    """A folder whose documents change."""

    model: Model

    def pick(self, number: int) -> str | None:
        """One of the files there are."""
        names = sorted(self.model.files)
        return names[number % len(names)] if names else None

    @rule(name=NAME, fact=FACT, anew=st.booleans())
    def write(self, name: str, fact: Fact, anew: bool) -> None:
        self.model.put(name, fact.written(name), anew=anew)

    @rule(name=NAME, fact=FACT)
    def write_another(self, name: str, fact: Fact) -> None:
        self.model.put(name, fact.written(name))

    @rule(pick=PICK, year=YEAR, times=st.booleans())
    def edit(self, pick: int, year: int, times: bool) -> None:
        """Other bytes, of as many: with the time as it was, or not."""
        if name := self.pick(pick):
            data = otherwise(self.model.files[name].data, year)
            if times:
                self.model.keeping_times(name, data)
            else:
                self.model.put(name, data, anew=False)

    @rule(pick=PICK, more=st.sampled_from([b"\nThe mole was mended again by Han.\n", b"\n"]))
    def append(self, pick: int, more: bytes) -> None:
        if name := self.pick(pick):
            data = self.model.files[name].data
            if data.startswith(codecs.BOM_UTF16_LE):
                more = more.decode().encode("utf-16-le")
            self.model.put(name, data + more, anew=False)

    @rule(pick=PICK, name=NAME)
    def copy(self, pick: int, name: str) -> None:
        if old := self.pick(pick):
            self.model.copy(old, name)

    @rule(pick=PICK, name=NAME, link=st.booleans())
    def rename(self, pick: int, name: str, link: bool) -> None:
        if (old := self.pick(pick)) and old != name:
            (self.model.link if link else self.model.rename)(old, name)

    @rule(one=PICK, other=PICK)
    def exchange(self, one: int, other: int) -> None:
        first, second = self.pick(one), self.pick(other)
        if first and second and first != second:
            self.model.exchange(first, second)

    @rule(pick=PICK)
    def remove(self, pick: int) -> None:
        if name := self.pick(pick):
            self.model.remove(name)

    @rule(pick=PICK, time=st.sampled_from([10**18, 10**18 + 1, 15 * 10**17]))
    def touch(self, pick: int, time: int) -> None:
        if name := self.pick(pick):
            self.model.touch(name, time)

    @rule(pick=PICK, data=st.sampled_from([b"", b"", BINARY, BINARY, b" \n"]))
    def spoil(self, pick: int, data: bytes) -> None:
        if name := self.pick(pick):
            self.model.put(name, data, anew=False)
