"""The markup of a book's parts, parsed: nothing that it declares is expanded or looked for."""

from __future__ import annotations

import codecs
import html.entities
import re
from typing import Final

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31});")
_KEPT = (b"amp", b"lt", b"gt", b"quot", b"apos")
_PROLOG = 1 << 16
_DOCTYPE = re.compile(rb"<!DOCTYPE\b[^>\[]{0,1000}(?:\[[^\]]*\]\s*)?>", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding\s*=\s*[\"']([A-Za-z0-9._-]+)")
# What XML closes by itself and HTML does not: a title would swallow the rest.
_CLOSED = re.compile(rb"<(title|script|style|iframe|textarea|a|div|span|p)(\s[^<>]*)?/>")
_SAFE: Final = {
    "resolve_entities": False,
    "no_network": True,
    "remove_comments": True,
    "remove_pis": True,
}


def parsed(data: bytes | None) -> Any:
    """The root of a list that a book holds, None where there is none."""
    from lxml import etree

    if not data:
        return None
    parser = etree.XMLParser(recover=True, **_SAFE)
    try:
        return etree.fromstring(_plain(data), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


def page(data: bytes | None) -> Any:
    """The root of a part that is read; as HTML where it is no XML."""
    from lxml import etree

    if not data:
        return None
    plain = _plain(data)
    try:
        root = etree.fromstring(plain, etree.XMLParser(**_SAFE))
    except (etree.XMLSyntaxError, ValueError):
        told = _DECLARED.search(plain[:200])
        name = told[1].decode() if told else "utf-8"
        parser = etree.HTMLParser(no_network=True, remove_comments=True, encoding=_known(name))
        try:
            root = etree.fromstring(_CLOSED.sub(rb"<\1\2></\1>", plain), parser)
        except (etree.XMLSyntaxError, ValueError):
            return None
    if root is None:
        return None
    return next(root.iter("{*}body"), root)


def _plain(data: bytes) -> bytes:
    """`data` with HTML's named characters as numbers: nothing that a file declares is expanded."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        text = _DECLARATION.sub("", data.decode("utf-16", "replace"))
        data = text.encode("utf-8", "replace")
    declared = _DOCTYPE.search(data[:_PROLOG])
    if declared:
        data = data[: declared.start()] + data[declared.end() :]
    return _ENTITY.sub(_numbered, data)


def _numbered(match: re.Match[bytes]) -> bytes:
    if match[1] in _KEPT:
        return match[0]
    known = html.entities.html5.get(f"{match[1].decode()};")
    if known is None:
        return b"&amp;" + match[1] + b";"
    return "".join(f"&#{ord(ch)};" for ch in known).encode()


def _known(name: str) -> str:
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "utf-8"


def tag_of(element: Any) -> str:
    """The name of an element, "" of what is none."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""
