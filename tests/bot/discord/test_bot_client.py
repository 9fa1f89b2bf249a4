"""The client and its commands: what it asks for, in what languages, and how seldom it writes."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.discord.commands import WORDS, Synced, Translator, payload
from bot.discord_bot import limits_of
from bot.discord_client import NECESSARY, PERMISSIONS, Client, invitation, lacking
from bot.discord_cog import Footnote, Options
from bot.services import DiscordSettings, discord_of
from bot.serving.hall import Hall
from bot.serving.health import Gateway
from bot.serving.reception import Limits, Reception
from bot.settings import Settings
from tests.servers.discord_like.client import online
from tests.servers.discord_like.pointing import discord
from tests.servers.discord_like.server import Discord

LANGUAGES = {"ko", "zh-CN", "zh-TW", "ja"}


@pytest.fixture
def footnote(tmp_path: Path) -> Iterator[Footnote]:
    (tmp_path / "seeds").mkdir()
    hall = Hall(Settings(tmp_path / "seeds", tmp_path / "store", "extractive"))
    reception = Reception(Limits())
    yield Footnote(hall, reception, Options(direct_messages=True))
    reception.close()
    hall.close()


@pytest.fixture
def synced(tmp_path: Path) -> Synced:
    return Synced(tmp_path / "store/discord.json")


def client(footnote: Footnote, synced: Synced, about: DiscordSettings | None = None) -> Client:
    return Client(about or discord_of({}), footnote, Gateway(), synced)


async def prepared(footnote: Footnote, synced: Synced) -> Client:
    """A client with its commands, that is nowhere."""
    made = client(footnote, synced)
    await made.tree.set_translator(Translator())
    await made.add_cog(footnote)
    return made


async def written(footnote: Footnote, synced: Synced) -> list[dict[str, Any]]:
    made = await prepared(footnote, synced)
    return await payload(made.tree)


def described(commands: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every command, group and option that has a description."""
    for each in commands:
        if each.get("description"):
            yield each
        yield from described(each.get("options") or [])


def test_every_description_is_there_in_every_language(footnote: Footnote, synced: Synced) -> None:
    commands = asyncio.run(written(footnote, synced))
    found = list(described(commands))
    assert {each["name"] for each in found} >= {
        "ask", "question", "private", "sources", "status", "reindex", "help", "feedback", "export",
    }  # fmt: skip
    for each in found:
        words = each["description_localizations"]
        assert set(words) == LANGUAGES, each["description"]
        assert all(0 < len(text) <= 100 for text in [*words.values(), each["description"]])
        assert words["zh-CN"] != each["description"]
    assert {each["description"] for each in found} == set(WORDS)  # and none is left over


def test_names_are_english_everywhere(footnote: Footnote, synced: Synced) -> None:
    def names(commands: list[dict[str, Any]]) -> Iterator[tuple[str, Any]]:
        for each in commands:
            yield each["name"], each.get("name_localizations")
            yield from names(each.get("options") or [])

    found = list(names(asyncio.run(written(footnote, synced))))
    assert ("Check against the documents", {}) in found
    assert all(name.isascii() and not words for name, words in found)


def test_what_is_written_is_what_was_hashed(footnote: Footnote, synced: Synced) -> None:
    async def main() -> None:
        made = await prepared(footnote, synced)
        sent: list[Any] = []

        async def upsert(application: int, *, payload: list[Any]) -> list[Any]:
            sent.append((application, payload))
            return []

        made.http.bulk_upsert_global_commands = upsert  # type: ignore[assignment, method-assign]
        made._connection.application_id = 7
        assert await synced.sync(made.tree, 7)
        ((application, body),) = sent
        assert application == 7
        key = lambda each: (each["type"], each["name"])  # noqa: E731
        assert sorted(body, key=key) == await payload(made.tree)
        # Not again, for the same application; but for another, and when something changed.
        assert not await synced.sync(made.tree, 7)
        assert await synced.sync(made.tree, 8)
        assert not await synced.sync(made.tree, 7)
        made.tree.remove_command("help")
        assert await synced.sync(made.tree, 7)
        assert len(sent) == 3

    asyncio.run(main())


def test_a_limit_of_discords_on_descriptions_is_kept() -> None:
    assert all(len(words) == 4 for words in WORDS.values())


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"7": 5}', b"\xff", b"[" * 100_000, b'{"7": "0"}']
)
def test_what_was_written_is_not_known(
    content: bytes, footnote: Footnote, synced: Synced, tmp_path: Path
) -> None:
    path = tmp_path / "store/discord.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)

    async def main() -> list[bool]:
        made = await prepared(footnote, synced)

        async def upsert(*_: Any, **__: Any) -> list[Any]:
            return []

        made.http.bulk_upsert_global_commands = upsert  # type: ignore[method-assign]
        made._connection.application_id = 7
        return [await synced.sync(made.tree, 7), await synced.sync(made.tree, 7)]

    assert asyncio.run(main()) == [True, False]
    assert list(json.loads(path.read_text())) == ["7"]


def test_what_leads_elsewhere_is_not_written_to(synced: Synced, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(exist_ok=True)
    other = tmp_path / "other"
    (tmp_path / "store/discord.json").symlink_to(other)
    other.write_text('{"7": "old"}')
    assert synced._read() == {}
    synced._write({"7": "hash"})
    assert other.read_text() == '{"7": "old"}'
    assert synced._read() == {"7": "hash"}


def test_what_discord_is_told(footnote: Footnote, synced: Synced) -> None:
    with Discord() as server:
        bot = client(footnote, synced)
        with online(server, bot) as running:
            server.wait(lambda: server.connected or running.over.is_set())
            (call,) = server.called("PUT /applications")
    (ask,) = (each for each in call.body if each["name"] == "ask")
    assert set(ask["description_localizations"]) == LANGUAGES


def test_commands_that_discord_does_not_take(footnote: Footnote, synced: Synced) -> None:
    with Discord() as server:
        server.trouble("status", "PUT /applications", status=400)
        bot = client(footnote, synced)
        with online(server, bot) as running:
            server.wait(lambda: server.connected or running.over.is_set())
            assert running.error is None
        assert synced._read() == {}


def test_nobody_is_pinged_nothing_is_remembered(footnote: Footnote, synced: Synced) -> None:
    async def main() -> Client:
        return client(footnote, synced)

    made = asyncio.run(main())
    assert made.allowed_mentions is not None
    assert dict(made.allowed_mentions.to_dict()) == {"parse": []}
    assert made._connection.max_messages is None
    assert made._connection.member_cache_flags == discord.MemberCacheFlags.none()
    assert made.intents.value == 1 << 0 | 1 << 9
    assert made.help_command is None


@pytest.mark.parametrize(
    ("set", "bits"),
    [({}, 0), ({"direct_messages": True}, 1 << 12), ({"message_content": True}, 1 << 15)],
)
def test_intents(set: dict[str, bool], bits: int, footnote: Footnote, synced: Synced) -> None:
    async def main() -> int:
        return client(footnote, synced, discord_of({**set})).intents.value

    assert asyncio.run(main()) == 1 << 0 | 1 << 9 | bits


@pytest.mark.parametrize(
    ("mode", "set", "workers"),
    [("extractive", {}, 8), ("generative", {}, 32), ("generative", {"workers": 5}, 5)],
)
def test_where_each_waits_for_a_model_more_are_answered_at_once(
    mode: str, set: dict[str, int], workers: int
) -> None:
    assert limits_of(discord_of({**set}), mode) == Limits(workers, 100, 3.0, 0.0)


def test_the_invitation_asks_for_what_is_needed_and_no_more() -> None:
    names = {name for name, held in PERMISSIONS if held}
    assert names == {
        "read_messages", "send_messages", "attach_files", "read_message_history",
        "send_messages_in_threads", "create_public_threads",
    }  # fmt: skip
    assert NECESSARY <= PERMISSIONS
    assert f"permissions={PERMISSIONS.value}" in invitation(7)
    assert "scope=bot+applications.commands" in invitation(7)


def test_what_is_lacking() -> None:
    assert lacking(PERMISSIONS) == []
    assert lacking(discord.Permissions(administrator=True)) == []
    assert lacking(discord.Permissions.none(), NECESSARY) == [
        "View Channels", "Send Messages", "Read Message History",
    ]  # fmt: skip
