"""What is counted of a running bot, in the text format of Prometheus."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from threading import Lock
from time import time
from typing import TYPE_CHECKING

from index.record import record

if TYPE_CHECKING:
    from bot.serving.figures import Figures
    from bot.serving.reception import Hands

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0)
OUTCOMES = ("answered", "abstained")
REFUSALS = ("busy", "cooldown", "closing")
_MOST_KINDS = 50  # of errors; each is a series of its own for whoever collects them


class Tally:
    """What happened since the start: it listens to the log's events, from any thread."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._outcomes = dict.fromkeys(OUTCOMES, 0)
        self._buckets = [0] * (len(BUCKETS) + 1)
        self._seconds = 0.0
        self._errors = {"bug": 0, "undelivered": 0}
        self.begun = time()

    def hear(self, name: str, fields: Mapping[str, object]) -> None:
        """Count an answer, or an error."""
        if name == "error":
            with self._lock:
                kind = str(fields.get("kind"))
                if kind not in self._errors and len(self._errors) >= _MOST_KINDS:
                    kind = "other"
                self._errors[kind] = self._errors.get(kind, 0) + 1
            return
        outcome, seconds = fields.get("status"), fields.get("seconds")
        if name != "answered" or outcome not in OUTCOMES or not isinstance(seconds, int | float):
            return
        with self._lock:
            self._outcomes[str(outcome)] += 1
            self._buckets[bisect_left(BUCKETS, seconds)] += 1
            self._seconds += seconds

    def counted(self) -> Counted:
        """What was counted so far."""
        with self._lock:
            return Counted(
                dict(self._outcomes), tuple(self._buckets), self._seconds, dict(self._errors)
            )


@record
class Counted:
    """Questions by outcome, how many took how long, and errors by kind.

    `buckets` are not cumulative.
    """

    outcomes: Mapping[str, int]
    buckets: Sequence[int]
    seconds: float
    errors: Mapping[str, int]


@record
class State:
    """All that is told, as of one moment."""

    counted: Counted
    hands: Hands
    figures: Figures
    begun: float
    up: bool
    latency: float
    connects: int
    resumes: int
    disconnects: int


def metrics(state: State) -> str:
    """`state` in Prometheus' text format."""
    figures, hands, counted = state.figures, state.hands, state.counted
    text = _Text()
    text.family("footnote_questions_total", "counter", "Questions by how they ended.")
    for outcome, count in {**counted.outcomes, "failed": figures.failed}.items():
        text.sample("footnote_questions_total", count, outcome=outcome)
    refused = dict.fromkeys(REFUSALS, 0) | dict(hands.refused)
    text.family("footnote_refused_total", "counter", "Questions that were not taken, by reason.")
    for why, count in refused.items():
        text.sample("footnote_refused_total", count, reason=why)
    text.family("footnote_errors_total", "counter", "What readers were told went wrong, by kind.")
    for kind, count in sorted(counted.errors.items()):
        text.sample("footnote_errors_total", count, kind=kind)
    text.family("footnote_answer_seconds", "histogram", "From a question to its answer.")
    below = 0
    for bound, count in zip((*BUCKETS, float("inf")), counted.buckets, strict=True):
        below += count
        text.sample("footnote_answer_seconds_bucket", below, le=_number(bound))
    text.sample("footnote_answer_seconds_sum", counted.seconds)
    text.sample("footnote_answer_seconds_count", below)
    text.gauge("footnote_questions_waiting", hands.waiting, "Questions that wait for a thread.")
    text.gauge("footnote_questions_running", hands.running, "Questions that are being answered.")
    text.gauge("footnote_questions_waiting_limit", hands.most, "How many may wait.")
    if figures.spent is not None:
        text.gauge(
            "footnote_tokens_today", figures.spent.tokens, "Tokens of the model, today (UTC)."
        )
        text.gauge("footnote_calls_today", figures.spent.calls, "Calls of the model, today (UTC).")
        if figures.priced:
            dollars = figures.spent.nano_usd / 1e9
            text.gauge("footnote_cost_today_dollars", dollars, "What it cost, today (UTC).")
    text.gauge("footnote_documents", figures.documents, "Documents in the index.")
    text.gauge("footnote_passages", figures.passages, "Passages in the index.")
    text.gauge("footnote_index_building", int(figures.building is not None), "1 while it is built.")
    text.gauge(
        "footnote_index_trouble", int(figures.trouble is not None), "1 if it cannot be refreshed."
    )
    text.gauge("footnote_gateway_up", int(state.up), "1 while Discord is connected.")
    text.gauge("footnote_gateway_latency_seconds", state.latency, "From a heartbeat to its answer.")
    name = "footnote_gateway_connects_total"
    text.family(name, "counter", "Sessions with Discord: new ones, and resumed ones.")
    text.sample(name, state.connects, kind="new")
    text.sample(name, state.resumes, kind="resumed")
    name = "footnote_gateway_disconnects_total"
    text.family(name, "counter", "How often the connection was lost.")
    text.sample(name, state.disconnects)
    text.gauge("footnote_start_time_seconds", state.begun, "When it started, since 1970.")
    return text.whole()


class _Text:
    def __init__(self) -> None:
        self._lines: list[str] = []

    def family(self, name: str, kind: str, help: str) -> None:
        self._lines += [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]

    def sample(self, name: str, value: float, **labels: str) -> None:
        within = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        self._lines.append(
            f"{name}{{{within}}} {_number(value)}" if within else f"{name} {_number(value)}"
        )

    def gauge(self, name: str, value: float, help: str) -> None:
        self.family(name, "gauge", help)
        self.sample(name, value)

    def whole(self) -> str:
        return "\n".join(self._lines) + "\n"


def _number(value: float) -> str:
    if value != value:
        return "NaN"
    if value in (float("inf"), float("-inf")):
        return "+Inf" if value > 0 else "-Inf"
    return str(int(value)) if value == int(value) else repr(float(value))


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
