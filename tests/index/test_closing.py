"""A `with` closes what it was given, whatever happens in it."""

from __future__ import annotations

import pytest

from bot.wiring import Desk
from index.closing import Closing
from index.dense.vectors import VectorCache
from index.generation import Generation
from index.pack import PackReader


class Door(Closing):
    closed = 0

    def close(self) -> None:
        self.closed += 1


def test_it_is_closed_once_and_errors_go_on() -> None:
    with Door() as door:
        assert isinstance(door, Door)
        assert door.closed == 0
    assert door.closed == 1
    with pytest.raises(KeyError), door:
        raise KeyError
    assert door.closed == 2


@pytest.mark.parametrize("closing", [Desk, Generation, PackReader, VectorCache])
def test_all_that_close_have_a_way_of_their_own(closing: type[Closing]) -> None:
    assert issubclass(closing, Closing)
    assert closing.close is not Closing.close
    assert closing.__exit__ is Closing.__exit__
