"""What is remembered of late, and no more of it than fits: the oldest goes first."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Lately(Generic[K, V]):
    """The last `most` entries that were put or looked at; for one thread."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._entries: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """What was put under `key`, if it is still known."""
        if key not in self._entries:
            return None
        self._entries.move_to_end(key)
        return self._entries[key]

    def put(self, key: K, value: V) -> None:
        """Remember `value`; of too many, what was looked at longest ago is forgotten."""
        self._entries[key] = value
        self._entries.move_to_end(key)
        if len(self._entries) > self._most:
            self._entries.popitem(last=False)

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[K]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


class Once:
    """Which keys came before, of the last `most`: for what may be done but once for each."""

    def __init__(self, most: int) -> None:
        self._seen: Lately[Hashable, None] = Lately(most)

    def first(self, key: Hashable) -> bool:
        """Whether `key` comes for the first time."""
        if key in self._seen:
            return False
        self._seen.put(key, None)
        return True
