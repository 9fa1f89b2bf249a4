"""The lock check passes on the lock that stands, and on nothing that drifted from it."""

from __future__ import annotations

import copy
import tomllib
from typing import Any

import pytest

from tools import lock

PROJECT = tomllib.loads((lock.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = {
    file: (lock.ROOT / "requirements" / file).read_text(encoding="utf-8") for file in lock.FILES
}


def with_lock(**texts: str) -> dict[str, str]:
    return LOCKS | {f"{name.replace('_', '-')}.txt": text for name, text in texts.items()}


def test_the_lock_is_fresh() -> None:
    assert lock.problems(PROJECT, LOCKS) == []


def test_every_pin_has_a_hash_and_the_whole_tree_is_there() -> None:
    pins = list(lock.pins(LOCKS["lock.txt"]))
    assert len(pins) > 80
    assert {pin.name for pin in pins} >= {"tantivy", "chromadb", "hatchling", "onnxruntime"}
    assert all(pin.hashes for pin in pins)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p["project"]["dependencies"].append("six>=1"),
        lambda p: p["project"]["dependencies"].remove("tantivy>=0.27,<0.28"),
        lambda p: p["build-system"]["requires"].append("hatch-vcs"),
        lambda p: p["project"].update({"requires-python": ">=3.12"}),
    ],
)
def test_a_changed_declaration_is_seen_in_both_files(change: Any) -> None:
    project = copy.deepcopy(PROJECT)
    change(project)
    found = "\n".join(lock.problems(project, LOCKS))
    for file in lock.FILES:
        assert f"{file}: pyproject.toml's dependencies changed" in found


def test_a_changed_test_extra_concerns_the_test_lock_alone() -> None:
    project = copy.deepcopy(PROJECT)
    project["project"]["optional-dependencies"]["test"].append("six")
    found = lock.problems(project, LOCKS)
    assert len(found) == 2
    assert all(problem.startswith("lock-test.txt: ") for problem in found)
    assert "lock-test.txt: six is declared and not locked" in found


def test_what_is_not_declared_otherwise_does_not_matter() -> None:
    project = copy.deepcopy(PROJECT)
    project["project"]["version"] = "9"
    project["project"]["dependencies"].reverse()
    assert lock.problems(project, LOCKS) == []


def edited(old: str, new: str) -> dict[str, str]:
    assert old in LOCKS["lock.txt"]
    return {file: text.replace(old, new) for file, text in LOCKS.items()}


@pytest.mark.parametrize(
    ("locks", "said"),
    [
        (edited("tantivy==0.27.0", "tantivy==0.26.2"), "tantivy==0.26.2 does not satisfy tantivy"),
        (edited("\ntantivy==", "\ntantiwy=="), "tantivy is declared and not locked"),
        (edited("tantivy==0.27.0 \\\n", "tantivy==0.27.0\n#"), "not a pin with hashes: --hash"),
        (edited("\ntantivy==0.27.0 \\\n", "\nsix==1\ntantivy==0.27.0 \\\n"), "six has no hash"),
        (edited("\ntantivy==0.27.0", "\ntantivy>=0.27.0"), "not a pin with hashes: tantivy"),
        (edited("\ntantivy==", "\n--index-url https://example.org\ntantivy=="), "an address"),
        (edited("\ntantivy==", "\n# from /home/someone/wheels\ntantivy=="), "an address"),
        (edited("\ntantivy==", "\nsix @ file:///six.whl\ntantivy=="), "an address"),
        (with_lock(lock_test=LOCKS["lock-test.txt"].replace("\nidna==", "\nidmb==")), "lacks idna"),
    ],
)
def test_an_edited_lock_is_refused(locks: dict[str, str], said: str) -> None:
    assert said in "\n".join(lock.problems(PROJECT, locks))
