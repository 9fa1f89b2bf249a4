"""Formats other than plain text, a file each, behind one seam: bytes in, `Extracted` out.

A format is added by a module here with a function `extract(data, encoding) -> Extracted`, which
takes the file's name as well where that matters and raises `Refused`, and by the ends of its
files' names below. Each runs in a process beside this one, within limits of time and memory, and
is imported when the first file of its kind is there.
"""

from __future__ import annotations

TEXT = "text"  # what is decoded here and needs no extraction
# The end of a file's name, and the module of its format.
SUFFIXES: dict[str, str] = {
    ".txt": TEXT,
    ".md": TEXT,
    ".markdown": TEXT,
    ".rst": TEXT,
    ".text": TEXT,
    ".org": TEXT,
    ".adoc": TEXT,
    ".log": TEXT,
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".csv": "rows",
    ".tsv": "rows",
    ".jsonl": "rows_json",
    ".ndjson": "rows_json",
    ".eml": "mail",
    ".mbox": "mail",
    ".srt": "subtitles",
    ".vtt": "subtitles",
    ".gz": "packed",
    ".zip": "packed",
}
# Raise it when a format gives another text for the same bytes.
FORMATS_VERSION = 2


def kind_of(file: str) -> str:
    """What of a file's name decides how its bytes are read: a copy has it in common."""
    rest, dot, suffix = file.lower().rpartition("/")[2].rpartition(".")
    if SUFFIXES.get(dot + suffix) == TEXT:
        return TEXT
    # What is packed is read by the name before.
    return f"{rest.rpartition('.')[2]}.{suffix}" if suffix == "gz" else suffix
