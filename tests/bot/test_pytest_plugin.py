"""Canned pairs as tests of pytest: what is collected, and comes of it, and what is left alone."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date as Date
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from bot.answers import Abstention
from bot.cli import main
from bot.pytest_cases import AssertCited, FootnoteAsker, House
from bot.pytest_plugin import DEFAULT, _is_named
from bot.settings import Settings
from bot.wiring import reindex
from index.store import Store
from tests.bot.conftest import NOT_THERE, PORT, ROOT
from tests.servers.answering import answers, question
from tests.servers.openai_like import Server
from tests.servers.plays import by

CASES = f"""
- {{id: there, ask: '{PORT}', expect: {{says: [Busan]}}, tags: [port, xfail]}}
- {{id: not-there, ask: 'In which port city did the ministers meet?',
   expect: {{says: [Incheon]}}}}
- {{id: known, ask: 'How long do penguins live?', expect: {{says: [years]}}, fails: so}}
- {{id: mended, ask: '{NOT_THERE}', expect: abstains, fails: so}}
- {{id: not-yet, ask: 'Who met in Busan?', expect: abstains,
   skip: {{reason: later, until: 2999-12-31}}}}
- {{id: over, ask: 'Who meets in Busan?', expect: {{says: [Incheon]}},
   skip: {{reason: later, until: 2020-01-01}}}}
- {{id: both, ask: 'What do penguins eat?', expect: abstains, modes: [extractive, generative]}}
- {{id: often, ask: 'How do penguins sleep?', expect: abstains, repeat: 3, pass_at_least: 2}}
- id: follow-up
  ask: Do penguins fly?
  expect: abstains
  then: [{{ask: 'In which port city did the three ministers meet?', expect: {{says: [Seoul]}}}}]
"""
UNTRUE = """
import bot.check.runner as runner

inner = runner.of_reply

def off(reply):
    value = inner(reply)
    for each in value["citations"]:
        each["start"] += 1
    return value

runner.of_reply = off
"""
MET = "The three foreign ministers met in the port city of Busan."
SLEEP = "Penguins sleep for seconds at a time."
MODEL_CASES = """
- {id: met, ask: 'In which city did ministers meet?', expect: {says: [Busan]}}
- {id: judged, ask: 'Where did they meet then?', expect: {judge: [It is short.]}}
- {id: sleep, ask: 'How do penguins sleep?',
   expect: {says: [seconds], judge: [It is short.]}}
"""
Pytest = Callable[..., tuple[int, str]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with documents and cases; pytest's root folder, as it has a pytest.ini."""
    (tmp_path / "seeds").symlink_to(ROOT / "seeds")
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --strict-markers\n")
    (tmp_path / "qa").mkdir()
    (tmp_path / "qa/some.yaml").write_text(CASES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(project: Path) -> Pytest:
    """Runs pytest in `project`, with the plugins that are named and no others."""

    def run(*words: str, plugins: tuple[str, ...] = ("bot.pytest_plugin",)) -> tuple[int, str]:
        named = [word for plugin in plugins for word in ("-p", plugin)]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "pytest", "--color=no", *named, *words],
            cwd=project,
            env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": str(ROOT)},
            capture_output=True,
            timeout=100,
        )
        assert not done.stderr, done.stderr.decode()
        return done.returncode, done.stdout.decode()

    return run


def ended(told: str) -> list[str]:
    """What came of each test, as `-rA` lists it."""
    words = "PASSED|FAILED|XFAIL|SKIPPED|ERROR"
    return re.findall(rf"(?m)^(?:{words}) .*$", told.partition("short test summary")[2])


def collected(told: str) -> list[str]:
    """The ids that `--collect-only -q` lists."""
    return re.findall(r"(?m)^qa/some.yaml::(\S+)$", told)


def test_a_case_is_a_test_of_its_own(run: Pytest, project: Path) -> None:
    code, told = run("-rA", "--junit-xml=report.xml", "qa")
    assert code == 1
    assert sorted(ended(told)) == [
        "FAILED qa/some.yaml::follow-up - says: no claim says 'Seoul'",
        "FAILED qa/some.yaml::mended - [XPASS(strict)] so",
        "FAILED qa/some.yaml::not-there - says: no claim says 'Incheon'",
        "FAILED qa/some.yaml::over - says: no claim says 'Incheon'",
        "PASSED qa/some.yaml::both[extractive]",
        "PASSED qa/some.yaml::often",
        "PASSED qa/some.yaml::there",
        "SKIPPED [1] qa/some.yaml:11: no model is named",
        "SKIPPED [1] qa/some.yaml:7: later",
        "XFAIL qa/some.yaml::known - so",
    ]
    assert "expected  says: Incheon" in told
    assert "its skip ended on 2020-01-01: later" in told
    assert "asked     In which port city did the three ministers meet?" in told  # the follow-up
    assert "Traceback" not in told
    assert (project / ".footnote").is_dir()  # the store of the command
    tests = {each.get("name"): each for each in ElementTree.parse("report.xml").iter("testcase")}
    often = {each.get("name"): each.get("value") for each in tests["often"].iter("property")}
    assert often == {"mode": "extractive", "passes": "3 of 3"}
    failure = tests["not-there"].find("failure")
    assert failure is not None
    assert "says: Incheon" in str(failure.text)
    assert tests["known"].find("skipped") is not None


@pytest.fixture(autouse=True)
def _here(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project)


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["-k", "often or port"], ["there", "often"]),
        (["-k", "korean"], []),
        (["-k", "port"], ["there"]),
        (["-k", "xfail"], ["there", "known", "mended"]),  # a tag, and pytest's own marker
        (["-m", "port"], ["there"]),
        (["-m", "xfail"], ["known", "mended"]),
        (["qa/some.yaml::both"], ["both[extractive]", "both[generative]"]),
        (["qa/some.yaml::both[generative]"], ["both[generative]"]),
    ],
)
def test_cases_are_chosen_as_tests_are(run: Pytest, words: list[str], ids: list[str]) -> None:
    assert collected(run("--collect-only", "-q", *words)[1]) == ids


def test_what_failed_last_is_run_alone(run: Pytest) -> None:
    run("qa", "-k", "there")
    code, told = run("--lf", "-rA")
    assert code == 1
    assert ended(told) == ["FAILED qa/some.yaml::not-there - says: no claim says 'Incheon'"]


def test_processes_share_one_index_that_is_gone_after(run: Pytest, project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\nfootnote_fresh = true\n")
    (project / "conftest.py").write_text(
        "from bot.pytest_cases import fresh_store\n"
        "def pytest_sessionfinish(session):\n"
        "    with open('stores', 'a') as file: print(fresh_store(session.config), file=file)\n"
    )
    code, told = run("-n", "2", "-rA", plugins=("bot.pytest_plugin", "xdist"))
    assert code == 1
    assert len(ended(told)) == 10
    lines = (project / "stores").read_text().splitlines()
    assert (len(lines), len(set(lines))) == (3, 1)  # two processes, and the one that has them
    assert not Path(lines[0]).exists()
    assert not (project / ".footnote").exists()


def test_a_known_failure_excuses_no_citation_that_is_not_true(run: Pytest, project: Path) -> None:
    (project / "qa/some.yaml").write_text(
        f"- {{id: known, ask: '{PORT}', expect: {{says: [Incheon]}}, fails: so}}"
    )
    assert run("qa")[0] == 0
    (project / "conftest.py").write_text(UNTRUE)
    code, told = run("qa", "-rA")
    assert code == 1
    (failed,) = ended(told)
    assert failed.startswith("FAILED qa/some.yaml::known - citations: citation 1: ")
    assert "each quote in its file" in told


def test_a_file_that_cannot_be_meant_ends_the_run(run: Pytest, project: Path) -> None:
    (project / "qa/some.yaml").write_text("- id: a\n  aks: b\n  expect: abstains\n")
    code, told = run()
    assert code == 2
    assert "qa/some.yaml:2: case 'a'" in told
    assert "hint: Did you mean 'ask'?" in told


def test_files_that_nobody_named_are_left_alone(run: Pytest, project: Path) -> None:
    (project / "qa/compose.yaml").write_text("services: {web: {image: x}}\n")
    (project / "other.yaml").write_text(CASES)
    (project / "qa/deeper").mkdir()
    (project / "qa/deeper/other.yaml").write_text(CASES)
    code, told = run("--collect-only", "-q", ".", "other.yaml")
    assert code == 0
    assert "other.yaml" not in told
    assert "10 tests collected" in told
    # What is named is meant, and must be right.
    (project / "pytest.ini").write_text("[pytest]\nfootnote_cases = other.yaml qa/c*.yaml\n")
    told = run("--collect-only", "-q")[1]
    assert "other.yaml::there" in told
    assert "some.yaml" not in told
    assert "qa/compose.yaml:1: " in told


@pytest.mark.parametrize(
    ("glob", "path", "named"),
    [
        ("**/qa/*.yaml", "qa/a.yaml", True),
        ("**/qa/*.yaml", "tests/x/qa/a.yaml", True),
        ("**/qa/*.yaml", "tests/qa/x/a.yaml", False),
        ("**/qa/*.yaml", "tests/aqa/a.yaml", False),
        ("tests/qa/**", "tests/qa/x/a.yaml", True),
        ("?.yaml", "a.yaml", True),
        ("?.yaml", "ayaml", False),
        ("*.yaml", "x/a.yaml", False),
    ],
)
def test_globs(glob: str, path: str, named: bool) -> None:
    assert _is_named(Path("/root", path), Path("/root"), [glob]) is named


def test_without_documents_each_case_says_so(run: Pytest, project: Path) -> None:
    (project / "seeds").unlink()
    code, told = run("qa", "-k", "there")
    assert code == 1
    assert told.count("\nNo folder of documents is named") == 2
    assert "hint: Name one" in told
    assert "Traceback" not in told
    shutil.copytree(ROOT / "seeds", project / "papers")
    (project / "footnote.toml").write_text('corpus = "papers"\n')
    assert "1 failed, 1 passed" in run("qa", "-k", "there")[1]


def test_a_file_may_have_documents_of_its_own(run: Pytest, project: Path) -> None:
    (project / "qa/moon").mkdir()
    (project / "qa/moon/a.txt").write_text("The moon landing took place in July 1969.\n")
    (project / "qa/some.yaml").write_text(
        "corpus: moon\ncases:\n"
        "- {id: moon, ask: 'When did the moon landing take place?', expect: {dates: [1969-07]}}\n"
    )
    assert run("qa")[0] == 0


@pytest.fixture
def recorded(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project of two cases that a model was asked by the command; its server is gone."""
    (project / "seeds").unlink()
    (project / "seeds").mkdir()
    (project / "seeds/a.txt").write_text(f"{MET}\n")
    (project / "seeds/b.txt").write_text(f"{SLEEP}\n")
    (project / "qa/some.yaml").write_text(MODEL_CASES)
    ini = "[pytest]\nfootnote_recordings = qa/recordings\n"
    (project / "pytest.ini").write_text(ini)
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    says = {"In": answers((MET, MET)), "How": answers((SLEEP, SLEEP))}
    script = by(lambda received: says[question(received).split()[0]])
    with Server(script) as server, monkeypatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", server.base_url)
        patch.setenv("OPENAI_API_KEY", "sk-canary-7f3a9b2c4d5e6f70")
        assert main(["check", "qa", "--recordings", "qa/recordings", "--refresh"]) == 0
        assert len(server.chats) == 2
    return project


def test_what_a_model_said_is_replayed_without_key_or_server(run: Pytest, recorded: Path) -> None:
    report = recorded / "report.xml"
    code, told = run("qa", "-rA", f"--junit-xml={report}")
    assert code == 0, told
    assert ended(told) == [
        "PASSED qa/some.yaml::met",
        "PASSED qa/some.yaml::sleep",
        "SKIPPED [1] qa/some.yaml:3: only a model can judge it (--judge)",
    ]
    assert "not looked at: judge: It is short." in told
    tests = {each.get("name"): each for each in ElementTree.parse(report).iter("testcase")}
    properties = {
        name: {each.get("name"): each.get("value") for each in tests[name].iter("property")}
        for name in ("met", "sleep")
    }
    assert properties == {
        "met": {"mode": "generative"},
        "sleep": {"mode": "generative", "not looked at": "judge: It is short."},
    }


def test_what_is_recorded_no_more_fails_its_case_alone(
    run: Pytest, recorded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (recorded / "seeds/b.txt").write_text(f"{SLEEP} So it is said.\n")
    code, told = run("qa", "-rA")
    assert code == 1
    assert [each.partition(" - ")[0] for each in ended(told)] == [
        "PASSED qa/some.yaml::met",
        "SKIPPED [1] qa/some.yaml:3: only a model can judge it (--judge)",
        "FAILED qa/some.yaml::sleep",
    ]
    words = " ".join(told.split())
    assert "some.yaml::sleep[generative] (try 1) is stale. Changed since: the passages (" in words
    assert "Record it anew: --recordings " in words
    # Nothing excuses it, and a folder that is not there is no other thing than an empty one.
    shutil.rmtree(recorded / "qa/recordings")
    cases = MODEL_CASES.replace("id: met,", "id: met, fails: so,")
    (recorded / "qa/some.yaml").write_text(cases)
    with Server() as server:  # which could be asked
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        code, told = run("qa")
        assert not server.requests
    assert (code, "2 failed, 1 skipped" in told) == (1, True), told
    words = " ".join(told.split())
    assert words.count("[generative] (try 1) asks with answer.md is not recorded.") >= 2
    assert "Traceback" not in told


def test_what_a_test_asks_a_model_is_not_recorded(run: Pytest, recorded: Path) -> None:
    (recorded / "test_it.py").write_text(
        "def test_model(footnote_asker):\n"
        "    footnote_asker('Where did the ministers meet?')\n"
        "def test_words(footnote_asker, assert_cited):\n"
        "    reply = footnote_asker('Where did the ministers meet?', mode='extractive')\n"
        "    assert_cited(reply, says='Busan')\n"
    )
    code, told = run("test_it.py")
    assert (code, "1 failed, 1 passed" in told) == (1, True), told
    assert "what a test asks is not recorded" in told


def test_what_an_index_cannot_take_up_is_warned_of(run: Pytest, project: Path) -> None:
    assert run("qa", "-k", "often")[0] == 0
    (project / "footnote.toml").write_text(
        'model = "m"\napi_key = "k"\nbase_url = "http://10.0.0.1/v1"\n'
    )
    (project / "qa/some.yaml").write_text(
        f"- {{id: a, ask: '{PORT}', expect: {{says: [Busan]}}, modes: [extractive]}}"
    )
    code, told = run("qa")
    assert code == 0
    assert told.count("PytestWarning: footnote: ") == 1


def test_a_run_without_cases_imports_nothing_more(run: Pytest, project: Path) -> None:
    (project / "qa/some.yaml").unlink()
    (project / "test_it.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    assert not [each for each in sys.modules if each.split('.')[0] in ('bot', 'index')]\n"
    )
    code, told = run()
    assert (code, "1 passed" in told) == (0, True), told


def test_a_bot_of_the_project_is_its_own(run: Pytest, project: Path) -> None:
    (project / "qa/some.yaml").unlink()
    (project / "bot").mkdir()
    (project / "bot/__init__.py").write_text("MINE = True\n")
    (project / "test_it.py").write_text("import bot\n\ndef test_it():\n    assert bot.MINE\n")
    code, told = run()
    assert (code, "1 passed" in told) == (0, True), told


def test_the_plugin_imports_nothing_and_soon() -> None:
    code = (
        "import sys, pytest, time\n"
        "before, begun = set(sys.modules), time.process_time()\n"
        "import bot.pytest_plugin\n"
        "print(time.process_time() - begun, *(set(sys.modules) - before))\n"
    )
    taken = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60
        )
        seconds, *imported = done.stdout.split()
        assert set(imported) == {"bot", "bot.pytest_plugin"}, done.stderr
        taken.append(float(seconds))
    assert min(taken) < 0.005


def test_the_project_brings_the_plugin() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["entry-points"]["pytest11"] == {"footnote": "bot.pytest_plugin"}
    page = (ROOT / "docs/checking.md").read_text(encoding="utf-8")
    assert all(f"`{glob}`" in page for glob in DEFAULT)


def test_the_page_shows_tests_that_pass(run: Pytest, project: Path) -> None:
    page = (ROOT / "docs/checking.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"(?ms)^```python\n# (test_\w+\.py)\n(.*?)^```$", page)
    (project / shown[0]).write_text(shown[1])
    code, told = run(shown[0])
    assert code == 0, told
    assert f"{shown[1].count('def test_')} passed" in told
    (project / shown[0]).write_text(shown[1].replace('says="Busan"', 'says="Incheon"'))
    code, told = run(shown[0])
    assert code == 1
    assert "says: no claim says 'Incheon'" in told


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with House(Settings(ROOT / "seeds", tmp_path / "store", "extractive")) as house:
        yield house


def test_a_reply_that_is_not_as_asserted(house: House) -> None:
    ask, assert_cited = FootnoteAsker(house), AssertCited(house)
    reply = ask(PORT)
    assert_cited(reply)
    assert_cited(reply, says="Busan", dates=[2019], cites=(reply["citations"][0]["file"],))
    then = ask("Who was South Korea's foreign minister in 2021?", mode="extractive")
    assert_cited(
        then, says=["Chung Eui-yong"], dated=Date.fromisoformat(then["citations"][0]["date"])
    )
    with pytest.raises(AssertionError, match="says: no claim says 'Incheon'\nanswer: The "):
        assert_cited(reply, says="Incheon")
    reply["citations"][0]["start"] += 1
    with pytest.raises(AssertionError, match="citations: "):
        assert_cited(reply, says="Busan")
    with pytest.raises(AssertionError, match="abstains: it abstained: not_in_corpus"):
        assert_cited(ask(NOT_THERE))
    with pytest.raises(AssertionError, match="it abstained: unverified"):
        assert_cited(Abstention("?", "unverified", "None could be verified."))


@pytest.mark.parametrize(
    ("expect", "told"),
    [
        ({"cite": "a.txt"}, "Did you mean 'cites'?"),
        ({"says": 7}, "in quotes"),
        ({"dates": ["spring"]}, "spring"),
    ],
)
def test_an_assertion_that_cannot_be_meant(house: House, expect: Any, told: str) -> None:
    reply = FootnoteAsker(house)(PORT)
    with pytest.raises(TypeError, match=re.escape(told)):
        AssertCited(house)(reply, **expect)


def test_the_index_that_another_process_builds_is_waited_for(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("The ministers met in Busan.\n")
    settings = Settings(corpus, tmp_path / "store", "extractive")
    reindex(settings)
    (corpus / "a.txt").write_text("The ministers met in Incheon, it is said.\n")
    with ExitStack() as stack, House(settings) as house:
        stack.enter_context(Store.for_corpus(settings.store, corpus).lock())
        release = threading.Timer(0.3, stack.close)
        release.start()
        assert_cited = AssertCited(house)
        assert_cited(FootnoteAsker(house)("Where did the ministers meet?"), says="Incheon")
        assert not house.untold()
        release.join()


def test_an_index_that_cannot_be_made_is_tried_once(tmp_path: Path) -> None:
    with House(Settings(tmp_path / "none", tmp_path / "store", "extractive")) as house:
        errors = []
        for _ in range(2):
            with pytest.raises(Exception, match="none") as caught:
                house.seat(None, "extractive")
            errors.append(caught.value)
        assert errors[0] is errors[1]
