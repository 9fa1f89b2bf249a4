"""A picture of answers as they look in Discord, of the messages that the bot would send.

`python -m tools.picture` asks the documents in seeds/, shows the messages in a page of its own
that looks like Discord, and takes docs/discord.png of it with Chromium or Chrome, which it needs.
`python -m tools.picture PAGE.html` writes the page alone.
"""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bot.answers import Answer
from bot.render.discord import Look, Message, of_reply
from bot.settings import load
from bot.wiring import Desk
from tools.markup import Node, parse

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "discord.png"
FILES = "https://github.com/acme/reports/blob/main/"
ASKED = (
    ("Mina", "#f0b232", "Who was South Korea's foreign minister in 2023?"),
    ("Jun", "#23a55a", "What is the population of Busan?"),
)
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
WIDTH, HEIGHT = 760, 2000

_CSS = """
* { box-sizing: border-box; margin: 0 }
body { background: #313338; color: #dbdee1; width: 760px; padding: 1px 0 20px;
  font: 16px/1.375 "gg sans", "Noto Sans", Inter, "Helvetica Neue", Arial, sans-serif;
  -webkit-font-smoothing: antialiased }
.message { position: relative; padding: 2px 40px 2px 72px; margin-top: 17px }
.avatar { position: absolute; left: 16px; top: 4px; width: 40px; height: 40px; border-radius: 50%;
  color: #fff; font-weight: 600; font-size: 17px; display: grid; place-items: center }
.sign { font-size: 25px; line-height: 1 }
.head { line-height: 22px; margin-bottom: 2px }
.name { font-weight: 500; color: #f2f3f5 }
.time { font-size: 12px; color: #949ba4; margin-left: 8px }
.app { background: #5865f2; color: #fff; font-size: 10px; font-weight: 600; line-height: 15px;
  padding: 0 5px; border-radius: 4px; margin-left: 5px; vertical-align: 2px }
.reply { position: relative; color: #b5bac1; font-size: 14px; margin: 0 0 4px; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis }
.spine { position: absolute; left: 36px; top: 10px; width: 30px; height: 12px;
  border: solid #4e5058; border-width: 2px 0 0 2px; border-radius: 6px 0 0 0 }
.replied { padding-top: 0 } .replied .avatar { top: 28px }
.body { white-space: pre-wrap; overflow-wrap: anywhere }
.mention { background: #3c4270; color: #c9cdfb; border-radius: 3px; padding: 0 2px }
.subtext { font-size: 13px; line-height: 1.4; color: #949ba4; display: block }
.quote { display: flex; white-space: pre-wrap }
.quote::before { content: ""; flex: none; width: 4px; border-radius: 4px; background: #4e5058;
  margin-right: 12px }
a { color: #00a8fc; text-decoration: none } b { color: #f2f3f5; font-weight: 600 }
.gap { display: block; height: 11px }
.buttons { display: flex; gap: 8px; margin-top: 10px }
.button { background: #4e5058; color: #fff; font-size: 14px; font-weight: 500; line-height: 16px;
  padding: 8px 16px; border-radius: 8px }
"""


def main() -> None:
    """Write the page, or take the picture."""
    page = drawn()
    if sys.argv[1:]:
        Path(sys.argv[1]).write_text(page, encoding="utf-8")
        return
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        raise SystemExit(
            "There is no Chromium or Chrome here to take the picture with. Install one, or look "
            "at the page itself: python -m tools.picture PAGE.html"
        )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "page.html")
        path.write_text(page, encoding="utf-8")
        height = measured(browser, path, folder)
        run(browser, folder, f"--screenshot={PICTURE}", f"--window-size={WIDTH},{height}", path)
    print(f"{PICTURE.relative_to(ROOT)}: {PICTURE.stat().st_size:,} bytes")


def measured(browser: str, page: Path, folder: str) -> int:
    """How high the page is, as the browser lays it out."""
    text = page.read_text(encoding="utf-8")
    ruler = Path(folder, "ruler.html")
    ruler.write_text(
        f"{text}<script>document.title = document.body.offsetHeight;"
        "document.body.innerText = `height ${document.title} px`</script>",
        encoding="utf-8",
    )
    told = run(browser, folder, "--dump-dom", f"--window-size={WIDTH},{HEIGHT}", ruler)
    return int(told.split("height ", 1)[1].split(" px", 1)[0])


def run(browser: str, folder: str, *arguments: str | Path) -> str:
    """What a headless browser prints."""
    *flags, page = arguments
    done = subprocess.run(
        [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
            "--force-device-scale-factor=1.25", f"--user-data-dir={folder}/profile", *flags,
            Path(page).as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    if done.returncode:
        raise SystemExit(f"{browser} failed:\n{done.stderr[-2000:]}")
    return done.stdout


def drawn() -> str:
    """The page: each question, and the messages that answer it."""
    parts = []
    with tempfile.TemporaryDirectory() as store:
        settings = load({"corpus": str(ROOT / "seeds"), "store": store}, {}, ROOT)
        with Desk(settings) as desk:
            asker = desk.asker()
            for name, colour, question in ASKED:
                reply = asker.ask(question)
                messages = of_reply(reply, Look(FILES), asker.lines(reply.nearest))
                parts.append(_asked(name, colour, question))
                parts.append(_answered(name, question, messages, isinstance(reply, Answer)))
    body = "".join(parts)
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Footnote in Discord</title>'
        f"<style>{_CSS}</style><body>{body}</body></html>\n"
    )


def _asked(name: str, colour: str, question: str) -> str:
    said = f'<span class="mention">@Footnote</span> {html.escape(question)}'
    return _message(name, colour, "", said)


def _answered(name: str, question: str, messages: Sequence[Message], quotes: bool) -> str:
    reply = (
        f'<div class="spine"></div><div class="reply">@{name} '
        f"&nbsp;@Footnote {html.escape(question)}</div>"
    )
    parts = []
    for at, message in enumerate(messages):
        said = _blocks(parse(message.content))
        if at == len(messages) - 1:
            said += _buttons(quotes)
        parts.append(_message("Footnote", "#5865f2", "" if at else reply, said))
    return "".join(parts)


def _message(name: str, colour: str, reply: str, said: str) -> str:
    sign = '<span class="sign">1</span>' if name == "Footnote" else name[0]
    app = '<span class="app">APP</span>' if name == "Footnote" else ""
    return (
        f'<div class="message{" replied" if reply else ""}">{reply}'
        f'<div class="avatar" style="background:{colour}">{sign}</div>'
        f'<div class="head"><span class="name">{name}</span>{app}'
        f'<span class="time">Today at 10:24</span></div><div class="body">{said}</div></div>'
    )


def _buttons(quotes: bool) -> str:
    labels = ("Quotes", "Good", "Wrong") if quotes else ("Good", "Wrong")
    shown = "".join(f'<span class="button">{label}</span>' for label in labels)
    return f'<div class="buttons">{shown}</div>'


def _blocks(nodes: Sequence[Node]) -> str:
    return "".join(map(_shown, nodes))


def _shown(node: Node) -> str:
    inner = _blocks(node.children) if node.children else html.escape(node.text)
    if node.kind == "text":
        # An empty line between paragraphs is lower than a line of text.
        return inner.replace("\n\n", '<span class="gap"></span>')
    if node.kind == "strong":
        return f"<b>{inner}</b>"
    if node.kind == "link":
        return f'<a href="{html.escape(node.target)}">{inner}</a>'
    if node.kind in ("subtext", "quote"):
        return f'<span class="{node.kind}"><span>{inner}</span></span>'
    return inner


if __name__ == "__main__":
    main()
