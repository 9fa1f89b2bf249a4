"""The lock: requirements/*.txt hold the whole tree of dependencies, pinned and hashed.

`python -m tools.lock` checks, without network, that the lock is fresh; `python -m tools.lock
refresh` writes it anew (with uv, fetched into a temporary folder where it is missing), keeping
the pins that still fit; `refresh --upgrade` takes the newest of everything.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent
# Which extras each file locks. The build backend is in both, so that a source checkout can be
# installed with --no-build-isolation and nothing is ever fetched without a hash.
FILES: dict[str, tuple[str, ...]] = {"lock.txt": (), "lock-test.txt": ("test",)}
_PIN = re.compile(
    r"([A-Za-z0-9._-]+)==([^\s;]+)(?: ; (.+?))?((?:\s+--hash=sha256:[0-9a-f]{64})*)\s*"
)
_ADDRESS = re.compile(r"://|file:|--(extra-)?index|--find-links|--trusted-host|(^|\s)[./~]\S*/")


@dataclass(frozen=True, slots=True)
class Pin:
    """One `name==version ; marker` of a lock, and how many hashes it carries."""

    name: str
    version: str
    marker: str
    hashes: int


def declared(project: dict[str, Any], extras: Sequence[str]) -> list[str]:
    """The requirements that pyproject.toml states: the build's, the project's, and the extras'."""
    table = project["project"]
    wanted = [*project["build-system"]["requires"], *table["dependencies"]]
    for extra in extras:
        wanted += table["optional-dependencies"][extra]
    return wanted


def fingerprint(project: dict[str, Any], extras: Sequence[str]) -> str:
    """A hash of everything in pyproject.toml that a lock follows from."""
    stated = [project["project"]["requires-python"], sorted(declared(project, extras))]
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()


def pins(text: str) -> Iterator[Pin]:
    """The pins of a lock's text; ValueError at a line that is anything else."""
    for entry in re.sub(r"\\\n", " ", re.sub(r"(?m)^\s*#.*\n?", "", text)).splitlines():
        if not entry.strip():
            continue
        match = _PIN.fullmatch(entry)
        if match is None:
            raise ValueError(f"not a pin with hashes: {entry.strip()[:100]}")
        name, version, marker, hashes = match.groups(default="")
        yield Pin(canonicalize_name(name), version, marker, hashes.count("--hash="))


def problems(project: dict[str, Any], locks: dict[str, str]) -> list[str]:
    """Why the locks do not follow from the project; empty when they are fresh."""
    found = []
    kept: dict[str, set[Pin]] = {}
    for file, text in locks.items():
        found += [
            f"{file}: holds an address or a path: {line.strip()[:100]}"
            for line in text.splitlines()
            if _ADDRESS.search(line)
        ]
        if f"# declared: {fingerprint(project, FILES[file])}\n" not in text:
            found.append(f"{file}: pyproject.toml's dependencies changed since it was written")
        try:
            kept[file] = set(pins(text))
        except ValueError as error:
            found.append(f"{file}: {error}")
            continue
        found += [f"{file}: {pin.name} has no hash" for pin in kept[file] if not pin.hashes]
        for stated in map(Requirement, declared(project, FILES[file])):
            versions = [p.version for p in kept[file] if p.name == canonicalize_name(stated.name)]
            if not versions:
                found.append(f"{file}: {stated.name} is declared and not locked")
            found += [
                f"{file}: {stated.name}=={version} does not satisfy {stated}"
                for version in versions
                if not stated.specifier.contains(Version(version), prereleases=True)
            ]
    if len(kept) == len(FILES):
        found += [
            f"lock-test.txt: lacks {pin.name}=={pin.version} of lock.txt"
            for pin in sorted(kept["lock.txt"] - kept["lock-test.txt"], key=lambda pin: pin.name)
        ]
    return found


def refresh(project: dict[str, Any], folder: Path, upgrade: bool) -> None:
    """Writes the locks: one resolution for every platform and every Python we support."""
    oldest = re.sub(r"[^0-9.]", "", project["project"]["requires-python"])
    with tempfile.TemporaryDirectory() as temporary:
        uv = shutil.which("uv") or _fetch_uv(Path(temporary))
        # The widest file first: the others take their pins from it, so that they agree.
        for file in sorted(FILES, key=lambda file: -len(FILES[file])):
            raw = Path(temporary) / file
            if (folder / file).exists() and not upgrade:
                shutil.copy(folder / file, raw)
            constraints = [f"--constraints={Path(temporary) / 'lock-test.txt'}"]
            subprocess.run(
                [uv, "pip", "compile", "--quiet", "--universal", f"--python-version={oldest}"]
                + ["--generate-hashes", "--no-header", "--no-annotate", f"--output-file={raw}"]
                + (constraints if file != "lock-test.txt" else [])
                + ["-"],
                input="\n".join(declared(project, FILES[file])),
                text=True,
                check=True,
                cwd=temporary,
            )
            (folder / file).write_text(
                "# Every package that Footnote needs, with the hashes of its files.\n"
                "# Written by `python -m tools.lock refresh`, never by hand.\n"
                f"# declared: {fingerprint(project, FILES[file])}\n" + raw.read_text()
            )


def _fetch_uv(folder: Path) -> str:
    venv.create(folder / "venv", with_pip=True)
    subprocess.run([folder / "venv/bin/pip", "install", "--quiet", "uv"], check=True)
    return str(folder / "venv/bin/uv")


def main() -> int:
    """Checks the lock, or refreshes and then checks it."""
    options = argparse.ArgumentParser(description="Check the lock, or write it anew.")
    options.add_argument("action", nargs="?", choices=("check", "refresh"), default="check")
    options.add_argument("--upgrade", action="store_true", help="the newest of everything")
    chosen = options.parse_args()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    folder = ROOT / "requirements"
    if chosen.action == "refresh":
        refresh(project, folder, chosen.upgrade)
    missing = [file for file in FILES if not (folder / file).is_file()]
    found = [f"{file}: missing" for file in missing] or problems(
        project, {file: (folder / file).read_text(encoding="utf-8") for file in FILES}
    )
    for problem in found:
        print(problem, file=sys.stderr)
    print("Run `python -m tools.lock refresh`." if found else "The lock is fresh.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
