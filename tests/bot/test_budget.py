"""Caps hold over threads, processes, restarts and deaths; what is not known is not spent."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer
from time import perf_counter

import pytest

from bot.answers import Usage
from bot.budget import Budget, Caps, Prices
from bot.failures import ModelError
from bot.ledger import Spent
from index.errors import UsageError
from tests.bot.conftest import ROOT

NOON = 20_000 * 86_400 + 43_200.0
DAY = 86_400.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "store" / "spent.sqlite"


@pytest.fixture
def clock() -> list[float]:
    return [NOON]


@pytest.fixture
def locked(path: Path) -> Iterator[sqlite3.Connection]:
    Budget(path).meter("m").reserve(0, 0)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    yield holder
    holder.close()


def test_a_question_that_called_nothing_has_no_usage(path: Path) -> None:
    meter = Budget(path).meter("m")
    assert meter.usage is None
    assert meter.waited == 0.0
    assert not path.exists()


def test_what_was_taken_replaces_what_was_reserved(path: Path) -> None:
    budget = Budget(path, prices=Prices(2.0, 10.0))
    meter = budget.meter("m")
    meter.reserve(1000, 500)
    assert meter.usage == Usage(1, 1000, 500, 0.007, estimated=True)
    meter.count(800, 100, estimated=False)
    assert meter.usage == Usage(1, 800, 100, 0.0026, estimated=False)
    meter.reserve(10, 10)
    meter.count(5, 5, estimated=True)
    assert meter.usage == Usage(2, 805, 105, 0.00266, estimated=True)
    assert budget.today() == Spent(2, 805, 105, 2_660_000)


def test_a_call_that_nobody_counted_stays_as_it_was_reserved(path: Path) -> None:
    meter = Budget(path).meter("m")
    meter.reserve(100, 10)
    meter.reserve(100, 10)
    meter.count(1, 1, estimated=False)
    assert meter.usage == Usage(2, 101, 11, None, estimated=True)


@pytest.mark.parametrize(
    ("caps", "key", "said"),
    [
        (
            Caps(tokens_per_question=250),
            "tokens_per_question",
            "question may take 250 tokens; 110 of them",
        ),
        (Caps(tokens_per_day=250), "tokens_per_day", "day may take 250 tokens; 110 of them"),
        (
            Caps(dollars_per_question=0.001),
            "dollars_per_question",
            "question may cost $0.001; $0.0005 of it",
        ),
        (Caps(dollars_per_day=0.001), "dollars_per_day", "day may cost $0.001; $0.0005 of it"),
    ],
)
def test_each_cap_holds_and_says_which_it_is(path: Path, caps: Caps, key: str, said: str) -> None:
    budget = Budget(path, prices=Prices(4, 10), caps=caps, now=lambda: NOON)
    meter = budget.meter("m")
    meter.reserve(150, 10)
    meter.count(100, 10, estimated=False)
    with pytest.raises(ModelError, match=said.replace("$", r"\$")) as caught:
        meter.reserve(150, 10)
    assert caught.value.kind == "over_budget"
    assert caught.value.hint == f"The cap is the setting {key}."
    assert ("midnight UTC, in 12 h 0 min" in caught.value.message) == ("day" in said)
    assert budget.today().tokens == 110  # what is refused is not counted


def test_a_cap_can_be_met_exactly(path: Path) -> None:
    budget = Budget(path, prices=Prices(0.1, 0), caps=Caps(dollars_per_day=0.0000009))
    for _ in range(3):  # 3 * 0.1 three times is more than 0.9 in floating point
        budget.meter("m").reserve(3, 0)
    with pytest.raises(ModelError):
        budget.meter("m").reserve(3, 0)


def test_a_cap_on_a_question_is_each_questions_own(path: Path) -> None:
    budget = Budget(path, caps=Caps(tokens_per_question=100))
    for _ in range(3):
        budget.meter("m").reserve(90, 10)


def test_a_cap_on_a_day_is_for_all_models_and_survives_a_restart(path: Path) -> None:
    Budget(path).meter("one").reserve(60, 0)
    budget = Budget(path, caps=Caps(tokens_per_day=100))
    with pytest.raises(ModelError):
        budget.meter("two").reserve(60, 0)
    budget.meter("two").reserve(40, 0)


def test_the_day_begins_anew_at_midnight_utc(path: Path, clock: list[float]) -> None:
    budget = Budget(path, caps=Caps(tokens_per_day=100), now=lambda: clock[0])
    late = budget.meter("m")
    late.reserve(100, 0)
    clock[0] = NOON + DAY / 2
    budget.meter("m").reserve(100, 0)
    late.count(10, 0, estimated=False)  # is put right on the day on which it was reserved
    assert budget.today().tokens == 100
    clock[0] = NOON
    assert budget.today().tokens == 10


def test_old_days_are_kept_for_400(path: Path, clock: list[float]) -> None:
    budget = Budget(path, now=lambda: clock[0])
    budget.meter("m").reserve(1, 0)
    clock[0] = NOON + 400 * DAY
    budget.meter("m").reserve(1, 0)
    rows = sqlite3.connect(path)
    assert rows.execute("SELECT count(*) FROM spent").fetchone() == (2,)
    clock[0] = NOON + 401 * DAY
    budget.meter("m").reserve(1, 0)
    assert rows.execute("SELECT count(*) FROM spent").fetchone() == (2,)
    rows.close()


def test_questions_asked_together_cannot_pass_a_cap_together(path: Path) -> None:
    budget = Budget(path, caps=Caps(tokens_per_day=5000))

    def ask(_: int) -> bool:
        meter = budget.meter("m")
        try:
            meter.reserve(90, 10)
        except ModelError:
            return False
        return True

    with ThreadPoolExecutor(200) as pool:
        assert sum(pool.map(ask, range(200))) == 50
    assert budget.today() == Spent(50, 4500, 500)


_SPENDER = """
import sys
from pathlib import Path
from threading import Timer
from bot.budget import Budget, Caps
from bot.failures import ModelError
budget = Budget(Path(sys.argv[1]), caps=Caps(tokens_per_day=int(sys.argv[2])))
made = 0
print("ready", flush=True)
sys.stdin.readline()
for _ in range(int(sys.argv[3])):
    meter = budget.meter("m")
    try:
        meter.reserve(9, 1)
    except ModelError as error:
        assert "may take" in error.message, error.message
        continue
    made += 1
    if len(sys.argv) > 4:
        print(made, flush=True)
print(made, flush=True)
"""


def spender(path: Path, *words: object) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SPENDER, str(path), *map(str, words)],
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_processes_that_ask_together_cannot_pass_a_cap_together(path: Path) -> None:
    spenders = [spender(path, 3000, 100) for _ in range(4)]
    for each in spenders:
        assert each.stdout
        each.stdout.readline()
    for each in spenders:
        assert each.stdin
        each.stdin.write("\n")
        each.stdin.flush()
    made = sum(int(each.communicate()[0]) for each in spenders)
    assert [each.returncode for each in spenders] == [0] * 4
    assert made == 300
    assert Budget(path).today().tokens == 3000


def test_who_is_killed_has_counted_all_that_was_made(path: Path) -> None:
    killed = spender(path, 1_000_000, 100_000, "tell")
    assert killed.stdin
    assert killed.stdout
    killed.stdin.write("\n")
    killed.stdin.flush()
    lines = ["0"]
    while int(lines[-1]) < 200:
        lines += [killed.stdout.readline().replace("ready", "0")]
    killed.send_signal(signal.SIGKILL)
    lines += killed.stdout.read().split()
    killed.wait()
    killed.stdin.close()
    killed.stdout.close()
    assert int(lines[-1]) <= Budget(path).today().calls <= int(lines[-1]) + 1


def test_a_write_takes_well_below_a_millisecond(path: Path) -> None:
    meter = Budget(path, caps=Caps(tokens_per_day=10**9)).meter("m")
    meter.reserve(1, 1)
    times = []
    for _ in range(300):
        begun = perf_counter()
        meter.reserve(1, 1)
        meter.count(1, 2, estimated=False)
        times.append(perf_counter() - begun)
    assert sorted(times)[len(times) // 2] < 0.001  # two writes


@pytest.mark.usefixtures("locked")
def test_a_locked_file_stops_what_a_day_caps(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.budget._PATIENCE", 0.1)
    with pytest.raises(ModelError, match="locked") as caught:
        Budget(path, caps=Caps(tokens_per_day=1000)).meter("m").reserve(1, 1)
    assert caught.value.kind == "over_budget"
    assert str(path) in caught.value.message


def test_without_a_cap_on_a_day_what_cannot_be_written_waits(
    path: Path, locked: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    budget = Budget(path, caps=Caps(tokens_per_question=1000))
    meter = budget.meter("m")
    meter.reserve(100, 10)
    meter.count(50, 5, estimated=False)
    assert meter.usage == Usage(1, 50, 5, None)
    assert budget.today() == Spent(2, 50, 5)
    locked.execute("ROLLBACK")
    monkeypatch.setattr(budget, "_retry", 0.0)
    meter.reserve(1, 0)
    assert Budget(path).today().tokens == 56


def test_a_correction_that_cannot_be_written_kills_no_answer(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.budget._PATIENCE", 0.1)
    budget = Budget(path, caps=Caps(tokens_per_day=1000))
    meter = budget.meter("m")
    meter.reserve(900, 0)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    meter.count(100, 0, estimated=False)
    holder.close()
    budget.meter("m").reserve(900, 0)  # what was owed is known
    assert Budget(path).today().tokens == 1000


def test_corrections_that_cannot_be_written_do_not_add_up_their_waits(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.budget._PATIENCE", 0.2)
    budget = Budget(path, caps=Caps(tokens_per_day=1000))
    meters = [budget.meter("m") for _ in range(50)]
    for meter in meters:
        meter.reserve(10, 0)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    begun = perf_counter()
    with ThreadPoolExecutor(50) as pool:
        list(pool.map(lambda meter: meter.count(1, 0, estimated=False), meters))
    assert perf_counter() - begun < 2
    holder.close()
    assert budget.today() == Spent(50, 50, 0)


@pytest.mark.parametrize("content", [b"no database" * 100, b"SQLite format 3\0" + b"\xff" * 5000])
def test_a_damaged_file_stops_only_what_a_day_caps(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    capped = Budget(path, caps=Caps(dollars_per_day=1), prices=Prices(1, 1))
    with pytest.raises(ModelError, match="cannot be used") as caught:
        capped.meter("m").reserve(1, 1)
    assert caught.value.hint
    free = Budget(path)
    meter = free.meter("m")
    meter.reserve(5, 5)
    assert free.today().tokens == 10
    path.unlink()
    capped.meter("m").reserve(1, 1)  # who moved it away need not start anew


def test_a_file_that_is_damaged_while_it_is_open_can_be_moved_away(path: Path) -> None:
    budget = Budget(path, caps=Caps(tokens_per_day=1000))
    budget.meter("m").reserve(1, 1)
    for each in path.parent.iterdir():
        each.write_bytes(b"\xff" * each.stat().st_size)
    with pytest.raises(ModelError, match="cannot be used"):
        budget.meter("m").reserve(1, 1)
    for each in path.parent.iterdir():
        each.unlink()
    budget.meter("m").reserve(1, 1)
    assert Budget(path).today().calls == 1


@pytest.mark.parametrize("place", ["file", "folder"])
def test_a_path_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    taken = tmp_path / "taken"
    if place == "file":
        taken.touch()
        path = taken / "spent.sqlite"
    else:
        path = taken
        taken.mkdir()
    with pytest.raises(ModelError):
        Budget(path, caps=Caps(tokens_per_day=1000)).meter("m").reserve(1, 1)
    Budget(path).meter("m").reserve(1, 1)


def test_a_cap_in_dollars_needs_prices(path: Path) -> None:
    with pytest.raises(UsageError, match="dollars") as caught:
        Budget(path, caps=Caps(dollars_per_day=1.0))
    assert "price_input" in caught.value.hint


@pytest.mark.parametrize("tokens", [-5, 10**30])
def test_what_servers_report_is_bounded(path: Path, tokens: int) -> None:
    budget = Budget(path, prices=Prices(1, 1))
    meter = budget.meter("m")
    meter.reserve(1, 1)
    meter.count(tokens, tokens, estimated=False)
    assert meter.usage
    assert 0 <= meter.usage.input_tokens <= 10**9
    assert budget.today().input_tokens == meter.usage.input_tokens


def test_whoever_makes_the_file_is_waited_for(path: Path) -> None:
    path.parent.mkdir()
    maker = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    maker.execute("BEGIN EXCLUSIVE")
    maker.execute("CREATE TABLE other (a)")
    ending = Timer(0.2, lambda: maker.execute("COMMIT"))
    ending.start()
    Budget(path, caps=Caps(tokens_per_day=100)).meter("m").reserve(1, 1)
    ending.join()
    maker.close()
    assert Budget(path).today().tokens == 2
