"""The import contract names every module, so that none escapes it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_every_module_has_its_floor() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (floors,) = (
        contract["layers"]
        for contract in project["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    named = [module for floor in floors for module in re.findall(r"[\w.]+", floor)]
    modules = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for package in ("bot", "index", "prompts")
        for path in (ROOT / package).rglob("*.py")
    }
    # Of packages only those without modules of their own stand on a floor.
    modules = {name.removesuffix(".__init__") for name in modules} - {
        "bot", "bot.chat", "bot.check", "bot.claims", "bot.discord", "bot.doctoring",
        "bot.factcheck", "bot.forms", "bot.render", "bot.serving", "index", "index.dense",
        "index.formats",
    }  # fmt: skip
    assert sorted(named) == sorted(modules)
