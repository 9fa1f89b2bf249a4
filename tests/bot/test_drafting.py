"""`footnote check --record`, `--from` and `--suggest`: cases that are written, not asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from bot.check.drafts import case_of
from bot.check.expectations import judge
from bot.check.reading import parsed, read
from bot.check.words import folded, within
from bot.check.writing import written
from bot.feedback import FeedbackFile
from bot.render.json import of_reply
from bot.settings import load
from bot.suggested import _Asked
from bot.wiring import Desk
from tests.bot.conftest import NOT_THERE, PORT, ROOT, Command
from tests.servers import plays
from tests.servers.openai_like import Server

LAST = "When did the leaders of the three countries last meet?"
THEN = "Who was South Korea's foreign minister in 2021?"


def questions() -> list[str]:
    return sorted(
        {step.ask for path in (ROOT / "tests/qa").glob("*.yaml") for case in read(path)
         for step in case.steps}
    )  # fmt: skip


def test_what_is_recorded_of_each_question_on_the_seeds_passes(folder: Path) -> None:
    with Desk(load({}, {}, folder)) as desk:
        asker = desk.asker()
        for question in questions():
            reply = of_reply(asker.ask(question))
            case = case_of(question, reply)
            (again,) = parsed(written(case).encode(), "draft")
            assert (again.id, again.steps) == (case.id, case.steps)
            assert all(finding.met for finding in judge(again.expect, reply)), question


def test_a_recorded_case_goes_to_standard_output_and_its_answer_beside_it(
    footnote: Command,
) -> None:
    run = footnote("check", "--record", THEN)
    assert run.code == 0
    assert "Chung Eui-yong's visit to Xiamen" in run.err
    assert yaml.safe_load(run.out) == [
        {
            "id": "who-was-south-korea-s-foreign",
            "ask": THEN,
            "expect": {
                "says": ["South Korean Foreign Minister Chung Eui-yong"],
                "cites": ["002_f61767d183f80fa3.txt"],
                "dated": "2021-04",
            },
        }
    ]


def test_recorded_cases_gather_in_a_file_and_pass(footnote: Command, folder: Path) -> None:
    for question in (PORT, LAST, NOT_THERE):
        run = footnote("check", "--record", question, "--into", "qa.yaml")
        assert run.code == 0
        assert run.out.endswith("Added to qa.yaml.\n")
    cases = read(folder / "qa.yaml")
    assert [case.expect.says for case in cases] == [("Busan",), ("2019",), ()]
    assert cases[2].expect.abstains == "not_in_corpus"
    assert footnote("check", "qa.yaml").code == 0
    again = footnote("check", "--record", PORT.lower(), "--into", "qa.yaml")
    assert again.code == 2
    assert "qa.yaml:1: case 'in-which-port-city-did-the' asks this already." in again.err
    assert again.out == ""  # it was not asked
    elsewhere = footnote("check", "qa.yaml", "--record", PORT)
    assert elsewhere.code == 2


def test_an_id_that_is_taken_gets_a_mark(footnote: Command, folder: Path) -> None:
    footnote("check", "--record", PORT, "--into", "qa.yaml")
    footnote("check", "--record", PORT.replace("port city", "port city of Korea"),
             "--into", "qa.yaml")  # fmt: skip
    footnote("check", "--record", "In which port city did the ministers meet?", "--into", "qa.yaml")
    ids = [case.id for case in read(folder / "qa.yaml")]
    assert ids[0] == "in-which-port-city-did-the"
    assert ids[2].startswith("in-which-port-city-did-the-")


def test_a_file_with_documents_of_its_own_is_asked_there(footnote: Command, folder: Path) -> None:
    (folder / "moon").mkdir()
    (folder / "moon/a.txt").write_text("The first landing on the moon took place in July 1969.\n")
    (folder / "qa.yaml").write_text(
        "corpus: moon\ncases:\n  - {id: a, ask: Who was Cleopatra?, expect: abstains}\n"
    )
    ask = "When did the first landing on the moon take place?"
    footnote("check", "--record", ask, "--into", "qa.yaml")
    assert read(folder / "qa.yaml")[1].expect.says == ("July 1969",)
    assert footnote("check", "qa.yaml").code == 0


def test_verdicts_become_drafts_but_for_what_cases_ask(footnote: Command, folder: Path) -> None:
    file = FeedbackFile(folder / "feedback.jsonl")
    with Desk(load({}, {}, folder)) as desk:
        asker = desk.asker()
        file.add(asker.ask(PORT), "good", "1")
        file.add(asker.ask(LAST), "wrong", "1", "In 2019, in Chengdu.")
        file.add(asker.ask(THEN), "wrong", "1")
    both = footnote("check", "--from", "feedback.jsonl")
    assert both.out.rstrip() == file.export().rstrip()
    assert "Of 3 verdicts: 2 drafted; 1 called wrong and never corrected." in both.err
    (folder / "qa.yaml").write_text(f"- {{id: port, ask: '{PORT}', expect: abstains}}\n")
    run = footnote("check", "qa.yaml", "--from", "feedback.jsonl", "--into", "new.yaml")
    assert run.code == 0
    assert "1 drafted; 1 left out, which cases ask already; 1 called wrong" in run.err
    (case,) = read(folder / "new.yaml")
    assert (case.ask, case.expect.says) == (LAST, ("In 2019, in Chengdu.",))
    text = (folder / "new.yaml").read_text()
    assert text.startswith("# DRAFTS of canned pairs")
    assert "# The correction, in a reader's words: In 2019, in Chengdu." in text
    again = footnote("check", "qa.yaml", "--from", "feedback.jsonl", "--into", "new.yaml")
    assert again.code == 1
    assert "0 drafted; 2 left out" in again.err
    assert (folder / "new.yaml").read_text() == text
    assert "There is no file none.jsonl." in footnote("check", "--from", "none.jsonl").err
    refused = footnote("check", "--from", "qa.yaml")
    assert (refused.code, "qa.yaml holds no verdict" in refused.err) == (2, True)


def test_suggestions_are_drafts_whose_answers_stand_in_their_sentences(
    footnote: Command, folder: Path
) -> None:
    run = footnote("check", "--suggest", "12")
    assert run.code == 0
    assert run.out.startswith("# DRAFTS of cases")
    drafts = run.out.split("\n\n")
    assert len(drafts) == 13
    cases = parsed(run.out.encode(), "drafts")
    for draft, case in zip(drafts[1:], cases, strict=True):
        first, today, *_ = draft.strip().splitlines()
        if case.expect.abstains:
            assert "# DRAFT without an answer" in first
        else:
            (said,), (file,) = case.expect.says, case.expect.cites
            assert within(said, first)
            assert folded(said) not in folded(case.ask)
            assert first.removeprefix(f"# DRAFT of {file}: ") in " ".join(
                (folder / "seeds" / file).read_text().split()
            )
        assert today.startswith(("# answers it today", "# it abstains today", "# today it "))
    assert sum(bool(case.expect.abstains) for case in cases) == 3
    corpus = "".join(path.read_text() for path in (folder / "seeds").iterdir())
    for draft, case in zip(drafts[1:], cases, strict=True):
        if case.expect.abstains:
            new = draft.split("without an answer: ")[1].split(", in place")[0]
            assert new in case.ask
            assert new not in corpus


def test_what_is_said_of_today_is_so(footnote: Command, folder: Path) -> None:
    footnote("check", "--suggest", "12", "--into", "qa.yaml")
    text = (folder / "qa.yaml").read_text()
    run = footnote("check", "qa.yaml")
    good = text.count("# answers it today") + text.count("# it abstains today")
    assert f"{good} passed" in run.out
    more = footnote("check", "--suggest", "3", "--into", "qa.yaml")
    assert more.code == 0
    assert len({case.ask for case in read(folder / "qa.yaml")}) == 15


def test_where_there_is_nothing_to_ask_it_says_so(footnote: Command, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "empty/a.txt").write_text("nothing to see here\n")
    run = footnote("check", "--suggest", "--corpus", "empty")
    assert (run.code, run.out) == (1, "")
    assert "No more than 0 good questions were found." in run.err


def test_a_person_takes_them_one_by_one(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.suggested.is_terminal", lambda _: True)
    mine = "Where did they meet for the first time since 2019?"
    typed = iter(["n", "what?", "e", mine, "y", "y", "q"])
    monkeypatch.setattr(_Asked, "_input", lambda _self, _prompt: next(typed))
    run = footnote("check", "--suggest", "--into", "qa.yaml")
    assert run.code == 0
    assert "1 of 10  " in run.out
    assert "4 of 10  " in run.out
    assert "y keeps it, n passes it over" in run.out
    assert mine in run.out
    assert run.out.endswith("2 added to qa.yaml.\n")
    cases = read(folder / "qa.yaml")
    assert cases[0].ask == mine
    assert len(cases) == 2
    assert "#" not in (folder / "qa.yaml").read_text()


def test_a_model_words_the_questions(
    footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "own").mkdir()
    sentence = "Norwind sold 640 turbines in 2022."
    (folder / "own/a.txt").write_text(f"Norwind grows\n\n{sentence}\n")
    said = {"ask": "How many turbines did Norwind sell in 2022?", "says": "640"}
    script = [plays.text(json.dumps(said))] * 9
    with Server(script) as server:
        monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
        monkeypatch.setenv("FOOTNOTE_RETRIES", "0")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        run = footnote("check", "--suggest", "1", "--corpus", "own")
    assert run.code == 0, run.err
    (case,) = parsed(run.out.encode(), "drafts")
    assert (case.ask, case.expect.says) == (said["ask"], ("640",))
    asked = [str(each["messages"][-1]["content"]).strip().splitlines() for each in server.chats]
    told = next(each for each in asked if sentence in each)
    assert told == [told[0], sentence, told[0]]  # as data, between what it cannot know


@pytest.mark.parametrize(
    "said",
    [
        "no JSON",
        "[1]",
        '{"ask": 1, "says": "640"}',
        '{"ask": "", "says": ""}',
        '{"ask": "How many turbines were there?", "says": "650"}',  # it is not in the sentence
        '{"ask": "Did Norwind sell 640 turbines?", "says": "640"}',  # it is in the question
    ],
)
def test_of_a_model_nothing_is_believed(
    said: str, footnote: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "own").mkdir()
    (folder / "own/a.txt").write_text("Norwind sold 640 turbines in 2022.\n")
    with Server([plays.text(said)] * 3) as server:
        monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
        monkeypatch.setenv("OPENAI_BASE_URL", server.base_url)
        run = footnote("check", "--suggest", "1", "--corpus", "own")
    assert (run.code, run.out) == (1, "")
    assert len(server.chats) == 1


def test_without_the_model_the_rules_make_them(
    footnote: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FOOTNOTE_MODEL", "scripted")
    monkeypatch.setenv("FOOTNOTE_RETRIES", "0")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    run = footnote("check", "--suggest", "1")
    assert run.code == 0
    assert "127.0.0.1:9" in run.err
    assert "- id: " in run.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--into", "a.yaml"], "--into takes drafts of cases."),
        (["--record", "x?", "--suggest"], "--record and --suggest do not go together."),
        (["--suggest", "many"], "--suggest takes a number"),
        (["--suggest", "5", "--baseline", "b"], "--suggest and --baseline do not go together."),
        (["--suggest", "5", "--judge"], "--suggest and --judge do not go together."),
        (["--record", "x?", "--recordings", "r"], "--record and --recordings do not go together."),
        (["--record", "x?", "--into", "a.txt"], "no file of cases by its name"),
        (["--record", " "], "The question is empty."),
    ],
)
def test_what_does_not_go_together_is_refused(
    footnote: Command, words: list[str], said: str
) -> None:
    run = footnote("check", *words)
    assert run.code == 2
    assert said in run.err
