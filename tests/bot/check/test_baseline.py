"""The baseline's file: small in a diff, the same on every machine, and read strictly."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.check.baseline import Entry, bless, blessed, entry, read, written
from bot.check.errors import CaseError
from tests.bot.check.runs import result, run, tried

ENTRY = '{"status": "passed", "passes": 1, "tries": 1, "cites": ["b.txt:3-5"]}'


def test_it_is_a_line_a_case_sorted(tmp_path: Path) -> None:
    path = tmp_path / "qa-baseline.json"
    bless(
        run(
            result("z", "failed"),
            result("부산", "passed", cites=["b.txt 3 5", "a.txt 7 7", "b.txt 3 5"]),
            result("a", "skipped"),
        ),
        path,
    )
    assert path.read_text(encoding="utf-8") == (
        '{"version": 1, "cases": {\n'
        '"qa/a.yaml::a[extractive]": '
        '{"status": "skipped", "passes": 0, "tries": 0, "cites": []},\n'
        '"qa/a.yaml::z[extractive]": '
        '{"status": "failed", "passes": 0, "tries": 1, "cites": []},\n'
        '"qa/a.yaml::부산[extractive]": '
        '{"status": "passed", "passes": 1, "tries": 1, "cites": ["a.txt:7", "b.txt:3-5"]}\n'
        "}}\n"
    )
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_what_took_another_time_is_the_same_baseline(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    bless(run(result("a", "passed"), result("b", "failed")), one)
    bless(run(result("b", "failed"), result("a", "passed"), begun="2027", seconds=9), other)
    assert one.read_bytes() == other.read_bytes()


def test_of_several_tries_what_all_cite_is_kept() -> None:
    tries = [tried(True, ["a.txt 1 1", "b.txt 2 2"]), tried(False, ["a.txt 1 1"])]
    kept = entry(result("a", "passed", tries, mode="generative"))
    assert kept == Entry("passed", 1, 2, ("a.txt:1",))


def test_of_a_skipped_case_what_came_before_stays() -> None:
    before = {"qa/a.yaml::a[extractive]": Entry("passed", 1, 1, ("a.txt:1",))}
    assert blessed(run(result("a", "skipped")), before) == before
    assert blessed(run(result("a", "failed")), before) != before


def test_a_part_of_the_cases_leaves_the_others_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    bless(run(result("a", "passed"), result("b", "passed")), path)
    whole = read(path)
    bless(run(result("b", "failed")), path, part=True)
    assert read(path) == whole | {"qa/a.yaml::b[extractive]": Entry("failed", 0, 1)}
    bless(run(result("b", "failed")), path)
    assert list(read(path)) == ["qa/a.yaml::b[extractive]"]


def test_a_broken_baseline_is_written_anew_but_for_a_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text("<<<<<<< HEAD\n")
    with pytest.raises(CaseError, match="no baseline"):
        bless(run(result("a", "passed")), path, part=True)
    bless(run(result("a", "passed")), path)
    assert len(read(path)) == 1


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "Expecting value"),
        ("<<<<<<< HEAD\n", "Expecting value"),
        ("[]", "holds no cases"),
        ('{"version": 1}', "holds no cases"),
        ('{"version": 2, "cases": {}}', "version 2, and not 1"),
        (f'{{"version": 1, "cases": {{"a": {ENTRY}, "a": {ENTRY}}}}}', "'a' stands twice"),
        ('{"version": 1, "cases": {"a": {}}}', "'a' cannot be meant"),
        (f'{{"version": 1, "cases": {{"a": {ENTRY.replace("1", "true")}}}}}', "cannot be meant"),
        (f'{{"version": 1, "cases": {{"a": {ENTRY.replace("passed", "well")}}}}}', "cannot be"),
        (f'{{"version": 1, "cases": {{"a": {ENTRY.replace("1", "9" * 400)}}}}}', "cannot be"),
        ("[" * 100_000, "too deep"),
        ("\ud800", "utf-8"),
    ],
)
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    with pytest.raises(CaseError, match="is no baseline") as refused:
        read(path)
    assert why in refused.value.message
    assert "remove it" in refused.value.hint  # --bless alone does not write over it


def test_what_an_editor_puts_first_is_no_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(f'\ufeff{{"version": 1, "cases": {{"a": {ENTRY}}}}}', encoding="utf-8")
    assert list(read(path)) == ["a"]


def test_a_link_stays_one(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    path.symlink_to(tmp_path / "kept.json")
    bless(run(result("a", "passed")), path)
    assert path.is_symlink()
    assert len(read(tmp_path / "kept.json")) == 1


def test_one_that_is_not_there_or_cannot_be_had_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="no baseline") as missing:
        read(tmp_path / "none.json")
    assert "--bless" in missing.value.hint
    with pytest.raises(CaseError, match="cannot be read"):
        read(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(CaseError, match="it is a pipe"):
        read(tmp_path / "pipe")
    with pytest.raises(CaseError, match="cannot be written"):
        bless(run(result("a", "passed")), tmp_path / "none" / "baseline.json")


_ENTRIES = st.builds(
    lambda status, passes, more, cites: Entry(status, passes, passes + more, tuple(cites)),
    st.sampled_from(["passed", "failed", "known"]),
    st.integers(0, 5),
    st.integers(0, 5),
    st.lists(st.text(), max_size=3),
)


@given(st.dictionaries(st.text(), _ENTRIES, max_size=4))
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory, entries: dict[str, Entry]
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.json"
    text = written(entries)
    path.write_text(text, encoding="utf-8", newline="")
    assert read(path) == entries
    assert len(text.splitlines()) == max(1, len(entries)) + 2
    json.loads(text)
