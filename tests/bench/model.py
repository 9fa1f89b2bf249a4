"""What answering with a model costs beside the model: the first verified claim, our own time,
and two hundred questions at once.

The model is the scripted server of the tests, in a process of its own where time is measured.
"""

from __future__ import annotations

import asyncio
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
from tests.servers.exchange import Received
from tests.servers.openai_like import Server
from tests.servers.plays import Play, by
from tests.servers.process import running

ROOT = Path(__file__).resolve().parents[2]
QUESTION = "In which port city did the three foreign ministers meet?"
RATE = 50  # tokens a second
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


def _steady(received: Received) -> Play:
    words = first_sentences(received)
    return writes(lambda _: words, tokens_of(words) / ANSWER_SECONDS)


# Three claims, each a sentence of a passage: after 50 ms at once, or over ANSWER_SECONDS.
BRISK = writes(first_sentences, 10_000, 0.05)
STEADY = by(_steady)


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


def own_times(asker: Asker, rounds: int) -> list[float]:
    """Our own milliseconds of each of `rounds` warm questions: all but waiting for the model."""
    found = []
    for number in range(-10, rounds):
        trace = asker.trace(QUESTIONS[number % len(QUESTIONS)])
        if not isinstance(trace.reply, Answer) or trace.reply.mode != "generative":
            raise SystemExit(f"not answered by the model: {trace.reply}")
        if number >= 0:
            found.append(trace.reply.elapsed_ms - trace.times["model"])
    return found


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

        beating = asyncio.create_task(heart())
        begun = time.perf_counter()
        with ThreadPoolExecutor(ATTENDED) as pool:
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
        with (
            running("--script", "tests.bench.model:BRISK") as address,
            _desk(store, address) as desk,
        ):
            own = sorted(own_times(desk.asker(), rounds))
        with (
            running("--script", "tests.bench.model:STEADY") as address,
            _desk(store, address) as desk,
        ):
            desk.asker().ask(QUESTION)
            taken, held, answered = at_once(desk.asker())
    return [
        Row("first verified claim on the screen, of the stream, worst of 3",
            100 * max(share for share, _ in shares), "< 40", "%"),
        Row("  that claim's own last token", 100 * shares[0][1], unit="%"),
        Row("our own time, median", statistics.median(own), "<= 15", "ms"),
        Row("our own time, 99th percentile", own[int(len(own) * 0.99)], "<= 60", "ms"),
        Row(f"{ATTENDED} questions at once, model answering in {ANSWER_SECONDS:.0f} s",
            taken, "<= 6", "s"),
        Row("  of them answered by the model", answered, f">= {ATTENDED}"),
        Row("  event loop held up, longest", held, "<= 50", "ms"),
    ]  # fmt: skip


def main() -> int:
    """Measures and reports."""
    options = parser(__doc__ or "")
    options.add_argument("--rounds", type=int, default=300)
    chosen = options.parse_args()
    threading.stack_size(512 * 1024)
    return 0 if report("model", rows(chosen.rounds), chosen.out) else 1


if __name__ == "__main__":
    sys.exit(main())
