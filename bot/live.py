"""An answer shown claim by claim while a model writes it; each stands verified."""

from __future__ import annotations

import sys
from types import TracebackType

from bot.answers import Answer, Citation, Claim, Locator, Reply
from bot.output import Output, flush
from bot.render import text
from bot.terminal import Waiting
from index.errors import FootnoteError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self


class Live:
    """Writes the claims of one answer as they come.

    Whoever stops it in the middle still gets the footnotes of what was shown.
    """

    def __init__(self, output: Output) -> None:
        self._output = output
        self._claims: list[Claim] = []
        self._citations: tuple[Citation, ...] = ()
        dots = "…" if output.style.curly else "..."
        self._waiting = Waiting(sys.stderr, output.environment, f"the model is writing{dots}")

    def __call__(self, claim: Claim, citations: tuple[Citation, ...]) -> None:
        """Show `claim`; `citations` are all so far."""
        self._waiting.hide()
        # Noted first: who stops it as soon as the claim stands there gets its footnote, too.
        self._claims.append(claim)
        self._citations = citations
        self._output.text(text.of_claim(claim, self._output.style))
        flush()
        self._waiting.show()

    def finish(self, reply: Reply, lines: Sequence[Locator | None]) -> None:
        """Write what was not shown yet."""
        self._waiting.hide()
        shown = len(self._claims)
        if not isinstance(reply, Answer) or list(reply.claims[:shown]) != self._claims:
            self._footnotes()  # of what was shown and is no part of the answer
            if shown:
                self._output.text("")
            shown = 0
        self._output.text(text.of_reply(reply, self._output.style, lines, shown))
        self._claims = []

    def __enter__(self) -> Self:
        self._waiting.show()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._waiting.hide()
        if isinstance(error, (KeyboardInterrupt, FootnoteError)):
            self._footnotes()

    def _footnotes(self) -> None:
        if self._claims:
            self._output.text(text.of_footnotes(self._citations, self._output.style))
            flush()
