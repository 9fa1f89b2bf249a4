"""The tables of contents of a book: what they name, by the path of a part and the place in it."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote, urldefrag

from index.formats.archive import member
from index.formats.markup import parsed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any
    from zipfile import ZipFile

_TYPE = "{http://www.idpf.org/2007/ops}type"

Contents = dict[str, dict[str, str]]
Items = dict[str, tuple[str, str, str]]  # path, type and properties of a book's parts, by their ids


def contents(archive: ZipFile, package: Any, items: Items) -> tuple[Contents, set[str]]:
    """What the tables of contents name, and their own paths."""
    named: Contents = {}
    listings = set()
    for path, _, properties in items.values():
        if "nav" in properties.split():
            listings.add(path)
            root = parsed(member(archive, path))
            for nav in () if root is None else root.iter("{*}nav"):
                if nav.get(_TYPE, "toc") == "toc":
                    for link in nav.iter("{*}a"):
                        _name(named, path, link.get("href", ""), link)
    spine = next(package.iter("{*}spine"), None)
    ncx = items.get("" if spine is None else spine.get("toc", ""))
    ncx = ncx or next((item for item in items.values() if item[1].endswith("ncx+xml")), None)
    if ncx and not named:
        root = parsed(member(archive, ncx[0]))
        for point in () if root is None else root.iter("{*}navPoint"):
            label, content = point.find("{*}navLabel"), point.find("{*}content")
            if label is not None and content is not None:
                _name(named, ncx[0], content.get("src", ""), label)
    return named, listings


def _name(named: Contents, base: str, href: str, label: Any) -> None:
    target, fragment = urldefrag(href)
    path = path_of(posixpath.dirname(base), target) if target else base
    text = " ".join("".join(label.itertext()).split())[:200]
    if text:
        named.setdefault(path, {}).setdefault(unquote(fragment), text)


def path_of(folder: str, href: str) -> str:
    """Where in the archive `href` leads to from `folder`."""
    return posixpath.normpath(posixpath.join(folder, unquote(href)))
