"""How far a dense arm can be trusted with each language, measured on the corpus itself.

An embedder's own list of languages says little of how it does on these documents. So, once a
build, both arms are asked for passages that are known: with half the words of one of a passage's
sentences, which is about what a reader's question shares with its answer. Where they stand among
the passages of the sample tells good from bad alike in small corpora and large ones. It tells how
well an arm knows a language's words, not how well it knows other words for the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from heapq import heappushpop
from itertools import pairwise
from zlib import crc32

from index import weights
from index.lexical import Found, LexicalReader
from index.query import query_terms
from index.record import record
from index.schema import Kind, Passage
from index.sentences import sentences
from index.terms import UNSPACED, stemming_language

Key = tuple[str, int]  # a passage's file and its number there
Ranker = Callable[[Sequence[str], Sequence[str]], Sequence[Sequence[Key]]]
"""Queries and the language of each, to the passages that an arm finds for each, best first."""

DEPTH = 1000  # as far down as a ranking is looked at
_PLACES = 10  # among the sample's own that count
_MOST = 100  # passages of a language that are asked for
_LEAST = 10  # with fewer there is no telling a good arm from a lucky one
_PIECES = (4, 60)  # of a sentence that is asked with
# Below the first share of what the lexical arm finds, an arm is not heeded; from the second on it
# is in full.
_NONE, _FULL = 0.6, 0.8
# Hangul parts its words; the other scripts that do not are taken three characters at a time.
_JOINED = UNSPACED.replace("\uac00-\ud7a3", "")
_PIECE = rf"[{_JOINED}]{{1,3}}|[^\s{_JOINED}]+"


@record
class Known:
    """A passage that is to be found, and what both arms are asked for it."""

    key: Key
    language: str
    query: str


def measure(passages: Iterable[Passage], dense: Ranker, lexical: Ranker) -> dict[str, float]:
    """0 to 1 for each language with enough passages to tell: how far `dense` is to be heeded.

    `passages` are all of the corpus, or a sample of them; the same ones ask the same questions
    in whatever order they come. Each ranker is called once.
    """
    known = questions(passages)
    if not known:  # a ranker may have to open what it asks
        return {}
    queries, languages = [each.query for each in known], [each.language for each in known]
    found = _found(known, dense(queries, languages))
    reached = _found(known, lexical(queries, languages))
    return {name: trust_of(found[name], reached[name]) for name in sorted(reached)}


def trust_of(dense: float, lexical: float) -> float:
    """0 to 1, from the mean reciprocal ranks at which either arm found what it was asked for."""
    if lexical <= 0:
        return 1.0 if dense > 0 else 0.0
    share = (dense / lexical - _NONE) / (_FULL - _NONE)
    return round(min(1.0, max(0.0, share)), 3)


def questions(passages: Iterable[Passage]) -> list[Known]:
    """What both arms are asked: at most a hundred of each language, those of the least hashes."""
    pieces = re.compile(_PIECE)
    samples: dict[str, list[tuple[int, Key, Passage]]] = {}
    for each in passages:
        if each.kind is not Kind.BODY:
            continue
        key = (each.file, each.number)
        sample = samples.setdefault(each.article.language, [])
        entry = (-_hash(f"{each.file}\0{each.number}"), key, each)
        if len(sample) < _MOST:
            sample.append(entry)
            if len(sample) == _MOST:
                sample.sort()  # as good a heap as any
        elif entry > sample[0]:
            heappushpop(sample, entry)
    known = []
    for language, sample in sorted(samples.items()):
        asked = [
            Known(key, language, query)
            for _, key, passage in sorted(sample, reverse=True)
            if (query := _query(passage.text, pieces))
        ]
        if len(asked) >= _LEAST:
            known += asked
    return known


def lexical_ranker(
    reader: LexicalReader, file_name: Callable[[int], str], languages: Iterable[str]
) -> Ranker:
    """The lexical arm as `measure` asks it; `languages` are those of the corpus."""
    stems = tuple(sorted({stemming_language(each) for each in languages}))
    name = cache(file_name)

    def search(query: str, language: str) -> list[Found]:
        body = query_terms(query, language, stems)
        title = {term: weight * weights.TITLE for term, weight in body.items()}
        return reader.search(body, title, DEPTH, kinds=(Kind.BODY, Kind.HEADING))

    def rank(queries: Sequence[str], languages: Sequence[str]) -> list[list[Key]]:
        asked = zip(queries, languages, strict=True)
        return [keys_of(search(*each), name) for each in asked]

    return rank


def keys_of(found: Iterable[Found], file_name: Callable[[int], str]) -> list[Key]:
    """What a search found, as rankers name it; equal scores by file name and place."""
    named = ((each.score, file_name(each.file), each.number) for each in found)
    ordered = sorted(named, key=lambda each: (-each[0], each[1], each[2]))
    return [(file, number) for _, file, number in ordered]


def _found(known: Sequence[Known], rankings: Sequence[Sequence[Key]]) -> Mapping[str, float]:
    """The mean reciprocal rank of the known passages among those of the sample, by language."""
    sample = {each.key for each in known}
    ranks: dict[str, list[float]] = {}
    for each, ranking in zip(known, rankings, strict=True):
        best = [key for key in ranking if key in sample][:_PLACES]
        ranks.setdefault(each.language, []).append(
            1 / (1 + best.index(each.key)) if each.key in best else 0.0
        )
    return {language: sum(every) / len(every) for language, every in ranks.items()}


def _query(text: str, pieces: re.Pattern[str]) -> str:
    """Half of the pieces of one of the sentences, in their order; "" where none is fit to ask."""
    fit = []
    for start, end in sentences(text):
        found = list(pieces.finditer(text, start, end))
        if _PIECES[0] <= len(found) <= _PIECES[1]:
            fit.append((_hash(text[start:end]), found))
    if not fit:
        return ""
    _, found = min(fit, key=lambda each: each[0])
    drawn = sorted(range(len(found)), key=lambda i: (_hash(f"{i}\0{found[i][0]}"), i))
    kept = [found[i] for i in sorted(drawn[: (len(found) + 1) // 2])]
    parts = [kept[0][0]]
    for before, after in pairwise(kept):
        parts += ["" if before.end() == after.start() else " ", after[0]]
    return "".join(parts)


def _hash(text: str) -> int:
    return crc32(text.encode("utf-8", "surrogatepass"))
