"""How a language model can fail a question; each failure is told to the reader in a line."""

from __future__ import annotations

from index.errors import FootnoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Kind = Literal["down", "slow", "limited", "refused", "cut", "nonsense", "over_budget"]


class ModelError(FootnoteError):
    """A model gave no answer, or no whole one.

    `kind` says how: "down" (no connection, or an error of the server's), "slow" (past the
    deadline), "limited" (too many requests), "refused" (the key, the model's name or the
    request), "cut" (it stopped in the middle), "nonsense" (what it wrote holds no claims that
    can be read), "over_budget" (what may be spent is spent).
    """

    def __init__(self, kind: Kind, message: str, hint: str = "") -> None:
        super().__init__(message, hint)
        self.kind = kind
