"""How tests are spread over processes by `pytest -n auto`: one by one, but for what is shared."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]

ROOT = Path(__file__).parents[1]


class Spread(LoadScopeScheduling):  # type: ignore[misc]
    """Tests of a file that makes something once for all of them go to one process.

    `--dist loadgroup` would do, and does nothing with pytest 9.2 (pytest-xdist's issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return file if shares(file) else nodeid


@lru_cache(None)
def shares(file: str) -> bool:
    """Whether the tests of a file have a fixture in common, or are cases of one topic."""
    return file.endswith(".yaml") or 'scope="module"' in (ROOT / file).read_text(encoding="utf-8")
