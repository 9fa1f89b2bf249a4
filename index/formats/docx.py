"""DOCX: paragraphs, headings, the rows of tables, and footnotes where they are referred to."""

from __future__ import annotations

from datetime import date as Date
from io import BytesIO

from index.formats.archive import opened_document
from index.formats.composing import Composing
from index.formats.docx_tables import OFF, W, named_rows
from index.formats.extracted import Extracted, Refused
from index.formats.titles import believable_date, believable_title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

_W = W
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
# What a reader does not see in the document as it stands, or sees twice.
_UNSEEN = frozenset(
    (f"{_W}del", f"{_W}moveFrom", f"{_W}rt", f"{_W}instrText", _FALLBACK, f"{_W}txbxContent")
)
_SIGNS = {
    f"{_W}tab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "-",
    f"{_W}ptab": "\t",
}
_TEMPLATE = Date(2013, 12, 23)  # what python-docx' own template says of itself


class _Story:
    """What is met on the way through a document."""

    def __init__(self, headings: dict[str, bool], notes: dict[tuple[str, str], str]) -> None:
        self.composing = Composing("paragraph")
        self.headings = headings
        self.notes = notes
        self.number = 0
        self.name = ""
        self.headed: str | None = None
        self.titled: str | None = None
        self.hidden = 0
        self.pictures = 0
        self.comments = 0


def extract(data: bytes, encoding: str | None) -> Extracted:  # noqa: ARG001 - as all formats
    """The text of the DOCX `data` and the paragraph of each block; raises Refused."""
    opened_document(data).close()
    import docx

    try:
        document = docx.Document(BytesIO(data))
        body = document.element.body
        story = _Story(_headings(document), _notes(document.part))
        _walk(body, story)
        title, date = _properties(document)
    except (Refused, MemoryError):
        raise
    except Exception as error:  # of a broken file python-docx may raise anything
        if "unknown error" in str(error):  # so libxml2 says that it has no memory left
            raise MemoryError from None
        raise Refused(
            "damaged", "it is damaged, or a part of it is missing", "Open it in Word and save it."
        ) from None
    story.composing.left_out += _left_out(document.part, story)
    title = story.titled or title or story.headed
    return story.composing.extracted("utf-8", f"python-docx {docx.__version__}", title, date)


def _walk(body: Any, story: _Story) -> None:
    """Adds the paragraphs and rows below `body`, whatever they are wrapped in."""
    for element in _outer(body, (f"{_W}p", f"{_W}tbl")):
        if element.tag == f"{_W}p":
            _paragraph(element, story)
        else:
            _table(element, story)


def _paragraph(element: Any, story: _Story) -> None:
    text, notes = _text(element, story)
    if text:
        story.number += 1
        style = element.find(f"{_W}pPr/{_W}pStyle")
        name = "" if style is None else style.get(f"{_W}val", "")
        if name in story.headings:
            if story.headings[name]:
                story.titled = story.titled or believable_title(text)
            else:
                story.name = " ".join(text.split())
                if story.number == 1:
                    story.headed = believable_title(text)
        story.composing.block(text, story.number, story.name)
        for note in notes:
            story.composing.block(note, story.number, story.name)
    for box in _outer(element, (f"{_W}txbxContent",)):
        for inner in _outer(box, (f"{_W}p",)):
            _paragraph(inner, story)


def _table(element: Any, story: _Story) -> None:
    rows = list(_outer(element, (f"{_W}tr",)))
    cells = [list(_outer(row, (f"{_W}tc",))) for row in rows]
    read = [[_cell(cell, story) for cell in row] for row in cells]
    texts = [[text for text, _ in row] for row in read]
    named = named_rows(rows, cells, texts)
    said = named or [" | ".join(row) if any(row) else "" for row in texts]
    near = False
    for line, row in zip(said, read, strict=True):
        story.number += any(text for text, _ in row)
        if line:
            story.composing.block(line, story.number, story.name, near=near)
            near = named is None
        for note in [note for _, notes in row for note in notes]:
            story.composing.block(note, story.number, story.name)
            near = False


def _cell(cell: Any, story: _Story) -> tuple[str, list[str]]:
    """The words of a cell in one line, and the notes that it refers to."""
    words, notes = [], []
    for paragraph in _outer(cell, (f"{_W}p",)):
        text, found = _text(paragraph, story)
        words.append(text)
        notes += found
    return " ".join(" ".join(words).split()), notes


def _text(paragraph: Any, story: _Story) -> tuple[str, list[str]]:
    """The words of one paragraph as it is seen, and the notes that it refers to."""
    parts: list[str] = []
    notes: list[str] = []
    for element in _seen(paragraph, story):
        tag = element.tag
        if tag in (f"{_W}t", f"{_MATH}t"):
            parts.append((element.text or "").replace("\n", " "))  # its line ends are markup's
        elif tag in _SIGNS:
            parts.append(_SIGNS[tag])
        elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
            kind = "footnotes" if tag == f"{_W}footnoteReference" else "endnotes"
            note = story.notes.pop((kind, element.get(f"{_W}id", "")), None)
            if note:
                notes.append(note)
        elif tag in (f"{_W}drawing", f"{_W}pict"):
            story.pictures += 1
        elif tag == f"{_W}commentReference":
            story.comments += 1
    lines = "".join(parts).split("\n")
    return "\n".join(line.strip() for line in lines if line.strip()), notes


def _seen(paragraph: Any, story: _Story) -> Iterator[Any]:
    """The elements below `paragraph`, without what a reader does not see."""
    from lxml import etree

    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in _UNSEEN:
            walk.skip_subtree()
        elif element.tag == f"{_W}r" and _vanishes(element):
            story.hidden += sum(len(t.text or "") for t in element.iter(f"{_W}t"))
            walk.skip_subtree()
        elif element.tag == f"{_W}pPr":
            walk.skip_subtree()
        else:
            yield element


def _vanishes(run: Any) -> bool:
    vanish = run.find(f"{_W}rPr/{_W}vanish")
    return vanish is not None and vanish.get(f"{_W}val", "true").lower() not in OFF


def _outer(root: Any, tags: tuple[str, ...]) -> Iterator[Any]:
    """The outermost elements of `tags` below `root`, however deep."""
    from lxml import etree

    walk = etree.iterwalk(root, events=("start",))
    for _, element in walk:
        if element is root:
            continue
        if element.tag in tags:
            walk.skip_subtree()
            yield element
        elif element.tag in _UNSEEN:
            walk.skip_subtree()


def _headings(document: Any) -> dict[str, bool]:
    """The ids of the styles of headings, True for that of the title."""
    found = {}
    for style in document.styles.element.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        told = "" if name is None else name.get(f"{_W}val", "").lower()
        level = style.find(f"{_W}pPr/{_W}outlineLvl")
        outlined = level is not None and level.get(f"{_W}val", "9") < "9"
        if told == "title" or told.startswith("heading") or outlined:
            found[style.get(f"{_W}styleId", "")] = told == "title"
    return found


def _notes(part: Any) -> dict[tuple[str, str], str]:
    """The words of each footnote and endnote, by its kind and id."""
    from lxml import etree

    found: dict[tuple[str, str], str] = {}
    for relation in part.rels.values():
        kind = relation.reltype.removeprefix(_RELATION)
        if relation.is_external or kind not in ("footnotes", "endnotes"):
            continue
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(relation.target_part.blob, parser)
        unused = _Story({}, {})
        for note in root.iter(f"{_W}footnote", f"{_W}endnote"):
            texts = [_text(paragraph, unused)[0] for paragraph in note.iter(f"{_W}p")]
            found[kind, note.get(f"{_W}id", "")] = "\n".join(filter(None, texts))
    return found


def _properties(document: Any) -> tuple[str | None, Date | None]:
    known = document.core_properties
    try:
        made = known.created
    except ValueError:
        made = None
    day = believable_date(made.date() if made is not None else None)
    return believable_title(known.title), None if day == _TEMPLATE else day


def _left_out(part: Any, story: _Story) -> Iterator[str]:
    kinds = [relation.reltype.removeprefix(_RELATION) for relation in part.rels.values()]
    if story.pictures:
        yield f"pictures and drawings: {story.pictures:,}"
    if story.comments:
        yield f"comments: {story.comments:,}"
    if story.hidden:
        yield f"hidden text: {story.hidden:,} characters"
    if story.notes and any(story.notes.values()):
        yield "footnotes that nothing refers to"
    if "header" in kinds or "footer" in kinds:
        yield "headers and footers"
    if "chart" in kinds:
        yield "charts"
