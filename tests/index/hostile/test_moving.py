"""What changes while it is read: nothing outside of the folder is read, and nothing waits."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from tests.index.hostile.making import SECRET
from tests.index.hostile.running import QUESTION, Place

# Harm that is done once the folder was looked through, or once a file was found fit to be opened.
_AFTER_SCAN = """
import index.scan as place
looked = place.scan
def scan(*words, **more):
    found = looked(*words, **more)
    harm()
    return found
place.scan = scan
"""
_BEFORE_OPENING = """
import index.reading as place
looked = place.readable
def readable(root, file, limit):
    found = looked(root, file, limit)
    if file.endswith("b.txt"):
        harm()
    return found
place.readable = readable
"""
_HARMS = {
    "a pipe": "os.unlink('documents/sub/b.txt'); os.mkfifo('documents/sub/b.txt')",
    "a link": "os.unlink('documents/sub/b.txt');"
    " os.symlink('../../outside/b.txt', 'documents/sub/b.txt')",
    "a device": "os.unlink('documents/sub/b.txt'); os.symlink('/dev/zero', 'documents/sub/b.txt')",
    "a folder": "os.unlink('documents/sub/b.txt'); os.mkdir('documents/sub/b.txt')",
    "nothing": "os.unlink('documents/sub/b.txt')",
    "a folder linked": "os.rename('documents/sub', 'was');"
    " os.symlink('../outside', 'documents/sub')",
    "another file": "os.rename('outside/b.txt', 'documents/sub/b.txt')",
}


@pytest.mark.parametrize("when", [_AFTER_SCAN, _BEFORE_OPENING], ids=["scanned", "opened"])
@pytest.mark.parametrize("what", _HARMS)
def test_a_file_exchanged_in_the_middle(place: Place, when: str, what: str) -> None:
    if what == "another file" and when == _AFTER_SCAN:
        pytest.skip("that is a file of the folder's then")
    (place.corpus / "sub").mkdir()
    (place.corpus / "sub/b.txt").write_text("The tide is high.\n")
    (place.corpus.parent / "outside/b.txt").write_text(SECRET)
    harm = f"import os\ndone = []\ndef harm():\n    if not done:\n        {_HARMS[what]}"
    told = place.run(
        "index", "--json", before=f"{harm}\n        done.append(1)\n{when}", timeout=30
    )
    assert told.status == 0, told.err
    assert [each["file"] for each in told.value["skipped"]] == ["sub/b.txt"], told.out
    reply = place.run("ask", QUESTION, "--no-update", "--json")
    assert "Kim Minsu" in reply.value["answer"]
    assert "xyzzy" not in place.run("search", "password xyzzy", "--json", "--no-update").out


def test_a_file_that_grows_while_it_is_read(place: Place) -> None:
    path = place.corpus / "grows.txt"
    path.write_text("The tide is high.\n" * 1000)
    ended = threading.Event()

    def grow() -> None:
        with path.open("a") as stream:
            while not ended.wait(0.005):
                stream.write("The tide is higher still.\n" * 10)
                stream.flush()

    growing = threading.Thread(target=grow)
    growing.start()
    try:
        told, value = place.indexed()
    finally:
        ended.set()
        growing.join()
    assert value["files"] + len(value["skipped"]) == 2
    assert told.seconds < 30
    # At rest it is what any file is.
    assert place.run("index", "--json").value["files"] == 2


def test_a_file_that_grows_past_the_limit_while_it_is_read(place: Place) -> None:
    (place.corpus / "b.txt").write_text("The tide is high.\n")
    harm = "import os\ndef harm():\n    os.truncate('documents/b.txt', 5 << 30)"
    told = place.run("index", "--json", before=f"{harm}\n{_BEFORE_OPENING}")
    assert [(each["file"], each["reason"]) for each in told.value["skipped"]] == [
        ("b.txt", "too_large")
    ]
    assert told.memory < 300 << 20


def test_a_folder_that_vanishes_in_the_middle(place: Place) -> None:
    place.indexed()
    harm = "import os\ndef harm():\n    os.rename('documents', 'was')"
    (place.corpus / "more.txt").write_text("The tide is high.\n")
    told = place.run("index", before=f"{harm}\n{_AFTER_SCAN}")
    assert told.status == 0
    assert "more.txt: The folder" in told.out
    assert "documents does not exist." in " ".join(told.out.split())
    Path(place.corpus.parent / "was").rename(place.corpus)
    assert "Kim Minsu" in place.run("ask", QUESTION, "--json").value["answer"]


def test_nothing_waits_for_a_pipe_that_is_never_written(place: Place) -> None:
    for number in range(50):
        os.mkfifo(place.corpus / f"{number}.txt")
    begun = time.monotonic()
    place.indexed(timeout=20)
    assert time.monotonic() - begun < 20
