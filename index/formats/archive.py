"""A zip archive, opened and unpacked only within bounds, whatever it claims to hold."""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO

from index.formats.extracted import Refused
from index.reading import printable

MAX_MEMBERS = 20_000  # of a document
MAX_TOTAL = 192 << 20  # of all its members unpacked, pictures too; it weighs 64 MB at most
MAX_MARKUP = 24 << 20  # of one member that is parsed: a parsed tree weighs eight times as much
_CENTRAL = b"PK\x01\x02"
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # of Office's encrypted and older files
_MARKUP = (".xml", ".rels", ".opf", ".ncx", ".xhtml", ".html", ".htm")
_LOCKED = "it is protected by a password"


def opened(data: bytes, most: int) -> zipfile.ZipFile:
    """The archive in `data` if it has no more than `most` members; raises Refused."""
    # Before it is opened: each entry of the directory becomes an object, whatever it names.
    if data.count(_CENTRAL) > most:
        raise Refused("too_costly", f"it holds more than {most:,} members", "Unpack it.")
    try:
        return zipfile.ZipFile(BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        raise Refused("damaged", "it is damaged: it cannot be opened as an archive") from None


def opened_document(data: bytes) -> zipfile.ZipFile:
    """The archive that is a document, once no member of it can cost too much; raises Refused."""
    if data.startswith(_COMPOUND):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise Refused("encrypted", _LOCKED, "Save it without one.")
        raise Refused("damaged", "it is of an older format than its name says", "Save it anew.")
    archive = opened(data, MAX_MEMBERS)
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_TOTAL:
        raise Refused("too_costly", f"it unpacks to more than {MAX_TOTAL >> 20} MB")
    for info in members:
        check(info)
        if info.file_size > MAX_MARKUP and info.filename.lower().endswith(_MARKUP):
            raise _too_large()
    return archive


def check(info: zipfile.ZipInfo) -> None:
    """Refuses a member that is locked, or packed in a way that is not read."""
    if info.flag_bits & 1:
        raise Refused("encrypted", _LOCKED, "Save it without one.")
    if info.compress_type not in _METHODS:
        how = zipfile.compressor_names.get(info.compress_type, f"method {info.compress_type}")  # type: ignore[attr-defined]
        raise Refused("unsupported", f"it is packed in a way that is not read ({how})")


def member(archive: zipfile.ZipFile, name: str) -> bytes | None:
    """The bytes of a document's member `name`, None where there is none; raises Refused."""
    info = archive.NameToInfo.get(name)
    if info is None:
        return None
    data = unpacked(archive, info, MAX_MARKUP, printable(name[-100:]))
    if data is None:
        raise _too_large()
    return data


def unpacked(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, most: int, called: str = "it"
) -> bytes | None:
    """The bytes of a member, None where they are more than `most`; raises Refused."""
    check(info)
    if info.file_size > most:
        return None
    try:
        with archive.open(info) as stream:
            data = stream.read(most + 1)
    except (
        zipfile.BadZipFile, zlib.error, EOFError, ValueError, OSError, RuntimeError,
    ):  # fmt: skip
        raise Refused("damaged", f"it is damaged: {called} cannot be unpacked") from None
    return data if len(data) <= most else None


def _too_large() -> Refused:
    return Refused("too_costly", f"a part of it is larger than {MAX_MARKUP >> 20} MB")
