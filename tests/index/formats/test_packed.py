"""Packed files are read within bounds, and each member says what it is."""

from __future__ import annotations

import gzip
import struct
import zipfile
from io import BytesIO

import pytest

from index import formats
from index.formats import packed
from index.formats.extracted import Extracted, Refused
from index.formats.packed import extract
from tests.index.formats.placed import pieces, place


@pytest.fixture(autouse=True)
def _suffixes(monkeypatch: pytest.MonkeyPatch) -> None:
    for suffix, format in {
        ".csv": "rows",
        ".eml": "mail",
        ".gz": "packed",
        ".zip": "packed",
    }.items():
        monkeypatch.setitem(formats.SUFFIXES, suffix, format)


def archive(members: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w", method) as writing:
        for name, data in members.items():
            writing.writestr(name, data)
    return made.getvalue()


def refused(data: bytes, file: str = "a.txt.gz") -> Refused:
    with pytest.raises(Refused) as caught:
        extract(data, None, file)
    return caught.value


def unpacked(members: dict[str, bytes]) -> Extracted:
    return extract(archive(members), None, "a.zip")


def test_a_gzipped_text_is_the_text_and_a_gzipped_table_a_table() -> None:
    read = extract(gzip.compress("부산에서 만났다.\n".encode("cp949")), None, "x/a.TXT.gz")
    assert (read.text, read.encoding, read.places) == ("부산에서 만났다.\n", "cp949", None)
    read = extract(gzip.compress(b"a,b\n1,2\n"), None, "a.csv.gz")
    assert pieces(read) == ["a: 1; b: 2"]
    assert refused(gzip.compress(b"x"), "a.tar.gz").reason == "unsupported"
    assert refused(gzip.compress(b"x"), "a.zip.gz").reason == "unsupported"
    assert refused(gzip.compress(b"x"), "a.gz").reason == "unsupported"


def test_a_gzipped_file_that_is_damaged_or_too_large_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = gzip.compress(b"some text " * 99)
    assert refused(data[:-9]).reason == "damaged"
    assert refused(data[:-8] + b"12345678").reason == "damaged"
    assert refused(b"nothing of the kind").reason == "damaged"
    assert refused(gzip.compress(b"x" * (3 << 20))).reason == "too_costly"
    monkeypatch.setattr(packed, "MAX_TOTAL", 100)
    assert refused(data).reason == "too_costly"


def test_what_follows_the_first_gzipped_file_is_said() -> None:
    read = extract(gzip.compress(b"one") + gzip.compress(b"two"), None, "a.txt.gz")
    assert read.text == "one"
    assert len(read.left_out) == 1
    assert extract(gzip.compress(b"one") + bytes(9), None, "a.txt.gz").left_out == ()


def test_members_are_pieces_and_lines_are_their_own() -> None:
    read = unpacked({"b/one.txt": b"First.\nSecond.\n", "two.md": "둘째.\n셋째.\n".encode()})
    assert pieces(read) == ["First.\nSecond.\n", "둘째.\n셋째.\n"]
    assert [piece.title for piece in read.pieces] == ["one", "two"]
    assert place(read, "Second.") == (2, 2, "b/one.txt")
    assert place(read, "둘째.") == (1, 1, "two.md")
    assert read.places is not None
    assert read.places.kind == "lines"


def test_members_of_one_kind_keep_their_places_and_others_are_counted() -> None:
    read = unpacked({"a.csv": b"x,y\n1,2\n3,4\n", "b.csv": b"x,y\n5,6\n"})
    assert place(read, "5") == (2, 2, "b.csv")
    assert place(read, "3") == (3, 3, "a.csv")
    assert len(read.pieces) == 3
    read = unpacked({"a.csv": b"x,y\n1,2\n", "c/": b"", "t.txt": b"A text.\n"})
    assert place(read, "A text.") == (3, 3, "t.txt")
    assert read.places is not None
    assert read.places.kind == "member"


def test_what_is_not_read_is_said() -> None:
    made = archive({
        "a.txt": b"Text.", ".hidden.txt": b"x", "__MACOSX/a.txt": b"x", "in.zip": b"PK",
        "e.txt": b"", "evil\u202e\n.exe": b"x", "bad.csv": bytes(range(256)), "c.png": b"x",
        "d.png": b"x",
    })  # fmt: skip
    read = extract(made, None, "a.zip")
    assert read.text == "Text."
    assert read.left_out == (
        "bad.csv: this is not text, in spite of its name",
        "members of formats that are not read: in.zip, evil\\u202e\\n.exe, c.png and 1 more",
    )


def test_bombs_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    read = unpacked({"a.txt": b"Text.", "b.txt": bytes(3 << 20)})
    assert read.left_out == ("b.txt: it unpacks to more than 200 times its size",)
    lied = archive({"a.txt": b"x" * 9000, "b.txt": b"Text."})
    size = struct.pack("<L", 9000)
    short = lied.replace(size, struct.pack("<L", 10))
    read = extract(short, None, "a.zip")
    assert "x" * 11 not in read.text
    monkeypatch.setattr(packed, "MAX_TOTAL", 100)
    read = unpacked({"a.txt": b"a" * 60, "b.txt": b"b" * 60, "c.txt": b"c" * 30})
    assert read.text.split() == ["a" * 60, "c" * 30]
    monkeypatch.setattr(packed, "MAX_MEMBERS", 2)
    assert refused(archive({f"{i}.txt": b"x" for i in range(3)})).reason == "too_costly"


def test_encrypted_members_and_other_packings_are_said() -> None:
    locked = bytearray(archive({"a.txt": b"Text."}))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(locked)).reason == "encrypted"
    read = extract(archive({"b.txt": b"Text."}), None, "a.zip")
    assert read.left_out == ()
    made = refused(archive({"a.txt": b"Text."}, zipfile.ZIP_BZIP2))
    assert made.reason == "unsupported"
    assert "bzip2" in made.what


def test_damaged_archives_are_refused() -> None:
    whole = archive({"a.txt": b"Some text. " * 50})
    assert refused(whole[:60]).reason == "damaged"
    assert refused(b"PK" + bytes(99)).reason == "damaged"
    at = whole.index(b"a.txt") + 9
    broken = whole[:at] + bytes(9) + whole[at + 9 :]
    assert "cannot be unpacked" in refused(broken).what
    assert refused(archive({})).reason == "unsupported"
