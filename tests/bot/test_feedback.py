"""Readers' verdicts: every line whole whoever writes, nothing of a reader's name, safe drafts."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from time import perf_counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import pairs
from bot.answers import Abstention, Answer, Citation, Claim, Locator, Reply
from bot.check.cases import Case, Expected, Step
from bot.check.reading import parsed, read
from bot.feedback import (
    MOST_CITATIONS,
    MOST_CORRECTION,
    MOST_QUESTION,
    Feedback,
    FeedbackFile,
    export,
)
from index.errors import StoreError, UsageError
from index.record import replaced

ROOT = Path(__file__).parents[2]
QUOTE = "The ministers met in Busan on 26 November."


def answer(question: str = "Where did they meet?", quote: str = QUOTE) -> Answer:
    citation = Citation(1, "a/b.txt", "Talks", Date(2023, 11, 26), quote, 5, 47, Locator(2, 2))
    claims = (Claim(quote, (1,)),)
    return Answer(question, claims, (citation,), generation="g1", mode="extractive")


def abstention(question: str = "How many live there?") -> Abstention:
    return Abstention(question, "not_in_corpus", "Nothing was found.", generation="g1")


@pytest.fixture
def kept(tmp_path: Path) -> FeedbackFile:
    return FeedbackFile(tmp_path / "store" / "feedback.jsonl")


def path_of(kept: FeedbackFile) -> Path:
    return kept._path


def lines_of(kept: FeedbackFile) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path_of(kept).read_bytes().splitlines()]


def test_a_line_has_the_fields_of_the_design(kept: FeedbackFile) -> None:
    kept.add(answer(), "wrong", "1234567890", "  In Seoul.  ")
    (line,) = lines_of(kept)
    assert list(line) == [
        "time", "question", "status", "answer", "citations", "generation", "mode", "verdict",
        "correction", "reader",
    ]  # fmt: skip
    assert line["status"] == "answered"
    assert line["answer"] == f"{QUOTE} [1]"
    assert line["citations"] == [
        {"n": 1, "file": "a/b.txt", "title": "Talks", "date": "2023-11-26", "quote": QUOTE,
         "start": 5, "end": 47}
    ]  # fmt: skip
    assert (line["generation"], line["mode"]) == ("g1", "extractive")
    assert (line["verdict"], line["correction"]) == ("wrong", "In Seoul.")
    assert line["time"].endswith("+00:00")
    kept.add(abstention(), "good", "1234567890", " ")
    assert lines_of(kept)[1]["status"] == "abstained"
    assert lines_of(kept)[1]["answer"] is None
    assert lines_of(kept)[1]["correction"] is None


def test_what_is_read_is_what_was_added(kept: FeedbackFile) -> None:
    first = kept.add(answer(), "good", "1")
    second = kept.add(abstention(), "wrong", "2", "Three million.")
    assert kept.read() == (first, second)
    assert Counter(each.verdict for each in kept.read()) == {"good": 1, "wrong": 1}
    assert FeedbackFile(path_of(kept).with_name("none.jsonl")).read() == ()


def test_a_reader_is_told_apart_and_not_named(kept: FeedbackFile, tmp_path: Path) -> None:
    one = kept.add(answer(), "good", "1234567890")
    two = kept.add(answer(), "good", "1234567891")
    again = FeedbackFile(path_of(kept)).add(answer("Who met?"), "good", "1234567890")
    assert one.reader == again.reader != two.reader
    elsewhere = FeedbackFile(tmp_path / "other" / "feedback.jsonl")
    assert elsewhere.reader("1234567890") != one.reader
    written = b"".join(each.read_bytes() for each in path_of(kept).parent.iterdir())
    assert b"123456789" not in written


def test_only_the_owner_may_read_either_file(kept: FeedbackFile) -> None:
    before = os.umask(0)
    try:
        kept.add(answer(), "good", "1")
    finally:
        os.umask(before)
    files = sorted(path_of(kept).parent.iterdir())
    assert [each.name for each in files] == ["feedback.jsonl", "feedback.salt"]
    for each in files:
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    path_of(kept).chmod(0o644)
    kept.add(answer(), "good", "2")
    assert stat.S_IMODE(path_of(kept).stat().st_mode) == 0o600


def test_the_last_verdict_of_a_reader_on_an_answer_counts(kept: FeedbackFile) -> None:
    kept.add(answer(), "good", "1")
    other = kept.add(answer(), "good", "2")
    asked = kept.add(answer("Who met?"), "good", "1")
    newer = kept.add(replaced(answer(), generation="g2"), "good", "1")
    last = kept.add(answer(), "wrong", "1", "In Seoul.")
    assert kept.read() == (other, asked, newer, last)


@pytest.mark.parametrize("torn", [b'{"time": "2026', b"{", b'{"time": "\xe4\xba', b"\xff" * 10])
def test_a_torn_line_spoils_neither_what_is_before_nor_after(
    kept: FeedbackFile, torn: bytes
) -> None:
    first = kept.add(answer(), "good", "1")
    with path_of(kept).open("ab") as file:
        file.write(torn)
    assert kept.read() == (first,)
    second = kept.add(answer(), "good", "2")
    assert kept.read() == (first, second)


@pytest.mark.parametrize(
    "changes",
    [
        {"verdict": "bad"},
        {"question": 7},
        {"answer": []},
        {"citations": None},
        {"citations": ["a"]},
        {"citations": [{"file": "a"}]},
        {"reader": None},
    ],
)
def test_lines_that_are_no_verdicts_are_passed_over(
    kept: FeedbackFile, changes: Mapping[str, object]
) -> None:
    first = kept.add(answer(), "good", "1")
    strange = [json.dumps({**lines_of(kept)[0], **changes}), "null", "[]", "7", "[" * 100_000]
    with path_of(kept).open("a") as file:
        file.write("\n".join(strange) + "\n")
    assert kept.read() == (first,)


def test_a_line_without_an_end_is_not_read_whole(kept: FeedbackFile) -> None:
    first = kept.add(answer(), "good", "1")
    with path_of(kept).open("ab") as file:
        line = path_of(kept).read_bytes().replace(b'"good"', b'"wrong"')
        file.write(b"x" * (4 << 20) + line)
    second = kept.add(answer(), "good", "2")
    assert kept.read() == (first, second)


def test_sizes_are_bounded(kept: FeedbackFile) -> None:
    long = answer("a" * 50_000, "b" * 50_000)
    long = replaced(long, citations=long.citations * 900)
    found = kept.add(long, "wrong", "1", "c" * 50_000)
    assert len(found.question) == MOST_QUESTION
    assert len(found.correction or "") == MOST_CORRECTION
    assert len(found.citations) == MOST_CITATIONS
    assert path_of(kept).stat().st_size < 200_000
    assert kept.read() == (found,)


def test_a_full_file_is_told_and_left_as_it_is(tmp_path: Path) -> None:
    kept = FeedbackFile(tmp_path / "feedback.jsonl", most_bytes=2_000)
    for reader in range(4):
        kept.add(answer(), "good", str(reader))
    with pytest.raises(StoreError, match="is full") as caught:
        kept.add(answer(), "wrong", "4", "x" * 1_000)
    assert "Export" in caught.value.hint
    assert len(kept.read()) == len(lines_of(kept)) == 4


@pytest.mark.parametrize("name", ["feedback.jsonl", "feedback.salt"])
def test_no_link_is_followed(kept: FeedbackFile, tmp_path: Path, name: str) -> None:
    target = tmp_path / "target"
    target.write_text("precious")
    path_of(kept).parent.mkdir()
    (path_of(kept).parent / name).symlink_to(target)
    with pytest.raises(StoreError, match="cannot be written"):
        kept.add(answer(), "good", "1")
    assert target.read_text() == "precious"
    if name == "feedback.jsonl":
        with pytest.raises(StoreError, match="cannot be read"):
            kept.read()


@pytest.mark.parametrize("name", ["feedback.jsonl", "feedback.salt"])
@pytest.mark.timeout(20)
def test_what_is_no_plain_file_is_refused(kept: FeedbackFile, name: str) -> None:
    path_of(kept).parent.mkdir()
    os.mkfifo(path_of(kept).parent / name)
    with pytest.raises(StoreError):
        kept.add(answer(), "good", "1")


def test_a_broken_salt_is_told(kept: FeedbackFile) -> None:
    path_of(kept).parent.mkdir()
    (path_of(kept).parent / "feedback.salt").write_text("pepper")
    with pytest.raises(StoreError, match="does not hold what it should"):
        kept.add(answer(), "good", "1")


def test_what_is_no_verdict_is_refused(kept: FeedbackFile) -> None:
    with pytest.raises(UsageError, match="no verdict"):
        kept.add(answer(), "maybe", "1")  # type: ignore[arg-type]
    assert not path_of(kept).exists()


def test_a_failed_write_leaves_no_half_line(
    kept: FeedbackFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = kept.add(answer(), "good", "1")
    size = path_of(kept).stat().st_size
    write = os.write
    calls = 0

    def full(file: int, data: bytes) -> int:
        nonlocal calls
        calls += 1
        if calls > 1:
            raise OSError(28, "No space left on device")
        return write(file, bytes(data)[:100])

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(StoreError, match="No space left"):
            kept.add(answer(), "good", "2")
    assert path_of(kept).stat().st_size == size
    assert kept.read() == (first,)


WRITER = """
import sys
from pathlib import Path
from tests.bot.test_feedback import answer
from bot.feedback import FeedbackFile
for number in range(60):
    kept = FeedbackFile(Path(sys.argv[1]))
    kept.add(answer("q" * 3000), "good", f"{sys.argv[2]}-{number}")
"""


def test_many_processes_and_threads_write_whole_lines(kept: FeedbackFile) -> None:
    path_of(kept).parent.mkdir()
    words = [sys.executable, "-c", WRITER, str(path_of(kept))]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen([*words, str(number)], env=environment, cwd=ROOT) for number in range(3)
    ]
    threads = [
        threading.Thread(
            target=lambda n=number: [kept.add(answer(), "good", f"t{n}-{i}") for i in range(30)]
        )
        for number in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [process.wait(60) for process in processes] == [0, 0, 0]
    assert len(lines_of(kept)) == 3 * 60 + 4 * 30
    readers = {line["reader"] for line in lines_of(kept)}
    assert len(readers) == 300  # all took the same salt, whoever made it
    assert readers >= {FeedbackFile(path_of(kept)).reader(f"2-{n}") for n in range(60)}


def test_who_waits_for_a_file_that_is_moved_away_begins_it_anew(kept: FeedbackFile) -> None:
    first = kept.add(answer(), "good", "1")
    old = path_of(kept).with_name("old.jsonl")
    waiting = threading.Thread(target=lambda: kept.add(answer(), "good", "2"))
    with path_of(kept).open("rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        waiting.start()
        waiting.join(0.3)
        assert waiting.is_alive()
        path_of(kept).rename(old)
    waiting.join(20)
    assert FeedbackFile(old).read() == (first,)
    assert [each.reader for each in kept.read()] == [kept.reader("2")]


# -- drafts of canned pairs


def cases(text: str, tmp_path: Path) -> list[Case]:
    file = tmp_path / "drafts.yaml"
    file.write_text(text, encoding="utf-8")
    return read(file, "drafts.yaml")


def judged(reply: Reply, verdict: str, correction: str | None = None) -> Feedback:
    answered = isinstance(reply, Answer)
    cited = reply.citations if isinstance(reply, Answer) else ()
    return Feedback(
        time="2026-01-02T03:04:05.678+00:00",
        question=reply.question,
        status="answered" if answered else "abstained",
        answer=" ".join(c.quote for c in cited) if answered else None,
        citations=tuple({"file": c.file, "quote": c.quote} for c in cited),
        generation=reply.generation,
        mode=reply.mode,
        verdict=verdict,  # type: ignore[arg-type]
        correction=correction,
        reader="r",
    )


def test_a_good_answer_becomes_a_case_of_its_quotes_and_files(tmp_path: Path) -> None:
    text = export([judged(answer(), "good"), judged(abstention(), "good")])
    found = cases(text, tmp_path)
    assert [replaced(each, line=0) for each in found] == [
        Case(
            "draft-where-did-they-meet-b004343a",
            (Step("Where did they meet?", Expected(says=(QUOTE,), cites=("a/b.txt",))),),
            "drafts.yaml",
        ),
        Case(
            "draft-how-many-live-there-4f7b1737",
            (Step("How many live there?", Expected(abstains="for any reason")),),
            "drafts.yaml",
        ),
    ]
    assert text.startswith("# DRAFTS")
    assert text.count("# DRAFT:") == 2


def test_a_correction_becomes_what_the_case_expects(tmp_path: Path) -> None:
    text = export(
        [
            judged(answer(), "good"),
            judged(answer(), "wrong", "In Seoul."),
            judged(answer(), "wrong", "In Tokyo."),
            judged(answer(), "wrong"),
        ]
    )
    (case,) = cases(text, tmp_path)
    assert case.expect == Expected(says=("In Tokyo.",))
    assert "1 good, 3 wrong" in text
    assert f"# It answered: {QUOTE}" in text
    assert "# The correction, in a reader's words: In Tokyo." in text


def test_what_nobody_corrected_is_told_and_is_no_case(tmp_path: Path) -> None:
    text = export([judged(answer("Where?\nfoo: bar"), "wrong"), judged(abstention(), "good")])
    assert [case.id for case in cases(text, tmp_path)] == ["draft-how-many-live-there-4f7b1737"]
    assert text.endswith("# - Where? foo: bar\n")
    assert "[]" in export([judged(answer(), "wrong")])
    assert "[]" in export([])


def test_ids_are_readable_and_each_is_one(tmp_path: Path) -> None:
    questions = [
        "Where did they meet?", "Where did they meet", "where DID they meet ?", "어디에서 만났나?",
        "三国领导人已有几年未举行峰会?", "a" * 300, "2019", "...no",
    ]  # fmt: skip
    found = cases(export([judged(answer(each), "good") for each in questions]), tmp_path)
    ids = [case.id for case in found]
    assert [id.rpartition("-")[0] for id in ids[:5]] == [
        *["draft-where-did-they-meet"] * 3,
        "draft-어디에서-만났나", "draft-三国领导人已有几年未举行峰会",
    ]  # fmt: skip
    assert len(set(ids)) == len(questions)
    assert max(map(len, ids)) < 60


def test_an_id_is_the_same_whatever_else_is_exported(tmp_path: Path) -> None:
    questions = [f"Where did they meet for the very {n} time?" for n in range(5)]
    every = [judged(answer(each), "good") for each in questions]
    ids = {case.ask: case.id for case in cases(export(every), tmp_path)}
    for some in (every[::-1], every[2:], every[1::2]):
        for case in cases(export(some), tmp_path):
            assert case.id == ids[case.ask]


def test_what_has_no_words_is_no_case() -> None:
    assert "[]" in export([judged(answer(each), "good") for each in ("???!", " ", "🇰🇷", "...")])


def test_ten_thousand_verdicts_of_like_questions_are_exported_soon() -> None:
    questions = [f"Where did they meet for the very {n} time?" for n in range(10_000)]
    every = [judged(answer(each), "wrong", "In Seoul.") for each in questions]
    begun = perf_counter()
    text = export(every)
    assert perf_counter() - begun < 5.0  # it took 21 s when ids were counted up
    assert text.count("\n- id: ") == 10_000


def test_an_export_is_no_larger_than_a_file_of_cases_may_be(monkeypatch: Any) -> None:
    monkeypatch.setattr(pairs, "MOST_BYTES", 3_000)
    every = [judged(answer(f"Where did {n} meet?"), "good") for n in range(100)]
    every += [judged(answer("Who met?"), "wrong")]
    text = export(every)
    found = parsed(text.encode(), "drafts.yaml")
    assert 3 < len(found) < 20
    assert [case.ask for case in found[-1:]] == ["Where did 99 meet?"]
    assert f"# {100 - len(found)} earlier questions found no room" in text
    assert "# - Who met?" in text
    assert len(text.encode()) < 5_000


def test_the_files_own_verdicts_are_exported(kept: FeedbackFile, tmp_path: Path) -> None:
    kept.add(answer(), "good", "1")
    kept.add(answer(), "wrong", "1", "In Seoul.")
    (case,) = cases(kept.export(), tmp_path)
    assert case.expect == Expected(says=("In Seoul.",))
    assert "0 good, 1 wrong" in kept.export()


HOSTILE = [
    '"]}\n- id: evil\n  ask: x\n  expect: abstains',
    "!!python/object/apply:os.system [exit]",
    "*alias &anchor %TAG | > {{ }} # comment",
    "\x00\x07\x1b[31m\x7f\x85\u2028\u2029\ufeff\u202e\U000e0041",
    "\ud800 half \udfff",
    "\\x41 \\n \\",
    "emoji 😀 and 한국어 中文 日本語",
    "'''\t---\n...\n",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_in_its_place(kept: FeedbackFile, tmp_path: Path, text: str) -> None:
    held = answer(f"{text} q", f"{text} quote")
    name = text.replace("\\", "")  # which in cases is of another system's path
    held = replaced(held, citations=(replaced(held.citations[0], file=f"{name} f"),))
    kept.add(held, "good", "1")
    kept.add(replaced(held, question=f"{text} w"), "wrong", "1", f"{text} c")
    kept.add(replaced(held, question=f"{text} u"), "wrong", "1")
    exported = kept.export()
    exported.encode("utf-8")
    assert not any(ord(ch) < 32 and ch != "\n" for ch in exported)
    good, corrected = cases(exported, tmp_path)
    sound, of = (
        each.encode("utf-8", "replace").decode().replace("\0", "\ufffd") for each in (text, name)
    )
    assert good.ask == " ".join(f"{sound} q".split())
    assert good.expect == Expected(says=(f"{sound} quote",), cites=(f"{of} f",))
    assert corrected.expect == Expected(says=(" ".join(f"{sound} c".split()),))
    assert all(line.startswith(("#", "-", " ")) or not line for line in exported.split("\n"))


@given(
    st.lists(
        st.tuples(
            st.text(max_size=60), st.text(max_size=300), st.text(max_size=300), st.booleans()
        ),
        max_size=5,
    )
)
def test_whatever_is_exported_can_be_read(rows: list[tuple[str, str, str, bool]]) -> None:
    made = [
        judged(answer(question, quote), "good" if good else "wrong", correction)
        for question, quote, correction, good in rows
    ]
    text = export(made)
    with tempfile.TemporaryDirectory() as folder:
        if "\n- id:" in text:
            found = cases(text, Path(folder))
            assert len(found) <= len(rows)
            for case in found:
                assert case.id.startswith("draft-")
        else:
            assert "\n[]\n" in text
