"""Files that went wrong in every way: a number makes a file, always the same one."""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable
from random import Random

from tests.index.formats.seeds import gzipped, packed, unpacked

_MAX = 1 << 20
_NUMBER = re.compile(rb"\d+")
_HUGE = (b"0", b"-1", b"65536", b"2147483648", b"4294967296", b"99999999999999999999")
_NASTY = (
    b"\0" * 64, b"\xff" * 64, b"(" * 3000, b"<a>" * 3000, b"[" * 3000, b'{"a":' * 3000, b"\r",
    b'"', b"&#1114112;", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xf3\xa0\x81\x81", b"\\ud800",
    b"<!DOCTYPE a [<!ENTITY b 'c'><!ENTITY d '&b;&b;'>]>&d;", b"--> ", b"From x\n", b"\x1b[2J",
    b"=?utf-8?b?//?=", b"stream\n", b"endobj\n", b"PK\x05\x06", b"---\n",
)  # fmt: skip

Mutation = Callable[[Random, bytes, bytes], bytes]  # of a file, with another beside it


def mutated(number: int, seeds: dict[str, list[bytes]]) -> tuple[str, bytes]:
    """The mutated file `number`: the end of its name, and its bytes."""
    suffixes = sorted(seeds)
    suffix = suffixes[number % len(suffixes)]
    random = Random(number)
    data = random.choice(seeds[suffix])
    other = random.choice(seeds[random.choice((suffix, random.choice(suffixes)))])
    if random.random() < 0.6 and (inner := _INNER.get(suffix)):
        data = inner(random, data, other)
    else:
        data = _wronged(random, data, other)
    return suffix, data[:_MAX]


def _wronged(random: Random, data: bytes, other: bytes) -> bytes:
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(_MUTATIONS)(random, data, other)[:_MAX]
    return data


def _flip(random: Random, data: bytes, _: bytes) -> bytes:
    made = bytearray(data)
    for _turn in range(random.choice((1, 4, 64)) if made else 0):
        made[random.randrange(len(made))] ^= 1 << random.randrange(8)
    return bytes(made)


def _cut(random: Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(random, data)
    return random.choice((data[:start], data[start:], data[:start] + data[end:]))


def _splice(random: Random, data: bytes, other: bytes) -> bytes:
    start, end = _span(random, other)
    at = random.randint(0, len(data))
    return data[:at] + other[start:end] + data[random.choice((at, len(data))) :]


def _repeat(random: Random, data: bytes, _: bytes) -> bytes:
    start, end = _span(random, data)
    times = random.choice((2, 10, 200))
    return data[:start] + data[start:end] * min(times, _MAX // max(1, end - start)) + data[end:]


def _length(random: Random, data: bytes, _: bytes) -> bytes:
    """A number that is another: written in digits, or as a field of bytes."""
    numbers = list(_NUMBER.finditer(data))
    if numbers and random.random() < 0.5:
        match = random.choice(numbers)
        return data[: match.start()] + random.choice(_HUGE) + data[match.end() :]
    at = random.randint(0, len(data))
    field = random.choice((b"\0", b"\xff", b"\x7f", b"\x01")) * random.choice((1, 2, 4, 8))
    return data[:at] + field + data[at + len(field) :]


def _nasty(random: Random, data: bytes, _: bytes) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(_NASTY) + data[at:]


def _swap(random: Random, data: bytes, _: bytes) -> bytes:
    """Lines, or what stands between two tags, in another order."""
    parts = re.split(rb"(?<=[\n>])", data)
    first, second = random.randrange(len(parts)), random.randrange(len(parts))
    parts[first], parts[second] = parts[second], parts[first]
    return b"".join(parts)


def _members(random: Random, data: bytes, other: bytes) -> bytes:
    """An archive that is whole, with members that are not."""
    members = unpacked(data)
    for _ in range(random.choice((1, 1, 3))):
        at = random.randrange(len(members))
        name, inner = members[at]
        match random.randrange(5):
            case 0:
                members[at] = (members[at - 1][0], inner)
            case 1:
                members.append((f"x{at}" + name[-20:], other))
            case 2 if len(members) > 1:
                del members[at]
            case _:
                members[at] = (name, _wronged(random, inner, other))
    return packed(members)


def _gzip(random: Random, data: bytes, other: bytes) -> bytes:
    return gzipped(_wronged(random, gzip.decompress(data), other))


def _deflated(random: Random, data: bytes, other: bytes) -> bytes:
    """A PDF whose compressed streams are whole, and hold what is not."""

    def again(match: re.Match[bytes]) -> bytes:
        try:
            inner = zlib.decompress(match[1])
        except zlib.error:
            inner = match[1]
        inner = _wronged(random, inner, other)
        return b"stream\n" + zlib.compress(inner) + b"\nendstream"

    return re.sub(rb"stream\n(.*?)\nendstream", again, data, flags=re.DOTALL)


def _span(random: Random, data: bytes) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.choice((1, 16, 256, 4096)))


_MUTATIONS: tuple[Mutation, ...] = (_flip, _cut, _splice, _repeat, _length, _nasty, _swap)
_INNER: dict[str, Mutation] = {
    ".docx": _members, ".epub": _members, ".zip": _members, ".gz": _gzip, ".pdf": _deflated,
}  # fmt: skip
