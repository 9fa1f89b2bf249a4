"""The page as people use it, in Chromium: filtered, opened, by keyboard, whatever stands in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bot.check.results import Finding, Result
from index.record import replaced
from tests.bot.check.pages import (
    BUSAN,
    KEYS,
    RESULTS,
    SNOW,
    citation,
    exchange,
    made,
    result,
    since,
    tried,
)  # fmt: skip
from tests.chromium import Browser, Tab, found

HOSTILE = "</script><img src=x onerror=alert(1)><!--<script>\u2028\u202eabc\u200b & {{run}} \ud800"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = found()
    if program is None:
        pytest.skip("there is no Chromium or Chrome on this machine")
    with Browser(program) as browser:
        yield browser


Open = Callable[..., Tab]


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Open]:
    """Opens a page in a tab; at the end nothing went wrong in it, and nothing was fetched."""
    tabs: list[Tab] = []

    def go(html: str = "", fragment: str = "", width: int = 1280, *, dark: bool = False) -> Tab:
        path = tmp_path / "page.html"
        path.write_bytes((html or made(tmp_path)).encode())
        tab = browser.tab(width, dark=dark)
        tabs.append(tab)
        tab.go(path, fragment)
        return tab

    yield go
    for tab in tabs:
        assert tab.of("Runtime.exceptionThrown") == []
        assert [each["entry"]["text"] for each in tab.of("Log.entryAdded")] == []
        fetched = {each["request"]["url"] for each in tab.of("Network.requestWillBeSent")}
        assert {url.partition("#")[0] for url in fetched} == {(tmp_path / "page.html").as_uri()}


def shown(tab: Tab) -> list[str]:
    """The questions in the list."""
    return list(
        tab.ask(
            "[...document.querySelectorAll('.rows > li')].filter(e => e.checkVisibility())"
            ".map(e => e.querySelector('.ask').textContent)"
        )
    )


def text(tab: Tab, where: str) -> str:
    return str(tab.ask(f"document.querySelector({json.dumps(where)}).textContent"))


def focused(tab: Tab) -> str:
    return str(tab.ask("document.activeElement.textContent.trim()"))


def typed(tab: Tab, words: str) -> None:
    tab.call("Input.insertText", text=words)


def test_the_sum_what_fails_first_and_the_history(opened: Open) -> None:
    tab = opened()
    assert text(tab, "h1") == "1 of 4 cases fails."
    assert text(tab, "#about").startswith("modeextractivegeneration00000001-abbegun2 January 2026")
    assert shown(tab) == [
        "Did they meet?", "Where did they meet?", "How many live in Busan?", "later", "Where?",
    ]  # fmt: skip
    assert tab.ask("[...document.querySelectorAll('h2')].map(e => e.textContent)") == [
        "Failing", "qa/a.yaml", "qa/b.yaml",
    ]  # fmt: skip
    assert tab.ask("document.querySelectorAll('#history g').length") == 3
    assert "1, 1, 1" in tab.ask("document.querySelector('#history svg').ariaLabel")


def test_one_run_has_no_history_to_show(opened: Open, tmp_path: Path) -> None:
    assert not opened(made(tmp_path, history=[])).ask("by('history').checkVisibility()")


def test_words_statuses_tags_and_files_filter(opened: Open) -> None:
    tab = opened()
    tab.press("/")
    typed(tab, "BUSAN  how")
    assert shown(tab) == ["How many live in Busan?"]
    assert text(tab, "#shown") == "1 of 5 cases"
    tab.press("Escape")
    assert len(shown(tab)) == 5
    typed(tab, "where meet")
    assert shown(tab) == ["Where did they meet?"]
    tab.press("Escape")
    tab.ask("document.querySelector('[data-status=skipped]').click()")
    assert shown(tab) == ["later"]
    assert tab.ask("document.querySelector('[data-status=skipped]').ariaPressed") == "true"
    tab.ask("document.querySelector('[data-status=failed]').click()")
    assert shown(tab) == ["Did they meet?", "later"]
    tab.ask("by('all').click()")
    assert len(shown(tab)) == 5
    choose = "by('by-{}').value = '{}'; by('by-{}').dispatchEvent(new Event('change'))"
    tab.ask(choose.format("tag", "talks", "tag"))
    assert shown(tab) == ["Where did they meet?"]
    tab.ask(choose.format("file", "qa/b.yaml", "file"))
    assert shown(tab) == []
    assert tab.ask("by('none').checkVisibility()")


def test_an_open_case_that_the_filters_hide_is_closed(opened: Open) -> None:
    tab = opened()
    tab.ask("head(0).click()")
    tab.ask("document.querySelector('[data-status=failed]').click()")
    assert tab.ask("by('open') !== null")
    tab.ask("document.querySelector('[data-status=failed]').click()")
    tab.ask("document.querySelector('[data-status=skipped]').click()")
    assert tab.ask("by('open')") is None


def test_what_changed_since_the_baseline(opened: Open, tmp_path: Path) -> None:
    tab = opened(made(tmp_path, against=since()))
    assert "1 regression" in text(tab, "#against")
    tab.ask("document.querySelector('#against .regression').click()")
    assert shown(tab) == ["Did they meet?"]
    tab.ask("head(shown[0]).click()")
    assert text(tab, ".note.regression").startswith("regression: passed (3 of 3")


def test_a_case_opened_shows_its_answer_beside_its_sources(opened: Open) -> None:
    tab = opened()
    tab.ask("head(cases.findIndex(each => each.id === 'port')).click()")
    assert text(tab, ".answer") == f"{BUSAN}1{SNOW}2"
    assert text(tab, ".where").startswith("qa/a.yaml:3extractivetalks")
    sources = (
        "[...document.querySelectorAll('.source')].map(e => e.querySelector('mark').textContent)"
    )
    assert tab.ask(sources) == [BUSAN, SNOW]
    lines = (
        "[...document.querySelector('.source').querySelectorAll('.line')]"
        ".map(e => e.children[0].textContent + ' ' + e.children[1].textContent)"
    )
    assert tab.ask(lines) == [
        "1 Rain fell.", "2 ", f"3 {BUSAN} They left.", f"4 {SNOW}", "5 ",
    ]  # fmt: skip
    assert "2 passages seen" in text(tab, ".seen summary")
    assert tab.ask("[...document.querySelectorAll('.findings li')].map(e => e.className)") == [
        "met", "met",
    ]  # fmt: skip


def test_a_footnote_leads_to_its_quote_and_back(opened: Open) -> None:
    tab = opened()
    tab.ask("head(cases.findIndex(each => each.id === 'port')).click()")
    tab.ask("document.querySelectorAll('.ref')[1].focus()")
    tab.press("Enter")
    assert tab.ask("document.activeElement.getAttribute('aria-label')") == "Source 2"
    assert tab.ask("document.activeElement.classList.contains('flash')")
    tab.ask("document.activeElement.querySelector('.back').click()")
    assert tab.ask("document.activeElement.className") == "ref"
    assert focused(tab) == "2"


def test_tries_and_what_share_of_them_is_true(opened: Open) -> None:
    tab = opened()
    tab.ask("head(0).click()")
    assert "2 of 3 tries passed" in text(tab, ".share")
    assert "true share: 21% to 94%" in text(tab, ".share")
    assert tab.ask("document.querySelectorAll('.unmet').length") == 1  # the one that failed
    tab.ask("document.querySelectorAll('.tries button')[0].click()")
    assert tab.ask("document.querySelectorAll('.unmet').length") == 0


def test_follow_ups_stand_below_one_another(opened: Open) -> None:
    tab = opened()
    tab.ask("head(cases.findIndex(each => each.id === 'talk')).click()")
    assert text(tab, ".asked") == "And what fell there?"
    assert tab.ask("document.querySelectorAll('.exchange').length") == 2


def test_by_keyboard_alone(opened: Open) -> None:
    tab = opened()
    tab.press("j", "j")
    assert "Where did they meet?" in focused(tab)
    tab.press("k")
    assert "Did they meet?" in focused(tab)
    tab.press("ArrowDown", "Enter")
    assert tab.ask("document.activeElement.getAttribute('aria-expanded')") == "true"
    assert tab.ask("by('open').getAttribute('aria-label')") == "port"
    tab.press("ArrowRight")
    assert tab.ask("by('open').getAttribute('aria-label')") == "people"
    assert "not in corpus" in text(tab, ".answer")
    tab.press("ArrowLeft")
    assert tab.ask("by('open').getAttribute('aria-label')") == "port"
    assert tab.ask("document.querySelectorAll('#open').length") == 1
    outline = "getComputedStyle(document.activeElement).outlineStyle"
    assert tab.ask(outline) == "solid"
    tab.press("Escape")
    assert tab.ask("by('open')") is None
    assert "Where did they meet?" in focused(tab)


def test_an_address_opens_a_case(opened: Open) -> None:
    tab = opened(fragment=f"#{quote(KEYS[4], safe='')}")
    assert tab.ask("by('open').getAttribute('aria-label')") == "talk"
    tab.ask("head(open).click()")
    assert tab.ask("location.hash") == ""
    tab.ask("head(1).click()")
    assert tab.ask("decodeURIComponent(location.hash)") == f"#{KEYS[0]}"
    plain = opened(fragment=f"#{KEYS[4]}")
    assert plain.ask("by('open').getAttribute('aria-label')") == "talk"
    assert opened(fragment="#%ff").ask("by('open')") is None


def hostile() -> Result:
    """A case in which everything that others write is hostile."""
    made = exchange(HOSTILE, HOSTILE, text=HOSTILE, met=False)
    cited = {**citation(1, HOSTILE, HOSTILE), "title": HOSTILE, "file": "a.txt"}
    made = replaced(
        made,
        reply={
            **made.reply,
            "citations": [cited],
            "notices": [{"kind": HOSTILE, "message": HOSTILE}],
            "rejected": [{"text": HOSTILE, "reason": HOSTILE}],
            "model": HOSTILE,
        },
        findings=(Finding(HOSTILE, False, HOSTILE, f"{HOSTILE}!", HOSTILE, by_model=True),),
        seen=({**made.seen[0], "file": HOSTILE, "text": HOSTILE},),
    )
    return result(HOSTILE, tried(made), file=HOSTILE, tags=(HOSTILE,))


def test_hostile_text_is_text_and_what_it_hides_is_marked(opened: Open, tmp_path: Path) -> None:
    tab = opened(made(tmp_path, hostile(), text=HOSTILE.replace("\ud800", "?")))
    tab.ask("head(0).click()")
    assert tab.ask("document.images.length") == 0
    assert tab.ask("document.scripts.length") == 3
    plain = HOSTILE.partition("\u2028")[0]
    for where in ("h3 .ask", ".answer p", ".notice", ".title", ".passage", ".wanted", ".why"):
        told = text(tab, where)
        assert plain in told
        assert "\u202e" not in told
        assert "U+202E" in told
        assert "U+200B" in told
    assert "judged by a model" in tab.ask("document.querySelector('main').textContent")
    marked = tab.ask("[...document.querySelectorAll('h3 .ask .hid')].map(e => e.textContent)")
    assert marked == ["U+2028", "U+202E", "U+200B", "U+D800"]


def test_writing_that_needs_joiners_and_direction_is_left_alone(
    opened: Open, tmp_path: Path
) -> None:
    asked = "می\u200cخواهم 👩\u200d👧 ❤\ufe0f\u200d🔥 葛\U000e0100 부산에서 누가?"
    tab = opened(made(tmp_path, result("fa", tried(exchange(asked, BUSAN)))))
    assert text(tab, "h3 .ask") == asked
    assert tab.ask("getComputedStyle(document.querySelector('h3 .ask')).direction") == "rtl"


def test_bytes_in_variants_of_a_character_and_tags_are_marked(opened: Open, tmp_path: Path) -> None:
    asked = "Who?\U0001f44d\ufe0f\U000e0155\U000e0041\U000e0090a\ufe0f"
    tab = opened(made(tmp_path, result("vs", tried(exchange(asked, BUSAN)))))
    shown = "Who?\U0001f44d\ufe0fU+E0155U+E0041U+E0090aU+FE0F"
    assert text(tab, "h3 .ask") == shown


def test_a_quote_that_does_not_stand_there_is_told(opened: Open, tmp_path: Path) -> None:
    false = exchange("Where?", "The ministers met in Seoul.", met=False)
    tab = opened(made(tmp_path, result("false", tried(false))))
    tab.ask("head(0).click()")
    assert "The quote does not stand there." in text(tab, ".source")
    assert text(tab, ".source mark") == "Rain fell."


@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_window(opened: Open, tmp_path: Path, width: int) -> None:
    long = result("x" * 90, tried(exchange("y" * 400, "z" * 900, text="z" * 900)), file="q" * 200)
    html = made(tmp_path, *RESULTS, long, text="z" * 900)
    tab = opened(html, width=width)
    tab.ask("head(cases.length - 1).click(); document.querySelector('.seen').open = true")
    assert tab.ask("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("dark", [False, True])
def test_all_text_can_be_read_on_its_ground(opened: Open, dark: bool) -> None:
    tab = opened(dark=dark)
    tab.ask("head(0).click(); document.querySelector('.seen').open = true")
    # Contrast as WCAG 2 reckons it: 4.5 is what it asks of text.
    worst = tab.ask(
        """(() => {
        const part = (v) => (v /= 255, v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        const rgb = (c) => c.match(/[\\d.]+/g).map(Number);
        const light = ([r, g, b]) => 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
        const ground = (e) => {
          for (; e; e = e.parentElement) {
            const c = rgb(getComputedStyle(e).backgroundColor);
            if (c.length < 4 || c[3] > 0) return c;
          }
        };
        let worst = [21, ""];
        const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (walk.nextNode()) {
          const e = walk.currentNode.parentElement;
          if (!walk.currentNode.data.trim()) continue;
          if (e.closest("script, noscript, svg, option")) continue;
          const both = [rgb(getComputedStyle(e).color), ground(e)];
          const [a, b] = both.map(light).sort((x, y) => y - x);
          const ratio = (a + 0.05) / (b + 0.05);
          if (ratio < worst[0]) worst = [ratio, e.outerHTML.slice(0, 200)];
        }
        return worst;
        })()"""
    )
    assert worst[0] >= 4.5, worst
    scheme = tab.ask("getComputedStyle(document.body).backgroundColor")
    assert (scheme == "rgb(23, 22, 19)") is dark
