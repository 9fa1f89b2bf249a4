"""What is wrong with a file of cases, and where in it."""

from __future__ import annotations

from index.errors import FootnoteError


class CaseError(FootnoteError):
    """Files of cases that cannot be meant as they are written, or cannot be read."""


class Unmeant(Exception):
    """Something in the text of such a file, at its character `at`, before its line is told."""

    def __init__(self, message: str, hint: str, at: int) -> None:
        super().__init__(message)
        self.message, self.hint, self.at = message, hint, at
