"""Retrievals made by hand: what an answerer is given, without an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date

from bot.weights import Weights
from index.languages import language_of
from index.query import query_terms
from index.schema import Article, Hit, Kind, Passage, Retrieval

BEFORE = "Some other lines.\n\n"  # no passage here begins where its document does


def passage(
    text: str,
    file: str = "a.txt",
    *,
    kind: Kind = Kind.BODY,
    title: str | None = None,
    date: Date | None = None,
    language: str | None = None,
) -> Passage:
    """A passage of the document `document_of` gives."""
    start, end = len(BEFORE), len(BEFORE) + len(text)
    told = language_of(text)
    known = told if told in ("zh", "ko", "ja") else "en"  # so short a text tells no more
    article = Article(start, end, title, date, language or known)
    return Passage(file, 1, start, end, text, article, kind)


def document_of(passage: Passage) -> str:
    """The text of the document that a passage stands in."""
    return BEFORE + passage.text + "\n\nAnd more of them."


def retrieval(
    question: str,
    passages: Sequence[Passage | str],
    *,
    languages: Mapping[str, float] | None = None,
    scores: Sequence[float] = (),
) -> Retrieval:
    """`passages` as hits, best first; a plain string is a file of its own."""
    whole = [
        each if isinstance(each, Passage) else passage(each, f"{place}.txt")
        for place, each in enumerate(passages)
    ]
    told = scores or [10.0 - place for place in range(len(whole))]
    hits = tuple(
        Hit(each, rank, score)
        for rank, (each, score) in enumerate(zip(whole, told, strict=True), 1)
    )
    if languages is None:
        languages = {each.article.language: 1.0 for each in whole}
    rarities = dict.fromkeys(query_terms(question, language_of(question)), 2.0)
    return Retrieval(question, hits, rarities, languages, 100)


def weights(
    ranking: Mapping[str, float] | None = None,
    price: float = 0.5,
    about: float | Mapping[str, float] = 1.0,
    says: float | Mapping[str, float] = 1.0,
    *,
    about_characters: float | Mapping[str, float] | None = None,
    says_characters: float | Mapping[str, float] | None = None,
) -> Weights:
    """Weights that believe everything, but for what is given: a number is a constant, and what
    is below zero is not believed."""

    def table(given: float | Mapping[str, float]) -> Mapping[str, float]:
        return given if isinstance(given, Mapping) else {"": given}

    return Weights(
        ranking={"sentence": 10.0} if ranking is None else ranking,
        price=price,
        about=table(about),
        about_characters=table(about if about_characters is None else about_characters),
        about_least=0.0,
        says=table(says),
        says_characters=table(says if says_characters is None else says_characters),
        says_least=0.0,
    )
