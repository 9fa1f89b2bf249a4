"""What a benchmark prints and keeps: a table of figures beside their bars, and the same as JSON."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

OUT = Path("build/bench")


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `bar` is a bound such as ">= 0.97" or "<= 65", or "" where there is none.

    `ok` is worked out from the bar unless it is given.
    """

    what: str
    value: float
    bar: str = ""
    unit: str = ""
    ok: bool | None = None

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None where there is no bar."""
        if self.ok is not None or not self.bar:
            return self.ok
        bound = re.fullmatch(r"([<>]=?)\s*([0-9.,]+)", self.bar.strip())
        if bound is None:
            raise ValueError(f"{self.what}: the bar {self.bar!r} is not like '>= 0.97'")
        limit = float(bound[2].replace(",", ""))
        return {
            ">=": self.value >= limit,
            ">": self.value > limit,
            "<=": self.value <= limit,
            "<": self.value < limit,
        }[bound[1]]


def parser(description: str) -> argparse.ArgumentParser:
    """A command line with the options that benchmarks share: `--out` and `--data`."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--out", type=Path, default=OUT, help="folder for the JSON (%(default)s)")
    options.add_argument("--data", type=Path, help="folder that holds the data sets")
    return options


def report(
    name: str,
    rows: Sequence[Row],
    out: Path = OUT,
    facts: Mapping[str, object] | None = None,
) -> bool:
    """Prints the table, writes `out/name.json`; returns whether every bar is reached."""
    machine = {
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
        "processor": platform.machine(),
    }
    print(table(name, rows))
    print(
        "  " + ", ".join(f"{key} {value}" for key, value in (machine | dict(facts or {})).items())
    )
    out.mkdir(parents=True, exist_ok=True)
    whole = {
        "name": name,
        "machine": machine,
        "facts": dict(facts or {}),
        "rows": [
            {"what": r.what, "value": r.value, "unit": r.unit, "bar": r.bar, "ok": r.met}
            for r in rows
        ],
    }
    (out / f"{name}.json").write_text(
        json.dumps(whole, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    return all(row.met is not False for row in rows)


def table(name: str, rows: Sequence[Row]) -> str:
    """The rows as aligned text."""
    cells = [(name, "value", "", "bar", "")]
    cells += [(r.what, _number(r.value), r.unit, r.bar, _MET[r.met]) for r in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(5)]
    return "\n".join(
        "  ".join(
            text.rjust(width) if i == 1 else text.ljust(width)
            for i, (text, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in cells
    )


_MET = {None: "", True: "reached", False: "MISSED"}


def _number(value: float) -> str:
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:.4g}" if value != int(value) else f"{value:.0f}"
