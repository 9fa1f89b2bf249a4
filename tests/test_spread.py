"""Over several processes, what a file makes for all of its tests is made in one of them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tests.spread import Spread

SHARED = "tests/index/dense/test_chroma_server.py"
CASES = "tests/qa/korean.yaml"
SINGLE = "tests/index/test_dates.py"
TESTS = [f"{file}::test_{n}" for file in (SHARED, CASES, SINGLE) for n in range(6)]


class Node:
    """A process that runs what it is given at once."""

    shutting_down = False

    def __init__(self, name: str) -> None:
        self.gateway = SimpleNamespace(id=name)
        self.ran: list[str] = []
        self.given: list[int] = []

    def send_runtest_some(self, numbers: list[int]) -> None:
        self.given += numbers

    def shutdown(self) -> None:
        self.shutting_down = True


def test_tests_that_share_stay_together_and_others_are_spread() -> None:
    config: Any = SimpleNamespace(
        getvalue=lambda _: ["popen"] * 2, option=SimpleNamespace(loadscopereorder=True)
    )
    spread, nodes = Spread(config), [Node("one"), Node("other")]
    for node in nodes:
        spread.add_node(node)
        spread.add_node_collection(node, TESTS)
    spread.schedule()
    while any(node.given for node in nodes):
        for node in nodes:
            if node.given:
                number = node.given.pop(0)
                node.ran.append(TESTS[number].partition("::")[0])
                spread.mark_test_complete(node, number)
    assert sorted(nodes[0].ran + nodes[1].ran) == sorted(each.partition("::")[0] for each in TESTS)
    ran_by = {file: sum(file in node.ran for node in nodes) for file in (SHARED, CASES, SINGLE)}
    assert ran_by == {SHARED: 1, CASES: 1, SINGLE: 2}
