"""What is remembered of channels and threads: whether one is busy, and who asked in it."""

from __future__ import annotations

from collections import deque
from time import monotonic

from bot.lately import Lately, Once

MOST_PLACES = 1_000
# A channel in which so many messages came within so many seconds is one for threads.
_LONG, _LONG_SECONDS = 10, 600.0


class Channels:
    """The channels and threads of late; for the event loop."""

    def __init__(self) -> None:
        self._traffic: Lately[int, deque[float]] = Lately(MOST_PLACES)
        self._partners: Lately[tuple[int, int], None] = Lately(MOST_PLACES)
        self._hinted = Once(MOST_PLACES)

    def came(self, channel: int) -> None:
        """Note that a message came in `channel`."""
        times = self._traffic.get(channel)
        if times is None:
            times = deque(maxlen=_LONG)
            self._traffic.put(channel, times)
        times.append(monotonic())

    def is_long(self, channel: int) -> bool:
        """Whether so much is said in `channel` that an answer is soon far up."""
        times = self._traffic.get(channel)
        return times is not None and len(times) == _LONG and monotonic() - times[0] < _LONG_SECONDS

    def is_partner(self, thread: int, user: int) -> bool:
        """Whether `user` asked in `thread` before."""
        return (thread, user) in self._partners

    def asked(self, thread: int, user: int) -> None:
        """Note that `user` asked in `thread`."""
        self._partners.put((thread, user), None)

    def hint(self, thread: int | None) -> bool:
        """Whether those in `thread` are yet to be told how to go on; they are told once."""
        return self._hinted.first(thread)
