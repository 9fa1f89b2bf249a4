"""What is installed works from any folder, prompt files included, as a wheel and editable."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
QUESTION = "In which port city did the three foreign ministers meet?"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, cwd=ROOT)
    (built,) = folder.iterdir()
    return built


class Place:
    """A virtual environment of its own, which borrows only the dependencies from this one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "venv"
        venv.create(self.folder, with_pip=False, symlinks=True)
        (site,) = self.folder.glob("lib/python*/site-packages")
        # A path in a .pth file is put on sys.path without reading the .pth files that lie there,
        # so an editable install in this environment stays out.
        (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
        self.elsewhere = folder / "elsewhere"
        shutil.copytree(ROOT / "seeds", self.elsewhere / "papers")

    def install(self, *what: str | Path) -> None:
        options = ("--quiet", "--no-deps", "--no-index", "--no-build-isolation")
        pip = (sys.executable, "-m", "pip", "--python", self.folder / "bin/python")
        run(*pip, "install", *options, *what, cwd=self.elsewhere)

    def python(self, code: str) -> str:
        return run(self.folder / "bin/python", "-c", code, cwd=self.elsewhere).strip()

    def footnote(self, *words: str) -> str:
        return run(self.folder / "bin/footnote", *words, cwd=self.elsewhere)

    def assert_works(self, home: Path) -> None:
        for package in ("bot", "index", "prompts"):
            found = Path(self.python(f"import {package}; print({package}.__file__)"))
            assert found.is_relative_to(home)
        assert self.python("import prompts; print(prompts.load('answer').name)") == "answer"
        assert "Busan" in self.footnote("ask", QUESTION, "--corpus", "papers")
        assert self.footnote("--version").strip() == f"footnote {PROJECT['version']}"


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    info = f"footnote-{PROJECT['version']}.dist-info/"
    kept = {name for name in names if not name.startswith(info)}
    assert kept == {
        str(path.relative_to(ROOT))
        for package in ("bot", "index", "prompts")
        for path in (ROOT / package).rglob("*.*")
        if path.suffix != ".pyc"
    }
    assert "prompts/answer.md" in kept
    assert {f"{info}licenses/LICENSE", f"{info}entry_points.txt"} <= set(names)


def test_the_wheel_works_from_any_folder(wheel: Path, tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.install(wheel)
    place.assert_works(home=place.folder)


def test_an_editable_install_works_from_any_folder(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.install("-e", ROOT)
    place.assert_works(home=ROOT)


def test_the_changelog_begins_with_this_version() -> None:
    versions = re.findall(r"(?m)^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))
    assert versions[0] == PROJECT["version"]


def test_ci_finds_the_two_lines_that_the_readme_promises() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = "".join(re.findall(r"(?ms)^```sh\n(.*?)^```$", readme)).splitlines()
    assert lines[0].endswith(f'.venv/bin/footnote ask "{QUESTION}"')
    assert lines[1].endswith(".venv/bin/python -m pytest -n auto")
    for line, lock in zip(lines, ("lock.txt", "lock-test.txt"), strict=False):
        assert line.startswith("python3 -m venv .venv && ")
        assert f"--require-hashes -r requirements/{lock} " in line
        assert "install -q --no-deps --no-build-isolation -e ." in line
    assert os.access(ROOT / ".ci/run", os.X_OK)
    shown = "sed -n '/^```sh$/,/^```$/{/^```/d;p}' README.md | sed -n 2p"
    assert run("bash", "-c", shown, cwd=ROOT).rstrip("\n") == lines[1]
