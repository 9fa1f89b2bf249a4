"""Files of cases are read strictly, and each expectation fails what it should."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.qa.cases import ANY_REASON, BadCase, Case, Expected, read_cases, unmet

QA = Path(__file__).parent
GOOD = """
- id: minister-then
  ask: Who was South Korea's foreign minister in 2021?
  expect: {says: [Chung Eui-yong], cites: [a.txt], dated: 2021-04}
  fails: the answer of another year comes first
- {id: day, ask: "Which day?", expect: {says: ["2021"], dated: 2021-04-03}}
- {id: population, ask: "How many people live there?", expect: abstains}
- {id: korean, ask: "어디?", expect: {abstains: other_language}}
"""


def read(tmp_path: Path, text: str) -> list[Case]:
    file = tmp_path / "cases.yaml"
    file.write_text(text, encoding="utf-8")
    return read_cases(file)


def test_a_file_of_cases(tmp_path: Path) -> None:
    then, day, population, korean = read(tmp_path, GOOD)
    assert then == Case(
        "minister-then",
        "Who was South Korea's foreign minister in 2021?",
        Expected(says=("Chung Eui-yong",), cites=("a.txt",), dated="2021-04"),
        "the answer of another year comes first",
    )
    assert day.expect.dated == "2021-04-03"
    assert population.expect == Expected(abstains=ANY_REASON)
    assert korean.expect == Expected(abstains="other_language")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "not a list"),
        ("[]", "not a list"),
        ("a: b", "not a list"),
        ("- [", "expected"),
        ("- 7", "keys were expected"),
        ("- {id: a, ask: b}", "'a': has no 'expect'"),
        ("- {ask: b, expect: abstains}", "case 1: has no 'id'"),
        ("- {id: a, aks: b, expect: abstains}", "did you mean 'ask'"),
        ("- {id: a, ask: b, expect: {cite: [c]}}", "did you mean 'cites'"),
        ("- {id: a, ask: b, expect: {}}", "expects nothing"),
        ("- {id: a, ask: b, expect: nothing}", "keys were expected"),
        ("- {id: a, ask: 7, expect: abstains}", "7 is not text"),
        ("- {id: 7, ask: b, expect: abstains}", "7 is not text"),
        ("- {id: 'a b', ask: b, expect: abstains}", "an id is"),
        ("- {id: a, ask: ' ', expect: abstains}", "is not text"),
        ("- {id: a, ask: b, expect: {says: c}}", "says is a list"),
        ("- {id: a, ask: b, expect: {says: []}}", "says is a list"),
        ("- {id: a, ask: b, expect: {says: [2019]}}", "put it in quotes"),
        ("- {id: a, ask: b, expect: {says: [no]}}", "put it in quotes"),
        ("- {id: a, ask: b, expect: {says: [c], dated: spring}}", "dated is a year"),
        ("- {id: a, ask: b, expect: {cites: [c], dated: 2021}}", "dated needs says"),
        ("- {id: a, ask: b, expect: {abstains: no_idea}}", "not_in_corpus"),
        ("- {id: a, ask: b, expect: {abstains: unverified, says: [c]}}", "alone"),
        ("- {id: a, ask: b, expect: abstains, fails: ''}", "is not text"),
        ("- {id: a, ask: b, expect: abstains, ask: c}", "line 1: 'ask' stands twice"),
        ("- {id: a, ask: b, expect: {says: [c], says: [d]}}", "'says' stands twice"),
        (
            "- {id: a, ask: b, expect: abstains}\n- {id: a, ask: c, expect: abstains}",
            "the id 'a' stands twice",
        ),
        (
            "- {id: a, ask: b, expect: abstains}\n- {id: c, ask: b, expect: abstains}",
            "the question 'b' stands twice",
        ),
        ("- !!python/object/apply:os.system [exit]", "could not determine a constructor"),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadCase) as caught:
        read(tmp_path, text)
    assert str(caught.value).startswith("cases.yaml: ")
    assert said in str(caught.value)


ABSTAINED: dict[str, Any] = {
    "status": "abstained",
    "reason": "not_in_corpus",
    "citations": [],
    "notices": [],
}
ANSWERED: dict[str, Any] = {
    "status": "answered",
    "reason": None,
    "citations": [
        {"file": "a.txt", "date": "2021-04-03", "quote": "They met in Busan."},
        {"file": "b.txt", "date": None, "quote": "Park Jin said so."},
    ],
    "notices": [{"kind": "boilerplate", "message": "…"}],
}


@pytest.mark.parametrize(
    ("expected", "reply", "lacks"),
    [
        (Expected(abstains=ANY_REASON), ABSTAINED, ""),
        (Expected(abstains=ANY_REASON), ANSWERED, "it answered"),
        (Expected(abstains="not_in_corpus"), ABSTAINED, ""),
        (Expected(abstains="other_language"), ABSTAINED, "other_language was expected"),
        (Expected(says=("Busan",)), ABSTAINED, "it abstained: not_in_corpus"),
        (Expected(says=("busan", "Park Jin")), ANSWERED, ""),
        (Expected(says=("Busan", "Seoul")), ANSWERED, "says: 'Seoul'"),
        (Expected(says_any=("Seoul", "Busan")), ANSWERED, ""),
        (Expected(says_any=("Seoul", "Tokyo")), ANSWERED, "says_any"),
        (Expected(says_not=("Seoul",)), ANSWERED, ""),
        (Expected(says_not=("Park Jin",)), ANSWERED, "says_not: 'Park Jin'"),
        (Expected(cites=("a.txt", "b.txt")), ANSWERED, ""),
        (Expected(cites=("a.txt", "c.txt")), ANSWERED, "cites: c.txt"),
        (Expected(cites_only=("a.txt", "b.txt", "c.txt")), ANSWERED, ""),
        (Expected(cites_only=("a.txt",)), ANSWERED, "cites_only: ['b.txt']"),
        (Expected(says=("Busan",), dated="2021-04"), ANSWERED, ""),
        (Expected(says=("Busan",), dated="2021-05"), ANSWERED, "dated: 'Busan'"),
        (Expected(says_any=("Busan",), dated="2023"), ANSWERED, "dated: 'Busan'"),
        (Expected(says=("Park Jin",), dated="2021"), ANSWERED, "dated: 'Park Jin'"),
        (Expected(notices=("boilerplate",)), ANSWERED, ""),
        (Expected(notices=("file_changed",)), ANSWERED, "notices: file_changed"),
        (Expected(notices_not=("file_changed",)), ANSWERED, ""),
        (Expected(notices_not=("boilerplate",)), ANSWERED, "notices_not: boilerplate"),
    ],
)
def test_each_expectation(expected: Expected, reply: Mapping[str, Any], lacks: str) -> None:
    found = unmet(expected, reply)
    assert len(found) == bool(lacks), found
    assert lacks in "".join(found)


def test_the_seeds_are_asked_enough() -> None:
    cases = [case for file in QA.glob("*.yaml") for case in read_cases(file)]
    assert len(cases) >= 100
    assert sum(not case.expect.abstains for case in cases) >= 40
    assert sum(bool(case.expect.abstains) for case in cases) >= 30
    seeds = {file.name for file in (QA.parents[1] / "seeds").iterdir()}
    cited = {file for case in cases for file in case.expect.cites + case.expect.cites_only}
    assert cited == seeds


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A project with the program and this folder's way of collecting, and no cases yet."""
    shutil.copytree(QA, tmp_path / "tests" / "qa", ignore=shutil.ignore_patterns("*.yaml", "__p*"))
    for name in ("__init__.py", "refind.py"):
        shutil.copy(QA.parent / name, tmp_path / "tests")
    for name in ("bot", "index", "prompts", "seeds"):
        (tmp_path / name).symlink_to(QA.parents[1] / name)
    return tmp_path


def run(folder: Path, *words: str) -> tuple[int, str]:
    options = ["-rA", "--color=no", "--import-mode=importlib", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, *words],
        cwd=folder,
        capture_output=True,
        timeout=100,
    )
    return done.returncode, done.stdout.decode()


def test_a_case_is_a_test_of_its_own_and_a_known_failure_is_strict(elsewhere: Path) -> None:
    (elsewhere / "tests/qa/some.yaml").write_text(
        "- {id: there, ask: 'In which port city did they meet?', expect: {says: [Busan]}}\n"
        "- {id: not-there, ask: 'In which port city did the ministers meet?',\n"
        "   expect: {says: [Incheon]}}\n"
        "- {id: known, ask: 'How long do penguins live?', expect: {says: [years]}, fails: so}\n"
        "- {id: mended, ask: 'What do penguins eat?', expect: abstains, fails: so}\n",
        encoding="utf-8",
    )
    code, told = run(elsewhere, "tests/qa/some.yaml")
    assert code == 1
    assert "PASSED tests/qa/some.yaml::there" in told
    assert "FAILED tests/qa/some.yaml::not-there" in told
    assert "unmet: says: 'Incheon'" in told
    assert "XFAIL tests/qa/some.yaml::known - so" in told
    assert "FAILED tests/qa/some.yaml::mended - [XPASS(strict)] so" in told
    code, told = run(elsewhere, "tests/qa/some.yaml::there")
    assert code == 0
    assert "1 passed" in told


def test_a_known_failure_does_not_excuse_a_quote_that_is_not_there(elsewhere: Path) -> None:
    (elsewhere / "tests/qa/some.yaml").write_text(
        "- {id: known, ask: 'In which port city did they meet?', expect: abstains, fails: so}",
        encoding="utf-8",
    )
    render = QA.parents[1] / "bot/render/json.py"
    (elsewhere / "bot").unlink()
    shutil.copytree(QA.parents[1] / "bot", elsewhere / "bot")
    told = render.read_text(encoding="utf-8").replace(": citation.start,", ": citation.start + 1,")
    (elsewhere / "bot/render/json.py").write_text(told, encoding="utf-8")
    code, told = run(elsewhere, "tests/qa/some.yaml")
    assert code == 1
    assert ", and not 'The " in told


def test_a_file_that_cannot_be_meant_ends_the_run(elsewhere: Path) -> None:
    (elsewhere / "tests/qa/bad.yaml").write_text("- {id: a}", encoding="utf-8")
    code, told = run(elsewhere, "tests/qa/bad.yaml")
    assert code == 2
    assert "case 'a': has no 'ask'" in told
