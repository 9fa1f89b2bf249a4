"""One file made ready for the index: read at rest, cut into passages, turned into terms."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from index.errors import CorpusError
from index.lexical import Entry
from index.load import document, notes
from index.manifest import Cut, Row, Stat, ordinal
from index.pack import compress
from index.reading import Skipped, Unloadable
from index.record import record, replaced
from index.rest import read_at_rest, stat_of
from index.schema import Article, Document, Passage, is_boilerplate
from index.split import passages
from index.terms import date_terms, index_terms


@record
class Terms:
    """The terms of a document: of each passage's body, and of each article's title."""

    bodies: list[str]
    titles: list[str]


@record
class Prepared:
    """A file that can be indexed; `notes` say how it was read."""

    cut: Cut
    terms: Terms
    notes: tuple[str, ...] = ()


@record
class Failed:
    """A file that cannot be indexed, as it was when that was found out."""

    file: str
    skipped: Skipped
    stat: Stat | None


def prepare(corpus: Path, file: str) -> Prepared | Failed:
    """Read, cut and analyse a file; whatever is wrong with it, the others are not harmed."""
    before = stat_of(corpus, file)  # one taken after a failure may be that of a mended file
    try:
        data, stat = read_at_rest(corpus, file)
        found = document(file, data)
        return _prepared(found, stat, sha256(data).hexdigest())
    except Unloadable as error:
        return Failed(file, error.skipped, before)
    except CorpusError as error:  # the folder went in the middle
        return Failed(file, Skipped(file, "unreadable", f"{file}: {error.message}"), None)
    except Exception as error:
        # A document that our own code fails on must not keep the others from being indexed.
        what = f"{file}: it cannot be cut into passages ({type(error).__name__}: {error})"
        return Failed(file, Skipped(file, "unreadable", what), before)


def analyse(passages: Iterable[Passage], articles: Iterable[Article]) -> Terms:
    """The terms of a document's passages and of its articles' titles."""
    return Terms(
        [index_terms(each.text, each.article.language) for each in passages],
        [index_terms(each.title or "", each.language) for each in articles],
    )


def entries(
    id: int, articles: tuple[Article, ...], rows: list[Row], terms: Terms
) -> Iterable[Entry]:
    """The passages of the document `id` as the lexical index takes them.

    The title's terms count in each passage's body too: a paragraph seldom repeats what its
    headline said. The date counts as a part of the title, so that "in 2021" finds what was
    written then. Boilerplate is about neither, and goes without.
    """
    dates = [ordinal(article.date) for article in articles]
    for number, (_, _, article, kind) in enumerate(rows):
        body = terms.bodies[number]
        if is_boilerplate(kind):
            yield Entry(id, number, dates[article], kind, body, "")
            continue
        title, when = terms.titles[article], " ".join(date_terms(articles[article].date))
        yield Entry(id, number, dates[article], kind, f"{title} {body}", f"{title} {when}")


def rows_of(
    passages: Iterable[Passage],
) -> tuple[tuple[Article, ...], list[Row]]:
    """The articles that passages stand in, and the passages as rows of a Cut."""
    numbers: dict[Article, int] = {}
    rows = [
        (each.start, each.end, numbers.setdefault(each.article, len(numbers)), int(each.kind))
        for each in passages
    ]
    return tuple(numbers), rows


def _prepared(found: Document, stat: Stat, digest: str) -> Prepared:
    cut = passages(found)
    articles, rows = rows_of(cut)
    stored = Cut(replaced(found, text=""), stat, digest, compress(found.text), articles, rows)
    return Prepared(stored, analyse(cut, articles), notes(found))
