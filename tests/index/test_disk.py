"""Files that are put in the place of others: whole, or not at all and without a trace."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.disk import replace_file


def test_a_file_takes_the_place_of_another(tmp_path: Path) -> None:
    for content in (b"one", b"other"):
        replace_file(tmp_path / "a", content)
        assert (tmp_path / "a").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is full")
def test_what_a_full_disk_did_not_take_does_not_stay_on_it(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"before")
    (tmp_path / "a.new").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        replace_file(tmp_path / "a", b"after")
    assert [path.name for path in tmp_path.iterdir()] == ["a"]
    assert (tmp_path / "a").read_bytes() == b"before"
