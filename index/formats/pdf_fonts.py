"""The fonts of a PDF are read once: pypdf reads each anew on every page that names it.

A font may name 65,536 codes, which takes longer than the text of many pages.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_MAX_CODES = 400_000  # of all fonts that are kept: some 60 MB
_MAX_FONTS = 1_000
_READ = "from_font_resource"  # of pypdf's class of fonts, which has no other way to say it


@contextmanager
def kept_fonts() -> Iterator[None]:
    """Within, and for one document, a font that was read is used again."""
    try:
        from pypdf.generic._font import Font

        # As the class holds it: it is put back afterwards.
        own = vars(Font)[_READ]
        read = getattr(Font, _READ)
    except (ImportError, KeyError):  # another pypdf: it takes longer, that is all
        yield
        return
    setattr(Font, _READ, staticmethod(_Kept(read)))
    try:
        yield
    finally:
        setattr(Font, _READ, own)


class _Kept:
    """Reads fonts, and keeps those that are objects of their own by the number of each."""

    def __init__(self, read: Any) -> None:
        self._read = read
        self._fonts: dict[tuple[int, int], tuple[Any, int]] = {}
        self._codes = 0

    def __call__(self, resource: Any, *others: Any, **named: Any) -> Any:
        reference = getattr(resource, "indirect_reference", None)
        if reference is None or others or named:
            return self._read(resource, *others, **named)
        number = (reference.idnum, reference.generation)
        if number in self._fonts:
            return self._fonts[number][0]
        font = self._read(resource)
        codes = sum(len(getattr(font, each, ())) for each in ("character_map", "character_widths"))
        self._fonts[number] = font, codes
        self._codes += codes
        while self._codes > _MAX_CODES or len(self._fonts) > _MAX_FONTS:
            oldest = next(iter(self._fonts))
            self._codes -= self._fonts.pop(oldest)[1]
        return font
