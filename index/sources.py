"""The text of a document, as it was indexed and as it is now."""

from __future__ import annotations

from pathlib import Path

from index.generation import Generation
from index.load import document
from index.manifest import FileRecord
from index.reading import Unloadable, read
from index.record import record
from index.rest import stat_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    State = Literal["same", "changed", "missing"]


@record
class SourceText:
    """A document's text now, None if it is gone or cannot be read; `record` is as indexed."""

    text: str | None
    state: State
    record: FileRecord | None


class Sources:
    """Reads the documents that a generation names. Make one for a question: it looks once a file.

    The generation's own text is given only while the file has the same bytes.
    """

    def __init__(self, generation: Generation, corpus: Path) -> None:
        self._generation = generation
        self._corpus = corpus
        self._read: dict[str, SourceText] = {}

    def read(self, file: str) -> SourceText:
        """The text of `file` as it is now."""
        found = self._read.get(file)
        if found is None:
            found = self._read[file] = self._look(file)
        return found

    def _look(self, file: str) -> SourceText:
        record = self._generation.record(file)
        if record is None:
            return SourceText(None, "missing", None)
        if stat_of(self._corpus, file) == record.stat:
            return SourceText(self._generation.text(file), "same", record)
        try:
            from hashlib import sha256  # OpenSSL costs 3 ms, and most files are as they were

            data = read(self._corpus, file)
            if sha256(data).hexdigest() == record.sha256:
                return SourceText(self._generation.text(file), "same", record)
            # The encoding was decided when it was indexed; a second guess may differ.
            return SourceText(document(file, data, record.encoding).text, "changed", record)
        except Unloadable:
            return SourceText(None, "missing", record)
