"""Runs histories, and says what was in them. A program.

    python -m tests.index.histories [--runs N] [--steps N] [--seed N] [--dense] [--shrink]

The exit status is 1 where an index was ever wrong; the history is then printed, in fewer steps if
it is to be shrunk.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.index.faults.shim import Unavailable, compiled
from tests.index.histories.documents import COUNTS, remembering
from tests.index.histories.machine import Dense, Machine


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dense", action="store_true")
    parser.add_argument("--shrink", action="store_true")
    given = parser.parse_args()
    vars(os)["fsync"] = lambda _: None  # slow, and no machine fails here
    remembering()
    began = time.monotonic()
    if given.dense:
        import chromadb  # noqa: F401  # imported once, not by every process

        import index.dense.nodes
        import index.dense.vectorise  # noqa: F401
    machine = Dense if given.dense else Machine
    phases = [Phase.generate, *([Phase.shrink] if given.shrink else [])]
    chosen = settings(
        max_examples=given.runs,
        stateful_step_count=given.steps,
        deadline=None,
        database=None,
        derandomize=False,
        phases=phases,
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    status = 0
    with TemporaryDirectory() as folder:
        try:
            machine.library = compiled(Path(folder))
        except Unavailable as error:
            print(f"nothing comes to harm: {error}")
        try:
            run_state_machine_as_test(seed(given.seed)(machine), settings=chosen)
        except Exception:
            traceback.print_exc()
            status = 1
    seconds = time.monotonic() - began
    print(
        f"{given.runs} runs of {given.steps} steps, {status} wrong, {seconds:.0f} s", dict(COUNTS)
    )
    return status


if __name__ == "__main__":
    sys.exit(main())
