"""A corpus in memory with a true search index: all that a Retriever reads of a generation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from index.languages import language_of
from index.lexical import LexicalWriter
from index.prepare import analyse, entries, rows_of
from index.schema import Article, Kind, Passage


@dataclass(frozen=True)
class Piece:
    """A passage to be, and the article that it stands in."""

    text: str
    kind: Kind = Kind.BODY
    title: str | None = None
    date: Date | None = None


class Corpus:
    """`files` as one document each, its pieces parted by empty lines, indexed in `folder`.

    Files get their ids in the order of `files`, and are written `batch` at a time.
    """

    def __init__(
        self,
        folder: Path,
        files: Mapping[str, Sequence[Piece | str]],
        threads: int = 1,
        batch: int = 10**6,
        languages: Mapping[str, float] | None = None,
    ) -> None:
        self.lexical_path = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._files = list(files)
        self.texts: dict[str, str] = {}
        self._passages: list[list[Passage]] = []
        sizes: dict[str, float] = {}
        for file, pieces in files.items():
            self._passages.append(self._passages_of(file, pieces))
            for each in self._passages[-1]:
                if not each.boilerplate:
                    language = each.article.language
                    sizes[language] = sizes.get(language, 0) + len(each.text)
        whole = sum(sizes.values()) or 1.0
        self.languages = languages or {name: size / whole for name, size in sizes.items()}
        for first in range(0, max(1, len(self._passages)), batch):
            writer = LexicalWriter(folder, threads)
            for id, passages in list(enumerate(self._passages))[first : first + batch]:
                articles, rows = rows_of(passages)
                writer.add(entries(id, articles, rows, analyse(passages, articles)))
            writer.commit()

    def _passages_of(self, file: str, pieces: Sequence[Piece | str]) -> list[Passage]:
        whole = [each if isinstance(each, Piece) else Piece(each) for each in pieces]
        self.texts[file] = "\n\n".join(each.text for each in whole)
        found: list[Passage] = []
        start = 0
        for number, each in enumerate(whole):
            end = start + len(each.text)
            article = Article(start, end, each.title, each.date, language_of(each.text))
            found.append(Passage(file, number, start, end, each.text, article, each.kind))
            start = end + 2
        return found

    def file_name(self, id: int) -> str:
        return self._files[id]

    def matching(self, files: Iterable[str]) -> frozenset[int]:
        wanted = tuple(files)
        return frozenset(
            id
            for id, name in enumerate(self._files)
            if any(name == each or name.startswith(f"{each}/") for each in wanted)
        )

    def passages(self, ids: Sequence[tuple[int, int]]) -> list[Passage]:
        return [self._passages[file][number] for file, number in ids]
