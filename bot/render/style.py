"""What the place that text is written to can show: columns, colour, links."""

from __future__ import annotations

from pathlib import Path

from index.record import record

_CODES = {
    "mark": "1;36", "file": "36", "faint": "2", "strong": "1",
    "warning": "33", "error": "31", "good": "32",
}  # fmt: skip


@record
class Style:
    """Plain by default, as for a pipe.

    `columns` None never wraps. `root` is the documents' folder, for links; None for no links.
    `curly` says that quotation marks beyond ASCII can be written.
    """

    columns: int | None = None
    colour: bool = False
    root: Path | None = None
    host: str = ""
    curly: bool = True

    def paint(self, text: str, kind: str) -> str:
        return f"\x1b[{_CODES[kind]}m{text}\x1b[0m" if self.colour and text else text

    def link(self, text: str, file: str, line: int | None) -> str:
        """`text`, clickable where terminals know OSC 8, to open `file` at `line`."""
        if self.root is None:
            return text
        address = (self.root / file).as_uri()  # percent-encoded: nothing in a name can end it
        address = f"file://{self.host}{address.removeprefix('file://')}"
        if line is not None:
            address += f"#{line}"
        return f"\x1b]8;;{address}\x1b\\{text}\x1b]8;;\x1b\\"

    def quoted(self, text: str) -> str:
        return f"“{text}”" if self.curly else f'"{text}"'
