"""The tree of errors. Each carries a message and a hint that says what to do.

    FootnoteError
    ├── UsageError         a flag, setting or question that cannot be taken
    ├── CorpusError        the documents' folder is missing, empty or unreadable
    │   └── DocumentError  one file cannot be read; the others still can
    └── StoreError         the index on disk cannot be read or written
        ├── FormatError    an index that another version wrote
        └── LockedError    another process is writing the index

What is raised from this tree is shown to the user as `message` and `hint`; any other
exception is a bug in Footnote.
"""

from __future__ import annotations


class FootnoteError(Exception):
    """The root: `message` says what is wrong, `hint` what to do about it.

    `phrase` names what is said, and `figures` stand in it, where it is said in other languages.
    """

    def __init__(
        self, message: str, hint: str = "", *, phrase: str = "", figures: tuple[object, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.phrase = phrase
        self.figures = figures


class UsageError(FootnoteError):
    """A flag, a setting or a question that cannot be taken."""


class CorpusError(FootnoteError):
    """The documents' folder is missing, empty or unreadable."""


class DocumentError(CorpusError):
    """One file cannot be read; the others still can."""


class StoreError(FootnoteError):
    """The index on disk cannot be read or written."""


class FormatError(StoreError):
    """An index that another version of Footnote wrote."""


class LockedError(StoreError):
    """Another process is writing the index."""
