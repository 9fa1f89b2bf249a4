"""The page as a file: it stands alone, stays small, and what others write is no markup in it."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from index.record import replaced
from tests.bot.check import pages
from tests.bot.check.pages import BUSAN, SNOW, exchange, made, result, tried


class Parts(HTMLParser):
    """The elements of a page, and what stands in its scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.inside: dict[str, str] = {}
        self.inside_of = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        named = tag in ("script", "style", "title")
        self.inside_of = (dict(attrs).get("id") or tag) if named else ""

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - as it is called
        self.inside_of = ""

    def handle_data(self, data: str) -> None:
        if self.inside_of:
            self.inside[self.inside_of] = self.inside.get(self.inside_of, "") + data

    def json(self, name: str) -> Any:
        return json.loads(self.inside[name])


def test_it_stands_alone(tmp_path: Path) -> None:
    parts = Parts(made(tmp_path))
    for tag, attributes in parts.tags:
        assert tag not in ("link", "img", "iframe", "object", "base")
        assert not {"src", "href", "style", "srcset"} & attributes.keys()
        assert not any(name.startswith("on") for name in attributes)
    assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/2000/svg)", made(tmp_path))


def test_its_policy_lets_nothing_run_but_its_own(tmp_path: Path) -> None:
    parts = Parts(made(tmp_path))
    (policy,) = (
        at["content"] for tag, at in parts.tags if at.get("http-equiv") == "Content-Security-Policy"
    )
    assert policy is not None
    rules = dict(each.strip().split(" ", 1) for each in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for name, rule in (("script", "script-src"), ("style", "style-src")):
        digest = sha256(parts.inside[name].encode()).digest()
        assert rules[rule] == f"'sha256-{b64encode(digest).decode()}'"
    assert rules["require-trusted-types-for"] == "'script'"


HOSTILE = "</script></title><!--<script>&amp;]]>\u2028\u2029\u202e\x00{{details}}\ud800"


def test_what_others_write_is_neither_markup_nor_hidden(tmp_path: Path) -> None:
    html = made(tmp_path, result(HOSTILE, tried(exchange(HOSTILE, BUSAN)), file=HOSTILE))
    assert html.count("</script>") == 3
    assert html.count("<!--") == 0
    assert not re.search("[\x00\u2028\u2029\u202e\ud800-\udfff]", html)
    html.encode()
    parts = Parts(html)
    assert parts.json("run")["cases"][0]["ask"] == HOSTILE
    assert parts.json("run")["cases"][0]["file"] == HOSTILE


def test_a_text_that_stands_often_is_kept_once(tmp_path: Path) -> None:
    html = made(tmp_path)
    texts = Parts(html).json("details")["texts"]
    assert len(texts) == len(set(texts))
    assert sum(BUSAN in each for each in texts) <= 3  # the quote, and around another
    assert Parts(html).json("details")["cases"][0]


def test_what_fails_stands_first_and_the_details_with_it(tmp_path: Path) -> None:
    parts = Parts(made(tmp_path))
    assert [each["id"] for each in parts.json("run")["cases"]] == [
        "coin", "port", "people", "later", "talk",
    ]  # fmt: skip
    assert [len(each) for each in parts.json("details")["cases"]] == [3, 1, 1, 0, 1]


def test_its_title(tmp_path: Path) -> None:
    assert Parts(made(tmp_path)).inside["title"] == "1 of 4 cases fails"
    assert Parts(made(tmp_path, pages.RESULTS[0])).inside["title"] == "1 case passes"


def test_it_stays_small_and_what_fails_is_kept_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = BUSAN + " 그리고 더" * 200
    many = [result(f"c{n}", tried(exchange(f"{n}?", f"{n} {long}", met=n > 0))) for n in range(9)]
    whole = made(tmp_path, *many)
    data = sum(len(Parts(whole).inside[name].encode()) for name in ("run", "details"))
    monkeypatch.setattr("bot.check.page._MOST_BYTES", data)
    assert made(tmp_path, *many) == whole
    monkeypatch.setattr("bot.check.page._MOST_BYTES", data - 1)
    parts = Parts(made(tmp_path, *many))
    assert len(made(tmp_path, *many)) < len(whole)
    seen = [each[0]["exchanges"][0]["seen"] for each in parts.json("details")["cases"]]
    texts = parts.json("details")["texts"]
    assert len(texts[seen[0][0]["text"]]) >= 200
    assert all(not each or each[0]["cut"] for each in seen)
    assert parts.json("details")["whole"]
    monkeypatch.setattr("bot.check.page._MOST_BYTES", 1)
    parts = Parts(made(tmp_path, *many))
    seen = [each[0]["exchanges"][0]["seen"] for each in parts.json("details")["cases"]]
    assert [len(each) for each in seen] == [1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert not parts.json("details")["whole"]
    assert Parts(whole).json("details")["cases"][5][0]["exchanges"][0]["seen"]


def test_which_passages_were_cited(tmp_path: Path) -> None:
    both = exchange("Where?", BUSAN, SNOW)
    reply = {**both.reply, "citations": both.reply["citations"][:1]}
    html = made(tmp_path, result("a", tried(replaced(both, reply=reply))))
    (seen,) = (each[0]["exchanges"][0]["seen"] for each in Parts(html).json("details")["cases"])
    assert [each["cited"] for each in seen] == [True, False]
