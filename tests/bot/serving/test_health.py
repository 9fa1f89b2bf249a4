"""What is served of the bot's health: to this machine alone, and in Prometheus' own format."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import aiohttp
import pytest

from bot.ledger import Spent
from bot.serving.figures import Building, Figures
from bot.serving.health import CONTENT_TYPE, Gateway, Service
from bot.serving.logs import event, heard_by
from bot.serving.metrics import BUCKETS, State, Tally, metrics
from bot.serving.reception import Hands
from index.errors import UsageError
from index.record import replaced

FIGURES = Figures(
    generation="g", created="", documents=12, passages=345, mode="extractive", model=None,
    spent=None, priced=False, answered=1, abstained=2, failed=3, in_hand=0, p50_ms=0, p99_ms=0,
    building=None, trouble=None,
)  # fmt: skip
HANDS = Hands(4, 8, 100, (("busy", 7), ("cooldown", 2)))


def state(**changes: Any) -> State:
    made = State(
        counted=Tally().counted(), hands=HANDS, figures=FIGURES, begun=1.5e9, up=True,
        latency=0.05, connects=1, resumes=2, disconnects=3,
    )  # fmt: skip
    return replaced(made, **changes)


def samples(text: str) -> dict[str, float]:
    """The samples of a page, each checked to be well-formed and to follow its family's head."""
    found: dict[str, float] = {}
    family = kind = ""
    assert text.endswith("\n")
    for line in text.splitlines():
        if line.startswith("# HELP "):
            family = line.split(" ")[2]
        elif line.startswith("# TYPE "):
            assert line.split(" ")[2] == family
            kind = line.split(" ")[3]
        else:
            match = re.fullmatch(
                r"([a-z_]+)(?:\{([a-z_]+=\"[^\"]*\")\})? ([0-9.e+-]+|NaN|[+-]Inf)", line
            )
            assert match, line
            ends = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
            assert match[1] in [family + end for end in ends]
            assert kind != "counter" or match[1].endswith("_total")
            key = line.rpartition(" ")[0]
            assert key not in found
            found[key] = float(match[3])
    return found


def test_what_is_told() -> None:
    found = samples(metrics(state()))
    assert found['footnote_refused_total{reason="busy"}'] == 7
    assert found['footnote_refused_total{reason="closing"}'] == 0
    assert found['footnote_questions_total{outcome="failed"}'] == 3
    assert found["footnote_questions_waiting"] == 4
    assert found["footnote_questions_running"] == 8
    assert found["footnote_documents"] == 12
    assert found["footnote_gateway_up"] == 1
    assert found["footnote_gateway_latency_seconds"] == 0.05
    assert found['footnote_gateway_connects_total{kind="resumed"}'] == 2
    assert found["footnote_gateway_disconnects_total"] == 3
    assert found["footnote_start_time_seconds"] == 1.5e9
    assert not any("cost" in name or "tokens" in name for name in found)


def test_cost_where_there_is_one() -> None:
    spent = Spent(calls=2, input_tokens=1000, output_tokens=500, nano_usd=1_250_000)
    figures = replaced(FIGURES, spent=spent)
    found = samples(metrics(state(figures=figures)))
    assert found["footnote_tokens_today"] == 1500
    assert "footnote_cost_today_dollars" not in found
    found = samples(metrics(state(figures=replaced(figures, priced=True))))
    assert found["footnote_cost_today_dollars"] == 0.00125


def test_an_index_in_trouble_and_a_gateway_that_is_away() -> None:
    figures = replaced(FIGURES, building=Building(), trouble="no room")
    found = samples(metrics(state(figures=figures, up=False, latency=float("nan"))))
    assert found["footnote_index_building"] == found["footnote_index_trouble"] == 1
    assert found["footnote_gateway_up"] == 0
    assert found["footnote_gateway_latency_seconds"] != found["footnote_gateway_latency_seconds"]
    found = samples(metrics(state(latency=float("inf"))))
    assert found["footnote_gateway_latency_seconds"] == float("inf")


def test_answers_are_counted_by_how_long_they_took() -> None:
    tally = Tally()
    with heard_by(tally.hear):
        for seconds in (0.004, 0.01, 0.2, 2.0, 300.0):
            event("answered", status="answered", seconds=seconds)
        event("answered", status="abstained", seconds=0.2)
        event("refused", why="busy")
        event("answered", status="what?", seconds=1.0)
        event("answered", status="answered")
    found = samples(metrics(state(counted=tally.counted())))
    assert found['footnote_questions_total{outcome="answered"}'] == 5
    assert found['footnote_questions_total{outcome="abstained"}'] == 1
    counts = [found[f'footnote_answer_seconds_bucket{{le="{each:g}"}}'] for each in BUCKETS]
    assert counts == [2, 2, 2, 2, 4, 4, 4, 5, 5, 5, 5, 5, 5]
    assert found['footnote_answer_seconds_bucket{le="+Inf"}'] == 6
    assert found["footnote_answer_seconds_count"] == 6
    assert found["footnote_answer_seconds_sum"] == pytest.approx(302.414)


def test_errors_are_counted_by_their_kind() -> None:
    tally = Tally()
    with heard_by(tally.hear):
        for kind in ("usage: too_long", "bug", "bug"):
            event("error", kind=kind)
        found = samples(metrics(state(counted=tally.counted())))
        assert found['footnote_errors_total{kind="usage: too_long"}'] == 1
        assert found['footnote_errors_total{kind="bug"}'] == 2
        assert found['footnote_errors_total{kind="undelivered"}'] == 0
        for n in range(1000):  # no more series than somebody can look at
            event("error", kind=f"kind {n}")
    counts = tally.counted().errors
    assert len(counts) <= 51
    assert sum(counts.values()) == 1003


def test_counts_from_many_threads_are_whole() -> None:
    tally = Tally()

    def count() -> None:
        for _ in range(2000):
            tally.hear("answered", {"status": "answered", "seconds": 0.1})

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert tally.counted().outcomes["answered"] == sum(tally.counted().buckets) == 16_000


def test_a_gateway_may_be_away_for_a_moment() -> None:
    now = [0.0]
    gateway = Gateway(lambda: now[0])
    assert not gateway.well
    gateway.connected(resumed=False)
    assert gateway.well
    for _ in range(3):  # one for each attempt to connect
        gateway.disconnected()
    now[0] = 30.0
    assert (gateway.up, gateway.well, gateway.disconnects) == (False, True, 1)
    now[0] = 90.0
    assert not gateway.well
    gateway.connected(resumed=True)
    assert (gateway.up, gateway.well) == (True, True)
    assert (gateway.connects, gateway.resumes) == (1, 1)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def served(
    gather: Callable[[], State], *paths: str, host: str = "127.0.0.1", up: bool = True
) -> list[tuple[int, str, str]]:
    """What a service that runs for a moment answers, to all paths at once."""

    async def get(session: aiohttp.ClientSession, url: str, name: str) -> tuple[int, str, str]:
        async with session.get(url, headers={"Host": name}) as response:
            return response.status, response.headers["Content-Type"], await response.text()

    async def main() -> list[tuple[int, str, str]]:
        gateway = Gateway()
        if up:
            gateway.connected(resumed=False)
        port = free_port()
        service = Service(port, gateway, gather)
        await service.start()
        try:
            name = host if ":" in host else f"{host}:{port}"
            async with aiohttp.ClientSession() as session:
                urls = [f"http://127.0.0.1:{port}{path}" for path in paths]
                return await asyncio.gather(*(get(session, url, name) for url in urls))
        finally:
            await service.close()

    return asyncio.run(main())


def test_the_pages() -> None:
    health, page, nowhere = served(state, "/healthz", "/metrics", "/")
    assert health[0] == 200
    assert json.loads(health[2]) == {"status": "ok", "gateway": "up", "index": "ready"}
    assert page[:2] == (200, CONTENT_TYPE)
    assert samples(page[2])["footnote_documents"] == 12
    assert nowhere[0] == 404


def test_health_without_an_index_or_a_gateway() -> None:
    figures = replaced(FIGURES, generation="")
    ((status, _, text),) = served(lambda: state(figures=figures), "/healthz")
    assert (status, json.loads(text)["index"]) == (503, "not ready")
    ((status, _, text),) = served(state, "/healthz", up=False)
    assert (status, json.loads(text)["gateway"]) == (503, "down")


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:1", 200),
        ("localhost:1", 200),
        ("evil.example:1", 403),
        ("127.0.0.1.evil:1", 403),
    ],
)
def test_no_page_of_the_web_reads_it_through_a_browser(host: str, status: int) -> None:
    assert [each[0] for each in served(state, "/metrics", "/healthz", host=host)] == [status] * 2


def test_it_listens_on_loopback_alone() -> None:
    async def main() -> list[str]:
        service = Service(free_port(), Gateway(), state)
        await service.start()
        assert service._runner is not None
        found = [address[0] for address in service._runner.addresses]
        await service.close()
        return found

    assert asyncio.run(main()) == ["127.0.0.1"]


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=str(port)) as caught:
            asyncio.run(Service(port, Gateway(), state).start())
    assert "--metrics-port" in caught.value.hint


def test_however_many_ask_figures_are_gathered_once() -> None:
    calls = []

    def gather() -> State:
        calls.append(threading.current_thread())
        time.sleep(0.2)
        return state()

    answers = served(gather, *["/metrics"] * 20)
    assert [each[0] for each in answers] == [200] * 20
    assert len(calls) == 1
    assert calls[0] is not threading.main_thread()


def test_figures_that_take_long_hold_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where another process has locked the file of what was spent."""
    monkeypatch.setattr("bot.serving.health._PATIENCE", 0.1)
    free = threading.Event()
    lags: list[float] = []

    def gather() -> State:
        assert free.wait(10)
        return state()

    async def ticks() -> None:
        while not free.is_set():
            begun = time.monotonic()
            await asyncio.sleep(0.01)
            lags.append(time.monotonic() - begun)

    async def main() -> tuple[int, int]:
        service = Service(free_port(), Gateway(), gather)
        await service.start()
        ticking = asyncio.create_task(ticks())
        try:
            async with aiohttp.ClientSession() as session:
                url = f"http://127.0.0.1:{service.port}/metrics"
                async with session.get(url) as response:
                    late = response.status
                free.set()
                async with session.get(url) as response:
                    return late, response.status
        finally:
            free.set()
            await ticking
            await service.close()

    assert asyncio.run(main()) == (503, 200)
    assert len(lags) > 5
    assert max(lags) < 0.08


def test_figures_that_cannot_be_had(caplog: pytest.LogCaptureFixture) -> None:
    def gather() -> State:
        raise OSError("the disk is gone")

    page, health = served(gather, "/metrics", "/healthz")
    assert page[0] == health[0] == 503
    assert "disk" not in page[2] + health[2]
    assert "figures could not be gathered" in caplog.text
