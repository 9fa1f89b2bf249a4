"""Files and settings laid out for a trap: a question ends in time, in a message or an answer."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bot.conftest import PORT, ROOT
from tests.servers.answering import answers
from tests.servers.openai_like import Server


def asked(
    folder: Path, server: str, *more: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """`footnote ask`, as a process: what hangs is stopped."""
    usual = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "FOOTNOTE_"))}
    words = ["--corpus", str(ROOT / "seeds"), "--store", str(folder / "store"), "--model", "m"]
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask", *words, "--base-url", server, *more, PORT],
        cwd=folder,
        env={**usual, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert "bug in Footnote" not in done.stderr
    assert "Traceback" not in done.stderr
    return done


@pytest.mark.parametrize("kind", ["pipe", "endless", "long", "folder"])
def test_settings_that_are_no_file_of_settings(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "footnote.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "endless":
        path.symlink_to("/dev/zero")
    elif kind == "long":
        path.write_text("# " + "a" * 1_100_000)
    else:
        path.mkdir()
    done = asked(tmp_path, "http://127.0.0.1:9/v1")
    assert done.returncode == 2
    assert "footnote.toml" in done.stderr


def test_what_is_remembered_of_servers_is_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    os.mkfifo(tmp_path / "store" / "servers.json")
    with Server(answers()) as server:
        done = asked(tmp_path, server.base_url)
    assert done.returncode in (0, 1), done.stderr


def test_what_was_spent_is_a_view_without_an_end(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    file = sqlite3.connect(tmp_path / "store" / "spent.sqlite")
    file.execute(
        "CREATE VIEW spent AS WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) "
        "SELECT n AS day, n AS model, n AS calls, n AS input, n AS output, n AS nano_usd FROM t"
    )
    file.commit()
    file.close()
    with Server(answers()) as server:
        done = asked(tmp_path, server.base_url, "--json", "--tokens-per-day", "100000")
    reply = json.loads(done.stdout)
    assert "cannot be used" in reply["notices"][-1]["message"] + reply["notices"][0]["message"]
    assert not server.chats


def test_what_was_spent_is_a_link_to_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "spent.sqlite").symlink_to(tmp_path / "elsewhere.sqlite")
    with Server(answers()) as server:
        done = asked(tmp_path, server.base_url)
    assert done.returncode in (0, 1), done.stderr
    assert not (tmp_path / "elsewhere.sqlite").exists()


@pytest.mark.parametrize("certificates", ["/nonexistent", __file__])
def test_certificates_that_cannot_be_read(tmp_path: Path, certificates: str) -> None:
    done = asked(tmp_path, "https://127.0.0.1:9/v1", SSL_CERT_FILE=certificates)
    assert done.returncode == 2
    assert "SSL_CERT_FILE" in done.stderr


def test_an_address_without_an_end(tmp_path: Path) -> None:
    done = asked(tmp_path, f"http://{'a' * 70_000}/v1")
    assert done.returncode == 2
    assert "base_url" in done.stderr


@pytest.mark.parametrize("flag", ["--store", "--corpus"])
def test_the_home_of_nobody(tmp_path: Path, flag: str) -> None:
    done = asked(tmp_path, "http://127.0.0.1:9/v1", flag, "~nobody-of-this-name/x")
    assert done.returncode == 2
    assert "home" in done.stderr
