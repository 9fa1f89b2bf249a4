"""The Chroma server that is set: whether it answers, and has what was given to it."""

from __future__ import annotations

from collections.abc import Iterator

from bot.doctoring.patient import Patient
from bot.finding import Finding, well, wrong
from index.errors import StoreError

_STORE_AGAIN = "`footnote doctor --fix` stores them again, from the copy that the index has."
_REACH = "Start it with `chroma run`, or check the address: the index has a copy, and answers."


def of_chroma(patient: Patient) -> Iterator[Finding]:
    """Whether the Chroma server that is set answers, and still has what was given to it."""
    from bot.wiring import chroma_of

    address = (chroma_of(patient.settings) or "").rstrip("/")
    if not address:
        return
    from index.dense.chroma import chroma_errors, close, server
    from index.dense.collections import holds

    try:
        client = server(address)
        try:
            with chroma_errors(address):
                version = client.get_version()
        finally:
            close(client)
        generation = patient.generation
        part = generation.dense if generation is not None else None
        if generation is None or part is None or not part.dimension or part.address != address:
            yield well("chroma", f"{address} answers: version {version}. Nothing is stored there.")
        elif holds(part, generation.passage_count - part.missing):
            count = generation.passage_count - part.missing
            message = f"{address} answers: version {version}, and has the {count:,} vectors."
            yield well("chroma", message)
        else:
            message = f"{address} answers: version {version}, but has lost vectors of the index."
            yield wrong("chroma", message, _STORE_AGAIN, "update")
    except StoreError as error:
        yield wrong("chroma", error.message, _REACH)
