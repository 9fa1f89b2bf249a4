"""After any history of changes the cases of `tests/qa` are answered as from a fresh build."""

from __future__ import annotations

import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.check.reading import find, read
from bot.render import json
from bot.settings import Settings, load
from bot.wiring import Desk
from index.record import replaced

ROOT = Path(__file__).parents[2]
CHANGES = ("edit", "remove", "restore", "rename", "copy", "add")


def questions() -> list[str]:
    """The questions of the cases; of a conversation the first."""
    cases = [case for file in find([ROOT / "tests/qa"]) for case in read(file)]
    return list(dict.fromkeys(case.ask for case in cases if isinstance(case.ask, str)))


def change(rng: random.Random, corpus: Path) -> None:
    """One change to a copy of the seeds."""
    files = sorted(path for path in corpus.iterdir())
    file = rng.choice(files)
    seeds = sorted((ROOT / "seeds").glob("*.txt"))
    kind = rng.choice(CHANGES)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if kind == "edit":
        at = rng.randrange(len(lines))
        lines[at : at + 1] = [] if rng.random() < 0.5 else [lines[at], rng.choice(lines)]
        file.write_text("".join(lines) or "Nothing.\n", encoding="utf-8")
    elif kind == "remove" and len(files) > 2:
        file.unlink()
    elif kind == "restore":
        for each in seeds:
            shutil.copy(each, corpus / each.name)
    elif kind == "rename":
        file.rename(corpus / f"{rng.randrange(9)}{file.name[-24:]}")
    elif kind == "copy":
        shutil.copy(file, corpus / f"{rng.randrange(9)} copy.txt")
    elif kind == "add":
        start = rng.randrange(len(lines))
        text = "".join(lines[start : start + rng.randint(1, 40)])
        (corpus / f"{rng.randrange(9)} part.txt").write_text(text or "Nothing.\n", encoding="utf-8")


def answers(settings: Settings, asked: Sequence[str]) -> list[dict[str, object]]:
    """What is answered, without what differs from run to run."""
    found = []
    with Desk(settings) as desk:
        asker = desk.asker()
        for question in asked:
            reply = json.of_reply(asker.ask(question))
            found.append({key: reply[key] for key in ("status", "reason", "answer", "citations")})
    return found


@pytest.mark.parametrize("embedder", ["none", "hashed"])
@pytest.mark.parametrize(
    ("seed", "changes", "asked"),
    [(1, 6, 15), *(pytest.param(seed, 30, 500, marks=pytest.mark.slow) for seed in range(2, 12))],
)
def test_a_history_answers_as_a_fresh_build(
    tmp_path: Path, seed: int, changes: int, asked: int, embedder: str
) -> None:
    rng = random.Random(seed)
    corpus = tmp_path / "corpus"
    shutil.copytree(ROOT / "seeds", corpus)
    flags = {"corpus": str(corpus), "store": str(tmp_path / "store"), "embedder": embedder}
    settings = load(flags, {}, tmp_path)
    chosen = questions()
    chosen = rng.sample(chosen, min(asked, len(chosen)))
    for _ in range(changes):
        change(rng, corpus)
        answers(settings, [])
    fresh = replaced(settings, store=tmp_path / "fresh")
    found = answers(settings, chosen)
    assert found == answers(fresh, chosen)
    assert {each["status"] for each in found} == {"answered", "abstained"}
