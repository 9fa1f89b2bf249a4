"""PDF: the text of each page, in paragraphs, without running heads and page numbers."""

from __future__ import annotations

import logging
from datetime import date as Date
from io import BytesIO

from index.formats.composing import Composing
from index.formats.extracted import Extracted, Refused
from index.formats.pdf_fonts import kept_fonts
from index.formats.pdf_joining import Joining
from index.formats.pdf_lines import Line, Lines, full_width, furniture, heading, paragraphs
from index.formats.titles import believable_date, believable_title

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from typing import Any

    from pypdf import PageObject, PdfReader

MAX_PAGES = 20_000
_MAX_CONTENT = 8 << 20  # of one page's instructions
_MAX_ALL_CONTENT = 16 << 20  # of all pages': what is read in the time a file has
_MAX_LABEL = 24
_MAX_LABELLED = 1_000  # changes of the way in which pages are numbered
# A flate stream of 64 KB may hold 64 MB; these are far beyond what a page of text needs.
_LIMITS: dict[str, Any] = {
    "array_based_stream_maximum_output_length": 2 * _MAX_CONTENT,
    "lzw_maximum_output_length": 32 << 20,
    "run_length_maximum_output_length": 32 << 20,
    "zlib_maximum_output_length": 32 << 20,
    "brotli_maximum_output_length": 32 << 20,
    "zlib_maximum_recovery_input_length": 1 << 20,
    "stream_decoding_work_maximum_length": 96 << 20,
    "stream_parsing_work_maximum_count": 600_000,
    "page_tree_maximum_entries": MAX_PAGES,
    "page_tree_maximum_page_entries": 20 * MAX_PAGES,
    "xform_maximum_invocations_per_extraction": 1_000,
    "jbig2dec_binary": None,  # no other program is ever run
    "disable_legacy_handling": True,
}


def extract(data: bytes, encoding: str | None) -> Extracted:  # noqa: ARG001 - as all formats
    """The text of the PDF `data` and the page of each paragraph; raises Refused."""
    import pypdf

    # It logs each oddity of a file, and formats whole objects for it.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL + 1)
    with pypdf.apply_configuration(**_LIMITS), kept_fonts():
        return _extracted(data, f"pypdf {pypdf.__version__}")


def _extracted(data: bytes, extractor: str) -> Extracted:
    from pypdf import PdfReader
    from pypdf.errors import FileNotDecryptedError, LimitReachedError, WrongPasswordError

    try:
        reader = PdfReader(BytesIO(data), xref_stream_maximum_entries=1_000_000)
        pages: Sequence[PageObject] = list(reader.pages)
    except (FileNotDecryptedError, WrongPasswordError):
        raise Refused("encrypted", "it opens with a password only", "Save it without.") from None
    except LimitReachedError:
        raise Refused("too_costly", "it is built so that reading it costs too much") from None
    except MemoryError:
        raise
    except Exception as error:  # of a broken file pypdf may raise anything
        if isinstance(error, NotImplementedError) and b"/Encrypt" in data:
            what = "it opens with a certificate, or is encrypted in no known way"
            raise Refused("encrypted", what, "Save it without protection.") from None
        raise Refused("damaged", "it is damaged, or no PDF") from None
    if not pages:
        raise Refused("damaged", "it is damaged: it has no pages")
    read, broken, beyond = _read(pages)
    taken = furniture(read)
    labels = _labels(reader, len(pages))
    joining = Joining(line.text for lines in read for line in lines)
    composing = Composing("page")
    empty = []
    for index, lines in enumerate(read):
        kept = [line for at, line in enumerate(lines) if (index, at) not in taken]
        width = full_width(kept)
        for paragraph in paragraphs(kept, width):
            composing.block(joining.joined(paragraph, width), index + 1, labels[index])
        if not lines and index not in broken:
            empty.append(index)
    if not composing.size and broken:
        raise Refused("damaged", "its pages are damaged, or too costly to read")
    if not composing.size:
        raise Refused(
            "empty", "no page of it holds text: it may be scanned", "Put it through OCR first."
        )
    left_out = composing.left_out
    if beyond < len(pages):
        empty = [index for index in empty if index < beyond]
        left_out.append(f"{_pages(range(beyond, len(pages)))}: the file is too long")
    if broken:
        left_out.append(f"{_pages(broken)}: damaged, or too costly to read")
    if empty:
        left_out.append(f"{_pages(empty)}: no text (scanned, or pictures)")
    if taken:
        left_out.append(f"running heads and page numbers: {_counted(len(taken), 'line')}")
    left_out += _beside(reader)
    unknown = sum(line.text.count("\ufffd") for lines in read for line in lines)
    if unknown:
        left_out.append(f"{_counted(unknown, 'character')} that its fonts do not name: each U+FFFD")
    title, date = _metadata(reader)
    return composing.extracted("utf-8", extractor, _title(title, read[:2]), date)


def _read(pages: Sequence[PageObject]) -> tuple[list[list[Line]], list[int], int]:
    """The lines of each page, the pages that cannot be read, and how many were tried."""
    read: list[list[Line]] = []
    broken: list[int] = []
    work = 0
    for index, page in enumerate(pages):
        if work > _MAX_ALL_CONTENT:
            read.extend([] for _ in range(index, len(pages)))
            return read, broken, index
        lines = Lines()
        try:
            cost = _content(page)
            work += cost
            if cost > _MAX_CONTENT:
                raise ValueError("too long")
            if cost:
                page.extract_text(visitor_text=lines.visit)
        except MemoryError:
            raise
        except Exception:  # one page takes no other down with it
            broken.append(index)
            lines = Lines()
        read.append(lines.done())
        page.clear()  # its content would be kept with the page
    return read, broken, len(pages)


def _content(page: PageObject) -> int:
    """How long a page's instructions are; 0 where none of them shows text."""
    contents = page.get_contents()
    if contents is None:
        return 0
    found = contents.get_data()
    if not any(operator in found for operator in (b"Tj", b"TJ", b"Do", b"'", b'"')):
        return 0
    return len(found) or 1


def _metadata(reader: PdfReader) -> tuple[str | None, Date | None]:
    title, date = None, None
    try:
        known = reader.metadata
        if known is not None:
            title = believable_title(known.title)
            made = known.creation_date
            date = believable_date(made.date() if made is not None else None)
    except MemoryError:
        raise
    except Exception:  # as above: metadata may be anything
        pass
    return title, date


def _title(told: str | None, first: Sequence[Iterable[Line]]) -> str | None:
    """The title that the file tells, if its first pages bear it, else what they are headed."""
    if told:
        shown = "".join(line.text for lines in first for line in lines)
        if "".join(told.split()).casefold() in "".join(shown.split()).casefold():
            return told
    headed = heading(next(iter(first), ()))
    return believable_title(headed) or told


def _labels(reader: PdfReader, count: int) -> list[str]:
    """What each page is called, "" where that is its number."""
    plain = [""] * count
    try:
        if not _sane(reader.root_object.get("/PageLabels")):
            return plain
        labels = reader.page_labels
    except MemoryError:
        raise
    except Exception:  # as above
        return plain
    return [
        "" if label == str(number) else label[:_MAX_LABEL]
        for number, label in enumerate(labels, 1)
    ]  # fmt: skip


def _sane(tree: Any) -> bool:
    """Whether a tree of page labels is small: one long prefix would stand on each page."""
    waiting, seen = [tree], 0
    while waiting:
        node = waiting.pop().get_object()
        numbers = node.get("/Nums", [])
        kids = node.get("/Kids", [])
        seen += 1 + len(numbers) + len(kids)
        if seen > _MAX_LABELLED:
            return False
        for value in numbers[1::2]:
            if len(str(value.get_object().get("/P", ""))) > _MAX_LABEL:
                return False
        waiting += kids
    return True


def _beside(reader: PdfReader) -> list[str]:
    """What a PDF may hold beside its pages."""
    found = []
    try:
        root = reader.root_object
        if root.get("/AcroForm") is not None:
            found.append("what stands in its form's fields")
        names = root.get("/Names")
        if names is not None and "/EmbeddedFiles" in names.get_object():
            found.append("the files attached to it")
    except MemoryError:
        raise
    except Exception:  # as above
        pass
    return found


def _pages(indexes: Sequence[int]) -> str:
    """`indexes`, which ascend, as pages: "pages 3 to 5 and 9"."""
    spans: list[list[int]] = []
    for index in indexes:
        if spans and spans[-1][1] == index - 1:
            spans[-1][1] = index
        else:
            spans.append([index, index])
    told = [f"{a + 1}" if a == b else f"{a + 1} to {b + 1}" for a, b in spans[:10]]
    if len(spans) > 10:
        told.append(f"{len(spans) - 10} more stretches")
    word = "page" if len(indexes) == 1 else "pages"
    return f"{word} {', '.join(told[:-1])} and {told[-1]}" if told[1:] else f"{word} {told[0]}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
