"""The commands through their public face, in this process."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

import bot.current
import bot.wiring
from index.errors import StoreError
from index.manifest import FORMAT
from index.store import Store
from tests.bot.conftest import NOT_THERE, PORT, Command, Run, found_again
from tests.bot.render.test_json import HIT, REPLY

PICTURE = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0\0\0\1\0\x08\6\0\0\0\\r\xa8f" + bytes(range(256)) * 8
)


def failed(run: Run, said: str = "") -> None:
    """An error as it should be: a message and a hint, nothing else, exit 2."""
    assert run.code == 2
    assert re.match(r"footnote: [^\n]+\n(?s:.*)hint: [^\n]+\n\Z", run.err), run.err
    assert said in run.err
    assert "bug" not in run.err


def store_of(folder: Path) -> Store:
    return Store.for_corpus(folder / ".footnote", folder / "seeds")


def test_an_answer_with_footnotes(footnote: Command) -> None:
    run = footnote("ask", PORT)
    assert run.code == 0
    assert "Busan" in run.out
    assert re.search(r"^\[1\] 00\d_[0-9a-f]+\.txt:\d+$", run.out, re.MULTILINE)
    assert "\x1b" not in run.out
    assert run.err == ""


def test_an_answer_as_json(footnote: Command, folder: Path) -> None:
    run = footnote("ask", PORT, "--json")
    assert run.code == 0
    assert list(run.object) == REPLY
    assert run.object["status"] == "answered"
    assert run.object["question"] == PORT
    assert run.object["generation"]
    found_again(run.object, folder / "seeds")


def test_an_abstention(footnote: Command) -> None:
    assert footnote("ask", NOT_THERE).code == 1
    run = footnote("ask", NOT_THERE, "--json")
    assert run.code == 1
    assert (run.object["status"], run.object["answer"]) == ("abstained", None)
    assert run.object["notices"][0]["kind"] == "abstained"


def test_explain(footnote: Command) -> None:
    run = footnote("ask", PORT, "--explain")
    for label in ("question", "terms", "documents", "hit 1", "times", "generation"):
        assert re.search(rf"^{label}  ", run.out, re.MULTILINE)
    value = footnote("ask", PORT, "--explain", "--json").object
    assert list(value) == [*REPLY, "explain"]
    assert value["explain"]["hits"][0]["rank"] == 1


def test_search(footnote: Command, folder: Path) -> None:
    run = footnote("search", "Busan", "-k", "2", "--json")
    assert run.code == 0
    assert [hit["rank"] for hit in run.objects] == [1, 2]
    for hit in run.objects:
        assert list(hit) == HIT
        text = (folder / "seeds" / hit["file"]).read_bytes().decode()
        assert text[hit["start"] : hit["end"]] == hit["text"]
    assert re.match(r"1  00\d_[0-9a-f]+\.txt:\d+", footnote("search", "Busan").out)


def test_a_search_that_finds_nothing(footnote: Command) -> None:
    assert footnote("search", "qqqqzzzz") == Run(1, "", "")
    assert footnote("search", "qqqqzzzz", "--json") == Run(1, "", "")


def test_index_says_what_changed(footnote: Command, folder: Path) -> None:
    first = footnote("index", "--json").object
    assert (first["files"], len(first["added"])) == (4, 4)
    again = footnote("index", "--json").object
    assert (again["unchanged"], again["generation"]) == (4, first["generation"])
    (folder / "seeds" / "new.txt").write_text("Something new.")
    (folder / "seeds" / "pic.txt").write_bytes(PICTURE)
    (folder / "seeds" / "photo.jpg").write_bytes(b"\xff\xd8")
    third = footnote("index", "--json").object
    assert third["added"] == ["new.txt"]
    assert {item["file"] for item in third["skipped"]} >= {"pic.txt"}
    text = footnote("index")
    assert text.code == 0
    assert "nothing changed" in text.out
    assert "skipped: " in text.out
    assert "pic.txt" in text.out


def test_ask_refreshes_what_changed(footnote: Command, folder: Path) -> None:
    footnote("index")
    (folder / "seeds" / "new.txt").write_text("The zyzzyva was found by Ann in Oslo in 1999.\n")
    run = footnote("search", "zyzzyva", "--json")
    assert run.object["file"] == "new.txt"
    assert footnote("search", "zyzzyva", "--no-update").code == 0
    (folder / "seeds" / "new.txt").unlink()
    assert footnote("search", "zyzzyva").code == 1


def test_what_was_deleted_is_found_no_more_without_an_update_either(
    footnote: Command, folder: Path
) -> None:
    new = folder / "seeds" / "new.txt"
    new.write_text("The zyzzyva was found by Ann in Oslo in 1999.\n")
    footnote("index")
    new.rename(folder / "seeds" / "newer.txt")
    moved = footnote("search", "zyzzyva", "--no-update", "--json")
    assert (moved.object["file"], moved.err) == ("newer.txt", "")
    (folder / "seeds" / "newer.txt").unlink()
    (folder / "lines").write_text("zyzzyva\nzyzzyva\n")
    for what in (["zyzzyva"], ["--batch", str(folder / "lines")]):
        run = footnote("search", *what, "--no-update")
        assert (run.code, run.out) == (0 if "--batch" in what else 1, "")
        assert run.err.count("new.txt can no longer be read") == 1
    new.write_text("The quagga was found by Ann in Oslo in 1999.\n")
    run = footnote("search", "zyzzyva", "--no-update")
    assert (run.code, run.out) == (1, "")
    assert "new.txt changed after it was indexed" in run.err


def test_skipped_files_are_told_when_they_are_first_met(footnote: Command, folder: Path) -> None:
    (folder / "seeds" / "pic.txt").write_bytes(PICTURE)
    run = footnote("ask", PORT)
    assert "skipped: " in run.err
    assert "pic.txt" in run.err
    assert footnote("ask", PORT).err == ""


def test_without_an_update_a_changed_file_is_quoted_as_it_is_now(
    footnote: Command, folder: Path
) -> None:
    cited = footnote("ask", PORT, "--json").object["citations"][0]
    path = folder / "seeds" / cited["file"]
    text = path.read_bytes().decode()
    path.write_bytes(b"A line more.\n" + text.encode())
    moved = footnote("ask", PORT, "--json", "--no-update").object
    assert "file_changed" in [notice["kind"] for notice in moved["notices"]]
    assert moved["citations"][0]["start"] == cited["start"] + len("A line more.\n")
    found_again(moved, folder / "seeds")
    path.write_bytes(text.replace("Busan", "Pusan").encode())
    for name in os.listdir(folder / "seeds"):
        if name != cited["file"]:
            (folder / "seeds" / name).unlink()
    withheld = footnote("ask", PORT, "--json", "--no-update").object
    assert cited["quote"] not in str(withheld["citations"])
    assert {item["reason"] for item in withheld["rejected"]} == {"quote_not_found"}
    found_again(withheld, folder / "seeds")


def test_without_an_index_and_without_leave_to_make_one(footnote: Command) -> None:
    failed(footnote("ask", PORT, "--no-update"), "--no-update")


def test_while_another_process_writes_the_earlier_index_answers(
    footnote: Command, folder: Path
) -> None:
    footnote("index")
    (folder / "seeds" / "new.txt").write_text("Something new.")
    with store_of(folder).lock():
        run = footnote("ask", PORT, "--json")
        failed(footnote("index"), str(os.getpid()))
    assert run.code == 0
    assert [notice["kind"] for notice in run.object["notices"]] == ["old_generation"]
    assert footnote("ask", PORT, "--json").object["notices"] == []


def test_a_store_that_cannot_be_written_leaves_the_earlier_index(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    footnote("index")
    (folder / "seeds" / "new.txt").write_text("Something new.")

    def full(*_: object, **__: object) -> None:
        raise StoreError("The disk is full.", "Make room.")

    monkeypatch.setattr(bot.current, "refresh", full)
    run = footnote("ask", PORT, "--json")
    assert run.code == 0
    assert "The disk is full." in run.object["notices"][0]["message"]
    searched = footnote("search", "Busan")
    assert searched.code == 0
    assert "The disk is full." in searched.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes where it likes")
def test_a_read_only_store(footnote: Command, folder: Path) -> None:
    footnote("index")
    (folder / "seeds" / "new.txt").write_text("Something new.")
    paths = [folder / ".footnote", *(folder / ".footnote").rglob("*")]
    for path in paths:
        path.chmod(path.stat().st_mode & ~0o222)
    try:
        failed(footnote("index"))
        assert footnote("ask", PORT).code == 0
    finally:
        for path in paths:
            path.chmod(path.stat().st_mode | 0o200)


def test_a_store_of_an_older_format(footnote: Command, folder: Path) -> None:
    footnote("index")
    pointer = store_of(folder).folder / "current"
    good = pointer.read_bytes()
    pointer.write_bytes(good.replace(b"footnote %d " % FORMAT, b"footnote 0 "))
    assert pointer.read_bytes() != good
    failed(footnote("ask", PORT, "--no-update"), "format")
    pointer.write_bytes(good)
    assert footnote("ask", PORT, "--no-update").code == 0
    pointer.write_bytes(good.replace(b"footnote %d " % FORMAT, b"footnote 0 "))
    again = footnote("ask", PORT)
    assert again.code == 0
    assert pointer.read_bytes() != good
    pointer.write_bytes(b"?")
    assert footnote("index").code == 0
    assert footnote("ask", PORT).code == 0


@pytest.mark.parametrize("command", ["ask", "search", "index"])
@pytest.mark.parametrize("corpus", ["missing", "empty", "file.txt", "binary", "foreign"])
def test_a_corpus_that_is_none(footnote: Command, folder: Path, command: str, corpus: str) -> None:
    (folder / "empty").mkdir()
    (folder / "file.txt").write_text("x")
    for name, data in (("binary/a.txt", PICTURE), ("foreign/a.exe", b"MZ")):
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(data)
    question = [] if command == "index" else [PORT]
    run = footnote(command, *question, "--corpus", corpus)
    if corpus == "binary":
        assert "a.txt" in run.err + run.out
        if run.code != 2:
            pytest.skip("a folder whose files are all skipped is an index of nothing")
    failed(run)


def test_no_corpus_at_all(footnote: Command, folder: Path) -> None:
    shutil.rmtree(folder / "seeds")
    failed(footnote("ask", PORT), "--corpus")


def test_a_corpus_that_went_away(footnote: Command, folder: Path) -> None:
    footnote("index", "--corpus", "seeds")
    (folder / "seeds").rename(folder / "moved")
    failed(footnote("ask", PORT, "--corpus", "seeds"))
    (folder / "moved").rename(folder / "seeds")
    assert footnote("ask", PORT).code == 0


def test_a_store_in_the_place_of_a_file(footnote: Command, folder: Path) -> None:
    (folder / "store").write_text("")
    failed(footnote("ask", PORT, "--store", "store"))


def test_an_error_in_json_for_who_reads_json(footnote: Command) -> None:
    run = footnote("ask", PORT, "--corpus", "missing", "--json")
    failed(run)
    assert list(run.object) == ["error", "hint"]
    assert run.object["error"] in run.err.replace("\n          ", " ")
    assert footnote("ask", PORT, "--corpus", "missing").out == ""


def test_a_model_that_is_not_set_right_is_told(footnote: Command) -> None:
    failed(footnote("ask", PORT, "--mode", "generative"), "--model")
    failed(footnote("ask", PORT, "--model", "m"), "OPENAI_API_KEY")
    failed(footnote("ask", PORT, "--model", "m", "--base-url", "localhost"), "base_url")
    assert footnote("ask", PORT, "--model", "m", "--mode", "extractive").code == 0


def test_filters(footnote: Command) -> None:
    files = {hit["file"] for hit in footnote("search", "ministers", "--json", "-k=99").objects}
    assert len(files) > 1
    early = footnote("search", "ministers", "--json", "--until", "2021", "-k=99").objects
    assert early
    assert all(hit["date"] < "2022" for hit in early)
    late = footnote("search", "ministers", "--json", "--since", "2022", "-k=99").objects
    assert late
    assert all(hit["date"] > "2022" for hit in late)
    one = sorted(files)[0]
    for name in (one, f"./{one}", f"seeds/{one}", str(Path("seeds", one).resolve())):
        hits = footnote("search", "ministers", "--json", "--in", name).objects
        assert {hit["file"] for hit in hits} == {one}
    everything = footnote("search", "ministers", "--json", "-k=99", "--in", "seeds").objects
    assert {hit["file"] for hit in everything} == files


def test_a_document_that_is_not_there(footnote: Command, folder: Path) -> None:
    name = sorted(os.listdir(folder / "seeds"))[0]
    failed(footnote("ask", PORT, "--in", name.replace("0_", "O_")), f"Did you mean {name}?")
    failed(footnote("ask", PORT, "--in", "../seeds-of-others"))


def test_a_batch(footnote: Command, folder: Path) -> None:
    lines = [
        json.dumps({"id": "a", "question": PORT}),
        PORT,
        "",
        "{",
        json.dumps({"id": "e", "question": ""}),
        json.dumps({"id": "s", "question": "\ud800 Busan?"}),
        NOT_THERE,
    ]
    (folder / "batch").write_text("\n".join(lines))
    run = footnote("ask", "--batch", "batch")
    assert run.code == 0
    values = run.objects
    assert [value["id"] for value in values] == ["a", 2, 4, "e", "s", 7]
    assert list(values[0]) == ["id", *REPLY]
    assert list(values[2]) == list(values[3]) == ["id", "error", "hint"]
    assert values[5]["status"] == "abstained"
    single = footnote("ask", PORT, "--json").object
    for value in values[:2]:
        assert value | {"elapsed_ms": 0, "id": 0} == single | {"elapsed_ms": 0, "id": 0}
        found_again(value, folder / "seeds")


def test_a_batch_from_standard_input(footnote: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(f"{PORT}\n".encode())))
    assert footnote("ask", "--batch", "-").object["id"] == 1


def test_a_batch_of_searches(footnote: Command, folder: Path) -> None:
    (folder / "batch").write_text('{"id": "b", "question": "Busan"}\nqqqqzzzz\n{\nXiamen')
    values = footnote("search", "--batch", "batch", "-k", "2").objects
    assert [value["id"] for value in values] == ["b", "b", 3, 4, 4]
    assert list(values[0]) == ["id", *HIT]
    assert list(values[2]) == ["id", "error", "hint"]


def test_a_batch_that_is_not_there(footnote: Command) -> None:
    run = footnote("ask", "--batch", "missing")
    failed(run, "missing")
    assert list(run.object) == ["error", "hint"]


def test_an_error_of_the_store_ends_a_batch(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "batch").write_text(f"{PORT}\n{PORT}\n")

    def broken(*_: object) -> None:
        raise StoreError("The disk is gone.", "Find it.")

    monkeypatch.setattr(bot.wiring, "answer", broken)
    run = footnote("ask", "--batch", "batch")
    failed(run, "The disk is gone.")
    assert len(run.objects) == 1


@pytest.mark.parametrize("command", ["ask", "search"])
def test_no_question_and_nobody_to_ask(
    footnote: Command, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    failed(footnote(command), "no question")


@pytest.mark.parametrize(
    "question",
    [
        "", " ", "\n", "?", "\x00", "\x1b[2J\x9b31m", "a" * 10_000, "부" * 1_000_000,
        "a b " * 250_000, "\udcff\udc80", "\u202eBusan", "\ufeffBusan?", "釜山\u3000在哪里?",
        "बुसान कहाँ है?", "ปูซานอยู่ที่ไหน", "أين بوسان؟", "Где Пусан?", "😀😀", "𠀀𠀁𠀂", "a\u0301" * 3000,
        "Busan'\"); DROP TABLE files--", "body:Busan AND title:* OR (", "-k 3", "%s %d {} {0}",
        "0" * 9999, "。" * 5000, "\u200b\u200d",
    ],
)  # fmt: skip
def test_any_question_is_answered_or_refused(footnote: Command, question: str) -> None:
    for command in ("ask", "search"):
        run = footnote(command, "--json", "--", question)
        assert run.code in (0, 1, 2)
        for value in run.objects:
            assert set(value) in (set(REPLY), set(HIT), {"error", "hint"})
        if run.code == 2:
            failed(run)
        plain = footnote(command, "--", question)
        assert plain.code == run.code
        assert all(ch == "\n" or ch.isprintable() or ch in "\u200b\u200d" for ch in plain.out)


@given(question=st.text(st.characters(), max_size=200))
@hypothesis_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_characters_are_answered_or_refused(footnote: Command, question: str) -> None:
    run = footnote("ask", "--json", "--", question)
    assert run.code in (0, 1, 2)
    assert set(run.object) in (set(REPLY), {"error", "hint"})


def test_what_nobody_foresaw_is_called_a_bug(
    footnote: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by \x1b[31mzero")

    monkeypatch.setattr(bot.wiring, "answer", broken)
    run = footnote("ask", PORT)
    assert run.code == 2
    assert "This is a bug in Footnote: ZeroDivisionError: by \\x1b[31mzero" in run.err
    assert "FOOTNOTE_DEBUG=1" in run.err
    monkeypatch.setenv("FOOTNOTE_DEBUG", "1")
    with pytest.raises(ZeroDivisionError):
        footnote("ask", PORT)


def test_memory_and_recursion_end_as_errors_too(
    footnote: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (MemoryError, RecursionError):

        def broken(*_: object, error: type[Exception] = error) -> None:
            raise error

        monkeypatch.setattr(bot.wiring, "answer", broken)
        assert footnote("ask", PORT).code == 2


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["ask", "-h"], ["search", "--help"]])
def test_help(footnote: Command, words: list[str]) -> None:
    run = footnote(*words)
    assert run.code == 0
    assert run.out
    assert run.err == ""


@pytest.mark.parametrize("words", [[], ["aks"], ["ask", "--nonsense"], ["search", "q", "-k", "0"]])
def test_a_wrong_command_line(footnote: Command, words: list[str]) -> None:
    failed(footnote(*words))
