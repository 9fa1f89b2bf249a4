"""Where reports go: looked at before a run, written after it, and none where none is wanted."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.check.errors import CaseError
from bot.check.history import read
from bot.check.reports import Reports
from tests.bot.check.pages import TEXT, run


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/a.txt").write_bytes(TEXT.encode())
    return tmp_path / "docs"


def listing(page: Path) -> dict[str, object]:
    """What a page knows of its run."""
    text = page.read_text(encoding="utf-8").partition('id="run">')[2].partition("</script>")[0]
    found: dict[str, object] = json.loads(text)
    return found


def test_each_is_written_where_it_is_wanted(tmp_path: Path, docs: Path) -> None:
    history, junit, html = (tmp_path / name for name in ("h", "r.xml", "r.html"))
    reports = Reports("qa", history, junit=junit, html=html)
    for _ in range(2):
        reports.write(run(), None, 0, docs)
    assert junit.read_text().startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites')
    assert len(read(history, "qa")) == 2
    shown = listing(html)["history"]
    assert isinstance(shown, list)
    assert len(shown) == 2  # this run stands in it once
    assert '"found": true' in html.read_text()


def test_nothing_but_the_history_where_nothing_is_wanted(tmp_path: Path, docs: Path) -> None:
    Reports("qa", tmp_path / "h").write(run(), None, 0, docs)
    assert {path.name for path in tmp_path.iterdir()} == {"docs", "h"}


def test_a_run_that_did_not_end_is_no_history(tmp_path: Path, docs: Path) -> None:
    html = tmp_path / "r.html"
    Reports("qa", tmp_path / "h", html=html).write(run(), None, 3, docs)
    assert not (tmp_path / "h").exists()
    assert listing(html)["unasked"] == 3


def test_a_history_that_cannot_be_written_fails_only_where_it_is_named(
    tmp_path: Path, docs: Path
) -> None:
    Reports("qa", tmp_path / "none/h").write(run(), None, 0, docs)
    with pytest.raises(CaseError, match="cannot be written"):
        Reports("qa", tmp_path / "none/h", named=True).write(run(), None, 0, docs)


@pytest.mark.parametrize("name", ["junit", "html"])
def test_what_could_not_be_written_is_said_first(tmp_path: Path, name: str) -> None:
    for path, why in ((tmp_path, "a folder"), (tmp_path / "none/r", "no folder to stand in")):
        with pytest.raises(CaseError, match=why):
            Reports("qa", tmp_path / "h", **{name: path}).look()  # type: ignore[arg-type]
    with pytest.raises(CaseError, match="a folder"):
        Reports("qa", tmp_path, named=True).look()
    Reports("qa", tmp_path / "none/h", **{name: tmp_path / "r"}).look()  # type: ignore[arg-type]


def test_what_could_not_be_written_after_all_is_told(tmp_path: Path, docs: Path) -> None:
    with pytest.raises(CaseError, match=r"r\.xml cannot be written"):
        Reports("qa", tmp_path / "h", junit=tmp_path / "none/r.xml").write(run(), None, 0, docs)


def test_what_is_no_regular_file_is_left_as_it_is(tmp_path: Path, docs: Path) -> None:
    """A rename would put a file in the place of a device."""
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "docs"):
        path = tmp_path / name
        for reports in (
            Reports("qa", tmp_path / "h", junit=path),
            Reports("qa", tmp_path / "h", html=path),
            Reports("qa", path, named=True),
        ):
            with pytest.raises(CaseError, match="cannot be written: it is "):
                reports.look()
    (tmp_path / "link").symlink_to("r.xml")
    reports = Reports("qa", tmp_path / "h", junit=tmp_path / "link")
    reports.look()
    reports.write(run(), None, 0, docs)
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "r.xml").is_file()
