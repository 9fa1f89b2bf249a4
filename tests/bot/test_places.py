"""A quote from a table or a recording is cited by its row or time, wherever it is shown."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from bot.llamaindex import FootnoteQueryEngine
from tests.refind import NotFoundAgain, refind

CUES = [
    ("00:00:01.000 --> 00:00:04.000", "The river Han freezes over in January."),
    ("00:01:02.000 --> 00:01:05.500", "The harbour of Busan was mended in the spring of 1998."),
    ("00:01:06.000 --> 00:01:09.000", "Nobody remembers who paid for it."),
]
QUESTION = "When was the harbour of Busan mended?"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    lines = "\n\n".join(f"{when}\n{words}" for when, words in CUES)
    (folder / "talk.vtt").write_text(f"WEBVTT\n\n{lines}\n")
    (folder / "copy.vtt").write_text(f"WEBVTT\n\n{lines}\n")
    rivers = "\n".join(f"River{n},Town{n},{n}00" for n in range(1, 9))
    (folder / "rivers.csv").write_text(f"River,Mouth,Length\n{rivers}\n")
    return folder


def ask(corpus: Path, tmp_path: Path, capsys: Any, *more: str) -> str:
    capsys.readouterr()
    status = main(["ask", "--corpus", str(corpus), "--store", str(tmp_path / "store"), *more])
    assert status == 0
    return str(capsys.readouterr().out)


def test_a_time_is_cited(corpus: Path, tmp_path: Path, capsys: Any) -> None:
    reply = json.loads(ask(corpus, tmp_path, capsys, "--json", QUESTION))
    (citation,) = reply["citations"]
    assert (citation["file"], citation["also"]) == ("copy.vtt", ["talk.vtt"])
    assert citation["locator"] == {"kind": "time", "first": 62.0, "last": 65.5}
    assert refind(reply, corpus) == [CUES[1][1]]
    for wrong in ({"first": 1.0}, {"kind": "lines"}):
        citation["locator"] |= wrong
        with pytest.raises(NotFoundAgain):
            refind(reply, corpus)
    shown = ask(corpus, tmp_path, capsys, QUESTION)
    assert "[1] copy.vtt, 1:02 to 1:05 (also talk.vtt)\n" in shown


def test_what_was_renamed_is_cited_by_its_new_name(
    corpus: Path, tmp_path: Path, capsys: Any
) -> None:
    ask(corpus, tmp_path, capsys, "--json", QUESTION)
    (corpus / "copy.vtt").unlink()
    (corpus / "talk.vtt").rename(corpus / "new.vtt")
    reply = json.loads(ask(corpus, tmp_path, capsys, "--json", "--no-update", QUESTION))
    (citation,) = reply["citations"]
    assert (citation["file"], citation["also"]) == ("new.vtt", [])
    assert "file_renamed" in [notice["kind"] for notice in reply["notices"]]
    refind(reply, corpus)


def test_a_node_has_the_place_of_its_quote(corpus: Path, tmp_path: Path) -> None:
    engine = FootnoteQueryEngine.over(corpus, store=str(tmp_path / "store"))
    (node,) = (each.node for each in engine.query(QUESTION).source_nodes)
    assert node.metadata["place"] == "1:02 to 1:05"
    assert "lines" not in node.metadata
