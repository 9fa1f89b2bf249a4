"""Messages for Discord out of parts that stay together, within its limits by construction.

All of it is in a message's content, nothing in embeds: readers can turn embeds off and moderators
can remove them, which would part a claim from its footnote. So a message can also be sent with
embeds suppressed, and nothing in it is ever previewed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from urllib.parse import quote, urlsplit

from bot.answers import Citation, Locator
from bot.render.discord_places import ALSO, fragment, within
from bot.render.discord_words import WORDS, Words, voice
from bot.render.markdown import BREAK, ELLIPSIS, cut, plain, units, without_addresses
from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from datetime import date as Date

# Discord's own; a length is counted in UTF-16 here and in code points there, which are fewer.
CONTENT = 2000
FILE = 8_000_000  # bytes; a little below

MOST_MESSAGES = 4  # what is longer would fill the channel, and goes into a file
_RESERVED = 200  # kept free for the line that names the file
ROOM = CONTENT - _RESERVED
_TITLE, _PATH, _ADDRESS = 160, 120, 400
_NAME, _MOST_NAMES = 60, 3
_LEAST_QUOTE = 60
_LONG_CLAIM = 700
_NOTICE, _MOST_NOTICES = 400, 5
NARROW = "\u202f"  # a space at which no line breaks
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@record
class Message:
    """One message: its content, and a file with its name."""

    content: str = ""
    file: tuple[str, bytes] | None = None


@record
class Look:
    """How replies look. `files_url` is the address below which readers find the documents.

    `language` is that of what is said around them, or the locale that somebody's Discord has.
    """

    files_url: str | None = None
    language: str | None = None

    @property
    def words(self) -> Words:
        return WORDS[self.voice]

    @property
    def voice(self) -> str:
        """The language that the bot speaks."""
        return voice(self.language)


@record
class Footnote:
    """What a claim rests on; `about` is a line on it, such as what is said otherwise there."""

    n: int
    citation: Citation
    about: str = ""


@record
class Part:
    """What must stand in one message: a line that is already escaped, and its footnotes.

    `claim` is what the line is made of, where it can be shortened; `label` stands before it.
    """

    claim: str
    footnotes: tuple[Footnote, ...] = ()
    label: str = ""

    def line(self, room: int | None = None) -> str:
        """The claim with the numbers of its footnotes, in at most `room` units if it has one."""
        after = marks([note.n for note in self.footnotes])
        if room is None:
            return self.label + plain(self.claim) + after
        return self.label + cut(self.claim, room - units(self.label) - units(after)) + after


def raised(number: int) -> str:
    """The number of a footnote."""
    return str(number).translate(_RAISED)


def marks(numbers: Iterable[int]) -> str:
    """The numbers of a claim's footnotes, to stand after it."""
    shown = "·".join(map(raised, numbers))
    return NARROW + shown if shown else ""


def place(
    file: str,
    lines: Locator | None,
    title: str | None,
    date: Date | None,
    look: Look,
    *,
    also: Sequence[str] = (),
    whole: bool = False,
) -> str:
    """Where words stand: title, date, file and lines, with a link if there is an address, and in
    which other files."""
    known = [_shortened(shown(title, look), _TITLE, whole)] if title else []
    if date is not None:
        known.append(date.isoformat())
    where = _shortened(file, _PATH, whole)
    if lines is not None:
        where += f", {_linked(file, lines, look)}"
    if also:
        names = ", ".join(_shortened(name, _NAME, whole) for name in also[:_MOST_NAMES])
        more = f", +{len(also) - _MOST_NAMES:,}" if len(also) > _MOST_NAMES else ""
        where += f" ({ALSO[look.voice].format(names + more)})"
    return " · ".join([*known, where])


def shown(text: str, look: Look) -> str:
    """`text` of which nobody vouches for the addresses: it is shown without."""
    return without_addresses(text, (), look.words.address)


def address(file: str, lines: Locator, look: Look) -> str | None:
    """The address of `lines` of `file`; None where there is none that is safe to link to."""
    try:
        base = urlsplit((look.files_url or "").strip())
    except ValueError:
        return None
    if base.scheme.lower() not in ("http", "https") or not base.hostname or "@" in base.netloc:
        return None
    safe = "/:@!$&'*+,;=-._~%"
    path = quote(base.path.rstrip("/") + "/", safe=safe) + quote(file, safe="/", errors="replace")
    query = f"?{quote(base.query, safe=safe)}" if base.query else ""
    host = quote(base.netloc, safe=":[].-_~%")
    whole = f"{base.scheme.lower()}://{host}{path}{query}{fragment(lines)}"
    return whole if len(whole) <= _ADDRESS else None


def _linked(file: str, lines: Locator, look: Look) -> str:
    # The words of the link are ours alone: Discord takes none that look like an address.
    words = within(lines, look.voice)
    target = address(file, lines, look)
    words = f"[{words}](<{target}>)" if target else words
    return f"{words} “{cut(shown(lines.name, look), _NAME)}”" if lines.name else words


def footnote(note: Footnote, look: Look, room: int | None = None) -> str | None:
    """A footnote of two or three lines, in at most `room` units; None where that is too little."""
    cited = note.citation
    where = place(cited.file, cited.locator, cited.title, cited.date, look, also=cited.also)
    about = f"\n-# {cut(note.about, 200)}" if note.about else ""
    head, begin, end = f"-# {raised(note.n)} {where}", "\n> -# “", f"”{about}"
    if room is None:
        return head + begin + plain(cited.quote) + end
    left = room - units(head) - units(begin) - units(end)
    return head + begin + cut(cited.quote, left) + end if left >= _LEAST_QUOTE else None


def packed(
    parts: Sequence[Part], notices: Sequence[str], look: Look, head: str = "", file: str = ""
) -> tuple[Message, ...]:
    """`parts` in as few messages as they fit into, each with its footnotes in its own.

    What is too long for messages goes, whole, into a file with the name `file`; the last
    message has it and says so.
    """
    pages = _pages(parts, look, head)
    whole = all(fits for _, fits in pages) and len(pages) <= MOST_MESSAGES
    contents = [content for content, _ in pages[:MOST_MESSAGES] if content] or [""]
    for line in _notes(notices, look):
        joined = f"{contents[-1]}\n{line}" if contents[-1] else line
        if units(joined) <= ROOM:
            contents[-1] = joined
        else:
            contents.append(line)
    if whole:
        return tuple(Message(content or ELLIPSIS) for content in contents)
    told = f"-# {plain(look.words.in_file.format(file))}"
    contents[-1] = f"{contents[-1]}\n{told}" if contents[-1] else told
    last = Message(contents[-1], file=(file, _file(parts, notices, look, head)))
    return (*(Message(content) for content in contents[:-1]), last)


def one(parts: Sequence[Part], look: Look, end: str) -> Message:
    """As many of `parts` as fit into one message, from the first on, and `end` under them."""
    pages = _pages(parts, look, "")
    content = pages[0][0] if pages else ""
    return Message(f"{content}\n\n{end}" if content else end)


def _pages(parts: Sequence[Part], look: Look, head: str) -> list[tuple[str, bool]]:
    """What stands in each message, and whether it is the whole of its parts."""
    pages: list[tuple[str, bool]] = []
    lines, notes, whole = [head] if head else [], dict[int, str](), True
    size = units(head)

    def turn() -> None:
        nonlocal lines, notes, whole, size
        body = "\n".join(lines)
        under = "\n".join(notes[n] for n in sorted(notes))
        pages.append((f"{body}\n\n{under}" if under else body, whole))
        lines, notes, whole, size = [], {}, True, 0

    for part in parts:
        if len(pages) > MOST_MESSAGES:
            break
        line, under, fits = _fitted(part, look, ROOM - (units(head) + 4 if not pages else 0))
        new = {n: text for n, text in under.items() if n not in notes}
        more = units(line) + 1 + sum(units(text) + 1 for text in new.values()) + 2
        if size + more > ROOM and size:
            turn()
            new = under
            more = units(line) + 1 + sum(units(text) + 1 for text in new.values()) + 2
        lines.append(line)
        notes |= new
        size += more
        whole = whole and fits
    if lines:
        turn()
    return pages


def _fitted(part: Part, look: Look, room: int) -> tuple[str, dict[int, str], bool]:
    """A part's line and footnotes, shortened if they are too long; and whether they are whole.

    An ellipsis alone where even shortened they do not fit.
    """
    line = part.line()
    notes = {note.n: footnote(note, look) or "" for note in part.footnotes}
    if units(line) + sum(units(text) + 1 for text in notes.values()) + 4 <= room:
        return line, notes, True
    line = part.line(_LONG_CLAIM if notes else room - 4)
    left = room - units(line) - 4
    short: dict[int, str] = {}
    for at, note in enumerate(part.footnotes):  # the short ones leave more to the others
        share = left // (len(part.footnotes) - at) - 1
        text = notes[note.n]
        if units(text) > share:
            text = footnote(note, look, share) or ""
        if not text:
            return ELLIPSIS, {}, False
        short[note.n] = text
        left -= units(text) + 1
    return line, short, False


def _notes(notices: Sequence[str], look: Look) -> list[str]:
    lines = [
        f"-# {look.words.note}: {cut(shown(notice, look), _NOTICE)}"
        for notice in notices[:_MOST_NOTICES]
    ]
    if len(notices) > _MOST_NOTICES:
        lines.append(f"-# {look.words.more.format(len(notices) - _MOST_NOTICES)}")
    return lines


def _file(parts: Sequence[Part], notices: Sequence[str], look: Look, head: str) -> bytes:
    """All of it, as Markdown that other programs can show and cannot be led astray by."""
    room = FILE - 100
    pieces: list[str] = []

    def add(text: str) -> bool:
        nonlocal room
        text = text.replace("&", "\\&").replace(BREAK, "")
        room -= len(text.encode("utf-8", "replace")) + 2
        if room >= 0:
            pieces.append(text)
        return room >= 0

    if head:
        add(head)
    told: set[int] = set()
    for part in parts:
        new = [note for note in part.footnotes if note.n not in told]
        if not add("\n\n".join([part.line(), *(_in_file(note, look) for note in new)])):
            pieces.append(ELLIPSIS)
            break
        told.update(note.n for note in new)
    for notice in notices:
        add(f"{look.words.note}: {plain(shown(notice, look))}")
    return "\n\n".join(pieces).encode("utf-8", "replace") + b"\n"


def _in_file(note: Footnote, look: Look) -> str:
    cited = note.citation
    where = place(
        cited.file, cited.locator, cited.title, cited.date, look, also=cited.also, whole=True
    )
    about = f"\n\n{plain(note.about)}" if note.about else ""
    return f"{raised(note.n)} {where}\n\n> “{plain(cited.quote)}”{about}"


def _shortened(text: str, room: int, whole: bool) -> str:
    return plain(text) if whole else cut(text, room)
