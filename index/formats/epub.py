"""EPUB: the chapters of a book in the order in which it is read, by the names its contents give."""

from __future__ import annotations

import posixpath
import re
from datetime import date as Date

from index.formats.archive import member, opened_document
from index.formats.composing import Composing
from index.formats.epub_contents import Contents, Items, contents, path_of
from index.formats.extracted import Extracted, Refused
from index.formats.markup import page, parsed, tag_of
from index.formats.titles import believable_date, believable_title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any
    from zipfile import ZipFile

_MAX_ENTRIES = 20_000  # of the table of contents, and of what is read
_MAX_MARKUP = 64 << 20  # of all that is parsed: a member may be named a thousand times
_FONTS = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")
_XHTML = "application/xhtml+xml"
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog div dl dt fieldset "
    "figcaption figure footer form h1 h2 h3 h4 h5 h6 header hr li main menu nav ol p pre section "
    "summary table tbody tfoot thead tr ul".split()
)
_UNSEEN = frozenset(
    "head script style template noscript rp rt svg audio video object iframe".split()
)
_HEADINGS = frozenset(("h1", "h2", "h3"))
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_FIRST_BOOK = 1450
_DC = "{http://purl.org/dc/elements/1.1/}"
_SPACE = re.compile(r"\s+")


class _Book:
    """What is met on the way through a book."""

    def __init__(self, archive: ZipFile, contents: Contents) -> None:
        self.archive = archive
        self.contents = contents
        self.composing = Composing("chapter")
        self.chapter = 0
        self.name = ""
        self.begins: str | None = None  # the name of the chapter that the next words begin
        self.pictures = 0
        self.hidden = 0


def extract(data: bytes, encoding: str | None) -> Extracted:  # noqa: ARG001 - as all formats
    """The text of the EPUB `data` and the chapter of each block; raises Refused."""
    from lxml import etree

    with opened_document(data) as archive:
        _protected(archive)
        package_name = _package_name(archive)
        package = parsed(member(archive, package_name))
        if package is None:
            raise Refused("damaged", "it is damaged: its table of parts is missing")
        folder = posixpath.dirname(package_name)
        items = _items(package, folder)
        named, listings = contents(archive, package, items)
        book = _Book(archive, named)
        missing = _read(book, package, items, listings)
        title, date = _metadata(package)
    if missing and not book.composing.size:
        raise Refused("damaged", "it is damaged: its parts are missing or cannot be read")
    left_out = book.composing.left_out
    if missing:
        left_out.append(f"parts that are missing or damaged: {missing:,}")
    if book.pictures:
        left_out.append(f"pictures: {book.pictures:,}")
    if book.hidden:
        left_out.append(f"hidden text: {book.hidden:,} characters")
    if listings:
        left_out.append("the table of contents")
    return book.composing.extracted("utf-8", f"lxml {etree.__version__}", title, date)


def _protected(archive: ZipFile) -> None:
    """Refuses a book whose parts are encrypted; that fonts are is usual."""
    told = member(archive, "META-INF/encryption.xml")
    if told is None:
        return
    for method in re.findall(rb"EncryptionMethod[^>]*?Algorithm\s*=\s*[\"']([^\"']*)", told):
        if method not in _FONTS:
            raise Refused("encrypted", "it is protected against copying")


def _package_name(archive: ZipFile) -> str:
    """Where in the archive the list of a book's parts is."""
    root = parsed(member(archive, "META-INF/container.xml"))
    if root is not None:
        for element in root.iter("{*}rootfile"):
            path = element.get("full-path")
            if path and path in archive.NameToInfo:
                return str(path)
    for name in archive.namelist():
        if name.lower().endswith(".opf"):
            return name
    raise Refused("damaged", "it is damaged, or no EPUB: its table of parts is missing")


def _items(package: Any, folder: str) -> Items:
    """The parts of a book."""
    return {
        item.get("id", ""): (
            path_of(folder, item.get("href", "")),
            item.get("media-type", ""),
            item.get("properties", ""),
        )
        for item in package.iter("{*}item")
    }


def _read(book: _Book, package: Any, items: Items, listings: set[str]) -> int:
    """Adds the parts in their order; how many of them cannot be read."""
    missing = size = 0
    read = set()
    for reference in package.iter("{*}itemref"):
        path, kind, _ = items.get(reference.get("idref", ""), ("", "", ""))
        if path in read or path in listings:
            continue
        read.add(path)
        if kind not in (_XHTML, "text/html", ""):
            book.pictures += 1
            continue
        data = member(book.archive, path)
        size += len(data or b"")
        if size > _MAX_MARKUP or len(read) > _MAX_ENTRIES:
            raise Refused("too_costly", f"its text is larger than {_MAX_MARKUP >> 20} MB")
        root = page(data)
        if root is None:
            missing += 1
        else:
            _part(book, root, path)
    return missing


def _part(book: _Book, root: Any, path: str) -> None:
    """Adds one part; it goes on with the chapter before where the contents do not name it."""
    names = dict(book.contents.get(path, {}))
    if "" in names:
        book.begins = names.pop("")
    elif not book.contents:
        book.begins = ""  # without a table of contents each part is a chapter
    rows = False
    for text, tag in _paragraphs(book, root, names):
        if book.begins is not None:
            book.chapter += 1
            book.name, book.begins = book.begins, None
        if book.chapter and not book.name and tag in _HEADINGS:
            book.name = text
        # What stands before the first that the contents name counts with it.
        book.composing.block(text, max(book.chapter, 1), book.name, near=rows and tag == "tr")
        rows = tag == "tr"


def _paragraphs(book: _Book, root: Any, names: dict[str, str]) -> Iterator[tuple[str, str]]:
    """The paragraphs and rows below `root`, each with its tag; without recursion."""
    from lxml import etree

    parts: list[str] = []
    tag = ""
    rows = verbatim = 0  # how many of them are open
    cells = False
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        local = tag_of(element)
        block = local in _BLOCKS
        if block and (not rows or local == "tr"):
            text = _joined(parts)
            if text:
                yield text, tag
            parts.clear()
            tag = local if event == "start" else ""
        elif block:
            parts.append(" ")
        if event == "start":
            rows += local == "tr"
            verbatim += local == "pre"
            if local in _UNSEEN or _hides(element):
                if local not in _UNSEEN:
                    book.hidden += sum(map(len, element.itertext()))
                walk.skip_subtree()
                continue
            begins = names.pop(element.get("id") or element.get("name") or "", None)
            if begins is not None:
                book.begins = begins
            if local == "tr":
                cells = False
            elif local in ("td", "th"):
                parts.append(" | " if cells else " ")
                cells = True
            elif local == "br":
                parts.append("\n")
            elif local in ("img", "image", "svg"):
                book.pictures += 1
            parts.append(_words(element.text, verbatim))
        else:
            rows -= local == "tr"
            verbatim -= local == "pre"
            if element is not root:
                parts.append(_words(element.tail, verbatim))
    text = _joined(parts)
    if text:
        yield text, tag


def _joined(parts: list[str]) -> str:
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(filter(None, lines))


def _words(text: str | None, verbatim: int) -> str:
    if not text:
        return ""
    return text if verbatim else _SPACE.sub(" ", text)


def _hides(element: Any) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style", "")))


def _metadata(package: Any) -> tuple[str | None, Date | None]:
    titles = (believable_title(element.text) for element in package.iter(f"{_DC}title"))
    days = (_day(element.text or "") for element in package.iter(f"{_DC}date"))
    return next(filter(None, titles), None), next(filter(None, days), None)


def _day(text: str) -> Date | None:
    match = _DAY.match(text.strip())
    try:
        day = Date(*map(int, match.groups())) if match else None
    except ValueError:
        return None
    return believable_date(day, _FIRST_BOOK)
