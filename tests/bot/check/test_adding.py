"""Cases put behind those of a file, which stays as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.check.adding import CaseFile, Draft
from bot.check.cases import Case, Expected, Step
from bot.check.errors import CaseError
from bot.check.files import MOST_BYTES
from bot.check.reading import read
from bot.check.words import folded

NEW = Case("new", (Step("Who met in Xiamen?", Expected(says=("Wang Yi",), dated="2021-04")),))
OLD = "- id: old   # mine\n  ask: Who met?\n  expect: {says: [Park]}\n"
BLOCK = f"# begins\n\n{OLD}\n# ends\n"
ADDED = "- id: new\n  ask: Who met in Xiamen?\n  expect:\n    says: [Wang Yi]\n    dated: 2021-04\n"


def contents(path: Path) -> str:
    return path.read_bytes().decode()


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    CaseFile(path).add([Draft(NEW, ("a draft", "of today"))], "# head\n")
    assert contents(path) == "# head\n# a draft\n# of today\n" + ADDED
    assert [case.steps for case in read(path)] == [NEW.steps]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ADDED),
        ("# only this\n", f"# only this\n\n{ADDED}"),
        (BLOCK, f"{BLOCK}\n{ADDED}"),
        (OLD.rstrip("\n"), f"{OLD}\n{ADDED}"),
        ("\ufeff" + OLD, f"\ufeff{OLD}\n{ADDED}"),
        (BLOCK.replace("\n", "\r\n"), f"{BLOCK}\n{ADDED}".replace("\n", "\r\n")),
    ],
)
def test_what_stands_there_stays_as_it_is(tmp_path: Path, before: str, after: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(before.encode())
    CaseFile(path).add([Draft(NEW)])
    assert contents(path) == after


def test_in_a_mapping_they_stand_before_its_other_keys(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    own = "".join(f"  {line}" for line in OLD.splitlines(keepends=True))
    path.write_text(f"tags: [x]\ncases: # all\n{own}modes: [extractive]  # alone\n")
    CaseFile(path).add([Draft(NEW)])
    indented = "".join(f"  {line}" for line in ADDED.splitlines(keepends=True))
    assert contents(path) == (
        f"tags: [x]\ncases: # all\n{own}\n{indented}\nmodes: [extractive]  # alone\n"
    )
    assert [case.tags for case in read(path)] == [("x",), ("x",)]


def test_cases_that_stand_close_go_on_doing_so(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    close = OLD + OLD.replace("old", "older").replace("Who met?", "Who met when?")
    path.write_text(close)
    CaseFile(path).add([Draft(NEW)])
    assert contents(path) == close + ADDED


def test_in_json_lines_each_is_a_line(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "old", "ask": "Who met?", "expect": "abstains"}')
    CaseFile(path).add([Draft(NEW, ("a draft",))])
    first, second = contents(path).splitlines()
    assert json.loads(first)["id"] == "old"
    assert json.loads(second)["expect"] == {"says": ["Wang Yi"], "dated": "2021-04"}
    assert [case.id for case in read(path)] == ["old", "new"]


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (OLD.replace("old", "new"), "a.yaml:1: case 'new' has the id 'new', too."),
        (OLD.replace("Who met?", "who met in  Xiamen?"), "a.yaml:1: case 'old' asks this already."),
        ("[{id: old, ask: Who met?, expect: abstains}]\n", "as it is laid out"),
        (OLD + "...\n", "as it is laid out"),
        (OLD + "  fails: |+\n    it would be said longer\n", "as it is laid out"),
    ],
)
def test_what_cannot_be_added_is_refused_and_the_file_left(
    tmp_path: Path, before: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("a.yaml")
    path.write_text(before)
    with pytest.raises(CaseError) as refused:
        CaseFile(path).add([Draft(NEW)])
    assert said in refused.value.message
    assert refused.value.hint
    assert contents(path) == before
    assert [each.name for each in tmp_path.iterdir()] == ["a.yaml"]


def test_a_file_that_somebody_changed_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(OLD)
    file = CaseFile(path)
    path.write_text(BLOCK)
    with pytest.raises(CaseError, match="changed meanwhile"):
        file.add([Draft(NEW)])
    assert contents(path) == BLOCK


def test_a_file_that_is_full_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(OLD + "#" * (MOST_BYTES - len(OLD) - 10))
    with pytest.raises(CaseError, match="larger than can be read"):
        CaseFile(path).add([Draft(NEW)])


def test_no_other_files_are_written(tmp_path: Path) -> None:
    for name, said in (("a.txt", "no file of cases by its name"), ("sub/a.yaml", "cannot be writ")):
        with pytest.raises(CaseError, match=said):
            CaseFile(tmp_path / name).add([Draft(NEW)])
    (tmp_path / "real.yaml").write_text(OLD)
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    CaseFile(tmp_path / "link.yaml").add([Draft(NEW)])
    assert (tmp_path / "link.yaml").is_symlink()
    assert contents(tmp_path / "real.yaml") == f"{OLD}\n{ADDED}"


def test_what_is_added_one_by_one_is_all_there(tmp_path: Path) -> None:
    file = CaseFile(tmp_path / "a.yaml")
    for number in range(3):
        ask = f"Who met in {number}?"
        file.add([Draft(Case(f"c{number}", (Step(ask, Expected(abstains="not_in_corpus")),)))])
    assert [folded(case.ask) for case in read(file.path)] == [f"who met in {n}?" for n in range(3)]
