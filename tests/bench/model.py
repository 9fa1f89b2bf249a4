"""What answering with a model costs beside the model: the first verified claim, our own time,
and two hundred questions at once.

The model is the scripted server of the tests, in a process of its own where time is measured.
Our own time is told in two ways. Beside what was spent waiting on the network, as the answer
itself counts it. And beside what the script takes (its delay, its tokens at its rate). The bar is
on the first for a burst, where the second holds the server's work of sending, too; and on the
second for a stream, where the first holds what is done while the model still writes, for which
nobody waits.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.answers import Answer
from bot.asker import Asker
from bot.settings import load
from bot.wiring import Desk
from tests.bench.report import Row, parser, report
from tests.servers.answering import claims, first_sentences, tokens_of, writes
from tests.servers.exchange import Exchange, Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, by, cut
from tests.servers.process import running

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "In which port city did the three foreign ministers meet?"
RATE = 50  # tokens a second
QUICK = 300
DELAY = 0.05  # seconds until a burst comes
ATTENDED = 200  # questions at once
ANSWER_SECONDS = 2.0

# Asked in turn, so that no question is answered from what the one before left warm.
QUESTIONS = (
    QUESTION,
    "Who was South Korea's foreign minister in 2021?",
    "When did the foreign ministers meet in Busan?",
    "What did North Korea put in orbit?",
    "Which countries take part in the trilateral summit?",
    "What did Wang Yi say about cooperation?",
    "When was the last trilateral summit held?",
    "Who did Park Jin invite to visit Seoul?",
)


def _tokens(received: Received, rate: float | None, seconds: float = 0.0) -> Play:
    """Three claims, each a sentence of a passage; its tokens at `rate`, at once, or so that the
    last comes after `seconds`.

    Their events are made before the first is due: to make them takes 40 µs each, which of
    hundreds of answers at once is more than a server has.
    """
    words = first_sentences(received)
    parts = cut(words, tokens_of(words))
    shell = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
             "model": received["model"], "system_fingerprint": "fp_scripted"}  # fmt: skip

    def event(delta: object, finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        said = json.dumps(shell | {"choices": [choice]}, ensure_ascii=False).encode()
        return b"data: %b\n\n" % said

    events = [event({"content": part}) for part in parts]
    pace = 1 / rate if rate else seconds / len(parts)
    counts = {"prompt_tokens": 1, "completion_tokens": len(parts), "total_tokens": 1 + len(parts)}

    async def play(to: Exchange) -> None:
        first = received.at + (0.0 if pace else DELAY)
        await asyncio.sleep(first - time.monotonic())
        await to.head()
        for number, each in enumerate(events, 1):
            late = first + number * pace - time.monotonic()
            if late > 0:
                await asyncio.sleep(late)
            await to.send(each)
        await to.send(event({}, "stop"))
        await to.event({**shell, "choices": [], "usage": counts})
        await to.end(done=True)

    return play


BURST = by(lambda received: _tokens(received, None))
STREAM = by(lambda received: _tokens(received, QUICK))
STEADY = by(lambda received: _tokens(received, None, ANSWER_SECONDS))


def first_claim(store: str) -> tuple[float, float]:
    """The share of the model's stream after which the first claim is on the screen, and the
    share that the claim itself ends at."""
    made = (
        ("The foreign ministers meet in the South Korean port city of Busan.",
         "The meeting of foreign ministers, which will take place in the South Korean port city "
         "of Busan, is also the first such meeting since 2019."),
        ("The three diplomats met in the port of Busan for the first time since 2019.",
         "The three diplomats met in the South Korean port of Busan for the first time since 2019"),
        ("The foreign ministers of South Korea, China and Japan will meet on Sunday.",
         "The foreign ministers of South Korea, China and Japan will meet on Sunday"),
    )  # fmt: skip
    written: list[str] = []

    def answer(received: Received) -> str:
        written.append(claims(received, made))
        return written[-1]

    with Server(writes(answer, RATE)) as server:
        command = [str(Path(sys.executable).with_name("footnote")), "ask", QUESTION, "--corpus",
                   "seeds", "--store", store, "--model", "scripted", "--base-url",
                   server.base_url]  # fmt: skip
        process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, env=_bare())
        assert process.stdout is not None
        line = process.stdout.readline()
        seen = time.monotonic()
        rest = process.stdout.read()
        if process.wait() != 0 or b"Busan" not in line:
            raise SystemExit(f"not the answer: {(line + rest).decode()}")
        begun = server.chats[0].at
    stream = tokens_of(written[0]) / RATE
    ends = (written[0].index("}") + 1) / len(written[0])
    return (seen - begun) / stream, ends


def own_times(asker: Asker, rounds: int, rate: float | None) -> tuple[list[float], list[float]]:
    """Our own milliseconds of each of `rounds` warm questions: all but waiting for the model, and
    all but what its script takes, at `rate` tokens a second or in a burst."""
    beside_waiting, beside_script = [], []
    for number in range(-10, rounds):
        trace = asker.trace(QUESTIONS[number % len(QUESTIONS)])
        if not isinstance(trace.reply, Answer) or trace.reply.mode != "generative":
            raise SystemExit(f"not answered by the model: {trace.reply}")
        if number >= 0:
            usage = trace.reply.usage
            assert usage is not None
            script = usage.output_tokens / rate if rate else DELAY
            beside_waiting.append(trace.reply.elapsed_ms - trace.times["model"])
            beside_script.append(trace.reply.elapsed_ms - 1000 * script)
    return sorted(beside_waiting), sorted(beside_script)


def at_once(asker: Asker) -> tuple[float, float, int]:
    """Seconds until all of ATTENDED questions are answered, the longest time that the event loop
    was held up meanwhile, in ms, and how many were answered by the model."""

    async def run() -> tuple[float, float, int]:
        loop = asyncio.get_running_loop()
        longest = 0.0
        done = asyncio.Event()

        async def heart() -> None:
            nonlocal longest
            while not done.is_set():
                before = time.perf_counter()
                await asyncio.sleep(0.005)
                longest = max(longest, time.perf_counter() - before - 0.005)

        with ThreadPoolExecutor(ATTENDED) as pool:
            # The threads of a process that has been up for a while are there.
            ready = threading.Barrier(ATTENDED)
            list(pool.map(lambda _: ready.wait(), range(ATTENDED)))
            beating = asyncio.create_task(heart())
            await asyncio.sleep(0.05)
            begun = time.perf_counter()
            asked = [
                loop.run_in_executor(pool, asker.ask, QUESTIONS[n % len(QUESTIONS)])
                for n in range(ATTENDED)
            ]
            replies = await asyncio.gather(*asked)
            taken = time.perf_counter() - begun
            done.set()
            await beating
        answered = sum(isinstance(r, Answer) and r.mode == "generative" for r in replies)
        return taken, longest * 1000, answered

    return asyncio.run(run())


def _bare() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith(("FOOTNOTE_", "OPENAI_"))}


def _desk(store: str, address: str) -> Desk:
    flags = {"corpus": str(ROOT / "seeds"), "store": store, "model": "scripted",
             "base_url": address}  # fmt: skip
    return Desk(load(flags, {}, Path(store)))


def rows(rounds: int) -> list[Row]:
    """All that is measured."""
    with tempfile.TemporaryDirectory() as store:
        first_claim(store)  # indexes the documents
        shares = [first_claim(store) for _ in range(3)]
        own: list[Row] = []
        for name, script, rate in (
            ("a burst", "BURST", None),
            (f"{QUICK} tokens a second", "STREAM", QUICK),
        ):
            with (
                running("--script", f"tests.bench.model:{script}") as address,
                _desk(store, address) as desk,
            ):
                waiting, scripted = own_times(desk.asker(), rounds, rate)
            bar, none = ("<= 15", "<= 60"), ("", "")
            for beside, times, bars in (
                ("waiting", waiting, none if rate else bar),
                ("the script", scripted, bar if rate else none),
            ):
                own += (
                    Row(f"our own time, {name}, beside {beside}: median",
                        statistics.median(times), bars[0], "ms"),
                    Row("  99th percentile", times[int(len(times) * 0.99)], bars[1], "ms"),
                )  # fmt: skip
        with (
            running("--script", "tests.bench.model:STEADY") as address,
            _desk(store, address) as desk,
        ):
            desk.asker().ask(QUESTION)
            crowds = [at_once(desk.asker()) for _ in range(3)]
    return [
        Row("first verified claim on the screen, of the stream, worst of 3",
            100 * max(share for share, _ in shares), "< 40", "%"),
        Row("  that claim's own last token", 100 * shares[0][1], unit="%"),
        *own,
        Row(f"{ATTENDED} questions at once, model answering in {ANSWER_SECONDS:.0f} s, worst of 3",
            max(taken for taken, _, _ in crowds), "<= 6", "s"),
        Row("  of them answered by the model",
            min(answered for _, _, answered in crowds), f">= {ATTENDED}"),
        Row("  event loop held up, longest, median of 3",
            statistics.median(held for _, held, _ in crowds), "<= 50", "ms"),
        Row("  worst of 3", max(held for _, held, _ in crowds), "<= 50", "ms"),
    ]  # fmt: skip


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=200)
    chosen = options.parse_args()
    threading.stack_size(512 * 1024)
    gc.set_threshold(100_000, 20, 100)  # as bot/cli.py has it for every command
    return 0 if report("model", rows(chosen.rounds), chosen.out) else 1


if __name__ == "__main__":
    sys.exit(main())
