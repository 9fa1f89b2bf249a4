"""The small Discord speaks to discord.py, refuses what Discord refuses, and fails as it is told."""

from __future__ import annotations

import asyncio
import io
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.servers.discord_like.client import Online, online
from tests.servers.discord_like.pointing import app_commands, discord
from tests.servers.discord_like.refusal import JSON
from tests.servers.discord_like.server import Discord
from tests.servers.discord_like.troubles import DISCORDS, Limits

Act = Callable[[Any], Awaitable[object]]


class Form(discord.ui.Modal, title="What is right?"):
    right: discord.ui.TextInput[Form] = discord.ui.TextInput(label="The right answer")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"noted {self.right.value}", ephemeral=True)


class Buttons(discord.ui.View):
    @discord.ui.button(label="Wrong", custom_id="wrong")
    async def wrong(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Edit", custom_id="edit")
    async def edit(self, interaction: discord.Interaction, _: discord.ui.Button[Buttons]) -> None:
        await interaction.response.edit_message(content="edited")


class Tiny(discord.Client):
    """A client that does what a test says, to each interaction and each message."""

    def __init__(self, act: Act | None = None, *, content: bool = False, **more: Any) -> None:
        intents = discord.Intents(guilds=True, guild_messages=True, dm_messages=True)
        intents.message_content = content
        super().__init__(intents=intents, guild_ready_timeout=0.05, **more)
        self.tree = app_commands.CommandTree(self)
        self.act = act or (lambda it: it.response.send_message("Hello."))
        self.readies = self.resumes = 0
        self.heard: list[discord.Message] = []
        self.threads: list[discord.Thread] = []
        self.joined: list[discord.Guild] = []
        self.errors: list[BaseException] = []
        self.done = threading.Semaphore(0)

        @self.tree.command(name="ask", description="Ask.")
        async def ask(
            interaction: discord.Interaction, question: str, private: bool = False
        ) -> None:
            interaction.extras["said"] = (question, private)
            await self.try_to(interaction)

        @self.tree.context_menu(name="Check")
        async def check(interaction: discord.Interaction, message: discord.Message) -> None:
            await interaction.response.send_message(f"checked {message.content}")

    async def try_to(self, on: Any) -> None:
        try:
            await self.act(on)
        except Exception as error:
            self.errors.append(error)
        self.done.release()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Not to wait the 5 seconds for which discord.py holds a new session back."""

    async def setup_hook(self) -> None:
        self.add_view(Buttons(timeout=None))
        await self.tree.sync()

    async def on_ready(self) -> None:
        self.readies += 1

    async def on_resumed(self) -> None:
        self.resumes += 1

    async def on_message(self, message: discord.Message) -> None:
        self.heard.append(message)
        if self.user in message.mentions:
            await self.try_to(message)

    async def on_thread_create(self, thread: discord.Thread) -> None:
        self.threads.append(thread)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        self.joined.append(guild)

    def error(self) -> Any:
        (error,) = self.errors
        return error

    def finish(self) -> None:
        assert self.done.acquire(timeout=10), "nothing came of it"


@contextmanager
def ready(server: Discord, client: Tiny) -> Iterator[Online]:
    with online(server, client) as running:
        server.wait(lambda: client.readies or running.over.is_set())
        if running.error is not None:
            raise running.error
        yield running


@pytest.fixture
def server() -> Iterator[Discord]:
    with Discord() as made:
        yield made


def test_a_client_logs_in_is_told_of_the_server_and_writes_its_commands(server: Discord) -> None:
    client = Tiny()
    with ready(server, client):
        assert client.user is not None
        assert str(client.user.id) == server.world.bot["id"]
        (guild,) = client.guilds
        assert (guild.name, guild.me.id) == ("Town", client.user.id)
        assert [channel.name for channel in guild.text_channels] == ["general"]
        assert [each["name"] for each in server.world.commands] == ["ask", "Check"]
        assert server.syncs == server.gateway.identified == 1
        assert "compress" not in server.gateway.received[0]["d"]["properties"]


def test_a_command_comes_and_its_answer_and_follow_ups_arrive(server: Discord) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer(ephemeral=interaction.extras["said"][1])
        await interaction.edit_original_response(content="first")
        embed = discord.Embed(title="t", description="d")
        file = discord.File(io.BytesIO(b"whole"), "answer.txt")
        sent = await interaction.followup.send("more", embed=embed, file=file, wait=True)
        await sent.edit(content="changed")
        await interaction.edit_original_response(content="last", view=Buttons(timeout=None))

    client = Tiny(act)
    with ready(server, client):
        asked = server.people.slash("ask", "Ann", question="Why?", private=True)
        client.finish()
        assert client.errors == []
        first, second = server.replies(asked)
        assert (first["content"], second["content"]) == ("last", "changed")
        assert first["flags"] == 64
        assert second["embeds"][0]["description"] == "d"
        (attachment,) = second["attachments"]
        assert server.world.files[attachment["id"]] == b"whole"
        assert asked.waited < 2
        assert [each["content"] for each in server.messages()] == ["last", "changed"]


def test_buttons_forms_and_message_menus_work(server: Discord) -> None:
    client = Tiny(lambda it: it.response.send_message("answer", view=Buttons(timeout=None)))
    people = server.people
    with ready(server, client):
        asked = people.slash("ask", "Ann", question="Why?")
        client.finish()
        (answer,) = server.replies(asked)
        pressed = people.press(answer, "Wrong", "Ann")
        server.wait(lambda: pressed.form)
        sent = people.submit(pressed, "this")
        server.wait(lambda: sent.first)
        assert [each["content"] for each in server.replies(sent)] == ["noted this"]
        people.press(answer, "Edit", "Ann")
        server.wait(lambda: server.replies(asked)[0]["content"] == "edited")
        said = people.say("a claim", "Bob")
        menu = people.menu("Check", said["id"], "Ann")
        server.wait(lambda: menu.first)
        assert server.replies(menu)[0]["content"] == "checked a claim"


def test_a_mention_is_replied_to_and_text_is_told_only_where_the_bot_is_named(
    server: Discord,
) -> None:
    client = Tiny(lambda message: message.reply("Here.", mention_author=False))
    with ready(server, client):
        server.people.say("not for you", "Ann")
        said = server.people.say("where?", "Ann", mention=True)
        client.finish()
        (reply,) = server.messages()
        assert reply["message_reference"]["message_id"] == said["id"]
        assert reply["_pings"] == []
        again = server.people.say("and then?", "Ann", to=reply)
        client.finish()
        silent = server.people.say("unseen?", "Ann", to=reply, pinging=False)
        server.wait(lambda: str(client.heard[-1].id) == silent["id"])
        texts = {str(each.id): each.content for each in client.heard}
        assert texts[again["id"]] == "and then?"
        assert texts[silent["id"]] == ""
        assert "where?" in texts[said["id"]]
        assert [text for text in texts.values() if "not for you" in text] == []
        server.people.private("psst", "Ann")
        server.wait(lambda: client.heard[-1].content == "psst")


def test_threads_and_other_servers_are_told_of(server: Discord) -> None:
    async def act(message: discord.Message) -> None:
        thread = await message.create_thread(name="More")
        await thread.typing()
        await thread.send("in it")

    client = Tiny(act)
    with ready(server, client):
        said = server.people.say("why?", "Ann", mention=True)
        client.finish()
        assert client.errors == []
        assert [each["content"] for each in server.messages(said["id"])] == ["in it"]
        opened = server.people.thread("Mine", "Ann")
        server.wait(lambda: opened in {str(each.id) for each in client.threads})
        server.people.invite("Village")
        server.wait(lambda: [guild.name for guild in client.joined] == ["Village"])


@pytest.mark.parametrize("how", ["drop", "reconnect", "invalid, resumable", "closed"])
def test_what_was_missed_comes_on_resume_once(server: Discord, how: str) -> None:
    client = Tiny()
    with ready(server, client):
        server.gateway.held = True
        server.gateway.busy = how == "closed"  # the first try to come back fails
        ways: dict[str, Callable[[], None]] = {
            "drop": server.drop,
            "reconnect": server.reconnect,
            "invalid, resumable": lambda: server.invalidate(resumable=True),
            "closed": lambda: server.close(4000),
        }
        ways[how]()
        server.wait(lambda: not server.connected)
        server.people.say("missed", "Ann", mention=True)
        server.gateway.held = False
        server.wait(lambda: client.resumes)
        server.wait(lambda: client.heard)
        server.people.say("after", "Ann", mention=True)
        server.wait(lambda: len(client.heard) == 2)
        assert [each.clean_content for each in client.heard] == [
            "@Footnote missed",
            "@Footnote after",
        ]
        assert (client.readies, server.gateway.identified, server.syncs) == (1, 1, 1)


def test_a_session_that_is_over_begins_anew(server: Discord) -> None:
    client = Tiny()
    with ready(server, client):
        server.invalidate(resumable=False)
        server.wait(lambda: client.readies == 2)
        assert server.gateway.identified == 2
        server.gateway.sessions.clear()
        server.drop()  # it asks to resume what is not known any more
        server.wait(lambda: client.readies == 3)
        assert server.gateway.resumed == 1


def test_a_client_that_is_not_answered_takes_the_line_for_dead(server: Discord) -> None:
    client = Tiny(heartbeat_timeout=0.5)
    server.gateway.interval = 0.1
    with ready(server, client):
        server.wait(lambda: server.gateway.sockets[0].beats > 2)
        assert 0 < client.latency < 5
        server.gateway.acknowledges = False
        server.wait(lambda: server.gateway.resumed)
        server.gateway.acknowledges = True
        server.wait(lambda: client.resumes)


def test_a_client_that_is_not_heard_is_put_out(server: Discord) -> None:
    client = Tiny()
    with ready(server, client):
        (socket,) = server.gateway.sockets
        server.gateway.interval = -1.4  # as if nobody had been heard for long
        server.do(socket.beaten.set)
        server.wait(lambda: 4009 in server.gateway.closed)
        server.gateway.interval = 41.25
        server.wait(lambda: client.resumes)


def test_events_may_come_twice_and_ready_too(server: Discord) -> None:
    client = Tiny()
    with ready(server, client):
        server.gateway.twice = True
        server.people.say("one", "Ann")
        server.wait(lambda: len(client.heard) == 2)
        server.gateway.twice = False
        server.again("MESSAGE_CREATE")
        server.wait(lambda: len(client.heard) == 3)
        server.gateway.overlap = 2
        server.drop()
        server.wait(lambda: len(client.heard) == 5)
        assert len({each.id for each in client.heard}) == 1
        server.ready_again()
        server.wait(lambda: client.readies == 2)
        assert server.gateway.identified == 1


def test_a_wrong_token_is_refused_at_both_doors(server: Discord) -> None:
    client = Tiny()
    with online(server, client, "wrong") as running:
        assert running.over.wait(10)
    assert isinstance(running.error, discord.LoginFailure)
    client = Tiny()
    server.gateway._token = "changed since"
    with online(server, client) as running:
        assert running.over.wait(10)
    assert isinstance(running.error, discord.ConnectionClosed)
    assert running.error.code == 4004


def test_an_intent_that_was_not_granted_closes_the_door(server: Discord) -> None:
    with online(server, Tiny(content=True)) as running:
        assert running.over.wait(10)
    assert isinstance(running.error, discord.PrivilegedIntentsRequired)
    server.gateway.granted.add("message_content")
    client = Tiny(content=True)
    with ready(server, client):
        server.people.say("for all", "Ann")
        server.wait(lambda: [each.content for each in client.heard] == ["for all"])


def test_after_three_seconds_an_interaction_is_unknown(server: Discord) -> None:
    async def act(interaction: discord.Interaction) -> None:
        server.clock.advance(3.1)
        await interaction.response.defer()

    client = Tiny(act)
    with ready(server, client):
        asked = server.people.slash("ask", "Ann", question="Why?")
        client.finish()
        assert (client.error().status, client.error().code) == (404, 10062)
        assert (asked.first, asked.refused) == (None, [10062])


def test_an_interaction_is_acknowledged_once(server: Discord) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        interaction.response._response_type = None
        await interaction.response.send_message("again")

    client = Tiny(act)
    with ready(server, client):
        server.people.slash("ask", "Ann", question="Why?")
        client.finish()
        assert (client.error().status, client.error().code) == (400, 40060)


def test_after_fifteen_minutes_the_token_is_over(server: Discord) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        server.clock.advance(14 * 60)
        await interaction.edit_original_response(content="in time")
        server.clock.advance(2 * 60)
        await interaction.edit_original_response(content="too late")

    client = Tiny(act)
    with ready(server, client):
        asked = server.people.slash("ask", "Ann", question="Why?")
        client.finish()
        assert (client.error().status, client.error().code) == (401, 50027)
        assert [each["content"] for each in server.replies(asked)] == ["in time"]


def embed(**parts: Any) -> JSON:
    made = discord.Embed(title=parts.get("title"), description=parts.get("description"))
    for name, value in parts.get("fields", ()):
        made.add_field(name=name, value=value)
    return {"embed": made}


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "😀" * 1001}, "content"),
        (embed(description="x" * 4097), "embeds.0.description"),
        (embed(title="x" * 257), "embeds.0.title"),
        (embed(fields=[("a", "x" * 1025)]), "embeds.0.fields.0.value"),
        (embed(fields=[("", "x")]), "embeds.0.fields.0.name"),
        (embed(fields=[("a", "b")] * 26), "embeds.0.fields"),
        (embed(description="x" * 4096, fields=[("a", "y" * 1000)] * 2), "embeds"),
        ({"embeds": [discord.Embed(title="x")] * 11}, "embeds"),
    ],
)
def test_what_is_over_a_limit_is_refused_with_its_place(
    server: Discord, sent: JSON, where: str
) -> None:
    embeds = sent.pop("embeds", [])  # discord.py counts to ten itself

    async def act(message: discord.Message) -> None:
        if not embeds:
            await message.channel.send(**sent)
            return
        route = discord.http.Route(
            "POST", "/channels/{channel_id}/messages", channel_id=message.channel.id
        )
        await client.http.request(route, json={"embeds": [each.to_dict() for each in embeds]})

    client = Tiny(act)
    with ready(server, client):
        server.people.say("go", "Ann", mention=True)
        client.finish()
        error = client.error()
        assert (error.status, error.code) == (400, 50035)
        assert f"In {where}: " in error.text
        assert server.messages() == []


def test_what_is_just_within_the_limits_is_taken(server: Discord) -> None:
    whole = discord.Embed(title="x" * 256, description="y" * 3744)
    for _ in range(2):
        whole.add_field(name="a" * 16, value="z" * 984)
    client = Tiny(lambda message: message.channel.send("c" * 2000, embed=whole))
    with ready(server, client):
        server.people.say("go", "Ann", mention=True)
        client.finish()
        assert client.errors == []
        assert len(whole) == 6000


@pytest.mark.parametrize(
    ("denied", "status", "code"),
    [("send_messages", 403, 50013), ("view_channel", 403, 50001), ("embed_links", 403, 50013)],
)
def test_what_the_bot_may_not_do_is_refused(
    server: Discord, denied: str, status: int, code: int
) -> None:
    client = Tiny(lambda message: message.channel.send("x", embed=discord.Embed(title="t")))
    with ready(server, client):
        server.deny(denied)
        server.people.say("go", "Ann", mention=True)
        client.finish()
        assert (client.error().status, client.error().code) == (status, code)


def test_messages_that_are_not_there_or_not_ones_own_are_refused(server: Discord) -> None:
    async def act(message: discord.Message) -> None:
        channel = message.channel
        assert isinstance(channel, discord.TextChannel)
        tries: list[Awaitable[object]] = [
            channel.get_partial_message(1).edit(content="x"),
            channel.get_partial_message(message.id).edit(content="x"),
            channel.send(
                "x", reference=discord.MessageReference(message_id=1, channel_id=channel.id)
            ),
            channel.send(" "),
            client.fetch_channel(7),
            message.guild.fetch_member(7) if message.guild else channel.typing(),
        ]
        for each in tries:
            try:
                await each
            except discord.HTTPException as error:
                client.errors.append(error)

    client = Tiny(act)
    with ready(server, client):
        server.people.say("go", "Ann", mention=True)
        client.finish()
        codes = [getattr(error, "code", None) for error in client.errors]
        assert codes == [10008, 50005, 50035, 50006, 10003, 10007]


def test_a_nonce_that_is_enforced_makes_one_message_of_two(server: Discord) -> None:
    async def act(message: discord.Message) -> None:
        for _ in range(2):
            await message.channel.send("once", nonce="n1")

    client = Tiny(act)
    with ready(server, client):
        server.people.say("go", "Ann", mention=True)
        client.finish()
        enforced = [call.body.get("enforce_nonce") for call in server.called("POST /channels")]
        assert len(server.messages()) == (1 if all(enforced) else 2)


@pytest.mark.parametrize(
    ("kind", "more"),
    [("status", {"status": 500}), ("status", {"status": 502}), ("limited", {"seconds": 0.3})],
)
def test_a_request_that_fails_for_a_while_comes_through(
    server: Discord, kind: str, more: dict[str, Any]
) -> None:
    async def act(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        channel = interaction.channel
        assert isinstance(channel, discord.TextChannel)
        await asyncio.gather(interaction.followup.send("webhook"), channel.send("channel"))

    client = Tiny(act)
    with ready(server, client):
        for route in ("POST /webhooks", "POST /channels"):
            server.trouble(kind, route, **more)
        server.people.slash("ask", "Ann", question="Why?")
        client.finish()
        assert client.errors == []
        assert sorted(each["content"] for each in server.messages()) == ["channel", "webhook"]
        statuses = [call.status for call in server.called("POST /channels")]
        assert statuses == [more.get("status", 429), 200]


@pytest.mark.parametrize(
    ("kind", "arrived"), [("drop", 0), ("drop answer", 1), ("cut answer", 1), ("banned", 0)]
)
def test_a_request_may_be_lost_before_or_after_it_was_done(
    server: Discord, kind: str, arrived: int
) -> None:
    client = Tiny(lambda message: message.channel.send("x"))
    with ready(server, client):
        server.trouble(kind, "POST /channels")
        server.people.say("go", "Ann", mention=True)
        client.finish()
        assert len(client.errors) == 1
        assert len(server.messages()) == arrived
        assert server.rest.troubles.met == [(kind, "POST /channels/{channel}/messages")]


def test_the_network_may_be_slow(server: Discord) -> None:
    client = Tiny()
    with ready(server, client):
        server.trouble("slow", "POST /interactions", seconds=0.4)
        asked = server.people.slash("ask", "Ann", question="Why?")
        server.wait(lambda: asked.first)
        assert asked.waited >= 0.4


def test_too_many_requests_are_refused_for_all_and_for_a_route(server: Discord) -> None:
    async def act(message: discord.Message) -> None:
        begun = time.monotonic()
        await message.channel.send("x")
        waits.append(time.monotonic() - begun)

    waits: list[float] = []
    client = Tiny(act)
    with ready(server, client):
        server.global_limit(0.4)
        server.people.say("go", "Ann", mention=True)
        client.finish()
        assert waits[0] >= 0.3
        assert server.called("POST /channels")[0].status == 429
        limits = {key: (most, 0.5) for key, (most, _) in DISCORDS.items()}
        server.rest.limits = Limits(limits, everything=False)
        for _ in range(8):
            server.people.say("go", "Ann", mention=True)
        for _ in range(8):
            client.finish()
        assert (client.errors, len(server.messages())) == ([], 9)
        assert max(waits[1:]) >= 0.3  # five in half a second, and the others after it
