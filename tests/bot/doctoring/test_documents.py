"""What of the documents is not read, and why; what is lost of those that are."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from bot.doctoring.words import many, of_size
from index.generation import Generation
from tests.bot.doctoring.conftest import Doctor

Index = Callable[..., Generation]


def test_how_many_there_are(doctor: Doctor, folder: Path) -> None:
    (folder / "seeds/empty.MD").touch()
    message = doctor().of("documents")["message"]
    assert message.startswith(f"2 documents in {folder}/seeds: 2 .txt; ")


def test_a_folder_that_is_missing_or_empty(doctor: Doctor, folder: Path) -> None:
    said = doctor("--corpus", "nowhere")
    assert said.wrong == ["documents"]
    assert "does not exist" in said.of("documents")["message"]
    (folder / "bare").mkdir()
    assert "holds no document" in doctor("--corpus", "bare").of("documents")["message"]
    # An index that stands is looked at all the same.
    assert said.of("index")["level"] == "note"


def test_an_index_whose_documents_are_gone(doctor: Doctor, index: Index, folder: Path) -> None:
    index()
    shutil.rmtree(folder / "seeds")
    said = doctor("--fix", "--corpus", "seeds")
    assert said.wrong == ["documents"]
    assert said.of("texts")["level"] == "ok"


def test_undecodable_files(doctor: Doctor, index: Index, folder: Path) -> None:
    (folder / "seeds/odd.txt").write_bytes(bytes(range(128, 256)) * 40 + b"\xff\xfe\x00" * 9)
    (folder / "seeds/machine.txt").write_bytes(b"\x7fELF\x00\x01\x02\x03" * 300)
    index()
    said = doctor()
    told = {each["message"].partition(":")[2]: each for each in said.all_of("skipped")}
    names = " ".join(line for each in told.values() for line in each["details"])
    assert "odd.txt" in names
    assert "machine.txt" in names
    assert {each["level"] for each in told.values()} == {"warning"}
    assert any("UTF-8" in each["hint"] or "Name them" in each["hint"] for each in told.values())
    # What went meanwhile is not told.
    (folder / "seeds/odd.txt").unlink()
    (folder / "seeds/machine.txt").unlink()
    assert doctor().all_of("skipped") == []


def test_what_is_passed_over_is_no_trouble(doctor: Doctor, folder: Path) -> None:
    (folder / "seeds/picture.png").write_bytes(b"\x89PNG")
    os.mkfifo(folder / "seeds/pipe.txt")
    (folder / "outside.txt").write_text("outside")
    (folder / "seeds/link.txt").symlink_to(folder / "outside.txt")
    said = doctor()
    assert said.wrong == []
    told = {each["message"]: each for each in said.all_of("skipped")}
    assert {each["level"] for each in told.values()} == {"note"}
    for part in ("of other formats", "no regular files", "links"):
        assert any(part in message for message in told), part
    assert any("picture.png" in each["details"][0] for each in told.values())


def test_a_name_that_nobody_can_read(doctor: Doctor, folder: Path) -> None:
    (folder / "seeds/na\u202eme.txt").write_text("x")
    (told,) = doctor().all_of("skipped")
    assert told["level"] == "warning"
    assert "\u202e" not in told["details"][0]


def test_of_many_not_all_are_named(doctor: Doctor, folder: Path) -> None:
    for number in range(1200):
        (folder / f"seeds/{number}.png").touch()
    (told,) = doctor().all_of("skipped")
    assert told["message"].startswith("1,200 files")
    assert len(told["details"]) == 1001
    assert told["details"][-1] == "and 200 more"


def test_bytes_that_are_no_characters(doctor: Doctor, index: Index, folder: Path) -> None:
    text = "The ministers met in the port city of Busan on Sunday. " * 40
    (folder / "seeds/cut.txt").write_bytes("부산".encode() * 30 + b"\xff " + text.encode())
    index()
    told = doctor().of("encodings")
    assert told["level"] == "warning"
    assert told["details"] == ["cut.txt: 1 not utf-8"]


def test_documents_that_are_the_same(doctor: Doctor, index: Index, folder: Path) -> None:
    shutil.copy(folder / "seeds/pier.txt", folder / "seeds/again.txt")
    shutil.copy(folder / "seeds/pier.txt", folder / "seeds/thrice.txt")
    index()
    told = doctor().of("duplicates")
    assert told["level"] == "note"
    assert told["details"] == ["again.txt = pier.txt = thrice.txt"]
    assert told["message"].startswith("1 document stands under 2 more names")


def test_sizes_and_counts() -> None:
    assert [of_size(n) for n in (0, 1, 999, 1000, 1_500_000, 2 * 10**13)] == [
        "0 bytes", "1 byte", "999 bytes", "1.0 kB", "1.5 MB", "20.0 TB",
    ]  # fmt: skip
    assert [many(n) for n in (1, 1000)] == ["1 document", "1,000 documents"]
