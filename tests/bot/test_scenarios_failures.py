"""A model's server that fails, breaks off, is full, refuses or hangs: what the reader then gets.

What takes its time is played side by side.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.bot.scenes import DEADLINE, Expected, Scene, agrees, asked, played
from tests.bot.test_scenarios import AGREED, BUSAN, NEVER, RIGHT
from tests.servers.answering import (
    FORMS,
    Knows,
    acts,
    answers,
    breaks_off,
    knowing,
    rows,
    written,
)
from tests.servers.exchange import Exchange, Received
from tests.servers.openai_like import Server
from tests.servers.plays import (
    Play,
    by,
    cut_off,
    drips,
    dropped,
    garbage,
    hangs,
    huge_line,
    in_stream,
    limited,
    redirects,
    status,
    text,
    whole,
)

WRONG = answers((BUSAN, NEVER))


def fallback(words: str, calls: int = 1, *rejected: str) -> Expected:
    return Expected(fallback=words, calls=calls, rejected=rejected)


def once(first: Play, then: Play = RIGHT) -> Play:
    """`first` for the first request to a model that is taken up, `then` for the others."""
    taken: set[str] = set()

    async def play(to: Exchange) -> None:
        model = to.received["model"]
        chosen = then if model in taken else first
        taken.add(model)
        await chosen(to)

    return play


def ends(kind: str, calls: int = 1) -> list[Scene]:
    """Streams that end in the middle, after a claim that stands, one that does not, and none."""

    def then(words: str) -> Play:
        if kind == "dropped":
            return cut_off(words, drop=True)
        if kind == "an error":
            return in_stream({"message": "It broke.", "code": 500}, words)
        return cut_off(words, finish=None if kind == "no finish" else kind)

    told = {
        "length": "longer than it may be",
        "content_filter": "stopped before it had finished (content_filter)",
        "no finish": "The answer ended before the model had finished",
        "dropped": "The connection ended before the model had finished",
        "an error": "fails (status 500): It broke.",
    }[kind]
    return [
        Scene(
            f"{kind} after a good claim",
            breaks_off((BUSAN, BUSAN), then=then),
            Expected(claims=1, notices=("incomplete",), calls=calls),
        ),
        Scene(
            f"{kind} after a bad claim",
            breaks_off((BUSAN, NEVER), then=then),
            fallback(told, calls, "quote_not_found"),
        ),
        Scene(
            f"{kind} after a bad claim and a good one",
            breaks_off((BUSAN, NEVER), (AGREED, AGREED), then=then),
            Expected(claims=1, rejected=("quote_not_found",), notices=("incomplete",), calls=calls),
        ),
        Scene(f"{kind} before a claim", breaks_off(then=then), fallback(told, calls)),
        Scene(
            f"{kind} in the second call",
            acts(answers((BUSAN, NEVER), (AGREED, AGREED)), breaks_off((BUSAN, BUSAN), then=then)),
            Expected(
                claims=2, rejected=("quote_not_found",), notices=("incomplete",), calls=calls + 1
            ),
        ),
        Scene(
            f"{kind} in the second call, with nothing yet",
            acts(WRONG, breaks_off(then=then)),
            fallback(told, calls + 1, "quote_not_found"),
        ),
    ]


SCENES = [
    *(scene for kind in ("no finish", "length", "content_filter", "dropped", "an error")
      for scene in ends(kind)),
    Scene(
        "too many requests, for an hour",
        limited("3600"),
        fallback("It asks to wait 3,600 s, which is longer than the question has."),
    ),
    Scene("credit used up", status(429, error={"code": "insufficient_quota"}), fallback("limit")),
    Scene("401", status(401, "Incorrect API key provided."), fallback("wants a key")),
    Scene("403", status(403), fallback("wants a key")),
    Scene(
        "404 of the model",
        status(404, "The model `x` does not exist", error={"code": "model_not_found"}),
        fallback("The model `x` does not exist"),
    ),
    Scene(
        "a context window that is too small",
        status(400, "This model's maximum context length is 4096 tokens."),
        fallback("maximum context length"),
    ),
    Scene("a redirect", redirects("http://127.0.0.1:9/v1"), fallback("sends requests on")),
    Scene("no completion but a page", whole(200, "<html>", kind="text/html"), fallback("no chat")),
    Scene("garbage", garbage(), fallback("no chat completion")),
    Scene("one line without end", huge_line(), fallback("no chat completion")),
    Scene(
        "401 in the second call",
        acts(WRONG, status(401)),
        fallback("wants a key", 2, "quote_not_found"),
    ),
    Scene(
        "401 in the second call, after a good claim",
        acts(answers((BUSAN, BUSAN), (AGREED, NEVER)), status(401)),
        Expected(claims=1, rejected=("quote_not_found",), notices=("incomplete",), calls=2),
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("failures")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", SCENES, ids=str)
def test_a_failure_that_is_quick_is_told_quickly(scene: Scene, form: Knows, store: Path) -> None:
    assert played(scene, form, store).seconds < DEADLINE / 2


SLOW_SCENES = [
    Scene("too many requests, for a second", once(limited("1")), Expected(claims=2, calls=2)),
    Scene("a failure, once", once(status(500)), Expected(claims=2, calls=2)),
    Scene("an overload, once", once(status(503)), Expected(claims=2, calls=2)),
    Scene("a lost connection, once", once(dropped()), Expected(claims=2, calls=2)),
    Scene("a failure, always", status(500, "Out of memory."), fallback("Out of memory.", 2)),
    Scene("no answer, always", dropped(), fallback("ended the connection without an answer", 2)),
    Scene("it hangs", hangs(), fallback("in time")),
    Scene("it hangs after the headers", hangs("after headers"), fallback("in time")),
    Scene("it hangs in its words", hangs("mid-stream", "The ministers "), fallback("in time")),
    Scene(
        "it hangs after a good claim",
        breaks_off((BUSAN, BUSAN), then=lambda words: hangs("mid-stream", words)),
        Expected(claims=1, notices=("incomplete",)),
    ),
    Scene(
        "it hangs after a bad claim",
        breaks_off((BUSAN, NEVER), then=lambda words: hangs("mid-stream", words)),
        fallback("in time", 1, "quote_not_found"),
    ),
    Scene(
        "it hangs in the second call",
        acts(WRONG, hangs()),
        fallback("in time", 2, "quote_not_found"),
    ),
    Scene(
        "it hangs in the second call, after a good claim",
        acts(answers((BUSAN, NEVER), (AGREED, AGREED)), hangs()),
        Expected(claims=1, rejected=("quote_not_found",), notices=("incomplete",), calls=2),
    ),
    Scene("it drips its head", drips(head=True), fallback("in time")),
    Scene("it drips comments", drips(), fallback("in time")),
    Scene("it drips letters", drips("The ministers met. ", every=0.02), fallback("in time")),
    Scene("a word every ten seconds", answers((BUSAN, BUSAN), rate=0.1), fallback("in time")),
]


@pytest.fixture(scope="module")
def results(store: Path) -> Iterator[dict[tuple[str, str], Future[float]]]:
    """What came of the slow scenes, by their names and forms."""
    with ThreadPoolExecutor(len(SLOW_SCENES) * len(FORMS)) as pool:

        def play(scene: Scene, form: Knows, wait: float) -> float:
            time.sleep(wait)  # lest all deadlines come at once
            return played(scene, form, store).seconds

        every = [(scene, form) for scene in SLOW_SCENES for form in FORMS]
        yield {
            (scene.name, form): pool.submit(play, scene, form, 0.15 * number)
            for number, (scene, form) in enumerate(every)
        }


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("scene", SLOW_SCENES, ids=str)
def test_a_failure_that_takes_its_time_ends_within_the_deadline(
    scene: Scene, form: Knows, results: dict[tuple[str, str], Future[float]]
) -> None:
    seconds = results[scene.name, form].result(30)
    if "it hangs" in scene.name:
        assert seconds > DEADLINE * 0.7


def test_no_server_at_all(store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()[1]
    with Server(RIGHT) as never:
        seen = asked(
            never,
            store=store,
            settings={"base_url": f"http://127.0.0.1:{address}/v1", "retries": "0"},
        )
    agrees(seen.value, fallback("There is no connection to"))
    assert not never.requests
    assert seen.seconds < DEADLINE / 2


_STEP = 23  # characters


@pytest.mark.parametrize("finish", ["stop", "length", None])
@pytest.mark.parametrize("form", ["schema", "lines"])
def test_an_answer_that_ends_anywhere(form: Knows, finish: str | None, store: Path) -> None:
    ends = iter(range(0, 10_000, _STEP))
    lengths: list[int] = []

    def play(received: Received) -> Play:
        answer = written(received, rows(received, [(BUSAN, BUSAN), (AGREED, AGREED)]))
        lengths.append(len(answer))
        return text(answer[: next(ends)], finish=finish)

    seen: list[int] = []
    with Server(knowing(form, by(play))) as server:
        while not lengths or _STEP * len(lengths) < lengths[0] + 2 * _STEP:
            value = asked(server, store=store).value
            if value["mode"] == "generative":
                seen.append(len(value["claims"]))
                texts = [claim["text"] for claim in value["claims"]]
                assert texts == [BUSAN, AGREED][: len(texts)]
    # Without an end of its own the last line of an answer may be half a line.
    assert max(seen) == (2 if form == "schema" or finish == "stop" else 1)
