"""What one question costs a new process, beside LlamaIndex over Chroma and a bare interpreter.

Everything is run piped and interleaved, so that what else the machine does falls on all alike.
Footnote's bytecode is compiled beforehand, as pip does for what it installs.
"""

from __future__ import annotations

import compileall
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench.report import Row, parser, report

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "In which port city did the three foreign ministers meet?"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took, its children included."""

    wall: float
    cpu: float
    memory: float
    output: bytes


def run(command: Sequence[str], fine: Sequence[int] = (0,)) -> Cost:
    """Runs a command with its output piped; SystemExit where it ends with none of `fine`."""
    begun = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "OPENAI_"))},
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stdout.close()
    if process.returncode not in fine:
        raise SystemExit(f"exit status {process.returncode}: {' '.join(command)}")
    scale = 1 if sys.platform == "darwin" else 1024
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * scale / 1e6, output)


def measure(rounds: int) -> list[Row]:
    """Times the three, `rounds` times each, and first runs of Footnote among them."""
    footnote = Path(sys.executable).with_name("footnote")
    if not footnote.exists():
        raise SystemExit(f"{footnote} is missing: install the project into this environment")
    for package in ("bot", "index", "prompts"):
        compileall.compile_dir(ROOT / package, quiet=2)
    peer = [sys.executable, str(ROOT / "tests/bench/peers/llamaindex_ask.py")]
    costs: dict[str, list[Cost]] = {"bare": [], "ask": [], "peer": [], "first": []}
    with tempfile.TemporaryDirectory() as temporary:
        ask = [str(footnote), "ask", QUESTION, "--corpus", "seeds", "--store"]
        built = [*ask, f"{temporary}/store"]
        answer = run(built).output
        run([*peer, "build", f"{temporary}/chroma", "seeds"])
        for number in range(-1, rounds):
            this = {
                "bare": run([sys.executable, "-c", "pass"]),
                "ask": run(built),
                "peer": run([*peer, "ask", f"{temporary}/chroma", QUESTION]),
                "first": run([*ask, f"{temporary}/first{number}"]),
            }
            if b"Busan" not in this["ask"].output or this["first"].output != answer:
                raise SystemExit(f"not the answer: {this['ask'].output.decode()}")
            if number >= 0:  # the round before only warms the disk's cache
                for name, cost in this.items():
                    costs[name].append(cost)
    wall = {name: statistics.median(c.wall for c in found) for name, found in costs.items()}
    cpu = {name: statistics.median(c.cpu for c in found) for name, found in costs.items()}
    memory = {name: max(c.memory for c in found) for name, found in costs.items()}
    return [
        Row("python -c pass, median", wall["bare"] * 1000, unit="ms"),
        Row("footnote ask, median", wall["ask"] * 1000, unit="ms"),
        Row("LlamaIndex over Chroma, median", wall["peer"] * 1000, unit="ms"),
        Row("LlamaIndex over Chroma / footnote ask", wall["peer"] / wall["ask"], ">= 30", "times"),
        Row("footnote ask / python -c pass", wall["ask"] / wall["bare"], "<= 10", "times"),
        Row("footnote ask, peak memory", memory["ask"], "<= 65", "MB"),
        Row("LlamaIndex over Chroma, peak memory", memory["peer"], unit="MB"),
        Row("first run: index seeds/ and answer, median", wall["first"] * 1000, unit="ms"),
        Row("first run, CPU beyond the interpreter's", cpu["first"] - cpu["bare"], "<= 1.5", "s"),
        Row("first run, peak memory", memory["first"], unit="MB"),
    ]


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=15)
    chosen = options.parse_args()
    return 0 if report("speed", measure(chosen.rounds), chosen.out) else 1


if __name__ == "__main__":
    sys.exit(main())
