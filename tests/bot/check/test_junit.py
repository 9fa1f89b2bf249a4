"""JUnit XML: it fits its schema whatever stands in it, and agrees with the exit status."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
import xmlschema
from hypothesis import example, given
from hypothesis import strategies as st

from bot.check.against import compared
from bot.check.baseline import Entry
from bot.check.cases import Case, Expected, Step
from bot.check.junit import junit
from bot.check.results import Exchange, Finding, Result, Run, Try
from index.record import replaced
from tests.bot.check.runs import result, run, tried

SCHEMA = xmlschema.XMLSchema11(Path(__file__).with_name("junit.xsd"))
REPLY = {
    "status": "answered", "answer": "In Busan. [1]", "claims": [{"text": "In Busan."}],
    "citations": [], "reason": None,
}  # fmt: skip


def read(text: str) -> Tree.Element:
    """The document, once the schema takes it."""
    SCHEMA.validate(text)
    return Tree.fromstring(text)


def said(text: str, *, met: bool = True) -> Result:
    """A case in which each text is `text`."""
    finding = Finding("says", met, text, text, text)
    reply = {**REPLY, "answer": text, "claims": [{"text": text}]}
    exchange = Exchange(text, reply, (), (finding,), 1500.0)
    case = Case(text, (Step(text, Expected()),), text, 7)
    return Result(case, "extractive", "passed" if met else "failed", (Try((exchange,)),), text)


def made(name: str, passed: bool) -> Result:
    """A case that fails by what it says."""
    return replaced(said(f"{name}.", met=passed), case=result(name, "passed").case)


def kinds(root: Tree.Element) -> dict[str, str]:
    """What came of each test."""
    return {
        test.attrib["name"]: next((each.tag for each in test if each.tag != "system-out"), "passed")
        for test in root.iter("testcase")
    }


def test_each_status_is_what_servers_know() -> None:
    mended = replaced(made("mended", True), status="mended", reason="no dates")
    known = replaced(made("known", False), status="known", reason="no dates")
    error = result("error", "error", (Try((), "It broke."),))
    root = read(
        junit(
            run(
                made("passed", True),
                made("failed", False),
                mended,
                known,
                error,
                result("skipped", "skipped"),
            )
        )
    )
    assert kinds(root) == {
        "passed[extractive]": "passed",
        "failed[extractive]": "failure",
        "mended[extractive]": "failure",
        "known[extractive]": "skipped",
        "error[extractive]": "error",
        "skipped[extractive]": "skipped",
    }
    (suite,) = root
    for each in (root, suite):
        sums = {name: each.get(name) for name in ("tests", "failures", "errors", "skipped")}
        assert sums == {"tests": "6", "failures": "2", "errors": "1", "skipped": "2"}
    assert root.find(".//error").attrib == {"message": "It broke.", "type": "error"}  # type: ignore[union-attr]
    messages = [each.get("message") for each in root.iter("skipped")]
    assert messages == ["known to fail: no dates", ""]


def test_what_a_test_says_of_itself() -> None:
    root = read(junit(run(made("a", False))))
    assert (root.get("time"), root.get("timestamp")) == ("1.000", "2026-01-02T03:04:05")
    test = root.find(".//testcase")
    assert test is not None
    assert test.attrib == {
        "name": "a[extractive]", "classname": "qa.a", "time": "1.500", "file": "qa/a.yaml",
        "line": "1",
    }  # fmt: skip
    failure = test.find("failure")
    assert failure is not None
    assert failure.get("message") == "says: a."
    assert failure.text is not None
    assert failure.text.startswith("failed  qa/a.yaml:1  a\n  asked     a.\n  expected  says: a.")
    passed = read(junit(run(made("b", True)))).find(".//system-out")
    assert passed is not None
    assert passed.text == "b."
    long = read(junit(run(made("x" * 100_000, False)))).find(".//failure")
    assert long is not None
    assert len(long.attrib["message"]) <= 400


def test_a_suite_a_file_and_the_sum_of_them() -> None:
    other = replaced(made("b", False), case=Case("b", (Step("?", Expected()),), "qa/b.jsonl", 3))
    root = read(junit(run(made("a", True), other)))
    assert [(each.get("name"), each.get("failures")) for each in root] == [
        ("qa/a.yaml", "0"),
        ("qa/b.jsonl", "1"),
    ]
    assert (root.get("tests"), root.get("failures")) == ("2", "1")


def test_what_a_baseline_excuses_is_skipped_and_says_why() -> None:
    results = (
        result("regression", "failed", (tried(False),)),
        result("known", "failed", (tried(False),)),
        result("new", "failed", (tried(False),)),
        result("untrue", "failed", (tried(False, true=False),)),
    )
    before = {
        results[0].key: Entry("passed", 1, 1),
        results[1].key: Entry("failed", 0, 1),
        results[3].key: Entry("failed", 0, 1),
    }
    # Their replies are of baselines' tests, without what a failure tells.
    whole = tuple(
        replaced(each, tries=tuple(replaced(t, exchanges=_whole(t)) for t in each.tries))
        for each in results
    )
    made = run(*whole)
    root = read(junit(made, compared(made, before)))
    assert kinds(root) == {
        "regression[extractive]": "failure",
        "known[extractive]": "skipped",
        "new[extractive]": "skipped",
        "untrue[extractive]": "failure",
    }
    why = [each.get("message") for each in root.iter("skipped")]
    assert why == ["fails as it did in the baseline", "new, and the baseline does not know it"]


def _whole(each: Try) -> tuple[Exchange, ...]:
    return tuple(replaced(exchange, reply=REPLY) for exchange in each.exchanges)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x1b[31m", "a\\x00b\\x1b[31m"),
        ("a\ud800b", "a\\ud800b"),
        ("a\uffffb\ufffe", "a\\uffffb\\ufffe"),
        ("a\u202eb", "a\\u202eb"),
        ("<b>&]]>\"'", "<b>&]]>\"'"),
    ],
)
def test_what_xml_cannot_hold_is_spelled_out(text: str, shown: str) -> None:
    root = read(junit(run(said(text), said(text, met=False))))
    assert root.find(".//system-out").text == shown  # type: ignore[union-attr]
    assert root.find(".//failure").get("message") == f"says: {shown}"  # type: ignore[union-attr]


@given(st.text(st.characters(), min_size=1, max_size=30), st.booleans())
@example("/", True)
@example("..", False)
def test_whatever_stands_in_it_is_taken(text: str, met: bool) -> None:
    made = Run((said(text, met=met),), "2026-01-02T03:04:05+00:00", 0.1, {"model": text})
    assert read(junit(made)).get("tests") == "1"
