"""Texts come out of packs as they went in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.pack import BLOCK, PackReader, PackWriter, compress, decompress, pack_path

ANY = st.text(st.characters(codec=None, exclude_categories=()), max_size=60)


@given(ANY, st.integers(1, 3 * BLOCK))
def test_any_text_comes_back(text: str, times: int) -> None:
    text = text * (times // (len(text) + 1))
    blocks = compress(text)
    assert "".join(map(decompress, blocks)) == text
    assert len(blocks) == -(-len(text) // BLOCK)


@pytest.mark.parametrize(
    "text", ["\ud83d\ude00", "한" * 9 + "\ud83d\ude00", "\ud800", "\udcff가나다"]
)
def test_surrogates_stay_apart(text: str) -> None:
    # Two surrogates are two characters of the text; UTF-16 would make one of them.
    assert "".join(map(decompress, compress(text))) == text


def test_wide_scripts_are_stored_in_what_is_shorter() -> None:
    text = "".join(chr(0x4E00 + number * 7919 % 5000) for number in range(BLOCK))
    assert len(compress(text)[0]) < 2 * len(text) < len(text.encode())


def test_texts_are_read_from_their_places(tmp_path: Path) -> None:
    texts = ["", "one", "나" * (2 * BLOCK + 5), "", "last"]
    writer = PackWriter(tmp_path, 3)
    places = [writer.append(compress(text)) for text in texts]
    writer.close()
    with PackReader(tmp_path) as reader:
        assert ["".join(map(decompress, reader.raw(place))) for place in places] == texts
        assert decompress(reader.raw(places[2], 1, 2)[0]) == "나" * BLOCK
        assert sum(place.size for place in places) == pack_path(tmp_path, 3).stat().st_size


def test_a_damaged_text_is_an_error_not_another_text(tmp_path: Path) -> None:
    writer = PackWriter(tmp_path, 1)
    place = writer.append(compress("some words " * 50))
    writer.close()
    path = pack_path(tmp_path, 1)
    whole = path.read_bytes()
    for position in range(len(whole)):
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 0x55]) + whole[position + 1 :])
        with PackReader(tmp_path) as reader:
            try:
                text = "".join(map(decompress, reader.raw(place)))
            except OSError:
                continue
            assert text == "some words " * 50  # a bit of zlib's header that means nothing
    path.write_bytes(whole[:-1])
    with PackReader(tmp_path) as reader, pytest.raises(OSError, match="cut short"):
        reader.raw(place)


def test_a_pack_is_never_written_over(tmp_path: Path) -> None:
    PackWriter(tmp_path, 1).close()
    with pytest.raises(FileExistsError):
        PackWriter(tmp_path, 1)
