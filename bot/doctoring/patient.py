"""What is looked at: the settings, and what of the documents and the index could be opened."""

from __future__ import annotations

from index.closing import Closing
from index.store import Store

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.settings import Settings
    from index.generation import Generation
    from index.scan import Scan


class Patient(Closing):
    """A corpus and its store; `scanned` and `generation` are there once a look has found them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store.for_corpus(settings.store, settings.corpus, settings.keep)
        self.scanned: Scan | None = None
        self.generation: Generation | None = None

    def close(self) -> None:
        """Let the generation go."""
        generation, self.generation = self.generation, None
        if generation is not None:
            generation.close()
