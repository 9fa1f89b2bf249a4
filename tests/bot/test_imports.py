"""What a piped `ask` on an unchanged corpus imports: little, for it is started anew each time."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.conftest import PORT, ROOT, Command

# Of third parties nothing else: each of the popular ones costs more than all of ours.
THIRD_PARTY = {"Stemmer", "tantivy"}
# Of the standard library, what costs milliseconds and is needed only for other work.
HEAVY = {
    "argparse", "ast", "asyncio", "concurrent", "ctypes", "dataclasses", "difflib", "email",
    "gettext", "hashlib", "html", "http", "importlib.metadata", "inspect", "json", "locale",
    "logging", "multiprocessing", "pickle", "random", "readline", "secrets", "shutil", "socket",
    "ssl", "statistics", "subprocess", "tempfile", "tomllib", "typing", "unittest",
    "urllib.request", "uuid", "xml", "zipfile",
}  # fmt: skip
# Of ours, what an answer on an unchanged corpus has no use for.
UNUSED = {
    "bot.arguments", "bot.batch", "bot.budget", "bot.chat.client", "bot.chat.reading",
    "bot.chat.server", "bot.check.cases", "bot.check.reading", "bot.check.results",
    "bot.check.runner", "bot.checking", "bot.claims.clauses", "bot.claims.dates",
    "bot.claims.exchanged", "bot.claims.figures", "bot.claims.grounds", "bot.claims.instructions",
    "bot.claims.known", "bot.claims.measured", "bot.claims.numerals", "bot.claims.persons",
    "bot.claims.quotes", "bot.claims.specifics", "bot.claims.stated", "bot.claims.support",
    "bot.claims.writing", "bot.conversation", "bot.discord_bot", "bot.discord_check",
    "bot.discord_cog", "bot.forms.fields", "bot.forms.thoughts", "bot.generative", "bot.grounding",
    "bot.lately", "bot.ledger", "bot.listening", "bot.live", "bot.messages", "bot.proposals",
    "bot.redaction", "bot.render.json", "bot.repl", "bot.reworded", "bot.services",
    "bot.serving.figures", "bot.serving.hall", "bot.serving.health", "bot.serving.log_lines",
    "bot.serving.logs", "bot.serving.metrics", "bot.serving.standing", "bot.serving.watcher",
    "bot.settling", "bot.told", "bot.usage", "bot.values", "bot.watching", "bot.written",
    "index.building", "index.clean", "index.dates", "index.dense.arm", "index.dense.checking",
    "index.dense.chroma", "index.dense.collections", "index.dense.embed", "index.dense.embedding",
    "index.dense.endpoint", "index.dense.remote", "index.dense.search", "index.dense.storing",
    "index.dense.tidying", "index.dense.trust", "index.dense.vectorise", "index.dense.vectors",
    "index.encodings", "index.filling", "index.lock", "index.plan", "index.prepare", "index.split",
    "index.workers",
}  # fmt: skip

_DUMP = """
import sys
before = set(sys.modules)
from bot.cli import main
code = main(sys.argv[1:])
print(*(set(sys.modules) - before), file=sys.stderr)
sys.exit(code)
"""


@pytest.fixture
def imported(footnote: Command, folder: Path) -> set[str]:
    footnote("index")
    done = subprocess.run(
        [sys.executable, "-c", _DUMP, "ask", PORT],
        cwd=folder,
        # What is set for the bot weighs nothing here.
        env=os.environ | {"PYTHONPATH": str(ROOT), "FOOTNOTE_CHANNELS": "5", "DISCORD_TOKEN": "x"},
        capture_output=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.decode().split())


def test_no_third_party_but_tantivy_and_the_stemmer(imported: set[str]) -> None:
    tops = {name.partition(".")[0] for name in imported}
    others = {name for name in tops if "cython" not in name}  # the stemmer's own runtime
    others -= sys.stdlib_module_names | {"bot", "index"}
    assert others <= THIRD_PARTY


def test_no_heavy_part_of_the_standard_library(imported: set[str]) -> None:
    assert not imported & HEAVY


def test_nothing_of_ours_that_an_answer_has_no_use_for(imported: set[str]) -> None:
    assert not imported & UNUSED
