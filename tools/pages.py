"""The pages: what README.md and docs/ show of the program is what the program prints.

`python -m tools.pages` runs every command that a page shows and compares; `python -m
tools.pages refresh` writes what they print into the pages. A ```console block holds commands,
each after `$ `, and their output; a ```text block just after a ```sh block holds the output of
that line's last command. A line of `…` stands for any lines. A ```yaml block whose first line is
`# NAME.yaml` is a file of that name beside the commands. Timings and names of generations
differ from run to run and are not compared.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(
    r"^```console\n(?P<session>.*?)^```$"
    r"|^```sh\n(?P<line>[^\n]*)\n```\n\s*```text\n(?P<output>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
FILE = re.compile(r"^```yaml\n(# ([\w-]+\.yaml)\n.*?)^```$", re.MULTILINE | re.DOTALL)
_VARIES = re.compile(r'("elapsed_ms": |"generation": |"seconds": |\bin )("[^"]*"|[0-9.]+)')


@dataclass(frozen=True, slots=True)
class Example:
    """A command that a page shows, and `[start, end)` of the page where its output stands."""

    command: str
    start: int
    end: int


def pages() -> list[Path]:
    """The pages that show commands."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def examples(text: str) -> Iterator[Example]:
    """The commands of a page, in order."""
    for block in BLOCK.finditer(text):
        if block["line"] is not None:
            command = block["line"].split(" && ")[-1].removeprefix(".venv/bin/")
            yield Example(command, *block.span("output"))
            continue
        begin = block.start("session")
        found = list(re.finditer(r"^\$ (.*)\n", block["session"], re.MULTILINE))
        ends = [*(match.start() for match in found[1:]), len(block["session"])]
        for match, end in zip(found, ends, strict=True):
            yield Example(match[1], begin + match.end(), begin + end)


def same(shown: str, printed: str) -> bool:
    """Whether a page's text says what was printed."""
    pattern = "".join(
        "(?:.*\n)*?" if line.strip() == "…" else re.escape(line)
        for line in _VARIES.sub(r"\1_", shown).splitlines(keepends=True)
    )
    return re.fullmatch(pattern, _VARIES.sub(r"\1_", printed)) is not None


def elided(shown: str, printed: str) -> str:
    """What was printed, without the lines that the page leaves out between the same two lines."""
    kept = shown.splitlines(keepends=True)
    lines = printed.splitlines(keepends=True)
    for at in [at for at, line in enumerate(kept) if line.strip() == "…"]:
        before, after = kept[at - 1 : at], kept[at + 1 : at + 2]
        if before and before[0] in lines and after and after[0] in lines:
            first = lines.index(before[0]) + 1
            if after[0] in lines[first:]:
                lines[first : lines.index(after[0], first)] = [kept[at]]
    return "".join(lines)


class Place:
    """A folder with the seeds and the pages' files in it, where commands are run as a reader
    would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(ROOT / "seeds", folder / "seeds")
        for page in pages():
            for content, name in FILE.findall(page.read_text(encoding="utf-8")):
                (folder / name).write_text(content, encoding="utf-8")
        programs = Path(sys.executable).parent
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "OPENAI_"))},
            "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', '')}",
            "PYTHONUTF8": "1",
        }

    def printed(self, command: str) -> str:
        """What a shell shows of a command: its output, and its errors after it."""
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        return done.stdout


def refreshed(text: str, place: Place) -> str:
    """The page with the output of each command as it is now."""
    kept, at = [], 0
    for example in examples(text):
        shown = text[example.start : example.end]
        printed = place.printed(example.command)
        kept += [
            text[at : example.start],
            shown if same(shown, printed) else elided(shown, printed),
        ]
        at = example.end
    return "".join(kept) + text[at:]


def main() -> int:
    """Compares, or writes."""
    options = argparse.ArgumentParser(description="Check what the pages show, or write it anew.")
    options.add_argument("action", nargs="?", choices=("check", "refresh"), default="check")
    chosen = options.parse_args()
    stale = []
    for page in pages():
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            now = refreshed(text, Place(Path(folder)))
        if now != text:
            stale.append(page.relative_to(ROOT))
            if chosen.action == "refresh":
                page.write_text(now, encoding="utf-8")
    written = chosen.action == "refresh"
    for name in stale:
        print(f"{name}: {'written anew' if written else 'shows what is no longer printed'}")
    return 1 if stale and not written else 0


if __name__ == "__main__":
    sys.exit(main())
