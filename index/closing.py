"""What a `with` closes at its end."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self


class Closing:
    """Has a `close`, which a `with` calls, however it ends."""

    __slots__ = ()

    def close(self) -> None:
        """Let go what is held; a second time does nothing."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
