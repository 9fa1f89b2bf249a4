"""What is logged: a line of JSON, without tokens and keys in any shape, and without questions."""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.redaction import STRUCK, Redactor, keys_in
from bot.serving.log_lines import Lines
from bot.serving.logs import event, heard_by, logging_to

# Made up here, in the shapes of true ones. Each holds a canary: none of it may be read.
CANARY = "CanaryQ7zX9vB2"
BOT_TOKEN = f"MTE4MDAwMDAwMDAwMDAwMDAwMQ.GxyzAb.{CANARY}-abcdefghij_0123456789"
USER_TOKEN = f"mfa.{CANARY}{'x' * 70}"
INTERACTION = f"aW50ZXJhY3Rpb246MTE4MDAwMDAwMDAwMDAwMDAwMTo{CANARY}abcdefgh"
BASIC = base64.b64encode(f"someone:{CANARY}".encode()).decode()
SHAPES = {
    "a bot's token": BOT_TOKEN,
    "a user's token": USER_TOKEN,
    "a key of OpenAI's": f"sk-{CANARY}abcdefghijklmnop",
    "a key of a project": f"sk-proj-{CANARY}_abc-def",
    "a key of another's": f"sk-ant-api03-{CANARY}",
    "Bearer": f"Bearer {CANARY}",
    "bearer": f"bearer {CANARY}.abc/def+ghi==",
    "Bot": f"Bot {CANARY}abcdefghij",
    "Basic": f"Basic {BASIC}",
    "a header": f"Authorization: {CANARY}",
    "a header of two words": f"authorization: Custom {CANARY}",
    "a header as a mapping": str({"Authorization": f"Custom {CANARY}"}),
    "a header as bytes": str([(b"authorization", f"Custom {CANARY}".encode())]),
    "a key's header": f"x-api-key: {CANARY}",
    "a cookie": f"Set-Cookie: session={CANARY}; Path=/",
    "a webhook": f"POST https://discord.com/api/v10/webhooks/1180000000000000001/{CANARY}",
    "a webhook's message": (
        f"PATCH https://discord.com/api/v10/webhooks/118000000000000000/{CANARY}/messages/@original"
    ),
    "an interaction": f"https://discord.com/api/v10/interactions/1180000000000000001/{CANARY}/callback",
    "an interaction's token": INTERACTION,
    "the name of a limit": f"Rate limit by hash abc with '1180000000000000001+{CANARY}abcdefgh'",
    "a password in an address": f"http://someone:{CANARY}@proxy.example:3128/",
    "a name in an address": f"https://{CANARY}@models.example/v1",
    "a query": f"https://models.example/v1?api_key={CANARY}&x=1",
    "another query": f"https://models.example/v1?x=1&access_token={CANARY}",
    "JSON": json.dumps({"token": CANARY, "op": 2}),
    "JSON in JSON": json.dumps(json.dumps({"client_secret": CANARY})),
    "a mapping": str({"d": {"token": CANARY}}),
    "an assignment": f"DISCORD_TOKEN={CANARY}",
    "a flag": f"footnote bot --discord-token={CANARY}",
    "another flag": f"footnote ask --api-key={CANARY}",
    "a keyword": f"connect(password='{CANARY}')",
    "a web token": f"eyJhbGciOiJIUzI1NiJ9.eyJ{CANARY}.abc{CANARY}",
    "a key of GitHub's": f"ghp_{CANARY}abcdefgh",
    "a key of Hugging Face's": f"hf_{CANARY}abcdefgh",
    "a private key": f"-----BEGIN RSA PRIVATE KEY-----\n{CANARY}\n-----END RSA PRIVATE KEY-----",
    "half of a private key": f"-----BEGIN PRIVATE KEY-----\nabc\n{CANARY}",
}
QUESTION = "Who met in the harbour of Zanzibar?"


class Log:
    """What was written, as text and as objects."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]


@contextmanager
def logged(level: str = "debug", **how: Any) -> Iterator[tuple[Log, Redactor]]:
    log = Log()
    with logging_to(log.stream, level=level, **how) as redact:
        yield log, redact


def raise_it(text: str) -> None:
    raise ValueError(text)


def in_a_traceback(text: str) -> None:
    try:
        raise_it(text)
    except ValueError:
        logging.getLogger("bot").exception("failed")


def in_a_chain(text: str) -> None:
    try:
        try:
            raise_it(text)
        except ValueError as error:
            raise RuntimeError("around it") from error
    except RuntimeError:
        logging.getLogger("discord.client").exception("Ignoring exception in %s", "on_message")


def in_a_group(text: str) -> None:
    try:
        raise ExceptionGroup("several", [ValueError(text), KeyError(text)])
    except ExceptionGroup:
        logging.getLogger("asyncio").exception("failed")


def in_a_thread(text: str) -> None:
    thread = threading.Thread(target=raise_it, args=(text,))
    thread.start()
    thread.join()


def in_a_finalizer(text: str) -> None:
    class Thing:
        def __del__(self) -> None:
            raise_it(text)

    Thing()


def at_the_end(text: str) -> None:
    try:
        raise_it(text)
    except ValueError as error:
        sys.excepthook(ValueError, error, error.__traceback__)


def in_a_warning(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(text, stacklevel=1)


def in_what_cannot_be_put_in(text: str) -> None:
    logging.getLogger("aiohttp.client").debug("%d %s", text)


def in_an_object(text: str) -> None:
    class Shown:
        def __str__(self) -> str:
            return text

        __repr__ = __str__

    logging.getLogger("openai").warning("%s and %r", Shown(), Shown())


# Each way that text comes into the log.
WAYS: dict[str, Callable[[str], None]] = {
    "message": lambda text: logging.getLogger("bot").info(text),
    "argument": lambda text: logging.getLogger("bot.discord_cog").debug("said %s", text),
    "mapping": lambda text: logging.getLogger("bot").debug("%(a)s", {"a": text}),
    "nested": lambda text: logging.getLogger("discord.http").info("got %s", {"a": [text]}),
    "library": lambda text: logging.getLogger("discord.http").debug("%s %s", "POST", text),
    "library's own words": lambda text: logging.getLogger("httpcore2.connection").debug(text),
    "bytes": lambda text: logging.getLogger("aiohttp").warning("%r", text.encode()),
    "field": lambda text: event("answer", detail=text),
    "nested field": lambda text: event("answer", detail={"a": [{"b": (text,)}]}),
    "name of a field": lambda text: event("answer", detail={text: 1}),
    "logger's name": lambda text: logging.getLogger("x." + text.replace(".", "")).error("x"),
    "traceback": in_a_traceback,
    "chain": in_a_chain,
    "group": in_a_group,
    "thread": in_a_thread,
    "finalizer": in_a_finalizer,
    "end": at_the_end,
    "warning": in_a_warning,
    "mistake": in_what_cannot_be_put_in,
    "object": in_an_object,
    "stack": lambda text: logging.getLogger("bot").info(text, stack_info=True),
}


@pytest.mark.parametrize("way", [way for way in WAYS if way != "logger's name"])
@pytest.mark.parametrize("questions", [False, True])
def test_no_token_and_no_key_is_ever_written(way: str, questions: bool) -> None:
    with logged(questions=questions) as (log, _):
        for shape, text in SHAPES.items():
            WAYS[way](text)
            WAYS[way](f"before {text} after")
            assert CANARY not in log.text, shape
    assert len(log.lines) >= 2 * len(SHAPES)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "secret", ["no-shape-of-its-own", 'quo"ted\\back', "short", "k/y+with=signs"]
)
def test_what_is_configured_is_known_by_heart(way: str, secret: str) -> None:
    with logged(secrets=[secret, ""]) as (log, _):
        WAYS[way](f"before {secret} after")
    assert log.lines
    written = "\n".join(str(line) for line in log.lines) + log.text
    for form in (secret, json.dumps(secret)[1:-1], repr(secret)[1:-1]):
        assert form.replace(".", "") not in written


def test_a_configured_key_in_an_address_and_in_base64() -> None:
    secret = "k/y+with=signs&more"
    redact = Redactor([secret])
    assert quote(secret, safe="") not in redact(f"https://h/?q={quote(secret, safe='')}")
    for before in ("", "a", "ab", "abc"):
        encoded = base64.b64encode(f"{before}{secret}:x".encode()).decode()
        core = encoded[4:-8]
        assert core not in redact(f"said {encoded}.")


def test_a_short_key_is_struck_out_only_as_a_word() -> None:
    redact = Redactor(["key"])
    assert redact("key monkey keys a-key") == f"{STRUCK} monkey keys a-{STRUCK}"


@pytest.mark.parametrize(
    "text",
    [
        "The documents do not say.",
        "answered 3 questions in 12.5 ms; max_tokens=1000, tokens: 12",
        "Shard ID None has connected to Gateway (Session ID: 0123456789abcdef).",
        "GET https://discord.com/api/v10/gateway/bot has returned 200",
        "001_d3458e2f0d2f312a.txt changed; generation 20261121T221536-abcdef012345",
        "Improper token has been passed.",
        "bot.discord_bot.Client at http://127.0.0.1:9464/metrics",
        'File "/usr/lib/python3.11/asyncio/base_events.py", line 1936, in _run_once',
        "task-force risk-averse disk-based",
        "누가 부산에서 만났나요?",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert Redactor(["sk-something-else"])(text) == text


def test_what_stands_around_is_kept() -> None:
    redact = Redactor()
    url = f"POST https://discord.com/api/v10/webhooks/1180000000000000001/{CANARY} returned 200"
    assert redact(url) == (
        f"POST https://discord.com/api/v10/webhooks/1180000000000000001/{STRUCK} returned 200"
    )
    assert redact(f'{{"token": "{CANARY}", "op": 2}}') == f'{{"token": {STRUCK}, "op": 2}}'


@given(st.text(max_size=80), st.sampled_from(sorted(SHAPES)), st.text(max_size=80))
def test_whatever_stands_around_it(before: str, shape: str, after: str) -> None:
    # A letter before or a dash after may make it a part of something else.
    with logged() as (log, _):
        logging.getLogger("bot").info("%s", f"{before} {SHAPES[shape]} {after}")
    (line,) = log.lines
    assert CANARY not in log.text
    assert line["level"] == "info"


@given(st.text())
def test_a_line_is_one_line_of_ascii(text: str) -> None:
    with logged() as (log, _):
        logging.getLogger("bot").info(text)
        event("answer", detail=text)
    assert len(log.text.splitlines()) == 2
    assert log.text.isascii()
    assert len(log.lines) == 2


@pytest.mark.parametrize(
    "piece",
    ["a", "a-", "a.", "a_", "sk-", "token", "token=", "token='", 'token:"', "://", "://a:", "eyJ.",
     "authorization: ", "authorization:'", 'authorization:"', "Bearer ",
     "-----BEGIN PRIVATE KEY---",
     "-----BEGIN PRIVATE KEY-----", "/webhooks/1/", "aW50ZXJhY3Rpb2", "1" * 16, "mfa.", " ", "\n",
     "Basic ", "--", "_token", "xoxb-", "\\", "token=\\"],
)  # fmt: skip
def test_a_long_text_costs_no_more_than_its_length(piece: str) -> None:
    redact = Redactor(["a-secret-of-some-length"])
    text = piece * (200_000 // len(piece))
    begun = time.perf_counter()
    redact(text)
    assert time.perf_counter() - begun < 2.0


def test_what_is_written_of_an_answer() -> None:
    with logged("info") as (log, _):
        event("answer", outcome="answered", elapsed_ms=12.5, cost_usd=None, question=QUESTION)
    (line,) = log.lines
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "info",
        "logger": "footnote",
        "message": "answer",
        "outcome": "answered",
        "elapsed_ms": 12.5,
        "cost_usd": None,
    }


def test_who_listens_hears_what_is_below_the_level() -> None:
    heard = []
    with logged("error") as (log, _), heard_by(lambda name, fields: heard.append((name, fields))):
        event("answer", seconds=1.5)
    event("answer", seconds=2.5)
    assert heard == [("answer", {"seconds": 1.5})]
    assert log.text == ""


def test_a_number_that_json_has_not() -> None:
    with logged() as (log, _):
        event("gateway", latency_ms=float("nan"), most=float("inf"))
    assert (log.lines[0]["latency_ms"], log.lines[0]["most"]) == (None, None)


def test_a_question_is_written_if_the_setting_asks() -> None:
    with logged(questions=True) as (log, _):
        event("answer", question=f"{QUESTION} {BOT_TOKEN}")
    assert QUESTION in log.lines[0]["question"]
    assert CANARY not in log.text


# How discord.py and openai say at DEBUG what they send and receive.
def payloads(question: str) -> None:
    data = {"content": question, "token": INTERACTION}
    frame = {"op": 0, "s": 7, "t": "MESSAGE_CREATE", "d": data}
    http = logging.getLogger("discord.http")
    logging.getLogger("discord.gateway").debug("For Shard ID %s: WebSocket Event: %s", None, frame)
    http.debug("%s %s with %s has returned %s", "POST", "https://h/x", json.dumps(data), 200)
    http.debug("%s %s has received %s", "POST", "https://h/x", data)
    http.debug("%s %s has received %s", "POST", "https://h/x", question)
    http.debug("%s %s has received %s", "POST", "https://h/x", question.replace(" ", "_").encode())
    logging.getLogger("openai._base_client").debug(
        "Request options: %s", {"json_data": {"messages": [data]}}
    )
    logging.getLogger("chromadb").debug("query %(q)s of %(n)d", {"q": [question], "n": 3})


def test_no_library_writes_a_question() -> None:
    with logged() as (log, _):
        payloads(QUESTION)
    assert len(log.lines) == 7
    assert "Zanzibar" not in log.text
    messages = [line["message"] for line in log.lines]
    assert messages[0] == (
        "For Shard ID None: WebSocket Event: {'op': 0, 's': 7, 't': 'MESSAGE_CREATE'}"
    )
    assert messages[1].startswith("POST https://h/x with (")
    assert messages[6] == "query (1 things) of 3"


def test_a_library_writes_a_question_if_the_setting_asks() -> None:
    with logged(questions=True) as (log, _):
        payloads(QUESTION)
    assert log.text.count("Zanzibar") == 7
    assert CANARY not in log.text


@pytest.mark.parametrize("way", [way for way in WAYS if way != "logger's name"])
def test_a_question_that_is_to_be_hidden_is_hidden_everywhere(way: str) -> None:
    question = 'What did "he" say\nin Zanzibar? 부산'
    with logged() as (log, redact):
        redact.hide(f"  {question}\n")
        WAYS[way](question)
    assert log.lines
    assert "Zanzibar" not in log.text


def test_hidden_questions_take_a_bounded_room() -> None:
    redact = Redactor()
    for n in range(5_000):
        redact.hide(f"question {n}?")
    assert redact("question 4999?") == STRUCK
    assert redact("question 3?") == "question 3?"
    redact.hide("a")
    assert redact("a cat") == "a cat"


def test_levels() -> None:
    with logged("warning") as (log, _):
        logging.getLogger("discord").info("x")
        logging.getLogger("discord").warning("y")
    assert [line["message"] for line in log.lines] == ["y"]
    with logged("info") as (log, _):
        logging.getLogger("httpx2").info("HTTP Request: POST")
        logging.getLogger("httpx2").warning("z")
    assert [line["message"] for line in log.lines] == ["z"]


def test_a_handler_that_a_library_adds_writes_nothing() -> None:
    with logged() as (log, _):
        logging.basicConfig(stream=log.stream, format="%(message)s")  # as openai's OPENAI_LOG does
        logging.getLogger("openai").warning("Bearer %s", CANARY)
    assert len(log.lines) == 1
    assert CANARY not in log.text


def test_a_handler_that_was_there_is_told_nothing() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger().addHandler(handler)
    try:
        with logged() as (log, _):
            logging.getLogger("bot").error("Bearer %s", CANARY)
    finally:
        logging.getLogger().removeHandler(handler)
    assert stream.getvalue() == ""
    assert len(log.lines) == 1


def test_nobody_listens() -> None:
    stream = io.StringIO()
    with logging_to(stream):
        stream.close()
        logging.getLogger("bot").info("x")
    with logging_to(None):
        logging.getLogger("bot").info("x")


def test_everything_is_as_it_was_afterwards() -> None:
    root = logging.getLogger()
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    before = root.handlers[:], root.level, logging.raiseExceptions, hooks
    level = logging.getLogger("openai").level
    with pytest.raises(KeyError), logged("info"):
        raise KeyError
    after = sys.excepthook, threading.excepthook, sys.unraisablehook
    assert (root.handlers[:], root.level, logging.raiseExceptions, after) == before
    assert logging.getLogger("openai").level == level


def test_an_exception_that_cannot_say_what_it_is() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise ValueError(CANARY)

    with logged() as (log, _):
        try:
            raise Mute
        except Mute:
            logging.getLogger("bot").exception("x")
        logging.getLogger("bot").info("%s", Mute())
        event("x", detail=Mute())
    assert len(log.lines) == 3
    assert CANARY not in log.text


def test_a_long_traceback_keeps_both_its_ends() -> None:
    lines = Lines(Redactor())
    shown = lines._trace("begin " + "x " * 20_000 + " end")
    assert shown.startswith("begin")
    assert shown.endswith("end")
    assert len(shown) < 17_000


def test_variables_that_are_named_like_keys() -> None:
    environment = {
        "OPENAI_API_KEY": "a-long-key",
        "X_TOKEN": "12345678",
        "A_KEY": "no",
        "HOME": "/",
    }
    assert keys_in(environment) == ["a-long-key", "12345678"]
