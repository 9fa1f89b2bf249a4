"""What a reply's JSON shows, as far as it is judged; nothing of its shape is taken on trust."""

from __future__ import annotations

from collections.abc import Mapping

from index.record import record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


@record
class Cited:
    """A citation: its file, the file's words, and their date in ISO form, "" if it has none.

    `also` are the other files of the same bytes, which it names as well.
    """

    file: str
    quote: str
    date: str
    also: tuple[str, ...] = ()


@record
class Said:
    """A claim, and the citations that it rests on."""

    text: str
    citations: tuple[Cited, ...]


@record
class Shown:
    """A reply: `reason` is why it abstained, `notices` are the kinds of its notices."""

    answered: bool
    reason: str
    claims: tuple[Said, ...]
    citations: tuple[Cited, ...]
    notices: tuple[str, ...]

    @property
    def files(self) -> list[str]:
        """The files that are cited, sorted, each once."""
        return sorted({citation.file for citation in self.citations})

    @property
    def texts(self) -> str:
        """The claims as they are, a line each."""
        return "\n".join(claim.text for claim in self.claims)


def shown(reply: Mapping[str, Any]) -> Shown:
    """What `reply`, as `ask --json` prints it, shows."""
    numbered: dict[int, Cited] = {}
    for place, value in enumerate(listed(reply, "citations"), 1):
        n = value.get("n")
        cited = Cited(
            _text(value, "file"), _text(value, "quote"), _text(value, "date"), _also(value)
        )
        numbered[n if isinstance(n, int) else -place] = cited
    claims = []
    for value in listed(reply, "claims"):
        ns = value.get("citations")
        ns = [n for n in ns if isinstance(n, int)] if isinstance(ns, list | tuple) else []
        resting = tuple(numbered[n] for n in ns if n in numbered)
        claims.append(Said(_text(value, "text"), resting))
    return Shown(
        reply.get("status") == "answered",
        _text(reply, "reason"),
        tuple(claims),
        tuple(numbered.values()),
        tuple(_text(value, "kind") for value in listed(reply, "notices")),
    )


def listed(reply: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
    """The objects of the list that stands under `key`."""
    values = reply.get(key)
    if not isinstance(values, list | tuple):
        return []
    return [value for value in values if isinstance(value, Mapping)]


def _text(value: Mapping[str, Any], key: str) -> str:
    text = value.get(key)
    return text if isinstance(text, str) else ""


def _also(value: Mapping[str, Any]) -> tuple[str, ...]:
    files = value.get("also")
    if not isinstance(files, list | tuple):
        return ()
    return tuple(file for file in files if isinstance(file, str))
