"""What a generation holds, in a form that two generations can be compared in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from index.generation import Generation
from index.lexical import LexicalReader
from index.schema import Kind
from index.store import KEEP, Store

WORD = "harbour"  # stands in every passage that `page` makes


@dataclass(frozen=True)
class State:
    """Texts and passages by file, and the passages that the lexical index finds."""

    texts: dict[str, str]
    passages: set[tuple[str, int, int, int, Kind, str | None, str]]
    found: list[tuple[str, int]]
    duplicates: tuple[tuple[str, ...], ...]


def page(topic: str, paragraphs: int = 2) -> str:
    """A document whose paragraphs all hold WORD and `topic`."""
    line = (
        "The {0} of the old harbour was mended in the spring, and everyone who lives near the"
        " water came to look at it; the {0}, they said, number {1}, had never been so fine."
    )
    return "\n\n".join(line.format(topic, number) for number in range(paragraphs)) + "\n"


def state_of(generation: Generation) -> State:
    """All of a generation, read through its public face."""
    names = {record.id: file for file, record in generation.files().items()}
    reader = LexicalReader(generation.lexical_path)
    found = reader.search({WORD: 1.0}, {}, k=100_000)
    return State(
        texts={file: generation.text(file) for file in names.values()},
        passages={
            (each.file, each.number, each.start, each.end, each.kind, each.article.title, each.text)
            for each in generation.every_passage()
        },
        found=sorted((names[each.file], each.number) for each in found),
        duplicates=generation.duplicates(),
    )


def standing(store: Store) -> Generation:
    """The generation that stands, which there must be."""
    generation = store.current()
    assert generation is not None
    return generation


def current_state(store: Store) -> State:
    """The state of the generation that stands."""
    with standing(store) as generation:
        state = state_of(generation)
    assert len(state.found) == sum(WORD in each[-1] for each in state.passages)
    return state


def write(corpus: Path, **documents: str) -> Path:
    """A corpus with these documents; their names get `.txt`."""
    corpus.mkdir(parents=True, exist_ok=True)
    for name, text in documents.items():
        (corpus / f"{name}.txt").write_text(text, encoding="utf-8")
    return corpus


def left_over(store: Store) -> list[str]:
    """What lies in the store's folders beside what should."""
    kept = sorted((store.folder / "generations").iterdir())
    old = [path.name for path in kept if not path.suffix][:-KEEP]
    return old + [
        path.name
        for path in (*kept, *store.folder.iterdir())
        if path.suffix in (".building", ".new")
    ]
