"""What is said to a language model: one prompt a file, with placeholders that must all be filled.

A placeholder is written `{{name}}`. Prompts are read when first used, from wherever the package
is installed; a value is put in as it stands, braces and all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.errors import UsageError

# What the code fills in, by prompt. A file that says otherwise is refused when it is loaded.
PLACEHOLDERS = {
    "answer": frozenset({"delimiter", "passages", "question", "today"}),
}


@dataclass(frozen=True, slots=True)
class Prompt:
    """A template whose placeholders are known to be exactly `placeholders`."""

    name: str
    template: str
    placeholders: frozenset[str]

    def fill(self, **values: str) -> str:
        """The template with every placeholder replaced, in one pass, by its value."""
        if values.keys() != self.placeholders:
            raise ValueError(
                f"prompt {self.name}: {_difference(set(values), self.placeholders, 'value for')}"
            )
        return re.sub(_PLACEHOLDER, lambda match: values[match[1]], self.template)


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
            "It must hold each of "
            + ", ".join("{{" + placeholder + "}}" for placeholder in sorted(placeholders))
            + ", and no other double braces.",
        )
    return Prompt(name, template, placeholders)


_PLACEHOLDER = r"\{\{([a-z][a-z_]*)\}\}"


def _difference(got: set[str], wanted: frozenset[str], what: str) -> str:
    parts = [
        f"{adjective} {what} {', '.join(sorted(names))}"
        for adjective, names in (("unknown", got - wanted), ("missing", wanted - got))
        if names
    ]
    return "; ".join(parts)
