"""Whatever a folder holds is read or passed over within limits, and said; the good file answers."""

from __future__ import annotations

import os
import re

import pytest

from tests.index.hostile import making
from tests.index.hostile.making import ORDER, TAGS, Make
from tests.index.hostile.running import Place, reasons

_ORDERS = re.compile(r"\x1b\[2J|\x1b\]0;|\x9b|\x07(?!$)|[\u202a-\u202e]|[\U000e0000-\U000e0fff]")


@pytest.mark.parametrize(
    ("make", "passed_over"),
    [
        (making.link_to_outside, {"out.txt": "link"}),
        (making.link_by_way_of_folders, {"out.txt": "link", "sub": "link"}),
        (making.hard_link_to_outside, {"hard.txt": "link"}),
        (
            making.loops,
            {
                "self.txt": "not_a_file", "a.txt": "not_a_file", "b.txt": "not_a_file",
                "around": "link", "up": "link",
            },
        ),
        (making.pipe, {"pipe.txt": "not_a_file", "to.txt": "not_a_file"}),
        (making.devices, {"zero.txt": "link", "stdin.txt": "link", "mem.txt": "link"}),
        (making.own_socket, {"socket.txt": "not_a_file"}),
        (
            making.names,
            {
                "clear\\x1b[2J.txt": "bad_name", "end\\n.txt": "bad_name",
                "bell\\x07.txt": "bad_name", "exe\\u202etxt.txt": "bad_name",
                f"t{TAGS.encode('unicode_escape').decode()}.txt": "bad_name",
                "c1\\x9b2J.txt": "bad_name", "nul\\u2028.txt": "bad_name",
                "\\u2066x.txt": "bad_name", "fill\\u3164er.txt": "bad_name",
                "dir\\x1b]0;title\\x07": "bad_name", "\\udcff\\udcfe.txt": "bad_name",
                "latin\\udce9.txt": "bad_name",
            },
        ),
        (
            making.sparse,
            dict.fromkeys(("large.txt", "large.pdf", "large.zip", "large.jsonl"), "too_large"),
        ),
        (making.binary, {"nul.txt": "binary", "elf.md": "binary"}),
        (making.undecodable, {"bad.txt": "undecodable"}),
        (
            making.archives,
            {
                "bomb.txt.gz": "too_costly", "bomb.zip": "unsupported", "nested.zip": "unsupported",
                "bomb.docx": "too_costly", "bomb.epub": "too_costly",
            },
        ),
        (making.pdf, {"bomb.pdf": "damaged"}),
    ],
    ids=lambda each: each.__name__ if callable(each) else "",
)  # fmt: skip
def test_what_is_not_read_is_said_and_harms_nothing(
    place: Place, make: Make, passed_over: dict[str, str]
) -> None:
    make(place.corpus, place.corpus.parent / "outside")
    told, value = place.indexed()
    assert reasons(value) == passed_over
    assert value["files"] == 1
    assert sum(value["skipped_counts"].values()) == len(passed_over)
    if make not in (making.archives, making.pdf):  # of which some is unpacked
        assert told.memory < 100 << 20
    first = sorted(passed_over)[0]
    assert f"skipped: {first[:40]}" in told.out.replace("\n         ", "")
    secret = place.run("search", "password xyzzy", "--json", "--no-update")
    assert "xyzzy" not in secret.out


def test_text_that_hides_something_is_read_and_said(place: Place) -> None:
    making.tags(place.corpus, place.corpus)
    told, value = place.indexed()
    assert f"tags.txt: {len(TAGS) + 1} hidden characters" in told.out
    assert value["hidden_characters"] == [{"file": "tags.txt", "count": len(TAGS) + 1}]
    shown = place.run("ask", "When is the tide high in the old harbour of Busan?")
    assert f"[{len(TAGS)} hidden characters]" in shown.out
    assert ORDER in shown.out.replace("\n      ", " ")


def test_a_text_that_is_hidden_whole(place: Place) -> None:
    (place.corpus / "tags.txt").write_text(TAGS, encoding="utf-8")
    (place.corpus / "spaces.txt").write_text("\u200b\u200c\u200d\n" * 1000, encoding="utf-8")
    _, value = place.indexed()
    assert [each["count"] for each in value["hidden_characters"]] == [3000, len(TAGS)]
    assert place.run("index", "--embedder", "hashed").status == 0
    assert place.run("search", ORDER, "--json").out == ""


def test_front_matter_that_is_a_bomb_is_read_as_text_and_said(place: Place) -> None:
    making.yaml(place.corpus, place.corpus)
    told, value = place.indexed()
    assert value["files"] == 4
    for name in ("aliases.txt", "deep.txt", "code.txt"):
        assert f"{name}: its front matter is read as text" in told.out.replace("\n      ", " ")
    assert not list(place.corpus.parent.rglob("harmed"))
    assert told.seconds < 30


def test_names_as_long_as_a_disk_allows(place: Place) -> None:
    making.long_names(place.corpus, place.corpus)
    _, value = place.indexed()
    assert value["files"] == 3
    assert value["skipped"] == []


def test_folders_deeper_than_a_path_can_name(place: Place) -> None:
    making.deep(place.corpus)
    _, value = place.indexed()
    assert value["files"] == 2
    assert value["skipped_counts"] == {"unreadable": 1}
    assert "xyzzy" not in place.run("search", "password xyzzy", "--json").out


# Root reads everything, but for what it has given up: to pass over permissions.
_AS_ANYONE = """
import ctypes, struct
libc = ctypes.CDLL(None, use_errno=True)
head = struct.pack("Ii", 0x20080522, 0)
held = ctypes.create_string_buffer(24)
assert libc.capget(head, held) == 0
sets = list(struct.unpack("6I", held.raw))
for at in (0, 1, 2):
    sets[at] &= ~0b110
assert libc.capset(head, struct.pack("6I", *sets)) == 0
"""


def test_what_may_not_be_read(place: Place) -> None:
    (place.corpus / "mine.txt").write_text("The password is xyzzy.\n")
    (place.corpus / "mine.txt").chmod(0)
    (place.corpus / "private").mkdir(mode=0)
    told, value = place.indexed(before=_AS_ANYONE if os.getuid() == 0 else "pass")
    assert reasons(value) == {"mine.txt": "unreadable", "private": "unreadable"}
    assert "Permission denied" in told.out


@pytest.mark.timeout(1800)
@pytest.mark.parametrize(
    ("count", "seconds", "memory"),
    [
        (2_000, 30, 200),
        pytest.param(1_000_000, 120, 300, marks=pytest.mark.slow),
    ],
)
def test_empty_files_without_end(vast: Place, count: int, seconds: float, memory: int) -> None:
    making.empties(vast.corpus, count)
    told, value = vast.indexed(timeout=600)
    assert value["skipped_counts"] == {"empty": count}
    assert len(value["skipped"]) == 1000
    assert f"and {count - 10:,} more" in told.out
    print(f"\n{count:,} empty files: {told.seconds:.1f} s, {told.memory / 1e6:.0f} MB")
    assert told.seconds < seconds
    assert told.memory < memory << 20


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("count", [2_000, pytest.param(100_000, marks=pytest.mark.slow)])
def test_folders_without_end(vast: Place, count: int) -> None:
    making.folders(vast.corpus, count)
    told, value = vast.indexed(timeout=600)
    assert value["files"] == 1
    assert value["skipped"] == []
    print(f"\n{count:,} folders: {told.seconds:.1f} s, {told.memory / 1e6:.0f} MB")
    assert told.memory < 200 << 20


@pytest.mark.parametrize("command", [("index",), ("search", "tide in the harbour at noon")])
def test_a_terminal_is_not_steered(place: Place, command: tuple[str, ...]) -> None:
    making.names(place.corpus, place.corpus)
    making.tags(place.corpus, place.corpus)
    (place.corpus / "steers.txt").write_text(
        "The tide in the harbour is \x1b[2Jhigh\x1b]0;me\x07 at \x9b31mnoon, \u202efalls\u202c.\n",
        encoding="utf-8",
    )
    shown = place.in_terminal(*command)
    assert ("bell\\x07.txt" if command == ("index",) else "\\x1b[2Jhigh") in shown
    # What is left without the program's own colours, links and lines that it writes over.
    own = re.sub(r"\x1b\[\??[\d;]*[mKhl]|\x1b\]8;[^\x1b\x07]*(?:\x1b\\|\x07)|[\r\n]", "", shown)
    assert own.isprintable(), ascii(own)
    assert not _ORDERS.search(shown), ascii(shown)
