"""Regular expressions from people's files, matched in a time linear in the text (RE2)."""

from __future__ import annotations

from functools import lru_cache

from bot.check.errors import CaseError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Match(Protocol):
        """What was found of a pattern."""

        def group(self) -> str: ...

    class Pattern(Protocol):
        """A pattern of RE2, as far as it is used."""

        def search(self, text: str) -> Match | None: ...


_LONGEST = 1000  # characters: no person writes a longer one
_HINT = (
    "It is of RE2's kind: nothing that looks ahead or behind, and no reference back to a group. "
    r"\w, \d and \b know only ASCII; \pL is a letter of any script."
)


@lru_cache(maxsize=512)
def compiled(pattern: str) -> Pattern:
    """`pattern`, ready to be searched for; CaseError says why it cannot be."""
    import re2  # late: only a case that has a pattern needs it

    if len(pattern) > _LONGEST:
        raise CaseError(
            f"a pattern of {len(pattern):,} characters is too long", f"{_LONGEST:,} are the most."
        )
    options = re2.Options()
    options.log_errors = False  # on stderr, past whoever shows the error
    try:
        made: Pattern = re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0] if error.args else ""
        if isinstance(why, bytes):
            why = why.decode("utf-8", "replace")
        raise CaseError(f"{pattern!r} is no pattern: {why}", _HINT) from None
    except UnicodeEncodeError:  # half of a surrogate pair
        raise CaseError(f"{pattern!r} is no pattern: it is not text", _HINT) from None
    return made


def matched(pattern: str, text: str) -> str | None:
    """The first words of `text` that match `pattern`, or None; CaseError as `compiled`."""
    # What no encoding has, RE2 cannot read.
    match = compiled(pattern).search(text.encode("utf-8", "replace").decode("utf-8"))
    return None if match is None else match.group()
