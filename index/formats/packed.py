"""A packed file, or an archive of several: unpacked within bounds, whatever it claims to hold."""

from __future__ import annotations

import os
import zipfile
import zlib

from index.formats import SUFFIXES, TEXT
from index.formats.archive import check, opened, unpacked
from index.formats.composing import Composing, Some, decoded, lines, one_line
from index.formats.extracted import MAX_PIECES, Extracted, Refused
from index.formats.readers import reader
from index.reading import printable
from index.record import record, replaced
from index.schema import Piece, Places

MAX_TOTAL = 64 << 20  # of all members unpacked
MAX_MEMBERS = 10_000
_MAX_RATIO = 200  # text packs to a fifth, a log to a fiftieth
_SMALL = 1 << 20  # may have any ratio
_GZIP = b"\x1f\x8b"
_LINES = 100_000  # of all members, beyond which a text's place is its member alone


@record
class _Member:
    """What was read of a member; `number` counts from 1 in the archive's own order."""

    number: int
    name: str
    extracted: Extracted


def extract(data: bytes, encoding: str | None, file: str = "") -> Extracted:
    """What the member of a gzipped `file` or all members of an archive hold."""
    if data.startswith(_GZIP):
        return _gzipped(data, encoding, file)
    if data.startswith(b"PK"):
        return _archived(data)
    raise Refused("damaged", "it is neither a zip archive nor a gzipped file")


def _gzipped(data: bytes, encoding: str | None, file: str) -> Extracted:
    name, suffix = os.path.splitext(file)
    format = _format(name if suffix.lower() == ".gz" else file)
    if format is None:
        what = "what is packed in it is of a format that is not read"
        raise Refused("unsupported", what, "Unpack it.")
    unpacker = zlib.decompressobj(wbits=31)  # with gzip's header and check sum
    try:
        inner = unpacker.decompress(data, MAX_TOTAL + 1)
    except zlib.error:
        raise Refused("damaged", "it is damaged: it cannot be unpacked") from None
    if len(inner) > MAX_TOTAL or _is_bomb(len(inner), len(data)):
        raise Refused("too_costly", _too_much(len(inner) > MAX_TOTAL), "Unpack it.")
    if not unpacker.eof:
        raise Refused("damaged", "it is damaged: its end is missing")
    rest = unpacker.unused_data.strip(b"\0")
    del data
    extracted = _read(format, inner, encoding, name)
    if rest:
        what = "what follows the first of the files that are packed in it one after the other"
        extracted = replaced(extracted, left_out=(*extracted.left_out, what))
    return extracted


def _archived(data: bytes) -> Extracted:
    left_out: list[str] = []
    unread = Some()
    members: list[_Member] = []
    total = 0
    with opened(data, MAX_MEMBERS) as archive:
        entries = archive.infolist()
        for number, info in enumerate(entries, 1):
            name = _shown(info.filename)
            if info.is_dir() or _is_hidden(info.filename):
                continue
            format = _format(info.filename)
            if format is None:
                unread.add(name)
                continue
            try:
                inner = _unpacked(archive, info, MAX_TOTAL - total)
                total += len(inner)
                if not inner.strip():
                    continue
                members.append(_Member(number, name, _read(format, inner, None, info.filename)))
            except Refused as refused:
                left_out.append(f"{name}: {refused.what}")
    if not members:
        if entries and all(info.flag_bits & 1 for info in entries if not info.is_dir()):
            raise Refused("encrypted", "it is protected by a password", "Unpack it.")
        why = f": {left_out[0]}" if left_out else ""
        raise Refused("unsupported", f"it holds no document that can be read{why}")
    if unread.count:
        left_out.append(f"members of formats that are not read: {unread}")
    return _joined(members, left_out)


def _unpacked(archive: zipfile.ZipFile, info: zipfile.ZipInfo, room: int) -> bytes:
    check(info)
    if info.file_size > room or _is_bomb(info.file_size, info.compress_size):
        raise Refused("too_costly", _too_much(info.file_size > room))
    data = unpacked(archive, info, room)
    if data is None:
        raise Refused("too_costly", _too_much(True))
    return data


def _is_bomb(size: int, packed: int) -> bool:
    return size > _SMALL and size > _MAX_RATIO * packed


def _too_much(total: bool) -> str:
    if total:
        return f"it unpacks to more than {MAX_TOTAL >> 20} MB in all"
    return f"it unpacks to more than {_MAX_RATIO} times its size"


def _format(name: str) -> str | None:
    """How a member is read, None where it is not: an archive in an archive is left alone."""
    format = SUFFIXES.get(os.path.splitext(name)[1].lower())
    return None if format == "packed" else format


def _read(format: str, data: bytes, encoding: str | None, name: str) -> Extracted:
    if format != TEXT:
        return reader(format)(data, encoding, name)
    read = decoded(data, encoding)
    if not read.text.strip("\ufeff \t\r\n"):
        raise Refused("empty", "there is no text in it")
    body = int(read.text.startswith("\ufeff"))
    return Extracted(read.text, read.encoding, body, replaced=read.replaced, extractor="zlib")


def _shown(name: str) -> str:
    return printable(name)[-200:]


def _is_hidden(name: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in name.split("/"))


def _joined(members: list[_Member], left_out: list[str]) -> Extracted:
    """The members' texts one after the other; the kind of place is theirs if they agree on one."""
    kinds = {_kind(member.extracted) for member in members}
    count = sum(m.extracted.text.count("\n") for m in members if m.extracted.places is None)
    kind = kinds.pop() if len(kinds) == 1 and count <= _LINES else "member"
    composing = Composing(kind)
    composing.left_out = left_out
    for i, member in enumerate(members):
        read = member.extracted
        many = len(composing.pieces) + len(read.pieces) > MAX_PIECES
        if many or not composing.holds(read.text):
            composing.left_out.append(
                f"{len(members) - i:,} members from {member.name} on: their text is too long"
            )
            break
        _write(composing, member)
    extracted = composing.extracted("utf-8", "zipfile")
    only = members[0].extracted
    if len(members) == 1:
        return replaced(extracted, title=only.title, date=only.date, source=only.source)
    return extracted


def _kind(read: Extracted) -> str:
    return read.places.kind if read.places else "lines"


def _write(composing: Composing, member: _Member) -> None:
    read = member.extracted
    start = composing.begin()
    for first, last, begin, end in _stretches(composing.kind, member):
        composing.at(first, last, member.name)
        composing.write(read.text[begin:end])
    composing.replaced += read.replaced
    composing.left_out += [f"{member.name}: {what}" for what in read.left_out]
    title = read.title or one_line(os.path.splitext(os.path.basename(member.name))[0])
    for piece in read.pieces or (Piece(read.body, len(read.text)),):
        first, last = start + piece.start, start + piece.end
        named, day = piece.title or title, piece.date or read.date
        composing.pieces.append(Piece(first, last, named, day))


def _stretches(kind: str, member: _Member) -> list[tuple[int, int, int, int]]:
    """The member's text cut where its place changes: first and last place, start and end."""
    read = member.extracted
    size = len(read.text)
    if kind == "member":
        return [(member.number, member.number, 0, size)]
    places = read.places or _lines(read.text)
    ends = (*places.starts[1:], size)
    return list(zip(places.firsts, places.lasts, places.starts, ends, strict=True))


def _lines(text: str) -> Places:
    starts = [0]
    for line in lines(text):
        starts.append(starts[-1] + len(line))
    starts.pop()
    numbers = tuple(range(1, len(starts) + 1))
    return Places("lines", tuple(starts), numbers, numbers)
