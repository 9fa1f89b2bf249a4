"""`footnote check` as people and CI call it: what it prints, and how it ends."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from pathlib import Path

import pytest

from tests.bot.conftest import PORT, Command
from tests.bot.test_process import FOOTNOTE, Terminal, environment

GOOD = f"- {{id: port, ask: '{PORT}', expect: {{says: [Busan]}}}}\n"
NONE = "- {id: population, ask: 'What is the population of Busan?', expect: abstains}\n"
BAD = "- {id: satellite, ask: 'What did North Korea place in orbit?', expect: {says: [a teapot]}}\n"
KNOWN = "- {id: hotel, ask: 'Who was in Busan?', expect: {says: [a ghost]}, fails: no ghosts}\n"


@pytest.fixture
def cases(folder: Path) -> Path:
    """A folder of two files of cases: one passes, one does not."""
    (folder / "qa").mkdir()
    (folder / "qa/bad.yaml").write_text(BAD + KNOWN)
    (folder / "qa/good.yaml").write_text(GOOD + NONE)
    return folder / "qa"


def lines(out: str) -> list[str]:
    """The lines of the cases."""
    return [line for line in out.splitlines() if "::" in line]


@pytest.mark.usefixtures("cases")
def test_all_pass(footnote: Command) -> None:
    run = footnote("check", "qa/good.yaml")
    assert (run.code, run.err) == (0, "")
    first, second, empty, total = run.out.splitlines()
    assert (first, second, empty) == (
        "passed   qa/good.yaml::port[extractive]",
        "passed   qa/good.yaml::population[extractive]",
        "",
    )
    assert re.fullmatch(r"2 passed in \d+\.\d\d s", total)


@pytest.mark.usefixtures("cases")
def test_one_fails(footnote: Command) -> None:
    run = footnote("check", "qa")
    assert run.code == 1
    assert [line.split()[0] for line in lines(run.out)] == ["failed", "known", "passed", "passed"]
    assert "\nfailed  qa/bad.yaml:1  satellite\n  asked     What did North Korea" in run.out
    assert "expected  says: a teapot" in run.out
    assert "seen      1  003_" in run.out
    assert "1 failed, 2 passed, 1 known to fail in " in run.out.splitlines()[-1]


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.usefixtures("cases")
def test_the_order_is_that_of_the_files(footnote: Command, jobs: str) -> None:
    assert [line.split("::")[1] for line in lines(footnote("check", "qa", "--jobs", jobs).out)] == [
        "satellite[extractive]", "hotel[extractive]: no ghosts",
        "port[extractive]", "population[extractive]",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "code", "ids"),
    [
        (["-k", "good and not port"], 0, ["population"]),
        (["-k", "port or satellite"], 1, ["satellite", "port"]),
        (["--fail-fast"], 1, ["satellite"]),
        (["-k", "hotel"], 0, ["hotel"]),
    ],
)
@pytest.mark.usefixtures("cases")
def test_some_are_asked(footnote: Command, more: list[str], code: int, ids: list[str]) -> None:
    run = footnote("check", "qa", *more)
    assert run.code == code
    assert [re.split(r"::|\[", line)[1] for line in lines(run.out)] == ids
    assert ("3 not asked" in run.out) == (more == ["--fail-fast"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "Which cases?"),
        (["nowhere"], "nowhere"),
        (["seeds"], "no file of cases"),
        (["qa/broken.yaml"], "qa/broken.yaml:1"),
        (["qa/good.yaml", "-k", "nothing"], "None of 2 cases"),
        (["qa/good.yaml", "-k", "("], "-k"),
        (["qa/good.yaml", "--tag", "x"], "None of 2 cases"),
        (["qa/good.yaml", "--jobs", "0"], "--jobs takes a number from 1"),
        (["qa/good.yaml", "--corpus", "nowhere"], "nowhere"),
        (["qa/good.yaml", "--mode", "generative"], "needs a model"),
        (["qa/good.yaml", "--bless"], "--bless writes a baseline"),
        (["qa/good.yaml", "--baseline", "none.json"], "no baseline"),
        (["qa/good.yaml", "--compare", "a.toml", "b.toml"], "a.toml"),
        (["qa/good.yaml", "--compare", "a", "b", "--baseline", "c"], "do not go together"),
        (["qa/good.yaml", "--compare", "a", "b", "--mode", "extractive"], "do not go together"),
        (["qa", "--compare", "a.toml", "b.toml", "--json"], "--compare and --json"),
        (["qa/good.yaml", "--html", "none/report.html"], "no folder to stand in"),
        (["qa/good.yaml", "--junit", "qa"], "it is a folder"),
    ],
)
def test_what_cannot_be_run(footnote: Command, cases: Path, words: list[str], said: str) -> None:
    (cases / "broken.yaml").write_text("- {id: a, aks: b, expect: abstains}\n")
    run = footnote("check", *words)
    assert run.code == 2
    assert said in run.err
    assert "passed" not in run.out


def test_what_is_wrong_in_the_last_file_is_said_before_anything_is_asked(
    footnote: Command, cases: Path
) -> None:
    (cases / "z.yaml").write_text("- {id: a}\n")
    run = footnote("check", "qa")
    assert (run.code, run.out) == (2, "")
    assert "qa/z.yaml:1" in run.err


def test_a_file_may_have_documents_of_its_own(footnote: Command, cases: Path) -> None:
    (cases / "docs").mkdir()
    (cases / "docs/moon.txt").write_text("The moon landing took place in July 1969.\n")
    (cases / "own.yaml").write_text(
        "corpus: docs\ncases: [{id: moon, ask: 'When did the moon landing take place?', "
        "expect: {says: ['1969'], cites: [moon.txt]}}]\n"
    )
    run = footnote("check", "qa/own.yaml", "qa/good.yaml")
    assert (run.code, [line.split()[0] for line in lines(run.out)]) == (0, ["passed"] * 3)


def test_a_baseline_fails_what_fell_alone(footnote: Command, cases: Path) -> None:
    base = ("check", "qa", "--baseline", "base.json")
    first = footnote(*base, "--bless")
    assert first.code == 0
    assert "base.json holds 4 cases now." in first.out
    again = footnote(*base)
    assert again.code == 0
    assert "1 failing as before\n  qa/bad.yaml::satellite" in again.out
    assert "expected" not in again.out  # what is known is not told at length
    (cases / "good.yaml").write_text(GOOD.replace("Busan]", "Seoul]") + NONE)
    fell = footnote(*base)
    assert fell.code == 1
    assert "1 passed before, and no longer\n  qa/good.yaml::port[extractive]" in fell.out
    assert "expected  says: Seoul" in fell.out
    before = json.loads(Path("base.json").read_text())
    assert footnote(*base, "-k", "port", "--bless").code == 0
    after = json.loads(Path("base.json").read_text())
    assert before["cases"].keys() == after["cases"].keys()
    assert footnote(*base).code == 0


def test_to_bless_one_file_leaves_the_others_in(footnote: Command, cases: Path) -> None:
    footnote("check", "qa", "--baseline", "base.json", "--bless")
    run = footnote("check", "qa/good.yaml", "--baseline", "base.json", "--bless")
    assert "holds 4 cases" in run.out
    (cases / "bad.yaml").unlink()
    run = footnote("check", "qa", "--baseline", "base.json", "--bless")
    assert "2 in the baseline alone" in run.out
    assert "holds 2 cases" in run.out


def test_a_baseline_that_cannot_be_read_is_not_written_over(footnote: Command, cases: Path) -> None:
    Path("base.json").write_text("mine")
    run = footnote("check", str(cases), "--baseline", "base.json", "--bless")
    assert run.code == 2
    assert Path("base.json").read_text() == "mine"


def test_two_settings_side_by_side(footnote: Command, cases: Path) -> None:
    (cases / "less").mkdir()
    (cases / "less/a.txt").write_text("Nothing of the kind is told here at all.\n")
    Path("all.toml").write_text('corpus = "seeds"\n')
    Path("less.toml").write_text('corpus = "qa/less"\n')
    # The files come before all other settings.
    compare = ("check", "qa/good.yaml", "--corpus", "nowhere", "--compare")
    run = footnote(*compare, "all.toml", "less.toml")
    assert run.code == 1
    assert "Under all.toml (extractive):" in run.out
    assert "1 passing under all.toml alone\n  qa/good.yaml::port" in run.out
    assert "Of 2 cases, 1 pass under both and 0 under neither" in run.out
    assert footnote(*compare, "less.toml", "all.toml").code == 0
    assert "No case moved." in footnote(*compare, "all.toml", "all.toml").out


def test_settings_beside_the_two_compared_need_not_be_right(footnote: Command, cases: Path) -> None:
    """Nothing is asked under them."""
    Path("seeds").rename("papers")  # without which no documents are named
    Path("all.toml").write_text('corpus = "papers"\n')
    Path("footnote.toml").write_text('mode = "generative"\n')  # of no model
    Path("own.toml").write_text('corpus = "papers"\nmode = "extractive"\n')
    run = footnote("check", str(cases / "good.yaml"), "--compare", "own.toml", "own.toml")
    assert (run.code, run.err) == (0, "")
    assert footnote("check", str(cases), "--compare", "all.toml", "own.toml").code == 2


@pytest.mark.usefixtures("cases")
def test_in_a_terminal_cases_are_counted() -> None:
    terminal = Terminal("check", "qa/good.yaml")
    assert terminal.wait() == 0
    shown = re.sub(r"\x1b\[[\d;]*m", "", terminal.text)
    assert re.search(r"passed   qa/good\.yaml::port +\d+ ms  1/2", shown)
    assert re.search(r"population +\d+ ms  2/2", shown)


def test_ctrl_c_tells_what_was_asked(footnote: Command, cases: Path) -> None:
    footnote("index")
    many = "".join(
        f"- {{id: c{n}, ask: '{PORT}{' ' * n}x', expect: {{says: [Busan]}}}}\n" for n in range(900)
    )
    (cases / "many.yaml").write_text(many)
    bless = ["--baseline", "b.json", "--bless"]
    for more in (["--jobs", "1"], ["--jobs", "2"], bless):
        with subprocess.Popen(
            [*FOOTNOTE, "check", "qa/many.yaml", *more],
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            assert b"::c0[" in process.stdout.readline()
            process.send_signal(signal.SIGINT)
            out = process.stdout.read().decode()
            assert process.wait(60) == 130
            assert process.stderr.read().strip() == b""
        told = re.search(r"(\d+) passed, (\d+) not asked in ", out)
        assert told
        assert int(told[1]) + int(told[2]) == 900
        assert int(told[1]) == 1 + len([line for line in lines(out) if "passed" in line])
    assert not Path("b.json").exists()  # which would know of a part of the cases alone


@pytest.mark.usefixtures("cases")
def test_json_alone_where_it_is_asked_for(footnote: Command) -> None:
    run = footnote("check", "qa", "--json")
    assert (run.code, run.err) == (1, "")
    made = run.object
    assert made["counts"]["failed"] == 1
    assert [case["id"] for case in made["cases"]] == ["satellite", "hotel", "port", "population"]
    assert made["cases"][2]["tries"][0]["exchanges"][0]["reply"]["status"] == "answered"
    held = footnote("check", "qa", "--json", "--baseline", "b.json", "--bless")
    assert held.object["baseline"] == {"failed": False, "gone": []}
    again = footnote("check", "qa", "--json", "--baseline", "b.json")
    assert again.object["cases"][0]["changes"][0]["kind"] == "still_failing"


@pytest.mark.usefixtures("cases")
def test_reports_are_written_beside_what_is_told(footnote: Command, folder: Path) -> None:
    run = footnote("check", "qa", "--junit", "r.xml", "--html", "r.html")
    assert run.code == 1
    assert "1 failed" in run.out
    assert 'failures="1"' in (folder / "r.xml").read_text()
    assert "1 of 4 cases fails" in (folder / "r.html").read_text()
    assert len((folder / ".footnote/checks.jsonl").read_text().splitlines()) == 1
    footnote("check", "qa", "-k", "port", "--history", "h.jsonl", "--html", "r.html")
    (line,) = (folder / "h.jsonl").read_text().splitlines()
    assert json.loads(line)["suite"] == "qa -k port extractive"
    assert (folder / "r.html").read_text().count('"begun": ') == 2  # of the run, and its history
