"""Which embedder there is, what of a passage it gets, and what vectors must be; light to import."""

from __future__ import annotations

from index.errors import StoreError, UsageError
from index.hidden import marked, seen
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, Protocol

    import numpy as np
    import numpy.typing as npt

    from index.schema import Passage

    Matrix = npt.NDArray[np.float32]  # a row a text
    Vector = npt.NDArray[np.float32]

    class Embedder(Protocol):
        """Gives vectors of unit length; safe for several threads. Close it to let it go.

        `tokens` are those that a server said it read, `notes` what became of texts that it did
        not take as they are.
        """

        id: str

        @property
        def tokens(self) -> int | None: ...
        @property
        def notes(self) -> tuple[str, ...]: ...

        def embed(self, texts: Iterable[str]) -> Iterator[tuple[Sequence[int], Matrix]]:
            """The vectors of `texts` as they arrive: the places of some texts, a row each.

            Whatever was computed is given before an EmbeddingError is raised. A text that is
            refused for what it is gets none.
            """
            ...

        def query(self, text: str) -> Vector:
            """The vector of a question, for which somebody is waiting."""
            ...

        def close(self) -> None: ...


# Raise it when `text_of`, or what an embedder makes of a text, changes.
TEXT_VERSION = 1
KINDS = ("openai", "minilm", "hashed")
OPENAI_MODEL = "text-embedding-3-small"
MINILM = "all-MiniLM-L6-v2"
HASHED = 256  # dimensions of the hashed embedder where none are set


class EmbeddingError(StoreError):
    """An embedder gave no vectors, or none that can be used."""


@record
class EmbedderOptions:
    """Which embedder, and how it is asked. Only kind, model and dimensions decide vectors.

    `base_url`, `api_key`, `concurrency`, `timeout` (seconds a request) and `retries` are the
    "openai" kind's: any server with an OpenAI-compatible `/embeddings`.
    """

    kind: str
    model: str | None = None
    base_url: str | None = None
    api_key: str | None = None
    concurrency: int = 8
    dimensions: int | None = None
    timeout: float = 60.0
    retries: int = 5


def embedder_id(options: EmbedderOptions) -> str:
    """The name of all that decides the vectors; where the server stands does not."""
    if options.kind == "openai":
        size = str(options.dimensions) if options.dimensions else "own"
        name = options.model or OPENAI_MODEL
    elif options.kind == "minilm":
        name, size = MINILM, "384"
    elif options.kind == "hashed":
        name, size = "ngrams", str(options.dimensions or HASHED)
    else:
        raise UsageError(
            f"There is no embedder {options.kind!r}.", f"Name one of: {', '.join(KINDS)}"
        )
    return f"{options.kind} {name} {size} {TEXT_VERSION}"


def text_of(passage: Passage) -> str:
    """What is embedded of a passage: its article's title, a line end, and its own text.

    Boilerplate is about no title, and goes without, as in the lexical arm. What nobody sees goes,
    too. A lone surrogate, which no UTF-8 has, is replaced.
    """
    title = "" if passage.boilerplate else passage.article.title or ""
    whole = f"{title}\n{passage.text}" if title else passage.text
    text = seen(whole)
    if not text.strip():  # of nothing there is no vector
        text = marked(whole)
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def unit(vectors: Any, who: str) -> Matrix:
    """`vectors` scaled to length 1; EmbeddingError where that cannot be."""
    import numpy as np

    with np.errstate(all="ignore"):
        matrix = np.asarray(vectors, dtype=np.float32)
        lengths = np.linalg.norm(matrix.astype(np.float64), axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise EmbeddingError(
            f"{who} gave a vector that is zero or no number.",
            "Check the embedding model; another one can be named with --embedding-model.",
        )
    scaled: Matrix = (matrix / lengths).astype(np.float32)
    return scaled
