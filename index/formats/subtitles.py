"""Subtitles: the cues joined to the sentences that they cut up, each at its time."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from index.formats.composing import Composing, Some, decoded, lines, one_line
from index.formats.extracted import Extracted, Refused
from index.paragraphs import columns, runs_on
from index.reading import printable
from index.record import record

_MAX_BYTES = 8 << 20  # an hour's talk has 0.1
_LINE = 1000  # characters; a longer line nobody reads
_SHOWN = 20  # lines at once
_PAUSE = 3000  # milliseconds of silence begin a paragraph
_PARAGRAPH = 600  # characters, after which the next sentence begins one
_BREATH = 500  # milliseconds of silence end a line of what is written without stops
_WIDE = 80  # columns, after which the next cue begins one
_SELDOM = 6  # of so many cues not one ends in a full stop: then none means anything
_TIME = r"(?:([0-9]{1,2}):)?([0-9]{1,2}):([0-9]{1,2})[.,]([0-9]{1,3})"
_TIMED = re.compile(rf"[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}(?![0-9])")
_BLOCKS = re.compile(r"\n[ \t]*\n")
_VOICE = re.compile(r"<v[.\w-]*[ \t]+([^<>]{1,100})>")
_MARKED = re.compile(r"\x02([^\x03]*)\x03")  # what stands in for a voice until the tags are gone
_STAMP = re.compile(r"<[\d:.]{5,20}>")  # when the next word is said
_STOP = re.compile(r"[.!?…。！？][\"'’”»)\]」』）]*$")
_FULL_STOP = re.compile(r"(?<!\.)[.。｡][\"'’”»)\]」』）]*$")
# What is heard and not said, where it stands alone in a line: brackets that may hold a figure are
# square, for "(from 9 to 12)" may be shown and meant.
_SOUND = re.compile(
    r"[-–—\s♩♪♫♬]*(?:(?:\[[^\[\]]{1,60}\]|［[^［］]{1,60}］|【[^【】]{1,60}】"
    r"|\([^()\d]{1,40}\)|（[^（）\d]{1,40}）)[\s♩♪♫♬]*)+|[-–—\s]*[♩♪♫♬][\s♩♪♫♬]*"
)
_NOTE = re.compile(r"[♩♪♫♬]+")
_SPEAKER = re.compile(r"[-–—] ?\S|>>|[^\W\d_][\w .'’-]{0,30}[:：]\s")
_UNSPACED = re.compile("[\u3041-\u30ff\u3400-\u9fff\uff00-\uffef\u3000-\u303f]")


@record
class _Cue:
    """What is shown from `start` to `end`, in milliseconds."""

    start: int
    end: int
    text: str


def extract(data: bytes, encoding: str | None) -> Extracted:
    """What is said, in paragraphs, without the signs of its form."""
    if len(data) > _MAX_BYTES:
        limit = f"{_MAX_BYTES >> 20} MB"
        raise Refused("too_costly", f"subtitles are read up to {limit}", "Split it.")
    read = decoded(data, encoding)
    composing = Composing("time")
    composing.replaced = read.replaced
    left_out, sounds = Some(), Some()
    cues = list(_cues(read.text.removeprefix("\ufeff"), left_out, sounds))
    stops = sum(_FULL_STOP.search(cue.text) is not None for cue in cues)
    between = _Between(by_lines=stops * _SELDOM < len(cues))
    for last, cue in zip([None, *cues], cues, strict=False):
        if last is not None:
            composing.write(between.said(last, cue))
        composing.at(cue.start, max(cue.start, cue.end))
        composing.write(cue.text)
    if left_out.count:
        composing.left_out.append(
            f"lines that are too long, too many for a cue or at no time: {left_out}"
        )
    if sounds.count:
        composing.left_out.append(f"sounds that are not speech: {sounds}")
    composing.piece(0, None, None)
    return composing.extracted(read.encoding, "pysubs2")


class _Between:
    """What parts two cues: of a sentence, of a paragraph, or, where nothing is said to end, of
    the lines that they were written as."""

    def __init__(self, by_lines: bool) -> None:
        self._by_lines = by_lines
        self._size = 0  # of the paragraph, up to the last cue
        self._width = 0  # of the line

    def said(self, last: _Cue, cue: _Cue) -> str:
        """What is to stand between `last` and `cue`."""
        self._size += len(last.text) + 1
        self._width += columns(last.text)
        if self._ends(last, cue):
            self._size = self._width = 0
            return "\n\n"
        unspaced = _UNSPACED.match(last.text[-1]) and _UNSPACED.match(cue.text[0])
        return "" if unspaced else " "

    def _ends(self, last: _Cue, cue: _Cue) -> bool:
        silence = cue.start - last.end
        if silence >= _PAUSE or _SPEAKER.match(cue.text):
            return True
        if self._by_lines:
            goes_on = runs_on(last.text[-1], cue.text[0]) and silence < _BREATH
            return not goes_on or self._width >= _WIDE
        return self._size > _PARAGRAPH and _STOP.search(last.text) is not None


def _readable(text: str, left_out: Some) -> Iterator[str]:
    """The lines of `text` that can be meant to be read, their times written in one way.

    The time that a cue takes to read grows with the square of its length.
    """
    shown = 0
    for number, line in enumerate(lines(text), 1):
        line = line.rstrip()
        shown += bool(line)
        if "-->" in line:
            timed = _TIMED.match(line)
            shown = 0 if timed else _SHOWN + 1  # what is said at no time is not to be another's
            line = _times(timed) if timed else line
        if len(line) > _LINE or shown > _SHOWN:
            left_out.add(number)
        else:
            yield line


def _times(timed: re.Match[str]) -> str:
    parts = [part or "0" for part in timed.groups()]
    first, last = (f"{h:0>2}:{m:0>2}:{s:0>2},{ms:0<3}" for h, m, s, ms in (parts[:4], parts[4:]))
    return f"{first} --> {last}"


def _cues(text: str, left_out: Some, sounds: Some) -> Iterator[_Cue]:
    """The cues of `text` in order; lines that a cue shows on from the one before count once."""
    import pysubs2

    web = text.startswith("WEBVTT")
    if web:
        text = _cues_alone("\n".join(line.rstrip() for line in lines(text)))
    text = "\n".join(_readable(text, left_out))
    # A number after the last cue, for the reader takes one that stands there for the next's.
    subtitles = pysubs2.SSAFile.from_string(f"{text}\n\n0\n", format_="srt")
    shown: list[str] = []
    end = 0
    voice = ""
    for event in sorted(subtitles, key=lambda event: event.start):
        said = html.unescape(event.plaintext) if web else event.plaintext
        speaker = _MARKED.match(said)
        if speaker:
            said = said[speaker.end() :]
        said = _speech(said, sounds)
        if speaker and said:
            said = f"{speaker[1]}: {said}" if speaker[1] != voice else said
            voice = speaker[1]
        now = [" ".join(line.split()) for line in said.splitlines() if line.strip()]
        fresh = now if event.start > end + 100 else [line for line in now if line not in shown]
        shown, end = now or shown, max(end, event.end)
        if fresh:
            joined = fresh[0]
            for line in fresh[1:]:
                unspaced = _UNSPACED.match(joined[-1]) and _UNSPACED.match(line[0])
                joined += line if unspaced else f" {line}"
            yield _Cue(max(0, event.start), max(0, event.end), joined)


def _speech(said: str, sounds: Some) -> str:
    """The lines of a cue, without those that tell what is heard."""
    whole = one_line(said) or ""
    parts = [whole] if _SOUND.fullmatch(whole) else said.splitlines()
    kept = []
    for line in parts:
        if _SOUND.fullmatch(line):
            sounds.add(printable(one_line(line, 40) or ""))
        else:
            kept.append(_NOTE.sub(" ", line))
    return "\n".join(kept)


def _cues_alone(text: str) -> str:
    """WebVTT without notes, styles and the cues' own names, which would be taken for speech."""
    kept = []
    for block in _BLOCKS.split(text):
        found = block.find("-->")
        if found < 0 or block.startswith(("NOTE", "STYLE", "REGION")):
            continue
        timed = block[block.rfind("\n", 0, found) + 1 :]
        timed = _STAMP.sub("", _VOICE.sub("\x02\\1\x03", timed))
        kept.append(timed)
    return "\n\n".join(kept)
