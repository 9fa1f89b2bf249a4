"""What was found of one thing: whether it is well, what it is, and what to do about it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from index.errors import FootnoteError
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    # Where all works and only less of it than could be, or not for long, it is a warning.
    Level = Literal["ok", "note", "warning", "problem"]
    # What may be done about it: remove what nobody needs, drop the cache of vectors, bring the
    # index up to date, build it whole.
    Mend = Literal["tidy", "forget", "update", "rebuild"]


@record
class Finding:
    """What was found of the thing `name`; `hint` says what to do where it is not well.

    `details` are what it is about, one by one. `mend` is what would help, and `fixed` whether
    it did.
    """

    name: str
    level: Level
    message: str
    hint: str = ""
    details: tuple[str, ...] = ()
    mend: Mend | None = None
    fixed: bool = False

    @property
    def well(self) -> bool:
        """Whether there is nothing to be done about it."""
        return self.fixed or self.level in ("ok", "note")


def well(name: str, message: str) -> Finding:
    """That `name` is as it should be."""
    return Finding(name, "ok", message)


def wrong(name: str, message: str, hint: str = "", mend: Mend | None = None) -> Finding:
    """That `name` does not work."""
    return Finding(name, "problem", message, hint, mend=mend)


def guarded(name: str, look: Callable[[], Iterable[Finding]]) -> list[Finding]:
    """What `look` finds; where it fails, that it did: the other looks are not harmed."""
    try:
        return list(look())
    except FootnoteError as error:
        return [wrong(name, error.message, error.hint)]
    except Exception as error:
        logging.getLogger(__name__).exception("it could not be checked")
        message = f"It could not be checked: {type(error).__name__}: {error}"
        return [wrong(name, message, "Report what stands on standard error.")]
