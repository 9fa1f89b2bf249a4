"""What is said to a language model: one prompt a file, with placeholders that must all be filled.

A placeholder is written `{{name}}`; a value is put in as it stands, braces and all. A prompt is
either one text or has two parts, below the lines `## system` (what to do) and `## user` (what to
do it with). Prompts are read when first used, from wherever the package is installed, and once.
"""

from __future__ import annotations

import re
from functools import cache

from index.errors import UsageError
from index.record import record

# What the code fills in, by prompt. A file that says otherwise is refused when it is loaded.
PLACEHOLDERS = {
    "answer": frozenset({"delimiter", "form", "passages", "question", "today"}),
    "again": frozenset({"delimiter", "failed", "form", "passages", "question", "today"}),
    "condense": frozenset({"conversation", "delimiter", "question"}),
    "translate": frozenset({"delimiter", "example", "languages", "question"}),
    "form_json": frozenset[str](),
    "form_json_restated": frozenset[str](),
    "form_lines": frozenset[str](),
    "form_lines_restated": frozenset[str](),
}


@record
class Prompt:
    """A template whose placeholders are known to be exactly `placeholders`."""

    name: str
    template: str
    placeholders: frozenset[str]

    def fill(self, **values: str) -> str:
        """The template with every placeholder replaced, in one pass, by its value."""
        return self._filled(self.template, values)

    def messages(self, **values: str) -> list[dict[str, str]]:
        """The parts, filled, as the messages of a chat."""
        # Parted before it is filled: no value can begin a part.
        _, *parts = re.split(_PART, self.template)
        return [
            {"role": role, "content": self._filled(text, values).strip()}
            for role, text in zip(parts[::2], parts[1::2], strict=True)
        ]

    def _filled(self, text: str, values: dict[str, str]) -> str:
        if values.keys() != self.placeholders:
            raise ValueError(
                f"prompt {self.name}: {_difference(set(values), self.placeholders, 'value for')}"
            )
        return re.sub(_PLACEHOLDER, lambda match: values[match[1]], text)


@cache
def load(name: str) -> Prompt:
    """The prompt of that name; UsageError when its file and the code do not agree."""
    if name not in PLACEHOLDERS:
        raise UsageError(f"There is no prompt {name!r}.", f"There are: {', '.join(PLACEHOLDERS)}.")
    from importlib import resources

    template = resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    return parse(name, template, PLACEHOLDERS[name])


def parse(name: str, template: str, placeholders: frozenset[str]) -> Prompt:
    """A Prompt, once `template` is seen to hold each of `placeholders` and no other."""
    used = set(re.findall(_PLACEHOLDER, template))
    rest = re.sub(_PLACEHOLDER, "…", template)
    stray = re.search(r"\{\{.{0,20}", rest) or re.search(r".{0,20}\}\}", rest)
    if used != placeholders or stray:
        wrong = _difference(used, placeholders, "placeholder") if used != placeholders else ""
        wrong = wrong or f"not a placeholder: {stray[0] if stray else ''}"
        raise UsageError(
            f"The prompt {name}.md cannot be used: {wrong}.",
            (
                "It must hold each of "
                + ", ".join("{{" + placeholder + "}}" for placeholder in sorted(placeholders))
                + ", and no other double braces."
            )
            if placeholders
            else "It must hold no double braces.",
        )
    roles = re.findall(_PART, template)
    if roles not in ([], ["system", "user"]) or (roles and not re.match(_PART, template)):
        raise UsageError(
            f"The prompt {name}.md cannot be used: its parts are not as they must be.",
            "It must begin with the line `## system` and hold the line `## user` once, below it.",
        )
    return Prompt(name, template, placeholders)


_PLACEHOLDER = r"\{\{([a-z][a-z_]*)\}\}"
_PART = re.compile(r"^## (system|user)$", re.MULTILINE)


def _difference(got: set[str], wanted: frozenset[str], what: str) -> str:
    parts = [
        f"{adjective} {what} {', '.join(sorted(names))}"
        for adjective, names in (("unknown", got - wanted), ("missing", wanted - got))
        if names
    ]
    return "; ".join(parts)
