"""docs/discord.md says what is so, and its picture can be taken again."""

from __future__ import annotations

import re
import struct

import discord
import pytest

from bot.discord_bot import FINISH_SECONDS
from bot.discord_client import PERMISSIONS, invitation, lacking
from bot.keys import KEYS
from tools import picture
from tools.pages import ROOT

PAGE = (ROOT / "docs" / "discord.md").read_text(encoding="utf-8")


def test_the_permissions_are_those_that_the_bot_asks_for() -> None:
    table = PAGE.split("| permission | what for |", 1)[1].split("\n\n", 1)[0]
    named = {name for row in re.findall(r"^\| ([^|]+) \|", table, re.M) for name in row.split(", ")}
    assert named - {"---"} == set(lacking(discord.Permissions.none()))
    assert set(re.findall(r"\b\d{9,}\b", PAGE)) == {str(PERMISSIONS.value)}


def test_the_invitation_is_the_one_that_the_bot_prints() -> None:
    (shown,) = re.findall(r"https://discord\.com/oauth2/\S+", PAGE)
    assert shown.replace("APPLICATION_ID", "123") == invitation(123)


def test_every_flag_and_variable_is_one() -> None:
    flags = {key.flag for key in KEYS} | {"--check", "--help"}
    ours = re.sub(r"```dockerfile.*?```|^ *(docker|sudo) .*$", "", PAGE, flags=re.S | re.M)
    named = set(re.findall(r"(?<=[`\s])--[a-z][a-z-]+", re.sub(r"docker run.*?\n\n", "", ours)))
    assert named - {"--now", "--rm"} <= flags
    variables = {key.variable for key in KEYS}
    assert set(re.findall(r"FOOTNOTE_[A-Z_]+", PAGE)) <= variables


def test_there_are_five_steps_and_services_that_wait_until_it_has_finished() -> None:
    steps = PAGE.split("## In five steps", 1)[1].split("\n## ", 1)[0]
    assert re.findall(r"^(\d)\. \*\*", steps, re.M) == list("12345")
    unit = PAGE.split("## Run it under systemd", 1)[1]
    (systemd,) = re.findall(r"^TimeoutStopSec=(\d+)", unit, re.M)
    docker = re.findall(r"(?:--stop-timeout|docker stop -t) (\d+)", unit)
    assert len(docker) == 2
    assert all(int(seconds) >= FINISH_SECONDS + 10 for seconds in (systemd, *docker))
    assert "RestartPreventExitStatus=2" in unit


def test_the_page_has_a_small_picture() -> None:
    assert "](discord.png)" in PAGE
    data = picture.PICTURE.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert len(data) < 300_000
    assert struct.unpack(">I", data[16:20]) == (int(picture.WIDTH * 1.25),)


def test_the_picture_is_of_what_the_bot_sends() -> None:
    page = picture.drawn()
    assert "Foreign Minister Park Jin" in page
    assert "The documents do not say." in page
    assert f'href="{picture.FILES}001_d3458e2f0d2f312a.txt#L27"' in page
    assert "\\" not in page.split("</style>")[1]


def test_without_a_browser_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture, "BROWSERS", ("no-such-browser",))
    monkeypatch.setattr("sys.argv", ["picture"])
    with pytest.raises(SystemExit, match="There is no Chromium"):
        picture.main()
