"""A zip archive that is a document: opened only where it is within bounds, whatever it claims."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from index.formats.extracted import Refused
from index.reading import printable

MAX_MEMBERS = 20_000
MAX_TOTAL = 192 << 20  # of all members unpacked, pictures too; a document weighs 64 MB at most
MAX_MARKUP = 24 << 20  # of one member that is parsed: a parsed tree weighs eight times as much
_CENTRAL = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Office's encrypted and older files
_MARKUP = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")


def opened(data: bytes) -> zipfile.ZipFile:
    """The archive in `data`, once no member of it can cost too much; raises Refused."""
    if data.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("encrypted", "it is protected by a password", "Save it without one.")
        raise Refused("damaged", "it is of an older format than its name says", "Save it anew.")
    # Before it is opened: each entry of the directory becomes an object, whatever it names.
    if data.count(_CENTRAL) > MAX_MEMBERS:
        raise Refused("too_costly", f"it holds more than {MAX_MEMBERS:,} members")
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise Refused("damaged", "it is damaged: not a zip archive") from None
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_TOTAL:
        raise Refused("too_costly", f"it unpacks to more than {MAX_TOTAL >> 20} MB")
    for member in members:
        if member.flag_bits & 1:
            raise Refused("encrypted", "it is protected by a password", "Save it without one.")
        if member.compress_type not in _METHODS:
            raise Refused("damaged", "it is packed in a way that such a document never is")
        if member.file_size > MAX_MARKUP and member.filename.lower().endswith(_MARKUP):
            raise Refused("too_costly", f"a part of it is larger than {MAX_MARKUP >> 20} MB")
    return archive


def member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of the member `name`, None where there is none; raises Refused."""
    try:
        info = archive.getinfo(name)
    except KeyError:
        return None
    if info.file_size > MAX_MARKUP:
        raise Refused("too_costly", f"a part of it is larger than {MAX_MARKUP >> 20} MB")
    try:
        return archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, NotImplementedError):
        raise Refused(
            "damaged", f"it is damaged: {printable(name[-100:])} cannot be unpacked"
        ) from None
