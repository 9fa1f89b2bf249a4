"""Formats other than plain text, a file each, behind one seam: bytes in, `Extracted` out.

A format is added by a module here with a function `extract(data, encoding) -> Extracted`, which
raises `Refused`, and by the ends of its files' names below. Each runs in a process of its own,
within limits of time and memory, and is imported when the first file of its kind is there.
"""

from __future__ import annotations

TEXT = "text"  # what is decoded here and needs no extraction
# The end of a file's name, and the module of its format.
SUFFIXES: dict[str, str] = {
    ".txt": TEXT,
    ".md": TEXT,
}
# Raise it when a format gives another text for the same bytes.
FORMATS_VERSION = 1
