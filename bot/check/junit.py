"""A run as JUnit XML, which CI servers read: a suite a file, a test a case in a mode.

Where a run is held against a baseline, a case fails here that fails the run: a server that reads
the file and one that reads the exit status then agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from xml.etree import ElementTree as Tree

from bot.check.told import failures
from bot.render.style import Style
from bot.render.visible import cut, visible

TYPE_CHECKING = False
if TYPE_CHECKING:
    from bot.check.against import Compared
    from bot.check.results import Result, Run

_FAILED = ("failed", "mended")
_MOST_TOLD = 400  # characters of a message, which servers show as a line
# What XML 1.0 cannot hold, however it is written.
_UNHEARD = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: Run, compared: Compared | None = None) -> str:
    """The document of `run`."""
    excused = _excused(compared)
    files: dict[str, list[Result]] = {}
    for result in run.results:
        files.setdefault(result.case.file, []).append(result)
    root = Tree.Element("testsuites", {"name": "footnote check"})
    total: dict[str, float] = {}
    for file, results in files.items():
        suite = Tree.SubElement(root, "testsuite", {"name": _held(file)})
        properties = Tree.SubElement(suite, "properties")
        for name, value in run.about.items():
            Tree.SubElement(properties, "property", {"name": _held(name), "value": _held(value)})
        for result in results:
            suite.append(_test(result, excused))
        sums = _sums(suite)
        suite.attrib |= _attributes(sums) | {"timestamp": run.begun[:19], "file": _held(file)}
        total = {name: total.get(name, 0) + value for name, value in sums.items()}
    root.attrib |= _attributes({**_sums(root), **total, "time": run.seconds})
    root.set("timestamp", run.begun[:19])
    Tree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, "unicode") + "\n"


def _excused(compared: Compared | None) -> Mapping[str, str]:
    """Why a case that fails is no failure of the run, by its key."""
    if compared is None:
        return {}
    kinds: Iterable[tuple[str, str]] = (
        ("new_failures", "new, and the baseline does not know it"),
        ("wavering", "fails as chance may have it"),
        ("still_failing", "fails as it did in the baseline"),
    )
    excused = {moved.key: why for kind, why in kinds for moved in getattr(compared, kind)}
    failing = (*compared.regressions, *compared.errors, *compared.untrue)
    return {key: why for key, why in excused.items() if key not in {m.key for m in failing}}


def _test(result: Result, excused: Mapping[str, str]) -> Tree.Element:
    case = result.case
    test = Tree.Element(
        "testcase",
        {
            "name": _held(f"{case.id}[{result.mode}]"),
            "classname": _held(_class(case.file)),
            "time": _seconds(sum(e.ms for each in result.tries for e in each.exchanges) / 1000),
            "file": _held(case.file),
            "line": str(case.line),
        },
    )
    why = excused.get(result.key, "")
    if result.status == "skipped":
        Tree.SubElement(test, "skipped", {"message": _held(result.reason)})
    elif result.status == "known":
        Tree.SubElement(test, "skipped", {"message": _held(f"known to fail: {result.reason}")})
    elif result.status in _FAILED or result.status == "error":
        kind = "skipped" if why else "error" if result.status == "error" else "failure"
        told = why or cut(_message(result), _MOST_TOLD)
        message = {"message": _held(told), "type": result.status}
        Tree.SubElement(test, kind, message).text = _held(failures([result], Style()))
    elif result.tries:
        said = [e.reply.get("answer") or e.reply.get("reason") for e in result.tries[-1].exchanges]
        told = "\n".join(visible(each) for each in said if isinstance(each, str))
        Tree.SubElement(test, "system-out").text = _held(told)
    return test


def _class(file: str) -> str:
    """A file as a class is named, for servers that group by what stands before its last dot."""
    return re.sub(r"\.\w+$", "", file).replace("/", ".").strip(".") or file


def _message(result: Result) -> str:
    """The first thing that is wrong, on a line."""
    if result.status == "mended":
        return f"It passes, and is said to fail: {result.reason}"
    for each in result.tries:
        if each.error:
            return visible(each.error)
    for each in result.tries:
        for exchange in each.exchanges:
            for finding in exchange.findings:
                if not finding.met:
                    return visible(f"{finding.name}: {finding.reason}")
    return result.status


def _sums(suite: Tree.Element) -> dict[str, float]:
    tests = suite.findall("testcase")
    return {
        "tests": len(tests),
        "failures": sum(test.find("failure") is not None for test in tests),
        "errors": sum(test.find("error") is not None for test in tests),
        "skipped": sum(test.find("skipped") is not None for test in tests),
        "time": sum(float(test.get("time", "0")) for test in tests),
    }


def _attributes(sums: Mapping[str, float]) -> dict[str, str]:
    return {n: _seconds(value) if n == "time" else f"{value:.0f}" for n, value in sums.items()}


def _seconds(seconds: float) -> str:
    return f"{seconds:.3f}"


def _held(text: str) -> str:
    """`text` with what XML cannot hold spelled out."""
    return _UNHEARD.sub(lambda found: ascii(found[0])[1:-1], text)
