"""What a generation knows of its files, articles and passages: tables that no one reads whole."""

from __future__ import annotations

import sqlite3
from array import array
from collections.abc import Mapping, Sequence
from datetime import date as Date
from pathlib import Path
from zlib import compress, decompress

from index.pack import Place
from index.record import record
from index.schema import Article, Document, Kind, Places

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# The number goes into the pointer to a generation, too: raise it when a file, table or
# column of a generation changes.
FORMAT = 4
NAME = "manifest.sqlite"
# Of the dense part, as `flat` writes it: what is known of each passage, and the vectors.
VECTOR_FILES = ("rows.bin", "vectors.bin")
ROW_SIZE = 56

_TABLES = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, file TEXT NOT NULL UNIQUE,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER, sha256 BLOB,
    encoding TEXT, body INTEGER, title TEXT, date INTEGER, source TEXT, replaced INTEGER,
    hidden INTEGER, extractor TEXT, left_out TEXT,
    pack INTEGER, offset INTEGER, length INTEGER, blocks TEXT);
CREATE TABLE articles (
    file INTEGER, number INTEGER, start INTEGER, end INTEGER, title TEXT, date INTEGER,
    language TEXT, PRIMARY KEY (file, number)) WITHOUT ROWID;
CREATE TABLE passages (
    file INTEGER, number INTEGER, start INTEGER, end INTEGER, article INTEGER, kind INTEGER,
    PRIMARY KEY (file, number)) WITHOUT ROWID;
CREATE TABLE places (file INTEGER PRIMARY KEY, kind TEXT, places BLOB, names TEXT);
CREATE TABLE copies (
    file TEXT PRIMARY KEY, original INTEGER,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER) WITHOUT ROWID;
CREATE INDEX files_by_content ON files (sha256);
CREATE INDEX copies_by_original ON copies (original);
CREATE TABLE skipped (
    file TEXT PRIMARY KEY, reason TEXT, message TEXT,
    size INTEGER, mtime_ns INTEGER, ctime_ns INTEGER, inode INTEGER) WITHOUT ROWID;
"""
FILE_COLUMNS = (
    "id, file, size, mtime_ns, ctime_ns, inode, sha256, encoding, body, title, date, source,"
    " replaced, hidden, extractor, left_out, pack, offset, length, blocks"
)

# Every name of every document: that by which it goes, and its copies'.
NAMES = (
    "SELECT * FROM (SELECT file, id, size, mtime_ns, ctime_ns, inode FROM files UNION ALL"
    " SELECT file, original, size, mtime_ns, ctime_ns, inode FROM copies)"
)

Stat = tuple[int, int, int, int]  # size, mtime_ns, ctime_ns, inode


@record
class FileRecord:
    """A file as it was indexed. `extractor` is None where its text was decoded, not extracted."""

    id: int
    file: str
    stat: Stat
    sha256: str
    encoding: str
    body: int
    title: str | None
    date: Date | None
    source: str | None
    replaced: int
    extractor: str | None
    left_out: tuple[str, ...]
    place: Place
    hidden: int = 0


@record
class DensePart:
    """What a generation's dense arm was made with; without vectors, `dimension` is 0.

    `missing` passages have no vector, for they could not be embedded. `collection` stands in the
    generation's folder or, if that is not "", at `address`. `trust` is 0 to 1 by language.
    """

    embedder: str
    dimension: int
    collection: str
    address: str
    missing: int
    trust: Mapping[str, float]
    deleted: int = 0  # since the collection was last built whole
    drift: int = 0  # passages that came and went since `trust` was measured


# A passage in a Cut: start, end, number of its article, kind.
Row = tuple[int, int, int, int]


@record
class Cut:
    """A document cut up for a generation to store: `blocks` is its text, compressed."""

    document: Document
    stat: Stat
    sha256: str
    blocks: list[bytes]
    articles: tuple[Article, ...]
    passages: list[Row]


def opened(path: Path) -> sqlite3.Connection:
    """The manifest of a finished generation, which nobody writes: no lock, no journal."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )


def editing(path: Path) -> sqlite3.Connection:
    """The manifest of a generation that is being built, made if it is not there.

    There is no journal: a build that fails is thrown away whole.
    """
    new = not path.exists()
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rwc", uri=True, isolation_level=None
    )
    for pragma in ("journal_mode=OFF", "synchronous=OFF", "locking_mode=EXCLUSIVE"):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    if new:
        connection.executescript(_TABLES)
    connection.execute("BEGIN")
    return connection


def bound(text: str | None) -> str | bytes | None:
    """`text` as SQLite takes it: a lone surrogate, as in odd file names, needs bytes."""
    if text is None or text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
    return text


def unbound(value: str | bytes) -> str:
    """What `bound` was given."""
    return value if isinstance(value, str) else value.decode("utf-8", "surrogatepass")


def ordinal(date: Date | None) -> int:
    """A date as the tables hold it; 0 for none."""
    return date.toordinal() if date else 0


def date_of(number: int) -> Date | None:
    """The date that `ordinal` was given."""
    return Date.fromordinal(number) if number else None


def record_of(row: Sequence[Any]) -> FileRecord:
    """The record in a row of FILE_COLUMNS."""
    (id, file, size, mtime_ns, ctime_ns, inode, sha256, encoding, body, title, date, source) = row[
        :12
    ]
    (replaced, hidden, extractor, left_out, pack, offset, _, blocks) = row[12:20]
    return FileRecord(
        id=id,
        file=unbound(file),
        stat=(size, mtime_ns, ctime_ns, inode),
        sha256=sha256.hex(),
        encoding=encoding,
        body=body,
        title=None if title is None else unbound(title),
        date=date_of(date),
        source=None if source is None else unbound(source),
        replaced=replaced,
        hidden=hidden,
        extractor=extractor,
        left_out=tuple(unbound(left_out).split("\n")) if left_out else (),
        place=place_of(pack, offset, blocks),
    )


def place_of(pack: int, offset: int, blocks: str) -> Place:
    """The place in a row's last columns."""
    return Place(pack, offset, tuple(map(int, blocks.split())))


def article_of(row: Sequence[Any]) -> Article:
    """The article in a row of start, end, title, date, language."""
    start, end, title, date, language = row
    return Article(start, end, None if title is None else unbound(title), date_of(date), language)


def insert(connection: sqlite3.Connection, id: int, cut: Cut, place: Place) -> None:
    """Write a document's rows."""
    document = cut.document
    connection.execute(
        f"INSERT INTO files ({FILE_COLUMNS}) VALUES ({','.join('?' * 20)})",
        (
            id,
            bound(document.file),
            *cut.stat,
            bytes.fromhex(cut.sha256),
            document.encoding,
            document.body,
            bound(document.title),
            ordinal(document.date),
            bound(document.source),
            document.replaced,
            document.hidden,
            document.extractor,
            bound("\n".join(document.left_out)),
            place.pack,
            place.offset,
            place.size,
            " ".join(map(str, place.blocks)),
        ),
    )
    if document.places is not None:
        connection.execute("INSERT INTO places VALUES (?,?,?,?)", (id, *_packed(document.places)))
    connection.executemany(
        "INSERT INTO articles VALUES (?,?,?,?,?,?,?)",
        [
            (id, number, each.start, each.end, bound(each.title), ordinal(each.date), each.language)
            for number, each in enumerate(cut.articles)
        ],
    )
    connection.executemany(
        "INSERT INTO passages VALUES (?,?,?,?,?,?)",
        [(id, number, *passage) for number, passage in enumerate(cut.passages)],
    )


def holding(connection: sqlite3.Connection, sha256: str) -> list[tuple[int, str]]:
    """The documents of these bytes, by id and name."""
    rows = connection.execute(
        "SELECT id, file FROM files WHERE sha256 = ? ORDER BY id", (bytes.fromhex(sha256),)
    ).fetchall()
    return [(id, unbound(file)) for id, file in rows]


def delete(connection: sqlite3.Connection, id: int) -> int:
    """Delete a document's rows, and say how many passages it had."""
    connection.execute("DELETE FROM files WHERE id = ?", (id,))
    connection.execute("DELETE FROM copies WHERE original = ?", (id,))
    connection.execute("DELETE FROM articles WHERE file = ?", (id,))
    connection.execute("DELETE FROM places WHERE file = ?", (id,))
    return connection.execute("DELETE FROM passages WHERE file = ?", (id,)).rowcount


def places_of(row: Sequence[Any]) -> Places:
    """The places in a row of kind, places, names."""
    kind, packed, names = row
    numbers = array("I", decompress(packed))
    count = len(numbers) // 3
    return Places(
        kind,
        tuple(numbers[:count]),
        tuple(numbers[count : 2 * count]),
        tuple(numbers[2 * count :]),
        tuple(unbound(names).split("\n")) if names else (),
    )


def _packed(places: Places) -> tuple[str, bytes, str | bytes | None]:
    numbers = array("I", (*places.starts, *places.firsts, *places.lasts))
    return places.kind, compress(numbers.tobytes()), bound("\n".join(places.names))


def languages(connection: sqlite3.Connection) -> str:
    """The share of the body text by language, the largest first, as `shares_of` reads it."""
    rows = connection.execute(
        "SELECT language, SUM(p.end - p.start) FROM passages p JOIN articles a"
        " ON a.file = p.file AND a.number = p.article WHERE kind = ?"
        " GROUP BY language ORDER BY 2 DESC, 1",
        (int(Kind.BODY),),
    ).fetchall()
    total = sum(characters for _, characters in rows)
    return written({language: characters / total for language, characters in rows if characters})


def written(shares: Mapping[str, float]) -> str:
    """`shares` as `shares_of` reads them."""
    return " ".join(f"{language} {share!r}" for language, share in shares.items())


def dense_of(meta: Mapping[str, Any]) -> DensePart | None:
    """The dense part that `meta_of` noted; None where there is none, as in older generations."""
    if not meta.get("dense"):
        return None
    return DensePart(
        embedder=meta["dense"],
        dimension=meta["dense_dimension"],
        collection=meta["dense_collection"],
        address=meta["dense_address"],
        missing=meta["dense_missing"],
        trust=shares_of(meta["dense_trust"]),
        deleted=meta["dense_deleted"],
        drift=meta["dense_drift"],
    )


def meta_of(part: DensePart) -> dict[str, object]:
    """What `dense_of` reads."""
    return {
        "dense": part.embedder,
        "dense_dimension": part.dimension,
        "dense_collection": part.collection,
        "dense_address": part.address,
        "dense_missing": part.missing,
        "dense_trust": written(part.trust),
        "dense_deleted": part.deleted,
        "dense_drift": part.drift,
    }


def shares_of(text: str) -> dict[str, float]:
    """What `written` made; it is no JSON, whose reader takes 2 ms to import."""
    words = text.split(" ") if text else []
    return dict(zip(words[::2], map(float, words[1::2]), strict=True))
