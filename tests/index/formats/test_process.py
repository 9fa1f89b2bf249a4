"""Whatever a format's reader does, the process that asked it goes on, and the next file is read."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pytest

from index.formats import process
from index.formats.extracted import Refused

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module", autouse=True)
def hostile_formats() -> Iterator[None]:
    process.close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(process, "_PACKAGE", "tests.index.formats")
        yield
    process.close()


def said(data: str, file: str = "a.hostile") -> str:
    return process.extracted("hostile", file, data.encode(), None).text


def refused(data: str) -> Refused:
    with pytest.raises(Refused) as caught:
        said(data)
    assert said("say still here") == "still here"
    return caught.value


def test_a_text_comes_back_as_it_is() -> None:
    text = "Ünïcode 한국어 𝄞 \x00 \u202e\r\n" * 1000
    found = process.extracted("hostile", "a.hostile", b"say " + text.encode(), "utf-16")
    assert (found.text, found.encoding, found.extractor) == (text, "utf-16", "hostile")


def test_a_reader_is_told_the_name_of_its_file() -> None:
    name = "도/a\udcff.hostile"  # as Python has a name that is no UTF-8
    assert said("name", name) == name.replace("\udcff", "\ufffd")


def test_a_lone_surrogate_is_replaced_and_the_offsets_stay() -> None:
    assert said("surrogate") == "a\ufffdb\ufffd\ufffd"


def test_one_process_reads_one_file_after_the_other() -> None:
    assert said("pid") == said("pid") != str(os.getpid())


def test_a_refusal_comes_back_with_its_reason() -> None:
    error = refused("refuse Remove the password.")
    assert (error.reason, error.what, error.hint) == (
        "encrypted", "it is encrypted", "Remove the password.",
    )  # fmt: skip


def test_a_reader_that_fails_is_told_of_without_the_documents_words() -> None:
    error = refused("fail secret")
    assert (error.reason, error.what) == ("damaged", "it cannot be read (ValueError)")


def test_no_text_and_too_much_text_are_refused() -> None:
    assert refused("nothing").reason == "damaged"
    assert refused("much").reason == "too_costly"


def test_a_crash_takes_only_its_own_file() -> None:
    said("say warm")
    assert refused("crash").reason == "damaged"


@pytest.mark.parametrize("how", ["", "in C"])
def test_a_reader_that_hangs_is_ended(monkeypatch: pytest.MonkeyPatch, how: str) -> None:
    pid = said("pid")
    with monkeypatch.context() as patch:
        patch.setattr(process, "SECONDS", 0.2)
        with pytest.raises(Refused, match=r"more than 0\.2 seconds") as caught:
            said(f"loop {how}")
    assert caught.value.reason == "too_costly"
    assert not Path(f"/proc/{pid}").exists()
    assert said("say still here") == "still here"


@pytest.mark.skipif(sys.platform != "linux", reason="no such limit")
def test_memory_is_bounded_and_each_file_has_all_of_it() -> None:
    assert refused("fill 400").reason == "too_costly"
    # What is kept of earlier files is not laid to later ones.
    assert [said("fill 150") for _ in range(4)] == ["filled"] * 4


def test_a_reader_opens_no_files_and_no_connections(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert said(f"connect {server.getsockname()[1]}") == "refused"
    assert said(f"read {tmp_path / 'secret'}") == "refused"
    assert said("read /etc/passwd") == "refused"
    assert said(f"write {tmp_path / 'made'}") == "refused"
    assert said(f"start touch {tmp_path / 'made'}") == "refused"
    assert not (tmp_path / "made").exists()


def test_a_reader_has_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    process.close()
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    assert said("key OPENAI_API_KEY") == "none"
    assert said("key LANG") == os.environ.get("LANG", "none")


def test_what_a_reader_prints_is_no_answer() -> None:
    assert said("print {}") == "printed"
    assert said("say next") == "next"


def test_only_the_format_that_is_asked_for_is_imported() -> None:
    process.close()
    modules = said("modules").split()
    assert sorted(name for name in modules if name.startswith("index.")) == [
        "index.formats", "index.formats.child", "index.formats.extracted", "index.formats.readers",
    ]  # fmt: skip


def test_threads_take_turns() -> None:
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(said, (f"say {n}" for n in range(50)))) == [str(n) for n in range(50)]


def _in_worker(data: str) -> tuple[str, str]:
    process._PACKAGE = "tests.index.formats"
    return said(data), said("pid")


def test_each_process_has_a_reader_of_its_own() -> None:
    mine = said("pid")
    with ProcessPoolExecutor(1, get_context("fork")) as pool:  # what it inherits is not its own
        assert pool.submit(_in_worker, "say there").result()[0] == "there"
        theirs = pool.submit(_in_worker, "say there").result()[1]
    assert theirs != mine == said("pid")


@pytest.mark.parametrize("doing", ["say idle", "loop", "loop in C"])
def test_a_reader_dies_with_its_parent(doing: str) -> None:
    code = (
        "import sys, threading; from index.formats import process\n"
        "process._PACKAGE = 'tests.index.formats'\n"
        "print(process.extracted('hostile', '', b'pid', None).text, flush=True)\n"
        "process.extracted('hostile', '', sys.argv[1].encode(), None)\n"
        "sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, doing], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        time.sleep(0.1)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
    until = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < until:
        time.sleep(0.01)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
