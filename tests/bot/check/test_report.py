"""A run as JSON: whole, and with the keys that programs count on."""

from __future__ import annotations

import json

from bot.check.against import compared
from bot.check.baseline import Entry
from bot.check.cases import Case, Expected, Step
from bot.check.report import CHANGES, of_run
from bot.check.results import Result, Try
from index.record import replaced
from tests.bot.check.pages import BUSAN, RESULTS, exchange, run, since, tried


def test_its_keys() -> None:
    made = of_run(run(), unasked=2)
    assert list(made) == [
        "version", "begun", "seconds", "about", "counts", "unasked", "baseline", "cases",
    ]  # fmt: skip
    assert (made["version"], made["unasked"], made["baseline"]) == (1, 2, None)
    assert made["counts"] == {
        "failed": 1, "error": 0, "mended": 0, "known": 0, "passed": 3, "skipped": 1,
    }  # fmt: skip
    first = made["cases"][0]
    tries = first.pop("tries")
    assert first == {
        "key": "qa/a.yaml::port[extractive]", "file": "qa/a.yaml", "line": 3, "id": "port",
        "mode": "extractive", "ask": "Where did they meet?", "tags": ["talks"], "status": "passed",
        "reason": "", "passes": 1, "needed": 1, "interval": [0.2065, 1.0], "changes": [],
        "corpus": None,
    }  # fmt: skip
    (only,) = tries
    assert (only["passed"], only["error"]) == (True, "")
    (asked,) = only["exchanges"]
    assert list(asked) == ["asked", "ms", "findings", "reply", "seen"]
    assert asked["findings"][1] == {
        "name": "says", "met": True, "wanted": "Busan",
        "found": f"{BUSAN} Snow fell in Seoul.", "reason": "a claim says it", "by_model": False,
    }  # fmt: skip
    assert asked["reply"]["citations"][0]["quote"] == BUSAN
    assert json.loads(json.dumps(made)) == made


def test_what_was_not_asked_has_no_interval() -> None:
    assert of_run(run())["cases"][3]["interval"] is None


def test_several_tries_and_what_is_needed() -> None:
    case = replaced(RESULTS[2].case, repeat=3, pass_at_least=2)
    (made,) = of_run(run(replaced(RESULTS[2], case=case)))["cases"]
    assert (made["passes"], made["needed"], len(made["tries"])) == (2, 2, 3)


def test_changes_since_a_baseline() -> None:
    made = of_run(run(), since())
    changes = {each["id"]: [c["kind"] for c in each["changes"]] for each in made["cases"]}
    assert changes["coin"] == ["regression"]
    assert changes["port"] == ["changed_citations"]
    assert changes["later"] == []
    assert made["baseline"] == {"failed": True, "gone": []}


def test_a_case_that_is_gone_and_one_that_can_change_in_each_way() -> None:
    lost = Result(Case("x", (Step("?", Expected()),)), "extractive", "error", (Try((), "No."),))
    made = of_run(run(lost), compared(run(lost), {"old": Entry("passed", 1, 1)}))
    assert made["baseline"] == {"failed": True, "gone": ["old"]}
    assert [each["kind"] for each in made["cases"][0]["changes"]] == ["new_error"]
    assert len(set(CHANGES.values())) == len(CHANGES)


def test_an_error_is_told() -> None:
    broken = Try((exchange("Where?", BUSAN),), "It broke.")
    (made,) = of_run(run(replaced(RESULTS[0], tries=(broken, tried()))))["cases"]
    assert [each["error"] for each in made["tries"]] == ["It broke.", ""]
